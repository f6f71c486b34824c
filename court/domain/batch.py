"""Several papers ordered in one press (批量打印, 批量盖章): kinds, how far one is, the states of a seal in a batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import BENCH, STAFF, SYSTEM, Lifecycle, Step
from court.domain.printing import PrintState

MOST_ITEMS = 50


class BatchKind(StrEnum):
    PRINT = "print"
    SEAL = "seal"


BATCH_NAMES: Mapping[BatchKind, str] = {BatchKind.PRINT: "批量打印", BatchKind.SEAL: "批量盖章"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Who ordered it, and when; its papers are jobs or seals of their own."""

    id: str
    kind: BatchKind
    reason: str
    at: datetime
    by: str
    by_id: str

    @property
    def kind_name(self) -> str:
        return BATCH_NAMES[self.kind]


class SealState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SealAction(StrEnum):
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    RESUME = "resume"
    RETRY = "retry"
    CANCEL = "cancel"


_S, _A = SealState, SealAction
_DESK = BENCH | STAFF
BATCH_SEAL: Lifecycle[SealState, SealAction] = Lifecycle(
    "batch",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.START): Step(_S.RUNNING, SYSTEM),
        (_S.QUEUED, _A.CANCEL): Step(_S.CANCELLED, _DESK),
        (_S.RUNNING, _A.FINISH): Step(_S.DONE, SYSTEM),
        (_S.RUNNING, _A.FAIL): Step(_S.FAILED, SYSTEM),
        # After a restart: a use that was made is only entered, one that was not is made.
        (_S.RUNNING, _A.RESUME): Step(_S.QUEUED, SYSTEM),
        (_S.FAILED, _A.RETRY): Step(_S.QUEUED, _DESK),
        (_S.FAILED, _A.CANCEL): Step(_S.CANCELLED, _DESK),
    },
    {
        _S.QUEUED: "排队中",
        _S.RUNNING: "正在盖章",
        _S.DONE: "已盖章",
        _S.FAILED: "没有盖成",
        _S.CANCELLED: "已取消",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchItem:
    """One paper of a batch as its page shows it. `paper_id` None: not in the register yet."""

    id: str
    title: str
    number: str
    state: PrintState | SealState
    state_name: str
    detail: str
    paper_id: str | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How far a batch is. `attention`: of the open ones, those that wait for a person or a printer."""

    total: int
    done: int
    failed: int
    cancelled: int
    attention: int

    @property
    def open(self) -> int:
        return self.total - self.done - self.failed - self.cancelled

    @property
    def words(self) -> str:
        """One sentence for a person."""
        told = [f"共 {self.total} 份，完成 {self.done} 份"]
        told += [
            f"{count} 份{name}"
            for count, name in ((self.failed, "没有成功"), (self.cancelled, "已取消"))
            if count
        ]
        if self.open:
            told.append(f"还有 {self.open} 份在办")
        if self.attention:
            told.append(f"其中 {self.attention} 份等打印机或等人看纸")
        return "，".join(told) + "。"


_ATTENTION = frozenset({PrintState.HELD, PrintState.UNSURE})


def tally(items: Iterable[BatchItem]) -> Tally:
    """Counts of a batch; a seal and a print are done, failed and cancelled alike."""
    states = [one.state.value for one in items]
    return Tally(
        total=len(states),
        done=states.count("done"),
        failed=states.count("failed"),
        cancelled=states.count("cancelled"),
        attention=sum(1 for one in states if one in _ATTENTION),
    )
