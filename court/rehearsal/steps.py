"""The steps of a rehearsal, timed and named, and the report they end in. Plays nothing itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypedDict


class StepLine(TypedDict):
    """One step as `court rehearse --json` tells it."""

    name: str
    ok: bool
    seconds: float
    detail: str


class TrackLine(TypedDict):
    """One recorded track; `seconds` of sound or picture on disk, `gaps` as counted in the ledger."""

    participant: str
    kind: str
    segments: int
    seconds: float
    gaps: int


class RecordingLine(TypedDict):
    """`root` is the RFC 6962 root over the whole ledger, hex."""

    directory: str
    root: str
    tracks: list[TrackLine]


class Outcome(TypedDict):
    """The contract of `court rehearse --json`."""

    ok: bool
    steps: list[StepLine]
    agreement_pdf: str
    transcript_pdf: str
    recording: RecordingLine


class Failed(Exception):
    """A step found something missing; the text says what."""


@dataclass(slots=True)
class Step:
    """The running step; the script fills `detail`."""

    name: str
    detail: str = ""


@dataclass(slots=True)
class Steps:
    """Runs steps one after the other; the first one that fails ends the rehearsal."""

    told: Callable[[StepLine], None]
    lines: list[StepLine] = field(default_factory=list)

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[Step]:
        """Time one step. Any error is kept as its detail and raised again."""
        running, began = Step(name), time.monotonic()
        try:
            yield running
        except BaseException as error:
            self._close(running, began, ok=False, detail=f"{type(error).__name__}: {error}")
            raise
        self._close(running, began, ok=True, detail=running.detail)

    def _close(self, step: Step, began: float, *, ok: bool, detail: str) -> None:
        line = StepLine(name=step.name, ok=ok, seconds=round(time.monotonic() - began, 2), detail=detail)
        self.lines.append(line)
        self.told(line)
