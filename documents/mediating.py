"""Papers around a mediation: application, notice of rights, undisputed facts, proof of performance, visit. Facts only."""

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


PAPERS = (MediationApplication, RightsNotice, UndisputedFacts, PerformanceProof, FollowUp)
