"""Papers and the proof of their service on each party."""

from datetime import datetime

from court.domain.lifecycle import Actor
from court.domain.paper import Paper, PaperKind, ServiceInput, ServiceRecord
from court.store.database import Read, Tx


def register(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    kind: PaperKind,
    number: str,
    title: str,
    sha256: str,
    pages: int,
    hearing_id: str | None = None,
) -> Paper:
    """A finished file whose blob is stored. The same (subject, kind, sha256) gives the same paper again."""


def get(rx: Read, *, paper_id: str) -> Paper:
    """Refuses `paper.not_found`."""


def open_copy(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> Paper:
    """For showing or downloading: staff, the enrolled terminal, or a seat whose hearing is about it; recorded.
    Refuses `paper.not_found` to everybody else."""


def of_subject(rx: Read, *, subject_id: str) -> tuple[Paper, ...]:
    """Newest first."""


def by_hash(rx: Read, *, sha256: str) -> Paper | None:
    """Is this file in the register? For the public check page (number and kind only)."""


def serve(
    tx: Tx, *, actor: Actor, now: datetime, paper_id: str, party_id: str, served: ServiceInput
) -> ServiceRecord:
    """送达: refuses `service.no_consent` (electronic without consent), `service.may_not_be_left` (解释 133),
    `service.in_the_future`, `form.invalid` (a left paper needs refusal and witness)."""


def services(rx: Read, *, subject_id: str) -> tuple[ServiceRecord, ...]:
    """Every service of every paper of a matter or petition, oldest first."""
