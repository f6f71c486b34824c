"""The record after the hearing: archive, holds, reasons for viewing, copies made and handed out, its papers."""

import sqlalchemy as sa

from court.store.tables.types import Day, digest, key, metadata, moment, number, ref, text

archive = sa.Table(
    "archive",
    metadata,
    sa.Column("hearing_id", sa.String(36), sa.ForeignKey("hearing.id"), primary_key=True),
    text("state", 16),
    text("retention", 16),
    sa.Column("due_on", Day, nullable=True),
    moment("checked_at", null=True),
    moment("archived_at", null=True),
    # A JSON list of sentences.
    text("problems"),
    moment("removed_at", null=True),
    text("removed_by", 80),
)
hold = sa.Table(
    "hold",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("reason", 400),
    moment("from_at"),
    text("by", 80),
    moment("to_at", null=True),
    text("ended_by", 80),
)
viewing = sa.Table(
    "viewing",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("account_id", "account.id"),
    text("reason", 400),
    moment("at"),
)
export = sa.Table(
    "export",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("kind", 16),
    text("state", 16),
    number("progress"),
    text("detail", 400),
    text("reason", 400),
    text("file", 200),
    digest(),
    number("size"),
    moment("at"),
    text("by", 80),
    moment("ended_at", null=True),
)
handout = sa.Table(
    "handout",
    metadata,
    key(),
    ref("export_id", "export.id", index=True),
    text("receiver", 80),
    text("relation", 80),
    moment("at"),
    text("by", 80),
)
record_paper = sa.Table(
    "record_paper",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    text("kind", 16),
    text("state", 16),
    sa.Column("paper_kind", sa.String(40), nullable=False, server_default=""),
    sa.Column("number", sa.String(60), nullable=False, server_default=""),
    sa.Column("head_sha256", sa.String(64), nullable=False),
    # Whether each party has to agree to each paragraph read aloud; the paragraph put before all, '' the first open one.
    sa.Column("read_aloud", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("led", sa.String(36), nullable=False, server_default=""),
    # The withdrawn paper this one takes the place of.
    sa.Column("replaces_id", sa.String(36), nullable=True),
    moment("at"),
    text("by", 80),
)
record_paragraph = sa.Table(
    "record_paragraph",
    metadata,
    sa.Column("record_paper_id", sa.String(36), sa.ForeignKey("record_paper.id"), primary_key=True),
    sa.Column("position", sa.BigInteger, primary_key=True),
    text("label", 120),
    text("text"),
)
record_signer = sa.Table(
    "record_signer",
    metadata,
    key(),
    ref("record_paper_id", "record_paper.id", index=True),
    number("position"),
    text("field", 40),
    text("role", 40),
    text("name", 80),
    ref("party_id", "party.id", null=True),
    ref("account_id", "account.id", null=True),
    ref("seat_id", "seat.id", null=True),
    moment("signed_at", null=True),
    sa.Column("strokes_sha256", sa.String(64), nullable=False),
    sa.Column("evidence_sha256", sa.String(64), nullable=False),
)
