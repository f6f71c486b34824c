"""Exhibits of a session, what was said of them, marks on their pages, and what is on show."""

import sqlalchemy as sa

from court.store.tables.types import key, metadata, moment, number, ref, text


def offset() -> sa.Column[int]:
    """Milliseconds from the start of the recording; NULL while nothing was recorded."""
    return sa.Column("offset_ms", sa.BigInteger, nullable=True)


exhibit = sa.Table(
    "exhibit",
    metadata,
    key(),
    text("subject_kind", 16),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    ref("hearing_id", "hearing.id", index=True),
    text("side", 16),
    number("position"),
    ref("party_id", "party.id", null=True),
    text("title", 80),
    text("purpose"),
    text("origin", 16),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    text("media_type", 80),
    number("size"),
    number("pages"),
    text("state", 16),
    moment("at"),
    offset(),
    text("by", 60),
    text("withdrawn_reason", 400),
    sa.UniqueConstraint("subject_id", "side", "position"),
)
exhibit_opinion = sa.Table(
    "exhibit_opinion",
    metadata,
    key(),
    ref("exhibit_id", "exhibit.id"),
    ref("hearing_id", "hearing.id"),
    ref("party_id", "party.id"),
    number("rev"),
    text("authentic", 16),
    text("lawful", 16),
    text("relevant", 16),
    text("text"),
    moment("at"),
    offset(),
    text("by", 60),
    sa.UniqueConstraint("exhibit_id", "party_id", "rev"),
)
exhibit_original = sa.Table(
    "exhibit_original",
    metadata,
    key(),
    ref("exhibit_id", "exhibit.id", index=True),
    ref("hearing_id", "hearing.id"),
    text("result", 16),
    text("note", 400),
    moment("at"),
    offset(),
    text("by", 60),
)
exhibit_mark = sa.Table(
    "exhibit_mark",
    metadata,
    key(),
    ref("exhibit_id", "exhibit.id"),
    ref("hearing_id", "hearing.id"),
    number("page"),
    text("kind", 16),
    text("points"),
    ref("seat_id", "seat.id"),
    text("by", 80),
    moment("at"),
    moment("removed_at", null=True),
    text("removed_by", 80),
    sa.Index("ix_exhibit_mark_exhibit_page", "exhibit_id", "page"),
)
exhibit_moment = sa.Table(
    "exhibit_moment",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("exhibit_id", "exhibit.id"),
    text("kind", 16),
    number("page"),
    moment("at"),
    offset(),
    text("by", 60),
    text("speaker", 80),
    text("words"),
    text("line_state", 16),
    ref("line_id", "line.id", null=True),
)
exhibit_showing = sa.Table(
    "exhibit_showing",
    metadata,
    sa.Column("hearing_id", sa.String(36), sa.ForeignKey("hearing.id"), primary_key=True),
    ref("exhibit_id", "exhibit.id", null=True),
    number("page"),
    ref("camera_seat_id", "seat.id", null=True),
    moment("since"),
    text("by", 60),
)
exhibit_capture = sa.Table(
    "exhibit_capture",
    metadata,
    key(),
    ref("hearing_id", "hearing.id", index=True),
    ref("party_id", "party.id", null=True),
    text("title", 80),
    text("purpose"),
    text("state", 16),
    moment("at"),
    text("by", 60),
    ref("exhibit_id", "exhibit.id", null=True),
)
