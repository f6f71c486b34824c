"""Order in the courtroom: admission, floor and mute of a seat; stages, admonitions, absences, turns, asides."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("sitting", "stage_mark", "admonition", "notice", "absence", "turn", "aside")


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _at(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27), nullable=null)


def _offset() -> sa.Column[int]:
    return sa.Column("offset_ms", sa.BigInteger(), nullable=True)


def _of_a_seat(name: str, *columns: sa.Column[str] | sa.Column[int], unique: tuple[str, ...] = ()) -> None:
    constraints: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f(f"fk_{name}_hearing_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f(f"fk_{name}_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    ]
    if unique:
        label = f"uq_{name}_{'_'.join(unique)}"
        constraints.append(sa.UniqueConstraint(*unique, name=op.f(label)))
    op.create_table(name, _id("id"), _id("hearing_id"), _id("seat_id"), *columns, *constraints)
    op.create_index(op.f(f"ix_{name}_hearing_id"), name, ["hearing_id"], unique=False)


def upgrade() -> None:
    # Who already sits in a session stays in it; sessions booked before are entered as they were.
    with op.batch_alter_table("seat") as seat:
        seat.add_column(
            sa.Column("admission", sa.String(length=16), nullable=False, server_default="admitted")
        )
        seat.add_column(sa.Column("floor", sa.Boolean(), nullable=False, server_default=sa.true()))
        seat.add_column(_at("floor_until", null=True))
        seat.add_column(sa.Column("muted", sa.Boolean(), nullable=False, server_default=sa.false()))
        seat.add_column(sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "sitting",
        _id("hearing_id"),
        _text("stage", 24),
        _text("layout", 16),
        _text("spotlight_seat", 36),
        _text("spotlight_source", 16),
        _at("opens_at", null=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_sitting_hearing_id")),
        sa.PrimaryKeyConstraint("hearing_id", name=op.f("pk_sitting")),
    )
    op.create_table(
        "stage_mark",
        _id("id"),
        _id("hearing_id"),
        _text("code", 24),
        _text("name", 24),
        _at("at"),
        _offset(),
        _text("by", 60),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_stage_mark_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_mark")),
    )
    op.create_index(op.f("ix_stage_mark_hearing_id"), "stage_mark", ["hearing_id"], unique=False)
    _of_a_seat(
        "admonition",
        _text("kind", 16),
        _text("cause", 16),
        _text("note", 400),
        _at("at"),
        _offset(),
        _text("by", 60),
    )
    _of_a_seat("notice", _text("manner", 16), _at("at"), _text("note", 400), _text("by", 60))
    _of_a_seat(
        "absence",
        _text("ground", 16),
        _text("consequence", 16),
        _text("note", 400),
        _at("at"),
        _text("by", 60),
        unique=("hearing_id", "seat_id"),
    )
    _of_a_seat("turn", _at("from_at"), _at("to_at"), _offset(), unique=("hearing_id", "seat_id", "from_at"))
    _of_a_seat("aside", _text("text", 500), _at("at"))


def downgrade() -> None:
    for name in reversed(_TABLES):
        op.drop_table(name)
    with op.batch_alter_table("seat") as seat:
        for column in ("locked", "muted", "floor_until", "floor", "admission"):
            seat.drop_column(column)
