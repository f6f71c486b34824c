"""A print job: its states, what was asked for, what came of it. No printer is spoken to here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Role, Step
from court.domain.printer import Options


class PrintState(StrEnum):
    """`held`: nothing was handed over, the printer is away or wants something. `unsure`: the printer has forgotten a
    job it had taken; only eyes can tell whether paper came out."""

    QUEUED = "queued"
    HELD = "held"
    PRINTING = "printing"
    CANCELLING = "cancelling"
    UNSURE = "unsure"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PrintAction(StrEnum):
    START = "start"
    HOLD = "hold"
    FINISH = "finish"
    FAIL = "fail"
    LOSE = "lose"
    STOP = "stop"
    CONFIRM = "confirm"
    RETRY = "retry"
    MOVE = "move"
    CANCEL = "cancel"


_S, _A = PrintState, PrintAction
# The terminal's villager may press again where nothing came out.
_CREW = STAFF | SYSTEM | {Role.PARTY}
PRINTING: Lifecycle[PrintState, PrintAction] = Lifecycle(
    "printing",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): Step(_S.PRINTING, SYSTEM),
        (_S.QUEUED, _A.HOLD): Step(_S.HELD, SYSTEM),
        (_S.QUEUED, _A.MOVE): Step(_S.QUEUED, STAFF),
        (_S.QUEUED, _A.CANCEL): Step(_S.CANCELLED, STAFF),
        (_S.HELD, _A.START): Step(_S.PRINTING, SYSTEM),
        (_S.HELD, _A.RETRY): Step(_S.QUEUED, _CREW),
        (_S.HELD, _A.MOVE): Step(_S.QUEUED, STAFF),
        (_S.HELD, _A.CANCEL): Step(_S.CANCELLED, STAFF),
        (_S.PRINTING, _A.HOLD): Step(_S.HELD, SYSTEM),
        (_S.PRINTING, _A.FINISH): Step(_S.DONE, SYSTEM),
        (_S.PRINTING, _A.FAIL): Step(_S.FAILED, SYSTEM),
        (_S.PRINTING, _A.LOSE): Step(_S.UNSURE, SYSTEM),
        (_S.PRINTING, _A.CANCEL): Step(_S.CANCELLING, STAFF),
        # Too late to stop, or the printer says that it stopped.
        (_S.CANCELLING, _A.FINISH): Step(_S.DONE, SYSTEM),
        (_S.CANCELLING, _A.STOP): Step(_S.CANCELLED, SYSTEM),
        (_S.CANCELLING, _A.LOSE): Step(_S.UNSURE, SYSTEM | STAFF),
        (_S.UNSURE, _A.CONFIRM): Step(_S.DONE, STAFF),
        (_S.UNSURE, _A.RETRY): Step(_S.QUEUED, STAFF),
        (_S.UNSURE, _A.CANCEL): Step(_S.CANCELLED, STAFF),
        (_S.FAILED, _A.RETRY): Step(_S.QUEUED, _CREW),
        (_S.FAILED, _A.MOVE): Step(_S.QUEUED, STAFF),
        (_S.FAILED, _A.CANCEL): Step(_S.CANCELLED, STAFF),
    },
    {
        _S.QUEUED: "排队中",
        _S.HELD: "等打印机",
        _S.PRINTING: "打印中",
        _S.CANCELLING: "正在取消",
        _S.UNSURE: "请看纸确认",
        _S.DONE: "已打印",
        _S.FAILED: "打印失败",
        _S.CANCELLED: "已取消",
    },
)
ACTION_NAMES: Mapping[PrintAction, str] = {
    _A.RETRY: "重新打印",
    _A.CONFIRM: "纸已打出",
    _A.MOVE: "换打印机",
    _A.CANCEL: "取消",
    _A.LOSE: "不再等打印机",
}
OPEN = frozenset({_S.QUEUED, _S.HELD, _S.PRINTING, _S.CANCELLING})
OVER = frozenset({_S.DONE, _S.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """One order. `remote_id`: the job at the printer; `sent_at`: since when paper may come out of it; `try_at`: when a
    held one is tried again; `first_copy`: number of its first copy of the paper, 0 while none or only a part came out;
    `before`, `after`: how the printer stood."""

    id: str
    paper_id: str
    printer: str
    options: Options
    state: PrintState
    reason: str
    detail: str
    attempts: int
    at: datetime
    by: str
    batch_id: str | None
    remote_id: int | None
    sent_at: datetime | None
    try_at: datetime | None
    ended_at: datetime | None
    first_copy: int
    before: str
    after: str

    @property
    def copies(self) -> int:
        return self.options.copies

    @property
    def state_name(self) -> str:
        return PRINTING.labels[self.state]

    def name(self, number: str) -> str:
        """How the printer calls it: the paper's number, never a person's name; the end makes it findable again."""
        return f"{number[:60]} #{self.id[-8:]}-{self.attempts}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCopy:
    """One copy of a paper that came out, by its number among the paper's copies."""

    number: int
    paper_id: str
    job_id: str
    printer: str
    at: datetime
    by: str
