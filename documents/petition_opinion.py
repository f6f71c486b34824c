"""How a petition is answered: 处理意见书, 复查意见书, 复核意见书, and 接访记录 (信访工作条例 31-36). Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybePoints, MaybeWords, Moment, Points, Words
from documents.data import MaybePeople, Officials, People
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.petition import LABELS, Nature

_LABELS = LABELS | {
    "grounds": "信访人陈述的事实和理由",
    "found": "调查核实的事实",
    "hearing": "听证情况",
    "conclusion": "意见内容",
    "outcome": "结论",
}


class Outcome(StrEnum):
    """信访工作条例 32 items 1 to 3."""

    SUPPORTED = "予以支持"
    EXPLAINED = "作出解释说明"
    DECLINED = "不予支持"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOpinion:
    """What is held of one request."""

    outcome: Outcome
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionAnswer(Facts):
    """A sealed opinion on a petition: what 信访工作条例 32 asks for."""

    number: Line
    petition_number: Line
    petitioners: People
    received_on: date
    requests: Points
    grounds: Words
    found: Words
    hearing: MaybeWords = ""
    laws: Points  # laws, regulations and rules with their articles
    contact: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionOpinion(PetitionAnswer):
    """处理意见书: every request has its answer; review within thirty days (信访工作条例 32, 35)."""

    accepted_on: date
    opinions: Annotated[tuple[GivenOpinion, ...], Meta(min_length=1, max_length=60)]
    execution: MaybeWords = ""  # who does what by when, where a request is supported
    review_body: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_opinion",
        title="信访处理意见书",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        labels=_LABELS | {"opinions": "处理意见"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_count`, `paper.incomplete`."""
        if len(self.opinions) != len(self.requests):
            raise PaperError(
                "paper.wrong_count",
                f"有{len(self.requests)}项请求、{len(self.opinions)}项处理意见，应当对每项请求各写一项处理意见。",
                field="opinions",
            )
        if any(each.outcome is Outcome.SUPPORTED for each in self.opinions) and not self.execution.strip():
            raise PaperError(
                "paper.incomplete", "支持信访请求的，请写明由谁在什么期限内执行。", field="execution"
            )

    def values(self) -> dict[str, object]:
        """The items of 信访工作条例 32 that were applied, in order."""
        items = zip(Outcome, ("第一项", "第二项", "第三项"), strict=True)
        used = {each.outcome for each in self.opinions}
        return {"applied": [item for outcome, item in items if outcome in used]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Review(PetitionAnswer):
    earlier_body: Line
    earlier_number: Line
    earlier_on: date
    earlier_opinion: Words
    outcome: Line  # 维持…, 变更…, 撤销…并重新作出: the regulation has no list
    conclusion: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionReview(_Review):
    """复查意见书 (信访工作条例 35); 复核 may be asked for within thirty days."""

    review_body: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_review",
        title="信访复查意见书",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        labels=_LABELS
        | {
            "review_body": "复核机关、单位",
            "received_on": "收到复查请求日期",
            "requests": "复查请求",
            "grounds": "请求复查的事实和理由",
            "earlier_body": "原办理机关、单位",
            "earlier_number": "处理意见书编号",
            "earlier_on": "处理意见书日期",
            "earlier_opinion": "原处理意见",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionFinalReview(_Review):
    """复核意见书: the last one (信访工作条例 36); days of a hearing do not count in its term."""

    first_body: Line
    first_number: Line
    first_on: date
    hearing_days: Annotated[int, Meta(ge=0, le=365)] = 0

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_final_review",
        title="信访复核意见书",
        family=Family.PETITION,
        by=By.BODY,
        template="petition_review.txt.j2",
        chinese_dates=False,
        labels=_LABELS
        | {
            "received_on": "收到复核请求日期",
            "requests": "复核请求",
            "grounds": "请求复核的事实和理由",
            "earlier_body": "复查机关、单位",
            "earlier_number": "复查意见书编号",
            "earlier_on": "复查意见书日期",
            "earlier_opinion": "复查意见",
            "first_body": "原办理机关、单位",
            "first_number": "处理意见书编号",
            "first_on": "处理意见书日期",
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionReception(Facts):
    """接访记录: one reception, at a desk or by video, signed by the petitioner and who received them."""

    number: Line
    petition_number: MaybeLine = ""
    nature: Nature
    begins_at: Moment
    ends_at: Moment
    place: Line
    mode: Line  # 当面接访, 远程视频接访
    receivers: Officials
    petitioners: MaybePeople = ()
    crowd: Annotated[int, Meta(ge=1, le=9999)] = 1
    requests: Points
    statement: Words
    answers: MaybePoints = ()
    result: Line  # 收取材料、转有关单位办理；释法说明；预约下次接访 … practice, no list of the law
    responsible: MaybeLine = ""
    due: date | None = None
    next_step: MaybeWords = ""
    read_aloud: bool = False

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_reception",
        title="接访记录",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        sealed=False,
        signs=("petitioners", "receivers"),
        labels=_LABELS
        | {"number": "接访编号", "answers": "接访人答复", "place": "接访地点", "mode": "接访方式"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_date`."""
        if self.ends_at < self.begins_at:
            raise PaperError("paper.wrong_date", "接访的结束时间早于开始时间，请核对。", field="ends_at")

    def people(self) -> tuple[str, ...]:
        """The code on the paper names no accuser."""
        if self.nature is Nature.ACCUSATION:
            return ()
        return tuple(each.name for each in self.petitioners)


PAPERS = (PetitionOpinion, PetitionReview, PetitionFinalReview, PetitionReception)
