"""Journal, counters, idempotency keys, blobs: the tables every track writes to."""

import sqlalchemy as sa

from court.store.tables.types import metadata, moment, number, text

journal = sa.Table(
    "journal",
    metadata,
    sa.Column(
        "seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
    ),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    moment("at"),
    text("type", 80),
    sa.Column("subject", sa.String(80), nullable=False, index=True),
    text("actor_kind", 16),
    text("actor_id", 36),
    text("actor_role", 24),
    text("body"),
    text("prev_hash", 64),
    text("hash", 64),
)
counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    number("value"),
)
idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("scope", sa.String(120), primary_key=True),
    sa.Column("key", sa.String(80), primary_key=True),
    text("result"),
    sa.Column("at", moment("at").type, nullable=False, index=True),
)
blob = sa.Table(
    "blob",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    number("size"),
    text("media_type", 80),
    moment("at"),
    text("by", 36),
)
