"""A petition comes in and goes on: 登记表, 受理, 不予受理, 转送函, 交办函, 延期 (信访工作条例 17-34). Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Moment, Points, Words
from documents.citations import CITATIONS
from documents.data import MaybePeople, Officials, PersonFacts
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.service import ServedPaper

# 信访工作条例 34; plain calendar days, a last day on a holiday does not move.
TERM = timedelta(days=60)
LONGEST_EXTENSION = timedelta(days=30)
# 信访工作条例 20.
MOST_REPRESENTATIVES = 5
LABELS = {
    "number": "文号",
    "channel": "信访形式",
    "matter": "信访事项",
    "recipient": "信访人",
    "inquiry": "查询办法",
    "due": "办结期限",
}
Materials = Annotated[tuple[ServedPaper, ...], Meta(max_length=40)]


class Nature(StrEnum):
    """信访工作条例 28-31."""

    SUGGESTION = "建议意见"
    ACCUSATION = "检举控告"
    CLAIM = "申诉求决"
    LITIGATION = "涉法涉诉"


class Channel(StrEnum):
    """信访工作条例 17."""

    NETWORK = "信息网络"
    LETTER = "书信"
    PHONE = "电话"
    FAX = "传真"
    VISIT = "走访"


class Route(StrEnum):
    """How a matter is handled: 信访工作条例 29, 30, and 31 items 1 to 6."""

    SUGGESTION = "研究论证并回复"
    ACCUSATION = "依规依纪依法处理"
    LITIGATION = "诉讼、检察监督、公安等法律程序"
    ARBITRATION = "仲裁程序"
    PARTY = "党员申诉、申请复审等程序"
    ADMINISTRATIVE = "行政复议、行政裁决等行政程序"
    DUTY = "依法履行职责或者答复"
    PETITION = "信访程序"


# Name in the table of citations and item of the article.
_ARTICLES = {
    Route.SUGGESTION: ("petition_suggestion", ""),
    Route.ACCUSATION: ("petition_accusation", ""),
    Route.LITIGATION: ("petition_routes", "第一项"),
    Route.ARBITRATION: ("petition_routes", "第二项"),
    Route.PARTY: ("petition_routes", "第三项"),
    Route.ADMINISTRATIVE: ("petition_routes", "第四项"),
    Route.DUTY: ("petition_routes", "第五项"),
    Route.PETITION: ("petition_routes", "第六项"),
}


class RefusalGround(StrEnum):
    """Why a matter is not accepted; each has its article."""

    PENDING = "同一事项已经受理或者正在办理"
    FINAL = "复核后仍以同一事实和理由提出"
    LITIGATION = "涉及诉讼权利救济"
    STATUTORY = "应当通过仲裁、行政等法定途径处理"
    ELSEWHERE = "不属于本单位职权范围"


_GROUND_ARTICLES = {
    RefusalGround.PENDING: "petition_written",
    RefusalGround.FINAL: "petition_final",
    RefusalGround.LITIGATION: "petition_litigation",
    RefusalGround.STATUTORY: "petition_routes",
    RefusalGround.ELSEWHERE: "petition_told",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionRegistration(Facts):
    """登记表 (信访工作条例 19, 22); a spoken matter is written down by a registrar and read out."""

    number: Line
    received_at: Moment
    place: Line
    channel: Channel
    nature: Nature
    petitioners: MaybePeople = ()  # nobody: anonymous
    crowd: Annotated[int, Meta(ge=1, le=9999)] = 1
    representatives: Annotated[tuple[Line, ...], Meta(max_length=MOST_REPRESENTATIVES)] = ()
    requests: Points
    facts: Words
    materials: Materials = ()
    earlier: MaybeLine = ""  # where and with what result it was raised before
    urgent: bool = False
    spoken: bool = False
    proposal: MaybeWords = ""
    registrars: Officials

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_registration",
        title="信访事项登记表",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        sealed=False,
        signs=("petitioners", "registrars"),
        labels=LABELS | {"number": "登记编号"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_count`."""
        if self.crowd < max(len(self.petitioners), len(self.representatives)):
            raise PaperError(
                "paper.wrong_count", "信访人数少于列出的信访人或者代表人数，请核对。", field="crowd"
            )

    def people(self) -> tuple[str, ...]:
        """The code on the paper names no accuser."""
        if self.nature is Nature.ACCUSATION:
            return ()
        return tuple(each.name for each in self.petitioners)


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionNotice(Facts):
    """A sealed letter that tells a petitioner something of the matter."""

    number: Line
    petition_number: Line
    recipient: Line
    received_on: date
    channel: Channel
    matter: Line  # "龙洞村三组灌溉渠改道"
    inquiry: MaybeLine = ""
    contact: Line

    def people(self) -> tuple[str, ...]:
        """The petitioner."""
        return (self.recipient,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionAcceptance(PetitionNotice):
    """受理告知书: received, and how it will be handled (信访工作条例 23, 31, 34)."""

    accepted_on: date
    handler: Line
    route: Route
    route_detail: MaybeWords = ""
    due: date | None = None

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_acceptance",
        title="信访事项受理告知书",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        labels=LABELS,
    )

    def check(self) -> None:
        """The petition procedure has a term of sixty days; every other route says what comes next."""
        if self.route is Route.PETITION:
            if self.due is None:
                raise PaperError("paper.incomplete", "按信访程序办理的，应当填写办结期限。", field="due")
            within(self.due, self.accepted_on, TERM, "due", "办结期限应当在受理之日起60日内。")
        elif not self.route_detail.strip():
            raise PaperError(
                "paper.incomplete", "请写明处理途径的具体做法和信访人应当做的事。", field="route_detail"
            )

    def values(self) -> dict[str, object]:
        """The article of the route and its item."""
        name, item = _ARTICLES[self.route]
        return {"article": CITATIONS[name] + item}


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionRefusal(PetitionNotice):
    """不予受理告知书: why, where to go instead, and who may set it right (信访工作条例 44)."""

    ground: RefusalGround
    reasons: Words
    direct_to: MaybeLine = ""
    upper_body: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_refusal",
        title="信访事项不予受理告知书",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        labels=LABELS,
    )

    def check(self) -> None:
        """Whoever is sent away is told where to."""
        if self.ground is not RefusalGround.FINAL and not self.direct_to.strip():
            raise PaperError(
                "paper.incomplete", "请写明应当向哪个机关、单位提出或者由哪里办理。", field="direct_to"
            )

    def values(self) -> dict[str, object]:
        """The article of the ground."""
        return {"article": CITATIONS[_GROUND_ARTICLES[self.ground]]}


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionExtension(PetitionNotice):
    """延期告知书: the new term and why (信访工作条例 34)."""

    accepted_on: date
    due: date
    new_due: date
    reasons: Words
    approved_by: Line
    upper_body: Line

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_extension",
        title="信访事项延期办理告知书",
        family=Family.PETITION,
        by=By.BODY,
        chinese_dates=False,
        labels=LABELS | {"due": "原办结期限"},
    )

    def check(self) -> None:
        """Sixty days and not more than thirty after them."""
        within(self.due, self.accepted_on, TERM, "due", "原办结期限应当在受理之日起60日内。")
        if self.new_due <= self.due:
            raise PaperError("paper.wrong_date", "延长后的期限应当晚于原办结期限。", field="new_due")
        within(self.new_due, self.due, LONGEST_EXTENSION, "new_due", "延长的期限不得超过30日。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Facts):
    """A letter from one body to another. Of an accusation it tells neither who made it nor against whom nor what:
    the material goes under seal, to a body that is not accused (信访工作条例 22, 30)."""

    number: Line
    petition_number: Line
    recipient: Line
    received_on: date
    channel: Channel
    nature: Nature
    petitioner: PersonFacts | None = None  # None: anonymous, or an accusation
    summary: MaybeWords = ""
    materials: Materials = ()
    sealed_pages: Annotated[int, Meta(ge=0, le=9999)] = 0
    recipient_checked: bool = False  # it is neither the accused nor the accused one's unit
    contact: Line

    def check(self) -> None:
        """Raises PaperError `paper.accusation_exposed`."""
        if self.nature is not Nature.ACCUSATION:
            if not self.summary.strip():
                raise PaperError("paper.incomplete", "请填写信访事项的主要内容。", field="summary")
            return
        if self.petitioner or self.summary or self.materials:
            raise PaperError(
                "paper.accusation_exposed",
                "检举控告件的函不得写明信访人、主要内容和材料名称，请清空这几项，材料密封随函移送。",
            )
        if not self.sealed_pages or not self.recipient_checked:
            raise PaperError(
                "paper.accusation_exposed",
                "检举控告件应当填写密封材料页数，并核对收件单位不是被检举控告的人员或者单位。",
            )

    def people(self) -> tuple[str, ...]:
        """The code on the paper names the petitioner, never an accuser."""
        return (self.petitioner.name,) if self.petitioner else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionForwarding(Referral):
    """转送函 (信访工作条例 22 items 1 and 2)."""

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_forwarding",
        title="信访事项转送函",
        family=Family.PETITION,
        by=By.BODY,
        template="petition_referral.txt.j2",
        chinese_dates=False,
        labels=LABELS | {"recipient": "收件单位"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionAssignment(Referral):
    """交办函: with a term and a report (信访工作条例 22 item 3)."""

    report_by: date
    asks: Points

    pattern: ClassVar[Pattern] = Pattern(
        kind="petition_assignment",
        title="信访事项交办函",
        family=Family.PETITION,
        by=By.BODY,
        template="petition_referral.txt.j2",
        chinese_dates=False,
        labels=LABELS | {"recipient": "收件单位"},
    )


def within(day: date, start: date, term: timedelta, field: str, text: str) -> None:
    """Raises PaperError `paper.wrong_date` for a day before `start` or after its term."""
    if not start <= day <= start + term:
        raise PaperError("paper.wrong_date", text, field=field)


PAPERS = (
    PetitionRegistration,
    PetitionAcceptance,
    PetitionRefusal,
    PetitionForwarding,
    PetitionAssignment,
    PetitionExtension,
)
