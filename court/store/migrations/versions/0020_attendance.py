"""Witnesses and others in the vehicle: the crew's reports, who spoke there, identity checks of who is no party."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crew_report",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("told_by", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_crew_report_hearing_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_crew_report_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew_report")),
    )
    op.create_table(
        "voice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_voice_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice")),
    )
    op.create_table(
        "guest_check",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("masked_number", sa.String(length=24), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_guest_check_hearing_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_guest_check_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_check")),
    )
    for table in ("crew_report", "voice", "guest_check"):
        op.create_index(op.f(f"ix_{table}_hearing_id"), table, ["hearing_id"], unique=False)


def downgrade() -> None:
    for table in ("guest_check", "voice", "crew_report"):
        op.drop_table(table)
