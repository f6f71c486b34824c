"""Messages to telephones and mail boxes. `address` and `body` hold personal data; `body` is emptied once it is sent."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, number, text

outbox = sa.Table(
    "outbox",
    metadata,
    key(),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    text("purpose", 16),
    sa.Column("ref", sa.String(36), nullable=False, index=True),
    text("channel", 8),
    text("address", 200),
    text("title", 200),
    text("body"),
    text("state", 16),
    number("attempts"),
    moment("next_at"),
    sa.Column("gateway_id", sa.String(120), nullable=False, index=True),
    text("detail", 120),
    moment("at"),
    moment("settled_at", null=True),
    text("by", 60),
    sa.Index("ix_outbox_due", "state", "next_at"),
)
