"""The vehicle's people: what the crew reported of a witness, who spoke there, whose papers were checked without a file,
who pledged."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, ref, text

crew_report = sa.Table(
    "crew_report",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("act", 16),
    text("place", 80),
    text("told_by", 60),
    text("by", 60),
    moment("at"),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
)
voice = sa.Table(
    "voice",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("seat_id", 36),
    text("by", 60),
    moment("at"),
)
guest_check = sa.Table(
    "guest_check",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("method", 16),
    text("masked_number", 24),
    text("by", 60),
    moment("at"),
)
pledge = sa.Table(
    "pledge",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("act", 16),
    text("exception", 40),
    text("words", 200),
    moment("at"),
    text("by", 80),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
)
