"""A letter's link is for one function; a person in another is asked, openly, before she switches."""

from collections.abc import Callable
from urllib.parse import quote

from cases.record import Record
from cases.sight import Seer
from tests.cases.deviations import MAJA, STINA, liftable
from tests.web.second_step import sign_in_in_two, with_authenticator
from tests.web.visitor import Hands, Visitor, form_of

OTHER = "process_leader@forum:nosam-partille"


def test_a_link_in_another_function_asks_before_it_switches(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a click in a letter would change what she may read without her noticing."""
    stina = at(STINA)
    asked = stina.get(f"/cases?as={OTHER}")
    assert asked.status_code == 303
    page = stina.get(asked.location)
    assert "Brevet var till dig som" in page.text
    assert "NOSAM Partille" in page.text
    assert "NOSAM Partille" not in stina.get("/cases").text.partition("<main")[0]
    form = form_of(page, "/functions")
    assert form["next"] == "/cases"
    assert stina.post("/functions", form | {"post": OTHER}).location == "/cases"
    assert "NOSAM Partille" in stina.get("/cases").text


def test_a_link_in_the_same_function_just_opens(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: every letter would begin with a question."""
    number, maja = liftable(record), at(MAJA)
    assert maja.get(f"/cases/{number}?as={quote(MAJA.post)}").status_code == 200


def test_a_link_in_somebody_else_s_function_changes_nothing(record: Record, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a forwarded letter would lead to a question about a function that its reader does not have."""
    number, maja = liftable(record), at(MAJA)
    assert maja.get(f"/cases/{number}?as={OTHER}").status_code == 200
    assert "Brevet var till dig" not in maja.get("/functions?meant=chair@forum:vvg").text


def test_a_link_opened_while_signed_out_keeps_its_function(record: Record, nobody: Visitor, clock: Hands) -> None:
    """Lost otherwise: whoever opens a letter in the morning would land in her other function, and find nothing."""
    with_authenticator(record, STINA.account, clock.now)
    link = f"/cases?as={OTHER}"
    path = form_of(nobody.get(nobody.get(link).location), "/sign-in")["next"]
    assert path == link
    entered = sign_in_in_two(nobody, STINA.account, clock.now, path)
    assert entered.location == link
    assert nobody.get(link).location.startswith("/functions?meant=")
    # Who has chosen none of her functions yet is asked the same way.
    page = nobody.get(nobody.get(link).location)
    assert "Du handlar nu som" not in page.text
    assert "NOSAM Partille" in page.text
