"""Agreements: clauses, signers, stored revisions of the paper."""

import sqlalchemy as sa

from court.store.tables.types import Day, digest, flag, key, metadata, moment, number, ref, text

agreement = sa.Table(
    "agreement",
    metadata,
    key(),
    ref("matter_id", "matter.id", index=True),
    ref("hearing_id", "hearing.id", null=True, index=True),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    text("state", 16),
    number("rev"),
    flag("wet"),
    # Whether each bound person has to agree to each paragraph read aloud before it is signed.
    flag("read_aloud"),
    # The paragraph that whoever leads the reading has put before all; '' for the first one that is open.
    text("led", 36),
    # The withdrawn agreement this one takes the place of.
    sa.Column("replaces_id", sa.String(36), nullable=True),
    text("facts"),
    number("copies"),
    digest("head_sha256"),
    moment("effective_at", null=True),
    text("void_reason", 400),
    # The turn being signed outside the transaction: nobody else may begin until it ends.
    sa.Column("lease_id", sa.String(36), nullable=True),
    text("lease_holder", 36),
    moment("lease_until", null=True),
    moment("created_at"),
    moment("updated_at"),
    sa.Index("ix_agreement_state_updated", "state", "updated_at"),
)
clause = sa.Table(
    "clause",
    metadata,
    key(),
    ref("agreement_id", "agreement.id", index=True),
    number("position"),
    text("who", 200),
    text("what"),
    sa.Column("amount_fen", sa.BigInteger, nullable=True),
    sa.Column("due", Day, nullable=True),
    text("due_text", 200),
    text("text"),
)
signer = sa.Table(
    "signer",
    metadata,
    key(),
    ref("agreement_id", "agreement.id", index=True),
    number("position"),
    text("role", 16),
    text("name", 60),
    text("caption", 80),
    text("field", 16),
    ref("party_id", "party.id", null=True),
    ref("account_id", "account.id", null=True),
    text("state", 16),
    moment("signed_at", null=True),
    digest("strokes_sha256"),
    digest("evidence_sha256"),
)
revision = sa.Table(
    "revision",
    metadata,
    sa.Column("agreement_id", sa.String(36), sa.ForeignKey("agreement.id"), primary_key=True),
    sa.Column("index", sa.BigInteger, primary_key=True),
    text("kind", 16),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    ref("signer_id", "signer.id", null=True),
    # Revisions of an edited agreement stay, but no longer belong to the present text.
    number("agreement_rev"),
    moment("at"),
)
