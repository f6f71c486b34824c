"""Tracks of a dispute, the clocks that run on them with pauses and extensions, and referrals."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

T, D = sa.String(27), sa.String(10)


def upgrade() -> None:
    _track()
    _clock()
    _referral()
    _clock_extension()
    _clock_pause()


def _track() -> None:
    op.create_table(
        "track",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("matter_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("procedure", sa.String(length=16), nullable=False),
        sa.Column("judge_id", sa.String(length=36), nullable=True),
        sa.Column("clerk_id", sa.String(length=36), nullable=True),
        sa.Column("mediator_id", sa.String(length=36), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("opened_at", T, nullable=False),
        sa.Column("ended_at", T, nullable=True),
        sa.Column("updated_at", T, nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["clerk_id"], ["account.id"], name=op.f("fk_track_clerk_id")),
        sa.ForeignKeyConstraint(["judge_id"], ["account.id"], name=op.f("fk_track_judge_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_track_matter_id")),
        sa.ForeignKeyConstraint(["mediator_id"], ["account.id"], name=op.f("fk_track_mediator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
    )
    op.create_index("ix_track_kind_state", "track", ["kind", "state", "updated_at"], unique=False)
    op.create_index(op.f("ix_track_matter_id"), "track", ["matter_id"], unique=False)


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("track_id", sa.String(length=36), nullable=False),
        sa.Column("matter_id", sa.String(length=36), nullable=False),
        sa.Column("party_id", sa.String(length=36), nullable=True),
        sa.Column("rule", sa.String(length=8), nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("ordered", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("since", T, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_on", D, nullable=False),
        sa.Column("due_at", T, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("told_next_at", T, nullable=True),
        sa.Column("met_at", T, nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("started_at", T, nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_clock_matter_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_clock_party_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_clock_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_index("ix_clock_matter", "clock", ["matter_id", "state", "due_at"], unique=False)
    op.create_index("ix_clock_state_due", "clock", ["state", "due_at"], unique=False)
    op.create_index("ix_clock_state_told", "clock", ["state", "told_next_at"], unique=False)
    op.create_index(op.f("ix_clock_track_id"), "clock", ["track_id"], unique=False)


def _referral() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("matter_id", sa.String(length=36), nullable=False),
        sa.Column("source_track_id", sa.String(length=36), nullable=True),
        sa.Column("target_track_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_referral_matter_id")),
        sa.ForeignKeyConstraint(["source_track_id"], ["track.id"], name=op.f("fk_referral_source_track_id")),
        sa.ForeignKeyConstraint(["target_track_id"], ["track.id"], name=op.f("fk_referral_target_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_matter_id"), "referral", ["matter_id"], unique=False)


def _clock_extension() -> None:
    op.create_table(
        "clock_extension",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("clock_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("asked_by", sa.String(length=60), nullable=False),
        sa.Column("asked_at", T, nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=False),
        sa.Column("decided_at", T, nullable=True),
        sa.Column("decision", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_extension_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_extension")),
    )
    op.create_index(op.f("ix_clock_extension_clock_id"), "clock_extension", ["clock_id"], unique=False)


def _clock_pause() -> None:
    op.create_table(
        "clock_pause",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("clock_id", sa.String(length=36), nullable=False),
        sa.Column("first", D, nullable=False),
        sa.Column("last", D, nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_pause_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pause")),
    )
    op.create_index(op.f("ix_clock_pause_clock_id"), "clock_pause", ["clock_id"], unique=False)


def downgrade() -> None:
    op.drop_table("clock_pause")
    op.drop_table("clock_extension")
    op.drop_table("referral")
    op.drop_table("clock")
    op.drop_table("track")
