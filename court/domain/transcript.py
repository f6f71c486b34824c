"""The written record (笔录): revisioned lines, requests for correction, its hash; not the sound."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import BENCH, Lifecycle, Role, Step


class CorrectionState(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class CorrectionAction(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"


class TranscriptState(StrEnum):
    OPEN = "open"
    FINAL = "final"


class TranscriptAction(StrEnum):
    APPEND = "append"
    REVISE = "revise"
    REQUEST_CORRECTION = "request_correction"
    FINALISE = "finalise"


WRITERS = BENCH | {Role.CLERK}
_PERSON = frozenset({Role.PARTY, Role.AGENT})
_S, _A = TranscriptState, TranscriptAction

# 法释〔2017〕5号 7: an objection is answered by correcting or by noting it; a final text is never changed.
TRANSCRIPT: Lifecycle[TranscriptState, TranscriptAction] = Lifecycle(
    "transcript",
    _S.OPEN,
    {
        (_S.OPEN, _A.APPEND): Step(_S.OPEN, WRITERS),
        (_S.OPEN, _A.REVISE): Step(_S.OPEN, WRITERS),
        (_S.OPEN, _A.REQUEST_CORRECTION): Step(_S.OPEN, _PERSON),
        (_S.OPEN, _A.FINALISE): Step(_S.FINAL, WRITERS),
    },
    {_S.OPEN: "记录中", _S.FINAL: "已定稿"},
)
CORRECTION: Lifecycle[CorrectionState, CorrectionAction] = Lifecycle(
    "correction",
    CorrectionState.REQUESTED,
    {
        (CorrectionState.REQUESTED, CorrectionAction.ACCEPT): Step(CorrectionState.ACCEPTED, BENCH),
        (CorrectionState.REQUESTED, CorrectionAction.REFUSE): Step(CorrectionState.REFUSED, BENCH),
    },
    {
        CorrectionState.REQUESTED: "待决定",
        CorrectionState.ACCEPTED: "已更正",
        CorrectionState.REFUSED: "不予更正",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One utterance. `rev` starts at 1; `offset_ms` is the place in the recording, None when not recording."""

    id: str
    hearing_id: str
    seq: int
    rev: int
    speaker: str
    speaker_seat_id: str | None
    text: str
    at: datetime
    offset_ms: int | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRevision:
    """An earlier or the current wording of a line; nothing is ever overwritten."""

    line_id: str
    rev: int
    speaker: str
    text: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A party's wish to change a line, and the bench's answer with its reason. Stays in the record."""

    id: str
    hearing_id: str
    line_id: str
    line_seq: int
    line_rev: int
    seat_id: str
    by: str
    wanted: str
    state: CorrectionState
    at: datetime
    decided_by: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """`sha256` over `canonical(lines)` is set when final, else empty."""

    hearing_id: str
    state: TranscriptState
    sha256: str
    finalised_at: datetime | None
    finalised_by: str
    lines: tuple[Line, ...]
    corrections: tuple[Correction, ...]


def canonical(lines: Sequence[Line]) -> bytes:
    """UTF-8 JSON, one array per line [seq, rev, speaker, text, at, offset_ms], newline-ended, by seq."""
    rows = (
        json.dumps(
            [n.seq, n.rev, n.speaker, n.text, n.at.isoformat(), n.offset_ms],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for n in sorted(lines, key=lambda n: n.seq)
    )
    return "".join(row + "\n" for row in rows).encode()


def digest(lines: Sequence[Line]) -> str:
    """SHA-256 in hex of the canonical lines; printed in the agreement and the transcript paper."""
    return hashlib.sha256(canonical(lines)).hexdigest()
