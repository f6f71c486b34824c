"""The vehicle's people at the database: the crew's reports of witnesses, who speaks there, checks of who is no party."""

from collections.abc import Callable
from datetime import datetime

from court.domain import identity, text
from court.domain.attendance import (
    ACT_WORDS,
    PLACE_MOST,
    CrewAct,
    Report,
    Voice,
    Whereabouts,
    crew_role,
    moved,
    shielded_since,
    speaker,
    speakers,
    whereabouts,
)
from court.domain.errors import CourtError
from court.domain.hearing import GuestCheck, Hearing, IdentityMethod, Seat, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, ROLE_NAMES, STAFF, Actor, ActorKind, Role
from court.domain.numbers import day_of
from court.domain.order import ENDED, LIVE, PERSONS
from court.services import transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import attendance as load
from court.store.load import hearings

NAME_MOST = 60
_NAMES_SPEAKER = BENCH | {Role.CLERK, Role.OFFICER}


def report(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    act: CrewAct,
    place: str = "",
    told_by: str = "",
    offset_ms: int | None = None,
) -> Whereabouts:
    """What the crew did with a witness of the vehicle; noted in the transcript once the session is on. Where he stands
    already there, nothing happens. Who sits down is the one who speaks there, who leaves no longer is.

    `told_by`: who of the crew says so; needed at the terminal, which is nobody, and for what was said by word of mouth.
    Refuses what `attendance.moved` refuses, `attendance.who`, `attendance.where` (waiting needs its place), `seat.not_found`.
    """
    hearing, seat = _seat(tx, actor, hearing_id, seat_id)
    role = crew_role(actor)
    known = whereabouts(load.reports(tx.conn, hearing_id)).get(seat_id, Whereabouts.UNTOLD)
    if known is _LEADS[act]:
        return known
    after = moved(seat, known, act, role)
    who = text.line_clean(told_by)[:NAME_MOST]
    if not who and (actor.kind is ActorKind.TERMINAL or actor.role is not Role.OFFICER):
        raise CourtError("attendance.who")
    where = text.line_clean(place)[:PLACE_MOST]
    if act is CrewAct.SET_APART and not where:
        raise CourtError("attendance.where")
    made = Report(
        id=new_id(),
        hearing_id=hearing_id,
        seat_id=seat_id,
        act=act,
        place=where,
        told_by=who or actor.name,
        by=actor.name,
        at=now,
        offset_ms=offset_ms,
    )
    tx.conn.execute(t.crew_report.insert().values({n: getattr(made, n) for n in Report.__dataclass_fields__}))
    facts = {"seat": seat_id, "act": act, "where": after, "offset_ms": offset_ms}
    tx.record("attendance.reported", hearing_id, actor, now, facts)
    if hearing.state in LIVE:
        words = f"{words_of(made, seat.caption)}（随车人员{made.told_by}报告）。"
        transcript.mark(tx, actor=actor, now=now, hearing_id=hearing_id, text=words, offset_ms=offset_ms)
    if act is CrewAct.SEAT:
        _speaks(tx, actor, now, hearing_id, seat_id)
    else:
        silence(tx, actor=actor, now=now, hearing_id=hearing_id, seat_id=seat_id)
    return after


def silence(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str) -> None:
    """This person no longer has the vehicle's microphone, if he was named for it."""
    if named(tx, hearing_id=hearing_id) == seat_id:
        _speaks(tx, actor, now, hearing_id, "")


_LEADS = {
    CrewAct.SET_APART: Whereabouts.APART,
    CrewAct.OVERHEAR: Whereabouts.OVERHEARD,
    CrewAct.SEAT: Whereabouts.SEATED,
    CrewAct.LEAD_OUT: Whereabouts.LED_OUT,
}


def words_of(one: Report, caption: str) -> str:
    """A report as a sentence without its end."""
    return ACT_WORDS[one.act].format(caption=caption, place=one.place)


def reports(rx: Read, *, hearing_id: str) -> tuple[Report, ...]:
    """Oldest first."""
    return load.reports(rx.conn, hearing_id)


def where(rx: Read, *, hearing_id: str) -> dict[str, Whereabouts]:
    """By seat; who was not reported on is missing."""
    return dict(whereabouts(load.reports(rx.conn, hearing_id)))


def shielded(rx: Read, *, hearing_id: str) -> datetime | None:
    """Since when the vehicle's screen must hold back what a witness who sits before it may not know; None: not now."""
    return shielded_since(load.reports(rx.conn, hearing_id))


def name_speaker(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str) -> None:
    """From now on the vehicle's microphone carries this person; empty for nobody in particular. The same again is nothing.

    Refuses `attendance.not_here` for who does not sit there (a witness who was not seated), `attendance.not_allowed`.
    """
    hearing = _open(tx, actor, hearing_id)
    if crew_role(actor) not in _NAMES_SPEAKER:
        raise CourtError("attendance.not_allowed", role=ROLE_NAMES[actor.role], action="speaker")
    if seat_id and seat_id not in {seat.id for seat in present(tx, hearing_id=hearing.id)}:
        raise CourtError("attendance.not_here")
    if named(tx, hearing_id=hearing_id) != seat_id:
        _speaks(tx, actor, now, hearing_id, seat_id)


def present(rx: Read, *, hearing_id: str) -> tuple[Seat, ...]:
    """Who can be heard through the vehicle's microphone now."""
    return speakers(hearings.seats(rx.conn, hearing_id), where(rx, hearing_id=hearing_id))


def named(rx: Read, *, hearing_id: str) -> str:
    """Whose word it is in the vehicle just now; empty while nobody is named."""
    said = load.voices(rx.conn, hearing_id)
    return said[-1].seat_id if said else ""


def spoke_here(rx: Read, *, hearing_id: str, seat_id: str, from_at: datetime, to_at: datetime) -> str:
    """The seat whose words a turn is: of the vehicle's microphone the person who spoke there, where that is known."""
    return whose_words(rx, hearing_id=hearing_id)(seat_id, from_at, to_at)


def whose_words(rx: Read, *, hearing_id: str) -> Callable[[str, datetime, datetime], str]:
    """`spoke_here` for many stretches, read once: (seat, from, to) -> seat."""
    seats = hearings.seats(rx.conn, hearing_id)
    vehicles = {seat.id for seat in seats if seat.role is SeatRole.VEHICLE}
    there = speakers(seats, where(rx, hearing_id=hearing_id))
    said = load.voices(rx.conn, hearing_id)

    def of(seat_id: str, from_at: datetime, to_at: datetime) -> str:
        return (speaker(said, there, from_at, to_at) if seat_id in vehicles else None) or seat_id

    return of


def check_guest(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    method: IdentityMethod,
    id_number: str = "",
) -> GuestCheck:
    """规则 7: an agent, a witness, an interpreter shows who he is for this session. Of a card only its masked number is
    kept. Refuses `attendance.party` (a party is compared with the file), `identity.*`, `hearing.not_allowed`."""
    _, seat = _seat(tx, actor, hearing_id, seat_id)
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="confirm_identity")
    if seat.party_id is not None or seat.role not in PERSONS:
        raise CourtError("attendance.party")
    masked = ""
    if method is IdentityMethod.ID_CARD:
        number = identity.require_number(id_number, day_of(now))
        masked = identity.mask_number(number)
    made = GuestCheck(
        id=new_id(),
        hearing_id=hearing_id,
        seat_id=seat_id,
        method=method,
        masked_number=masked,
        by=actor.name,
        at=now,
    )
    row = {name: getattr(made, name) for name in GuestCheck.__dataclass_fields__}
    tx.conn.execute(t.guest_check.insert().values(row))
    tx.record("hearing.guest_checked", hearing_id, actor, now, {"seat": seat_id, "method": method})
    return made


def checks(rx: Read, *, hearing_id: str) -> dict[str, GuestCheck]:
    """The newest check of each seat that is no party's."""
    return load.guest_checks(rx.conn, hearing_id)


def _speaks(tx: Tx, actor: Actor, now: datetime, hearing_id: str, seat_id: str) -> None:
    made = Voice(id=new_id(), hearing_id=hearing_id, seat_id=seat_id, by=actor.name, at=now)
    tx.conn.execute(t.voice.insert().values({n: getattr(made, n) for n in Voice.__dataclass_fields__}))
    tx.record("attendance.speaker", hearing_id, actor, now, {"seat": seat_id})


def _seat(rx: Read, actor: Actor, hearing_id: str, seat_id: str) -> tuple[Hearing, Seat]:
    hearing = _open(rx, actor, hearing_id)
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    return hearing, seat


def _open(rx: Read, actor: Actor, hearing_id: str) -> Hearing:
    hearing = sight.seen(rx, actor=actor, hearing_id=hearing_id)
    if hearing.state in ENDED:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="report")
    return hearing
