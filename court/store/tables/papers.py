"""Papers, print jobs, batches."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, number, ref, text

paper = sa.Table(
    "paper",
    metadata,
    key(),
    text("subject_kind", 16),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    ref("hearing_id", "hearing.id", null=True),
    text("kind", 24),
    text("number", 40),
    text("title", 200),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False, index=True),
    number("pages"),
    number("copies"),
    moment("at"),
    text("by", 60),
    sa.UniqueConstraint("subject_id", "kind", "sha256"),
)
batch = sa.Table(
    "batch",
    metadata,
    key(),
    text("kind", 16),
    text("reason", 200),
    moment("at"),
    text("by", 60),
    text("by_id", 36),
)
print_job = sa.Table(
    "print_job",
    metadata,
    key(),
    ref("paper_id", "paper.id", index=True),
    text("printer", 200),
    number("copies"),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    text("reason", 200),
    text("detail", 400),
    number("attempts"),
    moment("at"),
    text("by", 60),
    ref("batch_id", "batch.id", null=True, index=True),
    text("sides", 24),
    text("source", 120),
    text("colour", 16),
    number("first_page"),
    number("last_page"),
    sa.Column("remote_id", sa.BigInteger, nullable=True),
    moment("sent_at", null=True),
    moment("try_at", null=True),
    moment("ended_at", null=True),
    number("first_copy"),
    text("before", 200),
    text("after", 200),
)
batch_seal = sa.Table(
    "batch_seal",
    metadata,
    key(),
    ref("batch_id", "batch.id", index=True),
    ref("use_id", "seal_use.id"),
    number("position"),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    text("detail", 400),
    ref("paper_id", "paper.id", null=True),
    moment("ended_at", null=True),
)
