"""Papers around a mediation: application, rights, undisputed facts, its end, proof of performance, visit. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeMoney, MaybeWords, Moment, Points, Words
from documents.data import MaybeOfficials, Officials, People, PersonFacts
from documents.kit import By, Facts, Family, Pattern


class Performance(StrEnum):
    DONE = "已全部履行"
    PART = "部分履行"
    NONE = "尚未履行"


class Satisfaction(StrEnum):
    GOOD = "满意"
    FAIR = "基本满意"
    BAD = "不满意"
    UNSAID = "未表态"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationApplication(Facts):
    """调解申请书; spoken ones are written down by `recorded_by` (人民调解法 17, 人民法院特邀调解规定)."""

    applicants: People
    respondents: People
    cause: Line
    requests: Points
    facts: Words
    evidence: MaybeWords = ""
    online: bool = False
    recorded_by: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="mediation_application",
        title="调解申请书",
        family=Family.MEDIATION,
        by=By.PARTY,
        chinese_dates=False,
        signs=("applicants",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsNotice(Facts):
    """权利义务告知书, signed by who was told (人民调解法 23, 24)."""

    cause: Line
    parties: People
    mediators: Officials
    online: bool = False
    read_aloud: bool = False

    pattern: ClassVar[Pattern] = Pattern(
        kind="rights_notice",
        title="人民调解权利义务告知书",
        family=Family.MEDIATION,
        by=By.BODY,
        chinese_dates=False,
        signs=("parties", "mediators"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UndisputedFacts(Facts):
    """无争议事实记载: the only thing of a mediation that may be used later (人民法院在线调解规则 18, 22)."""

    cause: Line
    parties: People
    mediators: Officials
    held_at: Moment
    place: Line
    points: Points

    pattern: ClassVar[Pattern] = Pattern(
        kind="undisputed_facts",
        title="无争议事实记载",
        family=Family.MEDIATION,
        by=By.BODY,
        chinese_dates=False,
        signs=("parties", "mediators"),
    )


class EndedBecause(StrEnum):
    """人民法院在线调解规则 25, in its order; an agreement is a paper of its own."""

    WITHDRAWN = "当事人自行和解，撤回调解申请"
    UNREACHABLE = "在调解期限内无法联系到当事人"
    UNWILLING = "当事人一方明确表示不愿意继续调解"
    APART = "当事人分歧较大且难以达成调解协议"
    EXPIRED = "调解期限届满，未达成调解协议，各方也没有同意延长"
    UNSIGNED = "当事人一方拒绝在调解协议上签章"
    OTHER = "其他导致调解无法进行的情形"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationReport(Facts):
    """调解终结报告: that and why it ended, and what the court is to know; never what was offered (在线调解规则 18, 21)."""

    addressee: Line  # the court that sent it, or the committee's own file
    cause: Line
    parties: People
    mediators: Officials
    begun_on: date
    ended_on: date
    ended_because: EndedBecause
    reasons: Words
    costly: MaybeWords = ""  # conduct that raised the other side's costs
    points: Annotated[tuple[Words, ...], Meta(max_length=100)] = ()  # 无争议事实
    handed_over: MaybeWords = ""
    told_court: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="mediation_report",
        title="调解终结报告",
        family=Family.MEDIATION,
        by=By.BODY,
        chinese_dates=False,
        signs=("mediators",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformedItem:
    """What was done under one clause."""

    clause: Line  # "第一项"
    what: Words
    amount: MaybeMoney = ""
    on: date
    method: Line  # 银行转账, 现金, 当场交付 …


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceProof(Facts):
    """履行凭证: who performed, who received, what is still open."""

    agreement_title: Line
    agreement_number: Line
    performer: PersonFacts
    receiver: PersonFacts
    items: Annotated[tuple[PerformedItem, ...], Meta(min_length=1, max_length=60)]
    performance: Performance
    open_items: MaybeWords = ""
    witnesses: MaybeOfficials = ()

    pattern: ClassVar[Pattern] = Pattern(
        kind="performance_proof",
        title="履行凭证",
        family=Family.MEDIATION,
        by=By.BODY,
        chinese_dates=False,
        sealed=False,
        signs=("performer", "receiver", "witnesses"),
        table_size=10.5,
        labels={"receiver": "收到履行的人"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Facts):
    """回访记录 (人民调解法 31: the committee watches over performance)."""

    agreement_number: Line
    cause: Line
    visited_at: Moment
    method: Line  # 上门, 电话, 视频 …
    visited: People
    visitors: Officials
    round: Count = 1
    performance: Performance
    satisfaction: Satisfaction = Satisfaction.UNSAID
    situation: Words
    next_step: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="follow_up",
        title="回访记录",
        family=Family.MEDIATION,
        by=By.BODY,
        chinese_dates=False,
        sealed=False,
        signs=("visited", "visitors"),
        table_size=10.5,
    )


PAPERS = (
    MediationApplication,
    RightsNotice,
    UndisputedFacts,
    MediationReport,
    PerformanceProof,
    FollowUp,
)
