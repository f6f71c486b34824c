"""Signing by people: evidence records, who cannot write, whose turn the pad is, one-time codes, refusals, scans to check."""

import sqlalchemy as sa

from court.store.tables.types import digest, key, metadata, moment, number, ref, text


def _subject() -> tuple[sa.Column[str], sa.Column[str]]:
    """An agreement, a paper of a recording or a drawn paper: what has the field."""
    return text("subject_kind", 16), sa.Column("subject_id", sa.String(36), nullable=False, index=True)


signature_record = sa.Table(
    "signature_record",
    metadata,
    key(),
    *_subject(),
    number("rev"),
    text("signer_id", 36),
    text("name", 80),
    text("role", 60),
    text("manner", 16),
    sa.Column("record_sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    digest("strokes_sha256"),
    digest("source_sha256"),
    digest("still_sha256"),
    text("still_missing", 16),
    text("confirmed_by", 16),
    moment("at"),
    text("by", 80),
)
cannot_write = sa.Table(
    "cannot_write",
    metadata,
    sa.Column("signer_id", sa.String(36), sa.ForeignKey("signer.id"), primary_key=True),
    ref("witness_id", "signer.id"),
    text("manner", 16),
    text("read_by", 80),
    text("read_aloud", 400),
    text("witness_about", 200),
    text("witness_identity", 16),
    moment("at"),
    text("by", 80),
)
# The identity of a witness of a signature; a party's is in identity_check. It stays when the witness is taken back.
witness_check = sa.Table(
    "witness_check",
    metadata,
    key(),
    ref("agreement_id", "agreement.id", index=True),
    text("signer_id", 36),
    text("name", 80),
    text("method", 16),
    text("masked_number", 20),
    moment("at"),
    text("by", 80),
)
pad_turn = sa.Table(
    "pad_turn",
    metadata,
    key(),
    *_subject(),
    text("signer_id", 36),
    text("name", 80),
    text("holder", 36),
    digest("base_sha256"),
    text("confirmation", 36),
    text("confirmed_by", 16),
    moment("taken_at"),
    moment("ended_at", null=True),
    text("ended", 16),
)
signing_code = sa.Table(
    "signing_code",
    metadata,
    key(),
    sa.Column("signer_id", sa.String(36), nullable=False, index=True),
    digest("base_sha256"),
    digest("code_hash"),
    text("channel", 16),
    number("wrong"),
    moment("at"),
    moment("expires_at"),
    moment("used_at", null=True),
    text("by", 80),
)
refusal = sa.Table(
    "signing_refusal",
    metadata,
    key(),
    *_subject(),
    text("signer_id", 36),
    text("name", 80),
    text("role", 60),
    text("reason", 400),
    text("witness", 80),
    moment("at"),
    text("by", 80),
)
scan_check = sa.Table(
    "scan_check",
    metadata,
    key(),
    *_subject(),
    text("base_sha256", 64),
    text("state", 16),
    # Hashes of the sheets in page order, what the server found on them, how each signed: JSON.
    text("sheets"),
    text("findings"),
    text("manners"),
    text("reason", 400),
    moment("at"),
    text("by", 80),
    moment("checked_at", null=True),
    text("checked_by", 80),
)
