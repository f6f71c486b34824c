"""Order in the room over HTTP: who may order what, what a person before the door may know, what the room is told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from court.domain.admission import AdmissionAction
from court.web.keys import BRIDGE, ROOMS
from tests.web.room_court import TOKEN, Court, sitting


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with sitting(tmp_path, fonts_dir, opened=True, admitted=False, witness=True) as running:
        yield running


def seat(court: Court, who: str) -> str:
    return court.case.seats[who].id


def door(order: dict[str, Any], seat_id: str) -> dict[str, Any]:
    return next(one for one in order["doors"] if one["seat"] == seat_id)


async def test_who_waits_knows_nothing_and_is_told_what_to_do(court: Court) -> None:
    for who, code in (("remote", "admission"), ("witness", "witness")):
        status, state = await court.get(who, "/state")
        assert status == 200
        assert state["waiting"]["code"] == code
        assert (state["lines"], state["order"], state["agreement"], state["speakers"]) == ([], None, None, [])
        assert [one["seat"] for one in state["seats"]] == [seat(court, who)]
        for path in ("/transcript", "/agreement"):
            refused, _ = await court.get(who, path)
            assert refused == 403, path


async def test_bench_and_clerk_let_people_in_but_only_the_bench_calls_a_witness(court: Court) -> None:
    guest, witness = ({"seat": seat(court, who)} for who in ("remote", "witness"))
    status, order = await court.post("clerk", "/admit", **guest)
    assert status == 200
    assert door(order, guest["seat"])["admission"] == "admitted"
    status, problem = await court.post("clerk", "/admit", **witness)
    assert (status, problem["code"]) == (403, "admission.not_allowed")
    status, order = await court.post("judge", "/admit", **witness)
    assert door(order, witness["seat"])["may"] == ["dismiss", "excuse", "remove"]
    _, state = await court.get("witness", "/state")
    assert state["waiting"] is None
    status, _ = await court.post("judge", "/excuse", **witness)
    assert status == 200
    status, _ = await court.get("witness", "/transcript")
    assert status == 403


@pytest.mark.parametrize("verb", [*(a.value for a in AdmissionAction), "floor", "mute", "stage", "remind"])
async def test_no_party_and_no_judge_of_another_matter_gives_orders(court: Court, verb: str) -> None:
    for who in ("remote", "vehicle", "witness", "stranger"):
        status, problem = await court.post(who, f"/{verb}", seat=seat(court, "remote"))
        assert status in {401, 403, 404}, (who, problem)
    status, order = await court.get("judge", "/order")
    assert status == 200
    assert door(order, seat(court, "remote"))["admission"] == "waiting"


async def test_who_was_removed_is_shut_out_of_every_page(court: Court) -> None:
    guest = {"seat": seat(court, "remote")}
    await court.post("judge", "/admit", **guest)
    assert (await court.get("remote", "/state"))[0] == 200
    _, order = await court.post("judge", "/remove", **guest)
    assert door(order, guest["seat"])["admission_name"] == "已移出"
    assert (await court.get("remote", "/state"))[0] in {401, 403}


async def test_who_is_removed_is_sent_away_before_being_put_anywhere(court: Court) -> None:
    """A page that is put before the door reads everything again, and would show the refusal of that instead."""
    told: list[tuple[str, Any]] = []
    rooms = court.client.server.app[ROOMS]  # type: ignore[union-attr]
    guest = seat(court, "remote")
    rooms.open(court.case.hearing.id)
    await court.post("judge", "/admit", seat=guest)
    for verb in ("place", "evict"):
        real = getattr(rooms, verb)

        def heard(*facts: Any, name: str = verb, real: Any = real) -> None:
            told.append((name, facts[1]))
            real(*facts)

        setattr(rooms, verb, heard)
    await court.post("judge", "/remove", seat=guest)
    assert next(name for name, who in told if who == guest) == "evict"


async def test_the_room_is_told_the_whole_order_also_when_it_is_new(court: Court) -> None:
    """After a restart the room knows nothing; whatever the database has it is told again."""
    told: list[tuple[str, tuple[Any, ...]]] = []
    rooms = court.client.server.app[ROOMS]  # type: ignore[union-attr]
    bridge = court.client.server.app[BRIDGE]  # type: ignore[union-attr]
    hearing = court.case.hearing.id
    rooms.open(hearing)
    for verb in ("place", "mute", "floor", "arrange", "stage", "countdown"):
        real = getattr(rooms, verb)

        def heard(*facts: Any, name: str = verb, real: Any = real) -> None:
            told.append((name, facts))
            real(*facts)

        setattr(rooms, verb, heard)
    await court.post("judge", "/stage", code="statements")
    await court.post("judge", "/mute", seat=seat(court, "vehicle"), muted=True, locked=True)
    await court.post("judge", "/admit", seat=seat(court, "remote"))
    told.clear()
    await bridge.obey(hearing)
    facts = {(name, args[1:]) for name, args in told}
    assert ("place", (seat(court, "remote"), "main")) in facts
    assert ("place", (seat(court, "witness"), "lobby")) in facts
    assert ("mute", (seat(court, "vehicle"), True, True)) in facts
    assert ("stage", ("statements",)) in facts


async def test_reminder_aside_and_health_reach_only_whom_they_should(court: Court) -> None:
    guest = seat(court, "remote")
    key = "0192f0a0-0000-7000-8000-000000000001"
    for _ in range(2):
        status, order = await court.post(
            "judge", "/remind", seat=guest, cause="speech", once=key, note="请等对方说完"
        )
        assert status == 200
    assert [one["name"] for one in door(order, guest)["told"]] == ["提示"]
    for who, expected in (("judge", 200), ("clerk", 200), ("remote", 403), ("vehicle", 403)):
        status, _ = await court.get(who, "/asides")
        assert (status == 200) == (expected == 200), who
        status, _ = await court.get(who, "/health")
        assert (status == 200) == (expected == 200), who
    status, said = await court.post("clerk", "/asides", text="请他靠近话筒", once=key)
    assert (status, said[0]["mine"], said[0]["text"]) == (200, True, "请他靠近话筒")


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("floor", {"allowed": True, "seconds": 5}, "order.seconds"),
        ("floor", {"allowed": True, "seconds": 10**12}, "order.seconds"),
        ("stage", {"code": "judgment"}, "order.stage_unknown"),
        ("mute", {"muted": True}, "web.bad_request"),
        ("arrange", {"layout": "upside-down"}, "web.bad_request"),
        ("remind", {"cause": "left", "once": "../../etc"}, "web.bad_request"),
        ("absence", {}, "absence.not_open"),
        ("countdown", {"seconds": 60}, "hearing.wrong_state"),
    ],
)
async def test_an_order_out_of_bounds_is_refused_with_its_code(
    court: Court, verb: str, body: dict[str, Any], code: str
) -> None:
    if verb in {"floor", "remind", "absence"}:
        body = {"seat": seat(court, "remote"), **body}
    status, problem = await court.post("judge", f"/{verb}", **body)
    assert status >= 400
    assert problem["code"] == code


async def test_the_roll_call_on_the_desk_lets_a_person_in_too(court: Court) -> None:
    guest = seat(court, "remote")
    desk = f"/desk/hearings/{court.case.hearing.id}"
    headers = {**court.headers("clerk"), "Accept": "text/html"}
    form = {"seat_id": guest, "csrf": TOKEN, "once": "0192f0a0-0000-7000-8000-000000000002"}
    async with court.client.post(
        f"{desk}/admit", data=form, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == 303, await answer.text()
    _, order = await court.get("judge", "/order")
    assert door(order, guest)["admission"] == "admitted"
