"""Print jobs: queued, taken by the printing task, done or failed; copies are counted."""

from datetime import datetime

from court.domain.lifecycle import Actor
from court.domain.paper import PrintJob
from court.store.database import Read, Tx


def request(
    tx: Tx, *, actor: Actor, now: datetime, paper_id: str, copies: int, printer: str = "", reason: str = "",
    once: str | None = None
) -> PrintJob:
    """A job. A further print of the same paper needs a reason (`print.reason_missing`); copies 1 to 20."""


def start_next(tx: Tx, *, now: datetime) -> PrintJob | None:
    """The oldest queued job becomes printing, attempts + 1; None when there is nothing."""


def finished(tx: Tx, *, now: datetime, job_id: str) -> PrintJob:
    """Printed: the paper's copies grow."""


def failed(tx: Tx, *, now: datetime, job_id: str, detail: str) -> PrintJob:
    """With the printer's words."""


def retry(tx: Tx, *, actor: Actor, now: datetime, job_id: str) -> PrintJob:
    """failed -> queued."""


def cancel(tx: Tx, *, actor: Actor, now: datetime, job_id: str) -> PrintJob:
    """queued or failed -> cancelled."""


def recover(tx: Tx, *, now: datetime) -> int:
    """At start: jobs that were printing when the program died become failed (nobody knows if paper came out)."""


def jobs(rx: Read, *, paper_id: str | None = None) -> tuple[PrintJob, ...]:
    """Newest first, at most 100."""
