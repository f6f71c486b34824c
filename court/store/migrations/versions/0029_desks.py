"""Lists of the desks: nearest limits, restricted matters, protected people, the words by which matters are found."""

import sqlalchemy as sa
from alembic import op

from court.domain.finding import terms

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_NEVER = "9999-12-31T00:00:00.000000Z"
_OPEN, _DONE = "state <> 'closed'", "state = 'closed'"
_FREE = _OPEN + " AND coalesce(mediator_id, judge_id) IS NULL"
_INDEXES = (
    ("ix_matter_open", "matter", ("next_due", "id"), _OPEN),
    ("ix_matter_open_state", "matter", ("state", "next_due", "id"), None),
    ("ix_matter_open_cause", "matter", ("cause_code", "next_due", "id"), _OPEN),
    ("ix_matter_open_mediator", "matter", ("mediator_id", "next_due", "id"), _OPEN),
    ("ix_matter_open_judge", "matter", ("judge_id", "next_due", "id"), _OPEN),
    ("ix_matter_open_clerk", "matter", ("clerk_id", "next_due", "id"), _OPEN),
    ("ix_matter_free", "matter", ("next_due", "id"), _FREE),
    ("ix_matter_done", "matter", ("updated_at", "id"), _DONE),
    ("ix_matter_done_mediator", "matter", ("mediator_id", "updated_at", "id"), _DONE),
    ("ix_matter_done_judge", "matter", ("judge_id", "updated_at", "id"), _DONE),
    ("ix_matter_done_clerk", "matter", ("clerk_id", "updated_at", "id"), _DONE),
    ("ix_agreement_state_updated", "agreement", ("state", "updated_at"), None),
    ("ix_petition_open_official", "petition", ("official_id", "updated_at", "id"), _OPEN),
    ("ix_petition_done_official", "petition", ("official_id", "updated_at", "id"), _DONE),
)


def upgrade() -> None:
    # One statement each: a table that others point at cannot be made anew while it holds rows.
    for column in (
        "matter ADD COLUMN restricted BOOLEAN NOT NULL DEFAULT false",
        f"matter ADD COLUMN next_due VARCHAR(27) NOT NULL DEFAULT '{_NEVER}'",
        "matter ADD COLUMN due_act VARCHAR(80) NOT NULL DEFAULT ''",
        "matter ADD COLUMN urged_at VARCHAR(27)",
        "party ADD COLUMN protected BOOLEAN NOT NULL DEFAULT false",
    ):
        op.execute(f"ALTER TABLE {column}")
    op.drop_index("ix_matter_mediator", table_name="matter")
    op.drop_index("ix_matter_judge", table_name="matter")
    for name, table, columns, where in _INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, list(columns), sqlite_where=condition, postgresql_where=condition)
    term = sa.String(length=32).with_variant(sa.String(length=32, collation="C"), "postgresql")
    op.create_table(
        "finding",
        sa.Column("subject_kind", sa.String(length=8), nullable=False),
        sa.Column("term", term, nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("subject_kind", "term", "subject_id", name=op.f("pk_finding")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_finding_subject", "finding", ["subject_id", "term"])
    for kind in ("matter", "petition"):
        _words(kind)


def _words(kind: str) -> None:
    conn = op.get_bind()
    finding = sa.table("finding", sa.column("subject_kind"), sa.column("term"), sa.column("subject_id"))
    people = sa.text("SELECT name, phone, address FROM party WHERE subject_id = :id")
    for id_, number, place in conn.execute(sa.text(f"SELECT id, number, place FROM {kind}")).all():  # noqa: S608
        rows = conn.execute(people, {"id": id_}).all()
        found = terms(
            numbers=[number],
            names=[row.name for row in rows],
            phones=[row.phone for row in rows],
            places=[place, *(row.address for row in rows)],
        )
        if found:
            conn.execute(
                finding.insert(),
                [{"subject_kind": kind, "term": term, "subject_id": id_} for term in sorted(found)],
            )


def downgrade() -> None:
    raise RuntimeError("who restricted a matter cannot be forgotten; restore the copy kept before")
