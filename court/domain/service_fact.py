"""What can happen to an attempt of service, who may have taken the paper, how an address is known. No rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
