"""What the bench decides: 民事调解书, 民事判决书 (full, by elements, order form), 民事裁定书. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Points, Words
from documents.data import People
from documents.errors import PaperError
from documents.kit import Decision, Family, Pattern
from documents.pleading import Element


class Procedure(StrEnum):
    SMALL = "小额诉讼程序"
    SIMPLE = "简易程序"
    ORDINARY = "普通程序"


class Effect(StrEnum):
    """When a 调解书 takes effect (民诉法 100; 解释 151)."""

    RECEIPT = "各方当事人签收"
    RECORD = "各方当事人在调解协议上签名"


class Remedy(StrEnum):
    FINAL = "终审"
    APPEAL = "上诉"
    RECONSIDER = "复议"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecision(Decision):
    """What all of them say first."""

    number: Line
    parties: People
    cause: Line
    filed_on: date
    procedure: Procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtMediation(CaseDecision):
    """民事调解书 (民诉法 100): claims, facts, result."""

    requests: Words
    facts: Words
    clauses: Points
    fee: Words
    effect: Effect = Effect.RECEIPT

    pattern: ClassVar[Pattern] = Pattern(
        kind="court_mediation", title="民事调解书", family=Family.MEDIATION, named=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentFacts(CaseDecision):
    """`hearing`: how and when it was heard; `appeal_court` unless the judgment is final (小额)."""

    hearing: Words
    requests: Words
    holdings: Points
    basis: Words  # 依照…, articles as the bench writes them
    fee: Words
    pays_money: bool = True
    appeal_court: MaybeLine = ""

    def check(self) -> None:
        """A judgment that is not final names the court of appeal."""
        if self.procedure is not Procedure.SMALL and not self.appeal_court.strip():
            raise PaperError(
                "paper.incomplete", "不是小额诉讼的判决，应当写明上诉法院。", field="appeal_court"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment(JudgmentFacts):
    """民事判决书 in full; in the small procedure it may be brief (民诉法解释 280)."""

    answer: MaybeWords = ""
    found: Words
    reasons: Words

    pattern: ClassVar[Pattern] = Pattern(
        kind="judgment", title="民事判决书", family=Family.LITIGATION, named=True
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputedElement:
    """An element both sides see differently: what each says and what the court finds, with its reason."""

    question: Line
    plaintiff: Words
    defendant: Words
    found: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementJudgment(JudgmentFacts):
    """民事判决书 by elements (要素式, 民诉法解释 270): what is undisputed, and each disputed element."""

    agreed: Annotated[tuple[Element, ...], Meta(max_length=60)] = ()
    disputed: Annotated[tuple[DisputedElement, ...], Meta(max_length=60)] = ()
    reasons: MaybeWords = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="element_judgment",
        title="民事判决书（要素式）",
        heading="民事判决书",
        family=Family.LITIGATION,
        named=True,
        table_size=10.5,
        labels={"agreed": "双方无争议的要素"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderJudgment(JudgmentFacts):
    """民事判决书 in the form of an order (令状式, 民诉法解释 280): persons, claims, order."""

    pattern: ClassVar[Pattern] = Pattern(
        kind="order_judgment",
        title="民事判决书（令状式）",
        heading="民事判决书",
        family=Family.LITIGATION,
        named=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling(CaseDecision):
    """民事裁定书 (民诉法 157): withdrawal, change of procedure, and the like."""

    matter: Words  # what came before the court, "原告王某于…申请撤回起诉"
    reasons: Words
    basis: Words
    holdings: Points
    fee: MaybeWords = ""
    remedy: Remedy = Remedy.FINAL
    appeal_court: MaybeLine = ""

    pattern: ClassVar[Pattern] = Pattern(
        kind="ruling", title="民事裁定书", family=Family.LITIGATION, named=True
    )

    def check(self) -> None:
        """Who may appeal is told where to."""
        if self.remedy is Remedy.APPEAL and not self.appeal_court.strip():
            raise PaperError("paper.incomplete", "可以上诉的裁定，应当写明上诉法院。", field="appeal_court")


PAPERS = (CourtMediation, Judgment, ElementJudgment, OrderJudgment, Ruling)
