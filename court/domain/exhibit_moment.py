"""When what happened to an exhibit, for the playback and for the clerk: a moment and the line it suggests."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import Lifecycle, Step
from court.domain.transcript import WRITERS


class MomentKind(StrEnum):
    SUBMITTED = "submitted"
    SHOWN = "shown"
    HIDDEN = "hidden"
    OPINION = "opinion"
    ORIGINAL = "original"
    EXAMINED = "examined"
    WITHDRAWN = "withdrawn"
    IDENTIFIED = "identified"


MOMENT_NAMES = {
    MomentKind.SUBMITTED: "提交",
    MomentKind.SHOWN: "出示",
    MomentKind.HIDDEN: "收起",
    MomentKind.OPINION: "质证意见",
    MomentKind.ORIGINAL: "原件核对",
    MomentKind.EXAMINED: "质证完毕",
    MomentKind.WITHDRAWN: "撤回",
    MomentKind.IDENTIFIED: "证人辨认",
}


class LineState(StrEnum):
    """What became of a suggested line."""

    OPEN = "open"
    WRITTEN = "written"
    DROPPED = "dropped"


class LineAction(StrEnum):
    WRITE = "write"
    DROP = "drop"


SUGGESTION: Lifecycle[LineState, LineAction] = Lifecycle(
    "suggestion",
    LineState.OPEN,
    {
        (LineState.OPEN, LineAction.WRITE): Step(LineState.WRITTEN, WRITERS),
        (LineState.OPEN, LineAction.DROP): Step(LineState.DROPPED, WRITERS),
    },
    {
        LineState.OPEN: "待记入",
        LineState.WRITTEN: "已记入",
        LineState.DROPPED: "不记入",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`offset_ms` is the place in the recording, None while nothing was recorded; `page` from 0.

    `speaker` and `words` are the suggested line of the transcript, `line_state` None where none is suggested.
    """

    id: str
    hearing_id: str
    exhibit_id: str
    kind: MomentKind
    page: int
    at: datetime
    offset_ms: int | None
    by: str
    speaker: str
    words: str
    line_state: LineState | None
    line_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What stands on every screen: an exhibit's page, or the document camera of a seat; neither is nothing."""

    hearing_id: str
    exhibit_id: str | None
    page: int
    camera_seat_id: str | None
    since: datetime
    by: str

    @property
    def empty(self) -> bool:
        return self.exhibit_id is None and self.camera_seat_id is None
