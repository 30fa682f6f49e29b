"""Law 3: the lowest forum that seats every concerned operation, one step at a time, past what cannot answer."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from workflows.ladder import Landing, Passed, landing, refused_target, why_passable
from workflows.organisation import Forum, Organisation, Side

TODAY = date(2026, 5, 4)
LADDER = ("local", "nosam", "delregional", "vvg", "sro")


def forum(code: str, rung: str, arena: str, *seats: str, **other: object) -> Forum:
    plain = Forum(code, code, rung, arena, "active", date(2020, 1, 1), None, "", frozenset(seats), True, ())
    return replace(plain, **other)  # type: ignore[arg-type]


def county(*forums: Forum) -> Organisation:
    """Two arenas: south with care-a and ward-a, north with care-b and ward-b."""
    arenas = {"care-a": "south", "ward-a": "south", "care-b": "north", "ward-b": "north"}
    return Organisation(
        revision=1,
        ladder=LADDER,
        sides={f"operation:{o}": Side("", o, f"board-{o}", f"party-{o}", a) for o, a in arenas.items()},
        forums={f.code: f for f in forums},
        open_units=frozenset(),
        arena_rung="delregional",
        arena_forum={"south": "lgs", "north": "simba"},
    )


NOSAM = forum("nosam-a", "nosam", "south", "care-a", "ward-a")
LGS = forum("lgs", "delregional", "south", "care-a", "ward-a")
SIMBA = forum("simba", "delregional", "north", "care-b", "ward-b")
VVG = forum("vvg", "vvg", "", "care-a", "ward-a", "care-b", "ward-b")
SRO = forum("sro", "sro", "", "care-a", "ward-a", "care-b", "ward-b")
ALL = county(NOSAM, LGS, SIMBA, VVG, SRO)


def test_the_lowest_forum_where_every_operation_sits_comes_first() -> None:
    """Else a matter between neighbours goes to people who know nothing of it (A-19)."""
    assert landing(ALL, ("care-a", "ward-a"), "care-a", TODAY, "local") == Landing(("nosam-a",), "nosam")


def test_each_lift_is_one_step() -> None:
    """Else a case skips the step that could have answered, and is sent back (Kungälv, two years)."""
    here, way = "local", []
    while (land := landing(ALL, ("care-a", "ward-a"), "care-a", TODAY, here)) is not None:
        way.append(land.forums)
        here = land.rung
    assert way == [("nosam-a",), ("lgs",), ("vvg",), ("sro",)]


def test_operations_that_share_no_nosam_start_at_the_delregional_forum() -> None:
    shared = replace(LGS, seats=LGS.seats | {"care-b"})
    assert landing(county(NOSAM, shared, SIMBA, VVG), ("ward-a", "care-b"), "care-b", TODAY, "local") == Landing(
        ("lgs",), "delregional"
    )


def test_a_matter_between_two_arenas_starts_at_both_and_the_raising_side_leads() -> None:
    """Else it falls between them, as in the minutes: no routine between the arenas (D-15)."""
    assert landing(ALL, ("care-b", "ward-a"), "care-b", TODAY, "local") == Landing(("simba", "lgs"), "delregional")
    assert landing(ALL, ("care-b", "ward-a"), "ward-a", TODAY, "local") == Landing(("lgs", "simba"), "delregional")


def test_a_step_that_cannot_answer_is_passed_and_named() -> None:
    """Else the case waits in a group that does not meet; or goes past it without anybody being told."""
    for change, why in (
        ({"state": "paused"}, "paused"),
        ({"state": "ended"}, "ended"),
        ({"valid_to": date(2026, 5, 3)}, None),
        ({"staffed": False}, "unstaffed"),
        ({"presidium": False}, "silent"),
    ):
        land = landing(county(replace(NOSAM, **change), LGS, VVG), ("care-a", "ward-a"), "care-a", TODAY, "local")
        assert land is not None
        assert land.forums == ("lgs",)
        assert land.passed == ((Passed("nosam-a", why),) if why else ())


def test_above_the_last_step_stands_nothing() -> None:
    assert landing(ALL, ("care-a", "ward-a"), "care-a", TODAY, "sro") is None


def test_a_documents_own_dispute_clause_replaces_the_order() -> None:
    """Else an agreement that says "straight to SRO" is led through steps that it does not know (C-07)."""
    assert landing(ALL, ("care-a", "ward-a"), "care-a", TODAY, "local", ("vvg", "sro")) == Landing(("vvg",), "vvg")


def test_a_paused_group_is_no_door_and_its_stand_in_is() -> None:
    """Else a referral dies in a theme group that is paused (Kungälv step 9)."""
    group = forum("tg", "beside", "south", state="paused", stand_in="lgs")
    assert refused_target(county(group, LGS), "tg", TODAY) == ("paused", "lgs")
    assert refused_target(county(replace(group, stand_in="nowhere"), LGS), "tg", TODAY) == ("paused", "")
    assert refused_target(county(group, LGS), "lgs", TODAY) is None
    assert refused_target(county(group, LGS), "no such", TODAY) == ("unknown", "")


@given(
    paused=st.sets(st.sampled_from(["nosam-a", "lgs", "simba", "vvg"])),
    concerned=st.sets(st.sampled_from(["care-a", "ward-a", "care-b", "ward-b"]), min_size=2),
    lead=st.sampled_from(["care-a", "ward-a", "care-b", "ward-b"]),
)
def test_a_landing_is_always_competent_alive_and_the_lowest(paused: set[str], concerned: set[str], lead: str) -> None:
    """Else somewhere a forum is asked about people who do not sit in it, or a living lower one is left out."""
    concerned |= {lead}
    org = county(*(replace(f, state="paused") if f.code in paused else f for f in (NOSAM, LGS, SIMBA, VVG, SRO)))
    land = landing(org, sorted(concerned), lead, TODAY, "local")
    assert land is not None
    seats = frozenset[str]().union(*(org.forums[f].seats for f in land.forums))
    assert concerned <= seats
    assert all(why_passable(org.forums[f], TODAY) is None for f in land.forums)
    lower = LADDER[1 : LADDER.index(land.rung)]
    able = [f for f in org.forums.values() if f.rung in lower and concerned <= f.seats and f.code not in paused]
    assert able == []
