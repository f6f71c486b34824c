"""The tracks a dispute goes through, the clocks that run on them, and how it came from one to another."""

import sqlalchemy as sa

from court.store.tables.types import Day, flag, key, metadata, moment, number, ref, text

track = sa.Table(
    "track",
    metadata,
    key(),
    ref("matter_id", "matter.id", index=True),
    text("kind", 16),
    text("state", 24),
    text("number", 60),
    text("procedure", 16),
    ref("judge_id", "account.id", null=True),
    ref("clerk_id", "account.id", null=True),
    ref("mediator_id", "account.id", null=True),
    # What only this kind of track knows, as JSON of its domain dataclass.
    text("details"),
    text("outcome", 40),
    moment("opened_at"),
    moment("ended_at", null=True),
    moment("updated_at"),
    number("rev"),
    sa.Index("ix_track_kind_state", "kind", "state", "updated_at"),
)
clock = sa.Table(
    "clock",
    metadata,
    key(),
    ref("track_id", "track.id", index=True),
    sa.Column("matter_id", sa.String(36), sa.ForeignKey("matter.id"), nullable=False),
    ref("party_id", "party.id", null=True),
    text("rule", 8),
    text("variant", 20),
    sa.Column("ordered", sa.Integer, nullable=True),
    text("about", 200),
    moment("since"),
    text("state", 16),
    sa.Column("due_on", Day, nullable=False),
    moment("due_at"),
    flag("provisional"),
    # The most urgent lamp that was announced already.
    sa.Column("told", sa.Integer, nullable=False),
    moment("told_next_at", null=True),
    moment("met_at", null=True),
    text("note", 400),
    text("by", 60),
    moment("started_at"),
    number("rev"),
    sa.Index("ix_clock_state_due", "state", "due_at"),
    sa.Index("ix_clock_state_told", "state", "told_next_at"),
    sa.Index("ix_clock_matter", "matter_id", "state", "due_at"),
)
clock_pause = sa.Table(
    "clock_pause",
    metadata,
    key(),
    ref("clock_id", "clock.id", index=True),
    sa.Column("first", Day, nullable=False),
    sa.Column("last", Day, nullable=True),
    text("reason", 400),
    text("by", 60),
)
clock_extension = sa.Table(
    "clock_extension",
    metadata,
    key(),
    ref("clock_id", "clock.id", index=True),
    sa.Column("amount", sa.Integer, nullable=False),
    text("reason", 400),
    text("asked_by", 60),
    moment("asked_at"),
    sa.Column("granted", sa.Boolean, nullable=True),
    text("decided_by", 60),
    moment("decided_at", null=True),
    text("decision", 400),
)
referral = sa.Table(
    "referral",
    metadata,
    key(),
    ref("matter_id", "matter.id", index=True),
    ref("source_track_id", "track.id", null=True),
    ref("target_track_id", "track.id", null=True),
    text("kind", 24),
    text("source", 120),
    text("reason", 400),
    moment("at"),
    text("by", 60),
)
