"""Every table as SQLAlchemy Core, in the order they depend on each other; no query is here."""

from court.store.tables.accounts import account, enrolment, guess, session, terminal
from court.store.tables.agreements import acknowledgement, agreement, clause, revision, signer
from court.store.tables.casework import (
    consent,
    draft,
    identity_check,
    material,
    matter,
    party,
    petition,
)
from court.store.tables.hearings import (
    correction,
    hearing,
    line,
    line_draft,
    line_revision,
    recording,
    recording_gap,
    recording_segment,
    seat,
    seat_event,
    seat_link,
    suspension,
    transcript,
)
from court.store.tables.ledger import blob, counter, idempotency, journal
from court.store.tables.papers import paper, print_job, service
from court.store.tables.types import metadata

__all__ = [
    "account",
    "acknowledgement",
    "agreement",
    "blob",
    "clause",
    "consent",
    "correction",
    "counter",
    "draft",
    "enrolment",
    "guess",
    "hearing",
    "idempotency",
    "identity_check",
    "journal",
    "line",
    "line_draft",
    "line_revision",
    "material",
    "matter",
    "metadata",
    "paper",
    "party",
    "petition",
    "print_job",
    "recording",
    "recording_gap",
    "recording_segment",
    "revision",
    "seat",
    "seat_event",
    "seat_link",
    "service",
    "session",
    "signer",
    "suspension",
    "terminal",
    "transcript",
]
