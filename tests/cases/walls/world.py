"""The world of the walls: eighteen cases between eleven places, at every kind of stage, with a canary in every secret.

People are the county's own invented ones. What is said of a case (`Told`) is said by hand; the tests compare it with
what the record lets each function read.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from cases.contents import matter
from cases.record import Record
from cases.reports.reporting import NewCase
from cases.sight import Seer
from tests.cases.walls.telling import Place, Teller, Told

HSV = Place("hsv-molndal", "vo-molndal", "von-molndal")
ORTO = Place("su-molndal-ortopedi", "su", "styrelsen-su")
SU = Place("", "su", "styrelsen-su")
UTSKRIVNING = Place("su-utskrivning", "su", "styrelsen-su")
LYCKAN = Place("vc-lyckan", "vardval-goteborg", "ohsn", provider=True)
KUNGALV = Place("hsv-kungalv", "vo-kungalv", "von-kungalv")
CENTRUM = Place("hsv-goteborg-centrum", "avo-goteborg", "avon-goteborg")
AVO = Place("", "avo-goteborg", "avon-goteborg")
NARHALSAN = Place("", "narhalsan-goteborg", "styrelsen-narhalsan")
SIV_KUNGALV = Place("siv-kungalv-medicin", "siv-kungalv", "styrelsen-siv")

ANNA = Seer("anna.lind", "reporter@unit:hsv-molndal")
SAMUEL = Seer("samuel.torn", "reporter@unit:hsv-molndal")
MAJA = Seer("maja.ekdahl", "handler@unit:hsv-molndal")
HELENA = Seer("helena.brodin", "unit_manager@unit:hsv-molndal")
DISA = Seer("disa.hammar", "receiver@operation:vo-molndal")
GUNNEL = Seer("gunnel.ask", "contact_person@authority:von-molndal")
PETRA = Seer("petra.lonnroth", "receiver@operation:su")
OSKAR = Seer("oskar.nyberg", "handler@unit:su-molndal-ortopedi")
KATARINA = Seer("katarina.selin", "unit_manager@unit:su-molndal-ortopedi")
LINA = Seer("lina.karlberg", "reporter@unit:su-molndal-ortopedi")
HARRIET = Seer("harriet.lundqvist.falk", "contact_person@authority:styrelsen-su")
IDA = Seer("ida.ullstrom", "unit_manager@unit:su-utskrivning")
ARVID = Seer("arvid.soderqvist", "receiver@operation:vardval-goteborg")
HAKAN = Seer("hakan.stalnacke", "contract_manager@unit:vc-lyckan")
NILS = Seer("nils.aronsson", "handler@unit:vc-lyckan")
LYDIA = Seer("lydia.frank", "unit_manager@unit:vc-lyckan")
MOA = Seer("moa.rydin", "reporter@unit:vc-lyckan")
GOREL = Seer("gorel.tapper", "unit_manager@unit:hsv-kungalv")
PATRIK = Seer("patrik.holmdahl", "chief@operation:vo-kungalv")
ULLA = Seer("ulla.brink", "reporter@unit:hsv-kungalv")
PONTUS = Seer("pontus.ahlin", "handler@unit:hsv-kungalv")
SAMIR = Seer("samir.ekdahl", "receiver@operation:siv-kungalv")
KRISTINA = Seer("kristina.thunell", "handler@unit:siv-kungalv-medicin")
NOUR = Seer("nour.haddad", "reporter@unit:hsv-goteborg-centrum")
ELVIRA = Seer("elvira.sjo", "handler@unit:hsv-goteborg-centrum")
SELMA = Seer("selma.karlberg", "receiver@operation:avo-goteborg")
JON = Seer("jon.wahlgren", "receiver@operation:narhalsan-goteborg")
STINA = Seer("stina.ekelof", "process_leader@forum:nosam-molndal")
INGALILL = Seer("ingalill.skold", "chair@forum:nosam-molndal")
LEIF = Seer("leif.tengvall", "vice_chair@forum:nosam-molndal")
ERIK = Seer("erik.wedin", "secretary@forum:nosam-molndal")
PREPARER = Seer("petra.holmkvist", "preparer.municipal@forum:nosam-molndal")
OTHER_PREPARER = Seer("mattias.pettersson", "preparer.regional@forum:nosam-molndal")
ELLINOR = Seer("ellinor.ravn", "process_leader@forum:lgs")
BRITT = Seer("britt.marie.gren", "vice_chair@forum:lgs")
HEDDA = Seer("hedda.svedberg", "secretary@forum:lgs")
TOMAS = Seer("tomas.hallsten", "process_leader@forum:simba-styrgrupp")
SECRETARY = Seer("kristina.frisk", "secretary@forum:simba-styrgrupp")
GUEST = Seer("rut.gast", "guest@forum:nosam-molndal")

NOSAM, LGS, SIMBA = "nosam-molndal", "lgs", "simba-styrgrupp"
MAJAS, OSKARS = "inner:von-molndal", "inner:styrelsen-su"

INVITE = """INSERT INTO holding (account, function, holder, side, acting, valid_from)
 VALUES ('rut.gast', 'guest', :holder, '', :no, '2026-01-01')"""
PERSON = """INSERT INTO person (account, name, email, language, password_hash, disabled)
 VALUES ('rut.gast', 'Rut Gast', 'rut.gast@example.invalid', 'sv', '', :no)"""


def tell(record: Record, seed: int, without: frozenset[str] = frozenset()) -> Teller:
    """The whole world, told into a record that is empty of cases."""
    with record.database.write() as tx:
        tx.run(PERSON, no=False)
        tx.run(INVITE, holder="forum:nosam-molndal", no=False)
    teller = Teller(record, seed, without)
    for story in STORIES:
        story(teller)
    return teller


def _deviation(
    t: Teller, told: Told, who: Seer, operation: str, *, facts: dict[str, Any] | None = None, sent: bool = True
) -> None:
    case, sides = told.label, "shared" if sent else "unsent"
    report = {
        "what": f"Listan saknades {t.word(case, 'what', 'report', sides)}.",
        "when": "16 april 2026",
        "agreed": f"Enligt rutinen {t.word(case, 'agreed', 'report', sides)}.",
        "consequence": f"Följden blev {t.word(case, 'consequence', 'report', sides)}.",
        "harm": "risk",
        "reach_me": f"Ring {t.word(case, 'reach me', told.raising.inner)}.",
    }
    known = {
        "clause": f"riktlinje/1/{t.word(case, 'clause', 'cover')}",
        "solved": t.word(case, "what the parties remember", "report", sides),
        **(facts or {}),
    }
    told.reporter = who.account
    t.begin(told, who, NewCase("deviation", operation=operation, facts=known, texts=report))


def _assigned(t: Teller, case: str, receiver: Seer, place: Place) -> None:
    records = dict.fromkeys((f"inner:{place.authority}", place.inner))
    note = f"Till dig {t.word(case, 'note to the handler', *records)}."
    t.move(case, receiver, "assign", unit=place.unit, assign_note=note)


def local(t: Teller) -> None:
    """Investigated where it arose, with everything that two parties can put into a case."""
    case = "local"
    facts = {
        "toward": t.word(case, "what was weighed before sending", "report", "sender"),
        "decided": {"forum": "none", "outcome": t.word(case, "a position not sent yet", "forum:none")},
        "lex_extended": t.word(case, "what tells of a hidden mark", "nobody"),
    }
    _deviation(t, Told(case, HSV, ORTO), ANNA, "su", facts=facts)
    _assigned(t, case, PETRA, ORTO)
    t.note(case, MAJA, MAJAS)
    t.note(case, OSKAR, OSKARS)
    t.note(case, HARRIET, OSKARS)
    t.paper(case, MAJA, MAJAS, inner=True)
    t.paper(case, OSKAR, OSKARS, inner=True)
    t.paper(case, HELENA, "shared")
    t.share(case, MAJA)
    t.registry(case, GUNNEL, MAJAS)
    t.registry(case, HARRIET, OSKARS)
    t.patient(case, MAJA)
    called = f"Ringde {t.word(case, 'lex', OSKARS)}."
    t.move(case, OSKAR, "inform_serious", serious="lex_maria", telephoned=called)
    t.move(case, OSKAR, "ask", question_text=f"Vilken lista? {t.word(case, 'question', 'shared')}")
    t.move(case, MAJA, "supplement", part_text=f"Den röda. {t.word(case, 'supplement', 'shared')}")
    t.file(case, MAJA, OSKAR, "shared")


def _contested(t: Teller, case: str, answers: Seer, contests: Seer) -> None:
    measure = {"what": f"Ny rutin {t.word(case, 'measure', 'report', 'shared')}", "owner": answers.post,
               "date": date(2026, 9, 1)}  # fmt: skip
    t.move(case, answers, "answer", cause=f"Rutinen brast {t.word(case, 'cause', 'report', 'shared')}.",
           measures=[measure], answer_words=f"Tack {t.word(case, 'answer', 'report', 'shared')}.")  # fmt: skip
    t.move(case, contests, "contest", contest_ground="facts", reason=f"Nej {t.word(case, 'contest', 'shared')}.")


def _talked(t: Teller, case: str, who: Seer) -> None:
    t.move(case, who, "talk", talk_note=f"Vi talades vid {t.word(case, 'talk', 'shared')}.")


def _at_nosam(t: Teller, case: str, *forums: str, pattern: str = "single", before: str = NOSAM) -> Told:
    """Contested and lifted to the nearest forum; its file's words come before `forums` in the end."""
    told = Told(case, HSV, ORTO, local=False, been=forums, before=(before,) if before else ())
    _deviation(t, told, ANNA, "su")
    _assigned(t, case, PETRA, ORTO)
    _contested(t, case, OSKAR, MAJA)
    t.patient(case, MAJA)
    t.note(case, HELENA, MAJAS)
    t.note(case, KATARINA, OSKARS)
    files = [f"file:{forum}" for forum in forums]
    attached = t.paper(case, MAJA, "shared", *files)
    t.file(case, MAJA, OSKAR, "shared", *files, attached=(attached,) if attached else ())
    _lifted(t, case, HELENA, KATARINA, pattern)
    return told


def _lifted(t: Teller, case: str, who: Seer, reader: Seer, pattern: str) -> None:
    _talked(t, case, who)
    t.move(case, reader, "sign")
    reason = f"Vi lyfter {t.word(case, 'why lifted', 'shared')}."
    t.move(case, who, "escalate", subject="agreement", pattern=pattern, reason=reason)


def _prepared(t: Teller, case: str) -> None:
    greeting = f"Mottaget {t.word(case, 'receipt', f'file:{NOSAM}')}."
    t.move(case, STINA, "acknowledge", receipt_note=greeting)
    t.move(case, PREPARER, "prepare", page=f"Sidan {t.word(case, 'page', f'forum:{NOSAM}')}.")
    t.note(case, INGALILL, f"forum:{NOSAM}")


def nosam(t: Teller) -> None:
    """Before the nearest forum, prepared, with a guest at its point."""
    case = "nosam"
    told = _at_nosam(t, case, NOSAM)
    _prepared(t, case)
    t.paper(case, STINA, f"file:{NOSAM}")
    t.paper(case, PREPARER, f"forum:{NOSAM}", inner=True)
    t.step(f"{case}: guests", lambda: matter.admit_guests(t.record, STINA, told.number, t.now))
    told.guests = (NOSAM,)
    t.unfinished_file(case, MAJA)


def lgs(t: Teller) -> None:
    """Forwarded from the nearest forum to the next: the first has it no more."""
    case = "lgs"
    told = _at_nosam(t, case, NOSAM, LGS, pattern="pattern", before=LGS)
    _prepared(t, case)
    t.step(f"{case}: guests", lambda: matter.admit_guests(t.record, STINA, told.number, t.now))
    t.move(case, INGALILL, "forward", forum_reason=f"Uppåt {t.word(case, 'why forwarded', f'file:{NOSAM}')}.")
    t.move(case, ELLINOR, "acknowledge", receipt_note=f"Mottaget {t.word(case, 'receipt above', f'file:{LGS}')}.")
    t.note(case, HEDDA, f"forum:{LGS}")


def parked(t: Teller) -> None:
    case = "parked"
    _at_nosam(t, case, NOSAM)
    t.move(case, STINA, "park", until=date(2026, 5, 20), wait_open="forum",
           waits_for=f"Kritik {t.word(case, 'awaited by the forum', f'forum:{NOSAM}')}.",
           asked_whom=f"Någon {t.word(case, 'asked by the forum', f'forum:{NOSAM}')}.")  # fmt: skip
    t.move(case, STINA, "wake", forum_reason=f"Fel {t.word(case, 'why woken', f'file:{NOSAM}')}.")
    t.move(case, STINA, "park", until=date(2026, 5, 20), wait_open="file",
           waits_for=f"Råd {t.word(case, 'awaited', f'file:{NOSAM}')}.",
           asked_whom=f"Juristerna {t.word(case, 'asked', f'file:{NOSAM}')}.")  # fmt: skip
    t.note(case, STINA, f"forum:{NOSAM}")


def decided(t: Teller) -> None:
    """Answered by the chair, worded otherwise by the vice chair, and not sent: no word of it has left the forum."""
    _decided(t, "decided", f"forum:{NOSAM}")


def sent(t: Teller) -> None:
    """The same, and sent: the words that stood then are in the file, and those that were written over are not."""
    case, open_to = "sent", (f"forum:{NOSAM}", f"file:{NOSAM}")
    _decided(t, case, *open_to)
    t.move(case, INGALILL, "approve")
    t.move(case, ERIK, "deliver")
    told = f"Mötet {t.word(case, 'supplementary position', f'file:{NOSAM}')}."
    t.move(case, STINA, "report_decision", meeting_says="supplements", supplement_text=told)


def _decided(t: Teller, case: str, *open_to: str) -> None:
    _at_nosam(t, case, NOSAM)
    t.move(case, STINA, "acknowledge")
    t.move(case, PREPARER, "prepare", page=f"Sidan {t.word(case, 'page', f'forum:{NOSAM}')}.")
    comment = f"Vi saknar {t.word(case, 'comment on the page', f'forum:{NOSAM}')}."
    t.move(case, OTHER_PREPARER, "confirm", page_comment=comment)
    t.move(case, STINA, "agenda")
    t.move(case, INGALILL, "decide_chair", position="opinion",
           answer_text=f"Vi läser så {t.word(case, 'first wording', f'forum:{NOSAM}')}.",
           rests_on=f"Avsnitt {t.word(case, 'what it rests on', *open_to)}.",
           remark=f"Vi skickar med {t.word(case, 'remark', *open_to)}.")  # fmt: skip
    t.move(case, LEIF, "supplement", answer_text=f"Vi läser hellre så {t.word(case, 'second wording', *open_to)}.")


def ended(t: Teller) -> None:
    """Returned by the forum, solved where it arose, ended: the forum reads it no more."""
    case = "ended"
    _at_nosam(t, case, NOSAM, before="")
    t.note(case, STINA, f"forum:{NOSAM}")
    t.move(case, STINA, "return", ground="incomplete", returned_to=HELENA.post, return_by=date(2026, 5, 12),
           forum_reason=f"Underlaget {t.word(case, 'why returned', f'file:{NOSAM}')}.",
           return_task=f"Komplettera {t.word(case, 'task', f'file:{NOSAM}')}.")  # fmt: skip
    t.move(case, MAJA, "accept", reason=f"Löst {t.word(case, 'solved', 'shared')}.")


def arenas(t: Teller) -> None:
    """A dispute between SU in Göteborg's arena and Kungälv in SIMBA: before both arenas' forums."""
    case = "arenas"
    told = Told(case, KUNGALV, UTSKRIVNING, reporter=GOREL.account, before=(SIMBA, LGS), been=(SIMBA, LGS), local=False)
    new = NewCase(
        "dispute", operation="su", receiving_unit="su-utskrivning",
        facts={"clause": f"hemgang/1/{t.word(case, 'clause', 'cover')}"},
        texts={"document": "unknown", "question": f"Vem betalar? {t.word(case, 'question', 'shared')}"},
    )  # fmt: skip
    t.begin(told, GOREL, new)
    t.note(case, GOREL, "inner:von-kungalv")
    t.note(case, IDA, OSKARS)
    t.move(case, IDA, "acknowledge", time_one=f"Måndag {t.word(case, 'time', 'shared')}", time_two="tisdag 10")
    t.move(case, GOREL, "done", met_on=date(2026, 4, 15), meeting_note=f"Vi talade {t.word(case, 'met', 'shared')}.")
    t.move(case, GOREL, "contest", subject="agreement")
    t.move(case, GOREL, "sign", agreed_facts=f"Alla {t.word(case, 'agreed facts', 'shared')}.",
           disputed_facts=f"Inte {t.word(case, 'disputed facts', 'shared')}.",
           our_view=f"Vi anser {t.word(case, 'their view', 'shared')}.",
           question_up=f"Vad gäller {t.word(case, 'question up', 'shared')}?")  # fmt: skip
    files = ("shared", f"file:{SIMBA}", f"file:{LGS}")
    # Her view is taken over into the file as she wrote it, whoever of the two sides writes the rest.
    t.move(case, IDA, "sign", our_view=f"Vi menar {t.word(case, 'other view', *files)}.")
    t.file(case, GOREL, IDA, *files)
    t.move(case, PATRIK, "escalate", subject="agreement", pattern="pattern", care=GOREL.post,
           reason=f"Vi lyfter {t.word(case, 'why lifted', 'shared')}.")  # fmt: skip
    t.move(case, TOMAS, "acknowledge", receipt_note=f"Mottaget {t.word(case, 'receipt', f'file:{SIMBA}')}.")
    t.move(case, BRITT, "confirm", arena_view=f"Vår arena {t.word(case, 'other arena', f'file:{SIMBA}')}.")
    t.note(case, SECRETARY, f"forum:{SIMBA}")
    t.note(case, HEDDA, f"forum:{LGS}")


def _at_provider(t: Teller, case: str) -> Told:
    told = Told(case, HSV, LYCKAN)
    _deviation(t, told, ANNA, "vardval-goteborg")
    _assigned(t, case, ARVID, LYCKAN)
    t.note(case, MAJA, MAJAS)
    t.note(case, HAKAN, "inner:ohsn")
    t.note(case, NILS, "inner:unit:vc-lyckan")
    t.share(case, NILS)
    t.patient(case, NILS)
    return told


def provider(t: Teller) -> None:
    """With a private provider, whose principal's record is closed to it."""
    _at_provider(t, "provider")


def opened(t: Teller) -> None:
    """With a private provider, and the contract manager has opened the principal's record to it."""
    told = _at_provider(t, "opened")
    t.step("opened: opened", lambda: matter.open_inner_to_provider(t.record, HAKAN, told.number, t.now))
    told.opened = True
    t.note("opened", NILS, "inner:unit:vc-lyckan")
    t.registry("opened", ARVID, "inner:ohsn")


def from_provider(t: Teller) -> None:
    """Reported by a private provider, and lifted by it."""
    case = "from provider"
    told = Told(case, LYCKAN, HSV, local=False, before=(NOSAM,), been=(NOSAM,))
    _deviation(t, told, MOA, "vo-molndal")
    _assigned(t, case, DISA, HSV)
    _contested(t, case, MAJA, NILS)
    t.note(case, HAKAN, "inner:ohsn")
    t.file(case, NILS, MAJA, "shared", f"file:{NOSAM}")
    _lifted(t, case, LYDIA, HELENA, "single")


def draft(t: Teller) -> None:
    """Not sent: it waits for the sending unit's own check."""
    told = Told("draft", CENTRUM)
    _deviation(t, told, NOUR, "su", sent=False)
    t.note("draft", ELVIRA, "inner:avon-goteborg")


def redirected(t: Teller) -> None:
    """Sent on to another party: the first receiver keeps its own notes and nothing else."""
    case = "redirected"
    told = Told(case, HSV, AVO, left=(SU,))
    _deviation(t, told, ANNA, "su")
    t.note(case, PETRA, OSKARS)
    t.registry(case, HARRIET, OSKARS)
    t.paper(case, PETRA, OSKARS, inner=True)
    t.move(case, PETRA, "redirect", operation="avo-goteborg", reason=f"Inte vi {t.word(case, 'why', 'shared')}.")
    t.note(case, SELMA, "inner:avon-goteborg")


def moved_within(t: Teller) -> None:
    """Sent on inside the region, to another authority of it."""
    case = "moved within"
    told = Told(case, HSV, SU, left=(NARHALSAN,))
    _deviation(t, told, ANNA, "narhalsan-goteborg")
    t.note(case, JON, "inner:styrelsen-narhalsan")
    t.move(case, JON, "redirect", operation="su", reason=f"Sjukhuset {t.word(case, 'why', 'shared')}.")
    t.note(case, PETRA, OSKARS)


def swapped(t: Teller) -> None:
    """The other way: the hospital reports the municipality."""
    case = "swapped"
    _deviation(t, Told(case, ORTO, HSV), LINA, "vo-molndal")
    _assigned(t, case, DISA, HSV)
    t.note(case, MAJA, MAJAS)
    t.note(case, OSKAR, OSKARS)
    t.patient(case, OSKAR)


def shown(t: Teller) -> None:
    """A copy for knowledge to one operation, and a part answer asked of another."""
    case = "shown"
    told = Told(case, HSV, ORTO, copied=("narhalsan-goteborg",), asked=("avo-goteborg",))
    _deviation(t, told, ANNA, "su")
    _assigned(t, case, PETRA, ORTO)
    t.move(case, OSKAR, "copy", operation="narhalsan-goteborg", reason=f"Se här {t.word(case, 'copy', 'shared')}.")
    t.move(case, OSKAR, "ask_part", part_of="avo-goteborg", question_text=f"Och ni? {t.word(case, 'part', 'shared')}")
    t.patient(case, OSKAR)


def elsewhere(t: Teller) -> None:
    """Between parties who have nothing to do with the others."""
    case = "elsewhere"
    _deviation(t, Told(case, KUNGALV, SIV_KUNGALV), ULLA, "siv-kungalv")
    _assigned(t, case, SAMIR, SIV_KUNGALV)
    t.note(case, PONTUS, "inner:von-kungalv")
    t.note(case, KRISTINA, "inner:styrelsen-siv")
    t.paper(case, PONTUS, "shared")
    t.patient(case, PONTUS)
    t.file(case, PONTUS, KRISTINA, "shared")
    t.unfinished_file(case, PONTUS)


def links(t: Teller) -> None:
    """Mölndal links one of its cases with SU to one with the provider, and one to another that SU has too."""
    for other in ("provider", "nosam"):
        t.link("local", MAJA, other)


STORIES: tuple[Callable[[Teller], None], ...] = (
    elsewhere, local, nosam, lgs, parked, decided, sent, ended, arenas, provider, opened, from_provider, draft,
    redirected, moved_within, swapped, shown, links,
)  # fmt: skip
