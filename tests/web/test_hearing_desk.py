"""Booking and roll call: who, where, when; refused in words until everybody is known and willing; links of remote parties."""

import html
import re
from datetime import timedelta

import pytest

from court.services import hearing
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _booked(court: Court, **more: str) -> steps.Case:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case, **more)
    return case


def _link(text: str) -> str:
    found = re.search(r'value="http://[^"]*(/seat/[^"]+)"', text)
    assert found, "no link on the page"
    return html.unescape(found.group(1))


async def test_a_booked_session_says_who_sits_where(court: Court) -> None:
    case = await _booked(court, respondent="remote")
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/hearings/{case.hearing}")
    for words in (
        "申请人 王秀英",
        "被申请人 张德贵",
        "调解员 周和平",
        "书记员 陈书宁",
        "车载",
        "凤鸣镇红星村村委会院坝",
    ):
        assert words in page.text
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    assert sorted(str(s.role) for s in seats) == ["clerk", "mediator", "party", "party", "vehicle"]
    # The vehicle's screen stands in the village: its list tells sessions apart by masked names.
    listed = (await (await court.vehicle()).open("/kiosk/hearings")).text
    assert "王某某、张某某" in listed
    assert "王秀英" not in listed


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "gestern"}, "day"),
        ({"time": ""}, "time"),
        ({"minutes": "9999"}, "minutes"),
        ({"place": " "}, "place"),
        ({"day": "2020-01-01"}, "day"),
    ],
)
async def test_a_wrong_booking_keeps_what_was_typed_and_says_where(
    court: Court, wrong: dict[str, str], field: str
) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    mediator = await court.staff("mediator")
    sent = {
        "matter": case.id, "kind": "mediation", "day": "2030-01-05", "time": "09:30", "minutes": "60", "place": "红星村院坝",
        "place_1": "vehicle", "place_2": "vehicle", "staff_mediator": court.actors["mediator"].id,
    }  # fmt: skip
    answer = await mediator.post("/desk/hearings", sent | wrong)
    assert answer.status == 422, answer.text[-800:]
    assert f'href="#f-{field}"' in answer.text
    if field != "place":
        assert "红星村院坝" in answer.text


async def test_opening_is_refused_until_known_and_willing_and_the_page_says_why(court: Court) -> None:
    case = await _booked(court)
    clerk, mediator = await court.staff("clerk"), await court.staff("mediator")
    base = f"/desk/hearings/{case.hearing}"
    assert (await clerk.post(f"{base}/roll")).status == 303
    assert "现在还不能开始" in (await clerk.open(base)).text
    refused = await mediator.send(f"/room/{case.hearing}/open", {})
    assert refused.status == 409
    await steps.call_roll_from(court, case)
    assert "可以开始" in (await clerk.open(base)).text
    assert (await mediator.send(f"/room/{case.hearing}/open", {})).status == 200
    assert "进行中" in (await clerk.open(base)).text
    await mediator.send(f"/room/{case.hearing}/close", {})


async def test_an_id_card_with_another_number_is_refused_at_its_field(court: Court) -> None:
    case = await _booked(court)
    clerk = await court.staff("clerk")
    base = f"/desk/hearings/{case.hearing}"
    await clerk.post(f"{base}/roll")
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    party = next(s.party_id for s in seats if s.name == "王秀英")
    sent = {"party_id": party, "method": "id_card", f"id_number-{party}": "50023519800229001X"}
    answer = await clerk.post(f"{base}/identity", sent)
    assert answer.status == 409
    assert f'href="#f-id_number-{party}"' in answer.text
    assert "identity.mismatch" in answer.text
    right = await clerk.post(f"{base}/identity", sent | {f"id_number-{party}": "11010519491231002X"})
    assert right.status == 303


async def test_a_seat_link_is_shown_once_bound_to_one_device_and_leaves_the_address(court: Court) -> None:
    case = await _booked(court, respondent="remote")
    clerk = await court.staff("clerk")
    base = f"/desk/hearings/{case.hearing}"
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    remote = next(s.id for s in seats if s.place == "remote")
    made = await clerk.post(f"{base}/link", {"seat_id": remote})
    assert made.status == 200
    path = _link(made.text)
    assert "/seat/" not in (await clerk.open(base)).text
    court.clock.ahead = timedelta(minutes=40)
    try:
        phone, other = await court.browser(), await court.browser()
        preview = await phone.client.head(path, allow_redirects=False)
        assert preview.status == 503
        first = await phone.get(path)
        assert (first.status, first.location) == (303, f"/room/{case.hearing}/check")
        cookie = first.headers["Set-Cookie"]
        assert "court_seat=" in cookie and "SameSite=Lax" in cookie and "HttpOnly" in cookie
        assert (await phone.get(path)).status == 303
        stranger = await other.get(path, headers={"Accept": "text/html"})
        assert stranger.status == 403
        assert "seat.other_device" in stranger.text
        renewed = await clerk.post(f"{base}/link", {"seat_id": remote, "release": "yes"})
        assert (await other.get(_link(renewed.text))).status == 303
        assert (await phone.get(f"/room/{case.hearing}", headers={"Accept": "text/html"})).status in {
            401,
            403,
        }
    finally:
        court.clock.ahead = timedelta()


async def test_an_early_and_an_ended_link_say_so(court: Court) -> None:
    case = await _booked(court, respondent="remote")
    clerk = await court.staff("clerk")
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    remote = next(s.id for s in seats if s.place == "remote")
    path = _link((await clerk.post(f"/desk/hearings/{case.hearing}/link", {"seat_id": remote})).text)
    phone = await court.browser()
    early = await phone.get(path, headers={"Accept": "text/html"})
    assert early.status == 403
    assert "seat.too_early" in early.text
    assert (await clerk.post(f"/desk/hearings/{case.hearing}/unlink", {"seat_id": remote})).status == 303
    court.clock.ahead = timedelta(minutes=45)
    try:
        ended = await phone.get(path, headers={"Accept": "text/html"})
        assert "seat.revoked" in ended.text
    finally:
        court.clock.ahead = timedelta()
    unknown = await phone.get("/seat/" + "x" * 43, headers={"Accept": "text/html"})
    assert unknown.status == 404


async def test_a_seat_of_another_hearing_cannot_be_named(court: Court) -> None:
    here, there = await _booked(court, respondent="remote"), await _booked(court, respondent="remote")
    clerk = await court.staff("clerk")
    foreign = next(
        s.id for s in await court.read(hearing.seats, hearing_id=there.hearing) if s.place == "remote"
    )
    answer = await clerk.post(f"/desk/hearings/{here.hearing}/link", {"seat_id": foreign})
    assert answer.status == 404


async def test_moving_and_cancelling_before_the_opening(court: Court) -> None:
    case = await _booked(court)
    clerk = await court.staff("clerk")
    base = f"/desk/hearings/{case.hearing}"
    page = await clerk.open(base)
    sent = {
        "rev": steps.rev_of(page.text),
        "day": "2030-05-06",
        "time": "14:00",
        "minutes": "90",
        "place": "桑坪镇文化广场",
    }
    assert (await clerk.post(f"{base}/move", sent)).status == 303
    assert "2030年5月6日 星期一 下午2:00" in (await clerk.open(base)).text
    empty = await clerk.post(f"{base}/cancel", {"cancel-reason": ""})
    assert empty.status == 422
    assert (await clerk.post(f"{base}/cancel", {"cancel-reason": "山洪断路"})).status == 303
    assert "已取消" in (await clerk.open(base)).text


async def test_a_petition_is_received_in_the_same_room(court: Court) -> None:
    case = await steps.petition_of(court)
    official = await court.staff("petition")
    base = f"/desk/petitions/{case.id}"
    page = await official.open(base)
    assert "申诉求决" in page.text
    assert (await official.post(f"{base}/accept", {"rev": steps.rev_of(page.text)})).status == 303
    book = await official.open(f"/desk/hearings/new?petition={case.id}")
    assert "接访" in book.text
    sent = {
        "petition": case.id, "kind": "reception", "day": "2030-01-05", "time": "09:30", "minutes": "30",
        "place": "红星村院坝", "place_1": "vehicle", "staff_petition_official": court.actors["petition"].id,
    }  # fmt: skip
    answer = await official.post("/desk/hearings", sent)
    assert answer.status == 303, answer.text[-800:]
    case.hearing = answer.location.rsplit("/", 1)[1]
    await steps.call_roll(court, case, login="petition")
    opened = await official.send(f"/room/{case.hearing}/open", {})
    assert opened.status == 200, opened.text
    assert (await official.send(f"/room/{case.hearing}/close", {})).status == 200
    page = await official.open(base)
    recorded = await official.post(
        f"{base}/record", {"rev": steps.rev_of(page.text), "record-result": "当面说清了补偿标准。"}
    )
    assert recorded.status == 303, recorded.text[-800:]
    page = await official.open(base)
    reply = {"rev": steps.rev_of(page.text), "opinion": "已按标准补足。", "basis": "信访工作条例第三十二条"}
    assert (await official.post(f"{base}/reply", reply)).status == 303
    assert "已按标准补足" in (await official.open(base)).text
