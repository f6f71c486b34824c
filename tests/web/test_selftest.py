"""The self-test over HTTP: who reaches it, what is kept of it, who is told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.room_court import Court, sitting

YES = {"devices": True, "picture": True, "level": True, "sound": True}


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with sitting(tmp_path, fonts_dir) as running:
        yield running


def found(**changes: Any) -> dict[str, Any]:
    return {"answers": YES, "declared": True, "connected": True, "rtt_ms": 40, "loss": 0} | changes


async def told(court: Court, who: str) -> dict[str, str]:
    _, state = await court.get(who, "/state")
    return {seat["role"]: seat["tested"] for seat in state["seats"]}


async def test_bench_and_clerk_are_told_what_the_device_of_a_party_cannot_do(court: Court) -> None:
    status, answer = await court.post("remote", "/check", **found(answers=YES | {"sound": False}))
    assert (status, answer) == (200, {"words": "自测有问题：听不到声音", "well": False})
    for who in ("judge", "clerk"):
        assert (await told(court, who))["party"] == "自测有问题：听不到声音"
    assert set((await told(court, "vehicle")).values()) == {""}
    desk = f"/desk/hearings/{court.case.hearing.id}"
    async with court.client.get(desk, headers={**court.headers("clerk"), "Accept": "text/html"}) as page:
        assert "自测有问题：听不到声音" in await page.text()


async def test_the_test_is_for_who_has_a_seat_and_bounded(court: Court) -> None:
    for who in ("remote", "vehicle"):
        assert (await court.get(who, "/check"))[0] == 200
    assert (await court.get("stranger", "/check"))[0] == 404
    assert (await court.post("stranger", "/check", **found()))[0] == 404
    for wrong in ({"rtt_ms": -1}, {"loss": 2}, {"answers": {"smell": True}}, {"more": 1}):
        assert (await court.post("remote", "/check", **found(**wrong)))[0] == 400
    async with court.client.get(court.at("/check"), headers={"Accept": "application/json"}) as answer:
        assert answer.status == 401
