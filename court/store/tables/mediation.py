"""The roll of mediators, and what is done after an agreement: duties with what was received, and visits."""

import sqlalchemy as sa

from court.store.tables.types import Day, flag, key, metadata, moment, number, ref, text

mediator = sa.Table(
    "mediator",
    metadata,
    sa.Column("account_id", sa.String(36), sa.ForeignKey("account.id"), primary_key=True),
    text("body", 80),
    flag("invited"),
    # Words as typed, one a line.
    text("languages", 400),
    text("places", 400),
    text("fields", 400),
    number("rev"),
    moment("updated_at"),
    text("by", 60),
)
duty = sa.Table(
    "duty",
    metadata,
    key(),
    ref("agreement_id", "agreement.id", index=True),
    ref("matter_id", "matter.id", index=True),
    number("position"),
    number("clause"),
    text("who", 200),
    text("what"),
    sa.Column("amount_fen", sa.BigInteger, nullable=True),
    sa.Column("due", Day, nullable=True),
    ref("payer_id", "party.id", null=True),
    text("state", 12),
    number("done_fen"),
    text("note", 2000),
    number("rev"),
    moment("updated_at"),
    sa.Index("ix_duty_state_due", "state", "due"),
)
duty_receipt = sa.Table(
    "duty_receipt",
    metadata,
    key(),
    ref("duty_id", "duty.id", index=True),
    sa.Column("amount_fen", sa.BigInteger, nullable=True),
    sa.Column("on", Day, nullable=False),
    text("method", 80),
    moment("at"),
    text("by", 60),
)
visit = sa.Table(
    "visit",
    metadata,
    key(),
    ref("matter_id", "matter.id", index=True),
    ref("agreement_id", "agreement.id", index=True),
    number("round"),
    sa.Column("due", Day, nullable=False),
    moment("visited_at", null=True),
    text("method", 80),
    sa.Column("performance", sa.String(12), nullable=True),
    sa.Column("satisfaction", sa.String(12), nullable=True),
    text("situation"),
    text("task", 400),
    moment("task_done_at", null=True),
    text("task_answer"),
    text("by", 60),
    number("rev"),
    sa.UniqueConstraint("agreement_id", "round"),
    sa.Index("ix_visit_due", "visited_at", "due"),
)
