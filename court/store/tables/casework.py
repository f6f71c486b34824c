"""Drafts, disputes, petitions, their people, papers handed in and consents.

`subject_id` is a matter, a petition or a draft; the columns id_number and phone hold personal data.
"""

from typing import Any

import sqlalchemy as sa

from court.store.tables.types import Day, digest, flag, key, metadata, moment, number, ref, text

# Written out in the indexes and again in the queries: only then does either database use a partial index.
OPEN: Any = sa.text("state <> 'closed'")
DONE: Any = sa.text("state = 'closed'")
# As one expression: an index over one of the two columns would look as good and hold nearly everything.
FREE: Any = sa.text("state <> 'closed' AND coalesce(mediator_id, judge_id) IS NULL")


def _where(condition: Any) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


draft = sa.Table(
    "draft",
    metadata,
    key(),
    text("kind", 16),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    number("version"),
    text("step", 40),
    text("answers"),
    ref("terminal_id", "terminal.id", null=True),
    ref("officer_id", "account.id", null=True),
    moment("created_at"),
    moment("updated_at"),
    moment("expires_at"),
    sa.Column("subject_id", sa.String(36), nullable=True),
)
matter = sa.Table(
    "matter",
    metadata,
    key(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("query_code", sa.String(10), nullable=False, unique=True),
    text("state", 24),
    text("cause_code", 16),
    text("cause_name", 80),
    flag("personal_status"),
    text("facts"),
    text("request"),
    text("place", 200),
    ref("mediator_id", "account.id", null=True),
    ref("judge_id", "account.id", null=True),
    ref("clerk_id", "account.id", null=True),
    text("receipt_note"),
    digest("signature_sha256"),
    number("rev"),
    moment("created_at"),
    moment("updated_at"),
    # Only its own people and the head of the court find it.
    flag("restricted"),
    # When the nearest duty of the court is over and which it is; NEVER where no clock runs.
    moment("next_due"),
    text("due_act", 80),
    moment("urged_at", null=True),
    sa.Index("ix_matter_state_updated", "state", "updated_at"),
    # The lists of the desks: each is read from one of these, in its order, from where the last page ended.
    sa.Index("ix_matter_open", "next_due", "id", **_where(OPEN)),
    sa.Index("ix_matter_open_state", "state", "next_due", "id"),
    sa.Index("ix_matter_open_cause", "cause_code", "next_due", "id", **_where(OPEN)),
    sa.Index("ix_matter_open_mediator", "mediator_id", "next_due", "id", **_where(OPEN)),
    sa.Index("ix_matter_open_judge", "judge_id", "next_due", "id", **_where(OPEN)),
    sa.Index("ix_matter_open_clerk", "clerk_id", "next_due", "id", **_where(OPEN)),
    sa.Index("ix_matter_free", "next_due", "id", **_where(FREE)),
    sa.Index("ix_matter_done", "updated_at", "id", **_where(DONE)),
    sa.Index("ix_matter_done_mediator", "mediator_id", "updated_at", "id", **_where(DONE)),
    sa.Index("ix_matter_done_judge", "judge_id", "updated_at", "id", **_where(DONE)),
    sa.Index("ix_matter_done_clerk", "clerk_id", "updated_at", "id", **_where(DONE)),
)
petition = sa.Table(
    "petition",
    metadata,
    key(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("query_code", sa.String(10), nullable=False, unique=True),
    text("state", 24),
    text("petition_class", 16),
    text("request"),
    text("facts"),
    text("place", 200),
    ref("official_id", "account.id", null=True),
    text("decline_reason"),
    text("reception_result"),
    text("reply"),
    text("reply_basis"),
    text("receipt_note"),
    digest("signature_sha256"),
    number("rev"),
    moment("created_at"),
    moment("updated_at"),
    sa.Index("ix_petition_state_updated", "state", "updated_at"),
    sa.Index("ix_petition_open_official", "official_id", "updated_at", "id", **_where(OPEN)),
    sa.Index("ix_petition_done_official", "official_id", "updated_at", "id", **_where(DONE)),
)
party = sa.Table(
    "party",
    metadata,
    key(),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    text("side", 16),
    number("position"),
    sa.Column("name", sa.String(60), nullable=False, index=True),
    text("id_kind", 16),
    sa.Column("id_number", sa.String(18), nullable=False, index=True),
    sa.Column("phone", sa.String(20), nullable=False, index=True),
    text("address", 200),
    text("gender", 4),
    sa.Column("birth_date", Day, nullable=True),
    text("ethnicity", 20),
    text("occupation", 40),
    # Not named in lists, searches and exports: a minor, a victim, whoever asked for it with reason.
    flag("protected"),
)
material = sa.Table(
    "material",
    metadata,
    key(),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    number("position"),
    text("label", 80),
    sa.Column("sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=False),
    moment("added_at"),
    text("added_by", 60),
    text("original_result", 8),
    text("original_checked_by", 60),
    moment("original_checked_at", null=True),
    moment("removed_at", null=True),
    text("removed_reason", 200),
    # The file as it came, where `sha256` is what was made of it; `edits` says how (JSON, '' nothing).
    sa.Column("raw_sha256", sa.String(64), sa.ForeignKey("blob.sha256"), nullable=True),
    sa.Column("edits", sa.String(200), nullable=False, server_default=""),
)
consent = sa.Table(
    "consent",
    metadata,
    key(),
    sa.Column("subject_id", sa.String(36), nullable=False, index=True),
    ref("party_id", "party.id"),
    text("step", 16),
    number("version"),
    flag("given"),
    text("notice", 80),
    text("via", 16),
    moment("at"),
    text("by", 60),
    sa.UniqueConstraint("party_id", "step", "version"),
)
identity_check = sa.Table(
    "identity_check",
    metadata,
    key(),
    sa.Column("hearing_id", sa.String(36), nullable=True, index=True),
    ref("party_id", "party.id", index=True),
    text("method", 16),
    moment("at"),
    moment("expires_at"),
    text("by", 60),
)
# By which words a matter or petition is found (`domain.finding`): a word begins with what was typed.
# By code points on both databases: the words that begin with one lie between two bounds.
_TERM = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
finding = sa.Table(
    "finding",
    metadata,
    sa.Column("subject_kind", sa.String(8), primary_key=True),
    sa.Column("term", _TERM, primary_key=True),
    sa.Column("subject_id", sa.String(36), primary_key=True),
    sa.Index("ix_finding_subject", "subject_id", "term"),
    sqlite_with_rowid=False,
)
