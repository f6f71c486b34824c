"""Answers to a reading in place of bare acknowledgements; changes and what they voided; kept hints; withdrawals."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _at(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(27), nullable=null)


def upgrade() -> None:
    op.add_column(
        "agreement", sa.Column("read_aloud", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("agreement", sa.Column("led", sa.String(length=36), nullable=False, server_default=""))
    op.add_column("agreement", sa.Column("replaces_id", sa.String(length=36), nullable=True))
    op.create_table(
        "reading_answer",
        _text("id", 36),
        _text("text_id", 36),
        _text("person_id", 36),
        _text("person", 60),
        _text("paragraph_sha256", 64),
        _text("label", 40),
        _text("answer", 12),
        _text("words", 400),
        _at("at"),
        _text("by", 60),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        _at("ended_at", null=True),
        sa.Column("ended_why", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_answer")),
    )
    op.create_index(op.f("ix_reading_answer_text_id"), "reading_answer", ["text_id"], unique=False)
    _move_acknowledgements()
    op.drop_table("acknowledgement")
    op.create_table(
        "agreement_change",
        _text("id", 36),
        _text("agreement_id", 36),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        _text("from_state", 16),
        _text("reason", 400),
        sa.Column("signatures", sa.Text(), nullable=False),
        sa.Column("paragraphs", sa.Text(), nullable=False),
        _at("at"),
        _text("by", 60),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_change_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_change")),
    )
    op.create_index(
        op.f("ix_agreement_change_agreement_id"), "agreement_change", ["agreement_id"], unique=False
    )
    op.create_table(
        "clause_answer",
        _text("agreement_id", 36),
        _text("finding", 100),
        _text("reason", 400),
        _at("at"),
        _text("by", 60),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_clause_answer_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "finding", name=op.f("pk_clause_answer")),
    )
    op.create_table(
        "paper_withdrawal",
        _text("paper_id", 36),
        _text("reason", 400),
        _text("content_sha256", 64),
        _at("at"),
        _text("by", 60),
        _text("role", 24),
        sa.Column("successor_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_withdrawal_paper_id")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["paper.id"], name=op.f("fk_paper_withdrawal_successor_id")
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_paper_withdrawal")),
    )


def _move_acknowledgements() -> None:
    """An acknowledgement of before is an answer: agreed. Its key is old signer and clause, both unique in it."""
    conn = op.get_bind()
    rows = conn.exec_driver_sql(
        "SELECT a.signer_id, a.at, a.by, a.offset_ms, s.name, s.agreement_id, c.text, c.position"
        " FROM acknowledgement a JOIN signer s ON s.id = a.signer_id JOIN clause c ON c.id = a.clause_id"
    ).all()
    for number, row in enumerate(rows):
        conn.execute(
            sa.text(
                "INSERT INTO reading_answer (id, text_id, person_id, person, paragraph_sha256, label, answer,"
                ' words, at, "by", offset_ms) VALUES (:id, :text_id, :person_id, :person, :sha, :label,'
                " 'agreed', '', :at, :by, :offset)"
            ),
            {
                "id": f"before-{number}",
                "text_id": row.agreement_id,
                "person_id": row.signer_id,
                "person": row.name,
                "sha": hashlib.sha256(row.text.encode()).hexdigest(),
                "label": f"第{row.position}条",
                "at": row.at,
                "by": row.by,
                "offset": row.offset_ms,
            },
        )


def downgrade() -> None:
    for table in ("paper_withdrawal", "clause_answer", "agreement_change", "reading_answer"):
        op.drop_table(table)
    op.create_table(
        "acknowledgement",
        _text("signer_id", 36),
        _text("clause_id", 36),
        _at("at"),
        _text("by", 60),
        sa.Column("offset_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["signer_id"], ["signer.id"], name=op.f("fk_acknowledgement_signer_id")),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_acknowledgement_clause_id")),
        sa.PrimaryKeyConstraint("signer_id", "clause_id", name=op.f("pk_acknowledgement")),
    )
    for column in ("replaces_id", "led", "read_aloud"):
        op.drop_column("agreement", column)
