"""What needs this member of staff, most urgent first."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.lifecycle import Actor
from court.store.database import Read


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """`subject_kind` is matter | petition | hearing | agreement and decides the page to link to.

    `todo` is the sentence of what is to be done; `at` is the booked time of a hearing, else the last change.
    """

    subject_kind: str
    subject_id: str
    number: str
    title: str
    state: str
    todo: str
    urgent: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """`items` is bounded (200); `total` is the full count; `done` are the last 50 finished matters or petitions;
    `seq` is the journal position it was read at."""

    items: tuple[WorkItem, ...]
    total: int
    done: tuple[WorkItem, ...]
    seq: int


def worklist(rx: Read, *, actor: Actor, now: datetime) -> Worklist:
    """Judge and mediator: their own matters, unassigned ones to take, hearings today, agreements in their turn.
    Clerk: triage, hearings, transcripts to finish. Petition official: petitions and receptions. Officer: drafts,
    hearings in the vehicle. Admin: nothing of content."""
