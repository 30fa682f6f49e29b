"""No consensus tells both sides' views: each in its side's own words, and both about equally long (laws 4 and 7).

A side words its view in the forum file. Whoever writes the forum's answer may leave whole sentences of it out, and
change none; where a side has written no view, she writes what that side has said.
"""

from __future__ import annotations

from workflows.answering import words_to_send
from workflows.attempt import Attempt
from workflows.reasons import Fault
from workflows.sentences import is_made_of


def own_words(a: Attempt, arg: str) -> Fault | None:
    """`own_words:view_raising`: what is given as a side's view is what it wrote in the file that the forum has, whole
    or without some of its sentences."""
    given, own = a.given(arg), a.snapshot.views.get(arg, "")
    if not isinstance(given, str) or not own.strip() or is_made_of(given, own):
        return None
    return Fault("view_not_own", field=arg)


def alike_long(a: Attempt, arg: str) -> Fault | None:
    """`alike_long:view_raising=view_receiving`: neither view is much longer than the other, as the routine's settings
    say: `views_ratio` times, and up to `views_short` characters nothing is asked."""
    lengths = {code: len(" ".join(_standing(a, code).split())) for code in arg.split("=")}
    longer, shorter = sorted(lengths, key=lambda code: lengths[code], reverse=True)
    most = max(lengths[shorter] * a.setting("views_ratio"), a.setting("views_short"))
    if not lengths[shorter] or lengths[longer] <= most:
        return None
    fill = {"longer": str(lengths[longer]), "shorter": str(lengths[shorter]), "most": str(most)}
    return Fault("views_uneven", fill, longer)


def _standing(a: Attempt, code: str) -> str:
    """A view as this move gives it, else as it stands in the answer that it words otherwise."""
    given = a.given(code)
    return given if isinstance(given, str) else str(words_to_send(a.definition, a.snapshot.unsent).get(code, ""))
