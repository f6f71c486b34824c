"""Which procedure a small case may take (民事诉讼法 160, 165-166; 民诉法解释 257), with the reasons. The judge decides."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from court.domain.fees import Procedure

PROCEDURE_NAMES = {
    Procedure.ORDINARY: "普通程序",
    Procedure.SIMPLE: "简易程序",
    Procedure.SMALL: "小额诉讼程序",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wage:
    """上年度就业人员年平均工资 of a region ("渝") in 元, for cases filed from `since`; `verified`: read in the original."""

    region: str
    year: int
    yuan: int
    since: date
    until: date | None = None
    source: str
    verified: bool = False


@cache
def known_wages() -> tuple[Wage, ...]:
    """court/data/wages.csv."""
    text = files("court.data").joinpath("wages.csv").read_text(encoding="utf-8")
    return tuple(
        Wage(
            region=row["region"],
            year=int(row["year"]),
            yuan=int(row["wage"]),
            since=date.fromisoformat(row["from"]),
            until=date.fromisoformat(row["until"]) if row["until"] else None,
            source=row["source"],
            verified=row["verified"] == "yes",
        )
        for row in csv.DictReader(text.splitlines())
    )


def wage_on(region: str, day: date, own: Iterable[Wage] = ()) -> Wage | None:
    """The last figure published by that day; a node's `own` ones come before those of the program."""
    for rows in (tuple(own), known_wages()):
        fitting = [
            row
            for row in rows
            if row.region == region and row.since <= day and (row.until is None or day <= row.until)
        ]
        if fitting:
            return max(fitting, key=lambda row: row.since)
    return None


class Bar(StrEnum):
    """What a case may have that shuts a procedure; a person ticks them, nothing is guessed but the first."""

    STATUS_OR_TITLE = "status_or_title"
    FOREIGN = "foreign"
    APPRAISAL = "appraisal"
    MISSING = "missing"
    COUNTERCLAIM = "counterclaim"
    UNFIT_SMALL = "unfit_small"
    REMANDED = "remanded"
    MANY = "many"
    RETRIAL = "retrial"
    PUBLIC_INTEREST = "public_interest"
    THIRD_REVOCATION = "third_revocation"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRule:
    """`words` in a sentence, and the clause of law behind it."""

    words: str
    basis: str


_NOT_SMALL, _NOT_SIMPLE = "民事诉讼法第一百六十六条", "民事诉讼法解释第二百五十七条"
SMALL_BARS = {
    Bar.STATUS_OR_TITLE: BarRule(words="属于人身关系、财产确权案件", basis=_NOT_SMALL),
    Bar.FOREIGN: BarRule(words="属于涉外案件", basis=_NOT_SMALL),
    Bar.APPRAISAL: BarRule(words="需要评估、鉴定，或者对诉前评估、鉴定结果有异议", basis=_NOT_SMALL),
    Bar.MISSING: BarRule(words="一方当事人下落不明", basis=_NOT_SMALL),
    Bar.COUNTERCLAIM: BarRule(words="当事人提出反诉", basis=_NOT_SMALL),
    Bar.UNFIT_SMALL: BarRule(words="有其他不宜适用小额诉讼程序的情形", basis=_NOT_SMALL),
}
SIMPLE_BARS = {
    Bar.MISSING: BarRule(words="起诉时被告下落不明", basis=_NOT_SIMPLE),
    Bar.REMANDED: BarRule(words="属于发回重审的案件", basis=_NOT_SIMPLE),
    Bar.MANY: BarRule(words="当事人一方人数众多", basis=_NOT_SIMPLE),
    Bar.RETRIAL: BarRule(words="适用审判监督程序", basis=_NOT_SIMPLE),
    Bar.PUBLIC_INTEREST: BarRule(words="涉及国家利益、社会公共利益", basis=_NOT_SIMPLE),
    Bar.THIRD_REVOCATION: BarRule(
        words="第三人起诉请求改变或者撤销生效的判决、裁定、调解书", basis=_NOT_SIMPLE
    ),
    Bar.COMPLEX: BarRule(words="事实不清楚、权利义务关系不明确或者争议较大", basis="民事诉讼法第一百六十条"),
}
BAR_NAMES = {bar: rule.words for table in (SMALL_BARS, SIMPLE_BARS) for bar, rule in table.items()}
_CONFIRMING = ("65(1)",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """`sum_fen` None: no sum of money is claimed, or not alone money; `agreed`: both sides agreed to the small procedure."""

    cause_code: str
    personal_status: bool
    sum_fen: int | None
    bars: frozenset[Bar] = frozenset()
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One sentence and the law or figure behind it."""

    text: str
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """`by_agreement`: the small procedure is open too if both sides agree."""

    procedure: Procedure
    reasons: tuple[Reason, ...]
    by_agreement: bool = False

    @property
    def name(self) -> str:
        return PROCEDURE_NAMES[self.procedure]


def suggest(facts: CaseFacts, wage: Wage | None) -> Suggested:
    """Small before simple before ordinary; every reason that led there, the figure it rests on among them."""
    reasons: list[Reason] = []
    bars = facts.bars | ({Bar.STATUS_OR_TITLE} if _status(facts) else frozenset())
    shut = [bar for bar in SIMPLE_BARS if bar in bars]
    if shut:
        told = (
            Reason(text=f"{SIMPLE_BARS[bar].words}，不适用简易程序。", basis=SIMPLE_BARS[bar].basis)
            for bar in shut
        )
        return Suggested(procedure=Procedure.ORDINARY, reasons=tuple(told))
    small, agreement = _small(facts, bars, wage, reasons)
    if small:
        return Suggested(procedure=Procedure.SMALL, reasons=tuple(reasons))
    reasons.append(
        Reason(text="事实清楚、权利义务关系明确、争议不大的，适用简易程序。", basis="民事诉讼法第一百六十条")
    )
    return Suggested(procedure=Procedure.SIMPLE, reasons=tuple(reasons), by_agreement=agreement)


def _small(
    facts: CaseFacts, bars: frozenset[Bar], wage: Wage | None, reasons: list[Reason]
) -> tuple[bool, bool]:
    """(whether the small procedure applies, whether both sides may still agree to it)."""
    shut = [bar for bar in SMALL_BARS if bar in bars]
    if shut:
        reasons += [
            Reason(text=f"{SMALL_BARS[bar].words}，不适用小额诉讼程序。", basis=SMALL_BARS[bar].basis)
            for bar in shut
        ]
        return False, False
    if facts.sum_fen is None:
        reasons.append(
            Reason(text="不是单纯的金钱给付，不适用小额诉讼程序。", basis="民事诉讼法第一百六十五条")
        )
        return False, False
    if wage is None:
        reasons.append(
            Reason(text="没有本地上年度就业人员年平均工资的数据，不能判断小额标准，请管理员设置。")
        )
        return False, False
    half, double = wage.yuan * 50, wage.yuan * 200  # 50 % and 2 times, in fen
    asked, checked = _yuan(facts.sum_fen), "" if wage.verified else "（数据未核对原文，请核对）"
    figure = f"{wage.source}{wage.yuan:,}元{checked}"
    if facts.sum_fen <= half:
        text = (
            f"标的额{asked}元，不超过年平均工资的百分之五十（{_yuan(half)}元），适用小额诉讼程序，一审终审。"
        )
        reasons.append(Reason(text=text, basis=f"民事诉讼法第一百六十五条；{figure}"))
        return True, False
    if facts.sum_fen <= double:
        said = "双方已经约定，" if facts.agreed else "双方约定的，可以"
        text = f"标的额{asked}元，超过{_yuan(half)}元、不超过年平均工资的二倍（{_yuan(double)}元），{said}适用小额诉讼程序。"
        reasons.append(Reason(text=text, basis=f"民事诉讼法第一百六十五条；{figure}"))
        return facts.agreed, not facts.agreed
    text = f"标的额{asked}元，超过年平均工资的二倍（{_yuan(double)}元），不适用小额诉讼程序。"
    reasons.append(Reason(text=text, basis=f"民事诉讼法第一百六十五条；{figure}"))
    return False, False


def _status(facts: CaseFacts) -> bool:
    """人身关系 by the cause, unless only money is left to pay; 确权 by the few causes that are nothing else."""
    return (facts.personal_status and facts.sum_fen is None) or facts.cause_code in _CONFIRMING


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}".removesuffix(".00")
