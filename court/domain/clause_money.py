"""The finders of the clause checker that reckon: amounts, instalments, interest, penalty. The others are in clause_rules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from court.domain.amount import of_fen
from court.domain.chinese import amounts, number, rates
from court.domain.mediation import ClauseInput

Told = dict[str, str] | None

PENALTY = re.compile(r"违约金|滞纳金|罚金|罚款|罚息|逾期")
_INTEREST = re.compile(r"利息|利率|月息|年息|日息|资金占用")
_TOTAL = re.compile(r"(?:共计|合计|总计|总额|一共|总共)[^，。；\d]{0,10}$")
_TIMES = re.compile(
    r"分\s*(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*[期次年个月]*[付支还给]|分\s*(\d{1,3}|[一二两三四五六七八九十]{1,3})\s*[期次]"
)
_EACH = re.compile(r"每[期次年月][^，。；\d]{0,8}$")
_NTH = re.compile(r"第[一二三四五六七八九十\d]{1,3}[期次笔][^，。；]{0,20}$")
_BETWEEN = re.compile(r"[（(\[）)\]\s，,:：、￥¥]*(?:人民币|大写|小写|即|计|金额)*[（(\[）)\]\s:：￥¥]*")
_YEAR_DAYS = 365


PAY = re.compile(r"支付|给付|付清|付给|付款|赔偿|补偿|偿还|还款|归还借款|返还.{0,6}款|交纳|退还.{0,6}[款费]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a clause is judged against. Rates in percent a year; `parties` are names, `request` what was asked for."""

    parties: tuple[str, ...]
    request: str
    today: date
    by_court: bool
    personal_status: bool
    interest_limit: Decimal = Decimal(12)
    interest_source: str = ""
    penalty_limit: Decimal = Decimal(30)


def said(clause: ClauseInput) -> str:
    """Everything the clause says: its own wording, else its parts."""
    return clause.text or "".join((clause.who, clause.what, clause.due_text))


def whole(clause: ClauseInput) -> str:
    return f"{clause.who}{clause.what}{clause.due_text}\n{clause.text}"


def pays(clause: ClauseInput) -> bool:
    return clause.amount_fen is not None or bool(PAY.search(whole(clause)))


def own_amounts(clause: ClauseInput) -> list[int]:
    """Fen of every amount in the words, else the typed one."""
    found = [one.fen for one in amounts(said(clause))]
    return found or ([clause.amount_fen] if clause.amount_fen is not None else [])


def words_differ(clause: ClauseInput, _: Situation) -> Told:
    text = said(clause)
    found = amounts(text)
    for one, other in pairwise(found):
        between = text[one.end : other.start]
        if one.words != other.words and _BETWEEN.fullmatch(between) and one.fen != other.fen:
            return {"words": f"{text[one.start : one.end]}、{text[other.start : other.end]}"}
    return None


def amount_differs(clause: ClauseInput, _: Situation) -> Told:
    if clause.amount_fen is None or not clause.text:
        return None
    found = {one.fen for one in amounts(clause.text)}
    return {"words": of_fen(clause.amount_fen)} if clause.amount_fen not in found else None


def instalments(clause: ClauseInput, _: Situation) -> Told:
    text = said(clause)
    found = amounts(text)
    each = [one.fen for one in found if _EACH.search(text[: one.start])]
    listed = [one.fen for one in found if _NTH.search(text[: one.start])]
    stated = [one.fen for one in found if _TOTAL.search(text[: one.start])]
    total = stated[0] if stated else clause.amount_fen
    if total is None:
        rest = [one.fen for one in found if one.fen not in each and one.fen not in listed]
        total = rest[0] if rest else None
    times = _TIMES.search(text)
    count = number(times[1] or times[2]) if times and not (times[1] or times[2]).isdigit() else None
    if times and count is None:
        count = int(times[1] or times[2])
    summed = sum(listed) if len(listed) > 1 else each[0] * count if each and count else None
    if summed is None or total is None or summed == total:
        return None
    return {"words": of_fen(summed)}


def _yearly(percent: Decimal, per: str) -> Decimal | None:
    return {"年": percent, "月": percent * 12, "日": percent * _YEAR_DAYS}.get(per)


def interest_high(clause: ClauseInput, situation: Situation) -> Told:
    text = said(clause)
    for one in rates(text):
        yearly = _yearly(one.percent, one.per)
        near = text[max(0, one.start - 20) : one.start + 24]
        if (
            yearly is not None
            and yearly > situation.interest_limit
            and (_INTEREST.search(near) or PENALTY.search(near))
        ):
            limit = f"{situation.interest_limit.normalize():f}"
            return {
                "words": f"{yearly.quantize(Decimal('0.01')).normalize():f}%",
                "limit": limit,
                "source": situation.interest_source,
            }
    return None


def penalty_high(clause: ClauseInput, situation: Situation) -> Told:
    text = said(clause)
    if "违约金" not in text:
        return None
    limit = f"{situation.penalty_limit.normalize():f}"
    for one in rates(text):
        if not one.per and one.percent > situation.penalty_limit:
            return {"words": f"{one.percent.normalize():f}%", "limit": limit}
    found = amounts(text)
    penalty = next((one.fen for one in found if "违约金" in text[max(0, one.start - 12) : one.start]), None)
    debts = [one.fen for one in found if one.fen != penalty] or (
        [clause.amount_fen] if clause.amount_fen not in (None, penalty) else []
    )
    if penalty is None or not debts or penalty * 100 <= max(filter(None, debts)) * situation.penalty_limit:
        return None
    return {"words": of_fen(penalty), "limit": limit}


def excess(clauses: Sequence[ClauseInput], situation: Situation) -> Told:
    asked = [one.fen for one in amounts(situation.request)]
    paid = [_largest(one) for one in clauses if pays(one) and not PENALTY.search(said(one))]
    if not asked or sum(paid) <= sum(asked):
        return None
    return {"words": of_fen(sum(paid)), "limit": of_fen(sum(asked))}


def _largest(clause: ClauseInput) -> int:
    return clause.amount_fen or max(own_amounts(clause), default=0)
