"""Copies made of a recording (复制件): the job that makes one and to whom it was handed; no encoder is here."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import BENCH, STAFF, SYSTEM, Lifecycle, Role, Step


class ExportKind(StrEnum):
    """Parties may have the sound (法释〔2017〕5号 第十一条); the picture stays with the court."""

    AUDIO = "audio"
    VIDEO = "video"
    DISC = "disc"


EXPORT_NAMES = {
    ExportKind.AUDIO: "录音复制件",
    ExportKind.VIDEO: "合成录像",
    ExportKind.DISC: "光盘目录",
}
FOR_PARTIES = frozenset({ExportKind.AUDIO})


class ExportState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class ExportAction(StrEnum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"


_S, _A = ExportState, ExportAction
_DESK = BENCH | {Role.CLERK}

EXPORT: Lifecycle[ExportState, ExportAction] = Lifecycle(
    "export",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): Step(_S.RUNNING, SYSTEM),
        (_S.QUEUED, _A.CANCEL): Step(_S.CANCELLED, _DESK),
        (_S.RUNNING, _A.FINISH): Step(_S.DONE, SYSTEM),
        (_S.RUNNING, _A.FAIL): Step(_S.FAILED, SYSTEM),
        # After a restart the work goes on with the pieces that are there.
        (_S.RUNNING, _A.RESUME): Step(_S.QUEUED, SYSTEM),
        (_S.RUNNING, _A.CANCEL): Step(_S.CANCELLED, _DESK),
        (_S.FAILED, _A.RETRY): Step(_S.QUEUED, STAFF),
        (_S.FAILED, _A.CANCEL): Step(_S.CANCELLED, _DESK),
    },
    {
        _S.QUEUED: "排队中",
        _S.RUNNING: "正在制作",
        _S.DONE: "已做好",
        _S.FAILED: "没有做成",
        _S.CANCELLED: "已取消",
    },
)
LIVE = frozenset({ExportState.QUEUED, ExportState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """Given out: to whom, by whom, when (法释〔2017〕5号 第十一条)."""

    id: str
    export_id: str
    receiver: str
    relation: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One job. `progress` in thousandths; `file` relative to the folder of exports; `sha256` of that file."""

    id: str
    hearing_id: str
    kind: ExportKind
    state: ExportState
    progress: int
    detail: str
    reason: str
    file: str
    sha256: str
    size: int
    at: datetime
    by: str
    ended_at: datetime | None
    handouts: tuple[Handout, ...] = ()

    @property
    def kind_name(self) -> str:
        return EXPORT_NAMES[self.kind]

    @property
    def state_name(self) -> str:
        return EXPORT.labels[self.state]
