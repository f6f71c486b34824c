"""Court fees after 诉讼费用交纳办法 (国务院令第481号), with every step of the sum. Pure; provincial rates are handed in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from court.domain.amount import cents, yuan
from court.domain.errors import CourtError

MOST = Decimal(10) ** 13


class FeeKind(StrEnum):
    """What is asked of the court."""

    PROPERTY = "property"
    DIVORCE = "divorce"
    PERSONALITY = "personality"
    OTHER = "other"
    LABOUR = "labour"
    PAYMENT_ORDER = "payment_order"
    PRESERVATION = "preservation"
    ENFORCEMENT = "enforcement"


class Procedure(StrEnum):
    """How the case goes or ended."""

    ORDINARY = "ordinary"
    SIMPLE = "simple"
    SMALL = "small"
    MEDIATED = "mediated"
    WITHDRAWN = "withdrawn"


class Relief(StrEnum):
    """司法救助 (articles 45–47)."""

    NONE = "none"
    EXEMPT = "exempt"
    REDUCED = "reduced"
    DEFERRED = "deferred"


# Why a fee is halved; only once, whatever comes together (民事诉讼法解释 206).
_HALVES = {
    Procedure.SIMPLE: "适用简易程序审理，减半交纳（诉讼费用交纳办法第十六条）",
    Procedure.SMALL: "适用小额诉讼程序审理，减半交纳（诉讼费用交纳办法第十六条）",
    Procedure.MEDIATED: "以调解方式结案，减半交纳（诉讼费用交纳办法第十五条）",
    Procedure.WITHDRAWN: "当事人申请撤诉，减半交纳（诉讼费用交纳办法第十五条）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """One row of court/data/fees.toml. `brackets`: (up to yuan, 0 = without end; rate in ten-thousandths)."""

    name: str
    article: str
    brackets: tuple[tuple[int, int], ...]
    half: bool
    fixed: int = 0
    base: tuple[int, int] | None = None
    most: int = 0
    share: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """In yuan, to the cent: `amount` by the tariff, `payable` after halving and relief, before any local rounding."""

    kind: FeeKind
    amount: Decimal
    payable: Decimal
    steps: tuple[str, ...]


@cache
def tariffs() -> Mapping[FeeKind, Tariff]:
    text = files("court.data").joinpath("fees.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return MappingProxyType({kind: _tariff(found[kind]) for kind in FeeKind})


def _tariff(row: dict[str, object]) -> Tariff:
    fields = dict(row)
    brackets = row["brackets"]
    assert isinstance(brackets, list)
    fields["brackets"] = tuple((upto, rate) for upto, rate in brackets)
    if base := row.get("base"):
        assert isinstance(base, list)
        fields["base"] = (base[0], base[1])
    return Tariff(**fields)  # type: ignore[arg-type]


def fee(
    kind: FeeKind,
    *,
    amount: Decimal | None = None,
    base: Decimal | None = None,
    procedure: Procedure = Procedure.ORDINARY,
    relief: Relief = Relief.NONE,
    percent: int = 30,
) -> Fee:
    """The fee of one kind. `amount`: what is in dispute, in yuan; `base`: the province's rate where the order gives a range.

    `percent` is what a reduction takes off, at least 30 (article 46). Refuses `fee.*`.
    """
    tariff = tariffs()[kind]
    if amount is not None and not 0 <= amount <= MOST:
        raise CourtError("fee.amount", most=f"{MOST:,}")
    steps: list[str] = []
    total = _start(tariff, kind, amount, base, steps) + _parts(tariff, amount or Decimal(0), steps)
    if tariff.share > 1:
        total /= tariff.share
        steps.append(f"比照财产案件受理费标准的三分之一交纳：{yuan(total)}元。")
    if tariff.most and total > tariff.most:
        total = Decimal(tariff.most)
        steps.append(f"最多不超过{tariff.most}元，按{tariff.most}元交纳。")
    steps.append(f"{tariff.name}合计{yuan(total)}元（诉讼费用交纳办法{tariff.article}）。")
    left = _relieved(_halved(tariff, total, procedure, steps), relief, percent, steps)
    return Fee(kind=kind, amount=cents(total), payable=cents(left), steps=tuple(steps))


def _start(
    tariff: Tariff, kind: FeeKind, amount: Decimal | None, base: Decimal | None, steps: list[str]
) -> Decimal:
    """What every case pays: the fixed sum, or the province's within its range."""
    ranged = tariff.base is not None and (not tariff.fixed or amount is None)
    if not ranged:
        if base is not None:
            raise CourtError("fee.no_base", name=tariff.name)
        if amount is None and tariff.brackets and kind is not FeeKind.PRESERVATION:
            raise CourtError("fee.amount_missing", name=tariff.name)
        steps.append(f"每件{tariff.fixed}元。")
        return Decimal(tariff.fixed)
    assert tariff.base is not None
    least, most = tariff.base
    if base is None:
        steps.append(f"每件{least}元（办法规定{least}元至{most}元，没有录入本省标准，按下限计算）。")
        return Decimal(least)
    if not least <= base <= most:
        raise CourtError("fee.base", name=tariff.name, least=least, most=most)
    steps.append(f"每件{yuan(base)}元（本省标准，办法规定{least}元至{most}元）。")
    return base


def _parts(tariff: Tariff, amount: Decimal, steps: list[str]) -> Decimal:
    """The brackets above the first, each with its own rate."""
    total, below = Decimal(0), 0
    for upto, rate in tariff.brackets:
        part = min(amount, Decimal(upto)) - below if upto else amount - below
        if rate and part > 0:
            share = part * rate / 10_000
            reach = f"至{_wan(upto)}" if upto else ""
            steps.append(
                f"超过{_wan(below)}{reach}的部分：{yuan(part)}元 × {Decimal(rate) / 100:f}% = {yuan(share)}元。"
            )
            total += share
        below = upto
    return total


def _halved(tariff: Tariff, total: Decimal, procedure: Procedure, steps: list[str]) -> Decimal:
    why = _HALVES.get(procedure)
    if why is None:
        return total
    if not tariff.half:
        steps.append(f"{tariff.name}不是案件受理费，不减半。")
        return total
    steps.append(
        f"{why}：{yuan(total)}元 ÷ 2 = {yuan(total / 2)}元；只减半一次（民事诉讼法解释第二百零六条）。"
    )
    return total / 2


def _relieved(total: Decimal, relief: Relief, percent: int, steps: list[str]) -> Decimal:
    match relief:
        case Relief.NONE:
            return total
        case Relief.EXEMPT:
            steps.append("准予免交（限于自然人，诉讼费用交纳办法第四十五条）：0元。")
            return Decimal(0)
        case Relief.DEFERRED:
            steps.append(f"准予缓交（诉讼费用交纳办法第四十七条）：现在不交，数额仍为{yuan(total)}元。")
            return total
        case Relief.REDUCED:
            if not 30 <= percent <= 100:
                raise CourtError("fee.percent")
            left = total * (100 - percent) / 100
            steps.append(f"准予减交{percent}%（不得低于30%，诉讼费用交纳办法第四十六条）：{yuan(left)}元。")
            return left


def _wan(amount: int) -> str:
    return f"{amount // 10_000}万元" if amount % 10_000 == 0 else f"{amount}元"
