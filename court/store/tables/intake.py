"""What was told at registration beside the free words, statements kept as sound, what a person decided about hints.

`subject_id` of a statement is a draft or a matter.
"""

import sqlalchemy as sa

from court.store.tables.types import digest, flag, key, metadata, moment, number, ref, text

intake = sa.Table(
    "intake",
    metadata,
    sa.Column("matter_id", sa.String(36), sa.ForeignKey("matter.id"), primary_key=True),
    text("channel", 16),
    text("elements"),
    text("claims"),
    sa.Column("sum_fen", sa.BigInteger, nullable=True),
)
decision = sa.Table(
    "decision",
    metadata,
    key(),
    ref("matter_id", "matter.id", index=True),
    text("kind", 16),
    text("about", 40),
    text("outcome", 24),
    text("note"),
    moment("at"),
    text("by", 60),
)
statement = sa.Table(
    "statement",
    metadata,
    key(),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    text("state", 8),
    text("media_type", 40),
    number("ms"),
    number("size"),
    digest(),
    text("words"),
    text("typed_by", 60),
    moment("typed_at", null=True),
    moment("begun_at"),
    text("begun_by", 60),
)
statement_piece = sa.Table(
    "statement_piece",
    metadata,
    ref("statement_id", "statement.id"),
    number("position"),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    number("ms"),
    number("size"),
    sa.PrimaryKeyConstraint("statement_id", "position"),
)
suitability = sa.Table(
    "suitability",
    metadata,
    sa.Column("hearing_id", sa.String(36), sa.ForeignKey("hearing.id"), primary_key=True),
    text("bench", 16),
    text("unfit", 120),
    text("approval", 200),
    flag("namesakes"),
    moment("at"),
    text("by", 60),
)
