"""Between the hearing (court) and its room (signalling): what the bench decided is carried out there, what the relay
and the recorder report is written down here. Decides nothing itself."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
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
from court.web import recording_rows
from court.web.conferring import Conferring
from court.web.keys import Clock
from court.web.outside import Outside, is_onlooker
from court.web.workers import Papers
from documents import timestamp
from documents.data import AuthorityPlace
from signalling.messages import Phase
from signalling.plane import MediaPlane
from signalling.segments import Gap, Segment, StopReason, Track

log = structlog.get_logger("court.bridge")

TIMESTAMP_FILE = "checkpoint.tsr"
# Pages are told at most once a second and track that the last second is safe on disk.
DURABLE_EVERY_S = 1.0
_PHASES = {
    HearingState.SCHEDULED: Phase.WAITING,
    HearingState.ROLL_CALL: Phase.WAITING,
    HearingState.IN_SESSION: Phase.IN_SESSION,
    HearingState.SUSPENDED: Phase.SUSPENDED,
    HearingState.CLOSED: Phase.CLOSED,
    HearingState.CANCELLED: Phase.CLOSED,
}


class Bridge:
    """The Observer of the rooms, and the one place that starts, pauses and stops recordings. A room id is a hearing id."""

    def __init__(
        self, config: Config, db: Database, papers: Papers, authority: AuthorityPlace, clock: Clock
    ) -> None:
        self._config, self._db, self._papers = config, db, papers
        self._authority, self._clock = authority, clock
        self.outside = Outside(db)
        self._rooms: MediaPlane | None = None
        self._rows: dict[str, recording_rows.Counter] = {}
        self._told: dict[tuple[str, str], float] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._writes: asyncio.Queue[partial[Any] | None] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._private = Conferring(db, clock, lambda: self.rooms)

    def start(self, rooms: MediaPlane) -> None:
        """Take up the rooms and begin to write down what they report; inside the running loop."""
        self._rooms = rooms
        self._writer = asyncio.create_task(self._write_down())

    async def stop(self) -> None:
        """Write down everything that was reported before."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writes.put_nowait(None)
            await self._writer
            self._writer = None

    async def settled(self) -> None:
        """Everything reported up to now is in the database."""
        await self._writes.join()

    @property
    def rooms(self) -> MediaPlane:
        """The running rooms."""
        if self._rooms is None:
            raise RuntimeError("the bridge was not started")
        return self._rooms

    # -- what the bench decided

    def admit(self, hearing: Hearing) -> None:
        """Somebody comes to the door: the room stands from the roll call to the end. Errors: hearing.wrong_state."""
        if _PHASES[hearing.state] is Phase.CLOSED:
            raise CourtError("hearing.wrong_state", state=hearing.state_name, action="join")
        if not self.rooms.is_open(hearing.id):
            self.rooms.open(hearing.id)
            self.rooms.phase(hearing.id, _PHASES[hearing.state], hearing.suspend_reason or "")
            self._hold(self._furnish(hearing.id))

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
            await self._record(hearing)
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
                with contextlib.suppress(LookupError):
                    summary = await self.rooms.stop_recording(hearing_id, reason)
                    await self._finish(hearing_id, summary.directory, summary.root, summary.checkpoint)
            except OSError:  # the manifest has what was written; the next start closes it
                log.exception("recording.not_closed", hearing=hearing_id)
            finally:
                # Only now: the pages say that the recording is saved.
                await self.rooms.close_room(hearing_id)
        self._rows.pop(hearing_id, None)
        self.outside.forget(hearing_id)
        self._turns.pop(hearing_id, None)
        self._told = {key: at for key, at in self._told.items() if key[0] != hearing_id}

    async def obey(self, hearing_id: str) -> None:
        """The bench ordered something: the room does what is true now, and whoever keeps order reads it again."""
        await self._furnish(hearing_id)
        self.rooms.notify(hearing_id, "order", {"id": hearing_id})

    async def confer(self, hearing_id: str) -> None:
        """背对背: everybody stands where the database says, what is over is counted, every page reads it again."""
        await self._furnish(hearing_id)
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

    async def _furnish(self, hearing_id: str) -> None:
        """Tells the room the whole order as the database has it: where each stands, who may speak, what is shown.

        A room that is new, or whose process was started again, knows all of it after this. Nothing if it is not open.
        """
        try:
            known = await self._db.read(standing.standing, hearing_id=hearing_id)
        except Exception:
            log.exception("room.not_furnished", hearing=hearing_id)
            return
        rooms = self.rooms
        if not rooms.is_open(hearing_id):
            return
        now, sitting = self._clock(), known.sitting
        for one in known.seats:
            over = one.floor_until is not None and one.floor_until <= now
            until = one.floor_until.timestamp() if one.floor_until else None
            rooms.place(hearing_id, one.id, known.areas[one.id])
            rooms.floor(hearing_id, one.id, one.floor and not over, None if over else until)
            rooms.mute(hearing_id, one.id, one.muted, one.locked)
        rooms.interpret(hearing_id, known.interpreters)
        rooms.arrange(hearing_id, sitting.spotlight, sitting.layout.value)
        rooms.stage(hearing_id, sitting.stage)
        ahead = sitting.opens_at is not None and sitting.opens_at > now
        rooms.countdown(hearing_id, sitting.opens_at.timestamp() if sitting.opens_at and ahead else None)
        await self.outside.stand(rooms, hearing_id)

    async def changed(self, hearing_id: str) -> None:
        """Something of the hearing changed on the desk: pages in the room read it again; called off, it ends."""
        await self._furnish(hearing_id)
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
        if hearing_id is None:
            return None
        await self.settled()
        if self.rooms.is_open(hearing_id):
            with contextlib.suppress(LookupError):
                return recording_rows.read_note(await self.rooms.checkpoint(hearing_id))
        row = await self._db.read(recording.get, hearing_id=hearing_id)
        return recording_rows.read_note(row.checkpoint) if row and row.checkpoint else None

    # -- what the room reports (Observer); called in the loop, quick, never raising

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None:
        """A link came, was lost, came back or said goodbye. The outside screen is nobody whose coming is evidence."""
        if seat_id == SCREEN:
            return
        moment, watching = datetime.fromtimestamp(at, UTC), observer_of(seat_id)
        if watching is not None:
            self._put(observers.linked, now=moment, observer_id=watching, state=state)
            self.rooms.notify(room_id, "observers", {})
            return
        self._put(seat.linked, now=moment, seat_id=seat_id, state=state)
        if state == "joined":
            self._hold(self._furnish(room_id))
        self.rooms.notify(room_id, "seat", {"seat": seat_id, "state": state})

    def quality(self, room_id: str, seat_id: str, step: str, at: float) -> None:
        """What a link carries of pictures is another."""
        if is_onlooker(seat_id):
            return
        self._put(seat.link_quality, now=datetime.fromtimestamp(at, UTC), seat_id=seat_id, step=step)

    def segment_closed(self, room_id: str, segment: Segment) -> None:
        """A segment is complete on disk and hashed."""
        self._writes.put_nowait(partial(self._count, room_id, segment))

    def gap_closed(self, room_id: str, gap: Gap) -> None:
        """A stretch is missing, for a reason."""
        self._put(recording.gap_closed, now=self._clock(), gap=recording_rows.gap(room_id, gap))

    def turn(
        self, room_id: str, seat_id: str, started_at: float, ended_at: float, offset: float | None
    ) -> None:
        """Somebody spoke: those who write the record may take it up."""
        self._put(
            standing.spoke,
            hearing_id=room_id,
            seat_id=seat_id,
            from_at=datetime.fromtimestamp(started_at, UTC),
            to_at=datetime.fromtimestamp(ended_at, UTC),
            offset_ms=None if offset is None else round(offset * 1000),
        )
        body = {"seat": seat_id, "from": started_at, "to": ended_at, "offset": offset}
        self.rooms.notify(room_id, "turn", body)

    def order(self, room_id: str, seat_id: str, event: str, at: float) -> None:
        """What the room did or saw about order; whom it concerns hears of it too."""
        at_moment, watching = datetime.fromtimestamp(at, UTC), observer_of(seat_id)
        if watching is not None:
            self._put(observers.attempted, now=at_moment, observer_id=watching)
            return
        self._put(standing.heard, now=at_moment, hearing_id=room_id, seat_id=seat_id, event=event)
        body = {"seat": seat_id, "event": event, "at": at}
        self.rooms.notify(room_id, "order", body)

    def durable(self, room_id: str, track: Track, until: float) -> None:
        """The proof of life of the recording, passed on to the pages."""
        key, now = (room_id, str(track)), asyncio.get_running_loop().time()
        if now - self._told.get(key, 0.0) >= DURABLE_EVERY_S:
            self._told[key] = now
            body = {"seat": track.seat_id, "source": track.source, "until": round(until, 2)}
            self.rooms.notify(room_id, "durable", body)

    def room_lost(self, room_id: str) -> None:
        """The process that held the room died: another takes it up, the pages come back by themselves."""
        self._writes.put_nowait(partial(self._forget, room_id))
        self._put(caucus.lost, now=self._clock(), hearing_id=room_id)
        self._hold(self._take_up(room_id))

    # -- inside

    def directory(self, hearing_id: str) -> Path:
        """Where the recording of a hearing lies."""
        return self._config.recordings_dir / hearing_id

    async def _record(self, hearing: Hearing) -> None:
        if self.rooms.recording_offset(hearing.id) is not None:
            return  # it runs, perhaps paused, perhaps in a worker that outlived this process
        directory = self.directory(hearing.id)
        await self.rooms.start_recording(hearing.id, directory, hearing.id)
        await self._db.write(
            recording.started, now=self._clock(), hearing_id=hearing.id, directory=directory.name
        )

    async def recover(self) -> None:
        """At start: recordings that a crash cut short are closed or, where the session is still on, continued.

        Rooms that went on without this process are taken up as they are, or ended if their session ended meanwhile.
        """
        live = {h.id for h in await self._db.read(hearings.live)}
        cut = {row.hearing_id for row in await self._db.read(recording.unfinished)}
        found = set(self.rooms.rooms())
        for hearing_id in cut - live - found:
            try:
                await self._close_cut(hearing_id)
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
                if _PHASES[hearing.state] is not Phase.CLOSED:
                    self.admit(hearing)
                    await self._furnish(hearing_id)
                    if row is not None and row.ended_at is None:
                        await self._record(hearing)
                        await self._adopt(hearing_id)
                        log.info("recording.continued", hearing=hearing_id)
        except (OSError, ValueError, CourtError):
            log.exception("recording.not_recovered", hearing=hearing_id)
        with contextlib.suppress(CourtError):  # interrupted, and the bench sees why
            await self.follow(hearing_id)
        if self.rooms.is_open(hearing_id):
            await self.confer(hearing_id)

    async def _close_cut(self, hearing_id: str) -> None:
        directory = self.directory(hearing_id)
        note = await asyncio.to_thread(
            recording_rows.close_cut, directory, self._clock(), recording_rows.key(self._config)
        )
        await self._adopt(hearing_id)
        self._rows.pop(hearing_id, None)
        await self._finish(hearing_id, directory, recording_rows.read_note(note)[1], note)
        log.info("recording.recovered", hearing=hearing_id)

    async def _adopt(self, hearing_id: str) -> None:
        """Rows that a crash kept from the database are made from the manifest, which is the original."""
        self._writes.put_nowait(partial(self._read_manifest, hearing_id))
        await self.settled()

    async def _read_manifest(self, hearing_id: str) -> recording_rows.Counter:
        counter = recording_rows.Counter(hearing_id)
        segments, gaps = await asyncio.to_thread(counter.read, self.directory(hearing_id))
        for one in segments:
            await self._db.write(recording.segment_closed, now=self._clock(), segment=one)
        for missing in gaps:
            await self._db.write(recording.gap_closed, now=self._clock(), gap=missing)
        self._rows[hearing_id] = counter
        return counter

    async def _count(self, hearing_id: str, segment: Segment) -> None:
        """Numbers follow the manifest: what was written while nobody listened comes first."""
        counter = self._rows.get(hearing_id) or await self._read_manifest(hearing_id)
        row = counter.segment(segment)
        if row is not None:
            await self._db.write(recording.segment_closed, now=self._clock(), segment=row)

    async def _forget(self, hearing_id: str) -> None:
        self._rows.pop(hearing_id, None)

    async def _finish(self, hearing_id: str, directory: Path, root: str, checkpoint: str) -> None:
        """The time-stamp proves that the whole recording existed now; without it the checkpoint still proves it whole."""
        await self.settled()
        digest = hashlib.sha256(checkpoint.encode()).digest()
        try:
            token = await self._papers.run(
                timestamp.timestamp_bytes, digest, authority=self._authority, now=self._clock()
            )
            await asyncio.to_thread((directory / TIMESTAMP_FILE).write_bytes, token)
        except Exception:
            log.exception("recording.not_timestamped", hearing=hearing_id)
        await self._db.write(
            recording.finished, now=self._clock(), hearing_id=hearing_id, root=root, checkpoint=checkpoint
        )

    def _put(self, service: Callable[..., Any], **facts: Any) -> None:
        self._writes.put_nowait(partial(self._db.write, service, **facts))

    async def _write_down(self) -> None:
        """One after the other, in the order reported. A refused row is logged; the manifest on disk still has it."""
        while (write := await self._writes.get()) is not None:
            try:
                await write()
            except Exception:
                log.exception("bridge.not_written", what=write.func.__name__)
            finally:
                self._writes.task_done()
        self._writes.task_done()
