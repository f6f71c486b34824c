"""Seal custody: roles, standing leaves, the register of uses; archive stamps of papers and when they end."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custody",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_custody_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody")),
    )
    op.create_index(op.f("ix_custody_account_id"), "custody", ["account_id"], unique=False)
    op.create_table(
        "seal_delegation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("keeper_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("from_at", sa.String(27), nullable=False),
        sa.Column("until_at", sa.String(27), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("given_at", sa.String(27), nullable=False),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["keeper_id"], ["account.id"], name=op.f("fk_seal_delegation_keeper_id")),
        sa.ForeignKeyConstraint(["user_id"], ["account.id"], name=op.f("fk_seal_delegation_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_delegation")),
    )
    op.create_table(
        "seal_use",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=True),
        sa.Column("base_sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("decided_name", sa.String(length=80), nullable=False),
        sa.Column("decided_at", sa.String(27), nullable=True),
        sa.Column("delegation_id", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_seal_use_hearing_id")),
        sa.ForeignKeyConstraint(["base_sha256"], ["blob.sha256"], name=op.f("fk_seal_use_base_sha256")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_seal_use_asked_by")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["seal_delegation.id"], name=op.f("fk_seal_use_delegation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_use")),
    )
    for column in ("subject_id", "state", "delegation_id"):
        op.create_index(op.f(f"ix_seal_use_{column}"), "seal_use", [column], unique=False)
    op.create_table(
        "paper_stamp",
        sa.Column("paper_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("until", sa.String(27), nullable=True),
        sa.Column("stamped_by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_stamp_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", "sha256", name=op.f("pk_paper_stamp")),
    )


def downgrade() -> None:
    for table in ("paper_stamp", "seal_use", "seal_delegation", "custody"):
        op.drop_table(table)
