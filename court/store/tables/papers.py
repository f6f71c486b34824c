"""Papers, print jobs, services on parties."""

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
)
service = sa.Table(
    "service",
    metadata,
    key(),
    ref("paper_id", "paper.id", index=True),
    ref("party_id", "party.id"),
    text("method", 16),
    moment("at"),
    text("address", 200),
    text("receiver", 60),
    text("relation", 40),
    text("witness", 60),
    text("refusal", 400),
    text("note", 400),
    text("by", 60),
)
