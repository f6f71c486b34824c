"""Who may watch a public session by the clerk's list, who interprets for whom, and what a witness is shown."""

import sqlalchemy as sa

from court.store.tables.types import flag, key, metadata, moment, number, ref, text

observer = sa.Table(
    "observer",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("name", 60),
    text("affiliation", 80),
    text("proof", 16),
    text("proof_hash", 64),
    text("state", 16),
    text("presence", 16),
    moment("presence_at", null=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("device_hash", sa.String(64), nullable=True, unique=True),
    number("wrong"),
    moment("listed_at"),
    text("by", 60),
)
interpretation = sa.Table(
    "interpretation",
    metadata,
    sa.Column("seat_id", sa.String(36), sa.ForeignKey("seat.id"), primary_key=True),
    ref("hearing_id", "hearing.id", index=True),
    ref("of_seat_id", "seat.id"),
    flag("to_all"),
    moment("since"),
    text("by", 60),
)
identification = sa.Table(
    "identification",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("exhibit_id", "exhibit.id"),
    number("page"),
    ref("seat_id", "seat.id"),
    moment("shown_at"),
    text("shown_by", 60),
    moment("hidden_at", null=True),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
    text("words"),
    moment("said_at", null=True),
    text("written_by", 60),
)
