"""Between the hearing (court) and its room (signalling): what the bench decided is carried out there, what the relay
and the recorder report is written down here. Decides nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

import structlog

from court.config import Config
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, SuspendReason
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.observer import observer_of
from court.domain.publicity import SCREEN
from court.services import caucus, observers, recording, seat, standing
from court.services import hearing as hearings
from court.store.database import Database
from court.web.conferring import Conferring
from court.web.furnishing import PHASES, Furnishing
from court.web.keys import Clock
from court.web.later import Later
from court.web.outside import Outside, is_onlooker
from court.web.recorded import Recorded
from court.web.turns import Turns
from court.web.workers import Papers
from documents.data import AuthorityPlace
from signalling.messages import Phase
from signalling.plane import MediaPlane
from signalling.segments import Gap, Segment, StopReason, Track

log = structlog.get_logger("court.bridge")


class Bridge:
    """The Observer of the rooms, and the one place that starts, pauses and stops recordings. A room id is a hearing id."""

    def __init__(
        self, config: Config, db: Database, papers: Papers, authority: AuthorityPlace, clock: Clock
    ) -> None:
        self._db, self._clock = db, clock
        self._later = Later(db)
        self._recorded = Recorded(config, db, papers, authority, clock, self._later)
        self.outside = Outside(db)
        self._furnishing = Furnishing(db, clock, self.outside)
        self._rooms: MediaPlane | None = None
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._private = Conferring(db, clock, lambda: self.rooms)
        self._spoken = Turns(db, self._later, lambda: self.rooms)

    def start(self, rooms: MediaPlane) -> None:
        """Take up the rooms and begin to write down what they report; inside the running loop."""
        self._rooms = rooms
        self._later.start()

    async def stop(self) -> None:
        """Write down everything that was reported before."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._later.stop()

    async def settled(self) -> None:
        """Everything reported up to now is in the database."""
        await self._later.settled()

    @property
    def rooms(self) -> MediaPlane:
        """The running rooms."""
        if self._rooms is None:
            raise RuntimeError("the bridge was not started")
        return self._rooms

    # -- what the bench decided

    def admit(self, hearing: Hearing) -> None:
        """Somebody comes to the door: the room stands from the roll call to the end. Errors: hearing.wrong_state."""
        if PHASES[hearing.state] is Phase.CLOSED:
            raise CourtError("hearing.wrong_state", state=hearing.state_name, action="join")
        if not self.rooms.is_open(hearing.id):
            self.rooms.open(hearing.id)
            self.rooms.phase(hearing.id, PHASES[hearing.state], hearing.suspend_reason or "")
            self._hold(self._furnishing.furnish(self.rooms, hearing.id))

    async def follow(self, hearing_id: str) -> None:
        """The session was opened, interrupted, resumed, closed or called off: its room does the same.

        One after the other, and by what is true now: of two orders that cross, the room keeps the later one.
        Errors: CourtError recording.not_started (the session is then interrupted).
        """
        async with self._turns[hearing_id]:
            hearing = await self._db.read(hearings.get, hearing_id=hearing_id)
            match hearing.state:
                case HearingState.IN_SESSION:
                    await self._go_on(hearing)
                case HearingState.SUSPENDED:
                    self.admit(hearing)
                    self._interrupt(hearing)
                    await self.confer(hearing_id)
                case HearingState.CLOSED | HearingState.CANCELLED:
                    await self._private.count(hearing_id)
                    await self._end(hearing)
                case _:
                    pass

    async def _go_on(self, hearing: Hearing) -> None:
        """Recording first, then the word to everyone; without a recording the session is interrupted at once."""
        self.admit(hearing)
        try:
            await self._recorded.begin(self.rooms, hearing.id)
        except Exception as error:
            log.exception("recording.not_started", hearing=hearing.id)
            interrupted = await self._db.write(
                hearings.suspend,
                actor=SYSTEM_ACTOR,
                now=self._clock(),
                hearing_id=hearing.id,
                reason=SuspendReason.LINK_LOST,
                note="录音录像没有启动",
            )
            self._interrupt(interrupted)
            await self.confer(hearing.id)
            raise CourtError("recording.not_started") from error
        if (await self.rooms.status(hearing.id)).recording == "paused":
            self.rooms.resume_recording(hearing.id)
        self.rooms.phase(hearing.id, Phase.IN_SESSION)
        await self.outside.runs(self.rooms, hearing.id)
        self.rooms.countdown(hearing.id, None)

    def _interrupt(self, hearing: Hearing) -> None:
        """A lawful reason pauses the recording, a lost link never does."""
        reason = hearing.suspend_reason
        self.outside.away(self.rooms, hearing.id)
        self.rooms.phase(hearing.id, Phase.SUSPENDED, reason or "")
        if reason is not None and reason is not SuspendReason.LINK_LOST:
            self.rooms.pause_recording(hearing.id, reason)

    async def _end(self, hearing: Hearing) -> None:
        """The recording is closed, its checkpoint signed and time-stamped, everybody is sent home."""
        hearing_id = hearing.id
        self.outside.away(self.rooms, hearing_id)
        reason = StopReason.CANCELLED if hearing.state is HearingState.CANCELLED else StopReason.CLOSED
        if self.rooms.is_open(hearing_id):
            try:
                await self._recorded.end(self.rooms, hearing_id, reason)
            finally:
                # Only now: the pages say that the recording is saved.
                await self.rooms.close_room(hearing_id)
        self._recorded.forget(hearing_id)
        self.outside.forget(hearing_id)
        self._turns.pop(hearing_id, None)

    async def obey(self, hearing_id: str) -> None:
        """The bench ordered something: the room does what is true now, and whoever keeps order reads it again."""
        await self._furnishing.furnish(self.rooms, hearing_id)
        self.rooms.notify(hearing_id, "order", {"id": hearing_id})

    async def confer(self, hearing_id: str) -> None:
        """背对背: everybody stands where the database says, what is over is counted, every page reads it again."""
        await self._furnishing.furnish(self.rooms, hearing_id)
        await self._private.count(hearing_id)
        self._hold(self._answered(hearing_id))
        everyone = await self._db.read(hearings.seats, hearing_id=hearing_id)
        self.rooms.notify(hearing_id, "caucus", {"id": hearing_id}, [seat.id for seat in everyone])

    async def _answered(self, hearing_id: str) -> None:
        if await self._private.unanswered(hearing_id):
            await self.confer(hearing_id)

    def _hold(self, work: Coroutine[Any, Any, None]) -> None:
        """In a moment, where the caller cannot wait; held until it is done, for the loop holds a task but weakly."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def changed(self, hearing_id: str) -> None:
        """Something of the hearing changed on the desk: pages in the room read it again; called off, it ends."""
        await self._furnishing.furnish(self.rooms, hearing_id)
        self.rooms.notify(hearing_id, "hearing", {"id": hearing_id})
        hearing = await self._db.read(hearings.get, hearing_id=hearing_id)
        if hearing.state is HearingState.CANCELLED:
            await self.follow(hearing_id)

    def notify(self, hearing_id: str | None, topic: str, body: Any, only: list[str] | None = None) -> None:
        """An event to the pages of a room; nobody hears it when the room is not open."""
        if hearing_id is not None:
            self.rooms.notify(hearing_id, topic, body, only)

    async def recording_checkpoint(self, hearing_id: str | None) -> tuple[int, str, str] | None:
        """(leaves, root hex, signed note) of what is recorded so far, for a paper made in mid-session."""
        return None if hearing_id is None else await self._recorded.checkpoint(self.rooms, hearing_id)

    # -- what the room reports (Observer); called in the loop, quick, never raising

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        """A link came, was lost, came back or said goodbye. The outside screen is nobody whose coming is evidence."""
        if seat_id == SCREEN:
            return
        moment, watching = datetime.fromtimestamp(at, UTC), observer_of(seat_id)
        if watching is not None:
            self._later.put(observers.linked, now=moment, observer_id=watching, state=state)
            self._tell(room_id, "observers", {})
            return
        self._later.put(seat.linked, now=moment, seat_id=seat_id, state=state)
        if state == "joined":
            self._hold(self._furnishing.furnish(self.rooms, room_id))
        self._tell(room_id, "seat", {"seat": seat_id, "state": state})

    def quality(self, room_id: str, seat_id: str, step: str, at: float) -> None:
        """What a link carries of pictures is another."""
        if is_onlooker(seat_id):
            return
        self._later.put(seat.link_quality, now=datetime.fromtimestamp(at, UTC), seat_id=seat_id, step=step)

    def segment_closed(self, room_id: str, segment: Segment) -> None:
        """A segment is complete on disk and hashed."""
        self._recorded.segment(room_id, segment)

    def gap_closed(self, room_id: str, gap: Gap) -> None:
        """A stretch is missing, for a reason."""
        self._recorded.gap(room_id, gap)

    def turn(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        """Somebody spoke: those who write the record may take it up."""
        self._spoken.spoke(room_id, seat_id, started_at, ended_at, offset)

    def order(self, room_id: str, seat_id: str, event: str, at: float) -> None:
        """What the room did or saw about order; whom it concerns hears of it too."""
        at_moment, watching = datetime.fromtimestamp(at, UTC), observer_of(seat_id)
        if watching is not None:
            self._later.put(observers.attempted, now=at_moment, observer_id=watching)
            return
        self._later.put(standing.heard, now=at_moment, hearing_id=room_id, seat_id=seat_id, event=event)
        body = {"seat": seat_id, "event": event, "at": at}
        self._tell(room_id, "order", body)

    def durable(self, room_id: str, tracks: tuple[tuple[Track, float], ...]) -> None:
        """The proof of life of the recording, passed on to the pages."""
        body = [{"seat": t.seat_id, "source": t.source, "until": round(until, 2)} for t, until in tracks]
        self.rooms.notify(room_id, "durable", {"tracks": body})

    def room_lost(self, room_id: str) -> None:
        """The process that held the room died: another takes it up, the pages come back by themselves."""
        self._recorded.forget(room_id)
        self._later.put(caucus.lost, now=self._clock(), hearing_id=room_id)
        self._hold(self._take_up(room_id))

    # -- inside

    def _tell(self, room_id: str, topic: str, body: Any) -> None:
        """After what was reported before it stands in the database: who hears of it reads it there at once."""

        async def tell() -> None:
            self.rooms.notify(room_id, topic, body)

        self._later.do(tell)

    async def recover(self) -> None:
        """At start: recordings that a crash cut short are closed or, where the session is still on, continued.

        Rooms that went on without this process are taken up as they are, or ended if their session ended meanwhile.
        """
        live = {h.id for h in await self._db.read(hearings.live)}
        cut = {row.hearing_id for row in await self._db.read(recording.unfinished)}
        found = set(self.rooms.rooms())
        for hearing_id in cut - live - found:
            try:
                await self._recorded.end_cut(hearing_id)
            except (OSError, ValueError):
                log.exception("recording.not_recovered", hearing=hearing_id)
        for hearing_id in live - found:
            await self._db.write(caucus.lost, now=self._clock(), hearing_id=hearing_id)
        for hearing_id in live | found:
            await self._take_up(hearing_id)

    async def _take_up(self, hearing_id: str) -> None:
        """The room of a session that is on, after a crash of this process or of the one that held the room.

        A session whose recording cannot go on is interrupted: it must not look recorded when it is not.
        """
        try:
            async with self._turns[hearing_id]:
                hearing = await self._db.read(hearings.get, hearing_id=hearing_id)
                row = await self._db.read(recording.get, hearing_id=hearing_id)
                if PHASES[hearing.state] is not Phase.CLOSED:
                    self.admit(hearing)
                    await self._furnishing.furnish(self.rooms, hearing_id)
                    if row is not None and row.ended_at is None:
                        await self._recorded.begin(self.rooms, hearing_id)
                        await self._recorded.adopt(hearing_id)
                        log.info("recording.continued", hearing=hearing_id)
        except (OSError, ValueError, CourtError):
            log.exception("recording.not_recovered", hearing=hearing_id)
        with contextlib.suppress(CourtError):  # interrupted, and the bench sees why
            await self.follow(hearing_id)
        if self.rooms.is_open(hearing_id):
            await self.confer(hearing_id)
