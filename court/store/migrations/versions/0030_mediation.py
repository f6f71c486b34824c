"""The roll of mediators; duties, receipts and visits after an agreement."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mediator",
        sa.Column("account_id", sa.String(36), nullable=False),
        sa.Column("body", sa.String(80), nullable=False),
        sa.Column("invited", sa.Boolean, nullable=False),
        sa.Column("languages", sa.String(400), nullable=False),
        sa.Column("places", sa.String(400), nullable=False),
        sa.Column("fields", sa.String(400), nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mediator_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mediator")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("matter_id", sa.String(36), nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("clause", sa.BigInteger, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=True),
        sa.Column("due", sa.String(10), nullable=True),
        sa.Column("payer_id", sa.String(36), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("done_fen", sa.BigInteger, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_duty_agreement_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_duty_matter_id")),
        sa.ForeignKeyConstraint(["payer_id"], ["party.id"], name=op.f("fk_duty_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_agreement_id"), "duty", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_duty_matter_id"), "duty", ["matter_id"], unique=False)
    op.create_index(op.f("ix_duty_state_due"), "duty", ["state", "due"], unique=False)
    op.create_table(
        "duty_receipt",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("duty_id", sa.String(36), nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=True),
        sa.Column("on", sa.String(10), nullable=False),
        sa.Column("method", sa.String(80), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_receipt_duty_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_receipt")),
    )
    op.create_index(op.f("ix_duty_receipt_duty_id"), "duty_receipt", ["duty_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("matter_id", sa.String(36), nullable=False),
        sa.Column("agreement_id", sa.String(36), nullable=False),
        sa.Column("round", sa.BigInteger, nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("visited_at", sa.String(27), nullable=True),
        sa.Column("method", sa.String(80), nullable=False),
        sa.Column("performance", sa.String(12), nullable=True),
        sa.Column("satisfaction", sa.String(12), nullable=True),
        sa.Column("situation", sa.Text, nullable=False),
        sa.Column("task", sa.String(400), nullable=False),
        sa.Column("task_done_at", sa.String(27), nullable=True),
        sa.Column("task_answer", sa.Text, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("rev", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_visit_agreement_id")),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_visit_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("agreement_id", "round", name=op.f("uq_visit_agreement_id_round")),
    )
    op.create_index(op.f("ix_visit_agreement_id"), "visit", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_visit_due"), "visit", ["visited_at", "due"], unique=False)
    op.create_index(op.f("ix_visit_matter_id"), "visit", ["matter_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("what was performed cannot be forgotten; restore the copy kept before")
