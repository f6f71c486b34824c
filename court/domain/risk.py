"""What in a registration should make somebody look twice: each flag with what it was seen in. A human decides."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from court.domain.calendar import Calendar
from court.domain.chinese import dates
from court.domain.deadline import Rule, Term, Unit
from court.domain.identity import age_on
from court.domain.reckoning import reckon, written

ADULT = 18
# 民事诉讼法解释 75: ten and more are many; five of one side already ask for representatives to be talked about.
MANY = 5
_LIMITATION = Rule(
    id="limitation",
    start="知道或者应当知道权利受到损害以及义务人",
    act="请求人民法院保护民事权利",
    who="权利人",
    basis=("民法典第一百八十八条",),
    terms=(Term(amount=3, unit=Unit.YEAR),),
    roll=True,
)
_WARN = timedelta(days=90)
# No limitation for these claims (民法典 196, 995) nor in the family's own matters.
_UNLIMITED = frozenset({"24", "24(1)", "22(1)", "14", "39", "40", "41", "27", "448", "458", "481", "455"})
_SENTENCE = re.compile(r"[^。！？；\n]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """A row of court/data/risks.toml."""

    code: str
    name: str
    words: re.Pattern[str]
    advice: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`seen` are the reasons: the sentences or the facts, in the order found; `advice` what to do."""

    code: str
    name: str
    seen: tuple[str, ...]
    advice: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a registration says. `born` are birth dates with the names they belong to; `sizes` people on each side."""

    text: str
    cause_code: str
    born: tuple[tuple[str, date], ...]
    sizes: tuple[int, int]
    registered_on: date


@cache
def risk_rules() -> tuple[RiskRule, ...]:
    """In the order of the file: what is most urgent first."""
    text = files("court.data").joinpath("risks.toml").read_text(encoding="utf-8")
    return tuple(
        RiskRule(**{**one, "words": re.compile("|".join(one["words"]))})
        for one in tomllib.loads(text)["risk"]
    )


def flags(told: Told, calendar: Calendar) -> tuple[Flag, ...]:
    """Every flag with its reasons, most urgent first."""
    facts = {"minors": _minors(told), "group": _group(told)}
    found = []
    for rule in risk_rules():
        seen = (*facts.get(rule.code, ()), *_sentences(rule.words, told.text))
        if seen:
            found.append(
                Flag(code=rule.code, name=rule.name, seen=seen[:4], advice=rule.advice, basis=rule.basis)
            )
    ending = _limitation(told, calendar)
    return (*found, ending) if ending else tuple(found)


def _sentences(words: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The sentences with a hit, the hit named, shortened around it."""
    found = []
    for match in words.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in "。！？；\n") + 1
        end = match.end() + len(_SENTENCE.match(text, match.end())[0])  # type: ignore[index]
        around = text[max(start, match.start() - 24) : min(end, match.end() + 24)].strip()
        told = f"写到“{match[0]}”：{around}"
        if told not in found:
            found.append(told)
    return tuple(found)


def _minors(told: Told) -> tuple[str, ...]:
    return tuple(
        f"{name}未满十八周岁（{age_on(day, told.registered_on)}岁）。"
        for name, day in told.born
        if age_on(day, told.registered_on) < ADULT
    )


def _group(told: Told) -> tuple[str, ...]:
    names = ("申请人", "被申请人")
    return tuple(
        f"{name}一方有{size}人。" for name, size in zip(names, told.sizes, strict=True) if size >= MANY
    )


def _limitation(told: Told, calendar: Calendar) -> Flag | None:
    """From the latest day told that lies in the past: a lower bound of when the right was hurt, so a person looks."""
    past = [day for day in dates(told.text) if day <= told.registered_on and day.year >= 1990]
    if not past or told.cause_code in _UNLIMITED:
        return None
    since = max(past)
    due = reckon(_LIMITATION, since=since, calendar=calendar)
    last = due.at
    assert isinstance(last, date)
    if last - told.registered_on > _WARN:
        return None
    over = last < told.registered_on
    when = "已经过了" if over else f"还有{(last - told.registered_on).days}天"
    return Flag(
        code="limitation",
        name="诉讼时效可能已过" if over else "诉讼时效快到期",
        seen=(
            f"经过里最后一个日期是{written(since)}。从这一天起算，三年到{written(last)}届满，{when}。",
            *(step.text for step in due.steps),
        ),
        advice="问清有没有催要过、还过一部分、写过还款计划（时效中断，重新计算）。快到期的，先登记立案或者申请调解，再补材料。",
        basis="民法典第一百八十八条、第一百九十五条",
    )
