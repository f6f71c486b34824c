"""The outside screen over HTTP: the vehicle's terminal alone opens it, and of what is not public it learns nothing."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

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
