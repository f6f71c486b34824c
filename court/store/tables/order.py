"""Order in the courtroom: what the bench arranged, stages, admonitions, absences, turns, words among the staff."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, ref, text

sitting = sa.Table(
    "sitting",
    metadata,
    sa.Column("hearing_id", sa.String(36), sa.ForeignKey("hearing.id"), primary_key=True),
    text("stage", 24),
    text("layout", 16),
    text("spotlight_seat", 36),
    text("spotlight_source", 16),
    moment("opens_at", null=True),
)
stage_mark = sa.Table(
    "stage_mark",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("code", 24),
    text("name", 24),
    moment("at"),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
    text("by", 60),
)
admonition = sa.Table(
    "admonition",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("kind", 16),
    text("cause", 16),
    text("note", 400),
    moment("at"),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
    text("by", 60),
)
notice = sa.Table(
    "notice",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("manner", 16),
    moment("at"),
    text("note", 400),
    text("by", 60),
)
absence = sa.Table(
    "absence",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("ground", 16),
    text("consequence", 16),
    text("note", 400),
    moment("at"),
    text("by", 60),
    sa.UniqueConstraint("hearing_id", "seat_id"),
)
turn = sa.Table(
    "turn",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    moment("from_at"),
    moment("to_at"),
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
    sa.UniqueConstraint("hearing_id", "seat_id", "from_at"),
)
aside = sa.Table(
    "aside",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("seat_id", "seat.id"),
    text("text", 500),
    moment("at"),
)
