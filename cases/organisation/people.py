"""Accounts and the functions they hold, from a day to a day. The database is master; each change raises its revision.

A person is never removed: the history names accounts. One who leaves is closed, and her functions get a last day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cases.database import Transaction
from cases.functions import Held
from cases.lists.standing import list_anew
from cases.organisation.administration import By, note_act
from cases.organisation.calendar_changes import BUMP
from cases.organisation.leaders import left_without
from cases.record import Record
from cases.signing_in.invitations import REVOKE
from workflows.calendar import Language
from workflows.inputs import has_control
from workflows.office_hours import local_date
from workflows.organisation import function_of, holder_of
from workflows.roles import COUNTY_FUNCTIONS, FORUM_FUNCTIONS, LEVEL

SIDES = ("municipal", "regional")
NEEDS_SIDE = frozenset(("chair", "vice_chair", "preparer", "member", "substitute"))
"""Functions of a forum that are held for one of its two sides."""

HELD_IN_FORUM = FORUM_FUNCTIONS - {"presidium"}
"""The presidium is chair and vice chair together, and nobody's own function."""

PEOPLE = """SELECT account, name, email, language, disabled, identity FROM person
 WHERE lower(account) LIKE :part OR lower(name) LIKE :part ORDER BY account"""
NAMED = "SELECT account FROM person WHERE name = :name ORDER BY account LIMIT 2"
PERSON = "SELECT account, name, email, language, disabled, identity FROM person WHERE account = :account"
HOLDINGS = """SELECT function, holder, side, acting, valid_from, valid_to FROM holding WHERE account = :account
 ORDER BY valid_from, function, holder"""
ABSENCES = "SELECT since, until, substitute FROM absence WHERE account = :account ORDER BY since"

ADD = """INSERT INTO person (account, name, email, language, password_hash, disabled)
 VALUES (:account, :name, :email, :language, '', :disabled)"""
HOLD = """INSERT INTO holding (account, function, holder, side, acting, valid_from, valid_to)
 VALUES (:account, :function, :holder, :side, :acting, :since, :until)"""
END = """UPDATE holding SET valid_to = :until WHERE account = :account AND function = :function AND holder = :holder
 AND side = :side AND valid_from <= :until AND (valid_to IS NULL OR valid_to >= :until)"""
OVERLAPS = """SELECT valid_from, valid_to FROM holding WHERE account = :account AND function = :function
 AND holder = :holder AND side = :side AND (valid_to IS NULL OR valid_to >= :since)
 AND valid_from <= :until ORDER BY valid_from LIMIT 1"""

PARTIES = """SELECT DISTINCT a.party FROM holding h LEFT JOIN unit u ON h.holder = 'unit:' || u.code
 LEFT JOIN operation o ON o.code = u.operation OR h.holder = 'operation:' || o.code
 JOIN authority a ON a.code = o.authority OR h.holder = 'authority:' || a.code
 WHERE h.account = :account AND h.valid_from <= :until AND (h.valid_to IS NULL OR h.valid_to >= :since)"""
"""At which parties somebody holds a function between two days; a forum's functions belong to none."""
AWAY = "INSERT INTO absence (account, since, until, substitute) VALUES (:account, :since, :until, :substitute)"
AWAY_THEN = "SELECT 1 FROM absence WHERE account = :account AND since <= :until AND until >= :since"
UNTIL = """UPDATE absence SET until = :until WHERE account = :account AND since = :since AND since <= :until
 AND until > :until"""
NEVER_LEFT = "DELETE FROM absence WHERE account = :account AND since = :since AND since >= :today"

ADMINISTRATOR = """SELECT 1 FROM holding h JOIN person p ON p.account = h.account
 WHERE h.function = 'administrator' AND h.holder = 'county' AND NOT p.disabled AND h.valid_from <= :day
 AND (h.valid_to IS NULL OR h.valid_to >= :day)"""
HAS_ADMINISTERED = "SELECT 1 FROM holding WHERE account = :account AND function = 'administrator'"

IDENTIFIED = "SELECT account FROM person WHERE identity = :identity AND identity <> '' AND account <> :account"
LONGEST_IDENTITY = 200

ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
LAST_DAY = date(2045, 12, 31)


class PeopleFault(Exception):
    """People or functions cannot be as they were asked to be; the message says what to write instead.

    `code` names the fault for pages, which say it in their own words (`people.fault_CODE` in web/texts.toml)."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Holding:
    """A function at a holder, both days included; `until` None is "until further notice"."""

    post: str
    side: str
    acting: bool
    since: date
    until: date | None

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Away:
    since: date
    until: date
    substitute: str


@dataclass(frozen=True, slots=True)
class Person:
    account: str
    name: str
    email: str
    language: Language
    disabled: bool
    identity: str = ""
    """What an identity provider calls her (employeeHsaId), as it is written there."""
    holdings: tuple[Holding, ...] = ()
    absences: tuple[Away, ...] = ()


def people(record: Record, part: str = "") -> tuple[Person, ...]:
    """Everybody whose account or name holds `part`, by account, without what they hold."""
    pattern = f"%{part.lower().replace('%', '').replace('_', '')}%"
    with record.database.read() as tx:
        return tuple(_person(row) for row in tx.all(PEOPLE, part=pattern))


def person(record: Record, account: str) -> Person:
    """One person with all functions, past and coming too, and absences. Raises PeopleFault."""
    with record.database.read() as tx:
        found = _known(tx, account)
        held = [
            Holding(Held(f, h, s).post, s, bool(acting), since, until)
            for f, h, s, acting, since, until in tx.all(HOLDINGS, account=account)
        ]
        away = [Away(since, until, by or "") for since, until, by in tx.all(ABSENCES, account=account)]
    return replace(found, holdings=tuple(held), absences=tuple(away))


def account_meant(record: Record, typed: str) -> str:
    """The account that somebody writes, or whose whole name she writes; "" for nothing. Raises PeopleFault: `several`
    of that name. What is neither comes back as it was typed."""
    asked = " ".join(typed.split())
    with record.database.read() as tx:
        if tx.one(PERSON, account=asked) is not None:
            return asked
        found = [account for (account,) in tx.all(NAMED, name=asked)]
    if len(found) > 1:
        raise PeopleFault(f"several people are called {asked}; write the account instead", "several")
    return str(found[0]) if found else asked


def add_person(
    record: Record, account: str, name: str, email: str, language: Language, *, by: By | None = None
) -> None:
    """A new account, without functions and without a password. Raises PeopleFault."""
    if not ACCOUNT.fullmatch(account):
        raise PeopleFault(
            f"{account!r} is no account name; write letters a-z, digits, dots and dashes, like anna.lind", "account"
        )
    if not name.strip() or has_control(name) or len(name) > 120:
        raise PeopleFault("the name is empty, too long or holds characters that cannot be read; write it again", "name")
    _check_address(email)
    with record.database.write() as tx:
        if tx.one(PERSON, account=account) is not None:
            raise PeopleFault(f"there is already an account {account}; `stegen user show {account}` shows it", "taken")
        tx.run(ADD, account=account, name=name.strip(), email=email, language=language, disabled=False)
        note_act(tx, by, "person_added", account, name=name.strip(), email=email)
        tx.run(BUMP)


def hold(
    record: Record, account: str, post: str, since: date, until: date | None = None, *, side: str = "",
    acting: bool = False, by: By | None = None,
) -> None:  # fmt: skip
    """Give a person a function (`handler@unit:x`) from a day to a day, both included. Raises PeopleFault."""
    function, holder = function_of(post), holder_of(post)
    _not_oneself(account, by)
    if until is not None and until < since:
        raise PeopleFault(f"the last day {until} lies before the first, {since}; change one of them", "dates")
    with record.database.write() as tx:
        _known(tx, account)
        check_place(tx, function, holder, side)
        place = {"account": account, "function": function, "holder": holder, "side": side}
        before = tx.one(OVERLAPS, **place, since=since, until=until or LAST_DAY)
        if before is not None:
            raise PeopleFault(
                f"{account} already holds {post} from {before[0]} to {before[1] or 'until further notice'}; "
                "end that first with `stegen user end`",
                "overlaps",
            )
        tx.run(HOLD, **place, acting=acting, since=since, until=until)
        note_act(tx, by, "function_given", account, post=post, side=side, since=since, until=until)
        tx.run(BUMP)
    _list_anew(record, (holder,), by)


def _keep_an_administrator(tx: Transaction, day: date) -> None:
    """Without one on that day nobody could make another, but at the machine. Asked when the change is made: two who
    would close each other's accounts at the same moment have waited for one another at BUMP."""
    if tx.one(ADMINISTRATOR, day=day) is None:
        raise PeopleFault(
            "she is the county's last administrator; give somebody else that function first with `stegen user hold`",
            "last_administrator",
        )


def end_holding(record: Record, account: str, post: str, until: date, *, side: str = "", by: By | None = None) -> None:
    """Give a function its last day. Raises PeopleFault when the person does not hold it that day, and of whoever does
    it when nobody would administer the county, or lead an active forum that no other forum answers for."""
    with record.database.write() as tx:
        _known(tx, account)
        tx.run(BUMP)  # first, as in set_disabled
        function, holder = function_of(post), holder_of(post)
        if not tx.run(END, account=account, function=function, holder=holder, side=side, until=until):
            raise PeopleFault(
                f"{account} does not hold {post} on {until}; `stegen user show {account}` lists the days", "not_held"
            )
        if by is not None and function == "administrator":
            _keep_an_administrator(tx, max(until, local_date(by.at)) + timedelta(days=1))
        left = left_without(tx, account, post, until, local_date(by.at)) if by is not None else None
        if left is not None and not left.stand_in:
            raise PeopleFault(
                f"nobody leads {holder} after {until}; give somebody else {post} first, or say on the forum's page who "
                "answers instead",
                "leader",
            )
        note_act(tx, by, "function_ended", account, post=post, side=side, until=until)
    _list_anew(record, (holder,), by)


def set_disabled(record: Record, account: str, disabled: bool, *, by: By | None = None) -> None:
    """Close an account, which ends its sign-ins and frees its functions for their stand-ins; or open it again."""
    with record.database.write() as tx:
        _known(tx, account)
        tx.run(BUMP)  # first: whoever changes people has them alone from here
        tx.run("UPDATE person SET disabled = :disabled WHERE account = :account", disabled=disabled, account=account)
        if by is not None and disabled and tx.one(HAS_ADMINISTERED, account=account) is not None:
            _keep_an_administrator(tx, local_date(by.at))
        if disabled:
            tx.run("DELETE FROM sign_in WHERE account = :account", account=account)
            tx.run(REVOKE, account=account)
        note_act(tx, by, "account_closed" if disabled else "account_opened", account)
    _list_anew(record, sorted({holder_of(one.post) for one in person(record, account).holdings}), by)


def _list_anew(record: Record, holders: Iterable[str], by: By | None) -> None:
    """What awaits these places, as it falls from the day of the act on; without an act the night sees to it."""
    if by is not None:
        for holder in holders:
            list_anew(record, holder, local_date(by.at))


def set_address(record: Record, account: str, email: str, *, by: By | None = None) -> None:
    """Where her letters go from the next one on; what waits for her address goes there too. Raises PeopleFault."""
    _check_address(email)
    with record.database.write() as tx:
        _known(tx, account)
        tx.run("UPDATE person SET email = :email WHERE account = :account", email=email, account=account)
        note_act(tx, by, "address_set", account, email=email)


def _check_address(email: str) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise PeopleFault(f"{email!r} is no mail address; write one like anna.lind@example.org", "email")


def set_identity(record: Record, account: str, identity: str, *, by: By | None = None) -> None:
    """Let whom an identity provider calls so sign in as this account; "" for nobody. Raises PeopleFault."""
    if len(identity) > LONGEST_IDENTITY or has_control(identity) or identity != identity.strip():
        raise PeopleFault(
            f"{identity!r} is no identity; write it as the identity provider does, like SE2120000000-A1B2",
            "identity",
        )
    with record.database.write() as tx:
        _known(tx, account)
        taken = tx.value(IDENTIFIED, identity=identity, account=account)
        if taken is not None:
            raise PeopleFault(
                f"{identity} is {taken} already; take it away there first: `stegen user identity {taken} ''`",
                "identity_taken",
            )
        tx.run("UPDATE person SET identity = :identity WHERE account = :account", identity=identity, account=account)
        tx.run("DELETE FROM sign_in WHERE account = :account AND proof = 'provider'", account=account)
        note_act(tx, by, "identity_set", account, identity=identity)


def _not_oneself(account: str, by: By | None) -> None:
    """Whoever gives out functions reads no cases; with a function of her own choice she would."""
    if by is not None and by.account == account:
        raise PeopleFault("nobody gives herself a function; ask another administrator", "own")


def stand_in(
    record: Record, account: str, since: date, until: date, *, substitute: str = "", by: By | None = None
) -> None:
    """She is away, both days included; the substitute, if any, acts in all her functions meanwhile. Raises
    PeopleFault."""
    _not_oneself(substitute, by)
    if until < since:
        raise PeopleFault(f"the last day {until} lies before the first, {since}; change one of them", "dates")
    if substitute == account:
        raise PeopleFault("nobody stands in for herself; name somebody else, or nobody", "substitute")
    with record.database.write() as tx:
        _known(tx, account)
        if substitute:
            _known(tx, substitute)
            _of_one_party(tx, account, substitute, since, until)
        if tx.one(AWAY_THEN, account=account, since=since, until=until) is not None:
            raise PeopleFault(f"{account} is already away on one of those days; end that absence first", "away")
        tx.run(AWAY, account=account, since=since, until=until, substitute=substitute or None)
        note_act(tx, by, "absence_set", account, since=since, until=until, substitute=substitute)
        tx.run(BUMP)


def _of_one_party(tx: Transaction, account: str, substitute: str, since: date, until: date) -> None:
    """Whoever acts for both parties to a case would read what each keeps to itself, and their chains would meet in her
    (domain.md section 6)."""
    own, others = ({party for (party,) in tx.all(PARTIES, account=who, since=since, until=until)}
                   for who in (account, substitute))  # fmt: skip
    if own and others - own:
        raise PeopleFault(
            f"{substitute} holds functions at another party ({', '.join(sorted(others - own))}); "
            f"name somebody of {', '.join(sorted(own))}",
            "other_party",
        )


def end_absence(record: Record, account: str, since: date, today: date, *, by: By | None = None) -> None:
    """She is back today, or never left: the absence that begins on `since` ends with yesterday, and one that has not
    begun before today is taken away. Raises PeopleFault."""
    yesterday = today - timedelta(days=1)
    with record.database.write() as tx:
        if not (tx.run(UNTIL, account=account, since=since, until=yesterday)
                or tx.run(NEVER_LEFT, account=account, since=since, today=today)):  # fmt: skip
            raise PeopleFault(f"{account} has no absence that begins on {since}", "not_away")
        note_act(tx, by, "absence_ended", account, since=since)
        tx.run(BUMP)


def sided(post: str, side: str) -> tuple[str, str]:
    """`preparer.municipal@forum:x` says its side itself: the post without it, and the side."""
    function, _, said = function_of(post).partition(".")
    return f"{function}@{holder_of(post)}", said or side


def _person(row: tuple[object, ...]) -> Person:
    account, name, email, language, disabled, identity = row
    spoken: Language = "en" if language == "en" else "sv"
    return Person(str(account), str(name), str(email), spoken, bool(disabled), str(identity))


def _known(tx: Transaction, account: str) -> Person:
    row = tx.one(PERSON, account=account)
    if row is None:
        raise PeopleFault(f"there is no account {account!r}; `stegen user list` shows those there are", "unknown")
    return _person(row)


def check_place(tx: Transaction, function: str, holder: str, side: str) -> None:
    """The function exists, is held at that kind of place, the place exists, and a side is given where one is needed.
    Raises PeopleFault."""
    kinds = _places_of(function)
    if not kinds:
        known = ", ".join(sorted(LEVEL.keys() | HELD_IN_FORUM | COUNTY_FUNCTIONS))
        raise PeopleFault(f"there is no function {function!r}; write one of {known}, as FUNCTION@KIND:CODE", "function")
    kind, _, code = holder.partition(":")
    if kind not in kinds:
        said = " or ".join(f"{function}@{k}" + ("" if k == "county" else ":CODE") for k in kinds)
        raise PeopleFault(f"{function} is not held at {holder!r}; write {said}", "function")
    if kind != "county" and tx.one(f"SELECT 1 FROM {kind} WHERE code = :code", code=code) is None:
        raise PeopleFault(f"there is no {kind} {code!r}; use a code of the county", "place")
    if function in NEEDS_SIDE and side not in SIDES:
        raise PeopleFault(
            f"{function} is held for one side of a forum; add --side municipal or --side regional", "side"
        )
    if function not in NEEDS_SIDE and side:
        raise PeopleFault(f"{function} is not held for a side; leave the side out", "side")


def _places_of(function: str) -> tuple[str, ...]:
    if function in LEVEL:
        return (LEVEL[function],)
    if function in HELD_IN_FORUM:
        return ("forum", "arena") if function == "process_leader" else ("forum",)
    return ("county",) if function in COUNTY_FUNCTIONS else ()
