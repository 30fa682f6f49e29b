"""Accounts: invitations, authenticators, recovery codes, counted guesses, kept forms, identities of a provider"""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def text(name: str, **more: object) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.AutoString(), nullable=False, **more)


def instant(name: str) -> sa.Column:
    return sa.Column(name, sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False)


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def sealed() -> list[sa.Column]:
    parts = [sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("wrapped_key", "nonce", "ciphertext")]
    return [*parts, text("key_id")]


def of_a_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account"], ["person.account"], name=op.f(f"fk_{table}_account"))


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def partly(name: str, table: str, column: str, where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.add_column("person", text("identity", server_default=sa.text("''")))
    partly("ix_person_identity", "person", "identity", "identity <> ''", unique=True)
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.add_column(text("proof", server_default=sa.text("'password'")))
        batch_op.create_check_constraint(op.f("ck_sign_in_proof"), "proof in ('password', 'code', 'provider', 'demo')")
    op.create_table(
        "invitation", text("account"), text("token_hash"), instant("asked_at"), instant("ends_at"), text("status"),
        instant("next_at"), number("attempts"), text("answer"),
        sa.CheckConstraint(
            "status in ('due', 'claimed', 'sent', 'shown', 'refused', 'used', 'revoked')",
            name=op.f("ck_invitation_status"),
        ),
        of_a_person("invitation"), key("invitation", "account"),
    )  # fmt: skip
    partly("ix_invitation_token", "invitation", "token_hash", "token_hash <> ''", unique=True)
    partly("ix_invitation_to_send", "invitation", "next_at", "status in ('due', 'claimed')", unique=False)
    op.create_table(
        "authenticator", text("account"), *sealed(), number("last_step"), instant("since"),
        of_a_person("authenticator"), key("authenticator", "account"),
    )  # fmt: skip
    op.create_table(
        "recovery_code", text("account"), text("code_hash"),
        of_a_person("recovery_code"), key("recovery_code", "account", "code_hash"),
    )  # fmt: skip
    op.create_table("guess", text("key"), number("tries"), instant("ends_at"), key("guess", "key"))
    op.create_index(op.f("ix_guess_ends_at"), "guess", ["ends_at"])
    op.create_table(
        "kept_form", text("account"), *sealed(), instant("ends_at"),
        of_a_person("kept_form"), key("kept_form", "account"),
    )  # fmt: skip
    op.create_index(op.f("ix_kept_form_ends_at"), "kept_form", ["ends_at"])


def downgrade() -> None:
    for table in ("kept_form", "guess", "recovery_code", "authenticator", "invitation"):
        op.drop_table(table)
    with op.batch_alter_table("sign_in") as batch_op:
        batch_op.drop_constraint(op.f("ck_sign_in_proof"), type_="check")
        batch_op.drop_column("proof")
    op.drop_index("ix_person_identity", table_name="person")
    op.drop_column("person", "identity")
