"""Agreements: drafted, read, acknowledged, signed in order, sealed; the paper path for personal status."""

from datetime import datetime, timedelta

from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, ClauseInput, SignerInput, SigningTask
from court.store.database import Read, Tx

LEASE = timedelta(seconds=60)


def draft(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    hearing_id: str | None,
    facts: str,
    clauses: tuple[ClauseInput, ...] = (),
    signers: tuple[SignerInput, ...] | None = None,
    copies: int = 3,
) -> Agreement:
    """A draft with its own number. Signers default to all parties, mediator or judge, then the seal.
    An unfinished agreement of the matter refuses a second one (`agreement.exists`)."""


def edit(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    rev: int,
    facts: str,
    clauses: tuple[ClauseInput, ...],
    copies: int | None = None,
) -> Agreement:
    """Replaces the text and goes back to draft: acknowledgements and signatures fall (recorded).
    Refuses `agreement.stale` (409), `form.invalid` (problems at `clauses.0.who` and so on)."""


def start_reading(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int) -> Agreement:
    """Refuses `form.invalid` when a clause lacks who, what or when."""


def acknowledge(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, clause_id: str, signer_id: str
) -> Agreement:
    """One signer has heard and understood one clause. Idempotent."""


def start_signing(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, base_sha256: str
) -> Agreement:
    """`base_sha256` is the stored PDF with its empty fields. Refuses `agreement.not_acknowledged` (params name,
    clause), `agreement.wet_only` (电子签名法 3)."""


def begin_signature(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str) -> SigningTask:
    """Phase one: order and identity are checked, a lease of 60 s is taken. Also for the seal (its turn is last).

    Refuses `agreement.not_your_turn` (params name), `agreement.identity_missing`, `agreement.busy` (a live
    lease of somebody else; the same actor gets a new lease at once), `agreement.wrong_state`.
    """


def finish_signature(
    tx: Tx, *, actor: Actor, now: datetime, task: SigningTask, signed_sha256: str, strokes_sha256: str = "",
    evidence_sha256: str = ""
) -> Agreement:
    """Phase two, one transaction: the base must be unchanged (`agreement.base_changed`), the lease alive
    (`agreement.lease_lost`). The last signature (the seal) makes it effective and settles the matter.
    The same result handed in twice is one signature."""


def release_lease(tx: Tx, *, actor: Actor, now: datetime, task: SigningTask) -> None:
    """Signing failed outside: the turn is free again at once."""


def start_wet(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, rev: int, base_sha256: str) -> Agreement:
    """The paper path: printed for signing by hand. Allowed for every agreement, the only way for personal status."""


def upload_scan(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, scan_sha256: str) -> Agreement:
    """The signed and sealed paper, scanned: effective from `now`, settles the matter."""


def void(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, reason: str) -> Agreement:
    """作废: keeps everything, releases nothing."""


def get(rx: Read, *, agreement_id: str) -> Agreement:
    """Refuses `agreement.not_found`."""


def of_matter(rx: Read, *, matter_id: str) -> tuple[Agreement, ...]:
    """Newest first."""


def copy(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str) -> str:
    """The sha256 of the paper that may leave: sealed ones only. A half-signed one is `agreement.no_copy`
    (404) and the attempt is recorded."""


def preview(rx: Read, *, actor: Actor, agreement_id: str) -> str:
    """The sha256 of the newest stored paper for showing on the signers' screen (page images only, staff or
    terminal or a seat of its hearing); "" before signing starts."""
