"""How each line of the room is, for bench and clerk: figures of the media plane put into words. Measures nothing."""

from __future__ import annotations

import asyncio

import msgspec
from aiohttp import web

from court.domain import health as words
from court.domain.errors import CourtError
from court.services import asides
from court.services import hearing as hearings
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB, ROOMS
from signalling.messages import SeatState, Source
from signalling.status import LinkStatus, RoomStatus, TrackStatus

routes = Routes()


class Ears:
    """When each microphone last gave at least the noise of a room; asked and fed by the pages that watch."""

    def __init__(self) -> None:
        self._alive: dict[str, dict[str, float]] = {}

    def dead_s(self, room_id: str, track: TrackStatus, now: float) -> float:
        """Seconds since the microphone gave anything; `now` is monotonic."""
        known = self._alive.setdefault(room_id, {})
        if track.level < words.DEAD_LEVEL and track.silent_s < 1:
            known[track.seat_id] = now
        return now - known.setdefault(track.seat_id, now)

    def forget(self, room_id: str) -> None:
        """The room is closed."""
        self._alive.pop(room_id, None)


EARS: web.AppKey[Ears] = web.AppKey("EARS")


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One seat's line in words and figures. `grade`: good, weak, bad, off; `path` in words, empty while unknown;
    `loss` 0..1, `rtt_ms` None while unknown."""

    seat: str
    grade: str
    words: str
    path: str
    rtt_ms: float | None
    loss: float | None
    microphone: str
    microphone_words: str


@routes.get("/room/{hearing_id}/health", access=staff())
async def health(request: web.Request) -> web.Response:
    """Every line of the room in words, asked every two seconds by bench and clerk: nothing but the seats is read."""
    hearing_id = request.match_info["hearing_id"]
    seats = await request.app[DB].read(hearings.seats, hearing_id=hearing_id)
    if not any(seat.account_id == actor(request).id and seat.role in asides.AMONG for seat in seats):
        raise CourtError("room.not_seated")
    rooms = request.app[ROOMS]
    ears, now = request.app[EARS], asyncio.get_running_loop().time()
    if not rooms.is_open(hearing_id):
        ears.forget(hearing_id)
        return pages.json([])
    status = await rooms.status(hearing_id)
    return pages.json([_line(status, link, ears, now) for link in status.links])


def _line(status: RoomStatus, link: LinkStatus, ears: Ears, now: float) -> LineFacts:
    view = next((one for one in status.seats if one.seat == link.seat_id), None)
    joined = view is not None and view.state is SeatState.JOINED
    grade = words.grade(words.Line(connected=joined and link.media, rtt_ms=link.rtt_ms, loss=link.loss))
    mic = next(
        (one for one in status.tracks if (one.seat_id, one.source) == (link.seat_id, Source.MIC)), None
    )
    live = view is not None and any(one.source is Source.MIC and one.live for one in view.sources)
    heard = words.microphone(
        live=live and mic is not None,
        passes=view is not None and view.floor and not view.muted,
        level=mic.level if mic else 127,
        dead_s=ears.dead_s(status.room_id, mic, now) if mic else 0.0,
    )
    return LineFacts(
        seat=link.seat_id,
        grade=grade.value,
        words=words.GRADE_NAMES[grade],
        path=words.PATH_NAMES[link.path],
        rtt_ms=link.rtt_ms,
        loss=link.loss,
        microphone=heard.value,
        microphone_words=words.MICROPHONE_NAMES[heard],
    )
