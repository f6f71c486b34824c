"""Seal custody: who keeps, uses and audits a seal, standing leaves, the register of uses."""

import sqlalchemy as sa

from court.store.tables.types import digest, flag, key, metadata, moment, number, ref, text

custody = sa.Table(
    "custody",
    metadata,
    key(),
    text("body", 120),
    text("role", 16),
    ref("account_id", "account.id", index=True),
    moment("since"),
    moment("until", null=True),
    text("by", 80),
)
seal_delegation = sa.Table(
    "seal_delegation",
    metadata,
    key(),
    text("body", 120),
    ref("keeper_id", "account.id"),
    ref("user_id", "account.id", null=True),
    # Kinds of paper with commas between; "" for all.
    text("kinds"),
    moment("from_at"),
    moment("until_at"),
    number("most"),
    text("note", 200),
    flag("demonstration"),
    moment("given_at"),
    moment("revoked_at", null=True),
)
seal_use = sa.Table(
    "seal_use",
    metadata,
    key(),
    text("body", 120),
    text("kind", 24),
    text("title", 200),
    text("number", 40),
    text("subject_kind", 16),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    ref("hearing_id", "hearing.id", null=True),
    sa.Column("base_sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    ref("asked_by", "account.id"),
    moment("asked_at"),
    text("decided_name", 80),
    moment("decided_at", null=True),
    ref("delegation_id", "seal_delegation.id", null=True, index=True),
    text("reason", 400),
    digest("sealed_sha256"),
    number("pages"),
    moment("used_at", null=True),
)
second_signature = sa.Table(
    "second_signature",
    metadata,
    # The file that was sealed; a renewed stamp makes another file of the same paper, the record fits its beginning.
    sa.Column("paper_sha256", sa.String(64), primary_key=True),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    moment("at"),
)
paper_stamp = sa.Table(
    "paper_stamp",
    metadata,
    ref("paper_id", "paper.id"),
    # The file of this state; earlier ones stay in the register, they were handed out.
    digest(),
    moment("until", null=True),
    text("stamped_by", 200),
    moment("at"),
    sa.PrimaryKeyConstraint("paper_id", "sha256"),
)
