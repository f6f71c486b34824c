"""What one seat may see of its hearing, as plain values for the room page; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from court.domain.admission import Admission
from court.domain.errors import CourtError
from court.domain.hearing import REASON_NAMES, Hearing, HearingAction, HearingState, Place, Seat, SeatRole
from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, AgreementState, SignerRole, SignerState
from court.domain.selftest import SelfTest
from court.domain.transcript import Correction, Line, Transcript
from court.services import agreements, selftest
from court.services import recording as recordings
from court.services import transcript as transcripts
from court.store import views
from court.store.database import Read
from court.web.access import Visitor
from court.web.caucus_state import CaucusFacts, caucus_facts
from court.web.exhibit_facts import ExhibitsFacts
from court.web.exhibit_state import exhibits_state
from court.web.order_state import OrderFacts, WaitingFacts, order_facts, waiting_facts

BENCH_SEATS = frozenset({SeatRole.JUDGE, SeatRole.MEDIATOR, SeatRole.PETITION_OFFICIAL})
PERSONS = frozenset({SeatRole.PARTY, SeatRole.AGENT, SeatRole.WITNESS})
ORDERS = (HearingAction.OPEN, HearingAction.SUSPEND, HearingAction.RESUME, HearingAction.CLOSE)
UNREAD = frozenset({AgreementState.DRAFT, AgreementState.VOID})
BEFORE = frozenset({HearingState.SCHEDULED, HearingState.ROLL_CALL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Who sits where: the seat this browser holds in a hearing, and the page of that hearing."""

    actor: Actor
    seat: Seat
    page: views.HearingPage

    @property
    def hearing(self) -> Hearing:
        return self.page.hearing

    @property
    def layout(self) -> str:
        """bench | clerk | vehicle | party: which of the four pages is shown."""
        if self.seat.role in BENCH_SEATS:
            return "bench"
        named = {SeatRole.CLERK: "clerk", SeatRole.VEHICLE: "vehicle"}
        return named.get(self.seat.role, "party")

    @property
    def moderates(self) -> bool:
        return self.seat.role in BENCH_SEATS

    @property
    def inside(self) -> bool:
        """In the courtroom; else before its door, where nothing of the session may be known."""
        return self.seat.admission is Admission.ADMITTED

    @property
    def keeps_order(self) -> bool:
        """Bench and clerk of this hearing see the door, the lines and each other's words."""
        return self.moderates or self.seat.role is SeatRole.CLERK

    @property
    def may_write(self) -> bool:
        """One authoritative writer: the clerk; the bench writes where no clerk is seated."""
        if self.seat.role is SeatRole.CLERK:
            return True
        return self.moderates and not any(row.seat.role is SeatRole.CLERK for row in self.page.rows)

    @property
    def speaks_for(self) -> tuple[Seat, ...]:
        """Who may ask for a correction at this screen: oneself, or everyone sitting in the vehicle."""
        if self.seat.role in PERSONS:
            return (self.seat,)
        if self.seat.role is not SeatRole.VEHICLE:
            return ()
        seats = (row.seat for row in self.page.rows)
        return tuple(seat for seat in seats if in_vehicle(seat))


def seated(rx: Read, *, who: Visitor, now: datetime, hearing_id: str) -> Seated:
    """The seat of this browser: staff of the hearing, else its seat cookie, else the vehicle's terminal.

    Refuses `hearing.not_found`, `room.not_seated` (403) to staff who may see the hearing but have no seat, and
    `seat.removed` (403).
    """
    refusal = CourtError("room.not_seated")
    candidates: list[tuple[Actor, str]] = []
    if who.staff:
        candidates.append((who.staff, "staff"))
    if who.seat and who.seat.hearing_id == hearing_id:
        candidates.append((who.seat.actor, who.seat.seat_id))
    if who.terminal:
        candidates.append((who.terminal, "terminal"))
    for actor, kind in candidates:
        try:
            page = views.hearing_page(rx, actor=actor, now=now, hearing_id=hearing_id)
        except CourtError as error:
            refusal = error
            continue
        for row in page.rows:
            if _holds(row.seat, actor, kind):
                if row.seat.admission is Admission.REMOVED:
                    raise CourtError("seat.removed")
                return Seated(actor=actor, seat=row.seat, page=page)
    raise refusal


def _holds(seat: Seat, actor: Actor, kind: str) -> bool:
    if kind == "staff":
        return seat.account_id == actor.id
    if kind == "terminal":
        return seat.role is SeatRole.VEHICLE
    return seat.id == kind


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
    what the self-test of the device found, in words, for bench and clerk alone."""

    seat: str
    name: str
    caption: str
    role: str
    persons: list[str]
    tested: str = ""


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


class ClauseFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    position: int
    text: str


class SignerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`here`: the person sits at this screen; `pad`: signs with the hand on the vehicle's pad."""

    id: str
    name: str
    caption: str
    role: str
    signed: bool
    pad: bool
    here: bool
    acknowledged: list[str]


class AgreementFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Progress for everyone; the text of the clauses is shown from the reading on."""

    id: str
    number: str
    rev: int
    state: str
    state_name: str
    wet: bool
    turn: str
    facts: str
    clauses: list[ClauseFacts]
    signers: list[SignerFacts]


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a page needs after entering, a reload or a lost link."""

    now: datetime
    hearing: HearingFacts
    may: list[str]
    obstacles: list[str]
    seats: list[SeatFacts]
    speakers: list[str]
    agreement: AgreementFacts | None
    transcript_final: bool
    lines: list[LineFacts]
    corrections: list[CorrectionFacts]
    draft: DraftFacts | None = None
    exhibits: ExhibitsFacts | None = None
    order: OrderFacts | None = None
    waiting: WaitingFacts | None = None
    caucus: CaucusFacts | None = None


class DraftFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The clerk's unfinished row as the server keeps it; `saved` in milliseconds since 1970."""

    line: str
    speaker: str
    text: str
    at: datetime
    saved: float


def room_state(rx: Read, *, place: Seated, now: datetime) -> RoomState:
    """The whole state for one seat."""
    page = place.page
    if not place.inside:
        return before_the_door(rx, place=place, now=now)
    waiting = place.moderates and page.hearing.state in BEFORE
    return RoomState(
        now=now,
        hearing=hearing_facts(rx, page.hearing),
        may=orders(place),
        obstacles=[text for _, text in page.obstacles] if waiting else [],
        speakers=speakers(page),
        seats=stage_seats(
            page, selftest.of_hearing(rx, hearing_id=page.hearing.id) if place.keeps_order else None
        ),
        agreement=agreement_of(rx, place),
        transcript_final=bool(page.transcript.sha256),
        lines=[line_facts(line) for line in page.transcript.lines],
        corrections=corrections(page.transcript, place),
        draft=_draft(rx, place) if place.may_write else None,
        exhibits=exhibits_state(rx, place=place, now=now),
        order=order_facts(
            rx,
            hearing=page.hearing,
            seats=tuple(row.seat for row in page.rows),
            viewer=place.actor,
            staff=place.keeps_order,
        ),
        caucus=caucus_facts(
            rx,
            hearing=page.hearing,
            seats=tuple(row.seat for row in page.rows),
            viewer=place.seat,
            actor=place.actor,
        ),
    )


def before_the_door(rx: Read, *, place: Seated, now: datetime) -> RoomState:
    """What somebody in the lobby may know: where things stand, and of the people nobody but oneself."""
    return RoomState(
        now=now,
        hearing=hearing_facts(rx, place.hearing),
        may=[],
        obstacles=[],
        speakers=[],
        seats=[one for one in stage_seats(place.page) if one.seat == place.seat.id],
        agreement=None,
        transcript_final=False,
        lines=[],
        corrections=[],
        waiting=waiting_facts(rx, place.seat, place.hearing, now),
        exhibits=exhibits_state(rx, place=place, now=now),
    )


def _draft(rx: Read, place: Seated) -> DraftFacts | None:
    kept = transcripts.draft(rx, actor=place.actor, hearing_id=place.hearing.id)
    if kept is None:
        return None
    saved = kept.saved_at.timestamp() * 1000
    return DraftFacts(line=kept.line, speaker=kept.speaker, text=kept.text, at=kept.at, saved=saved)


def orders(place: Seated) -> list[str]:
    """The orders shown to this seat. Opening is offered before the roll call too: refused, it says why."""
    if not place.moderates:
        return []
    allowed = [order.value for order in ORDERS if order in place.page.actions]
    if place.hearing.state in BEFORE and HearingAction.OPEN.value not in allowed:
        allowed.insert(0, HearingAction.OPEN.value)
    return allowed


def hearing_facts(rx: Read, hearing: Hearing) -> HearingFacts:
    """The public facts of the session, the same for every seat."""
    recorded = recordings.get(rx, hearing_id=hearing.id)
    reason = hearing.suspend_reason
    return HearingFacts(
        id=hearing.id,
        state=hearing.state.value,
        state_name=hearing.state_name,
        paused=REASON_NAMES[reason] if reason and hearing.state is HearingState.SUSPENDED else "",
        opened_at=hearing.opened_at,
        started_at=recorded.started_at if recorded else None,
        recording=bool(recorded and not recorded.ended_at and hearing.state is HearingState.IN_SESSION),
        saved=bool(recorded and recorded.ended_at),
    )


def line_facts(line: Line) -> LineFacts:
    """One line as shown; never the seat id behind it."""
    return LineFacts(
        id=line.id,
        seq=line.seq,
        rev=line.rev,
        speaker=line.speaker,
        text=line.text,
        at=line.at,
        offset_ms=line.offset_ms,
        by=line.by,
    )


def correction_facts(one: Correction) -> CorrectionFacts:
    """A request and its answer."""
    return CorrectionFacts(
        id=one.id, line_id=one.line_id, wanted=one.wanted, reason=one.reason, by=one.by, state=one.state.value
    )


def corrections(transcript: Transcript, place: Seated) -> list[CorrectionFacts]:
    """All requests for the bench and the clerk; a party sees those made at its own screen until decided."""
    mine = {seat.id for seat in place.speaks_for}
    everyone = place.moderates or place.seat.role is SeatRole.CLERK
    return [correction_facts(one) for one in transcript.corrections if everyone or one.seat_id in mine]


def speakers(page: views.HearingPage) -> list[str]:
    """Captions in the order of the clerk's keys: bench, persons, the rest; a vehicle does not speak."""

    def rank(seat: Seat) -> int:
        return 0 if seat.role in BENCH_SEATS else 1 if seat.role in PERSONS else 2

    seats = sorted((row.seat for row in page.rows if row.seat.role is not SeatRole.VEHICLE), key=rank)
    return [seat.caption for seat in seats]


def in_vehicle(seat: Seat) -> bool:
    """Several persons sit before the one camera of the vehicle; it is their place on the stage."""
    return seat.place is Place.VEHICLE and seat.role in PERSONS


def stage_seats(page: views.HearingPage, tested: Mapping[str, SelfTest] | None = None) -> list[SeatFacts]:
    """Every seat that has a picture of its own, so that nobody who is away looks absent."""
    tested = tested or {}
    inside = [row.seat.caption for row in page.rows if in_vehicle(row.seat)]
    return [
        SeatFacts(
            seat=row.seat.id,
            name=row.seat.name,
            caption=row.seat.caption,
            role=row.seat.role.value,
            persons=inside if row.seat.role is SeatRole.VEHICLE else [],
            tested=tested[row.seat.id].words if row.seat.id in tested else "",
        )
        for row in page.rows
        if not in_vehicle(row.seat)
    ]


def agreement_of(rx: Read, place: Seated) -> AgreementFacts | None:
    """The living agreement of the matter; parties see it from the reading on, bench and clerk its draft too."""
    if not place.page.agreement_id:
        return None
    hidden = {AgreementState.VOID} if place.layout in ("bench", "clerk") else UNREAD
    if agreements.get(rx, agreement_id=place.page.agreement_id).state in hidden:
        return None
    found = views.agreement_page(rx, actor=place.actor, agreement_id=place.page.agreement_id).agreement
    return agreement_facts(found, place)


def agreement_facts(agreement: Agreement, place: Seated) -> AgreementFacts:
    """Progress of the agreement, and whose turn it is to sign."""
    turn = agreement.next_signer()
    here = {seat.party_id for seat in place.speaks_for if seat.party_id}
    return AgreementFacts(
        id=agreement.id,
        number=agreement.number,
        rev=agreement.rev,
        state=agreement.state.value,
        state_name=agreement.state_name,
        wet=agreement.wet,
        turn=turn.id if turn else "",
        facts=agreement.facts,
        clauses=[ClauseFacts(id=c.id, position=c.position, text=c.text) for c in agreement.clauses],
        signers=[
            SignerFacts(
                id=s.id,
                name=s.name,
                caption=s.caption,
                role=s.role.value,
                signed=s.state is SignerState.SIGNED,
                pad=s.role is not SignerRole.SEAL,
                here=s.party_id in here if s.party_id else s.account_id == place.actor.id,
                acknowledged=sorted(s.acknowledged),
            )
            for s in agreement.signers
        ],
    )
