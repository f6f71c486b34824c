"""Papers that people sign: read aloud before, in the place of a withdrawn one, beside a witness whose identity was checked;
the 送达回证 on paper, of an attempt of service."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In single statements: a table that others point at cannot be made anew while it holds rows.
    op.execute(
        "ALTER TABLE service ADD COLUMN return_paper_id VARCHAR(36)"
        " CONSTRAINT fk_service_return_paper_id REFERENCES paper (id)"
    )
    op.create_index(op.f("ix_service_return_paper_id"), "service", ["return_paper_id"], unique=False)
    read: sa.Column[bool] = sa.Column("read_aloud", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("record_paper", read)
    op.add_column("record_paper", sa.Column("led", sa.String(length=36), nullable=False, server_default=""))
    op.add_column("record_paper", sa.Column("replaces_id", sa.String(length=36), nullable=True))
    op.create_table(
        "record_paragraph",
        sa.Column("record_paper_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_paper_id"], ["record_paper.id"], name=op.f("fk_record_paragraph_record_paper_id")
        ),
        sa.PrimaryKeyConstraint("record_paper_id", "position", name=op.f("pk_record_paragraph")),
    )
    op.create_table(
        "witness_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=False),
        sa.Column("signer_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("masked_number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_witness_check_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_check")),
    )
    op.create_index(op.f("ix_witness_check_agreement_id"), "witness_check", ["agreement_id"], unique=False)


def downgrade() -> None:
    raise RuntimeError("who heard and witnessed what cannot be forgotten; restore the copy kept before")
