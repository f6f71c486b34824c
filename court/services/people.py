"""Parties of a matter or a petition: entered, shown unmasked only with a recorded purpose."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import identity, text
from court.domain.draft import PersonAnswer
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.intake import person_faults
from court.domain.lifecycle import STAFF, Actor, ActorKind, Role
from court.domain.matter import IdKind, Party, PartyIdentity, PartyInput, Side
from court.domain.numbers import day_of
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework


def person_input(side: Side, answer: PersonAnswer) -> PartyInput:
    """A person of a draft as a party."""
    return PartyInput(
        side=side,
        name=answer.name,
        id_number=answer.id_number,
        no_card=answer.no_card,
        phone=answer.phone,
        address=answer.address,
        gender=answer.gender,
        birth_date=answer.birth_date,
        ethnicity=answer.ethnicity,
        occupation=answer.occupation,
    )


def add(tx: Tx, *, now: datetime, subject_id: str, person: PartyInput) -> Party:
    """A further row; birth date and gender come from the number when there is one."""
    last = sa.select(sa.func.max(t.party.c.position)).where(t.party.c.subject_id == subject_id)
    row = _columns(person, now) | {
        "id": new_id(),
        "subject_id": subject_id,
        "side": person.side,
        "position": (tx.conn.execute(last).scalar() or 0) + 1,
    }
    tx.conn.execute(t.party.insert().values(row))
    return casework.party_of(row_of(tx, row["id"]))


def row_of(rx: Read, party_id: str) -> Any:
    """The unmasked row; refuses `party.not_found`."""
    row = casework.party_row(rx.conn, party_id)
    if row is None:
        raise CourtError("party.not_found")
    return row


def reveal(tx: Tx, *, actor: Actor, now: datetime, party_id: str, purpose: str) -> PartyIdentity:
    """The unmasked identity, recorded with its purpose. Staff of the trial or the program only."""
    staff = actor.kind is ActorKind.STAFF and actor.role in STAFF
    if not staff and actor.role is not Role.SYSTEM:
        raise CourtError("party.not_allowed")
    row = row_of(tx, party_id)
    matter = casework.matter(tx.conn, row.subject_id) if row.protected else None
    if staff and matter is not None and actor.id not in matter.handlers:
        raise CourtError("party.not_allowed")
    tx.record("party.revealed", row.subject_id, actor, now, {"party": party_id, "purpose": purpose[:80]})
    return casework.identity_of(row)


def check_person(person: PartyInput, now: datetime) -> None:
    """Refuses `form.invalid` with every fault of the person; fields without a prefix (`name`, `phone`)."""
    answer = PersonAnswer(
        name=person.name,
        id_number=person.id_number,
        no_card=person.no_card,
        phone=person.phone,
        address=person.address,
        gender=person.gender,
        birth_date=person.birth_date,
        ethnicity=person.ethnicity,
        occupation=person.occupation,
    )
    problems = person_faults("person", answer, day_of(now), own=False)
    if problems:
        raise CourtError("form.invalid", problems=problems)


def _columns(person: PartyInput, now: datetime) -> dict[str, Any]:
    number = identity.normalise(person.id_number)
    kind, born, gender = IdKind.UNKNOWN, person.birth_date, person.gender
    if number and identity.number_fault(number, day_of(now)) is None:
        kind, born, gender = IdKind.RESIDENT, identity.birth_date(number), identity.gender(number)
    elif number:
        kind = IdKind.ORGANISATION
    elif person.no_card:
        kind = IdKind.TEMPORARY
    return {
        "name": text.line_clean(person.name),
        "id_kind": kind,
        "id_number": number,
        "phone": identity.normalise_phone(person.phone),
        "address": text.line_clean(person.address),
        "gender": gender if gender in {"男", "女"} else "",
        "birth_date": born,
        "ethnicity": text.line_clean(person.ethnicity),
        "occupation": text.line_clean(person.occupation),
    }
