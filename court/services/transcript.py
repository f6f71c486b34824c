"""The transcript of a hearing: lines, revisions, corrections, final text."""

from datetime import datetime

from court.domain.lifecycle import Actor
from court.domain.transcript import Correction, Line, LineRevision, Transcript
from court.store.database import Read, Tx


def append(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    speaker: str,
    text: str,
    speaker_seat_id: str | None = None,
    offset_ms: int | None = None,
    at: datetime | None = None,
    once: str | None = None,
) -> Line:
    """The next line. The same `once` (client-made UUID) gives the first line again.

    Refuses `transcript.final`, `transcript.not_allowed`, `transcript.not_open` (hearing not yet opened or
    cancelled; after closing lines may still be added until final), `text.*`.
    """


def revise(
    tx: Tx, *, actor: Actor, now: datetime, line_id: str, rev: int, text: str, speaker: str | None = None,
    reason: str = ""
) -> Line:
    """Refuses `transcript.conflict` (409; params `mine`, `theirs`, `by`, `rev`) when `rev` is not current."""


def request_correction(
    tx: Tx, *, actor: Actor, now: datetime, seat_id: str, line_id: str, wanted: str
) -> Correction:
    """A party (from a seat or the vehicle terminal) wants a line changed; `seat_id` is the person's seat."""


def decide(
    tx: Tx, *, actor: Actor, now: datetime, correction_id: str, accept: bool, reason: str, text: str | None = None
) -> Correction:
    """The bench decides; accepting writes `text` (or what was wanted) as a new revision of the line."""


def finalise(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> Transcript:
    """After closing (hearing closed or suspended). Refuses `transcript.corrections_open`, `transcript.empty`."""


def get(rx: Read, *, hearing_id: str) -> Transcript:
    """Lines and corrections; state open and no lines when nothing was written yet."""


def history(rx: Read, *, line_id: str) -> tuple[LineRevision, ...]:
    """Every wording of a line, oldest first."""


def digest_now(rx: Read, *, hearing_id: str) -> str:
    """SHA-256 of the canonical lines as they stand (what an agreement carries before the text is final)."""
