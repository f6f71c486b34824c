"""Between hearing and room: what is decided is carried out there, what is reported is written down, a crash is taken up."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from court.services import hearing, recording
from court.store import journal
from court.store.database import Read
from court.web import recording_rows
from court.web.keys import BRIDGE, CONFIG, DB, ROOMS
from signalling.messages import Phase, Source
from signalling.segments import Gap, GapReason, Segment
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _in_session(court: Court) -> steps.Case:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    await steps.open_session(court, case)
    return case


def _segment(seat_id: str, start: int) -> Segment:
    return Segment(
        seat=seat_id, source=Source.MIC, file=f"{seat_id}-mic-{start}.webm", sha256=f"{start:064x}", size=10,
        start_ms=start, end_ms=start + 4000, frames=1, lost=0, first_rtp=0, last_rtp=1, blocks=(),
    )  # fmt: skip


async def test_opening_starts_the_recording_and_closing_signs_and_stamps_it(court: Court) -> None:
    case = await _in_session(court)
    rooms = court.application[ROOMS]
    assert (await rooms.status(case.hearing)).recording == "on"
    row = await court.read(recording.get, hearing_id=case.hearing)
    assert row is not None and row.ended_at is None
    mediator = await court.staff("mediator")
    assert (await mediator.send(f"/room/{case.hearing}/suspend", {"reason": "closed_evidence"})).status == 200
    assert (await rooms.status(case.hearing)).recording == "paused"
    assert (await rooms.status(case.hearing)).phase is Phase.SUSPENDED
    assert (await mediator.send(f"/room/{case.hearing}/resume", {})).status == 200
    assert (await rooms.status(case.hearing)).recording == "on"
    assert (await mediator.send(f"/room/{case.hearing}/close", {})).status == 200
    row = await court.read(recording.get, hearing_id=case.hearing)
    size, root, _ = recording_rows.read_note(row.checkpoint)
    assert row.ended_at and row.root == root and size > 0
    stamp = court.application[CONFIG].recordings_dir / case.hearing / "checkpoint.tsr"
    assert stamp.stat().st_size > 500
    assert not rooms.is_open(case.hearing)


async def test_what_the_room_reports_is_written_in_order_and_only_once(court: Court) -> None:
    case = await _in_session(court)
    bridge = court.application[BRIDGE]
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    vehicle = next(s for s in seats if s.role == "vehicle")
    at = datetime.now(UTC).timestamp()
    for state in ("joined", "lost", "back", "lost"):
        bridge.seat_changed(case.hearing, vehicle.id, state, at)
    for start in (0, 4000, 8000):
        bridge.segment_closed(case.hearing, _segment(vehicle.id, start))
    bridge.gap_closed(
        case.hearing,
        Gap(seat=vehicle.id, source=Source.MIC, start_ms=12_000, end_ms=13_000, reason=GapReason.LINK),
    )
    await bridge.settled()
    found = await court.read(recording.segments, hearing_id=case.hearing)
    assert [(s.index, s.start_ms) for s in found] == [(0, 0), (1, 4000), (2, 8000)]
    gaps = await court.read(recording.gaps, hearing_id=case.hearing)
    assert [(g.reason, g.start_ms, g.end_ms) for g in gaps] == [("link", 12_000, 13_000)]
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    here = next(s for s in seats if s.id == vehicle.id)
    assert str(here.presence) == "lost"


async def test_pages_are_told_of_a_seat_when_it_can_be_read(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await _in_session(court)
    bridge = court.application[BRIDGE]
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    vehicle = next(s for s in seats if s.role == "vehicle")
    seen: list[tuple[str, str]] = []

    def look(_room: str, topic: str, _body: Any, _only: list[str] | None = None) -> None:
        with closing(sqlite3.connect(court.folder / "court.sqlite")) as beside:
            (presence,) = beside.execute("SELECT presence FROM seat WHERE id = ?", [vehicle.id]).fetchone()
        seen.append((topic, presence))

    monkeypatch.setattr(bridge.rooms, "notify", look)
    for state in ("joined", "lost"):
        bridge.seat_changed(case.hearing, vehicle.id, state, datetime.now(UTC).timestamp())
    await bridge.settled()
    assert seen == [("seat", "joined"), ("seat", "lost")]


async def test_what_a_weak_link_made_of_the_pictures_stands_in_the_journal(court: Court) -> None:
    case = await _in_session(court)
    bridge = court.application[BRIDGE]
    seats = await court.read(hearing.seats, hearing_id=case.hearing)
    vehicle = next(s for s in seats if s.role == "vehicle")
    for step in ("low", "sound", "high"):
        bridge.quality(case.hearing, vehicle.id, step, datetime.now(UTC).timestamp())
    await bridge.settled()

    def entries(rx: Read) -> list[dict[str, Any]]:
        rows = journal.entries(rx.conn, subject=case.hearing)
        return [json.loads(row.body) for row in rows if row.type == "hearing.link_quality"]

    found = await court.read(entries)
    assert [d["step"] for d in found] == ["low", "sound", "high"] and found[0]["seat"] == vehicle.id


async def test_a_report_that_cannot_be_written_does_not_stop_the_next(court: Court) -> None:
    case = await _in_session(court)
    bridge = court.application[BRIDGE]
    bridge.seat_changed(case.hearing, "no-such-seat", "joined", 0.0)
    bridge.segment_closed(case.hearing, _segment("anybody", 0))
    await bridge.settled()
    assert len(await court.read(recording.segments, hearing_id=case.hearing)) == 1


async def test_a_recording_cut_short_by_a_crash_is_closed_with_its_gap(court: Court) -> None:
    case = await _in_session(court)
    app = court.application
    directory = app[CONFIG].recordings_dir / case.hearing
    await asyncio.sleep(0.6)
    left_behind = directory.with_name("left-behind")
    shutil.copytree(directory, left_behind)
    await court.write(hearing.close, actor=court.actors["mediator"], now=court.now(), hearing_id=case.hearing)
    await app[ROOMS].close_room(case.hearing)
    shutil.rmtree(directory)
    left_behind.rename(directory)
    await app[BRIDGE].recover()
    row = await app[DB].read(recording.get, hearing_id=case.hearing)
    assert row.ended_at is not None
    assert recording_rows.read_note(row.checkpoint)[1] == row.root
    assert case.hearing not in {r.hearing_id for r in await app[DB].read(recording.unfinished)}


async def test_a_disk_that_refuses_suspends_the_session_at_once(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    (court.application[CONFIG].recordings_dir / case.hearing).write_text("a file where the folder should be")
    mediator = await court.staff("mediator")
    answer = await mediator.send(f"/room/{case.hearing}/open", {})
    assert answer.status == 503
    assert "recording.not_started" in answer.text
    found = await court.read(hearing.get, hearing_id=case.hearing)
    assert str(found.state) == "suspended"
    again = await mediator.send(f"/room/{case.hearing}/resume", {})
    assert (again.status, "recording.not_started" in again.text) == (503, True)
    found = await court.read(hearing.get, hearing_id=case.hearing)
    assert str(found.state) == "suspended"
    assert (await court.application[ROOMS].status(case.hearing)).phase is Phase.SUSPENDED


async def test_a_session_whose_recording_cannot_be_taken_up_again_is_interrupted(court: Court) -> None:
    case = await _in_session(court)
    app = court.application
    await app[ROOMS].close_room(case.hearing)
    directory = app[CONFIG].recordings_dir / case.hearing
    shutil.rmtree(directory)
    directory.write_text("a file where the folder was")
    await app[BRIDGE].recover()
    found = await court.read(hearing.get, hearing_id=case.hearing)
    assert str(found.state) == "suspended"
    assert (await app[ROOMS].status(case.hearing)).phase is Phase.SUSPENDED


async def test_a_session_killed_between_its_opening_and_its_recording_is_recorded_again(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    mediator = court.actors["mediator"]
    await court.write(hearing.open_session, actor=mediator, now=court.now(), hearing_id=case.hearing)
    await court.application[BRIDGE].recover()
    assert (await court.application[ROOMS].status(case.hearing)).recording == "on"


async def test_an_opening_overtaken_by_the_closing_opens_nothing(court: Court) -> None:
    case = await _in_session(court)
    rooms, bridge = court.application[ROOMS], court.application[BRIDGE]
    await court.write(hearing.close, actor=court.actors["mediator"], now=court.now(), hearing_id=case.hearing)
    await asyncio.gather(bridge.follow(case.hearing), bridge.follow(case.hearing))
    assert not rooms.is_open(case.hearing)
    row = await court.read(recording.get, hearing_id=case.hearing)
    assert row.ended_at is not None


async def test_a_session_called_off_sends_those_who_wait_home(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    court.application[BRIDGE].admit(await court.read(hearing.get, hearing_id=case.hearing))
    mediator = await court.staff("mediator")
    answer = await mediator.post(f"/desk/hearings/{case.hearing}/cancel", {"cancel-reason": "改日再来"})
    assert answer.status == 303, answer.text
    assert not court.application[ROOMS].is_open(case.hearing)


async def test_a_foreign_page_cannot_open_the_socket_with_our_cookies(court: Court) -> None:
    case = await _in_session(court)
    mediator = await court.staff("mediator")
    answer = await mediator.get(f"/room/{case.hearing}/ws", headers={"Origin": "https://evil.example"})
    assert answer.status == 403
    stranger = await court.staff("stranger")
    assert (await stranger.get(f"/room/{case.hearing}/ws")).status in {403, 404}
