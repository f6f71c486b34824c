"""A dispute (纠纷) from registration to its end, its parties and papers; not the hearing about it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.lifecycle import STAFF, Lifecycle, Role, Step


class MatterState(StrEnum):
    REGISTERED = "registered"
    ASSIGNED = "assigned"
    NEEDS_MORE = "needs_more"
    IN_PROGRESS = "in_progress"
    SETTLED = "settled"
    DECIDED = "decided"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class MatterAction(StrEnum):
    ASSIGN = "assign"
    ASK_MORE = "ask_more"
    SUPPLEMENT = "supplement"
    BEGIN = "begin"
    SETTLE = "settle"
    DECIDE = "decide"
    FAIL = "fail"
    WITHDRAW = "withdraw"
    CLOSE = "close"
    REOPEN = "reopen"


class Side(StrEnum):
    APPLICANT = "applicant"
    RESPONDENT = "respondent"
    THIRD = "third"
    PETITIONER = "petitioner"


SIDE_NAMES = {
    Side.APPLICANT: "申请人",
    Side.RESPONDENT: "被申请人",
    Side.THIRD: "第三人",
    Side.PETITIONER: "信访人",
}

# In place of a name that this reader may not see.
PROTECTED_NAME = "受保护的当事人"

_S, _A = MatterState, MatterAction
_TRIAGE = frozenset({Role.CLERK, Role.JUDGE, Role.OFFICER, Role.MEDIATOR})
_HANDLER = frozenset({Role.JUDGE, Role.MEDIATOR, Role.CLERK})
_DECIDER = frozenset({Role.JUDGE, Role.MEDIATOR})
_PERSON = frozenset({Role.PARTY, Role.AGENT, Role.OFFICER, Role.CLERK})

MATTER: Lifecycle[MatterState, MatterAction] = Lifecycle(
    "matter",
    _S.REGISTERED,
    {
        (_S.REGISTERED, _A.ASSIGN): Step(_S.ASSIGNED, _TRIAGE),
        (_S.REGISTERED, _A.ASK_MORE): Step(_S.NEEDS_MORE, _TRIAGE),
        (_S.REGISTERED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON | _DECIDER),
        # A side refused before anybody mediated (人民调解法 17).
        (_S.REGISTERED, _A.FAIL): Step(_S.FAILED, _HANDLER),
        (_S.ASSIGNED, _A.ASSIGN): Step(_S.ASSIGNED, _TRIAGE),
        (_S.ASSIGNED, _A.ASK_MORE): Step(_S.NEEDS_MORE, _HANDLER),
        (_S.ASSIGNED, _A.BEGIN): Step(_S.IN_PROGRESS, STAFF),
        (_S.ASSIGNED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON | _DECIDER),
        (_S.ASSIGNED, _A.FAIL): Step(_S.FAILED, _HANDLER),
        (_S.NEEDS_MORE, _A.SUPPLEMENT): Step(_S.ASSIGNED, _PERSON | _HANDLER),
        (_S.NEEDS_MORE, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        (_S.IN_PROGRESS, _A.ASSIGN): Step(_S.IN_PROGRESS, _TRIAGE),
        (_S.IN_PROGRESS, _A.BEGIN): Step(_S.IN_PROGRESS, STAFF),
        (_S.IN_PROGRESS, _A.SETTLE): Step(_S.SETTLED, _HANDLER),
        # A court has decided the suit, or it was withdrawn there.
        (_S.IN_PROGRESS, _A.DECIDE): Step(_S.DECIDED, frozenset({Role.JUDGE, Role.CLERK, Role.SYSTEM})),
        (_S.IN_PROGRESS, _A.FAIL): Step(_S.FAILED, _HANDLER),
        (_S.IN_PROGRESS, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON | _DECIDER),
        # A failed mediation may be taken up again before it is closed (人民调解法 26 names no bar).
        (_S.FAILED, _A.BEGIN): Step(_S.IN_PROGRESS, STAFF),
        (_S.FAILED, _A.CLOSE): Step(_S.CLOSED, _HANDLER),
        (_S.DECIDED, _A.CLOSE): Step(_S.CLOSED, _HANDLER),
        # Sent back, or heard again.
        (_S.DECIDED, _A.REOPEN): Step(_S.IN_PROGRESS, _DECIDER),
        (_S.SETTLED, _A.CLOSE): Step(_S.CLOSED, _HANDLER),
        # Its agreement was withdrawn after the seal.
        (_S.SETTLED, _A.REOPEN): Step(_S.IN_PROGRESS, _DECIDER),
        (_S.CLOSED, _A.REOPEN): Step(_S.IN_PROGRESS, _DECIDER),
        (_S.WITHDRAWN, _A.CLOSE): Step(_S.CLOSED, _HANDLER),
    },
    {
        _S.REGISTERED: "已登记",
        _S.ASSIGNED: "已分派",
        _S.NEEDS_MORE: "待补充",
        _S.IN_PROGRESS: "办理中",
        _S.SETTLED: "已达成协议",
        _S.DECIDED: "法院已处理",
        _S.FAILED: "调解不成",
        _S.WITHDRAWN: "已撤回",
        _S.CLOSED: "已办结",
    },
)


class IdKind(StrEnum):
    """`temporary` is the "no card" path: named by the officer or a village certificate, checked later."""

    RESIDENT = "resident"
    ORGANISATION = "organisation"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInput:
    """What is asked about a person. Empty string means not given; `no_card` chooses the temporary identity."""

    side: Side
    name: str
    id_number: str = ""
    no_card: bool = False
    phone: str = ""
    address: str = ""
    gender: str = ""
    birth_date: date | None = None
    ethnicity: str = ""
    occupation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party as pages see it: number and phone masked. `matter.reveal_party` gives the full ones, recorded."""

    id: str
    subject_id: str
    side: Side
    position: int
    name: str
    id_kind: IdKind
    id_masked: str
    phone_masked: str
    address: str
    gender: str
    birth_date: date | None
    ethnicity: str
    occupation: str
    protected: bool = False

    @property
    def side_name(self) -> str:
        return SIDE_NAMES[self.side]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIdentity:
    """The unmasked fields, for a paper or an identity check only."""

    party_id: str
    name: str
    id_kind: IdKind
    id_number: str
    phone: str
    address: str
    gender: str
    birth_date: date | None
    ethnicity: str
    occupation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A paper handed in: the blob's sha256 and what the person called it."""

    id: str
    subject_id: str
    position: int
    label: str
    sha256: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str
    # 在线诉讼规则 11-13: "" not compared yet, else same|differs, by whom and when.
    original_result: str
    original_checked_by: str
    original_checked_at: datetime | None
    # The photograph as it came, where `sha256` is what was made of it by `edits` (JSON); "" nothing was made.
    raw_sha256: str = ""
    edits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """`rev` grows with every change; `personal_status` sends its agreement down the wet path (电子签名法 3).

    `restricted`: only its own people and the head of the court find it; `urged_at`: somebody asked for progress."""

    id: str
    number: str
    query_code: str
    state: MatterState
    cause_code: str
    cause_name: str
    personal_status: bool
    facts: str
    request: str
    place: str
    mediator_id: str | None
    judge_id: str | None
    clerk_id: str | None
    receipt_note: str
    rev: int
    created_at: datetime
    updated_at: datetime
    restricted: bool = False
    urged_at: datetime | None = None

    @property
    def state_name(self) -> str:
        return MATTER.labels[self.state]

    @property
    def handlers(self) -> frozenset[str]:
        """The accounts it is assigned to."""
        return frozenset(one for one in (self.mediator_id, self.judge_id, self.clerk_id) if one)
