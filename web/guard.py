"""Who may open what, and how every page leaves: deny by default, no cross-site request, no page in a cache.

A route says with `open_to` which right it needs; an application with a route that says nothing does not start. What
a person may know of a *case* is not decided here but at the record's one doorway.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound

from cases.functions import NotYourFunction
from cases.sight import function_name
from cases.signing_in.sign_ins import NotSignedIn, SignedIn, resume
from web.desk import desk
from web.serving.proxy import knows_its_way, within
from web.signing_in.cookie import token_here
from web.uploads import LARGEST_UPLOAD

View = TypeVar("View", bound=Callable[..., Any])

MACHINE_FIELDS = (
    "key", "expected", "proof", "shown", "next", "account", "post", "language", "step", "place", "revision", "code",
)  # fmt: skip
"""What forms carry beside what somebody wrote: short, and readable, or the form is none of ours."""

LONGEST_MACHINE_FIELD = 2000

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))

POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "img-src 'self'", "font-src 'none'", "script-src 'self'",
    "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'",
))  # fmt: skip
"""Scripts are files of ours, never a part of a page; a text that slips past the escaping still runs nothing."""

POLICY_OF_A_FILE = f"{POLICY}; sandbox"
"""A file to keep is nobody's page: a browser that shows it all the same gives it no origin, no form and no script."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Cookie, Accept-Language",
}


class Right(Enum):
    """What a route asks of whoever opens it."""

    EVERYBODY = auto()
    HALFWAY = auto()
    """Somebody whose password fitted, and whose functions ask for a code as well."""
    SIGNED_IN = auto()
    """Somebody, before she has chosen which of her functions to act in."""
    ACTING = auto()
    """Somebody in exactly one function."""
    ADMINISTERING = auto()
    """Somebody in the function of system administrator."""
    AUDITING = auto()
    """Somebody in the function of auditor."""
    KEEPING_ROUTINES = auto()
    """Somebody who looks after the county's routines: their owner, or a system administrator."""
    DEMO = auto()
    """Only an installation with invented people; elsewhere the page does not exist."""
    WATCHING = auto()
    """Whoever looks after the machine, from an address that STEGEN_WATCHERS names; elsewhere it does not exist."""


ONLY_AS = {
    Right.ADMINISTERING: frozenset(("administrator",)),
    Right.AUDITING: frozenset(("auditor",)),
    Right.KEEPING_ROUTINES: frozenset(("administrator", "routine_owner")),
}
"""Pages that are for these functions alone; a case's pages ask the record's doorway instead."""


class UndeclaredRight(Exception):
    """A route does not say who may open it. Put @open_to(Right...) above its function."""


class CrossSite(Exception):
    """The request came from another site. Open the page here and send it again."""


def open_to(right: Right, *, refills: bool = False, files: bool = False) -> Callable[[View], View]:
    """Declares who may open a route; stands between the route and its function.

    `refills`: a form sent there with `step=change` is shown again with all that was typed, and does nothing else.
    `files`: a form sent there may carry files.
    """

    def declare(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        view.refills = refills  # type: ignore[attr-defined]
        view.files = files  # type: ignore[attr-defined]
        return view

    return declare


def right_of(app: Flask, endpoint: str) -> Right:
    """The declared right of a route. Raises UndeclaredRight."""
    right = getattr(app.view_functions[endpoint], "right", None)
    if not isinstance(right, Right):
        raise UndeclaredRight(f"{UndeclaredRight.__doc__} ({endpoint})")
    return right


def set_guard(app: Flask) -> None:
    """Guard every route of an application that has all its routes."""
    for rule in app.url_map.iter_rules():
        right_of(app, rule.endpoint)
    app.before_request(_before)
    app.after_request(_after)


def here() -> SignedIn:
    """Who is signed in; only in routes that ask for it."""
    found: SignedIn = g.here
    return found


def halfway() -> SignedIn:
    """Who has given her password and owes a code; only in routes that ask for it."""
    found: SignedIn = g.halfway
    return found


def _before() -> Response | None:
    _refuse_nul(request.args)
    if request.method not in SAFE:
        _refuse_other_sites()
        if request.endpoint is not None and getattr(current_app.view_functions[request.endpoint], "files", False):
            request.max_content_length = LARGEST_UPLOAD
        _refuse_spoilt_forms()
    found = _signed_in()
    g.here = found if found is not None and found.whole else None
    g.halfway = found if found is not None and not found.whole else None
    if request.endpoint is None:
        return None
    right = right_of(current_app, request.endpoint)
    if (right is Right.DEMO and not desk().demo) or (right is Right.WATCHING and not _watches()):
        raise NotFound
    if right in (Right.EVERYBODY, Right.DEMO, Right.WATCHING):
        return None
    return _halfway() if right is Right.HALFWAY else _whole(right)


def _watches() -> bool:
    """What came through a proxy that is not ours has a stranger's address, whatever it looks like from here."""
    return knows_its_way(request.environ) and within(request.remote_addr or "", desk().serving.watching)


def _halfway() -> Response | None:
    if g.halfway is not None:
        return None
    if g.here is None:
        raise NotSignedIn(NotSignedIn.__doc__)
    return _to("home.first")


def _whole(right: Right) -> Response | None:
    """Somebody who has shown all that is asked for; in one function, and in the one that a letter's link names."""
    if g.here is None:
        if g.halfway is None or request.method not in SAFE:
            raise NotSignedIn(NotSignedIn.__doc__)
        return _to("second_step.page", next=asked_for())
    if right is Right.SIGNED_IN:
        return None
    meant = request.args.get("as", "") if request.method in SAFE else ""
    if meant in g.here.posts and meant != g.here.post:
        return _to("functions.page", meant=meant, next=asked_for())
    if not g.here.post:
        return _to("functions.page", next=asked_for())
    if right in ONLY_AS and function_name(g.here.post) not in ONLY_AS[right]:
        raise NotYourFunction(NotYourFunction.__doc__)
    return None


def _to(endpoint: str, **values: Any) -> Response:
    return cast(Response, redirect(url_for(endpoint, **values), 303))


def asked_for() -> str:
    """The page that somebody wanted, to go on to after signing in."""
    return request.full_path.rstrip("?") if request.method in SAFE else "/"


def refills(app: Flask, endpoint: str | None) -> bool:
    """Whether a form that was sent there can be shown again with everything in it."""
    return endpoint is not None and bool(getattr(app.view_functions[endpoint], "refills", False))


def _refuse_other_sites() -> None:
    """A change is made from our own pages only. Browsers say where a form came from; what says nothing is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site != "same-origin":
            raise CrossSite(CrossSite.__doc__)
        return
    own = (desk().serving.origin, request.host_url.rstrip("/"))
    if request.headers.get("Origin") not in own:
        raise CrossSite(CrossSite.__doc__)


def _refuse_nul(given: MultiDict[str, str]) -> None:
    """No keyboard writes it and no database but SQLite keeps it, so it comes from a program that tries things."""
    if any("\0" in name or "\0" in value for name, value in given.items(multi=True)):
        raise BadRequest


def _refuse_spoilt_forms() -> None:
    _refuse_nul(request.form)
    for name in MACHINE_FIELDS:
        value = request.form.get(name, "")
        if len(value) > LONGEST_MACHINE_FIELD or not value.isprintable():
            raise BadRequest


def _signed_in() -> SignedIn | None:
    token = token_here()
    if not token:
        return None
    try:
        return resume(desk().record, token, desk().clock())
    except NotSignedIn:
        return None


def _after(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers[name] = value
    if answer.headers.get("Content-Disposition", "").startswith("attachment"):
        answer.headers["Content-Security-Policy"] = POLICY_OF_A_FILE
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"
    if desk().serving.secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer
