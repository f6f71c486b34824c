"""Lets a recogniser hear the sessions that are being recorded and offers what it understood. Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from court.config import Config
from court.domain.heard import HeardWord
from court.domain.hearing import Hearing, HearingState, Seat, SeatRole
from court.services import heard, recording
from court.services import hearing as hearings
from court.speech.funasr import FunAsr
from court.speech.pieces import Piece, Recogniser, SpeechError
from court.speech.sherpa import Sherpa
from court.store.database import Database
from court.web.seated import BENCH_SEATS
from signalling.plane import MediaPlane

if TYPE_CHECKING:
    from court.speech.listener import Listener

log = structlog.get_logger("court.captions")

LOOK_EVERY_S = 2.0
INTERIM_EVERY_S = 0.5  # unfinished words of one seat are shown at most this often
MOST_HOTWORDS = 50
CHECKERS = BENCH_SEATS | {SeatRole.CLERK}


def recogniser(config: Config) -> Recogniser | None:
    """The engine of the configuration; None for `none`. Loads a model: blocks. Errors: SpeechError."""
    match config.speech:
        case "funasr":
            return FunAsr(config.speech_url)
        case "sherpa":
            return Sherpa(config.speech_model_dir)
        case _:
            return None


@dataclass(slots=True)
class _Ear:
    task: asyncio.Task[None]
    checkers: list[str]
    shown: dict[str, float]


class Captions:
    """`problem` says in Chinese why there is no recognition although it is wanted; empty while all is well."""

    def __init__(
        self, config: Config, db: Database, rooms: MediaPlane, clock: Callable[[], datetime]
    ) -> None:
        self._config, self._db, self._rooms, self._clock = config, db, rooms, clock
        self._engine: Recogniser | None = None
        self._ears: dict[str, _Ear] = {}
        self._offers: asyncio.Queue[tuple[str, Piece]] = asyncio.Queue()
        self.problem = ""

    @property
    def wanted(self) -> bool:
        """The court has configured an engine."""
        return self._config.speech != "none"

    async def run(self) -> None:
        """Until cancelled. Whatever fails here, sessions and recordings go on."""
        try:
            self._engine = await asyncio.to_thread(recogniser, self._config)
        except SpeechError as error:
            log.error("speech.unusable", reason=str(error))
            self.problem = "语音识别没有启动，请技术人员检查设置；笔录可照常手工记录。"
        if self._engine is None:
            return
        writing = asyncio.create_task(self._write())
        try:
            while True:
                await self._follow()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            writing.cancel()
            for ear in self._ears.values():
                ear.task.cancel()
            tasks = [ear.task for ear in self._ears.values()]
            await asyncio.gather(writing, *tasks, return_exceptions=True)
            await self._engine.close()

    async def _follow(self) -> None:
        """One ear for each session in session; the others are let go."""
        live = {h.id: h for h in await self._db.read(hearings.live) if h.state is HearingState.IN_SESSION}
        for hearing_id in [h for h, ear in self._ears.items() if h not in live or ear.task.done()]:
            ear = self._ears.pop(hearing_id)
            ear.task.cancel()
        for hearing in live.values():
            if hearing.id not in self._ears:
                await self._listen(hearing)

    async def _listen(self, hearing: Hearing) -> None:
        row = await self._db.read(recording.get, hearing_id=hearing.id)
        if row is None or self._engine is None:
            return
        # Media libraries are only loaded where something is heard.
        from court.speech.listener import Listener

        seats = await self._db.read(hearings.seats, hearing_id=hearing.id)
        listener = Listener(
            self._config.recordings_dir / row.directory,
            self._engine,
            lambda piece: self._heard(hearing.id, piece),
            since=await self._db.read(heard.reached, hearing_id=hearing.id),
            hotwords=hotwords(seats),
        )
        checkers = [seat.id for seat in seats if seat.role in CHECKERS]
        self._ears[hearing.id] = _Ear(asyncio.create_task(self._guarded(hearing.id, listener)), checkers, {})

    async def _guarded(self, hearing_id: str, listener: Listener) -> None:
        try:
            await listener.run()
        except Exception:
            log.exception("speech.failed", hearing=hearing_id)

    def _heard(self, hearing_id: str, piece: Piece) -> None:
        ear = self._ears.get(hearing_id)
        if ear is None:
            return
        if piece.final:
            ear.shown.pop(piece.seat_id, None)
            self._offers.put_nowait((hearing_id, piece))
            return
        now = asyncio.get_running_loop().time()
        if now - ear.shown.get(piece.seat_id, 0.0) >= INTERIM_EVERY_S:
            ear.shown[piece.seat_id] = now
            self._tell(hearing_id, {"seat": piece.seat_id, "text": piece.text[-200:]})

    async def _write(self) -> None:
        while True:
            hearing_id, piece = await self._offers.get()
            try:
                made = await self._db.write(
                    heard.offer,
                    now=self._clock(),
                    hearing_id=hearing_id,
                    seat_id=piece.seat_id,
                    text=piece.text,
                    words=tuple(HeardWord(text=w.text, confidence=w.confidence) for w in piece.words),
                    start_ms=piece.start_ms,
                    end_ms=piece.end_ms,
                )
            except Exception:
                log.exception("speech.not_offered", hearing=hearing_id)
                continue
            self._tell(hearing_id, {"seat": piece.seat_id, "text": "", "new": made is not None})

    def _tell(self, hearing_id: str, body: dict[str, object]) -> None:
        """Unchecked words reach only those who check them."""
        ear = self._ears.get(hearing_id)
        if ear is not None:
            self._rooms.notify(hearing_id, "heard", body, only=ear.checkers)


def hotwords(seats: tuple[Seat, ...]) -> tuple[str, ...]:
    """Names said in this room, which an engine would else write with other characters."""
    names = dict.fromkeys(seat.name for seat in seats if seat.role is not SeatRole.VEHICLE and seat.name)
    return tuple(names)[:MOST_HOTWORDS]


CAPTIONS: web.AppKey[Captions] = web.AppKey("CAPTIONS")
