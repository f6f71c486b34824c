"""The record after the hearing: archive, holds, viewing with a reason, copies, papers of the record."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("retention", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.String(10), nullable=True),
        sa.Column("checked_at", sa.String(27), nullable=True),
        sa.Column("archived_at", sa.String(27), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.Column("removed_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_archive_hearing_id")),
        sa.PrimaryKeyConstraint("hearing_id", name=op.f("pk_archive")),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("to_at", sa.String(27), nullable=True),
        sa.Column("ended_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_hold_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_hearing_id"), "hold", ["hearing_id"], unique=False)
    op.create_table(
        "viewing",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_viewing_hearing_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_viewing_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_viewing")),
    )
    op.create_index(op.f("ix_viewing_hearing_id"), "viewing", ["hearing_id"], unique=False)
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_export_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_hearing_id"), "export", ["hearing_id"], unique=False)
    op.create_table(
        "handout",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("export_id", sa.String(length=36), nullable=False),
        sa.Column("receiver", sa.String(length=80), nullable=False),
        sa.Column("relation", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_handout_export_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handout")),
    )
    op.create_index(op.f("ix_handout_export_id"), "handout", ["export_id"], unique=False)
    op.create_table(
        "record_paper",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("head_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_record_paper_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_paper")),
    )
    op.create_index(op.f("ix_record_paper_hearing_id"), "record_paper", ["hearing_id"], unique=False)
    op.create_table(
        "record_signer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_paper_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("party_id", sa.String(length=36), nullable=True),
        sa.Column("account_id", sa.String(length=36), nullable=True),
        sa.Column("signed_at", sa.String(27), nullable=True),
        sa.Column("strokes_sha256", sa.String(length=64), nullable=False),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_paper_id"], ["record_paper.id"], name=op.f("fk_record_signer_record_paper_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_record_signer_party_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_record_signer_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_signer")),
    )
    op.create_index(
        op.f("ix_record_signer_record_paper_id"), "record_signer", ["record_paper_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_record_signer_record_paper_id"), table_name="record_signer")
    op.drop_table("record_signer")
    op.drop_index(op.f("ix_record_paper_hearing_id"), table_name="record_paper")
    op.drop_table("record_paper")
    op.drop_index(op.f("ix_handout_export_id"), table_name="handout")
    op.drop_table("handout")
    op.drop_index(op.f("ix_export_hearing_id"), table_name="export")
    op.drop_table("export")
    op.drop_index(op.f("ix_viewing_hearing_id"), table_name="viewing")
    op.drop_table("viewing")
    op.drop_index(op.f("ix_hold_hearing_id"), table_name="hold")
    op.drop_table("hold")
    op.drop_table("archive")
