"""What a machine heard (语音识别): suggestions beside the transcript. None is part of the record until a writer took it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import Lifecycle, Step
from court.domain.transcript import WRITERS

MOST_OPEN = 300  # a clerk who reads none of them needs no more


class HeardState(StrEnum):
    OFFERED = "offered"
    TAKEN = "taken"
    DISMISSED = "dismissed"


class HeardAction(StrEnum):
    TAKE = "take"
    DISMISS = "dismiss"


_S, _A = HeardState, HeardAction

# 法释〔2017〕5号 6: recognised text becomes 笔录 only after somebody checked it.
HEARD: Lifecycle[HeardState, HeardAction] = Lifecycle(
    "heard",
    _S.OFFERED,
    {
        (_S.OFFERED, _A.TAKE): Step(_S.TAKEN, WRITERS),
        (_S.OFFERED, _A.DISMISS): Step(_S.DISMISSED, WRITERS),
    },
    {_S.OFFERED: "待核对", _S.TAKEN: "已采纳", _S.DISMISSED: "不采纳"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardWord:
    """`confidence` 0..1, None where the engine does not tell."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One sentence of one microphone. Times in ms since the recording began; `at` is when it began to be said."""

    id: str
    hearing_id: str
    seat_id: str
    text: str
    words: tuple[HeardWord, ...]
    start_ms: int
    end_ms: int
    at: datetime
    state: HeardState
