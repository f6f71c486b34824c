"""Playback of a recording: its page, its manifest and its segments. Nothing here writes a recording."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.installation import recording_public_key
from court.services import accounts, viewing
from court.services import hearing as hearings
from court.services import recording as recordings
from court.store import sight, views
from court.store.database import Read
from court.web import forms, pages
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.playback_words import GAP_WORDS, gap_row, is_sound, picture_caption
from court.web.room_state import line_facts
from court.web.writes import write_once
from signalling.verify_recording import RecordingReport, verify_recording

routes = Routes()
# Parties come to the door too, and are told why it is closed (法释〔2017〕5号 第十一条、第十五条).
READERS = staff() | SEAT | TERMINAL
MINUTE_MS = 60_000
# The same minute seen again within the hour is not written down again.
SEEN_AGAIN = timedelta(hours=1)
MOST_SEEN = 20_000


class Seen:
    """Which minutes of a recording were journaled for whom; bounded, forgets the oldest."""

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[str, str, int], datetime] = OrderedDict()

    def new(self, who: str, hearing_id: str, minute: int, now: datetime) -> bool:
        """True when this minute is to be written down now."""
        key = (who, hearing_id, minute)
        before = self._at.get(key)
        if before is not None and now - before < SEEN_AGAIN:
            return False
        self._at[key] = now
        self._at.move_to_end(key)
        while len(self._at) > MOST_SEEN:
            self._at.popitem(last=False)
        return True


SEEN: web.AppKey[Seen] = web.AppKey("RECORDINGS_SEEN", Seen)


async def gathered(
    request: web.Request, hearing_id: str, after_ms: int = 0
) -> tuple[views.Playback, dict[str, str]]:
    """The recording as this member of staff may see it now, and the captions of its seats by id."""
    who, now = actor(request), request[NOW]

    def read(rx: Read) -> tuple[views.Playback, dict[str, str]]:
        viewing.admitted(rx, actor=who, now=now, hearing_id=hearing_id)
        found = views.playback(rx, actor=who, hearing_id=hearing_id, after_ms=after_ms)
        return found, {seat.id: seat.caption for seat in hearings.seats(rx, hearing_id=hearing_id)}

    return await request.app[DB].read(read)


@routes.get("/hearings/{hearing_id}/playback", access=READERS)
async def page(request: web.Request) -> web.Response:
    """The page; whoever opens it is written down (法释〔2017〕5号 10). Without a seat a reason is asked first."""
    hearing_id = request.match_info["hearing_id"]
    try:
        found, captions = await gathered(request, hearing_id)
    except CourtError as error:
        if error.code != "recording.reason_needed":
            raise
        return await _ask_reason(request, hearing_id)
    await request.app[DB].write(
        recordings.viewed, actor=actor(request), now=request[NOW], hearing_id=hearing_id, part="page"
    )
    login = await request.app[DB].read(_login, who=actor(request))
    return pages.render(
        request,
        "playback/playback.html",
        hearing=found.hearing,
        watermark=f"{actor(request).name} {login}",
        live=found.recording.ended_at is None,
        gaps=[gap_row(gap, captions) for track in found.tracks for gap in track.gaps]
        + [gap_row(gap, captions) for gap in found.gaps],
    )


def _login(rx: Read, *, who: Actor) -> str:
    return accounts.get(rx, account_id=who.id).login


async def _ask_reason(
    request: web.Request, hearing_id: str, *, status: int = 200, errors: forms.Errors | None = None
) -> web.Response:
    hearing = await request.app[DB].read(sight.seen, actor=actor(request), hearing_id=hearing_id)
    return pages.render(request, "playback/reason.html", status=status, hearing=hearing, errors=errors or {})


@routes.post("/hearings/{hearing_id}/playback", access=staff())
async def give_reason(request: web.Request) -> web.Response:
    """查阅理由 of staff without a seat."""
    hearing_id = request.match_info["hearing_id"]
    form = await forms.sent(request)
    reason = form.text("view-reason", required=True, most=400)
    try:
        form.check()
        await write_once(request, form, viewing.give_reason, hearing_id=hearing_id, reason=reason)
    except CourtError as error:
        if error.code != "form.invalid":
            raise
        return await _ask_reason(request, hearing_id, status=422, errors=forms.errors(error))
    return pages.see_other(f"/hearings/{hearing_id}/playback")


@routes.get("/hearings/{hearing_id}/playback.json", access=READERS)
async def manifest(request: web.Request) -> web.Response:
    """Tracks with their segments and gaps on one line of milliseconds, moments to jump to, the transcript lines.

    `?after=ms` leaves out segments that ended before: a page that follows a running session asks so.
    """
    after = request.query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise CourtError("web.bad_request")
    found, captions = await gathered(request, request.match_info["hearing_id"], int(after))
    return pages.json(
        {
            "hearing": found.hearing.id,
            "started_at": found.recording.started_at,
            "live": found.recording.ended_at is None,
            "length_ms": found.length_ms,
            "tracks": [_track(found, track, captions) for track in found.tracks],
            "markers": [{"at_ms": m.at_ms, "kind": m.kind, "words": m.words} for m in found.markers],
            "lines": [line_facts(line) for line in found.lines],
        }
    )


def _track(found: views.Playback, track: views.PlaybackTrack, captions: dict[str, str]) -> dict[str, Any]:
    base = f"/hearings/{found.hearing.id}/recording/{track.track}"
    return {
        "track": track.track,
        "caption": picture_caption(captions.get(track.participant, track.participant), track.media),
        "media": _kind(track.media),
        "source": track.media,
        "segments": [
            {"index": s.index, "start_ms": s.start_ms, "end_ms": s.end_ms, "url": f"{base}/{s.index}.webm"}
            for s in track.segments
        ],
        "gaps": [
            {
                "start_ms": gap.start_ms,
                "end_ms": found.length_ms if gap.end_ms is None else gap.end_ms,
                "reason": GAP_WORDS.get(gap.reason, gap.reason),
            }
            for gap in (*track.gaps, *found.gaps)
        ],
    }


def _kind(media: str) -> str:
    return "audio" if is_sound(media) else "video"


@routes.get("/hearings/{hearing_id}/recording/{track}/{index}.webm", access=READERS)
async def segment(request: web.Request) -> web.StreamResponse:
    """One segment, by byte ranges where wanted; each minute that somebody looks at is written down before it leaves."""
    hearing_id, index = request.match_info["hearing_id"], request.match_info["index"]
    track = request.match_info["track"]
    if not (index.isascii() and index.isdigit() and len(index) <= 9):
        raise CourtError("recording.segment_not_found")
    who, now = actor(request), request[NOW]

    def read(rx: Read) -> tuple[Any, Any]:
        viewing.admitted(rx, actor=who, now=now, hearing_id=hearing_id)
        row = views.segment(rx, hearing_id=hearing_id, track=track, index=int(index))
        return recordings.get(rx, hearing_id=hearing_id), row

    recording, row = await request.app[DB].read(read)
    root = await asyncio.to_thread((request.app[CONFIG].recordings_dir / recording.directory).resolve)
    path = await asyncio.to_thread((root / row.path).resolve)
    if not path.is_relative_to(root) or not await asyncio.to_thread(path.is_file):
        raise CourtError("recording.segment_not_found")
    minute = row.start_ms // MINUTE_MS
    if request.app[SEEN].new(who.id, hearing_id, minute, now):
        part = f"{minute // 60:02}:{minute % 60:02}"
        await request.app[DB].write(recordings.viewed, actor=who, now=now, hearing_id=hearing_id, part=part)
    answer = web.FileResponse(path, headers={"Cache-Control": "private, no-store"})
    answer.content_type = f"{_kind(row.media)}/webm"
    return answer


@routes.get("/hearings/{hearing_id}/recording/integrity", access=staff())
async def integrity(request: web.Request) -> web.Response:
    """Hash chain, Merkle root and checkpoint, checked anew from the files; the first bad range is named."""
    found, _ = await gathered(request, request.match_info["hearing_id"])
    directory = request.app[CONFIG].recordings_dir / found.recording.directory
    report = await asyncio.to_thread(_verify, directory, request.app[CONFIG].authority_dir)
    running = found.recording.ended_at is None
    problems = [p for p in report.problems if not (running and p.code in UNFINISHED)]
    kept = not found.recording.root or found.recording.root == report.root
    texts = [str(problem) for problem in problems]
    if running:
        texts.append("录制还没有结束，以上为已保存部分的核对结果。")
    if not kept:
        texts.append("文件算出的校验值与登记的不一致。")
    return pages.json({"sound": kept and not problems, "root": report.root, "problems": texts})


UNFINISHED = frozenset({"recording.not_stopped", "recording.no_checkpoint", "recording.unknown_file"})


def _verify(directory: Path, authority: Path) -> RecordingReport:
    return verify_recording(directory, recording_public_key(authority))
