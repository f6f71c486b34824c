"""Limits of the law: golden cases by article, and what holds for every rule, start, pause and holiday."""

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.domain import deadline as law
from court.domain.calendar import Special, calendar_of, working_calendar
from court.domain.errors import CourtError
from court.domain.reckoning import reckon, short

CALENDAR = working_calendar()


def due(rule: str, since: str, **more: object) -> str:
    moment = datetime.fromisoformat(since) if "T" in since else date.fromisoformat(since)
    return reckon(law.rule(rule), since=moment, calendar=CALENDAR, **more).at.isoformat()  # type: ignore[arg-type]


def pause(first: str, last: str) -> law.Pause:
    return law.Pause(first=date.fromisoformat(first), last=date.fromisoformat(last))


@pytest.mark.parametrize(
    ("rule", "since", "last"),
    [
        ("SU-15", "2026-03-05", "2026-03-20"),  # 民诉法 171: the day of service is not counted
        ("SU-15", "2026-09-18", "2026-10-08"),  # 85: the last day in the National Day week moves behind it
        ("SU-16", "2026-02-04", "2026-02-14"),  # a Saturday worked in exchange is no holiday
        ("SU-19", "2026-08-31", "2027-03-01"),  # 152: six months, no 31 February, then off the Sunday
        ("SU-08", "2026-03-12", "2026-03-09"),  # 139: three days before the hearing
        ("SU-02", "2026-03-05", "2026-03-05"),
        ("MD-01", "2026-09-30", "2026-10-09"),  # 在线调解规则 10: working days, the holiday week skipped
        ("MD-07", "2026-01-20", "2026-02-24"),  # 205: 30 days end on 19 February, in the holidays
        ("XF-05", "2026-08-04", "2026-10-03"),  # 信访工作条例 34: calendar days, never moved
        ("XF-04", "2026-09-30", "2026-10-13"),  # 23: five working days, the worked Saturday counted
        ("ZX-02", "2024-02-29", "2026-02-28"),  # 250: two years, no such day
        ("AR-01", "2026-11-22", "2056-11-22"),
    ],
)
def test_the_last_day_by_article(rule: str, since: str, last: str) -> None:
    assert due(rule, since) == last


def test_hours_run_from_the_next_full_hour() -> None:
    assert due("SU-25", "2026-03-05T10:20:00") == "2026-03-08T11:00:00"
    assert due("SU-25", "2026-03-05T10:20:00", variant="情况紧急") == "2026-03-06T11:00:00"


def test_pauses_and_extensions_move_the_end_and_are_named() -> None:
    rule = law.rule("MD-05")
    one = pause("2026-03-05", "2026-03-10")
    assert due("MD-05", "2026-03-01") == "2026-03-31"
    assert due("MD-05", "2026-03-01", pauses=(one,)) == "2026-04-06"
    assert due("MD-05", "2026-03-01", pauses=(one, one)) == "2026-04-06"  # entered twice, counted once
    assert due("MD-05", "2026-03-01", pauses=(pause("2026-06-01", "2026-06-09"),)) == "2026-03-31"
    found = reckon(rule, since=date(2026, 3, 1), calendar=CALENDAR, pauses=(one,), extended=15)
    assert found.at == date(2026, 4, 21)
    said = "".join(step.text for step in found.steps)
    assert "鉴定期间不计入" in said and "共6日" in said and "各方当事人同意，延长15日" in said
    assert due("XF-05", "2026-08-04", extended=30) == "2026-11-02"


@pytest.mark.parametrize(
    ("rule", "more", "code"),
    [
        ("XF-05", {"extended": 31}, "deadline.too_long"),
        ("SU-15", {"extended": 1}, "deadline.no_extension"),
        ("SU-15", {"pauses": (pause("2026-03-06", "2026-03-07"),)}, "deadline.no_pause"),
        ("MD-05", {"pauses": (pause("2026-03-07", "2026-03-06"),)}, "deadline.bad_pause"),
        ("ZX-06", {}, "deadline.set_by_order"),
        ("ZX-13", {}, "deadline.not_a_term"),
        ("XF-10", {}, "deadline.not_a_term"),
        ("SU-25", {}, "deadline.needs_time"),
        ("MD-06", {"variant": "小额"}, "deadline.no_variant"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(rule: str, more: dict[str, object], code: str) -> None:
    with pytest.raises(CourtError) as refused:
        due(rule, "2026-03-05", **more)
    assert refused.value.code == code


def test_a_year_without_its_notice_is_said_to_be_provisional() -> None:
    found = reckon(law.rule("SU-15"), since=date(2027, 9, 20), calendar=CALENDAR)
    assert any("2027年的放假安排还没有录入" in step.text for step in found.steps)
    assert found.at == date(2027, 10, 5)


COUNTED = [
    (rule.id, term.name)
    for rule in law.rules().values()
    for term in rule.terms
    if term.amount is not None and term.unit is not law.Unit.HOUR
]
DAYS = st.dates(date(2025, 6, 1), date(2026, 12, 31))


@given(chosen=st.sampled_from(COUNTED), since=DAYS, holiday=DAYS)
def test_one_more_holiday_never_brings_a_day_forward(
    chosen: tuple[str, str], since: date, holiday: date
) -> None:
    more = calendar_of([*CALENDAR.special.values(), Special(day=holiday, rest=True, name="新增的假日")])
    rule, variant = law.rule(chosen[0]), chosen[1]
    before = reckon(rule, since=since, calendar=CALENDAR, variant=variant).at
    assert reckon(rule, since=since, calendar=more, variant=variant).at >= before


@given(
    chosen=st.sampled_from([one for one in COUNTED if law.rule(one[0]).pause]),
    since=DAYS,
    start=st.integers(-20, 200),
    length=st.integers(0, 40),
)
def test_a_pause_adds_exactly_the_days_it_takes(
    chosen: tuple[str, str], since: date, start: int, length: int
) -> None:
    rule, variant = law.rule(chosen[0]), chosen[1]
    first = since + timedelta(days=start)
    paused = law.Pause(first=first, last=first + timedelta(days=length))
    plain = reckon(rule, since=since, calendar=calendar_of(()), variant=variant)
    found = reckon(rule, since=since, calendar=calendar_of(()), variant=variant, pauses=(paused,))
    ends = next(step.at for step in plain.steps if step.text.startswith("计数"))
    counted = next(step.at for step in found.steps if step.text.startswith("扣除"))
    assert isinstance(counted, date) and isinstance(ends, date)
    running = (since + timedelta(days=n + 1) for n in range((counted - since).days))
    assert sum(not paused.first <= day <= paused.last for day in running) == (ends - since).days


@given(chosen=st.sampled_from(COUNTED), since=DAYS)
def test_the_last_day_is_worked_where_the_law_moves_it_and_the_words_say_the_date(
    chosen: tuple[str, str], since: date
) -> None:
    rule, variant = law.rule(chosen[0]), chosen[1]
    found = reckon(rule, since=since, calendar=CALENDAR, variant=variant)
    assert isinstance(found.at, date)
    if rule.roll or found.term.unit is law.Unit.WORKDAY:
        assert not CALENDAR.rests(found.at)
    assert found.steps[-1].at == found.at
    told = [step for step in found.steps if re.match("起算|计数|扣除|延长|顺延|倒数", step.text)]
    assert short(found.at) in told[-1].text
    for step in found.steps:  # whoever moves the day says to which
        earlier = found.steps[max(0, found.steps.index(step) - 1)].at
        assert step.at == earlier or short(step.at) in step.text  # type: ignore[arg-type]
