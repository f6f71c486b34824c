"""送达: the ways to serve a paper, the facts of an attempt and who may have taken it. When it counts is service_moment's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Step
from court.domain.paper import PaperKind


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


class AddressBasis(StrEnum):
    """How the court knows an address (在线诉讼规则 29-31; 专递规定 3-5)."""

    CONFIRMED = "confirmed"
    PLEADING = "pleading"
    AGREED = "agreed"
    KNOWN = "known"
    REGISTERED = "registered"


BASIS_NAMES: Mapping[AddressBasis, str] = {
    AddressBasis.CONFIRMED: "本人在送达地址确认书上确认",
    AddressBasis.PLEADING: "本人在起诉状、答辩状等文书中提供",
    AddressBasis.AGREED: "诉讼前约定或者承诺",
    AddressBasis.KNOWN: "能够确认是本人的，但本人没有提供或者确认",
    AddressBasis.REGISTERED: "户籍或者登记的住所（本人拒绝提供）",
}
OWN_ADDRESS = frozenset({AddressBasis.CONFIRMED, AddressBasis.PLEADING, AddressBasis.AGREED})


class Relation(StrEnum):
    """Who took it, seen from the recipient (民诉法 88; 专递规定 7, 9)."""

    SELF = "self"
    FAMILY = "family"
    HEAD = "head"
    MAIL_ROOM = "mail_room"
    AGENT = "agent"
    DESIGNATED = "designated"
    GUARDIAN = "guardian"
    OTHER = "other"


RELATION_NAMES: Mapping[Relation, str] = {
    Relation.SELF: "本人",
    Relation.FAMILY: "同住成年家属",
    Relation.HEAD: "法定代表人（主要负责人）",
    Relation.MAIL_ROOM: "单位负责收件的人",
    Relation.AGENT: "诉讼代理人",
    Relation.DESIGNATED: "本人指定的代收人",
    Relation.GUARDIAN: "法定代理人",
    Relation.OTHER: "其他人",
}


class FactKind(StrEnum):
    """What can happen to an attempt; the moment of service is read from these alone."""

    SENT = "sent"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    ARRIVED = "arrived"
    BOUNCED = "bounced"
    OPENED = "opened"
    REPLIED = "replied"
    ACTED = "acted"
    PROVED = "proved"
    REBUTTED = "rebutted"
    PAPER_ASKED = "paper_asked"
    SIGNED = "signed"
    REFUSED = "refused"
    REFUSED_AT_COURT = "refused_at_court"
    REFUSED_FILMED = "refused_filmed"
    LEFT_WITNESSED = "left_witnessed"
    LEFT_FILMED = "left_filmed"
    ABSENT = "absent"
    RETURNED = "returned"
    PUBLISHED = "published"


FACT_NAMES: Mapping[FactKind, str] = {
    FactKind.SENT: "已送出",
    FactKind.SUBMITTED: "已交短信通道",
    FactKind.DELIVERED: "系统显示发送成功",
    FactKind.ARRIVED: "到达受送达人的系统",
    FactKind.BOUNCED: "没有到达，被退回",
    FactKind.OPENED: "受送达人打开阅读",
    FactKind.REPLIED: "受送达人回复收悉",
    FactKind.ACTED: "受送达人已按送达内容作出诉讼行为",
    FactKind.PROVED: "受送达人证明了另外的到达时间",
    FactKind.REBUTTED: "受送达人证明没有收悉",
    FactKind.PAPER_ASKED: "受送达人要求纸质文书",
    FactKind.SIGNED: "签收",
    FactKind.REFUSED: "拒绝签收",
    FactKind.REFUSED_AT_COURT: "到法院（车上）后拒绝签署送达回证",
    FactKind.REFUSED_FILMED: "在住所以外拒绝签署，已拍照录像",
    FactKind.LEFT_WITNESSED: "留置，有见证人",
    FactKind.LEFT_FILMED: "留置，已拍照录像",
    FactKind.ABSENT: "没有见到人",
    FactKind.RETURNED: "邮件退回",
    FactKind.PUBLISHED: "发出公告",
}
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


class ReturnReason(StrEnum):
    """Why the post brought it back (专递规定 6, 8, 11)."""

    WRONG_ADDRESS = "wrong_address"
    MOVED = "moved"
    REFUSED = "refused"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


RETURN_NAMES: Mapping[ReturnReason, str] = {
    ReturnReason.WRONG_ADDRESS: "地址不准确",
    ReturnReason.MOVED: "地址变了，没有告知法院",
    ReturnReason.REFUSED: "本人或者指定的代收人拒绝签收",
    ReturnReason.NOBODY: "五日内投送三次没有见到人，电话也联系不上",
    ReturnReason.UNKNOWN: "其他原因",
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
class Fact:
    """One thing that happened, `at` when it happened; `noted_at` when it was written down, by whom.

    `paper_id` names the one paper it is about, '' all of the attempt; `until` the day a holiday put the end off to."""

    kind: FactKind
    at: datetime
    receiver: str = ""
    relation: Relation = Relation.SELF
    witness: str = ""
    reason: ReturnReason | None = None
    words: str = ""
    proof_sha256: str = ""
    until: date | None = None
    paper_id: str = ""
    id: str = ""
    noted_at: datetime | None = None
    by: str = ""

    @property
    def name(self) -> str:
        return FACT_NAMES[self.kind]


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
