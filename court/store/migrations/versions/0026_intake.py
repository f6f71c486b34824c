"""What was told at registration, statements as sound, a person's decisions about hints, how a session may be held."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

T = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("matter_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("elements", sa.Text(), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("sum_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_intake_matter_id")),
        sa.PrimaryKeyConstraint("matter_id", name=op.f("pk_intake")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("matter_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("about", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["matter_id"], ["matter.id"], name=op.f("fk_decision_matter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_matter_id"), "decision", ["matter_id"], unique=False)
    _statement()
    op.create_table(
        "suitability",
        sa.Column("hearing_id", sa.String(length=36), nullable=False),
        sa.Column("bench", sa.String(length=16), nullable=False),
        sa.Column("unfit", sa.String(length=120), nullable=False),
        sa.Column("approval", sa.String(length=200), nullable=False),
        sa.Column("namesakes", sa.Boolean(), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"], name=op.f("fk_suitability_hearing_id")),
        sa.PrimaryKeyConstraint("hearing_id", name=op.f("pk_suitability")),
    )
    # In one statement: a table that others point at cannot be made anew while it holds rows.
    op.execute(
        "ALTER TABLE material ADD COLUMN raw_sha256 VARCHAR(64)"
        " CONSTRAINT fk_material_raw_sha256 REFERENCES blob (sha256)"
    )
    op.execute("ALTER TABLE material ADD COLUMN edits VARCHAR(200) DEFAULT '' NOT NULL")
    for column in ("id_number", "phone", "name"):
        op.create_index(op.f(f"ix_party_{column}"), "party", [column], unique=False)


def _statement() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("typed_by", sa.String(length=60), nullable=False),
        sa.Column("typed_at", T, nullable=True),
        sa.Column("begun_at", T, nullable=False),
        sa.Column("begun_by", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index(op.f("ix_statement_subject_id"), "statement", ["subject_id"], unique=False)
    op.create_table(
        "statement_piece",
        sa.Column("statement_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_statement_piece_sha256")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_piece_statement_id")
        ),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_statement_piece")),
    )


def downgrade() -> None:
    raise RuntimeError("what people told cannot be forgotten; restore the copy kept before")
