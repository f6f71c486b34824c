"""A petition (信访事项) from registration to the told result (信访工作条例 17-36); not the reception's room."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import Lifecycle, Role, Step

# 信访工作条例 20: not more than five representatives.
MAX_REPRESENTATIVES = 5
# 信访工作条例 34: days from acceptance; calendar days that no holiday moves.
TERM_DAYS = 60


class PetitionState(StrEnum):
    REGISTERED = "registered"
    NEEDS_MORE = "needs_more"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RECEPTION_SCHEDULED = "reception_scheduled"
    RECEIVED = "received"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class PetitionAction(StrEnum):
    ASK_MORE = "ask_more"
    SUPPLEMENT = "supplement"
    ACCEPT = "accept"
    DECLINE = "decline"
    SCHEDULE_RECEPTION = "schedule_reception"
    CANCEL_RECEPTION = "cancel_reception"
    RECORD_RECEPTION = "record_reception"
    REPLY = "reply"
    WITHDRAW = "withdraw"
    CLOSE = "close"


class PetitionClass(StrEnum):
    """信访工作条例 28-31. Accusations are never shown to the accused (30)."""

    SUGGESTION = "suggestion"
    ACCUSATION = "accusation"
    CLAIM = "claim"
    LITIGATION = "litigation"


CLASS_NAMES = {
    PetitionClass.SUGGESTION: "建议意见",
    PetitionClass.ACCUSATION: "检举控告",
    PetitionClass.CLAIM: "申诉求决",
    PetitionClass.LITIGATION: "涉法涉诉",
}

_S, _A = PetitionState, PetitionAction
_OFFICIAL = frozenset({Role.PETITION_OFFICIAL})
_PERSON = frozenset({Role.PARTY, Role.AGENT, Role.OFFICER, Role.PETITION_OFFICIAL})

PETITION: Lifecycle[PetitionState, PetitionAction] = Lifecycle(
    "petition",
    _S.REGISTERED,
    {
        (_S.REGISTERED, _A.ACCEPT): Step(_S.ACCEPTED, _OFFICIAL),
        (_S.REGISTERED, _A.DECLINE): Step(_S.DECLINED, _OFFICIAL),
        (_S.REGISTERED, _A.ASK_MORE): Step(_S.NEEDS_MORE, _OFFICIAL),
        (_S.REGISTERED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        (_S.NEEDS_MORE, _A.SUPPLEMENT): Step(_S.REGISTERED, _PERSON),
        (_S.NEEDS_MORE, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        (_S.ACCEPTED, _A.SCHEDULE_RECEPTION): Step(_S.RECEPTION_SCHEDULED, _OFFICIAL),
        (_S.ACCEPTED, _A.REPLY): Step(_S.REPLIED, _OFFICIAL),
        (_S.ACCEPTED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        (_S.RECEPTION_SCHEDULED, _A.CANCEL_RECEPTION): Step(_S.ACCEPTED, _OFFICIAL),
        (_S.RECEPTION_SCHEDULED, _A.RECORD_RECEPTION): Step(_S.RECEIVED, _OFFICIAL),
        (_S.RECEPTION_SCHEDULED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        (_S.RECEIVED, _A.SCHEDULE_RECEPTION): Step(_S.RECEPTION_SCHEDULED, _OFFICIAL),
        (_S.RECEIVED, _A.REPLY): Step(_S.REPLIED, _OFFICIAL),
        (_S.RECEIVED, _A.WITHDRAW): Step(_S.WITHDRAWN, _PERSON),
        # Nothing is closed without an answer that was told: decline, reply or withdrawal come first.
        (_S.REPLIED, _A.CLOSE): Step(_S.CLOSED, _OFFICIAL),
        (_S.DECLINED, _A.CLOSE): Step(_S.CLOSED, _OFFICIAL),
        (_S.WITHDRAWN, _A.CLOSE): Step(_S.CLOSED, _OFFICIAL),
    },
    {
        _S.REGISTERED: "已登记",
        _S.NEEDS_MORE: "待补充",
        _S.ACCEPTED: "已受理",
        _S.DECLINED: "不予受理",
        _S.RECEPTION_SCHEDULED: "已约接访",
        _S.RECEIVED: "已接访",
        _S.REPLIED: "已答复",
        _S.WITHDRAWN: "已撤回",
        _S.CLOSED: "已办结",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Petition:
    """`reply` and `reception_result` are empty until given; `decline_reason` tells the remedy too."""

    id: str
    number: str
    query_code: str
    state: PetitionState
    petition_class: PetitionClass
    request: str
    facts: str
    place: str
    official_id: str | None
    decline_reason: str
    reception_result: str
    reply: str
    reply_basis: str
    receipt_note: str
    rev: int
    created_at: datetime
    updated_at: datetime

    @property
    def state_name(self) -> str:
        return PETITION.labels[self.state]

    @property
    def class_name(self) -> str:
        return CLASS_NAMES[self.petition_class]
