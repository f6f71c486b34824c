"""Sentences a machine heard and nobody has checked yet."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, ref, text

heard = sa.Table(
    "heard",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("text", 2000),
    text("words"),
    sa.Column("start_ms", sa.BigInteger, nullable=False),
    sa.Column("end_ms", sa.BigInteger, nullable=False),
    moment("at"),
    text("state", 16),
    sa.UniqueConstraint("hearing_id", "seat_id", "start_ms"),
)
