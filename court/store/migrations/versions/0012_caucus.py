"""Private rooms of a session (背对背调解): rooms, invitations, visits, and what the relay counted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _at(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27), nullable=null)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "caucus",
        _id("id"),
        _id("hearing_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        _id("host_seat_id"),
        _text("state", 16),
        _at("opened_at"),
        _at("closed_at", null=True),
        sa.Column("complete", sa.Boolean(), nullable=False),
        _at("counted_at", null=True),
        sa.Column("packets", sa.BigInteger(), nullable=True),
        sa.Column("crossed", sa.BigInteger(), nullable=True),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=True),
        _to("caucus", "hearing_id", "hearing"),
        _to("caucus", "host_seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caucus")),
        sa.UniqueConstraint("hearing_id", "number", name=op.f("uq_caucus_hearing_id_number")),
    )
    op.create_index(op.f("ix_caucus_hearing_id"), "caucus", ["hearing_id"], unique=False)
    op.create_table(
        "caucus_invitation",
        _id("id"),
        _id("caucus_id"),
        _id("seat_id"),
        _text("state", 16),
        _at("invited_at"),
        _at("until"),
        _text("stays"),
        _text("cleared_by", 60),
        _to("caucus_invitation", "caucus_id", "caucus"),
        _to("caucus_invitation", "seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caucus_invitation")),
        sa.UniqueConstraint("caucus_id", "seat_id", name=op.f("uq_caucus_invitation_caucus_id_seat_id")),
    )
    op.create_table(
        "caucus_visit",
        _id("id"),
        _id("caucus_id"),
        _id("seat_id"),
        _at("from_at"),
        _at("to_at", null=True),
        _text("stays"),
        _text("cleared_by", 60),
        _to("caucus_visit", "caucus_id", "caucus"),
        _to("caucus_visit", "seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_caucus_visit")),
    )
    op.create_index(op.f("ix_caucus_visit_caucus_id"), "caucus_visit", ["caucus_id"], unique=False)


def downgrade() -> None:
    for name in ("caucus_visit", "caucus_invitation", "caucus"):
        op.drop_table(name)
