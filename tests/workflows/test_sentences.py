"""Whole sentences of a side's view may be left out; nothing that is left says something else (laws 4 and 7)."""

import pytest

from workflows.sentences import is_made_of, sentences

VIEW = "Vi har läst avsnitt 4.4.\nVi delar\ninte\nsjukhusets tolkning. Den gäller enl. Avtalet inte nattetid."


@pytest.mark.parametrize(
    ("own", "given"),
    [
        (VIEW, "Vi har läst avsnitt 4.4. Vi delar\nsjukhusets tolkning."),
        (VIEW, "Den gäller enl."),
        (VIEW, "Vi delar inte sjukhusets tolkning. Vi har läst avsnitt 4.4."),
        ("Vi delar enl. avtalet inte synen t.ex. nattetid.", "Vi delar enl. nattetid."),
        ("Vi godkänner fr.o.m. Maj månad inte detta.", "Maj månad inte detta."),
        ("Vi godkänner inte:\n\nKommunens tolkning. Sjukhusets praxis.", "Kommunens tolkning."),
        ("Vi godkänner inte\n\n- kommunens tolkning\n\n- sjukhusets praxis", "- sjukhusets praxis"),
        ("Vi godkänner inte 1. Kommunens tolkning 2. Sjukhusets praxis.", "Kommunens tolkning 2. Sjukhusets praxis."),
        ('"Vi kallar inte alls." Så sade kommunen.', '"Vi kallar inte alls."'),
        ('De sade: "Vi betalar. Vi kallar inte." Vi delar inte det.', 'De sade: "Vi betalar.'),
        ("Vi kallar (som avtalet säger. Se bilagan) inte.", "Vi kallar (som avtalet säger."),
    ],
)  # fmt: skip
def test_no_view_is_turned_round_by_what_is_left_out(own: str, given: str) -> None:
    """Lost otherwise: a forum's answer has a side say the opposite of what it wrote, in its own words."""
    assert not is_made_of(given, own)
    assert is_made_of(own, own)
    assert is_made_of(own.replace("\n", " "), own), "wherever its lines are broken"


def test_whole_sentences_can_be_left_out() -> None:
    """Lost otherwise: a long view can only be given whole, and no answer says that there is no consensus."""
    first, second, third = sentences(VIEW)
    assert (first, second) == ("Vi har läst avsnitt 4.4.", "Vi delar inte sjukhusets tolkning.")
    for kept in ((first,), (second,), (third,), (first, third), (second, third)):
        assert is_made_of("\r\n".join(kept), VIEW), kept
    assert list(sentences("Bakgrund\n\nÄr det rimligt? Nej! Det … Så är det.\r\n\r\nVi kallar.")) == [
        "Bakgrund", "Är det rimligt?", "Nej!", "Det …", "Så är det.", "Vi kallar.",
    ]  # fmt: skip
    again = "Ja. Ja. Nej."
    assert is_made_of("Ja. Nej.", again)
    assert not is_made_of("Nej. Ja.", again)
    assert not is_made_of("Ja. Ja. Ja.", again)
