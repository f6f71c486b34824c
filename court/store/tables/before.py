"""Before signing and after the seal: answers to a reading, changes that voided something, kept hints, withdrawals."""

import sqlalchemy as sa

from court.store.tables.types import digest, key, metadata, moment, number, ref, text

reading_answer = sa.Table(
    "reading_answer",
    metadata,
    key(),
    # An agreement or any other text that people sign; a person is a row of its signers.
    sa.Column("text_id", sa.String(36), nullable=False, index=True),
    text("person_id", 36),
    text("person", 60),
    digest("paragraph_sha256"),
    text("label", 40),
    text("answer", 12),
    text("words", 400),
    moment("at"),
    text("by", 60),
    # Milliseconds of the recording at which it was said; NULL where nothing was recorded.
    sa.Column("offset_ms", sa.BigInteger, nullable=True),
    moment("ended_at", null=True),
    sa.Column("ended_why", sa.String(12), nullable=True),
)
agreement_change = sa.Table(
    "agreement_change",
    metadata,
    key(),
    ref("agreement_id", "agreement.id", index=True),
    # The revision that the change made.
    number("rev"),
    text("from_state", 16),
    text("reason", 400),
    # JSON lists: who had signed; labels of the paragraphs that are to be read anew.
    text("signatures"),
    text("paragraphs"),
    moment("at"),
    text("by", 60),
)
clause_answer = sa.Table(
    "clause_answer",
    metadata,
    sa.Column("agreement_id", sa.String(36), sa.ForeignKey("agreement.id"), primary_key=True),
    # Rule and hash of the paragraph it was found in: another text is another finding.
    sa.Column("finding", sa.String(100), primary_key=True),
    text("reason", 400),
    moment("at"),
    text("by", 60),
)
paper_withdrawal = sa.Table(
    "paper_withdrawal",
    metadata,
    sa.Column("paper_id", sa.String(36), sa.ForeignKey("paper.id"), primary_key=True),
    text("reason", 400),
    # Of the attached facts, as the code on paper carries it; '' for a scan.
    digest("content_sha256"),
    moment("at"),
    text("by", 60),
    text("role", 24),
    ref("successor_id", "paper.id", null=True),
)
