"""Print jobs as dataclasses."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from court.domain.printer import Colour, Options, Sides
from court.domain.printing import PrintJob, PrintState
from court.store import tables as t

MOST = 100
_PLAIN = (
    "id", "paper_id", "printer", "reason", "detail", "attempts", "at", "by", "batch_id", "remote_id", "sent_at",
    "try_at", "ended_at", "first_copy", "before", "after",
)  # fmt: skip


def job_of(row: Any) -> PrintJob:
    return PrintJob(
        **{name: getattr(row, name) for name in _PLAIN},
        state=PrintState(row.state),
        options=Options(
            copies=row.copies,
            sides=Sides(row.sides) if row.sides else None,
            source=row.source,
            colour=Colour(row.colour) if row.colour else None,
            first=row.first_page,
            last=row.last_page,
        ),
    )


def columns(options: Options) -> dict[str, Any]:
    """The options as columns of a row."""
    return {
        "copies": options.copies,
        "sides": options.sides or "",
        "source": options.source,
        "colour": options.colour or "",
        "first_page": options.first,
        "last_page": options.last,
    }


def job(conn: sa.Connection, job_id: str) -> PrintJob | None:
    row = conn.execute(sa.select(t.print_job).where(t.print_job.c.id == job_id)).first()
    return job_of(row) if row else None


def jobs(
    conn: sa.Connection,
    *,
    paper_id: str | None = None,
    batch_id: str | None = None,
    states: Sequence[PrintState] = (),
    most: int = MOST,
) -> tuple[PrintJob, ...]:
    """Newest first."""
    j = t.print_job
    query = sa.select(j)
    if paper_id is not None:
        query = query.where(j.c.paper_id == paper_id)
    if batch_id is not None:
        query = query.where(j.c.batch_id == batch_id)
    if states:
        query = query.where(j.c.state.in_(states))
    rows = conn.execute(query.order_by(j.c.at.desc(), j.c.id.desc()).limit(most))
    return tuple(job_of(row) for row in rows)
