"""A lawsuit from the complaint handed in to the judgment in effect (立案和审理): its states, steps and what it knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.fees import FeeKind, Procedure, Relief
from court.domain.lifecycle import SYSTEM, Lifecycle, Role, Step


class FilingState(StrEnum):
    RECEIVED = "received"
    CORRECTING = "correcting"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    TRIAL = "trial"
    STAYED = "stayed"
    DECIDED = "decided"
    APPEALED = "appealed"
    EFFECTIVE = "effective"
    MEDIATED = "mediated"
    WITHDRAWN = "withdrawn"


class FilingAction(StrEnum):
    ASK_CORRECTION = "ask_correction"
    SUPPLY = "supply"
    ACCEPT = "accept"
    REFUSE = "refuse"
    NOTIFY_FEE = "notify_fee"
    PAY_FEE = "pay_fee"
    RELIEVE_FEE = "relieve_fee"
    CHANGE_PROCEDURE = "change_procedure"
    ANSWER = "answer"
    HEAR = "hear"
    ADJOURN = "adjourn"
    STAY = "stay"
    RESUME = "resume"
    DECIDE = "decide"
    SETTLE = "settle"
    WITHDRAW = "withdraw"
    DEEM_WITHDRAWN = "deem_withdrawn"
    APPEAL = "appeal"
    TAKE_EFFECT = "take_effect"
    MARK_FILE = "mark_file"


_S, _A = FilingState, FilingAction
_FILERS = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE})
_CASHIERS = _FILERS | {Role.OFFICER}
_JUDGE = frozenset({Role.JUDGE})
_COURT = frozenset({Role.JUDGE, Role.CLERK})
_PRESIDES = frozenset({Role.JUDGE, Role.PRESIDENT})

FILING: Lifecycle[FilingState, FilingAction] = Lifecycle(
    "filing",
    _S.RECEIVED,
    {
        (_S.RECEIVED, _A.ASK_CORRECTION): Step(_S.CORRECTING, _FILERS),
        (_S.RECEIVED, _A.ACCEPT): Step(_S.ACCEPTED, _FILERS),
        (_S.RECEIVED, _A.REFUSE): Step(_S.REFUSED, _JUDGE),
        (_S.RECEIVED, _A.WITHDRAW): Step(_S.WITHDRAWN, _FILERS),
        (_S.CORRECTING, _A.SUPPLY): Step(_S.RECEIVED, _CASHIERS),
        (_S.CORRECTING, _A.REFUSE): Step(_S.REFUSED, _JUDGE),
        (_S.CORRECTING, _A.WITHDRAW): Step(_S.WITHDRAWN, _FILERS),
        (_S.ACCEPTED, _A.NOTIFY_FEE): Step(_S.ACCEPTED, _FILERS),
        # 诉讼费用交纳办法 52: a circuit court may take the fee on the spot.
        (_S.ACCEPTED, _A.PAY_FEE): Step(_S.ACCEPTED, _CASHIERS),
        (_S.ACCEPTED, _A.RELIEVE_FEE): Step(_S.ACCEPTED, _PRESIDES),
        (_S.ACCEPTED, _A.CHANGE_PROCEDURE): Step(_S.ACCEPTED, _JUDGE),
        (_S.ACCEPTED, _A.ANSWER): Step(_S.ACCEPTED, _COURT),
        (_S.ACCEPTED, _A.HEAR): Step(_S.TRIAL, _JUDGE | SYSTEM),
        (_S.ACCEPTED, _A.ADJOURN): Step(_S.ACCEPTED, _PRESIDES),
        (_S.ACCEPTED, _A.STAY): Step(_S.STAYED, _JUDGE),
        (_S.ACCEPTED, _A.DECIDE): Step(_S.DECIDED, _JUDGE),
        (_S.ACCEPTED, _A.SETTLE): Step(_S.MEDIATED, _JUDGE),
        (_S.ACCEPTED, _A.WITHDRAW): Step(_S.WITHDRAWN, _JUDGE),
        (_S.ACCEPTED, _A.DEEM_WITHDRAWN): Step(_S.WITHDRAWN, _JUDGE),
        (_S.TRIAL, _A.NOTIFY_FEE): Step(_S.TRIAL, _FILERS),
        (_S.TRIAL, _A.PAY_FEE): Step(_S.TRIAL, _CASHIERS),
        (_S.TRIAL, _A.RELIEVE_FEE): Step(_S.TRIAL, _PRESIDES),
        (_S.TRIAL, _A.CHANGE_PROCEDURE): Step(_S.TRIAL, _JUDGE),
        (_S.TRIAL, _A.ANSWER): Step(_S.TRIAL, _COURT),
        (_S.TRIAL, _A.HEAR): Step(_S.TRIAL, _JUDGE | SYSTEM),
        (_S.TRIAL, _A.ADJOURN): Step(_S.TRIAL, _PRESIDES),
        (_S.TRIAL, _A.STAY): Step(_S.STAYED, _JUDGE),
        (_S.TRIAL, _A.DECIDE): Step(_S.DECIDED, _JUDGE),
        (_S.TRIAL, _A.SETTLE): Step(_S.MEDIATED, _JUDGE),
        (_S.TRIAL, _A.WITHDRAW): Step(_S.WITHDRAWN, _JUDGE),
        (_S.TRIAL, _A.DEEM_WITHDRAWN): Step(_S.WITHDRAWN, _JUDGE),
        (_S.STAYED, _A.RESUME): Step(_S.TRIAL, _JUDGE),
        (_S.STAYED, _A.WITHDRAW): Step(_S.WITHDRAWN, _JUDGE),
        (_S.DECIDED, _A.APPEAL): Step(_S.APPEALED, _COURT),
        (_S.DECIDED, _A.TAKE_EFFECT): Step(_S.EFFECTIVE, _COURT | SYSTEM),
        # What the second court leaves standing takes effect with its own decision.
        (_S.APPEALED, _A.TAKE_EFFECT): Step(_S.EFFECTIVE, _COURT),
        (_S.MEDIATED, _A.TAKE_EFFECT): Step(_S.EFFECTIVE, _COURT | SYSTEM),
        # The file is completed while the case goes on and after its end.
        (_S.ACCEPTED, _A.MARK_FILE): Step(_S.ACCEPTED, _FILERS),
        (_S.TRIAL, _A.MARK_FILE): Step(_S.TRIAL, _FILERS),
        (_S.DECIDED, _A.MARK_FILE): Step(_S.DECIDED, _FILERS),
        (_S.APPEALED, _A.MARK_FILE): Step(_S.APPEALED, _FILERS),
        (_S.EFFECTIVE, _A.MARK_FILE): Step(_S.EFFECTIVE, _FILERS),
        (_S.MEDIATED, _A.MARK_FILE): Step(_S.MEDIATED, _FILERS),
        (_S.WITHDRAWN, _A.MARK_FILE): Step(_S.WITHDRAWN, _FILERS),
    },
    {
        _S.RECEIVED: "已收到起诉状",
        _S.CORRECTING: "待补正",
        _S.REFUSED: "不予受理",
        _S.ACCEPTED: "已立案",
        _S.TRIAL: "审理中",
        _S.STAYED: "中止审理",
        _S.DECIDED: "已裁判，待生效",
        _S.APPEALED: "已上诉",
        _S.EFFECTIVE: "裁判已生效",
        _S.MEDIATED: "调解结案，待生效",
        _S.WITHDRAWN: "已撤诉",
    },
)
ENDED = frozenset({_S.REFUSED, _S.EFFECTIVE, _S.WITHDRAWN})
ACTION_NAMES = {
    _A.ASK_CORRECTION: "要求补正",
    _A.SUPPLY: "收到补正材料",
    _A.ACCEPT: "登记立案",
    _A.REFUSE: "裁定不予受理",
    _A.NOTIFY_FEE: "通知交费",
    _A.PAY_FEE: "收到诉讼费",
    _A.RELIEVE_FEE: "决定缓交、减交、免交",
    _A.CHANGE_PROCEDURE: "转换审理程序",
    _A.ANSWER: "收到答辩",
    _A.HEAR: "开始审理",
    _A.ADJOURN: "延期开庭",
    _A.STAY: "中止审理",
    _A.RESUME: "恢复审理",
    _A.DECIDE: "作出裁判",
    _A.SETTLE: "调解结案",
    _A.WITHDRAW: "准许撤诉",
    _A.DEEM_WITHDRAWN: "按撤诉处理",
    _A.APPEAL: "收到上诉状",
    _A.TAKE_EFFECT: "确认生效",
    _A.MARK_FILE: "核对卷宗材料",
}


class RefusalGround(StrEnum):
    """民事诉讼法 122, 127: why a complaint is not accepted."""

    NO_INTEREST = "no_interest"
    NO_DEFENDANT = "no_defendant"
    NO_CLAIM = "no_claim"
    NOT_CIVIL = "not_civil"
    NO_JURISDICTION = "no_jurisdiction"
    ARBITRATION = "arbitration"
    LABOUR_FIRST = "labour_first"
    DECIDED_BEFORE = "decided_before"
    TOO_SOON = "too_soon"
    NOT_CORRECTED = "not_corrected"


GROUND_NAMES = {
    RefusalGround.NO_INTEREST: "原告与本案没有直接利害关系（民事诉讼法第一百二十二条）",
    RefusalGround.NO_DEFENDANT: "没有明确的被告（民事诉讼法第一百二十二条）",
    RefusalGround.NO_CLAIM: "没有具体的诉讼请求和事实、理由（民事诉讼法第一百二十二条）",
    RefusalGround.NOT_CIVIL: "不属于民事诉讼受理范围（民事诉讼法第一百二十二条、第一百二十七条）",
    RefusalGround.NO_JURISDICTION: "不属于本院管辖，告知向有管辖权的法院起诉（民事诉讼法第一百二十七条）",
    RefusalGround.ARBITRATION: "双方有书面仲裁协议，告知申请仲裁（民事诉讼法第一百二十七条）",
    RefusalGround.LABOUR_FIRST: "劳动争议应当先申请仲裁（民事诉讼法第一百二十七条）",
    RefusalGround.DECIDED_BEFORE: "已经有生效裁判，告知申请再审（民事诉讼法第一百二十七条）",
    RefusalGround.TOO_SOON: "不准离婚、调解和好后六个月内没有新情况又起诉（民事诉讼法第一百二十七条）",
    RefusalGround.NOT_CORRECTED: "补正后仍不符合起诉条件，或者坚持不补正（人民法院登记立案规定第七条）",
}


class DecisionKind(StrEnum):
    JUDGMENT = "judgment"
    RULING = "ruling"


DECISION_NAMES = {DecisionKind.JUDGMENT: "判决", DecisionKind.RULING: "裁定（驳回起诉）"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """补正, told once and whole (民事诉讼法解释 208; 在线诉讼规则 9). `supplied_at` None while it is waited for."""

    what: str
    told_at: datetime
    by: str
    supplied_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeFile:
    """In fen: `amount` by the tariff, `payable` now (after halving and relief), `paid` so far; `steps` say why.

    `receipt` is the number of the provincial fiscal receipt."""

    amount: int
    payable: int
    steps: tuple[str, ...]
    notified_at: datetime
    relief: Relief = Relief.NONE
    relief_reason: str = ""
    relieved_by: str = ""
    percent: int = 0
    paid: int = 0
    paid_at: datetime | None = None
    receipt: str = ""
    on_the_spot: bool = False

    @property
    def settled(self) -> bool:
        """Nothing is owed now: paid, waived, or put off by decision."""
        return self.paid >= self.payable or self.relief in {Relief.EXEMPT, Relief.DEFERRED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureChoice:
    """Which procedure from when on, by whom and why."""

    procedure: Procedure
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The defendant's answer; one who has none files none and the trial goes on (民事诉讼法 128)."""

    party_id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjournment:
    """延期开庭审理. `leave` names the president where the law wants one."""

    hearing_id: str
    was: datetime
    to: datetime
    reason: str
    by: str
    agreed: bool = False
    leave: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """中止审理 (民事诉讼法 153)."""

    since: date
    until: date | None
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The paper that ends the first instance. `performs_on` is the last day to perform; None: nothing to perform or
    counted in days from the effect by `performs_in`."""

    kind: DecisionKind
    paper_id: str
    announced_at: datetime
    in_court: bool
    by: str
    performs_on: date | None = None
    performs_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    party_id: str
    at: datetime
    note: str = ""


class FileItem(StrEnum):
    """民事诉讼法解释 263: what the file of a case in the simple procedure holds, in its order."""

    COMPLAINT = "complaint"
    ANSWER = "answer"
    IDENTITY = "identity"
    AUTHORITY = "authority"
    EVIDENCE = "evidence"
    INQUIRY = "inquiry"
    TRANSCRIPT = "transcript"
    DECISION = "decision"
    SERVICE = "service"
    ENFORCEMENT = "enforcement"
    FEE = "fee"
    SMALL_NOTICE = "small_notice"


class FileState(StrEnum):
    """`not_needed` and `on_paper` are said by a person, with a reason, or follow from the case."""

    THERE = "there"
    MISSING = "missing"
    NOT_NEEDED = "not_needed"
    ON_PAPER = "on_paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """What a person said of an item that the register does not know."""

    item: FileItem
    state: FileState
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingDetails:
    """What a lawsuit knows beside people and papers. `claim` in fen: what is fought over; None: no sum."""

    received_at: datetime
    fee_kind: FeeKind = FeeKind.PROPERTY
    claim: int | None = None
    oral: bool = False
    online: bool = False
    corrections: tuple[Correction, ...] = ()
    refused: RefusalGround | None = None
    refused_words: str = ""
    accepted_at: datetime | None = None
    fee: FeeFile | None = None
    procedures: tuple[ProcedureChoice, ...] = ()
    answers: tuple[Answer, ...] = ()
    heard_at: datetime | None = None
    adjournments: tuple[Adjournment, ...] = ()
    stays: tuple[Stay, ...] = ()
    decision: Decision | None = None
    appeals: tuple[Appeal, ...] = ()
    effective_on: date | None = None
    withdrawn_reason: str = ""
    marks: tuple[FileMark, ...] = ()

    @property
    def procedure(self) -> Procedure:
        """The one that holds now; ordinary while none was chosen."""
        return self.procedures[-1].procedure if self.procedures else Procedure.ORDINARY

    @property
    def waiting(self) -> Correction | None:
        """The correction that is waited for."""
        return next((one for one in self.corrections if one.supplied_at is None), None)
