"""Observers of public sessions, interpreters linked to a person, exhibits shown to a witness for identification."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
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
        "observer",
        _id("id"),
        _id("hearing_id"),
        _text("name", 60),
        _text("affiliation", 80),
        _text("proof", 16),
        _text("proof_hash", 64),
        _text("state", 16),
        _text("presence", 16),
        _at("presence_at", null=True),
        _text("token_hash", 64),
        sa.Column("device_hash", sa.String(length=64), nullable=True),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
        _at("listed_at"),
        _text("by", 60),
        _to("observer", "hearing_id", "hearing"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observer")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_observer_device_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_observer_token_hash")),
    )
    op.create_index(op.f("ix_observer_hearing_id"), "observer", ["hearing_id"], unique=False)
    op.create_table(
        "interpretation",
        _id("seat_id"),
        _id("hearing_id"),
        _id("of_seat_id"),
        sa.Column("to_all", sa.Boolean(), nullable=False),
        _at("since"),
        _text("by", 60),
        _to("interpretation", "seat_id", "seat"),
        _to("interpretation", "hearing_id", "hearing"),
        _to("interpretation", "of_seat_id", "seat"),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_interpretation")),
    )
    op.create_index(op.f("ix_interpretation_hearing_id"), "interpretation", ["hearing_id"], unique=False)
    op.create_table(
        "identification",
        _id("id"),
        _id("hearing_id"),
        _id("exhibit_id"),
        sa.Column("page", sa.BigInteger(), nullable=False),
        _id("seat_id"),
        _at("shown_at"),
        _text("shown_by", 60),
        _at("hidden_at", null=True),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        _text("words"),
        _at("said_at", null=True),
        _text("written_by", 60),
        _to("identification", "hearing_id", "hearing"),
        _to("identification", "exhibit_id", "exhibit"),
        _to("identification", "seat_id", "seat"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identification")),
    )
    op.create_index(op.f("ix_identification_hearing_id"), "identification", ["hearing_id"], unique=False)


def downgrade() -> None:
    for table in ("identification", "interpretation", "observer"):
        op.drop_table(table)
