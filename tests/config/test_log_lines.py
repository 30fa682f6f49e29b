"""The log's lines: JSON for machines, plain words for a terminal, and never what somebody wrote."""

import io
import json
import logging

from config.log_lines import kept, without_numbers

log = logging.getLogger("cases.tried")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _fail() -> None:
    try:
        raise ValueError("kanarie: Anna Lind, 2026-K7QM4TX")
    except ValueError as error:
        raise RuntimeError("kanarie, again") from error


def test_a_line_is_json_with_its_fields() -> None:
    """Lost otherwise: whoever collects logs could not ask which page was slow."""
    out = io.StringIO()
    with kept(out):
        log.info("två rader\noch %s", "en till", extra={"fields": {"ms": 1.5, "route": "/cases"}})
    line = json.loads(out.getvalue())
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info", "from": "cases.tried", "says": "två rader\noch en till", "ms": 1.5, "route": "/cases",
    }  # fmt: skip
    assert out.getvalue().count("\n") == 1


def test_an_error_is_told_by_its_kind_and_place_alone() -> None:
    """Lost otherwise: a database's message would carry what somebody had typed into the log."""
    for out in (io.StringIO(), _Terminal()):
        with kept(out):
            try:
                _fail()
            except RuntimeError:
                log.exception("The step %s could not be taken.", "2026-K7QM4TX/answer")
        text = out.getvalue()
        assert "kanarie" not in text
        assert "K7QM4TX" not in text
        assert "RuntimeError < ValueError" in text
        assert "The step (number)/answer could not be taken." in text
        assert "_fail" in text


def test_a_terminal_is_told_what_somebody_should_look_at() -> None:
    """Lost otherwise: whoever tries the demo would see a line of JSON for each page."""
    out = _Terminal()
    with kept(out):
        log.info("all is well")
        log.warning("Letters wait.")
    assert out.getvalue() == "Letters wait.\n"


def test_libraries_are_heard_when_something_is_wrong_only() -> None:
    """Lost otherwise: a line for each beat of the clock would hide what matters."""
    out = io.StringIO()
    with kept(out):
        logging.getLogger("apscheduler.executors.default").info("Running job")
        logging.getLogger("apscheduler.executors.default").warning("missed")
    assert [json.loads(line)["says"] for line in out.getvalue().splitlines()] == ["missed"]


def test_nothing_is_left_behind() -> None:
    """Lost otherwise: a second command in the same process would write every line twice."""
    before = (logging.getLogger().handlers[:], logging.getLogger("web").level)
    with kept(io.StringIO()):
        assert logging.getLogger().handlers != before[0]
    assert (logging.getLogger().handlers, logging.getLogger("web").level) == before


def test_whatever_has_the_form_of_a_number_is_left_out() -> None:
    """Lost otherwise: a case's number would stand in the log in whatever spelling somebody used."""
    assert without_numbers("2026-K7QM4TX, 2026-k7qm4tx/x") == "(number), (number)/x"
    assert without_numbers("2026-11-22 08:09") == "2026-11-22 08:09"
