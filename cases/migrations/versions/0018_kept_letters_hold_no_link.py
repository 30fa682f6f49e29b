"""Letters that an earlier version kept with a reporter's own link in them hold a stand-in for its token"""

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BATCH = 500
LETTERS = sa.text("""SELECT id, body, outcome FROM letter WHERE account = '' AND id > :after ORDER BY id LIMIT :most""")
FOLLOWED = sa.text("""SELECT r.follow_hash, c.number, p.case_id FROM report r JOIN cases c ON c.id = r.case_id
 LEFT JOIN protected p ON p.case_id = r.case_id AND p.name = 'follow' WHERE r.follow_hash <> ''""")
KEEP = sa.text("UPDATE letter SET body = :body WHERE id = :id").bindparams(sa.bindparam("body", type_=sa.LargeBinary))

# Quoted-printable breaks a long line anywhere, within a link too.
BREAK = rb"(?:=\r?\n)?"
LINK = re.compile(BREAK.join(re.escape(sign).encode() for sign in "/follow/") + rb"((?:(?:=\r?\n)?[A-Za-z0-9_-]){20,})")
BROKEN = re.compile(rb"(=\r?\n)")


def upgrade() -> None:
    bind = op.get_bind()
    cases = {row.follow_hash: (row.number, row.case_id is not None) for row in bind.execute(FOLLOWED)}
    after = 0
    while rows := bind.execute(LETTERS, {"after": after, "most": BATCH}).all():
        for row in rows:
            kept = bytes(row.body)
            body = LINK.sub(over(cases, open_=row.outcome == ""), kept)
            if body != kept:
                bind.execute(KEEP, {"id": row.id, "body": body})
        after = rows[-1].id


def over(cases: Mapping[str, tuple[str, bool]], *, open_: bool) -> Callable[[re.Match[bytes]], bytes]:
    """The link with the number of its case where its token stood, each break where it was. A letter that is still on
    its way keeps a token of which the record has no other copy: nothing could put it in again as the letter leaves."""

    def replaced(found: re.Match[bytes]) -> bytes:
        token = BROKEN.sub(b"", found[1])
        number, sealed = cases.get(sha256(token).hexdigest(), ("", False))
        if open_ and not sealed:
            return found[0]
        before = found[0][: found.start(1) - found.start()]
        return before + b"".join(laid(number.ljust(len(token), "x").encode(), found[1]))

    return replaced


def laid(signs: bytes, place: bytes) -> Iterator[bytes]:
    for part in BROKEN.split(place):
        if BROKEN.fullmatch(part):
            yield part
        else:
            yield signs[: len(part)]
            signs = signs[len(part) :]


def downgrade() -> None:
    """The earlier program sends what is kept as it stands; a letter that is open goes out with the stand-in."""
