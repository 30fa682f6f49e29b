"""The administrator's and the auditor's pages: what they do, what the log keeps of it, and that no case is in any."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from cases.clock.function_mailboxes import set_mailbox
from cases.contents.patient import set_patient, show_patient
from cases.functions import posts_of
from cases.organisation.administration import acts
from cases.organisation.people import add_person, person
from cases.record import Record
from cases.sight import Seer
from cases.signing_in.invitations import invitation_of
from config.settings import FIELDS, load_settings
from config.settings_told import settings_told
from notifications.delivery import Letterhead
from notifications.mailbox import LocalMailbox
from notifications.round import run_round
from tests.cases.deviations import ANNA, MAJA, OSKAR, STINA, arrived
from tests.record import MORNING, SOON
from tests.web.test_walls import canaries
from tests.web.visitor import SERVING, Hands, Visitor, form_of, on_both
from tests.web.whole_record import fingerprint
from web.app import create_app
from web.guard import Right, right_of
from web.upkeep.people_page import MOST

KIM = Seer("kim.savas", "administrator@county")
RUNE = Seer("rune.ekvall", "auditor@county")
PEOPLE = "/administration/people"
REFUSED_LETTER = """INSERT INTO letter (message_id, account, address, subject, body, written_at, outcome, answer)
 VALUES (:a, :a, :e, '', '', :at, 'refused', '550 5.1.1 user unknown')"""
FILLED = {"account": MAJA.account, "forum": "nosam-molndal"}


def _pages(app: Flask, right: Right) -> Iterator[tuple[str, str]]:
    """(method, path) of every route with that right."""
    for rule in app.url_map.iter_rules():
        if right_of(app, rule.endpoint) is right:
            path = rule.rule
            for name, value in FILLED.items():
                path = path.replace(f"<{name}>", value)
            assert "<" not in path, path
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, path


@pytest.fixture
def kim(at: Callable[[Seer], Visitor]) -> Visitor:
    """The administrator, who has asked for Swedish."""
    visitor = at(KIM)
    visitor.post("/language", {"language": "sv", "next": "/"})
    return visitor


@pytest.mark.parametrize("right", [Right.ADMINISTERING, Right.AUDITING])
def test_the_pages_are_one_function_s_alone(
    app: Flask, record: Record, at: Callable[[Seer], Visitor], right: Right
) -> None:
    """Lost otherwise: a handler could give herself the whole county, or read who reads what."""
    own, others = (KIM, (RUNE, MAJA, STINA)) if right is Right.ADMINISTERING else (RUNE, (KIM, MAJA, STINA))
    routes = list(_pages(app, right))
    assert len(routes) > 2
    for seer in others:
        visitor = at(seer)
        for method, path in routes:
            assert visitor.open(method, path, headers=visitor.headers).status_code == 403, (seer, method, path)
    visitor = at(own)
    assert {visitor.get(path).status_code for method, path in routes if method == "GET"} == {200}
    assert acts(record, MORNING + timedelta(days=1), 10) == ()


def test_who_reads_no_case_begins_where_there_is_something_to_do(kim: Visitor) -> None:
    """Lost otherwise: an administrator would begin every day at a work list that can never hold anything."""
    assert kim.get("/").location == "/administration"
    assert 'href="/cases"' not in kim.get("/administration").text


@on_both
def test_no_page_of_the_system_s_keepers_holds_anything_of_a_case(
    app: Flask, record: Record, clock: Hands, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whoever looks after the machine would read what happened to whom (domain.md section 3)."""
    number = canaries(record)
    run_round(record, SOON, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    with record.database.write() as tx:
        tx.run("UPDATE docket SET status = 'parked' WHERE id = (SELECT MIN(id) FROM docket WHERE status = 'waiting')")
    clock.now = MORNING.replace(month=8)
    for seer, right in ((KIM, Right.ADMINISTERING), (RUNE, Right.AUDITING)):
        visitor = at(seer)
        for method, path in _pages(app, right):
            shown = visitor.open(method, path, headers=visitor.headers, follow_redirects=True).text
            assert "kanarie" not in shown, (method, path)
            # What was put aside is dealt with by its number; what waits and what left names no case.
            assert (number in shown) == (path == "/administration/docket"), (method, path)
        for path in (f"/cases/{number}", f"/cases/{number}/file", f"/cases/{number}/moves/escalate"):
            assert visitor.get(path).status_code == 404


@on_both
def test_somebody_new_gets_in(record: Record, kim: Visitor) -> None:
    """Lost otherwise: each new colleague would need somebody with a terminal on the machine."""
    new = {"new_account": "ny.person", "name": "Ny Person", "email": "ny@example.org", "speaks": "en"}
    assert kim.post(PEOPLE, new).location == f"{PEOPLE}/ny.person?done=added"
    given = {"function": "handler", "where": "unit:hsv-molndal", "since": "2026-04-16", "until": "2026-06-30"}
    assert kim.post(f"{PEOPLE}/ny.person/functions", given).status_code == 303
    chair = {"function": "member", "where": "forum:lgs", "side": "municipal"}
    assert kim.post(f"{PEOPLE}/ny.person/functions", chair).status_code == 303
    assert kim.post(f"{PEOPLE}/ny.person/entry", {"do": "invite"}).status_code == 303
    invitation = invitation_of(record, "ny.person")
    assert invitation is not None
    assert invitation.status == "due"
    with record.database.read() as tx:
        assert posts_of(tx, "ny.person", MORNING.date()) == ("handler@unit:hsv-molndal", "member.municipal@forum:lgs")
    page = kim.get(f"{PEOPLE}/ny.person?done=invite").text
    assert "till 30 juni" in page
    assert "En inbjudan går i väg" in page
    assert "ny.person" in kim.get(f"{PEOPLE}?q=ny.per").text
    assert kim.get(PEOPLE).text.count('class="person"') == MOST, "the page shows people before anybody searches"
    kept = {act.act for act in acts(record, MORNING + timedelta(days=1), 10)}
    assert kept == {"person_added", "function_given", "invited"}


@on_both
def test_a_dead_address_is_seen_and_corrected(record: Record, kim: Visitor) -> None:
    """Lost otherwise: one of two handlers gets no letters for months, her colleague gets hers, and whoever could mend
    it sees nothing, or needs somebody with a terminal."""
    assert "tar inte emot brev" not in kim.get("/administration").text
    office = "receiver@operation:su"
    set_mailbox(record, office, "samverkan@su.example.invalid", "sv")
    email = person(record, MAJA.account).email
    with record.database.write() as tx:
        for account, address in ((MAJA.account, email), (office, "samverkan@su.example.invalid")):
            tx.run(REFUSED_LETTER, a=account, e=address, at=MORNING)
    page = kim.get("/administration").text
    assert "2 adresser tar inte emot brev" in page
    assert page.count("550 5.1.1 user unknown") == 2
    assert "handläggare vid" in page, "what is at stake: the functions whose letters go there"
    path = f"{PEOPLE}/{MAJA.account}"
    assert f'href="{path}#mail"' in page
    assert 'href="/administration/mailboxes"' in page.partition('id="dead"')[2]
    assert "Tar inte emot brev." in kim.get(path).text
    for wrong in ("", "maja", "a b@example.org", "a@example.org\r\nBcc: b@example.org"):
        refused = kim.post(f"{path}/address", {"email": wrong})
        assert (refused.status_code, "Skriv en e-postadress" in refused.text) == (422, True), wrong
    assert person(record, MAJA.account).email == email
    assert kim.post(f"{PEOPLE}/nobody.here/address", {"email": "a@example.org"}).status_code == 404
    done = kim.post(f"{path}/address", {"email": " maja@example.org "})
    assert done.location == f"{path}?done=address"
    assert person(record, MAJA.account).email == "maja@example.org"
    corrected = kim.get(done.location).text
    assert "Adressen är ändrad" in corrected
    assert "Tar inte emot brev." not in corrected
    assert "En adress tar inte emot brev" in kim.get("/administration").text
    kept = [(act.act, act.account, act.about, act.facts) for act in acts(record, MORNING + timedelta(days=1), 1)]
    assert kept == [("address_set", KIM.account, MAJA.account, {"email": "maja@example.org"})]
    log = kim.get("/administration/log").text
    assert "E-postadress ändrad" in log
    assert "maja@example.org" in log


def test_a_function_gets_its_last_day(record: Record, kim: Visitor) -> None:
    """Lost otherwise: whoever has changed jobs would read on."""
    path = f"{PEOPLE}/{MAJA.account}/functions/end"
    assert kim.post(path, {"post": MAJA.post, "last": "2026-04-15"}).status_code == 303
    assert [h.until.isoformat() for h in person(record, MAJA.account).holdings if h.until] == ["2026-04-15"]
    refused = kim.post(path, {"post": MAJA.post, "last": "2026-04-15x"})
    assert refused.status_code == 422
    assert "Skriv dagen som" in refused.text


def test_who_acts_at_a_party_that_is_not_connected_is_told_so(kim: Visitor) -> None:
    """Lost otherwise: an administrator cannot know that nobody there is expected to sign in, nor that it counts."""
    told = "Parten är införd som inte ansluten"
    assert told in kim.get(f"{PEOPLE}/margareta.klingvall").text
    assert told not in kim.get(f"{PEOPLE}/{MAJA.account}").text


def test_an_absence_and_its_substitute(record: Record, kim: Visitor) -> None:
    """Lost otherwise: the cases of whoever is ill would wait for her."""
    path = f"{PEOPLE}/{MAJA.account}/absences"
    away = {"since": "2026-04-16", "until": "2026-04-24", "substitute": "leila.flodin"}
    assert kim.post(path, away).status_code == 303
    with record.database.read() as tx:
        assert MAJA.post in posts_of(tx, "leila.flodin", MORNING.date())
    page = kim.get(f"{PEOPLE}/{MAJA.account}").text
    assert "ersätter i alla funktioner" in page
    assert kim.post(f"{path}/end", {"since": "2026-04-16"}).status_code == 303
    assert person(record, MAJA.account).absences == ()
    assert kim.post(path, away | {"substitute": " Leila  Flodin "}).status_code == 303, "a name will do"
    assert [one.substitute for one in person(record, MAJA.account).absences] == ["leila.flodin"]
    assert "mer än tio arbetsdagar är en överlämning" in kim.get(f"{PEOPLE}/{MAJA.account}").text
    add_person(record, "leila.flodin.2", "Leila Flodin", "leila.flodin.2@molndal.example.invalid", "sv")
    twins = kim.post(path, {"since": "2026-05-04", "until": "2026-05-05", "substitute": "Leila Flodin"})
    assert (twins.status_code, "Flera heter så" in twins.text) == (422, True)
    half = kim.post(path, {"since": "2026-04-16"})
    assert half.status_code == 422
    assert "både första och sista dagen" in half.text


@pytest.mark.parametrize(
    ("path", "typed", "said"),
    [
        ("", {"new_account": "Ny Person", "name": "x", "email": "x@y.se"}, "Kontot kan inte heta så"),
        ("", {"new_account": "ny", "name": "", "email": "x@y.se"}, "Skriv personens namn"),
        ("", {"new_account": "ny", "name": "x", "email": "ingen"}, "Skriv en e-postadress"),
        ("", {"new_account": MAJA.account, "name": "x", "email": "x@y.se"}, "Kontot finns redan"),
        ("/maja.ekdahl/functions", {"function": "handler", "where": "forum:lgs"}, "inte på en sådan plats"),
        ("/maja.ekdahl/functions", {"function": "", "where": ""}, "inte på en sådan plats"),
        ("/maja.ekdahl/functions", {"function": "handler", "where": "unit:finns-inte"}, "Välj en plats"),
        ("/maja.ekdahl/functions", {"function": "chair", "where": "forum:lgs"}, "Välj sida"),
        (
            "/maja.ekdahl/functions",
            {"function": "reporter", "where": "unit:hsv-molndal", "since": "2026-05-02", "until": "2026-05-01"},
            "ligger före den första",
        ),
        ("/maja.ekdahl/functions", {"function": "handler", "where": "unit:hsv-molndal"}, "har redan funktionen"),
        ("/maja.ekdahl/functions/end", {"post": "chief@operation:su"}, "har inte funktionen den dagen"),
        (
            "/maja.ekdahl/absences",
            {"since": "2026-05-01", "until": "2026-05-02", "substitute": "ingen.alls"},
            "Kontot finns inte",
        ),
        (
            "/maja.ekdahl/absences",
            {"since": "2026-05-01", "until": "2026-05-02", "substitute": OSKAR.account},
            "hos en annan part",
        ),
        (
            "/maja.ekdahl/absences",
            {"since": "2026-05-01", "until": "2026-05-02", "substitute": "maja.ekdahl"},
            "Ingen ersätter sig själv",
        ),
        ("/maja.ekdahl/absences/end", {"since": "2026-05-01"}, "finns inte längre"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_was_typed(
    record: Record, kim: Visitor, path: str, typed: dict[str, str], said: str
) -> None:
    """Lost otherwise: a slip would end in a fault page, or in the wrong person's rights."""
    answer = kim.post(PEOPLE + path, typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert acts(record, MORNING + timedelta(days=1), 10) == ()
    if "email" in typed:
        assert f'value="{typed["email"]}"' in answer.text


@on_both
def test_nobody_makes_herself_a_reader_of_cases(record: Record, kim: Visitor) -> None:
    """Lost otherwise: the one who gives out functions could read every case in the county."""
    own = {"function": "handler", "where": "unit:hsv-molndal"}
    stands_in = {"since": "2026-04-16", "until": "2026-04-24", "substitute": KIM.account}
    for path, typed in ((f"{KIM.account}/functions", own), (f"{MAJA.account}/absences", stands_in)):
        answer = kim.post(f"{PEOPLE}/{path}", typed)
        assert answer.status_code == 422
        assert "Ingen ger sig själv en funktion" in answer.text
    with record.database.read() as tx:
        assert posts_of(tx, KIM.account, MORNING.date()) == (KIM.post,)


def test_an_account_is_closed_with_a_reason_that_stands_in_the_log(
    record: Record, kim: Visitor, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: whoever has left could go on reading until somebody remembers the terminal."""
    maja = at(MAJA)
    path = f"{PEOPLE}/{MAJA.account}/entry"
    assert kim.post(path, {"do": "close", "reason": "Har slutat"}).status_code == 303
    assert maja.get("/cases").status_code == 303
    refused = kim.post(path, {"do": "invite"})
    assert (refused.status_code, "Öppna det först" in refused.text) == (422, True)
    for do in ("open", "invite", "revoke", "reset"):
        assert kim.post(path, {"do": do}).status_code == 303, do
    assert kim.post(path, {"do": "delete"}).status_code == 400
    assert kim.post(f"{PEOPLE}/ingen.alls/entry", {"do": "close"}).status_code == 404
    page = kim.get("/administration/log").text
    assert "Konto stängt: Maja" in page
    assert "Har slutat" in page
    assert "Koder nollställda" in page


def test_the_last_administrator_stays(record: Record, kim: Visitor) -> None:
    """Lost otherwise: one click, and nobody in the county could give out a function again."""
    path = f"{PEOPLE}/{KIM.account}"
    for answer in (
        kim.post(f"{path}/entry", {"do": "close"}),
        kim.post(f"{path}/functions/end", {"post": KIM.post, "last": "2026-04-16"}),
    ):
        assert answer.status_code == 422
        assert "länets sista administratör" in answer.text
    assert kim.get("/administration").status_code == 200


@on_both
def test_a_unit_ends_and_its_heir_takes_over(record: Record, kim: Visitor, at: Callable[[Seer], Visitor]) -> None:
    """Lost otherwise: a reorganisation would leave cases with a unit that is not there."""
    number = arrived(record)
    ending = {"unit": "hsv-molndal", "last": "2026-04-15", "reason": "Ny organisation"}
    refused = kim.post("/administration/units", ending)
    assert refused.status_code == 422
    assert "Enheten har öppna ärenden" in refused.text
    assert 'value="2026-04-15"' in refused.text
    other = kim.post("/administration/units", ending | {"heir": "hsv-harryda"})
    assert (other.status_code, "samma huvudman" in other.text) == (422, True)
    assert kim.post("/administration/units", ending | {"last": "snart"}).status_code == 422
    sibling = next(c for c, s in _units(record) if c != "hsv-molndal" and s.party == "molndal")
    ahead = kim.post("/administration/units", ending | {"heir": sibling, "last": "2026-04-30"})
    assert "Till och med den dagen arbetar enheten som förut." in ahead.text
    assert "Öppna ärenden just nu: 1." in ahead.text
    looked = kim.post("/administration/units", ending | {"heir": sibling})
    assert "Öppna ärenden som genast går över" in looked.text
    assert ": 1. Det kan inte göras ogjort" in looked.text
    assert acts(record, MORNING + timedelta(days=1), 10) == (), "nothing is done by looking it through"
    back = kim.post("/administration/units", form_of(looked, "/administration/units") | {"step": "change"})
    assert 'value="2026-04-15"' in back.text
    sent = form_of(looked, "/administration/units") | {"step": "do"}
    done = kim.post("/administration/units", sent, follow_redirects=True)
    assert "Ärenden som gick över: 1" in done.text
    assert number not in done.text
    [act] = acts(record, MORNING + timedelta(days=1), 10)
    assert (act.act, act.about, act.facts["cases"], act.reason) == ("unit_ended", "hsv-molndal", 1, "Ny organisation")


def test_a_unit_that_ended_without_an_heir_can_still_get_one(record: Record, kim: Visitor) -> None:
    """Lost otherwise: a case that turns up at an ended unit would have nobody to go to, and no page would help."""
    ending, heir = "su-molndal-ortopedi", "su-ostra-psykiatri"
    path, last = "/administration/units", {"unit": ending, "last": "2026-04-15", "step": "do"}
    assert kim.post(path, last).status_code == 303
    again = kim.post(path, last | {"last": "2026-04-14"})
    assert (again.status_code, "redan upphört" in again.text) == (422, True)
    assert f'value="{ending}"' in kim.get(path).text
    assert kim.post(path, last | {"heir": heir}).status_code == 303
    assert f'value="{ending}"' not in kim.get(path).text
    assert kim.post(path, {"unit": heir, "heir": ending, "last": "2026-04-15", "step": "do"}).status_code == 422


def _units(record: Record):
    with record.database.read() as tx:
        org = record.world(tx, MORNING).org
    return [(code, org.sides[code]) for code in sorted(org.open_units)]


def test_the_auditor_reviews_a_sample_and_keeps_what_she_found(
    record: Record, clock: Hands, at: Callable[[Seer], Visitor]
) -> None:
    """Lost otherwise: the read-log would be written for nobody."""
    number = arrived(record)
    set_patient(record, MAJA, number, "Fru på fyran", MORNING)
    show_patient(record, MAJA, number, "Ringer upp anhörig", MORNING)
    clock.now = MORNING.replace(month=7)
    rune = at(RUNE)
    page = rune.get("/review").text
    assert "Ringer upp anhörig" in page
    assert "Fru på fyran" not in page
    assert rune.post("/review", {"found": " "}).status_code == 422
    assert rune.post("/review", {"found": "x" * 2001}).status_code == 422
    assert rune.post("/review", {"found": "Rimliga skäl."}).status_code == 303
    assert "Rimliga skäl." in rune.get("/review").text
    assert "Läslogg granskad: första halvåret 2026" in rune.get("/review/administration").text


def test_what_the_installation_is_set_to_is_shown_without_secrets(
    record: Record, clock: Hands, app: Flask, tmp_path: Path
) -> None:
    """Lost otherwise: an administrator would ask for a screenshot of the environment, secrets and all; or reads a name
    in capitals and has to guess what it does."""
    environ = {
        "STEGEN_DATA": str(tmp_path),
        "STEGEN_SMTP_URL": "smtp://post:hemligt@localhost",
        "STEGEN_CONTACT": "4711",
    }
    told = settings_told(load_settings(environ), environ)
    own = create_app(record, SERVING, clock, demo=True, settings_told=lambda: told)
    own.jinja_env.bytecode_cache = app.jinja_env.bytecode_cache
    kim = Visitor(own.test_client())
    kim.post("/sign-in/demo", {"account": KIM.account, "post": KIM.post})
    kim.post("/language", {"language": "sv", "next": "/"})
    page = kim.get("/administration/settings").text
    assert "Hemligheter visas inte" in page
    assert "hemligt" not in page
    for shown in (str(tmp_path), "Avsändaren i alla brev.", "gjord här, en gång"):
        assert shown in page, shown
    assert page.count("<dt><code>STEGEN_") == len(FIELDS)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_how_it_stands_is_told_in_both_languages(kim: Visitor, language: str) -> None:
    """Lost otherwise: whoever is called at night would read half of it in the other language."""
    kim.post("/language", {"language": language, "next": "/administration"})
    page = kim.get("/administration").text
    assert ("Klockan har aldrig gått ett helt varv" in page) == (language == "sv")
    assert ("The clock has never finished a round" in page) == (language == "en")
    assert "avvikelse" in kim.get("/administration/routines").text.lower() or language == "en"


def test_the_log_goes_back_page_by_page(record: Record, clock: Hands, kim: Visitor) -> None:
    """Lost otherwise: what was done last spring could only be read by a program."""
    path = f"{PEOPLE}/{ANNA.account}/entry"
    for number in range(52):
        clock.now = MORNING + timedelta(seconds=number)
        assert kim.post(path, {"do": "reset", "reason": f"gång {number:03}"}).status_code == 303
    first = kim.get("/administration/log").text
    assert "gång 051" in first
    assert "gång 001" not in first
    older = first.split("before=")[1].split('"')[0]
    second = kim.get(f"/administration/log?before={older}").text
    assert "gång 001" in second
    assert "gång 051" not in second
    assert kim.get("/administration/log?before=igår").status_code == 200


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"])
@on_both
def test_a_place_outside_all_time_is_the_first_page_of_the_log(
    at: Callable[[Seer], Visitor], kim: Visitor, before: str
) -> None:
    """Lost otherwise: an address that was tampered with is answered as if Stegen had broken."""
    kim.post(f"{PEOPLE}/{ANNA.account}/entry", {"do": "reset", "reason": "Tappad telefon"})
    for reader, page in ((kim, "/administration/log"), (at(RUNE), "/review/administration")):
        answer = reader.get(f"{page}?before={before}")
        assert answer.status_code == 200
        assert "Tappad telefon" in answer.text


@on_both
def test_a_nul_is_refused_at_the_door(record: Record, kim: Visitor) -> None:
    """Lost otherwise: what one database keeps and the other refuses would look as if Stegen had broken."""
    before = fingerprint(record)
    asked = [f"{PEOPLE}?q=%00", "/administration/log?before=%00", "/cases?stage=%00", f"{PEOPLE}?%00=x"]
    assert {kim.get(path).status_code for path in asked} == {400}
    assert kim.get(f"{PEOPLE}/%00").status_code == 404
    given = {"function": "handler", "where": "unit:\0", "reason": "Behåll mig"}
    answer = kim.post(f"{PEOPLE}/{MAJA.account}/functions", given)
    assert (answer.status_code, "Behåll mig" in answer.text) == (400, True)
    assert fingerprint(record) == before


def test_every_page_of_a_training_copy_says_what_it_is(record: Record, clock: Hands) -> None:
    """Lost otherwise: somebody would answer a deviation in the copy, and believe that it is answered."""
    number = arrived(record)
    copy = create_app(record, replace(SERVING, training=True), clock, demo=True)
    visitor = Visitor(copy.test_client())
    visitor.post("/sign-in/demo", {"account": MAJA.account, "post": MAJA.post})
    for path in ("/cases", f"/cases/{number}", f"/cases/{number}/moves/told", "/report", "/nowhere", "/account"):
        assert "Övningskopia" in visitor.get(path).text, path


def test_how_it_stands_warns_of_a_statement_that_names_nobody(record: Record, clock: Hands, kim: Visitor) -> None:
    """Lost otherwise: the accessibility statement that the law asks for would say "turn to" and nobody, for years."""
    page = kim.get("/administration").text
    assert "STEGEN_CONTACT" in page
    assert "<code>stegen worker</code>" in page, "a command is set as one, without the signs that mark it in the text"
    named = create_app(record, replace(SERVING, contact="stegen@county.example"), clock, demo=True)
    other = Visitor(named.test_client())
    other.post("/sign-in/demo", {"account": KIM.account, "post": KIM.post})
    assert "STEGEN_CONTACT" not in other.get("/administration").text


@pytest.mark.parametrize(
    ("language", "moment"), [("sv", "torsdag 16 april 2026 kl. 10.00"), ("en", "10:00 on Thursday 16 April 2026")]
)
def test_how_it_stands_is_told_in_stockholm_s_time(
    record: Record, clock: Hands, kim: Visitor, language: str, moment: str
) -> None:
    """Lost otherwise: a clock that went a minute ago would look two hours late beside every other page."""
    run_round(record, clock.now, LocalMailbox(Letterhead("http://localhost", "Stegen <stegen@localhost>")))
    kim.post("/language", {"language": language, "next": "/administration"})
    assert moment in kim.get("/administration").text
