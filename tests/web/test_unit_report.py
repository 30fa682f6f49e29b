"""A report by the unit's link: seven questions without an account, nothing to read, and nothing typed is ever lost."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from cases.contents.enclosures import MOST
from cases.contents.papers import LIMIT_BYTES, Papers
from cases.lists.worklist import work_list
from cases.reading import view
from cases.record import Record
from cases.reports.link_reports import BY_LINK, FILES_BY_LINK, STEPS_BY_LINK
from cases.reports.unit_links import make_link, revoke_link
from cases.sight import Seer
from tests.cases.deviations import ANNA, HELENA, MAJA, PETRA
from tests.record import MORNING
from tests.web.test_walls import canaries
from tests.web.visitor import Hands, Visitor, form_of, on_both
from tests.web.whole_record import fingerprint
from web.uploads import Arriving

UNIT = "hsv-molndal"
WORDS = {"what": "Personen kom hem utan lista.", "when": "i går", "operation": "su", "harm": "risk"}
SMALL = 10_000
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def link(record: Record) -> str:
    return f"/r/{make_link(record, HELENA, UNIT, MORNING)}"


def _sent(visitor: Visitor, link: str, words: dict[str, str]) -> str:
    """Through the review to the receipt, as it is read."""
    page = visitor.post(link, visitor.form(link) | words | {"step": "review"})
    assert page.status_code == 200, page.text
    receipt = visitor.post(link, form_of(page, link) | {"step": "send"})
    assert receipt.status_code == 200, receipt.text
    return receipt.text


def test_a_report_without_an_account_reaches_the_unit(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: whoever has no account, and that is most of those who see things happen, could not report."""
    page = nobody.get(link).text
    assert page.index("Ring först") < page.index("tel:") < page.index("<details>") < page.index("Vad hände?")
    receipt = _sent(nobody, link, WORDS | {"patient": "Fru på fyran", "reach_me": "anna@example.org"})
    assert "60 dagar" in receipt
    assert "anna@example.org" in receipt
    [item] = work_list(record, HELENA, MORNING).items
    assert item.number in receipt
    assert "i går" in str(view(record, MAJA, item.number, MORNING).lines)


def test_the_receipt_of_an_urgent_report_says_whom_to_telephone(nobody: Visitor, link: str) -> None:
    """Lost otherwise: after "the risk remains" the page would calm her, and the danger would wait for office hours."""
    receipt = _sent(nobody, link, WORDS | {"risk_goes_on": "yes"})
    assert "inte göra något mer" not in receipt
    assert receipt.index("ring nu") < receipt.index("tel:0313900600") < receipt.index("Följ din rapport")


def test_the_receipt_s_link_follows_the_report(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: the reporter would never hear what came of it."""
    receipt = _sent(nobody, link, WORDS)
    [follow] = re.findall(r'href="http://localhost(/follow/[0-9a-f]+)"', receipt)
    assert WORDS["what"] in nobody.get(follow).text


def test_the_form_reads_nothing(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a paper on a wall would tell what the unit reports, and about whom."""
    before = nobody.get(link).text
    number = canaries(record)
    after = [nobody.get(link).text, nobody.post(link, nobody.form(link) | {"step": "search", "agreed": "lista"}).text]
    assert before == re.sub(r'name="key" value="\w+"', _key(before), after[0])
    for page in after:
        assert "kanarie" not in page
        assert number not in page


def _key(page: str) -> str:
    found = re.search(r'name="key" value="\w+"', page)
    assert found is not None
    return found.group()


@on_both
def test_a_revoked_link_is_answered_like_one_that_never_was(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: somebody who tries links could tell which ones have been (abuse case 1)."""
    form = nobody.form(link) | WORDS
    revoke_link(record, HELENA, UNIT, MORNING)
    before = fingerprint(record)
    for method, data in (("GET", {}), ("POST", form | {"step": "review"}), ("POST", form | {"step": "send"})):
        answers = [
            nobody.open(method, path, data=data, headers=nobody.headers)
            for path in (link, "/r/" + "0" * 40, "/r/x", "/r/%00")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
    assert fingerprint(record) == before


def test_looking_at_a_link_changes_nothing(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a camera that opens every code it sees, or a mail scanner, would write in the record."""
    before = fingerprint(record, ())
    for method in ("GET", "HEAD", "OPTIONS"):
        for path in (link, "/r/x"):
            nobody.open(method, path)
    assert fingerprint(record, ()) == before


def test_a_form_from_another_site_is_refused(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a page elsewhere could report in the name of a unit whose link it has seen."""
    before = fingerprint(record, ())
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}, {}):
        assert nobody.open("POST", link, data=WORDS | {"step": "send"}, headers=headers).status_code == 403
    assert fingerprint(record, ()) == before


def test_a_forged_host_never_reaches_a_link(nobody: Visitor, link: str) -> None:
    """Lost otherwise: the receipt, or the sheet on the wall, would lead people to somebody else's page."""
    form = nobody.form(link) | WORDS | {"step": "send"}
    answer = nobody.open("POST", link, data=form, headers=nobody.headers | {"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "elsewhere" not in answer.text


def test_too_many_reports_get_the_form_back_with_everything_in_it(
    record: Record, nobody: Visitor, link: str, clock: Hands
) -> None:
    """Lost otherwise: one program could bury a unit, or a busy ward would lose what it had written."""
    form = nobody.form(link) | WORDS | {"step": "send"}
    for number in range(BY_LINK.most):
        assert nobody.post(link, form | {"key": f"k{number}"}).status_code == 200
    answer = nobody.post(link, form | {"key": "one more"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert form_of(answer, link)["what"] == WORDS["what"]
    assert "finns kvar" in answer.text
    assert len(work_list(record, HELENA, MORNING).items) == BY_LINK.most
    clock.now += timedelta(hours=1, minutes=1)
    assert nobody.post(link, form | {"key": "one more"}).status_code == 200


def test_the_same_form_twice_is_one_report_with_one_link(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a slow telephone that sends twice would make two cases, or a receipt whose link opens nothing."""
    form = nobody.form(link) | WORDS | {"step": "send"}
    first, second = nobody.post(link, form).text, nobody.post(link, form).text
    assert first == second
    assert len(work_list(record, HELENA, MORNING).items) == 1


@on_both
def test_a_form_without_its_key_is_given_one_and_loses_no_word(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: two such reports would share one follow link, and each reporter could read the other's."""
    followed = set()
    for what in ("Listan saknades.", "Något helt annat."):
        answer = nobody.post(link, WORDS | {"what": what, "step": "send", "key": ""})
        assert answer.status_code == 422
        assert "skicka igen" in answer.text
        form = form_of(answer, link)
        assert form["what"] == what
        receipt = nobody.post(link, form | {"step": "send"})
        assert receipt.status_code == 200
        followed |= set(re.findall(r'href="http://localhost(/follow/[0-9a-f]+)"', receipt.text))
    assert len(followed) == 2


def test_a_photo_comes_along_and_stays_with_the_form_until_it_is_sent(
    record: Record, nobody: Visitor, link: str
) -> None:
    """Lost otherwise: the picture that says it all would have to be chosen again at every step, or be lost."""
    files = {"files": (io.BytesIO(PDF), "../../lis<b>ta.pdf")}
    page = nobody.post(link, nobody.form(link) | WORDS | {"step": "review"} | files, content_type="multipart/form-data")
    assert "lis&lt;b&gt;ta.pdf" in page.text
    nobody.post(link, form_of(page, link) | {"step": "send"})
    [item] = work_list(record, HELENA, MORNING).items
    [paper] = view(record, HELENA, item.number, MORNING).papers
    assert paper["type"] == "application/pdf"


def test_files_are_taken_away_and_added_in_any_order(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: the wrong photo could not be taken back, or the right one would go with it."""
    form = nobody.form(link) | WORDS | {"step": "change"}
    for name in ("ett.pdf", "tva.pdf", "tre.pdf"):
        page = nobody.post(link, form | {"files": (io.BytesIO(PDF), name)}, content_type="multipart/form-data")
        form = form_of(page, link) | {"step": "change"}
    changed = form | {"remove-paper-2": "yes", "files": (io.BytesIO(PDF), "fyra.pdf")}
    page = nobody.post(link, changed, content_type="multipart/form-data")
    assert re.findall(r"Ta bort (\w+\.pdf)", page.text) == ["ett.pdf", "tre.pdf", "fyra.pdf"]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [(b"MZ\x90\x00\x03", "lista.exe", "kan inte tas emot"), (b"", "tom.pdf", "är tom"),
     (b"<html><script>alert(1)</script>", "bild.png", "kan inte tas emot"),
     (PDF + b"0" * SMALL, "film.pdf", "större än 25 MB")], ids=["program", "empty", "page", "large"],
)  # fmt: skip
def test_a_file_that_is_not_taken_loses_no_word(
    record: Record, nobody: Visitor, link: str, tmp_path: Path, content: bytes, name: str, told: str
) -> None:
    """Lost otherwise: one wrong file would cost everything that was written beside it (abuse cases of uploads)."""
    record.papers = Papers(tmp_path / "small", SMALL)
    form = nobody.form(link) | WORDS | {"step": "send", "files": (io.BytesIO(content), name)}
    answer = nobody.post(link, form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert told in answer.text
    assert form_of(answer, link)["what"] == WORDS["what"]
    assert work_list(record, HELENA, MORNING).items == ()


def test_a_file_stops_growing_where_it_becomes_too_large() -> None:
    """Lost otherwise: one film would fill the disk before anybody looked at its size, or its form would be lost."""
    with Arriving(max_size=1) as file:
        piece = b"0" * 2**20
        assert {file.write(piece) for _ in range(LIMIT_BYTES // 2**20 + 5)} == {2**20}
        assert file.tell() == LIMIT_BYTES + 1


@on_both
def test_a_photo_of_the_paper_does_not_fill_the_disk(
    record: Record, nobody: Visitor, link: str, clock: Hands, tmp_path: Path
) -> None:
    """Lost otherwise: a stranger in the corridor could store files without end, and never send a report."""
    record.papers = Papers(tmp_path / "papers")

    def choose(name: str) -> TestResponse:
        files = [(io.BytesIO(f"{name} {number}".encode()), f"{name}{number}.txt") for number in range(MOST)]
        form = WORDS | {"key": "k", "step": "review", "files": files}
        return nobody.post(link, form, content_type="multipart/form-data")

    def kept() -> int:
        return len(list((tmp_path / "papers").glob("??/??/*")))

    for reports in range(FILES_BY_LINK.most // MOST):
        assert choose(f"a{reports}-").status_code == 200
    assert kept() == FILES_BY_LINK.most
    answer = choose("over")
    assert answer.status_code == 429
    assert kept() == FILES_BY_LINK.most
    assert int(answer.headers["Retry-After"]) > 0
    assert "skicka utan filen, eller vänta till 16 april" in answer.text
    form = form_of(answer, link)
    assert form["what"] == WORDS["what"]
    assert nobody.post(link, form | {"step": "send"}).status_code == 200
    clock.now += timedelta(hours=1, minutes=1)
    assert choose("later").status_code == 200


def test_the_steps_of_one_link_are_counted_wherever_they_come_from(nobody: Visitor, link: str) -> None:
    """Lost otherwise: a program with many addresses and one photo could keep the machine at work."""
    form = WORDS | {"key": "k", "step": "review"}

    def step(number: int) -> TestResponse:
        where = {"REMOTE_ADDR": f"198.51.100.{number % 200}"}
        return nobody.post(link, form, environ_overrides=where)

    codes = {step(number).status_code for number in range(STEPS_BY_LINK.most)}
    assert codes == {200}
    answer = step(0)
    assert answer.status_code == 429
    assert form_of(answer, link)["what"] == WORDS["what"]


def test_a_file_of_nobody_s_is_not_attached(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: whoever knows a file's hash could have it attached to a report of her own, and read it."""
    files = {"files": (io.BytesIO(PDF), "lista.pdf")}
    page = nobody.post(link, nobody.form(link) | WORDS | {"step": "review"} | files, content_type="multipart/form-data")
    sealed = form_of(page, link)["paper-1"]
    assert sealed
    for forged in (sealed[:-1] + ("0" if sealed[-1] != "0" else "1"), "x.y", "a" + sealed, ""):
        nobody.post(link, form_of(page, link) | {"paper-1": forged, "step": "send", "key": f"k{len(forged)}"})
    for item in work_list(record, HELENA, MORNING).items:
        assert view(record, HELENA, item.number, MORNING).papers == ()


def test_a_personal_number_is_caught_and_shown_where_it_stands(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a patient's number would stand in a text that two organisations read (law 6)."""
    form = nobody.form(link) | WORDS | {"what": "Det gällde 850709-9805 på avdelningen.", "step": "send"}
    answer = nobody.post(link, form)
    assert answer.status_code == 422
    assert "Det gällde 850709-9805" in answer.text
    assert work_list(record, HELENA, MORNING).items == ()


def test_the_form_speaks_english_too(nobody: Visitor, link: str) -> None:
    """Lost otherwise: a colleague who reads no Swedish could not report."""
    nobody.post("/language", {"language": "en", "next": link})
    page = nobody.get(link).text
    for word in ("What happened?", "Telephone first", "Review and send", "Nothing is kept on the telephone"):
        assert word in page
    for word in ("Vad hände", "Vet inte", "Sök", "Ingen"):
        assert word not in page


def test_a_bold_text_stays_text(record: Record, nobody: Visitor, link: str) -> None:
    """Lost otherwise: a stranger with the link could run a script in the handler's page."""
    bold = "<script>alert(1)</script><b onmouseover=alert(2)>"
    receipt = _sent(nobody, link, WORDS | {"what": bold, "agreed": bold, "reach_me": bold, "consequence": bold})
    assert "<script>alert" not in receipt
    [follow] = re.findall(r'href="http://localhost(/follow/[0-9a-f]+)"', receipt)
    assert "<b on" not in nobody.get(follow).text


def test_one_who_is_signed_in_reports_by_the_link_as_anybody(
    record: Record, at: Callable[[Seer], Visitor], link: str
) -> None:
    """Lost otherwise: a colleague of another unit who helps out would report in the wrong unit's name."""
    _sent(at(ANNA), link, WORDS)
    [item] = work_list(record, HELENA, MORNING).items
    assert not any(line.by for line in view(record, HELENA, item.number, MORNING).lines)


def test_what_the_reporter_chose_comes_along_to_the_one_who_checks(
    record: Record, nobody: Visitor, link: str, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whom she meant and what it led to would be asked again of one who was not there (law 8)."""
    _sent(nobody, link, WORDS | {"harm": "harm", "risk_goes_on": "yes"})
    [item] = work_list(record, HELENA, MORNING).items
    helena, path = at(HELENA), f"/cases/{item.number}"
    case, form = helena.get(path).text, f"{path}/moves/check"
    about = case.partition('<dl class="facts">')[2].partition("</dl>")[0]
    history = case[case.index('class="timeline"') :]
    for place in (about, history, helena.get(form).text):
        assert "Sahlgrenska Universitetssjukhuset" in place
        assert "Skada" in place
    assert WORDS["what"] in helena.get(form).text
    first = helena.form(form)
    assert (first["operation"], first["harm"]) == ("su", "harm")


def test_another_choice_than_the_reporter_s_stands_beside_hers(
    record: Record, nobody: Visitor, link: str, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: a manager could make harm into a risk, and nobody would see that somebody had said harm."""
    _sent(nobody, link, WORDS | {"harm": "harm"})
    [item] = work_list(record, HELENA, MORNING).items
    assert "Rapportören angav: Skada" in at(HELENA).get(f"/cases/{item.number}/moves/check").text
    at(HELENA).move(item.number, "check", {"harm": "risk"})
    for reader in (HELENA, PETRA):
        page = at(reader).get(f"/cases/{item.number}").text
        assert "Risk. Rapportören angav: Skada" in page
    assert "Rapportören angav: Sahlgrenska" not in page, "what was weighed before it left is the sender's own"
