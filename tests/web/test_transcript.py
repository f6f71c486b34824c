"""The transcript over HTTP: one line for one id, revisions, conflicts, corrections, drafts, the final text."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.room_court import Court, sitting


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with sitting(tmp_path, fonts_dir) as running:
        status, answer = await running.post("judge", "/open")
        assert status == 200, answer
        yield running


async def write(court: Court, text: str, **changes: Any) -> dict[str, Any]:
    body = {
        "id": str(uuid.uuid4()),
        "speaker": court.case.seats["applicant"].caption,
        "text": text,
        "at": datetime.now(UTC).isoformat(),
    }
    status, answer = await court.post("clerk", "/transcript", **{**body, **changes})
    assert status == 200, answer
    return dict(answer["line"])


async def lines(court: Court, who: str = "remote") -> list[str]:
    _, answer = await court.get(who, "/transcript")
    return [line["text"] for line in answer["lines"]]


async def test_a_line_is_seen_by_everyone_with_its_place_in_the_recording(court: Court) -> None:
    line = await write(court, "路是1998年修的，一直走。䶮㛃𬱟")
    assert line["rev"] == 1
    assert line["offset_ms"] is not None
    for who in ("judge", "clerk", "vehicle", "remote"):
        assert await lines(court, who) == ["路是1998年修的，一直走。䶮㛃𬱟"]


async def test_sending_a_line_again_gives_the_same_line(court: Court) -> None:
    key, at = str(uuid.uuid4()), datetime.now(UTC).isoformat()
    first = await write(court, "只记一次", id=key, at=at)
    again = await write(court, "只记一次", id=key, at=at)
    assert (first["id"], first["seq"]) == (again["id"], again["seq"])
    assert await lines(court) == ["只记一次"]


async def test_a_line_cannot_claim_a_time_outside_the_session(court: Court) -> None:
    for wrong in (timedelta(days=-1), timedelta(days=1)):
        line = await write(court, "时间", at=(datetime.now(UTC) + wrong).isoformat())
        assert abs(datetime.fromisoformat(line["at"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_only_the_writer_writes(court: Court) -> None:
    body = {"id": str(uuid.uuid4()), "speaker": "甲", "text": "乙", "at": datetime.now(UTC).isoformat()}
    for who in ("judge", "vehicle", "remote"):
        status, answer = await court.post(who, "/transcript", **body)
        assert (status, answer["code"]) == (403, "transcript.not_allowed"), who
    assert await lines(court) == []


async def test_an_edit_of_an_old_revision_shows_both_texts(court: Court) -> None:
    line = await write(court, "路是一九九八年修的")
    path = f"/transcript/{line['id']}"
    edit = {"rev": 1, "speaker": line["speaker"]}
    status, _ = await court.post("clerk", path, id=str(uuid.uuid4()), text="路是1998年修的", **edit)
    assert status == 200
    status, answer = await court.post("clerk", path, id=str(uuid.uuid4()), text="路是2000年修的", **edit)
    assert (status, answer["code"]) == (409, "transcript.conflict")
    assert answer["current"]["text"] == "路是1998年修的"
    assert answer["current"]["rev"] == 2
    status, answer = await court.post("clerk", path, id=str(uuid.uuid4()), text="路是1998年修的", **edit)
    assert status == 200, "the same edit sent twice is one edit"
    _, history = await court.get("remote", f"{path}/history")
    assert [one["text"] for one in history["revisions"]] == ["路是一九九八年修的", "路是1998年修的"]


async def test_a_correction_is_asked_by_a_party_and_decided_by_the_bench(court: Court) -> None:
    line = await write(court, "宽三米")
    path = f"/transcript/{line['id']}/corrections"
    status, _ = await court.post("clerk", path, wanted="宽二米")
    assert status == 403
    status, asked = await court.post("remote", path, wanted="宽二米")
    assert status == 200, asked
    decide = f"/transcript/corrections/{asked['correction']['id']}"
    for who in ("clerk", "remote", "vehicle"):
        assert (await court.post(who, decide, accept=True, reason=""))[0] == 403
    status, decided = await court.post("judge", decide, accept=True, reason="双方一致")
    assert status == 200, decided
    assert decided["line"]["text"] == "宽二米"
    assert decided["line"]["rev"] == 2
    assert decided["correction"]["state"] == "accepted"


async def test_the_vehicle_asks_for_the_person_who_sits_there(court: Court) -> None:
    line = await write(court, "宽三米")
    path = f"/transcript/{line['id']}/corrections"
    stranger = court.case.seats["remote"].id
    assert (await court.post("vehicle", path, wanted="宽二米", seat=stranger))[0] == 403
    status, asked = await court.post("vehicle", path, wanted="宽二米")
    assert status == 200
    assert asked["correction"]["by"] == court.case.seats["applicant"].name
    _, seen = await court.get("remote", "/transcript")
    assert seen["corrections"] == [], "another party's request is not shown to this one"
    _, seen = await court.get("clerk", "/transcript")
    assert len(seen["corrections"]) == 1


async def test_the_unfinished_row_is_kept_and_goes_with_its_line(court: Court) -> None:
    key = str(uuid.uuid4())
    draft = {
        "line": key,
        "speaker": "审判员",
        "text": "说到一半",
        "at": datetime.now(UTC).isoformat(),
        "saved": 1.0,
    }
    assert (await court.post("clerk", "/transcript/draft", **draft))[0] == 200
    _, state = await court.get("clerk", "/state")
    assert state["draft"]["text"] == "说到一半"
    assert (await court.get("judge", "/state"))[1]["draft"] is None
    await write(court, "说到一半，说完了", id=key)
    assert (await court.get("clerk", "/state"))[1]["draft"] is None


@pytest.mark.parametrize("text", ["", "   ", "长" * 10_001])
async def test_empty_and_endless_lines_are_refused_in_words(court: Court, text: str) -> None:
    body = {"id": str(uuid.uuid4()), "speaker": "审判员", "text": text, "at": datetime.now(UTC).isoformat()}
    status, answer = await court.post("clerk", "/transcript", **body)
    assert status in (400, 409, 422), answer
    assert answer["detail"]
    assert await lines(court) == []


async def test_a_line_of_another_hearing_is_not_found(court: Court) -> None:
    edit = {"id": str(uuid.uuid4()), "rev": 1, "speaker": "甲", "text": "乙"}
    assert (await court.post("clerk", f"/transcript/{uuid.uuid4()}", **edit))[0] == 404


async def test_a_final_text_takes_no_more_lines(court: Court) -> None:
    await write(court, "笔录完")
    status, _ = await court.post("clerk", "/transcript/finalise")
    assert status == 409, "not while the session runs"
    assert (await court.post("judge", "/close"))[0] == 200
    status, final = await court.post("clerk", "/transcript/finalise")
    assert status == 200, final
    assert len(final["sha256"]) == 64
    body = {"id": str(uuid.uuid4()), "speaker": "甲", "text": "乙", "at": datetime.now(UTC).isoformat()}
    status, answer = await court.post("clerk", "/transcript", **body)
    assert (status, answer["code"]) == (409, "transcript.final")


async def test_a_moment_without_a_time_zone_is_refused(court: Court) -> None:
    body = {"id": str(uuid.uuid4()), "speaker": "甲", "text": "乙", "at": "2026-11-22T10:00:00"}
    status, answer = await court.post("clerk", "/transcript", **body)
    assert (status, answer["code"]) == (400, "web.bad_request")
    row = {"line": body.pop("id"), "saved": 1, **body}
    status, answer = await court.post("clerk", "/transcript/draft", **row)
    assert (status, answer["code"]) == (400, "web.bad_request")
