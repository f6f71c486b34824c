"""The shapes of exhibits on the wire: what the room page is told. Nothing is read or decided here."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A party as a choice: `party` empty is the court itself."""

    party: str
    caption: str
    side: str


class OpinionFacts(msgspec.Struct, frozen=True, kw_only=True):
    party: str
    name: str
    authentic: str
    lawful: str
    relevant: str
    text: str
    words: str
    at: datetime


class OriginalFacts(msgspec.Struct, frozen=True, kw_only=True):
    result: str
    name: str
    note: str
    by: str
    at: datetime


class ExhibitFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`asked`: parties who may be heard on it at this screen. `may`: the steps this screen offers."""

    id: str
    label: str
    title: str
    purpose: str
    pages: int
    origin: str
    sha256: str
    size: int
    state: str
    state_name: str
    by: str
    at: datetime
    opinions: list[OpinionFacts]
    silent: list[str]
    original: OriginalFacts | None
    identified: list[str]
    original_needed: bool
    grounds: list[str]
    asked: list[Person]
    may: list[str]


class MarkFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    kind: str
    points: list[tuple[int, int]]
    seat: str
    by: str


class ShowingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on every screen. `camera` is the seat whose document camera is on show, else empty."""

    exhibit: str
    label: str
    title: str
    page: int
    pages: int
    camera: str
    by: str
    marks: list[MarkFacts]


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A suggested line of the transcript, to be reworded, written or dropped."""

    id: str
    speaker: str
    text: str
    at: datetime


class CaptureFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str


class MaterialFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    label: str


class IdentifyingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a witness is shown now (`hidden` false) or was shown last, for bench and clerk to write down what he says."""

    id: str
    exhibit: str
    label: str
    page: int
    witness: str
    words: str
    hidden: bool


class WitnessFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The one picture a called witness is asked to identify; of everything else he is told nothing."""

    id: str


class ExhibitsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page needs. `submit`: for whom this screen may submit; empty when it may not."""

    showing: ShowingFacts | None
    exhibits: list[ExhibitFacts]
    submit: list[Person]
    shows: bool
    marks: bool
    clears: bool
    records: bool
    cameras: list[Person]
    capture: CaptureFacts | None
    capture_for: list[Person]
    materials: list[MaterialFacts]
    lines: list[LineFacts]
    witnesses: list[Person]
    identifying: IdentifyingFacts | None
