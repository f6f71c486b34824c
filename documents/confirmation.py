"""Judicial confirmation of a mediation agreement: 司法确认申请书 and both rulings. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Points
from documents.data import MaybePeople, PersonFacts
from documents.errors import PaperError
from documents.kit import By, Decision, Facts, Family, Pattern
from documents.service import ServedPaper

# 民事诉讼法 205: both sides together, within thirty days of its effect.
_TERM = timedelta(days=30)
Both = Annotated[tuple[PersonFacts, ...], Meta(min_length=2, max_length=60)]


class Bar(StrEnum):
    """民诉法解释 355: why an application is not accepted."""

    NOT_OURS = "不属于人民法院受理范围"
    NOT_THIS_COURT = "不属于收到申请的人民法院管辖"
    STATUS = "申请确认身份关系"
    OTHER_PROCEDURE = "涉及适用其他特别程序、公示催告程序、破产程序审理"
    TITLE = "调解协议内容涉及物权、知识产权确权"


class RejectionGround(StrEnum):
    """民诉法解释 358; and 355, where a bar is found only after the acceptance."""

    FORBIDDEN = "违反法律强制性规定"
    HARMFUL = "损害国家利益、社会公共利益、他人合法权益"
    IMMORAL = "违背公序良俗"
    FORCED = "违反自愿原则"
    UNCLEAR = "内容不明确"
    OTHER = "其他不能进行司法确认的情形"
    NOT_OURS = "不属于人民法院受理范围"
    NOT_THIS_COURT = "不属于收到申请的人民法院管辖"
    STATUS = "申请确认身份关系"
    OTHER_PROCEDURE = "涉及适用其他特别程序、公示催告程序、破产程序审理"
    TITLE = "调解协议内容涉及物权、知识产权确权"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationApplication(Facts):
    """司法确认申请书, signed by both sides (民诉法解释 354)."""

    applicants: Both
    agents: MaybePeople = ()
    cause: Line
    mediation_body: Line
    agreement_number: MaybeLine = ""
    agreed_on: date
    effective_on: date
    clauses: Points
    last_day: date | None = (
        None  # moved off a holiday (民事诉讼法 85); the thirtieth day where it is not said
    )
    materials: Annotated[tuple[ServedPaper, ...], Meta(max_length=40)] = ()

    pattern: ClassVar[Pattern] = Pattern(
        kind="confirmation_application",
        title="司法确认申请书",
        family=Family.MEDIATION,
        by=By.PARTY,
        signs=("applicants", "agents"),
        labels={"body_name": "受理法院"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.too_late` after thirty days."""
        last = max(self.last_day or self.effective_on, self.effective_on + _TERM)
        if self.made_on and self.made_on > last:
            raise PaperError(
                "paper.too_late",
                "调解协议生效已超过三十日，不能再申请司法确认。可以就该协议另行起诉，或者重新达成协议。",
                effective_on=self.effective_on.isoformat(),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRuling(Decision):
    """What all rulings say first."""

    applicants: Both
    agents: MaybePeople = ()
    cause: Line
    mediation_body: Line
    agreement_number: MaybeLine = ""
    agreed_on: date
    clauses: Points
    asked: MaybeWords = ""  # what the court asked both sides, and what it saw


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationGranted(ConfirmationRuling):
    accepted_on: date

    pattern: ClassVar[Pattern] = Pattern(
        kind="confirmation_granted",
        title="司法确认裁定书",
        heading="民事裁定书",
        family=Family.MEDIATION,
        template="confirmation_ruling.txt.j2",
        named=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRejected(ConfirmationRuling):
    accepted_on: date
    grounds: Annotated[tuple[RejectionGround, ...], Meta(min_length=1, max_length=11)]
    reasons: MaybeWords

    pattern: ClassVar[Pattern] = Pattern(
        kind="confirmation_rejected",
        title="驳回司法确认申请裁定书",
        heading="民事裁定书",
        family=Family.MEDIATION,
        template="confirmation_ruling.txt.j2",
        named=True,
    )

    @property
    def barred(self) -> bool:
        """Whether a ground is one of 解释 355."""
        return any(one.value in {bar.value for bar in Bar} for one in self.grounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationNotAccepted(ConfirmationRuling):
    received_on: date
    bars: Annotated[tuple[Bar, ...], Meta(min_length=1, max_length=5)]
    reasons: MaybeWords

    pattern: ClassVar[Pattern] = Pattern(
        kind="confirmation_not_accepted",
        title="不予受理司法确认申请裁定书",
        heading="民事裁定书",
        family=Family.MEDIATION,
        template="confirmation_ruling.txt.j2",
        named=True,
    )


PAPERS = (ConfirmationApplication, ConfirmationGranted, ConfirmationRejected, ConfirmationNotAccepted)
