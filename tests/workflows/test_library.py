"""Which routine a case follows: its own version for ever, the newest for new ones, and never a changed text."""

from dataclasses import replace

import pytest

from tests.workflows.routine_files import COUNTIES, routines, source, spoilt, texts
from workflows.definition_check import check
from workflows.library import Library, UnknownRoutine

OLD = routines("tva_steg")["deviation.v1"]
NEWER = [replace(OLD, version=number) for number in (2, 10)]
LIBRARY = Library({d.key: d for d in (*reversed(NEWER), OLD)})


@pytest.mark.parametrize("county", COUNTIES)
def test_every_version_is_ready(county: str) -> None:
    """Lost otherwise: a case whose routine is known cannot be moved."""
    library = Library(routines(county))
    for key, definition in routines(county).items():
        assert library.routine(key).definition is definition
        assert library.in_force(definition.kind) is definition


def test_a_case_keeps_its_version_and_a_new_one_gets_the_newest() -> None:
    """Lost otherwise: a rule change reaches running cases by itself (law 9), or v10 comes before v2."""
    assert LIBRARY.routine("deviation.v1").definition.version == 1
    assert LIBRARY.in_force("deviation").version == 10


def test_a_case_that_changes_kind_goes_on_under_the_version_in_force() -> None:
    """Lost otherwise: a converted case falls under a rule that was replaced."""
    assert LIBRARY.routine("deviation.v1").successors["deviation"].version == 10
    large = Library(routines("vastra_gotaland"))
    assert set(large.routine("deviation.v1").successors) == {"deviation", "dispute", "systemic_issue"}


@pytest.mark.parametrize("asked", ["deviation.v3", "dispute.v1", ""])
def test_an_unknown_version_is_named(asked: str) -> None:
    """Lost otherwise: "not found", and nobody knows which file to bring back."""
    with pytest.raises(UnknownRoutine, match=repr(asked)) as caught:
        LIBRARY.routine(asked)
    assert caught.value.key == asked


def test_a_kind_that_the_county_lacks_is_named() -> None:
    """Lost otherwise: the small county's people get an error without words when they raise a dispute."""
    with pytest.raises(UnknownRoutine, match="'dispute'"):
        LIBRARY.in_force("dispute")


def test_a_released_version_whose_text_was_changed_is_told() -> None:
    """Lost otherwise: running cases silently follow another rule than the one they started under."""
    recorded = {key: d.hash for key, d in routines("vastra_gotaland").items()}
    assert Library(routines("vastra_gotaland")).check_released(recorded) == []
    _, files = spoilt("vastra_gotaland", "dispute.v1.toml", ("rule = { working = 40 }", "rule = { working = 41 }"))
    assert Library(check(files)).check_released(recorded) == ["dispute.v1"]


def test_a_change_in_an_included_file_changes_all_that_include_it() -> None:
    """Lost otherwise: the forum's steps change under every running case, and no hash says so."""
    recorded = {key: d.hash for key, d in routines("vastra_gotaland").items()}
    _, files = spoilt("vastra_gotaland", "forum.v1.toml", ("rule = { calendar = 90 }", "rule = { calendar = 91 }"))
    assert Library(check(files)).check_released(recorded) == ["deviation.v1", "dispute.v1", "systemic_issue.v1"]


def test_the_hash_is_of_the_exact_text() -> None:
    """Lost otherwise: a comment, or a space, is changed in a released file and the record's copy no longer matches."""
    name, text = next(iter(texts("tva_steg").items()))
    assert check([source(name, text)])["deviation.v1"].hash == OLD.hash
    assert check([source(name, f"{text}\n")])["deviation.v1"].hash != OLD.hash
