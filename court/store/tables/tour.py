"""Stops, halts of a vehicle, its crew of a day, roads, who waits for a time, calendar feeds."""

import sqlalchemy as sa

from court.store.tables.types import Day, flag, key, metadata, moment, number, ref, text

stop = sa.Table(
    "stop",
    metadata,
    key(),
    text("village", 80),
    text("spot", 120),
    number("court_minutes"),
    text("road", 400),
    number("up_kbps"),
    moment("measured_at", null=True),
    flag("retired"),
    number("rev"),
)
halt = sa.Table(
    "halt",
    metadata,
    key(),
    ref("stop_id", "stop.id", index=True),
    text("vehicle", 60),
    moment("arrives_at"),
    moment("leaves_at"),
    text("state", 16),
    text("reason", 400),
    number("rev"),
    sa.Index("ix_halt_arrives", "arrives_at"),
)
road = sa.Table(
    "road",
    metadata,
    # The smaller id first.
    sa.Column("one_id", sa.String(36), sa.ForeignKey("stop.id"), primary_key=True),
    sa.Column("other_id", sa.String(36), sa.ForeignKey("stop.id"), primary_key=True),
    number("minutes"),
)
crew = sa.Table(
    "crew",
    metadata,
    sa.Column("vehicle", sa.String(60), primary_key=True),
    sa.Column("day", Day, primary_key=True),
    sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), primary_key=True),
)
waiting = sa.Table(
    "waiting",
    metadata,
    key(),
    text("subject_kind", 16),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    text("kind", 16),
    number("minutes"),
    text("village", 80),
    text("note", 400),
    text("state", 16),
    ref("hearing_id", "hearing.id", null=True),
    moment("asked_at"),
    text("by", 60),
    sa.Index("ix_waiting_state_asked", "state", "asked_at"),
)
feed = sa.Table(
    "calendar_feed",
    metadata,
    key(),
    ref("account_id", "account.id", index=True),
    # Empty: what the account itself is booked for; else the whole plan of this vehicle.
    text("vehicle", 60),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    moment("made_at"),
    moment("ended_at", null=True),
)
