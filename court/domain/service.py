"""送达: the ways to serve a paper and an attempt with its states. What can happen to one: service_fact; when it counts:
service_moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Step
from court.domain.paper import PaperKind
from court.domain.service_fact import AddressBasis, Fact, FactKind


class ServiceMethod(StrEnum):
    """民诉法 87-95."""

    DIRECT = "direct"
    LEFT = "left"
    ELECTRONIC = "electronic"
    POST = "post"
    ENTRUSTED = "entrusted"
    FORWARDED = "forwarded"
    ANNOUNCED = "announced"


SERVICE_NAMES: Mapping[ServiceMethod, str] = {
    ServiceMethod.DIRECT: "直接送达",
    ServiceMethod.LEFT: "留置送达",
    ServiceMethod.ELECTRONIC: "电子送达",
    ServiceMethod.POST: "邮寄送达",
    ServiceMethod.ENTRUSTED: "委托送达",
    ServiceMethod.FORWARDED: "转交送达",
    ServiceMethod.ANNOUNCED: "公告送达",
}
# A sheet of paper changes hands: each has the number of its copy.
ON_PAPER = frozenset(ServiceMethod) - {ServiceMethod.ELECTRONIC, ServiceMethod.ANNOUNCED}


class Nature(StrEnum):
    """What kind of paper it is to the rules of service."""

    JUDGMENT = "judgment"
    MEDIATION = "mediation"
    LITIGATION = "litigation"
    OUTSIDE = "outside"


_NATURES: Mapping[PaperKind, Nature] = {
    PaperKind.JUDGMENT: Nature.JUDGMENT,
    PaperKind.ORDER_JUDGMENT: Nature.JUDGMENT,
    PaperKind.RULING: Nature.JUDGMENT,
    PaperKind.CONFIRMATION_GRANTED: Nature.JUDGMENT,
    PaperKind.CONFIRMATION_REJECTED: Nature.JUDGMENT,
    PaperKind.CONFIRMATION_NOT_ACCEPTED: Nature.JUDGMENT,
    PaperKind.COURT_MEDIATION: Nature.MEDIATION,
}
# A committee's agreement (and its hand-signed scan) goes to the parties as a mediation paper does.
_AGREEMENTS = frozenset({PaperKind.AGREEMENT, PaperKind.SCAN})
NOT_SERVED = frozenset(
    {
        PaperKind.SERVICE_RETURN,
        PaperKind.ELECTRONIC_SERVICE,
        PaperKind.RECORDING_CHECKSUM,
        PaperKind.CASE_FILE,
        PaperKind.SIGNED_SHEETS,
    }
)


def nature(kind: PaperKind, subject_kind: str) -> Nature:
    """民诉法 90 and 解释 133 treat judgments and mediation papers apart; outside a case the articles apply by analogy."""
    if subject_kind == "petition":
        return Nature.OUTSIDE
    return Nature.MEDIATION if kind in _AGREEMENTS else _NATURES.get(kind, Nature.LITIGATION)


def by_analogy(kind: PaperKind, subject_kind: str) -> bool:
    """Papers that are no 诉讼文书: the articles on service are followed, not applied."""
    return subject_kind == "petition" or kind in _AGREEMENTS


# What staff note by hand, per method and in the order of the form; the system notes the rest.
NOTED: Mapping[ServiceMethod, tuple[FactKind, ...]] = {
    ServiceMethod.DIRECT: (
        FactKind.SIGNED,
        FactKind.REFUSED_AT_COURT,
        FactKind.REFUSED_FILMED,
        FactKind.REFUSED,
        FactKind.ABSENT,
    ),
    ServiceMethod.LEFT: (FactKind.LEFT_WITNESSED, FactKind.LEFT_FILMED, FactKind.SIGNED, FactKind.ABSENT),
    ServiceMethod.ELECTRONIC: (
        FactKind.REPLIED,
        FactKind.ACTED,
        FactKind.BOUNCED,
        FactKind.PROVED,
        FactKind.REBUTTED,
        FactKind.PAPER_ASKED,
    ),
    ServiceMethod.POST: (FactKind.SENT, FactKind.SIGNED, FactKind.RETURNED, FactKind.REBUTTED),
    ServiceMethod.ENTRUSTED: (FactKind.SENT, FactKind.SIGNED, FactKind.REFUSED, FactKind.ABSENT),
    ServiceMethod.FORWARDED: (FactKind.SENT, FactKind.SIGNED, FactKind.ABSENT),
    ServiceMethod.ANNOUNCED: (FactKind.PUBLISHED,),
}


class ServiceState(StrEnum):
    OPEN = "open"
    SERVED = "served"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class ServiceAction(StrEnum):
    SERVE = "serve"
    FAIL = "fail"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


_S, _A = ServiceState, ServiceAction
SERVICE: Lifecycle[ServiceState, ServiceAction] = Lifecycle(
    "service",
    _S.OPEN,
    {
        (_S.OPEN, _A.SERVE): Step(_S.SERVED, STAFF | SYSTEM),
        (_S.OPEN, _A.FAIL): Step(_S.FAILED, STAFF | SYSTEM),
        (_S.OPEN, _A.WITHDRAW): Step(_S.WITHDRAWN, STAFF),
        # A later fact may serve what seemed to have failed, and proof may take a presumption away.
        (_S.FAILED, _A.SERVE): Step(_S.SERVED, STAFF | SYSTEM),
        (_S.FAILED, _A.REOPEN): Step(_S.OPEN, STAFF | SYSTEM),
        (_S.SERVED, _A.FAIL): Step(_S.FAILED, STAFF | SYSTEM),
        (_S.SERVED, _A.REOPEN): Step(_S.OPEN, STAFF | SYSTEM),
    },
    {_S.OPEN: "送达中", _S.SERVED: "已送达", _S.FAILED: "未能送达", _S.WITHDRAWN: "已撤销"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How one paper of an attempt stands: `served_at` and the rule it follows from, in words, once it is served."""

    paper_id: str
    state: ServiceState = ServiceState.OPEN
    served_at: datetime | None = None
    presumed: bool = False
    rule: str = ""
    ground: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to serve some papers on one person by one channel.

    `channel` is sms or mail for an electronic one, else ""; `address` a place, a number or a mail box;
    `tracking` the number of the post; `cause` why it is entrusted, forwarded or announced; `through` the court or unit
    it goes through. `batch_id` is shared by attempts that one press began;
    `return_id` is the 送达回证 that is signed on the pad, `return_paper_id` the one printed to be signed by hand."""

    id: str
    subject_kind: str
    subject_id: str
    party_id: str
    party_name: str
    batch_id: str
    method: ServiceMethod
    channel: str
    address: str
    basis: AddressBasis
    tracking: str
    cause: str
    through: str
    state: ServiceState
    papers: tuple[Served, ...] = ()
    facts: tuple[Fact, ...] = ()
    created_at: datetime
    by: str
    return_id: str | None = None
    return_paper_id: str | None = None

    @property
    def method_name(self) -> str:
        return SERVICE_NAMES[self.method]

    @property
    def state_name(self) -> str:
        return SERVICE.labels[self.state]

    def fact(self, *kinds: FactKind) -> Fact | None:
        """The earliest fact of one of these kinds."""
        return min((f for f in self.facts if f.kind in kinds), key=lambda f: f.at, default=None)

    def last(self, *kinds: FactKind) -> Fact | None:
        """The latest one."""
        return max((f for f in self.facts if f.kind in kinds), key=lambda f: f.at, default=None)
