"""How a session may be held and by whom, asked where it is booked and kept with it. The rules are in the domain."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import conflicts, identity, suitability, text
from court.domain.conflicts import Holder, Part
from court.domain.consent import STEP_FOR_KIND, current
from court.domain.hearing import HearingKind, SeatInput, SeatRole
from court.domain.lifecycle import Actor
from court.domain.matter import PartyInput, Side
from court.domain.suitability import Attending, BenchPlace, Plan, Unfit
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework

_PARTS = {
    SeatRole.JUDGE: Part.JUDGE,
    SeatRole.MEDIATOR: Part.MEDIATOR,
    SeatRole.CLERK: Part.CLERK,
    SeatRole.AGENT: Part.AGENT,
    SeatRole.WITNESS: Part.WITNESS,
    SeatRole.INTERPRETER: Part.INTERPRETER,
}
_SIDES = {Side.APPLICANT: Part.APPLICANT, Side.RESPONDENT: Part.RESPONDENT, Side.THIRD: Part.THIRD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What who books says of it. `namesakes`: he looked, and equal names are different people."""

    bench: BenchPlace = BenchPlace.COURT
    unfit: frozenset[Unfit] = frozenset()
    approval: str = ""
    namesakes: bool = False


ORDINARY = Sitting()


def require(
    rx: Read, *, subject_id: str, kind: HearingKind, seats: tuple[SeatInput, ...], sitting: Sitting
) -> None:
    """Refuses `suitability.not_online`, `conflict.same_person`, `conflict.same_name`."""
    answers = current(casework.consents(rx.conn, subject_id))
    attending = []
    for seat in seats:
        if seat.party_id is None or seat.role is not SeatRole.PARTY:
            continue
        said = answers.get((seat.party_id, STEP_FOR_KIND[kind]))
        attending.append(
            Attending(name=seat.name, place=seat.place.value, said=None if said is None else said.given)
        )
    plan = Plan(
        kind=kind,
        people=tuple(attending),
        bench=sitting.bench,
        unfit=sitting.unfit,
        approval=sitting.approval,
    )
    suitability.require(plan)
    conflicts.require(
        (*_sides(_parties(rx, subject_id)), *_seated(seats), *_earlier(rx, subject_id, seats)),
        namesakes=sitting.namesakes,
    )


def require_handlers(rx: Read, *, subject_id: str, handlers: dict[Part, str | None], namesakes: bool) -> None:
    """分派: nobody handles a matter in which he stands as a party (民事诉讼法 47). Refuses `conflict.same_name`."""
    held = []
    for part, account_id in handlers.items():
        account = casework.account(rx.conn, account_id)
        if account is not None:
            held.append(Holder(part=part, name=account.name, key=f"account:{account.id}"))
    conflicts.require((*_sides(_parties(rx, subject_id)), *held), namesakes=namesakes)


def require_sides(rx: Read, *, subject_id: str, person: PartyInput) -> None:
    """A further party who by his number already stands on another side: `conflict.same_person`. Equal names are two."""
    number = identity.normalise(person.id_number)
    if number and person.side in _SIDES:
        added = Holder(part=_SIDES[person.side], name=person.name, key=f"id:{number}")
        conflicts.require((*_sides(_parties(rx, subject_id)), added), namesakes=True)


def keep(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, sitting: Sitting) -> None:
    """With the booking; an ordinary one leaves no row."""
    if sitting == ORDINARY:
        return
    row = {
        "hearing_id": hearing_id,
        "bench": sitting.bench,
        "unfit": json.dumps(sorted(sitting.unfit)),
        "approval": text.within(sitting.approval, "place"),
        "namesakes": sitting.namesakes,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.suitability.insert().values(row))
    told = {"bench": sitting.bench, "namesakes": sitting.namesakes}
    tx.record("hearing.suitability", hearing_id, actor, now, told)


def of_hearing(rx: Read, *, hearing_id: str) -> Sitting:
    """As it was booked; the ordinary one where nothing else was said."""
    row = rx.conn.execute(sa.select(t.suitability).where(t.suitability.c.hearing_id == hearing_id)).first()
    if row is None:
        return ORDINARY
    return Sitting(
        bench=BenchPlace(row.bench),
        unfit=frozenset(Unfit(one) for one in json.loads(row.unfit)),
        approval=row.approval,
        namesakes=row.namesakes,
    )


def _parties(rx: Read, subject_id: str) -> tuple[Any, ...]:
    return tuple(rx.conn.execute(sa.select(t.party).where(t.party.c.subject_id == subject_id)))


def _sides(rows: Any) -> tuple[Holder, ...]:
    return tuple(
        Holder(part=_SIDES[row.side], name=row.name, key=f"id:{row.id_number}" if row.id_number else "")
        for row in rows
        if row.side in _SIDES
    )


def _seated(seats: tuple[SeatInput, ...]) -> tuple[Holder, ...]:
    return tuple(
        Holder(
            part=_PARTS[seat.role],
            name=seat.name.strip(),
            key=f"account:{seat.account_id}" if seat.account_id else "",
        )
        for seat in seats
        if seat.role in _PARTS and seat.party_id is None
    )


def _earlier(rx: Read, subject_id: str, seats: tuple[SeatInput, ...]) -> tuple[Holder, ...]:
    """The matter's mediator, also where he has no seat in this session (特邀调解规定 16)."""
    matter = casework.matter(rx.conn, subject_id)
    account = casework.account(rx.conn, matter.mediator_id) if matter else None
    if account is None or any(seat.account_id == account.id for seat in seats):
        return ()
    return (Holder(part=Part.MEDIATOR, name=account.name, key=f"account:{account.id}"),)
