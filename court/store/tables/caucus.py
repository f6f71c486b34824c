"""背对背调解: private rooms of a session, who was asked in, who stood there, and what the relay counted."""

import sqlalchemy as sa

from court.store.tables.types import flag, key, metadata, moment, number, ref, text

caucus = sa.Table(
    "caucus",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    number("number"),
    ref("host_seat_id", "seat.id"),
    text("state", 16),
    moment("opened_at"),
    moment("closed_at", null=True),
    flag("complete"),
    moment("counted_at", null=True),
    sa.Column("packets", sa.BigInteger, nullable=True),
    sa.Column("crossed", sa.BigInteger, nullable=True),
    sa.Column("recorded_ms", sa.BigInteger, nullable=True),
    sa.UniqueConstraint("hearing_id", "number"),
)
caucus_invitation = sa.Table(
    "caucus_invitation",
    metadata,
    key(),
    ref("caucus_id", "caucus.id"),
    ref("seat_id", "seat.id"),
    text("state", 16),
    moment("invited_at"),
    moment("until"),
    text("stays"),
    text("cleared_by", 60),
    sa.UniqueConstraint("caucus_id", "seat_id"),
)
caucus_visit = sa.Table(
    "caucus_visit",
    metadata,
    key(),
    ref("caucus_id", "caucus.id", index=True),
    ref("seat_id", "seat.id"),
    moment("from_at"),
    moment("to_at", null=True),
    text("stays"),
    text("cleared_by", 60),
)
