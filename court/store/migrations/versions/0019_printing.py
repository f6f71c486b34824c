"""Print jobs with options, the printer's own job, and batches."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("print_job") as job:
        job.add_column(sa.Column("batch_id", sa.String(length=36), nullable=True))
        for name, length in (("sides", 24), ("source", 120), ("colour", 16), ("before", 200), ("after", 200)):
            job.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        for name in ("first_page", "last_page", "first_copy"):
            job.add_column(sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
        job.add_column(sa.Column("remote_id", sa.BigInteger(), nullable=True))
        for name in ("sent_at", "try_at", "ended_at"):
            job.add_column(sa.Column(name, sa.String(27), nullable=True))
        job.create_foreign_key(op.f("fk_print_job_batch_id"), "batch", ["batch_id"], ["id"])
        job.create_index(op.f("ix_print_job_batch_id"), ["batch_id"], unique=False)
    # What was at a printer when the program was replaced may have come out.
    op.execute("UPDATE print_job SET sent_at = at WHERE state = 'printing'")
    op.create_table(
        "batch_seal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("use_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=400), nullable=False),
        sa.Column("paper_id", sa.String(length=36), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_seal_batch_id")),
        sa.ForeignKeyConstraint(["use_id"], ["seal_use.id"], name=op.f("fk_batch_seal_use_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_batch_seal_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_seal")),
    )
    for column in ("batch_id", "state"):
        op.create_index(op.f(f"ix_batch_seal_{column}"), "batch_seal", [column], unique=False)


def downgrade() -> None:
    op.drop_table("batch_seal")
    with op.batch_alter_table("print_job") as job:
        job.drop_index(op.f("ix_print_job_batch_id"))
        job.drop_constraint(op.f("fk_print_job_batch_id"), type_="foreignkey")
        for name in (
            "batch_id", "sides", "source", "colour", "before", "after", "first_page", "last_page", "first_copy",
            "remote_id", "sent_at", "try_at", "ended_at",
        ):  # fmt: skip
            job.drop_column(name)
    op.drop_table("batch")
