"""Exhibits: submitted, shown, examined, marked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exhibit",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subject_kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("withdrawn_reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_hearing_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_exhibit_party_id")),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_exhibit_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit")),
        sa.UniqueConstraint(
            "subject_id", "side", "position", name=op.f("uq_exhibit_subject_id_side_position")
        ),
    )
    op.create_index(op.f("ix_exhibit_hearing_id"), "exhibit", ["hearing_id"], unique=False)
    op.create_index(op.f("ix_exhibit_subject_id"), "exhibit", ["subject_id"], unique=False)
    op.create_table(
        "exhibit_opinion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("party_id", sa.String(length=36), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("authentic", sa.String(length=16), nullable=False),
        sa.Column("lawful", sa.String(length=16), nullable=False),
        sa.Column("relevant", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_opinion_exhibit_id")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_opinion_hearing_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_exhibit_opinion_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_opinion")),
        sa.UniqueConstraint(
            "exhibit_id", "party_id", "rev", name=op.f("uq_exhibit_opinion_exhibit_id_party_id_rev")
        ),
    )
    op.create_table(
        "exhibit_original",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_original_exhibit_id")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_original_hearing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_original")),
    )
    op.create_index(op.f("ix_exhibit_original_exhibit_id"), "exhibit_original", ["exhibit_id"], unique=False)
    op.create_table(
        "exhibit_mark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("seat_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.Column("removed_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_mark_exhibit_id")),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_mark_hearing_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_exhibit_mark_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_mark")),
    )
    op.create_index("ix_exhibit_mark_exhibit_page", "exhibit_mark", ["exhibit_id", "page"], unique=False)
    op.create_table(
        "exhibit_moment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("speaker", sa.String(length=80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("line_state", sa.String(length=16), nullable=False),
        sa.Column("line_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_moment_hearing_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_moment_exhibit_id")),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_exhibit_moment_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_moment")),
    )
    op.create_index(op.f("ix_exhibit_moment_hearing_id"), "exhibit_moment", ["hearing_id"], unique=False)
    op.create_table(
        "exhibit_showing",
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=True),
        sa.Column("page", sa.BigInteger(), nullable=False),
        sa.Column("camera_seat_id", sa.String(length=36), nullable=True),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_showing_hearing_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_showing_exhibit_id")),
        sa.ForeignKeyConstraint(
            ["camera_seat_id"], ["seat.id"], name=op.f("fk_exhibit_showing_camera_seat_id")
        ),
        sa.PrimaryKeyConstraint("hearing_id", name=op.f("pk_exhibit_showing")),
    )
    op.create_table(
        "exhibit_capture",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("party_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("exhibit_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_exhibit_capture_hearing_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_exhibit_capture_party_id")),
        sa.ForeignKeyConstraint(["exhibit_id"], ["exhibit.id"], name=op.f("fk_exhibit_capture_exhibit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_capture")),
    )
    op.create_index(op.f("ix_exhibit_capture_hearing_id"), "exhibit_capture", ["hearing_id"], unique=False)


def downgrade() -> None:
    op.drop_table("exhibit_capture")
    op.drop_table("exhibit_showing")
    op.drop_table("exhibit_moment")
    op.drop_table("exhibit_mark")
    op.drop_table("exhibit_original")
    op.drop_table("exhibit_opinion")
    op.drop_table("exhibit")
