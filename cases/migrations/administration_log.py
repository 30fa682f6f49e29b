"""The log of administration as the versions make it: created once, and made anew as it learns of more acts.

Versions of years ago run through here. What is written here stays as it is; a log of another shape has a file of its
own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

LOG = "administration_act"
CHECK = "ck_administration_act_act"
KEPT = "what an administrator did is kept as it was written"


def create(acts: tuple[str, ...]) -> None:
    """The log, which knows these acts and refuses to be changed."""
    _table(acts)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION administration_act_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{KEPT}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER administration_act_kept BEFORE UPDATE OR DELETE ON administration_act "
            "FOR EACH ROW EXECUTE FUNCTION administration_act_kept()"
        )
    else:
        _triggers()


def drop() -> None:
    op.drop_table(LOG)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION administration_act_kept()")


def allow(acts: tuple[str, ...]) -> None:
    """The log knows these acts. SQLite cannot change a check: there the log is copied into a table with the new one."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(CHECK), LOG, type_="check")
        op.create_check_constraint(op.f(CHECK), LOG, _known(acts))
        return
    op.rename_table(LOG, "administration_act_before")
    _table(acts)
    op.execute("INSERT INTO administration_act SELECT id, at, account, act, about, facts, reason"
               " FROM administration_act_before")  # fmt: skip
    op.drop_table("administration_act_before")
    _triggers()


def _table(acts: tuple[str, ...]) -> None:
    op.create_table(
        LOG,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        *(_text(name) for name in ("account", "act", "about", "facts", "reason")),
        sa.CheckConstraint(_known(acts), name=op.f(CHECK)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administration_act")),
    )


def _known(acts: tuple[str, ...]) -> str:
    return f"act in {acts}"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _triggers() -> None:
    """On SQLite, where a trigger goes with its table."""
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER administration_act_{verb.lower()} BEFORE {verb} ON administration_act "
            f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
        )
