"""Which file is the second signature of a sealed paper's file."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_signature",
        sa.Column("paper_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_second_signature_sha256")),
        sa.PrimaryKeyConstraint("paper_sha256", name=op.f("pk_second_signature")),
    )


def downgrade() -> None:
    raise RuntimeError("second signatures cannot be forgotten; restore the copy kept before")
