"""Registrations begun at the kiosk, saved step by step, taken over by an officer when wished."""

from collections.abc import Mapping
from datetime import datetime

from court.domain.draft import Draft, DraftKind
from court.domain.errors import FieldProblem
from court.domain.lifecycle import Actor
from court.domain.matter import Material
from court.store.database import Read, Tx


def start(tx: Tx, *, actor: Actor, now: datetime, kind: DraftKind, terminal_id: str | None = None) -> Draft:
    """A new empty draft, version 1."""


def get(rx: Read, *, draft_id: str) -> Draft:
    """Refuses `draft.not_found` (404)."""


def save(
    tx: Tx, *, actor: Actor, now: datetime, draft_id: str, version: int, step: str, changes: Mapping[str, object]
) -> Draft:
    """Merges the top-level keys of `changes` into Answers and remembers `step` (the page reached).

    Refuses `draft.stale` (409) when `version` is not the stored one, `draft.closed`, `draft.malformed`
    (unknown key, wrong type), `text.too_long`. Does not ask for completeness: see `check`.
    """


def take_over(tx: Tx, *, actor: Actor, now: datetime, draft_id: str) -> Draft:
    """An officer (staff actor) continues for the person (代办); recorded."""


def attach(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, label: str, sha256: str) -> Material:
    """Adds a stored blob as a paper of the draft; at most 50 (`material.too_many`)."""


def detach(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, material_id: str) -> None:
    """Takes a paper out again; the blob stays until retention."""


def discard(tx: Tx, *, actor: Actor, now: datetime, draft_id: str) -> Draft:
    """The person gives up; answers are wiped."""


def check(draft: Draft) -> tuple[FieldProblem, ...]:
    """Every fault that would refuse registration, all at once; fields are `applicant.id_number`,
    `respondents.0.name`, `facts`, `consents.filing`, `signature` and so on. Pure."""


def expire(tx: Tx, *, now: datetime) -> int:
    """Sweep: wipes drafts past their term and says how many. Idempotent."""


def open_drafts(rx: Read, *, terminal_id: str | None = None) -> tuple[Draft, ...]:
    """Drafts not finished, newest first (at most 50): for the officer's take-over list."""
