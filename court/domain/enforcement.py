"""The application for enforcement (申请执行): its check list, its states and steps; not the measures of enforcement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.lifecycle import Lifecycle, Role, Step


class EnforcementState(StrEnum):
    PREPARING = "preparing"
    APPLIED = "applied"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class EnforcementAction(StrEnum):
    CHECK = "check"
    APPLY = "apply"
    ASK_CORRECTION = "ask_correction"
    SUPPLY = "supply"
    ACCEPT = "accept"
    REFUSE = "refuse"
    NOTIFY = "notify"
    WITHDRAW = "withdraw"
    CLOSE = "close"


_S, _A = EnforcementState, EnforcementAction
_FILERS = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE})
_COUNTER = _FILERS | {Role.OFFICER}
_JUDGE = frozenset({Role.JUDGE})

ENFORCEMENT: Lifecycle[EnforcementState, EnforcementAction] = Lifecycle(
    "enforcement",
    _S.PREPARING,
    {
        (_S.PREPARING, _A.CHECK): Step(_S.PREPARING, _COUNTER),
        (_S.PREPARING, _A.APPLY): Step(_S.APPLIED, _COUNTER),
        (_S.PREPARING, _A.WITHDRAW): Step(_S.WITHDRAWN, _COUNTER),
        (_S.APPLIED, _A.ASK_CORRECTION): Step(_S.CORRECTING, _FILERS),
        (_S.APPLIED, _A.ACCEPT): Step(_S.ACCEPTED, _FILERS),
        (_S.APPLIED, _A.REFUSE): Step(_S.REFUSED, _JUDGE),
        (_S.APPLIED, _A.WITHDRAW): Step(_S.WITHDRAWN, _COUNTER),
        (_S.CORRECTING, _A.CHECK): Step(_S.CORRECTING, _COUNTER),
        (_S.CORRECTING, _A.SUPPLY): Step(_S.APPLIED, _COUNTER),
        (_S.CORRECTING, _A.REFUSE): Step(_S.REFUSED, _JUDGE),
        (_S.CORRECTING, _A.WITHDRAW): Step(_S.WITHDRAWN, _COUNTER),
        (_S.ACCEPTED, _A.NOTIFY): Step(_S.ACCEPTED, frozenset({Role.JUDGE, Role.CLERK})),
        (_S.ACCEPTED, _A.WITHDRAW): Step(_S.WITHDRAWN, _JUDGE),
        (_S.ACCEPTED, _A.CLOSE): Step(_S.CLOSED, _JUDGE),
    },
    {
        _S.PREPARING: "准备申请",
        _S.APPLIED: "已提交申请",
        _S.CORRECTING: "待补正",
        _S.ACCEPTED: "已立案执行",
        _S.REFUSED: "不予受理",
        _S.WITHDRAWN: "已撤回申请",
        _S.CLOSED: "执行结案",
    },
)
ENDED = frozenset({_S.REFUSED, _S.WITHDRAWN, _S.CLOSED})
ACTION_NAMES = {
    _A.CHECK: "核对清单",
    _A.APPLY: "提交申请",
    _A.ASK_CORRECTION: "要求补正",
    _A.SUPPLY: "收到补正材料",
    _A.ACCEPT: "立案执行",
    _A.REFUSE: "裁定不予受理",
    _A.NOTIFY: "发出执行通知和报告财产令",
    _A.WITHDRAW: "撤回申请",
    _A.CLOSE: "执行结案",
}


class CheckItem(StrEnum):
    """执行规定 16 (conditions) and 18 (papers)."""

    EFFECTIVE = "effective"
    APPLICANT = "applicant"
    CONTENT = "content"
    UNPERFORMED = "unperformed"
    JURISDICTION = "jurisdiction"
    IN_TIME = "in_time"
    APPLICATION = "application"
    TITLE_COPY = "title_copy"
    IDENTITY = "identity"
    SUCCESSION = "succession"
    LEADS = "leads"


CHECKS = {
    CheckItem.EFFECTIVE: "申请执行的法律文书已经生效",
    CheckItem.APPLICANT: "申请人是文书确定的权利人，或者其继承人、权利承受人",
    CheckItem.CONTENT: "文书有给付内容，执行标的和被执行人明确",
    CheckItem.UNPERFORMED: "义务人在文书确定的期限内没有履行",
    CheckItem.JURISDICTION: "属于本院管辖（一审法院或者被执行财产所在地）",
    CheckItem.IN_TIME: "没有超过两年的申请执行期间",
    CheckItem.APPLICATION: "申请执行书（写明理由、事项、标的和了解的财产状况；口头申请的记入笔录）",
    CheckItem.TITLE_COPY: "生效法律文书副本",
    CheckItem.IDENTITY: "申请人身份证明",
    CheckItem.SUCCESSION: "继承或者承受权利的证明（不是继承、承受的不需要）",
    CheckItem.LEADS: "财产线索（没有的写明没有）",
}
# Without these an application is not complete; the time bar is only raised by the debtor (民事诉讼法解释 481).
NEEDED = frozenset(CheckItem) - {CheckItem.SUCCESSION, CheckItem.LEADS, CheckItem.IN_TIME}


class Closing(StrEnum):
    """How an enforcement ends."""

    PERFORMED = "performed"
    SETTLED = "settled"
    NOTHING_FOUND = "nothing_found"
    ENDED = "ended"
    DENIED = "denied"
    DISMISSED = "dismissed"


CLOSING_NAMES = {
    Closing.PERFORMED: "执行完毕",
    Closing.SETTLED: "和解履行完毕",
    Closing.NOTHING_FOUND: "终结本次执行程序",
    Closing.ENDED: "终结执行",
    Closing.DENIED: "不予执行",
    Closing.DISMISSED: "驳回申请",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An item of the list: yes or no, with a word on it, by whom and when."""

    item: CheckItem
    yes: bool
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementDetails:
    """`title_*`: what is enforced. `claim` in fen, None: not money. `performs_on`: the last day to perform."""

    title_track_id: str
    title_number: str
    title_name: str
    effective_on: date
    performs_on: date
    applicant_id: str
    debtor_ids: tuple[str, ...]
    claim: int | None = None
    leads: str = ""
    checks: tuple[Checked, ...] = ()
    applied_at: datetime | None = None
    corrections: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    closing: Closing | None = None
    words: str = ""


def missing(details: EnforcementDetails) -> tuple[CheckItem, ...]:
    """What the list still wants before the application may be handed in, in its order."""
    done = {one.item for one in details.checks if one.yes}
    return tuple(item for item in CheckItem if item in NEEDED - done)
