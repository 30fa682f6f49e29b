"""Whose move it is, is always true: one side writes, then the other, then whoever goes on (routine.md F2, S2, B2)."""

from tests.workflows.small_world import HOME, WARD, Case

OURS, THEIRS, LEADER = (f"{f}@forum:nosam" for f in ("preparer.municipal", "preparer.regional", "process_leader"))
PAGE = {"page": "En sida."}


def prepared(**other: object) -> Case:
    case = Case("deviation", HOME, WARD, stage="forum_received", forums=("nosam",), rung="nosam", **other)
    return case.do("acknowledge", LEADER)


def test_the_page_goes_from_side_to_side_and_then_to_the_process_leader() -> None:
    """Lost otherwise: whoever has written is reminded until the material date, and the other waits to be asked."""
    case = prepared()
    assert case.ball == OURS
    case.do("prepare", OURS, **PAGE)
    assert (case.ball, case.snapshot.cover.next_task) == (THEIRS, "read_page")
    case.do("prepare", THEIRS, **PAGE)
    assert (case.ball, case.snapshot.cover.next_task) == (LEADER, "choose_way")
    assert case.do("prepare", OURS, page="R\u00e4ttad sida.").ball == LEADER


def test_a_side_that_writes_before_its_turn_leaves_the_ball_where_it_is() -> None:
    """Lost otherwise: the raising side's page is never asked for, because the other was quick."""
    case = prepared().do("prepare", THEIRS, **PAGE)
    assert case.ball == OURS
    assert case.do("prepare", OURS, **PAGE).ball == LEADER


def test_a_side_whose_part_of_the_page_is_not_waited_for_is_told_so() -> None:
    """Lost otherwise: what a side was asked for falls away in silence, and it goes on writing (law 7)."""

    def told(case: Case) -> set[str]:
        case.do("agenda", LEADER)
        return {row.post for row in case.snapshot.docket if row.notch == "told:agenda"}

    assert THEIRS in told(prepared().do("prepare", OURS, **PAGE))
    assert THEIRS not in told(prepared().do("prepare", OURS, **PAGE).do("prepare", THEIRS, **PAGE))


def basis() -> Case:
    case = Case("systemic_issue", HOME, WARD, stage="basis", forums=("lgs",))
    page = {
        "pattern_text": "Listor saknas.",
        "how_many": 8,
        "consequence_text": "Fel dos.",
        "question_up": "Vem skickar?",
    }
    return case.do("prepare", "preparer.municipal@forum:lgs", **page)


def test_the_basis_is_read_by_the_other_side_before_the_process_leader_lifts_it() -> None:
    """Lost otherwise: the process leader has the ball while everybody waits for the other side."""
    case = basis()
    assert case.ball == "preparer.regional@forum:lgs"
    assert case.do("prepare", case.ball, side_line="L\u00e4st.").ball == "process_leader@forum:lgs"


def test_a_side_that_is_silent_for_ten_days_keeps_nobody_waiting() -> None:
    """Lost otherwise: silence keeps the ball, and the basis its last day (routine.md S2: "not commented")."""
    case = basis().let_pass()
    assert (case.stage, case.ball) == ("basis", "process_leader@forum:lgs")
    assert [c.status for c in case.snapshot.contributions if c.code == "basis_side"] == ["silent"]
    assert case.snapshot.cover.next_date is not None


def test_what_is_agreed_in_the_dialogue_is_the_other_side_s_to_confirm() -> None:
    """Lost otherwise: the side that wrote it is asked to read its own words."""
    asked = {"document": "unknown", "question": "Vem ringer?"}
    case = Case("dispute", HOME, WARD, texts=asked)
    case.do("acknowledge", "unit_manager@unit:ward", time_one="tisdag", time_two="onsdag")
    case.do("agree", "unit_manager@unit:home", agreed_text="Avdelningen ringer.")
    assert (case.ball, case.snapshot.cover.next_task) == ("unit_manager@unit:ward", "confirm_agreement")
