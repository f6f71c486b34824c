"""What the device self-test of a seat found."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_test",
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("troubles", sa.String(length=80), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("rtt_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_self_test_seat_id")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_self_test_hearing_id")),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_self_test")),
    )
    op.create_index(op.f("ix_self_test_hearing_id"), "self_test", ["hearing_id"], unique=False)


def downgrade() -> None:
    op.drop_table("self_test")
