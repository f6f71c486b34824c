"""Playback of a recording: its page, its manifest and its segments. Nothing here writes a recording."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import REASON_NAMES
from court.domain.recording import GapRow
from court.installation import recording_public_key
from court.services import hearing as hearings
from court.services import recording as recordings
from court.store import views
from court.store.database import Read
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.room_state import line_facts
from signalling.verify_recording import RecordingReport, verify_recording

routes = Routes()

# 法释〔2017〕5号 3 and 4: each interruption and each fault is told with its reason.
GAP_WORDS = {
    "loss": "网络丢失",
    "mute": "已静音或关闭",
    "link": "断线（保留席位）",
    "device": "设备没有声音或画面",
    "crash": "系统中断后恢复",
    "not_joined": "尚未进入",
    "disk": "法院服务器磁盘已满或写入出错",
    "caucus": "背对背调解（依规则不录）",
    "outside": "在候庭区，未进入庭审",
    "bandwidth": "网络差，已停发画面",
} | {reason.value: name for reason, name in REASON_NAMES.items()}
MEDIA_WORDS = {"mic": "声音", "camera": "画面", "document": "实物展台", "audio": "声音", "video": "画面"}


async def _playback(request: web.Request) -> tuple[views.Playback, dict[str, str]]:
    """The recording as this member of staff may see it, and the captions of its seats by id."""
    hearing_id = request.match_info["hearing_id"]

    def read(rx: Read) -> tuple[views.Playback, dict[str, str]]:
        found = views.playback(rx, actor=actor(request), hearing_id=hearing_id)
        return found, {seat.id: seat.caption for seat in hearings.seats(rx, hearing_id=hearing_id)}

    return await request.app[DB].read(read)


@routes.get("/hearings/{hearing_id}/playback", access=staff())
async def page(request: web.Request) -> web.Response:
    """The page; whoever opens it is written down (法释〔2017〕5号 10)."""
    found, captions = await _playback(request)
    await request.app[DB].write(
        recordings.viewed, actor=actor(request), now=request[NOW], hearing_id=found.hearing.id, part="page"
    )
    return pages.render(
        request,
        "playback/playback.html",
        hearing=found.hearing,
        gaps=[_gap_row(gap, captions) for track in found.tracks for gap in track.gaps]
        + [_gap_row(gap, captions) for gap in found.gaps],
    )


@routes.get("/hearings/{hearing_id}/playback.json", access=staff())
async def manifest(request: web.Request) -> web.Response:
    """Tracks with their segments and gaps on one line of milliseconds, and the transcript lines."""
    found, captions = await _playback(request)
    return pages.json(
        {
            "hearing": found.hearing.id,
            "started_at": found.recording.started_at,
            "length_ms": found.length_ms,
            "tracks": [_track(found, track, captions) for track in found.tracks],
            "lines": [line_facts(line) for line in found.lines],
        }
    )


def _track(found: views.Playback, track: views.PlaybackTrack, captions: dict[str, str]) -> dict[str, Any]:
    base = f"/hearings/{found.hearing.id}/recording/{track.track}"
    return {
        "track": track.track,
        "caption": captions.get(track.participant, track.participant),
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
    return "audio" if media in ("mic", "audio") else "video"


@routes.get("/hearings/{hearing_id}/recording/{track}/{index}.webm", access=staff())
async def segment(request: web.Request) -> web.StreamResponse:
    """One segment, by byte ranges where wanted."""
    found, _ = await _playback(request)
    wanted = (request.match_info["track"], request.match_info["index"])
    rows: Sequence[Any] = [s for track in found.tracks for s in track.segments]
    row = next((s for s in rows if (s.track, str(s.index)) == wanted), None)
    if row is None:
        raise CourtError("recording.segment_not_found")
    root = await asyncio.to_thread(_directory(request, found).resolve)
    path = await asyncio.to_thread((root / row.path).resolve)
    if not path.is_relative_to(root) or not await asyncio.to_thread(path.is_file):
        raise CourtError("recording.segment_not_found")
    answer = web.FileResponse(path, headers={"Cache-Control": "private, no-store"})
    answer.content_type = f"{_kind(row.media)}/webm"
    return answer


@routes.get("/hearings/{hearing_id}/recording/integrity", access=staff())
async def integrity(request: web.Request) -> web.Response:
    """Hash chain, Merkle root and checkpoint, checked anew from the files; the first bad range is named."""
    found, _ = await _playback(request)
    report = await asyncio.to_thread(_verify, _directory(request, found), request.app[CONFIG].authority_dir)
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


def _directory(request: web.Request, found: views.Playback) -> Path:
    return request.app[CONFIG].recordings_dir / found.recording.directory


def _gap_row(gap: GapRow, captions: dict[str, str]) -> dict[str, str]:
    """A gap in words for the list under the timeline; a gap of every track names nobody."""
    who = captions.get(gap.participant, "")
    media = MEDIA_WORDS.get(gap.track.rpartition("-")[2], "")
    return {
        "caption": f"{who} {media}".strip() or "全部",
        "start": _span(gap.start_ms),
        "end": "现在" if gap.end_ms is None else _span(gap.end_ms),
        "reason": GAP_WORDS.get(gap.reason, gap.reason),
    }


def _span(ms: int) -> str:
    """hh:mm:ss.t from the start of the recording."""
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest // 100}"
