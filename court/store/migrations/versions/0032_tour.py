"""Stops, halts of a vehicle, its crew, roads, who waits for a time, calendar feeds; the halt a session belongs to."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

T, ID = sa.String(27), sa.String(36)


def upgrade() -> None:
    _stop()
    _halt()
    _road_and_crew()
    _waiting()
    _feed()
    # In one statement: a table that others point at cannot be made anew while it holds rows.
    op.execute(
        "ALTER TABLE hearing ADD COLUMN halt_id VARCHAR(36) CONSTRAINT fk_hearing_halt_id REFERENCES halt (id)"
    )
    op.create_index(op.f("ix_hearing_halt_id"), "hearing", ["halt_id"], unique=False)


def _stop() -> None:
    op.create_table(
        "stop",
        sa.Column("id", ID, nullable=False),
        sa.Column("village", sa.String(80), nullable=False),
        sa.Column("spot", sa.String(120), nullable=False),
        sa.Column("court_minutes", sa.BigInteger(), nullable=False),
        sa.Column("road", sa.String(400), nullable=False),
        sa.Column("up_kbps", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", T, nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
    )


def _halt() -> None:
    op.create_table(
        "halt",
        sa.Column("id", ID, nullable=False),
        sa.Column("stop_id", ID, nullable=False),
        sa.Column("vehicle", sa.String(60), nullable=False),
        sa.Column("arrives_at", T, nullable=False),
        sa.Column("leaves_at", T, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(400), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["stop_id"], ["stop.id"], name=op.f("fk_halt_stop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halt")),
    )
    op.create_index("ix_halt_arrives", "halt", ["arrives_at"], unique=False)
    op.create_index(op.f("ix_halt_stop_id"), "halt", ["stop_id"], unique=False)


def _road_and_crew() -> None:
    op.create_table(
        "road",
        sa.Column("one_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["stop.id"], name=op.f("fk_road_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["stop.id"], name=op.f("fk_road_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_road")),
    )
    op.create_table(
        "crew",
        sa.Column("vehicle", sa.String(60), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_crew_account_id")),
        sa.PrimaryKeyConstraint("vehicle", "day", "account_id", name=op.f("pk_crew")),
    )


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("minutes", sa.BigInteger(), nullable=False),
        sa.Column("village", sa.String(80), nullable=False),
        sa.Column("note", sa.String(400), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("hearing_id", ID, nullable=True),
        sa.Column("asked_at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_waiting_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    op.create_index("ix_waiting_state_asked", "waiting", ["state", "asked_at"], unique=False)
    op.create_index(op.f("ix_waiting_subject_id"), "waiting", ["subject_id"], unique=False)


def _feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("vehicle", sa.String(60), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", T, nullable=False),
        sa.Column("ended_at", T, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_calendar_feed_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_account_id"), "calendar_feed", ["account_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("what was planned and told cannot be forgotten; restore the copy kept before")
