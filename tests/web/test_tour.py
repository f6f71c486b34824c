"""巡回排期 at the desk: a stop, a halt, a session at a free time, the list of who waits, a calendar others can read."""

import re
from datetime import timedelta

import pytest
import vobject

from court.web import pages
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def halt_of(court: Court, village: str, days: int) -> tuple[str, str]:
    """(path of the halt, its day)."""
    officer = await court.staff("officer")
    assert (
        await officer.post(
            "/desk/tour/stops", {"village": village, "spot": "村委会院坝", "court_minutes": "80", "road": ""}
        )
    ).status == 303
    form = (await officer.open("/desk/tour/halts/new")).text
    found = re.search(rf'value="([0-9a-f-]{{36}})"[^>]*>{village}', form)
    assert found
    day = f"{pages.local(court.now() + timedelta(days=days)):%Y-%m-%d}"
    sent = {"stop": found[1], "vehicle": f"{village}车", "day": day, "arrives": "09:00", "leaves": "12:00"}
    answer = await officer.post("/desk/tour/halts", sent)
    assert answer.status == 303, answer.text
    return answer.location, day


async def test_a_session_is_booked_at_a_free_time_of_a_halt(court: Court) -> None:
    path, day = await halt_of(court, "青龙镇白果村", 20)
    case = await steps.register(court)
    await steps.assign(court, case)
    mediator = await court.staff("mediator")
    halt = path.rsplit("/", 1)[1]
    form = (await mediator.open(f"/desk/hearings/new?matter={case.id}&halt={halt}&day={day}")).text
    assert "青龙镇白果村村委会院坝的空闲时间" in form and f"day={day}&amp;time=09:00" in form
    sent = {
        "matter": case.id,
        "kind": "mediation",
        "halt": halt,
        "day": day,
        "time": "11:30",
        "minutes": "60",
        "place": "",
        "place_1": "vehicle",
        "place_2": "vehicle",
        "staff_mediator": court.actors["mediator"].id,
    }
    refused = await mediator.post("/desk/hearings", sent)
    assert refused.status == 409
    assert "12:00离开，这一场要从11:30到12:30" in refused.text and "仍要这样安排的理由" in refused.text
    booked = await mediator.post("/desk/hearings", sent | {"time": "10:45"})
    assert booked.status == 303, booked.text
    officer = await court.staff("officer")
    week = (await officer.open(f"/desk/tour?from={day}")).text
    assert "10:45—11:45" in week and "青龙镇白果村村委会院坝" in week and "80 分钟" in week
    cancelled = await officer.post(f"{path}/cancel", {"rev": "1", "cancel_reason": ""})
    assert cancelled.status == 422 and "取消的原因" in cancelled.text


async def test_who_finds_no_time_waits_and_is_offered_the_next_halt(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    mediator = await court.staff("mediator")
    sent = {"matter": case.id, "kind": "mediation", "village": "云峰镇石笋村", "note": "逢场天有空"}
    assert (await mediator.post("/desk/tour/waiting", sent)).status == 303
    assert (await mediator.post("/desk/tour/waiting", sent)).status == 303
    waiting = (await mediator.open("/desk/tour/waiting")).text
    assert waiting.count("逢场天有空") == 1 and "近期没有合适的停靠" in waiting
    path, _ = await halt_of(court, "云峰镇石笋村", 21)
    waiting = (await mediator.open("/desk/tour/waiting")).text
    assert path.rsplit("/", 1)[1] in waiting
    poster = await (await court.browser()).open("/stops")
    assert "云峰镇石笋村村委会院坝" in poster.text and case.number not in poster.text


async def test_an_ordinary_calendar_reads_the_feed(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    mediator = await court.staff("mediator")
    page = await mediator.post("/desk/tour/feeds", {"vehicle": ""})
    address = re.search(r"https?://[^<\s]+(/calendar/[^<\s]+\.ics)", page.text)
    assert address, page.text
    anyone = await court.browser()
    answer = await anyone.get(address[1])
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.text)
    events = {str(one.url.value).rsplit("/", 1)[1]: one for one in calendar.vevent_list}
    event = events[case.hearing]
    assert event.dtend.value - event.dtstart.value == timedelta(minutes=60)
    assert event.location.value == "凤鸣镇红星村村委会院坝"
    assert event.status.value == "CONFIRMED" and "王秀英" not in answer.text
    assert (await anyone.get(address[1].replace("/calendar/", "/calendar/x"))).status == 404
