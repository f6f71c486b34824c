"""From a start to the last day of a limit, step by step: start excluded, counted, paused, extended, moved off holidays."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from court.domain.calendar import WEEKDAYS, Calendar
from court.domain.deadline import UNIT_NAMES, Due, Extension, Pause, Rule, Step, Term, Unit
from court.domain.errors import CourtError

_DAY = timedelta(days=1)
# 民事诉讼法 85 for its own limits; the general rule of 民法典 201 where a law of its own is silent.
_BY_PROCEDURE, _BY_CODE = "民事诉讼法第八十五条", "民法典第二百零一条"
MOST_PAUSES, LONGEST = 20, 3650
EARLIEST, LATEST = date(1990, 1, 1), date(2190, 12, 31)


@dataclass(slots=True)
class _Count:
    """The count as it goes: the last day so far and why."""

    at: date
    steps: list[Step] = field(default_factory=list)

    def say(self, text: str, at: date | None = None) -> None:
        self.at = at or self.at
        self.steps.append(Step(text=text, at=self.at))


def reckon(
    rule: Rule,
    *,
    since: date | datetime,
    calendar: Calendar,
    variant: str = "",
    pauses: Sequence[Pause] = (),
    extended: int = 0,
    ordered: int | None = None,
) -> Due:
    """The last day of a limit that began with an event at `since`, with every reason.

    `pauses` are the days not counted; `extended` is in the unit of the rule's extension; `ordered` are the days that
    an order sets where the law sets none. Refuses `deadline.*` for what this rule does not allow.
    """
    term = _settled(rule.term(variant), rule, ordered)
    _check(rule, term, since, pauses, extended)
    if term.unit is Unit.HOUR:
        return _hours(rule, term, since)
    day = since.date() if isinstance(since, datetime) else since
    if rule.before:
        return _back(rule, term, day, calendar)
    count = _Count(day)
    _begin(count, rule, term, day)
    paused = _whole(pauses)
    _run(count, term, day, calendar, paused)
    if extended:
        _extend(count, rule.extend, extended)
    _leave_out(count, rule, term, day, paused)
    _land(count, rule, term, calendar)
    return Due(rule=rule, term=term, at=count.at, steps=tuple(count.steps))


def _settled(term: Term, rule: Rule, ordered: int | None) -> Term:
    if term.amount is not None:
        return term
    if ordered is None or not 1 <= ordered <= LONGEST:
        raise CourtError("deadline.set_by_order", rule=rule.id)
    return Term(name=term.name, amount=ordered, unit=term.unit, start=term.start, act=term.act)


def _check(rule: Rule, term: Term, since: date | datetime, pauses: Sequence[Pause], extended: int) -> None:
    day = since.date() if isinstance(since, datetime) else since
    if not EARLIEST <= day <= LATEST:
        raise CourtError("deadline.out_of_range")
    if term.unit is Unit.HOUR and not isinstance(since, datetime):
        raise CourtError("deadline.needs_time", rule=rule.id)
    if pauses and not rule.pause:
        raise CourtError("deadline.no_pause", rule=rule.id)
    if len(pauses) > MOST_PAUSES or any(
        one.last < one.first or not EARLIEST <= one.first <= one.last <= LATEST for one in pauses
    ):
        raise CourtError("deadline.bad_pause")
    if extended and (rule.extend is None or term.unit is Unit.HOUR or rule.before):
        raise CourtError("deadline.no_extension", rule=rule.id)
    most = rule.extend.most if rule.extend and rule.extend.most else LONGEST
    if not 0 <= extended <= most:
        raise CourtError("deadline.too_long", rule=rule.id, most=most)


def _begin(count: _Count, rule: Rule, term: Term, day: date) -> None:
    basis = "、".join(rule.basis)
    limit = f"{term.amount}{UNIT_NAMES[term.unit]}" if term.amount else "当日"
    count.say(f"依据：{basis}。{rule.who}：{term.act or rule.act}，期限{limit}。")
    law = _BY_PROCEDURE if rule.roll else _BY_CODE
    start = term.start or rule.start
    if not term.amount:
        count.say(f"起算：{written(day)}（{start}），当日办理。")
    else:
        count.say(
            f"起算：{written(day)}（{start}）当日不计算在内，从{written(day + _DAY)}开始计算（{law}）。"
        )


def _run(count: _Count, term: Term, day: date, calendar: Calendar, paused: frozenset[date]) -> None:
    assert term.amount is not None
    if term.unit is Unit.WORKDAY:
        _work(count, term.amount, calendar, paused)
    elif term.unit is Unit.DAY:
        if term.amount:
            count.say(
                f"计数：{term.amount}日，到{written(day + _DAY * term.amount)}。", day + _DAY * term.amount
            )
    else:
        months = term.amount * (12 if term.unit is Unit.YEAR else 1)
        last = later(day, months)
        why = "" if last.day == day.day else "（到期月没有对应日，以月末日为准，民法典第二百零二条）"
        count.say(f"计数：{term.amount}{UNIT_NAMES[term.unit]}，到{written(last)}{why}。", last)


def _work(count: _Count, amount: int, calendar: Calendar, paused: frozenset[date]) -> None:
    """Counts worked days one by one and names what was skipped."""
    at, left, skipped = count.at, amount, list[str]()
    while left:
        at += _DAY
        if calendar.rests(at):
            skipped.append(f"{short(at)}（{calendar.why(at)}）")
        elif at in paused:
            skipped.append(f"{short(at)}（扣除）")
        else:
            left -= 1
    skips = f"，不计{'、'.join(skipped)}" if skipped else ""
    count.say(f"计数：{amount}个工作日{skips}，到{written(at)}。", at)


def _whole(pauses: Sequence[Pause]) -> frozenset[date]:
    """Every day of all pauses, once however they overlap."""
    return frozenset(
        one.first + _DAY * number for one in pauses for number in range((one.last - one.first).days + 1)
    )


def _leave_out(count: _Count, rule: Rule, term: Term, day: date, paused: frozenset[date]) -> None:
    """Moves the last day by the days of a pause inside the running limit; a pause after the end changes nothing."""
    if not paused:
        return
    if term.unit is Unit.WORKDAY:
        count.say(f"扣除：{rule.pause}，其中的工作日已经跳过。")
        return
    at, left = count.at, sum(day < one <= count.at for one in paused)
    counted = left
    while left:
        at += _DAY
        if at in paused:
            counted += 1
        else:
            left -= 1
    if counted:
        count.say(f"扣除：{rule.pause}，共{counted}日，顺延到{written(at)}。", at)
    else:
        count.say(f"扣除：录入的期间不在本期限以内，不影响届满日（{rule.pause}）。")


def _extend(count: _Count, extension: Extension | None, amount: int) -> None:
    assert extension is not None
    last = later(count.at, amount) if extension.unit is Unit.MONTH else count.at + _DAY * amount
    count.say(f"延长：经{extension.who}，延长{amount}{UNIT_NAMES[extension.unit]}，到{written(last)}。", last)


def _land(count: _Count, rule: Rule, term: Term, calendar: Calendar) -> None:
    """The last day itself: moved off a holiday, or kept with a word of warning."""
    if term.unit is not Unit.WORKDAY and calendar.rests(count.at):
        why = f"{short(count.at)}是{calendar.why(count.at)}"
        if rule.roll:
            last = calendar.next_worked(count.at)
            count.say(f"顺延：{why}，顺延到休假日后的第一个工作日{written(last)}（{_BY_PROCEDURE}）。", last)
        else:
            count.say(f"提醒：{why}。本期限按自然日计算，遇休假日不顺延，请提前办理。")
    if (rule.roll or term.unit is Unit.WORKDAY) and not calendar.known(count.at):
        count.say(f"提醒：{count.at.year}年的放假安排还没有录入，暂按周末和固定节日计算，公布后会重新计算。")
    if rule.note:
        count.say(f"注意：{rule.note}。")


def _back(rule: Rule, term: Term, day: date, calendar: Calendar) -> Due:
    """The latest day for what must be done so many days before an event."""
    assert term.amount is not None
    last = day - _DAY * term.amount
    count = _Count(day)
    count.say(f"依据：{'、'.join(rule.basis)}。{rule.who}：{rule.act}，应当在{rule.start}{term.amount}日前。")
    count.say(f"倒数：从{written(day)}（{rule.start}）往前数{term.amount}日，最迟{written(last)}。", last)
    if calendar.rests(last):
        count.say(f"提醒：{short(last)}是{calendar.why(last)}，请提前办理。")
    if rule.note:
        count.say(f"注意：{rule.note}。")
    return Due(rule=rule, term=term, at=last, steps=tuple(count.steps))


def _hours(rule: Rule, term: Term, since: date | datetime) -> Due:
    """Hours run from the next full hour (民事诉讼法解释 125) and never roll."""
    assert isinstance(since, datetime) and term.amount is not None
    first = since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    last = first + timedelta(hours=term.amount)
    basis = "、".join(rule.basis)
    steps = [
        Step(text=f"依据：{basis}。{rule.who}：{rule.act}，期限{term.amount}小时。", at=since),
        Step(
            text=f"起算：{_clock(since)}（{rule.start}），从下一小时{_clock(first)}起算（民事诉讼法解释第一百二十五条）。",
            at=first,
        ),
        Step(text=f"计数：{term.amount}小时，到{_clock(last)}；按小时计算的期限不扣除休假日。", at=last),
    ]
    if rule.note:
        steps.append(Step(text=f"注意：{rule.note}。", at=last))
    return Due(rule=rule, term=term, at=last, steps=tuple(steps))


def later(day: date, months: int) -> date:
    """The same day so many months on, else the month's last (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def written(day: date) -> str:
    """2026年3月5日（星期四）"""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def short(day: date) -> str:
    """3月5日"""
    return f"{day.month}月{day.day}日"


def _clock(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"
