"""Service of papers as attempts with facts, and the copies given out; earlier records of service are kept as attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

T = sa.String(27)


def upgrade() -> None:
    op.rename_table("service", "service_before")
    op.drop_index(op.f("ix_service_paper_id"), table_name="service_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE service_before RENAME CONSTRAINT pk_service TO pk_service_before")
    _attempts()
    _around()
    _keep()
    op.drop_table("service_before")


def _attempts() -> None:
    op.create_table(
        "service",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("subject_kind", sa.String(16), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=False),
        sa.Column("batch_id", sa.String(36), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("tracking", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(400), nullable=False),
        sa.Column("through", sa.String(120), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_service_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
    )
    for column in ("subject_id", "party_id", "batch_id", "state"):
        op.create_index(op.f(f"ix_service_{column}"), "service", [column], unique=False)
    op.create_table(
        "service_paper",
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("paper_id", sa.String(36), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("served_at", T, nullable=True),
        sa.Column("presumed", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(24), nullable=False),
        sa.Column("ground", sa.String(400), nullable=False),
        sa.Column("next_step", sa.String(400), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_paper_service_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_service_paper_paper_id")),
        sa.PrimaryKeyConstraint("service_id", "paper_id", name=op.f("pk_service_paper")),
    )
    op.create_index(op.f("ix_service_paper_paper_id"), "service_paper", ["paper_id"], unique=False)
    op.create_table(
        "service_fact",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("receiver", sa.String(60), nullable=False),
        sa.Column("relation", sa.String(16), nullable=False),
        sa.Column("witness", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("proof_sha256", sa.String(64), nullable=False),
        sa.Column("until", sa.String(10), nullable=True),
        sa.Column("paper_id", sa.String(36), nullable=False),
        sa.Column("noted_at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_fact_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_fact")),
    )
    op.create_index(op.f("ix_service_fact_service_id"), "service_fact", ["service_id"], unique=False)


def _around() -> None:
    op.create_table(
        "service_address",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(200), nullable=False),
        sa.Column("receiver", sa.String(60), nullable=False),
        sa.Column("mobile", sa.String(20), nullable=False),
        sa.Column("mail", sa.String(120), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("electronic", sa.Boolean(), nullable=False),
        sa.Column("judgments", sa.Boolean(), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_service_address_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_address")),
        sa.UniqueConstraint("party_id", "version", name=op.f("uq_service_address_party_id_version")),
    )
    op.create_index(op.f("ix_service_address_party_id"), "service_address", ["party_id"], unique=False)
    op.create_table(
        "service_link",
        sa.Column("service_id", sa.String(36), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("device_hash", sa.String(64), nullable=True),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("until", T, nullable=False),
        sa.Column("entered_at", T, nullable=True),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_link_service_id")),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_service_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_service_link_token_hash")),
    )
    op.create_index(op.f("ix_service_link_device_hash"), "service_link", ["device_hash"], unique=False)
    op.create_table(
        "paper_copy",
        sa.Column("paper_id", sa.String(36), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("party_id", sa.String(36), nullable=False),
        sa.Column("service_id", sa.String(36), nullable=True),
        sa.Column("given_at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("receiver", sa.String(60), nullable=False),
        sa.Column("signed_at", T, nullable=True),
        sa.Column("how", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_copy_paper_id")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_paper_copy_party_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_paper_copy_service_id")),
        sa.PrimaryKeyConstraint("paper_id", "number", name=op.f("pk_paper_copy")),
    )
    op.create_index(op.f("ix_paper_copy_service_id"), "paper_copy", ["service_id"], unique=False)
    op.create_table(
        "paper_elsewhere",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("paper_id", sa.String(36), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", T, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_paper_elsewhere_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_elsewhere")),
    )
    op.create_index(op.f("ix_paper_elsewhere_paper_id"), "paper_elsewhere", ["paper_id"], unique=False)


def _keep() -> None:
    """What was recorded before, as served attempts with one fact; the words of the record stay in it."""
    op.execute(
        """INSERT INTO service (id, subject_kind, subject_id, party_id, batch_id, method, channel, address, basis,
        tracking, cause, through, state, created_at, "by")
        SELECT b.id, p.subject_kind, p.subject_id, b.party_id, b.id, b.method, '', b.address, 'known', '', '', '',
        'served', b.at, b."by" FROM service_before b JOIN paper p ON p.id = b.paper_id"""
    )
    op.execute(
        """INSERT INTO service_paper (service_id, paper_id, state, served_at, presumed, rule, ground, next_step)
        SELECT id, paper_id, 'served', at, FALSE, 'recorded', '按登记的送达记录', '' FROM service_before"""
    )
    op.execute(
        """INSERT INTO service_fact (id, service_id, kind, at, receiver, relation, witness, reason, words,
        proof_sha256, until, paper_id, noted_at, "by")
        SELECT id, id, CASE method WHEN 'left' THEN 'left_witnessed' WHEN 'electronic' THEN 'arrived'
        WHEN 'announced' THEN 'published' ELSE 'signed' END, at, receiver,
        CASE WHEN relation IN ('', '本人') THEN 'self' ELSE 'other' END, witness, '',
        SUBSTR(refusal || relation || note, 1, 400), '', NULL, '', at, "by" FROM service_before"""
    )


def downgrade() -> None:
    raise RuntimeError(
        "the facts of service cannot go back into single records; restore the copy kept before"
    )
