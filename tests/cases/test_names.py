"""Posts and places are said as people call them, in both languages, and reasons too."""

from cases.names import AT_ONCE, Names, names_of
from cases.record import Record
from workflows.definition import Text

FUNCTIONS = {
    "handler": Text("handläggare", "handler"),
    "chair": Text("ordförande", "chair"),
    "preparer": Text("beredare", "preparer"),
    "clock": Text("klockan", "the clock"),
}


def _names(record: Record, *places: str) -> Names:
    with record.database.read() as tx:
        return names_of(tx, places, FUNCTIONS)


def test_a_post_is_a_function_at_a_place(record: Record) -> None:
    """Else letters and pages would speak in codes."""
    names = _names(record, "handler@unit:su-molndal-ortopedi", "chair@forum:nosam-molndal", "authority:rs")
    assert names.post("handler@unit:su-molndal-ortopedi", "sv") == "handläggare vid Ortopedavdelning, Mölndals sjukhus"
    assert names.post("handler@unit:su-molndal-ortopedi", "en") == "handler at Ortopedavdelning, Mölndals sjukhus"
    assert names.post("chair@forum:nosam-molndal", "sv") == "ordförande i NOSAM Mölndal"
    assert names.post("preparer.municipal@forum:nosam-molndal", "sv") == "beredare (kommunsidan) i NOSAM Mölndal"
    assert names.post("clock@county", "en") == "the clock"
    assert names.post("", "sv") == ""


def test_posts_inside_a_reason_are_spelled_out(record: Record) -> None:
    """Else a refusal would name the one to wait for by a code."""
    reason = "Nu är det handler@unit:su-molndal-ortopedi, sedan chair@forum:nosam-molndal."
    names = _names(record, reason)
    spelled = names.spelled(reason, "sv")
    assert spelled == (
        "Nu är det handläggare vid Ortopedavdelning, Mölndals sjukhus, sedan ordförande i NOSAM Mölndal."
    )
    assert names.spelled("anna@example.org skrev handler.", "sv") == "anna@example.org skrev handler."


def test_bare_codes_of_doors_are_found(record: Record) -> None:
    """Else the way on would be a code: doors name forums by code alone, several with commas."""
    names = _names(record, "nosam-molndal,lgs")
    assert names.place("nosam-molndal", "sv") == "NOSAM Mölndal"
    assert "lgs" not in names.place("lgs", "sv")


def test_an_unknown_place_is_called_by_its_code(record: Record) -> None:
    """Else a page about an old case would fail for a unit that no table knows."""
    assert _names(record).place("unit:revs-2009", "sv") == "revs-2009"


def test_a_page_with_very_many_places_is_still_named_whole(record: Record) -> None:
    """Else a list with people of many units would show codes for the last of them."""
    with record.database.read() as tx:
        codes = [code for (code,) in tx.all("SELECT code FROM unit ORDER BY code")]
    assert len(codes) > AT_ONCE
    names = _names(record, *(f"unit:{code}" for code in codes))
    assert all(f"unit:{code}" in names.places for code in codes)
