"""The table "who reads what" of domain.md section 3, as data, and what follows from it for the people of the world.

Nothing here is asked of the record: a case's places are said by hand (`Told`), and this page says who reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cases.sight import Seer
from tests.cases.walls import world as w
from tests.cases.walls.canaries import Canary
from tests.cases.walls.telling import Place, Told

COLUMNS = ("cover", "shared", "inner", "file", "forum", "patient")

TABLE: dict[str, frozenset[str]] = {
    "reporter": frozenset(("cover", "report")),
    **dict.fromkeys(
        ("handler", "unit_manager", "mas", "mar", "sas", "chief_physician"),
        frozenset(("cover", "shared", "inner", "file", "patient")),
    ),
    **dict.fromkeys(
        ("chief", "receiver", "contact_person", "registrar", "contract_manager"),
        frozenset(("cover", "shared", "inner", "file")),
    ),
    "process_leader": frozenset(("cover", "file", "forum")),
    **dict.fromkeys(
        ("chair", "vice_chair", "secretary", "preparer", "member", "substitute", "co_opted"),
        frozenset(("cover", "file", "forum")),
    ),
    "guest": frozenset(("file",)),
    **dict.fromkeys(("routine_owner", "auditor", "administrator"), frozenset[str]()),
}
"""Function -> columns that are not a dash. The receiving function reads like its operation's chief, the co-opted like
a member; a provider's own people have an inner record of their own, and get the principal's by explicit act
(`Told.opened`)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the county in one function; `arena` is the one a process leader serves."""

    seer: Seer
    arena: frozenset[str] = frozenset()

    @property
    def function(self) -> str:
        return self.seer.post.partition("@")[0].partition(".")[0]

    @property
    def holder(self) -> str:
        return self.seer.post.partition("@")[2]

    @property
    def name(self) -> str:
        return f"{self.seer.post} ({self.seer.account})"


GOTEBORG = frozenset(("su", "vo-molndal", "vardval-goteborg", "avo-goteborg", "narhalsan-goteborg"))
IN_SIMBA = frozenset(("vo-kungalv", "siv-kungalv"))

PEOPLE: tuple[Person, ...] = (
    *map(Person, (
        w.ANNA, w.SAMUEL, w.LINA, w.MOA, w.NOUR, w.ULLA,
        w.MAJA, w.OSKAR, w.PONTUS, w.KRISTINA, w.ELVIRA, w.NILS,
        w.HELENA, w.KATARINA, w.GOREL, w.IDA, w.LYDIA,
        Seer("sofia.angborg", "mas@authority:von-molndal"), Seer("ludvig.elgstrom", "mas@authority:von-kungalv"),
        Seer("signe.thunell", "mar@authority:von-molndal"), Seer("kerstin.solberg", "sas@authority:von-molndal"),
        Seer("carina.lundmark", "chief_physician@authority:styrelsen-su"),
        Seer("rebecka.ronnlund", "chief_physician@authority:styrelsen-narhalsan"),
        Seer("stefan.kallin", "sas@authority:avon-goteborg"),
        Seer("yvonne.sandin", "chief@operation:vo-molndal"), Seer("ragnar.ekelund", "chief@operation:su"),
        Seer("roland.fors", "chief@operation:vardval-goteborg"), w.PATRIK,
        w.PETRA, w.DISA, w.SELMA, w.JON, w.ARVID,
        w.GUNNEL, w.HARRIET, Seer("claes.hjelmqvist", "contact_person@authority:ohsn"),
        Seer("owe.brandt", "contact_person@authority:styrelsen-narhalsan"),
        Seer("hassan.gullstrand", "registrar@authority:von-molndal"),
        Seer("eva.pettersson", "registrar@authority:styrelsen-su"),
        w.HAKAN, Seer("hakan.stalnacke", "contract_manager@unit:vc-solgarde"),
        w.STINA, Seer("leila.bjorklid", "process_leader@forum:no-kungalv"),
        Seer("ellinor.ravn", "process_leader@forum:vvg"),
        w.INGALILL, Seer("ragnar.ekelund", "chair@forum:lgs"), Seer("osten.wallmark", "chair@forum:simba-styrgrupp"),
        Seer("ewa.cronholm", "chair@forum:vvg"),
        Seer("leif.tengvall", "vice_chair@forum:nosam-molndal"),
        Seer("erik.wedin", "secretary@forum:nosam-molndal"), w.HEDDA, w.SECRETARY,
        w.PREPARER, Seer("camilla.gronvall", "preparer.regional@forum:lgs"),
        Seer("katarina.selin", "member.regional@forum:nosam-molndal"),
        Seer("patrik.holmdahl", "member.municipal@forum:simba-styrgrupp"),
        Seer("viktor.thunell", "substitute.regional@forum:lgs"),
        Seer("daniel.bergstrand", "co_opted@forum:lgs"),
        w.GUEST,
        Seer("vendela.storm", "routine_owner@county"), Seer("kim.savas", "administrator@county"),
        Seer("rune.ekvall", "auditor@county"),
    )),
    Person(w.ELLINOR, GOTEBORG), Person(w.TOMAS, IN_SIMBA),
)  # fmt: skip


def may_know(person: Person, told: Told) -> frozenset[str]:
    """The compartments of one case that the table lets somebody read."""
    allowed = TABLE[person.function]
    if "shared" in allowed:
        allowed |= {"sender", "unsent"}
    return frozenset(place for place in _granted(person, told) if place.partition(":")[0] in allowed)


def knows(person: Person, canary: Canary, cases: dict[str, Told]) -> bool:
    return bool(canary.places & may_know(person, cases[canary.case]))


def _granted(person: Person, told: Told) -> Iterator[str]:
    if person.function == "reporter":
        if told.reporter == person.seer.account:
            yield from ("cover", "report")
        return
    sends = person.holder in told.raising.holders()
    if sends:
        yield from ("sender", "unsent")
    for side in _sides(told):
        if person.holder in side.holders():
            yield from _of_side(person, side, told)
    yield from _of_others(person, told)


def _sides(told: Told) -> list[Place]:
    return [told.raising] + ([told.receiving] if told.receiving is not None else [])


def _of_side(person: Person, side: Place, told: Told) -> Iterator[str]:
    yield from ("cover", "shared", *(f"file:{forum}" for forum in told.been))
    at_provider = side.provider and person.holder == f"unit:{side.unit}" and person.function != "contract_manager"
    if at_provider:
        yield f"inner:unit:{side.unit}"
    if told.opened or not at_provider:
        yield f"inner:{side.authority}"
    if told.local:
        yield "patient"


def _of_others(person: Person, told: Told) -> Iterator[str]:
    """Those whom a case has left, a forum, its guests, an arena, an operation that was shown or asked something."""
    for side in told.left:
        if person.holder in side.holders():
            yield f"inner:{side.authority}"
    kind, _, code = person.holder.partition(":")
    if kind == "operation" and code in (*told.copied, *told.asked):
        yield from ("cover", "shared")
    if kind == "forum" and code in told.before and person.function != "guest":
        # Between two arenas there is one answer, in the lead's file: both forums of the step read it.
        yield from ("cover", f"file:{code}", f"file:{told.before[0]}", f"forum:{code}", "forum:none")
    if person.function == "guest" and code in told.guests and code in told.before:
        yield f"file:{code}"
    if told.receiving is not None and person.arena & {side.operation for side in _sides(told)}:
        yield "cover"


def house_of(person: Person) -> str:
    """Within which names are known: the authority. A private provider is a house of its own, without its contract
    manager."""
    kind, _, code = person.holder.partition(":")
    provider = kind == "unit" and code in ("vc-lyckan", "vc-solgarde")
    if provider:
        return "authority:ohsn" if person.function == "contract_manager" else person.holder
    return f"authority:{AUTHORITIES[code]}" if kind in ("unit", "operation") else person.holder


AUTHORITIES = {
    code: place.authority
    for place in (w.HSV, w.ORTO, w.UTSKRIVNING, w.KUNGALV, w.CENTRUM, w.NARHALSAN, w.SIV_KUNGALV, w.LYCKAN)
    for code in (place.unit, place.operation)
}
