"""The outside screen over HTTP: the vehicle's terminal alone opens it, and of what is not public it learns nothing."""

import asyncio
import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from court.services import hearing as hearings
from court.web.keys import DB
from signalling.messages import Hello, encode
from tests.web.room_court import Court, sitting


async def write(court: Court, text: str) -> None:
    line = {
        "id": str(uuid.uuid4()),
        "speaker": court.case.seats["remote"].caption,
        "text": text,
        "at": datetime.now(UTC).isoformat(),
    }
    status, answer = await court.post("clerk", "/transcript", **line)
    assert status == 200, answer


async def shown(court: Court) -> dict[str, Any]:
    status, facts = await court.get("vehicle", "/screen/state")
    assert status == 200
    return dict(facts)


@pytest.mark.parametrize("who", ["judge", "clerk", "stranger", "remote"])
async def test_only_the_vehicles_terminal_opens_it(tmp_path: Path, fonts_dir: Path, who: str) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        for path in ("/screen", "/screen/state", "/screen/ws"):
            assert (await court.get(who, path))[0] == 401, path
        assert (await court.get("vehicle", "/screen"))[0] == 200


async def test_what_is_not_public_shows_words_alone(tmp_path: Path, fonts_dir: Path) -> None:
    async with sitting(tmp_path, fonts_dir) as court:
        assert (await court.post("judge", "/open"))[0] == 200
        facts = await shown(court)
        assert (facts["live"], facts["seats"], facts["lines"]) == (False, [], [])
        assert facts["title"] == "本次活动依法不公开进行"
        assert "王" not in facts["text"]


async def test_a_public_session_is_shown_masked_and_an_interruption_takes_it_away(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        assert (await shown(court))["title"] == "还没有开始"
        assert (await court.post("judge", "/open"))[0] == 200
        await write(court, "我是张德贵，电话13800001234。")
        facts = await shown(court)
        assert facts["live"]
        assert [line["text"] for line in facts["lines"]] == [f"我是张某某，电话{'*' * 11}。"]
        told = str(facts)
        assert "张德贵" not in told and "王秀英" not in told
        assert "李正言" in told
        for reason in ("adjournment", "closed_evidence", "mediation_unsuited"):
            assert (await court.post("judge", "/suspend", reason=reason))[0] == 200
            facts = await shown(court)
            assert (facts["live"], facts["seats"], facts["lines"]) == (False, [], [])
            assert (await court.post("judge", "/resume"))[0] == 200
        assert (await court.post("judge", "/close"))[0] == 200
        assert (await shown(court))["title"] == "已经结束"


async def area_of_the_screen(ws: ClientWebSocketResponse, wanted: str) -> dict[str, Any]:
    """The first word of the room after which the screen stands there, and what it says of others."""
    async with asyncio.timeout(20):
        while True:
            said = json.loads(await ws.receive_str())
            if said["type"] == "state":
                own = next((one for one in said["seats"] if one["seat"] == "screen"), None)
                if own and own["area"] == wanted:
                    return dict(said)


async def test_the_server_moves_the_screen_before_the_door_whenever_the_public_may_not_watch(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        headers = court.headers("vehicle")
        async with court.client.ws_connect(court.at("/screen/ws"), headers=headers) as ws:
            await ws.send_str(encode(Hello(page="screen-page")))
            await area_of_the_screen(ws, "lobby")
            assert (await court.post("judge", "/open"))[0] == 200
            await area_of_the_screen(ws, "main")
            for reason in ("closed_evidence", "adjournment"):
                assert (await court.post("judge", "/suspend", reason=reason))[0] == 200
                there = await area_of_the_screen(ws, "lobby")
                assert [one["seat"] for one in there["seats"]] == ["screen"]
                assert (await court.post("judge", "/resume"))[0] == 200
                await area_of_the_screen(ws, "main")
            for sends in ("mic", "camera"):
                offer = {
                    "type": "offer",
                    "connection": "c1",
                    "sdp": "v=0",
                    "sends": [{"mid": "0", "source": sends}],
                }
                await ws.send_str(json.dumps(offer))
                async with asyncio.timeout(20):
                    while (said := json.loads(await ws.receive_str()))["type"] != "error":
                        pass
                assert said["code"] == "media.not_allowed"
        present = await court.client.app[DB].read(hearings.seats, hearing_id=court.case.hearing.id)
        assert "screen" not in {one.id for one in present}
