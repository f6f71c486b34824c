"""The page of one session (desk and room)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from court.domain.consent import STEP_FOR_KIND, Consent, ConsentStep, current
from court.domain.hearing import (
    HEARING,
    Hearing,
    HearingAction,
    HearingState,
    IdentityCheck,
    Seat,
    SeatRole,
    Suspension,
)
from court.domain.lifecycle import Actor
from court.domain.matter import Party
from court.domain.publicity import mask_name
from court.domain.rollcall import obstacles
from court.domain.transcript import Transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read
from court.store.load import casework, hearings, papers

_VEHICLE_AHEAD = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """A seat with what the roll call needs. `link` is none | waiting | bound | ended for remote seats."""

    seat: Seat
    party: Party | None
    identity: IdentityCheck | None
    consent: Consent | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HearingPage:
    """`number` is the matter's or petition's; `obstacles` are (code, sentence) that keep it from opening;
    `agreement_id` is the matter's living agreement, None when there is none; `recorded` once a recording began.
    """

    hearing: Hearing
    number: str
    cause: str
    rows: tuple[SeatRow, ...]
    suspensions: tuple[Suspension, ...]
    obstacles: tuple[tuple[str, str], ...]
    actions: tuple[HearingAction, ...]
    transcript: Transcript
    agreement_id: str | None
    recorded: bool


def hearing_page(rx: Read, *, actor: Actor, now: datetime, hearing_id: str) -> HearingPage:
    """For staff of the matter, a seat of the hearing, or a terminal. Refuses `hearing.not_found` to others."""
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    consents = casework.consents(rx.conn, hearing.subject_id)
    checks = hearings.identity_checks(rx.conn, hearing_id)
    seats = hearings.seats(rx.conn, hearing_id)
    parties = {party.id: party for party in casework.parties(rx.conn, hearing.subject_id)}
    answers = current(consents)
    step = STEP_FOR_KIND[hearing.kind]
    before = hearing.state in {HearingState.SCHEDULED, HearingState.ROLL_CALL}
    standing = obstacles(hearing.kind, seats, checks, consents, now) if before else ()
    matter = casework.matter(rx.conn, hearing.subject_id) if hearing.subject_kind == "matter" else None
    number, _, _ = hearing.title.partition(" ")
    return HearingPage(
        hearing=hearing,
        number=number,
        cause=matter.cause_name if matter else "信访接待",
        rows=tuple(_row(rx, seat, parties, checks, answers, step) for seat in seats),
        suspensions=hearings.suspensions(rx.conn, hearing_id),
        obstacles=tuple((one.code, one.refusal().text) for one in standing),
        actions=HEARING.actions(hearing.state, actor.role),
        transcript=hearings.transcript(rx.conn, hearing_id),
        agreement_id=papers.living_agreement_id(rx.conn, matter.id) if matter else None,
        recorded=hearings.recording(rx.conn, hearing_id) is not None,
    )


def vehicle_hearings(rx: Read, *, now: datetime) -> tuple[tuple[Hearing, tuple[str, ...]], ...]:
    """Sessions with a vehicle seat that are live, or start within 12 hours, for the kiosk's way into the court;
    each with the names of its parties, masked: anybody may stand before that screen."""
    h = t.hearing
    vehicle = sa.select(t.seat.c.hearing_id).where(t.seat.c.role == SeatRole.VEHICLE)
    live = h.c.state.in_([HearingState.ROLL_CALL, HearingState.IN_SESSION, HearingState.SUSPENDED])
    soon = sa.and_(
        h.c.state == HearingState.SCHEDULED,
        h.c.starts_at >= now - _VEHICLE_AHEAD,
        h.c.starts_at < now + _VEHICLE_AHEAD,
    )
    query = sa.select(h).where(sa.or_(live, soon), h.c.id.in_(vehicle)).order_by(h.c.starts_at)
    found = hearings.hearings(rx.conn, query.limit(50))
    return tuple((one, _masked_parties(hearings.seats(rx.conn, one.id))) for one in found)


def _masked_parties(seats: tuple[Seat, ...]) -> tuple[str, ...]:
    return tuple(mask_name(one.name) for one in seats if one.role is SeatRole.PARTY)


def _row(
    rx: Read,
    seat: Seat,
    parties: dict[str, Party],
    checks: dict[str, IdentityCheck],
    answers: dict[tuple[str, ConsentStep], Consent],
    step: ConsentStep,
) -> SeatRow:
    party = parties.get(seat.party_id) if seat.party_id else None
    return SeatRow(
        seat=seat,
        party=party,
        identity=checks.get(party.id) if party else None,
        consent=answers.get((party.id, step)) if party else None,
        link=_link(rx, seat.id),
    )


def _link(rx: Read, seat_id: str) -> str:
    """Of the newest link of the seat."""
    link = t.seat_link
    query = sa.select(link).where(link.c.seat_id == seat_id).order_by(link.c.id.desc()).limit(1)
    row = rx.conn.execute(query).first()
    if row is None:
        return "none"
    if row.revoked_at is not None:
        return "ended"
    return "bound" if row.bound_at is not None else "waiting"
