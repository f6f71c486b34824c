"""The room over HTTP: who gets in, what each seat is shown, and the orders of the bench."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.room_court import Court, sitting


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with sitting(tmp_path, fonts_dir) as running:
        yield running


async def opened(court: Court) -> None:
    status, answer = await court.post("judge", "/open")
    assert status == 200, answer


async def test_each_seat_gets_its_own_layout(court: Court) -> None:
    for who, layout in (("judge", "bench"), ("clerk", "clerk"), ("vehicle", "vehicle"), ("remote", "party")):
        async with court.client.get(
            court.case.path, headers={**court.headers(who), "Accept": "text/html"}
        ) as page:
            text = await page.text()
        assert page.status == 200
        assert f'data-layout="{layout}"' in text
        assert ('id="order-open"' in text) == (who == "judge")
        assert ('id="editor-text"' in text) == (who == "clerk")


async def test_staff_of_another_matter_do_not_learn_that_the_hearing_exists(court: Court) -> None:
    status, answer = await court.get("stranger", "/state")
    assert (status, answer["code"]) == (404, "hearing.not_found")


async def test_nobody_without_a_session_enters(court: Court) -> None:
    async with court.client.get(f"{court.case.path}/state", headers={"Accept": "application/json"}) as answer:
        assert answer.status == 401


async def test_people_in_the_vehicle_sit_before_one_camera(court: Court) -> None:
    _, state = await court.get("judge", "/state")
    by_role = {seat["role"]: seat for seat in state["seats"]}
    assert by_role["vehicle"]["persons"] == [court.case.seats["applicant"].caption]
    assert {"judge", "clerk", "vehicle", "party"} == set(by_role)
    assert court.case.seats["applicant"].id not in {seat["seat"] for seat in state["seats"]}


async def test_the_worklist_leads_to_the_session_that_is_about_to_begin(court: Court) -> None:
    where = f'href="/desk/hearings/{court.case.hearing.id}"'
    for who, told in (("judge", True), ("clerk", True), ("stranger", False)):
        async with court.client.get("/desk", headers={**court.headers(who), "Accept": "text/html"}) as page:
            text = await page.text()
        assert page.status == 200
        assert ("就要开始的场次" in text and where in text) == told, who


async def test_opening_starts_the_recording_and_closing_ends_it(court: Court) -> None:
    _, before = await court.get("judge", "/state")
    assert before["may"] == ["open"]
    assert not before["hearing"]["recording"]
    await opened(court)
    _, state = await court.get("vehicle", "/state")
    assert state["hearing"]["state"] == "in_session"
    assert state["hearing"]["recording"]
    assert state["may"] == []
    _, recording = await court.get("clerk", "/recording")
    assert recording["state"] == "on"
    status, answer = await court.post("judge", "/close")
    assert status == 200
    assert answer["hearing"]["state"] == "closed"
    assert not answer["hearing"]["recording"]


async def test_opening_twice_is_refused_in_words(court: Court) -> None:
    await opened(court)
    status, answer = await court.post("judge", "/open")
    assert (status, answer["code"]) == (409, "hearing.wrong_state")
    assert answer["detail"]


@pytest.mark.parametrize("who", ["clerk", "vehicle", "remote"])
async def test_only_the_bench_gives_orders(court: Court, who: str) -> None:
    for order in ("open", "suspend", "resume", "close", "floor"):
        status, _ = await court.post(who, f"/{order}", reason="adjournment", seat="x", allowed=True)
        assert status in (401, 403), order
    _, state = await court.get("judge", "/state")
    assert state["hearing"]["state"] == "roll_call"


async def test_a_party_not_checked_for_this_hearing_is_named_and_nothing_opens(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, checked=False) as court:
        _, state = await court.get("judge", "/state")
        assert state["may"] == ["open"]
        assert state["obstacles"]
        status, answer = await court.post("judge", "/open")
        assert status == 409
        assert answer["code"].startswith("hearing.")
        _, after = await court.get("judge", "/state")
        assert after["hearing"]["state"] == "scheduled"


@pytest.mark.parametrize("reason", ["adjournment", "closed_evidence", "mediation_unsuited"])
async def test_the_three_lawful_reasons_pause_the_recording(court: Court, reason: str) -> None:
    await opened(court)
    status, paused = await court.post("judge", "/suspend", reason=reason)
    assert status == 200
    assert paused["hearing"]["paused"]
    assert (await court.get("judge", "/recording"))[1]["state"] == "paused"
    status, resumed = await court.post("judge", "/resume")
    assert status == 200
    assert resumed["hearing"]["paused"] == ""
    assert (await court.get("judge", "/recording"))[1]["state"] == "on"


@pytest.mark.parametrize("reason", ["", "lunch", "link_lost", None])
async def test_no_other_reason_interrupts_a_recording(court: Court, reason: str | None) -> None:
    await opened(court)
    status, _ = await court.post("judge", "/suspend", reason=reason)
    assert status in (400, 409, 422)
    assert (await court.get("judge", "/recording"))[1]["state"] == "on"


async def test_the_recording_is_watched_by_bench_and_clerk_alone(court: Court) -> None:
    await opened(court)
    for who in ("vehicle", "remote"):
        assert (await court.get(who, "/recording"))[0] == 401
    assert (await court.get("stranger", "/recording"))[0] == 403


async def test_an_order_without_the_token_of_the_page_changes_nothing(court: Court) -> None:
    headers = {**court.headers("judge"), "X-CSRF-Token": "wrong"}
    async with court.client.post(f"{court.case.path}/open", json={}, headers=headers) as answer:
        assert answer.status == 403
    _, state = await court.get("judge", "/state")
    assert state["hearing"]["state"] == "roll_call"


async def test_floor_of_an_unknown_seat_is_refused(court: Court) -> None:
    status, answer = await court.post("judge", "/floor", seat="nobody", allowed=False)
    assert status in (404, 409, 422)
    assert answer["code"]


async def test_malformed_orders_are_refused(court: Court) -> None:
    await opened(court)
    for body in (b"", b"[]", b"{", b'{"reason": 7}', b'{"reason":"adjournment","extra":1}'):
        headers = {**court.headers("judge"), "Content-Type": "application/json"}
        async with court.client.post(f"{court.case.path}/suspend", data=body, headers=headers) as answer:
            assert answer.status == 400, body
            assert (await answer.json(content_type=None))["code"] == "web.bad_request"
