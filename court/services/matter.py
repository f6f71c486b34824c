"""Disputes: registered, completed, assigned, ended."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.lifecycle import Actor
from court.domain.matter import Material, Matter, Party, PartyIdentity, PartyInput
from court.store.database import Read, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The receipt: official number, 10-digit query code, and the subject's id (a matter or a petition)."""

    id: str
    number: str
    query_code: str
    registered_at: datetime


def register(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, version: int) -> Registered:
    """Turns a complete draft into a matter with parties, consents and papers.

    Refuses `form.invalid` with `problems` (all at once), `draft.stale`. A draft already submitted gives
    the same receipt again (safe to retry).
    """


def get(rx: Read, *, matter_id: str) -> Matter:
    """Refuses `matter.not_found`."""


def parties(rx: Read, *, subject_id: str) -> tuple[Party, ...]:
    """Parties of a matter or petition in order, masked."""


def reveal_party(tx: Tx, *, actor: Actor, now: datetime, party_id: str, purpose: str) -> PartyIdentity:
    """The unmasked identity, recorded in the journal with its purpose (PIPL 51). Staff or system only."""


def edit_party(tx: Tx, *, actor: Actor, now: datetime, party_id: str, person: PartyInput) -> Party:
    """Replaces the data of one party (empty id_number and phone keep the stored ones)."""


def add_party(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, person: PartyInput) -> Party:
    """A further party."""


def add_material(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, label: str, sha256: str) -> Material:
    """A further paper, for a matter or a petition."""


def remove_material(tx: Tx, *, actor: Actor, now: datetime, material_id: str, reason: str) -> None:
    """Marks a paper as withdrawn; the blob and the row stay."""


def check_original(tx: Tx, *, actor: Actor, now: datetime, material_id: str, same: bool) -> Material:
    """原件核对 (在线诉讼规则 12): who compared it, when, with which result."""


def materials(rx: Read, *, subject_id: str) -> tuple[Material, ...]:
    """Papers not removed, in order."""


def assign(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    rev: int,
    mediator_id: str | None = None,
    judge_id: str | None = None,
    clerk_id: str | None = None,
) -> Matter:
    """分派: at least a mediator or a judge. Refuses `matter.stale` (409), `account.wrong_role`."""


def ask_more(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, what: str) -> Matter:
    """一次性告知补正: `what` is shown to the person."""


def supplement(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, note: str) -> Matter:
    """The person has completed it."""


def fail(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, reason: str) -> Matter:
    """调解不成."""


def withdraw(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, reason: str) -> Matter:
    """The person takes it back."""


def close(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, note: str) -> Matter:
    """办结: after settling, failing or withdrawal."""
