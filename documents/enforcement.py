"""Papers of enforcement: 执行申请书, 执行通知书, 报告财产令, 执行和解协议 (民事诉讼法 241-266). Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Count, Line, MaybeLine, MaybeMoney, MaybeWords, Money, Points, Words
from documents.data import MaybeOfficials, MaybePeople, People
from documents.errors import PaperError
from documents.kit import By, Facts, Family, Pattern
from documents.mediation import Clauses
from documents.service import ServedPaper
from documents.text import fen

Materials = Annotated[tuple[ServedPaper, ...], Meta(max_length=40)]
LABELS = {
    "title": "执行依据",
    "cause": "执行案由",
    "applicants": "申请执行人",
    "respondents": "被执行人",
    "body_name": "执行法院",
    "number": "执行案号",
    "recipient": "被执行人",
    "requests": "请求事项",
    "account": "收款账户",
    "contact": "承办人和联系方式",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementTitle:
    """生效法律文书: who made it, what it is called, its number and when it took effect."""

    made_by: Line
    title_name: Line  # 民事判决书, 民事调解书, 司法确认裁定书 …
    title_number: Line
    effective_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sum of what is to be enforced."""

    item: Line  # 本金, 利息, 案件受理费 …
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where money is to go."""

    holder: Line
    bank: Line
    account_number: Line


class Kind(StrEnum):
    """财产调查规定 5, items 1 to 5."""

    MONEY = "收入、存款等"
    LAND = "不动产"
    GOODS = "动产"
    RIGHTS = "财产性权利"
    OTHER = "其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What the applicant knows of the debtor's property (执行规定 18)."""

    kind: Kind
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementApplication(Facts):
    """执行申请书 (民事诉讼法 247, 250; 执行规定 18); a spoken one is written down by `recorded_by`."""

    applicants: People
    agents: MaybePeople = ()
    respondents: People
    title: EnforcementTitle
    requests: Points
    claims: Annotated[tuple[Claim, ...], Meta(max_length=40)] = ()
    total: MaybeMoney = ""
    facts: Words
    clues: Annotated[tuple[Clue, ...], Meta(max_length=40)] = ()
    account: BankAccount | None = None
    materials: Materials = ()
    recorded_by: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="enforcement_application",
        title="执行申请书",
        family=Family.ENFORCEMENT,
        by=By.PARTY,
        signs=("applicants",),
        labels=LABELS | {"facts": "事实和理由"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.wrong_sum`."""
        found = sum(fen(claim.amount) for claim in self.claims)
        if found != fen(self.total):
            raise PaperError(
                "paper.wrong_sum",
                f"各项执行金额相加是{found / 100:.2f}元，与合计{self.total or '0.00'}元不符，请核对。",
                field="total",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementLetter(Facts):
    """A sealed order of the court to a debtor."""

    number: Line
    recipient: Line
    applicant_names: Line
    title: EnforcementTitle
    contact: Line

    def people(self) -> tuple[str, ...]:
        """The debtor."""
        return (self.recipient,)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementNotice(EnforcementLetter):
    """执行通知书: what to do, interest for delay, what follows (民事诉讼法 251, 264; 失信规定 2)."""

    filed_on: date
    duties: Points
    days: Annotated[int, Meta(ge=0, le=60)] = 0  # 0: at once; no law has a fixed term
    pays_money: bool = True
    fee: MaybeMoney = ""
    account: BankAccount | None = None

    pattern: ClassVar[Pattern] = Pattern(
        kind="enforcement_notice",
        title="执行通知书",
        family=Family.ENFORCEMENT,
        labels=LABELS | {"fee": "申请执行费", "days": "履行天数"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyOrder(EnforcementLetter):
    """报告财产令: term, range and period, later changes, sanctions (财产调查规定 4); the term is the court's to set."""

    days: Count

    pattern: ClassVar[Pattern] = Pattern(
        kind="property_order",
        title="报告财产令",
        family=Family.ENFORCEMENT,
        labels=LABELS | {"days": "报告天数"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementSettlement(Facts):
    """执行和解协议: what the parties agree, and what follows where it is not kept (民事诉讼法 241, 解释 465, 466)."""

    number: Line
    applicants: People
    respondents: People
    guarantors: MaybePeople = ()
    title: EnforcementTitle
    clauses: Clauses
    guarantee: MaybeWords = ""
    place: Line
    held_on: date
    copies: Count
    recorders: MaybeOfficials = ()  # who puts it into the record

    pattern: ClassVar[Pattern] = Pattern(
        kind="enforcement_settlement",
        title="执行和解协议",
        family=Family.ENFORCEMENT,
        by=By.PARTY,
        signs=("applicants", "respondents", "guarantors", "recorders"),
        labels=LABELS | {"held_on": "和解日期"},
    )

    def check(self) -> None:
        """Raises PaperError `paper.clause_numbers`, `paper.incomplete`."""
        if [clause.number for clause in self.clauses] != list(range(1, len(self.clauses) + 1)):
            raise PaperError("paper.clause_numbers", "协议条款的编号不连续，请重新编号。")
        if self.guarantors and not self.guarantee.strip():
            raise PaperError("paper.incomplete", "有担保人的，请写明担保的方式和范围。", field="guarantee")


PAPERS = (EnforcementApplication, EnforcementNotice, PropertyOrder, EnforcementSettlement)
