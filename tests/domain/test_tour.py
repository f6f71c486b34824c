"""Where the vehicle stands: conflicts say why, free times have none, the road of a day adds up."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from court.domain.numbers import COURT_ZONE
from court.domain.tour import (
    BETWEEN,
    Booked,
    Halt,
    HaltState,
    Stop,
    Wish,
    conflicts,
    free_times,
    halt_conflicts,
    route,
)

NINE = datetime(2026, 11, 25, 9, 0, tzinfo=COURT_ZONE)
PEOPLE = {"j": "审判员赵明", "p": "王秀英"}


def halt(name: str = "红星村院坝", hour: float = 0, hours: float = 3, **more: object) -> Halt:
    facts: dict[str, object] = {
        "id": name,
        "stop_id": name,
        "stop_name": name,
        "vehicle": "01号车",
        "arrives_at": NINE + timedelta(hours=hour),
        "leaves_at": NINE + timedelta(hours=hour + hours),
        "state": HaltState.PLANNED,
        "reason": "",
        "rev": 1,
    }
    return Halt(**(facts | more))  # type: ignore[arg-type]


def booked(minute: int, length: int, vehicle: str = "01号车", **people: str) -> Booked:
    start = NINE + timedelta(minutes=minute)
    return Booked(
        hearing_id=f"h{minute}",
        title="一场庭审",
        vehicle=vehicle,
        starts_at=start,
        ends_at=start + timedelta(minutes=length),
        people=people,
    )


def wish(minute: int, length: int = 60, at: Halt | None = None) -> Wish:
    return Wish(starts_at=NINE + timedelta(minutes=minute), minutes=length, halt=at, people=PEOPLE)


def test_a_session_outside_the_halt_says_when_the_vehicle_comes_and_goes() -> None:
    assert conflicts(wish(150, at=halt()), ()) == (
        "车辆11月25日09:00到红星村院坝、12:00离开，这一场要从11:30到12:30。",
    )
    assert conflicts(wish(120, at=halt()), ()) == ()


def test_two_sessions_in_one_vehicle_need_time_between_them() -> None:
    one = booked(0, 60)
    assert conflicts(wish(30, at=halt()), (one,)) == ("01号车09:00—10:00已有一场庭审。",)
    assert "来不及换人" in conflicts(wish(65, at=halt()), (one,))[0]
    assert conflicts(wish(70, at=halt()), (one,)) == ()
    assert conflicts(wish(30, at=halt()), (booked(0, 60, vehicle="02号车"),)) == ()


def test_nobody_sits_in_two_sessions_wherever_they_are() -> None:
    elsewhere = booked(0, 60, vehicle="", j="审判员赵明", x="别人")
    assert conflicts(wish(30), (elsewhere,)) == ("审判员赵明在09:00—10:00另有一场庭审。",)
    assert conflicts(wish(60), (elsewhere,)) == (), "one after the other is no conflict for a person"


@given(st.lists(st.tuples(st.integers(0, 170), st.integers(10, 90)), max_size=6), st.integers(10, 90))
def test_a_free_time_has_no_conflict_and_lies_on_the_quarter(
    taken: list[tuple[int, int]], length: int
) -> None:
    standing = [booked(minute, long, j="审判员赵明") for minute, long in taken]
    for at in free_times(halt(), length, PEOPLE, standing, NINE):
        assert at.minute % 15 == 0
        assert conflicts(Wish(starts_at=at, minutes=length, halt=halt(), people=PEOPLE), standing) == ()


def test_what_is_over_is_not_free_and_a_cancelled_halt_has_no_time() -> None:
    first = free_times(halt(), 60, PEOPLE, (), NINE + timedelta(minutes=31))[0]
    assert first == NINE + timedelta(minutes=45)
    assert free_times(halt(state=HaltState.CANCELLED), 60, PEOPLE, (), NINE) == ()
    assert timedelta() < BETWEEN


def stop(name: str, minutes: int) -> Stop:
    return Stop(
        id=name,
        village=name,
        spot="",
        court_minutes=minutes,
        road="",
        up_kbps=0,
        measured_at=None,
        retired=False,
        rev=1,
    )


def test_the_road_of_a_day_goes_out_on_and_home_and_says_where_it_cannot_be_done() -> None:
    day = (halt("红星村"), halt("黎明村", hour=3.5), halt("石桥村", hour=8, hours=1))
    stops = {"红星村": stop("红星村", 90), "黎明村": stop("黎明村", 120), "石桥村": stop("石桥村", 0)}
    out, on, unknown, home = route(day, stops, {frozenset({"红星村", "黎明村"}): 50})
    assert (out.start, out.leaves_at) == ("法院", NINE - timedelta(minutes=90))
    assert on.trouble == "赶不到：12:00离开，路上50分钟，要晚20分钟。"
    assert unknown.trouble == home.trouble == "这段路要走多久还没有登记。"
    assert home.arrives_at is None


def test_one_vehicle_is_not_in_two_places() -> None:
    assert halt_conflicts(halt("黎明村", hour=2), (halt(),)) == ("01号车09:00—12:00已安排在红星村院坝。",)
    assert halt_conflicts(halt("黎明村", hour=3), (halt(),)) == ()
    assert halt_conflicts(halt("黎明村", hour=2, vehicle="02号车"), (halt(),)) == ()
