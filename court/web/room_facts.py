"""What the state of a room is told in: plain structures for its page. Reads nothing and decides nothing."""

from __future__ import annotations

from datetime import datetime

import msgspec

from court.web.agreement_progress import Change, Paragraph
from court.web.attendance_state import CrewFacts
from court.web.caucus_state import CaucusFacts
from court.web.exhibit_facts import ExhibitsFacts, WitnessFacts
from court.web.order_state import OrderFacts, WaitingFacts


class HearingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`paused` is the reason in words while suspended; `started_at` the zero of the recording's offsets; `saved`
    once the recording is closed and its value is registered."""

    id: str
    state: str
    state_name: str
    paused: str
    opened_at: datetime | None
    started_at: datetime | None
    recording: bool
    saved: bool


class SeatFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A place on the stage. `persons` are the captions of those who sit before one camera in the vehicle; `tested` is
    what the self-test of the device found, in words, for bench and clerk alone; `since` when a link that is gone was
    lost or given up."""

    seat: str
    name: str
    caption: str
    role: str
    persons: list[str]
    tested: str = ""
    since: datetime | None = None


class LineFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    seq: int
    rev: int
    speaker: str
    text: str
    at: datetime
    offset_ms: int | None
    by: str


class CorrectionFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    line_id: str
    wanted: str
    reason: str
    by: str
    state: str


class SignerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`here`: the person sits at this screen; `pad`: signs with the hand on the vehicle's pad; `manner` as declared;
    `code`: a one-time code is asked, since the person sits elsewhere."""

    id: str
    name: str
    caption: str
    role: str
    signed: bool
    pad: bool
    here: bool
    acknowledged: list[str]
    questions: list[str]
    manner: str = "written"
    code: bool = False


class ReadingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that is read aloud now, to somebody at this screen or led from it."""

    id: str
    name: str
    here: bool


class AgreementFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Progress for everyone; the text is shown from the reading on. `change` is the last edit that voided something."""

    id: str
    number: str
    rev: int
    state: str
    state_name: str
    wet: bool
    turn: str
    paragraphs: list[Paragraph]
    current: str
    heard: bool
    signers: list[SignerFacts]
    change: Change | None


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page needs after entering, a reload or a lost link. `shielded`: a witness sits before this screen, so
    what went before is held back."""

    now: datetime
    hearing: HearingFacts
    may: list[str]
    obstacles: list[str]
    seats: list[SeatFacts]
    speakers: list[str]
    agreement: AgreementFacts | None
    readings: list[ReadingFacts] = []
    transcript_final: bool
    lines: list[LineFacts]
    corrections: list[CorrectionFacts]
    draft: DraftFacts | None = None
    exhibits: ExhibitsFacts | None = None
    order: OrderFacts | None = None
    waiting: WaitingFacts | None = None
    caucus: CaucusFacts | None = None
    identify: WitnessFacts | None = None
    crew: CrewFacts | None = None
    shielded: bool = False


class DraftFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The clerk's unfinished row as the server keeps it; `saved` in milliseconds since 1970."""

    line: str
    speaker: str
    text: str
    at: datetime
    saved: float
