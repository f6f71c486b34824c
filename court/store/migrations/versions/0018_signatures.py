"""Signing by people: evidence records, who cannot write, turns of the pad, one-time codes, refusals, scans to check."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=36), nullable=False)


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _at(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27), nullable=null)


def _to(table: str, column: str, target: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=op.f(f"fk_{table}_{column}"))


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    op.create_table(
        "signature_record",
        _id(),
        _text("subject_kind", 16),
        _id("subject_id"),
        _number("rev"),
        _text("signer_id", 36),
        _text("name", 80),
        _text("role", 60),
        _text("manner", 16),
        _text("record_sha256", 64),
        _text("strokes_sha256", 64),
        _text("source_sha256", 64),
        _text("still_sha256", 64),
        _text("still_missing", 16),
        _text("confirmed_by", 16),
        _at("at"),
        _text("by", 80),
        _to("signature_record", "record_sha256", "blob", "sha256"),
        _key("signature_record"),
    )
    op.create_table(
        "cannot_write",
        _id("signer_id"),
        _id("witness_id"),
        _text("manner", 16),
        _text("read_by", 80),
        _text("read_aloud", 400),
        _text("witness_about", 200),
        _text("witness_identity", 16),
        _at("at"),
        _text("by", 80),
        _to("cannot_write", "signer_id", "signer"),
        _to("cannot_write", "witness_id", "signer"),
        _key("cannot_write", "signer_id"),
    )
    op.create_table(
        "pad_turn",
        _id(),
        _text("subject_kind", 16),
        _id("subject_id"),
        _text("signer_id", 36),
        _text("name", 80),
        _text("holder", 36),
        _text("base_sha256", 64),
        _text("confirmation", 36),
        _text("confirmed_by", 16),
        _at("taken_at"),
        _at("ended_at", null=True),
        _text("ended", 16),
        _key("pad_turn"),
    )
    op.create_table(
        "signing_code",
        _id(),
        _id("signer_id"),
        _text("base_sha256", 64),
        _text("code_hash", 64),
        _text("channel", 16),
        _number("wrong"),
        _at("at"),
        _at("expires_at"),
        _at("used_at", null=True),
        _text("by", 80),
        _key("signing_code"),
    )
    op.create_table(
        "signing_refusal",
        _id(),
        _text("subject_kind", 16),
        _id("subject_id"),
        _text("signer_id", 36),
        _text("name", 80),
        _text("role", 60),
        _text("reason", 400),
        _text("witness", 80),
        _at("at"),
        _text("by", 80),
        _key("signing_refusal"),
    )
    op.create_table(
        "scan_check",
        _id(),
        _text("subject_kind", 16),
        _id("subject_id"),
        _text("base_sha256", 64),
        _text("state", 16),
        _text("sheets"),
        _text("findings"),
        _text("manners"),
        _text("reason", 400),
        _at("at"),
        _text("by", 80),
        _at("checked_at", null=True),
        _text("checked_by", 80),
        _key("scan_check"),
    )
    for table in ("signature_record", "pad_turn", "signing_refusal", "scan_check"):
        op.create_index(op.f(f"ix_{table}_subject_id"), table, ["subject_id"], unique=False)
    op.create_index(op.f("ix_signing_code_signer_id"), "signing_code", ["signer_id"], unique=False)


def downgrade() -> None:
    for table in (
        "scan_check",
        "signing_refusal",
        "signing_code",
        "pad_turn",
        "cannot_write",
        "signature_record",
    ):
        op.drop_table(table)
