"""What one seat may see of its hearing, as plain values for the room page; changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec

from court.domain.attendance import in_person
from court.domain.hearing import (
    REASON_NAMES,
    Hearing,
    HearingAction,
    HearingState,
    Place,
    Presence,
    Seat,
    SeatRole,
)
from court.domain.mediation import Agreement, AgreementState, Signer, SignerRole, SignerState
from court.domain.selftest import SelfTest
from court.domain.transcript import Correction, Line, Transcript
from court.services import agreements, attendance, line_drafts, record_reading, selftest
from court.services import recording as recordings
from court.store import views
from court.store.database import Read
from court.web import agreement_progress as progress
from court.web.attendance_state import CrewFacts, crew_facts
from court.web.caucus_state import caucus_facts
from court.web.exhibit_identified import witness_facts
from court.web.exhibit_state import exhibits_state
from court.web.order_state import order_facts, waiting_facts
from court.web.room_facts import (
    AgreementFacts,
    CorrectionFacts,
    DraftFacts,
    HearingFacts,
    LineFacts,
    ReadingFacts,
    RoomState,
    SeatFacts,
    SignerFacts,
)
from court.web.seated import BEFORE, BENCH_SEATS, PERSONS, Seated

ORDERS = (HearingAction.OPEN, HearingAction.SUSPEND, HearingAction.RESUME, HearingAction.CLOSE)
GONE = frozenset({Presence.LOST, Presence.LEFT})
UNREAD = frozenset({AgreementState.DRAFT, AgreementState.VOID})


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
            page,
            {seat.id for seat in attendance.present(rx, hearing_id=page.hearing.id)},
            selftest.of_hearing(rx, hearing_id=page.hearing.id) if place.keeps_order else None,
        ),
        agreement=agreement_of(rx, place),
        readings=readings_of(rx, place),
        transcript_final=bool(page.transcript.sha256),
        lines=[line_facts(line) for line in place.lines],
        shielded=place.shielded is not None,
        corrections=corrections(page.transcript, place),
        draft=_draft(rx, place) if place.may_write else None,
        exhibits=exhibits_state(rx, place=place, now=now),
        identify=witness_facts(rx, place),
        crew=_crew(rx, place),
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
        seats=[one for one in stage_seats(place.page, set()) if one.seat == place.seat.id],
        agreement=None,
        transcript_final=False,
        lines=[],
        corrections=[],
        waiting=waiting_facts(rx, place.seat, place.hearing, now),
        exhibits=exhibits_state(rx, place=place, now=now),
    )


def _crew(rx: Read, place: Seated) -> CrewFacts | None:
    """For who keeps order and for the vehicle, where somebody sits in it."""
    seats = tuple(row.seat for row in place.page.rows)
    if not (place.keeps_order or place.layout == "vehicle") or not any(map(in_person, seats)):
        return None
    return crew_facts(rx, hearing=place.hearing, seats=seats)


def _draft(rx: Read, place: Seated) -> DraftFacts | None:
    kept = line_drafts.draft(rx, actor=place.actor, hearing_id=place.hearing.id)
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
    shown = {line.id for line in place.lines}
    asked = (one for one in transcript.corrections if one.line_id in shown)
    return [correction_facts(one) for one in asked if everyone or one.seat_id in mine]


def speakers(page: views.HearingPage) -> list[str]:
    """Captions in the order of the clerk's keys: bench, persons, the rest; a vehicle does not speak."""

    def rank(seat: Seat) -> int:
        return 0 if seat.role in BENCH_SEATS else 1 if seat.role in PERSONS else 2

    seats = sorted((row.seat for row in page.rows if row.seat.role is not SeatRole.VEHICLE), key=rank)
    return [seat.caption for seat in seats]


def stage_seats(
    page: views.HearingPage, aboard: Collection[str], tested: Mapping[str, SelfTest] | None = None
) -> list[SeatFacts]:
    """Every seat that has a picture of its own, so that nobody who is away looks absent. `aboard`: who sits in the
    vehicle now, by seat."""
    tested = tested or {}
    inside = [row.seat.caption for row in page.rows if row.seat.id in aboard]
    return [
        SeatFacts(
            seat=row.seat.id,
            name=row.seat.name,
            caption=row.seat.caption,
            role=row.seat.role.value,
            persons=inside if row.seat.role is SeatRole.VEHICLE else [],
            tested=tested[row.seat.id].words if row.seat.id in tested else "",
            since=row.seat.presence_at if row.seat.presence in GONE else None,
        )
        for row in page.rows
        if not in_person(row.seat)
    ]


def agreement_of(rx: Read, place: Seated) -> AgreementFacts | None:
    """The living agreement of the matter; parties see it from the reading on, bench and clerk its draft too."""
    if not place.page.agreement_id:
        return None
    hidden = {AgreementState.VOID} if place.layout in ("bench", "clerk") else UNREAD
    draft = agreements.get(rx, agreement_id=place.page.agreement_id)
    if draft.state in hidden:
        return _voided(draft, place)
    found = views.agreement_page(rx, actor=place.actor, agreement_id=place.page.agreement_id).agreement
    return agreement_facts(found, place)


def readings_of(rx: Read, place: Seated) -> list[ReadingFacts]:
    """Papers beside the agreement that are being read aloud, for those who hear or lead them."""
    who = place.actor
    known = record_reading.being_read(rx, actor=who, hearing_id=place.hearing.id)
    return [
        ReadingFacts(id=one.id, name=one.name, here=bool(record_reading.acting_for(rx, actor=who, paper=one)))
        for one in known
    ]


def _voided(draft: Agreement, place: Seated) -> AgreementFacts | None:
    """What who had answered or signed is told while it is written anew: that it fell and why, not the new text."""
    told = agreement_facts(draft, place)
    if draft.state is AgreementState.VOID or told.change is None or not any(s.here for s in told.signers):
        return None
    return msgspec.structs.replace(told, paragraphs=[], current="")


def agreement_facts(agreement: Agreement, place: Seated) -> AgreementFacts:
    """Progress of the agreement, and whose turn it is to sign."""
    turn = agreement.next_signer()
    here = {seat.party_id for seat in place.speaks_for if seat.party_id}
    remote = {row.seat.party_id for row in place.page.rows if row.seat.place is Place.REMOTE} - {None}
    beside = {s.id: s.party_id for s in agreement.signers}
    return AgreementFacts(
        id=agreement.id,
        number=agreement.number,
        rev=agreement.rev,
        state=agreement.state.value,
        state_name=agreement.state_name,
        wet=agreement.wet,
        turn=turn.id if turn else "",
        paragraphs=progress.paragraphs(agreement),
        current=progress.current(agreement),
        heard=agreement.heard,
        signers=[
            SignerFacts(
                id=s.id,
                name=s.name,
                caption=s.caption,
                role=s.role.value,
                signed=s.state is SignerState.SIGNED,
                pad=s.role is not SignerRole.SEAL,
                here=_is_here(s, here, beside, place),
                acknowledged=sorted(s.acknowledged),
                questions=sorted(s.questions),
                manner=s.manner.value,
                code=s.party_id in remote,
            )
            for s in agreement.signers
        ],
        change=progress.change(agreement.changes[-1]) if agreement.changes else None,
    )


def _is_here(signer: Signer, here: set[str], beside: dict[str, str | None], place: Seated) -> bool:
    """At this screen: a party, a witness beside one, or oneself."""
    if signer.witness_of is not None:
        return beside.get(signer.witness_of) in here
    return signer.party_id in here if signer.party_id else signer.account_id == place.actor.id
