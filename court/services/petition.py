"""Petitions: registered, accepted or declined, received by video, replied."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.access import may_see_petition
from court.domain.draft import DraftKind, DraftState
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind, HearingState, SeatInput
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.matter import Side
from court.domain.numbers import Series
from court.domain.petition import PETITION, Petition, PetitionAction
from court.services import draft, finding, hearing, people
from court.services.matter import Registered, free_query_code, receipt_of, record_consents
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings
from court.store.rows import next_number


def register(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, version: int) -> Registered:
    """Like matter.register: own number and query code. Refuses a sixth representative (条例 20)."""
    earlier = _receipt(tx, draft_id)
    if earlier is not None:
        return earlier
    ready = draft.complete(tx, actor, draft_id, version, DraftKind.PETITION, now)
    answers = ready.answers
    row = {
        "id": new_id(),
        "number": next_number(tx, Series.PETITION, now),
        "query_code": free_query_code(tx),
        "state": PETITION.start,
        "petition_class": answers.petition_class,
        "request": answers.request,
        "facts": answers.facts,
        "place": answers.place,
        "decline_reason": "",
        "reception_result": "",
        "reply": "",
        "reply_basis": "",
        "receipt_note": "",
        "signature_sha256": answers.signature_sha256,
        "rev": 1,
        "created_at": now,
        "updated_at": now,
    }
    tx.conn.execute(t.petition.insert().values(row))
    petition_id = str(row["id"])
    first, *others = (
        people.add(tx, now=now, subject_id=petition_id, person=people.person_input(Side.PETITIONER, one))
        for one in (answers.applicant, *answers.representatives)
    )
    # What one petitioner consents to says nothing about the others: they are asked at the reception.
    record_consents(tx, actor=actor, now=now, party=first, ready=ready)
    draft.submitted(tx, now=now, draft=ready, subject_id=petition_id)
    finding.refresh(tx, subject_kind="petition", subject_id=petition_id)
    facts = {"number": row["number"], "class": row["petition_class"], "people": 1 + len(others)}
    tx.record("petition.registered", petition_id, actor, now, facts)
    return receipt_of(row)


def get(rx: Read, *, petition_id: str) -> Petition:
    """Refuses `petition.not_found`."""
    found = casework.petition(rx.conn, petition_id)
    if found is None:
        raise CourtError("petition.not_found")
    return found


def accept(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int) -> Petition:
    """受理; the accepting official becomes responsible."""
    return _step(tx, actor, now, petition_id, rev, PetitionAction.ACCEPT, {"official_id": actor.id})


def decline(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str) -> Petition:
    """不予受理 with the reason and the way to go, in words the petitioner reads."""
    changes = {"decline_reason": text.required(reason, "opinion"), "official_id": actor.id}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.DECLINE, changes)


def ask_more(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, what: str) -> Petition:
    """`what` is shown to the petitioner."""
    changes = {"receipt_note": text.required(what, "note")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.ASK_MORE, changes)


def supplement(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, note: str) -> Petition:
    """Completed."""
    changes = {"receipt_note": text.required(note, "note")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.SUPPLEMENT, changes)


def schedule_reception(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    petition_id: str,
    rev: int,
    starts_at: datetime,
    minutes: int,
    place: str,
    seats: tuple[SeatInput, ...],
) -> Hearing:
    """预约接访: a hearing of kind reception in the same room."""
    _step(tx, actor, now, petition_id, rev, PetitionAction.SCHEDULE_RECEPTION, {})
    return hearing.schedule(
        tx,
        actor=actor,
        now=now,
        subject_kind="petition",
        subject_id=petition_id,
        kind=HearingKind.RECEPTION,
        starts_at=starts_at,
        minutes=minutes,
        place=place,
        seats=seats,
    )


def cancel_reception(
    tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str
) -> Petition:
    """Cancels the booked hearing too."""
    booked = _reception(tx, petition_id)
    if booked is not None and booked.state in {HearingState.SCHEDULED, HearingState.ROLL_CALL}:
        hearing.cancel(tx, actor=actor, now=now, hearing_id=booked.id, reason=reason)
    elif booked is not None and booked.state in {HearingState.IN_SESSION, HearingState.SUSPENDED}:
        raise CourtError("petition.reception_open")
    return _step(tx, actor, now, petition_id, rev, PetitionAction.CANCEL_RECEPTION, {})


def record_reception(
    tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, result: str
) -> Petition:
    """What the reception came to, in words; its hearing must be closed."""
    booked = _reception(tx, petition_id)
    if booked is None:
        raise CourtError("petition.no_reception")
    if booked.state is not HearingState.CLOSED:
        raise CourtError("petition.reception_open")
    changes = {"reception_result": text.required(result, "opinion")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.RECORD_RECEPTION, changes)


def reply(
    tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, opinion: str, basis: str
) -> Petition:
    """处理意见 with its legal basis (条例 32)."""
    changes = {"reply": text.required(opinion, "opinion"), "reply_basis": text.required(basis, "note")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.REPLY, changes)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, reason: str) -> Petition:
    """The petitioner takes it back; a booked reception that has not begun is cancelled."""
    booked = _reception(tx, petition_id)
    if booked is not None and booked.state in {HearingState.SCHEDULED, HearingState.ROLL_CALL}:
        hearing.cancel(tx, actor=actor, now=now, hearing_id=booked.id, reason=reason)
    elif booked is not None and booked.state in {HearingState.IN_SESSION, HearingState.SUSPENDED}:
        raise CourtError("petition.reception_open")
    changes = {"receipt_note": text.required(reason, "note")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.WITHDRAW, changes)


def close(tx: Tx, *, actor: Actor, now: datetime, petition_id: str, rev: int, note: str) -> Petition:
    """办结, only after something was told."""
    changes = {"receipt_note": text.required(note, "note")}
    return _step(tx, actor, now, petition_id, rev, PetitionAction.CLOSE, changes)


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    petition_id: str,
    rev: int,
    action: PetitionAction,
    changes: dict[str, Any],
) -> Petition:
    petition = get(tx, petition_id=petition_id)
    if not may_see_petition(actor, petition):
        raise CourtError("petition.not_found")
    if petition.rev != rev:
        raise CourtError("petition.stale")
    state = PETITION.after(petition.state, action, actor.role)
    columns = changes | {"state": state, "rev": rev + 1, "updated_at": now}
    tx.conn.execute(t.petition.update().where(t.petition.c.id == petition_id).values(columns))
    tx.record(f"petition.{action}", petition_id, actor, now, {"state": state})
    return get(tx, petition_id=petition_id)


def _reception(rx: Read, petition_id: str) -> Hearing | None:
    """The newest reception that was not cancelled."""
    h = t.hearing
    query = sa.select(h).where(h.c.subject_id == petition_id, h.c.state != HearingState.CANCELLED)
    found = hearings.hearings(rx.conn, query.order_by(h.c.id.desc()).limit(1))
    return found[0] if found else None


def _receipt(rx: Read, draft_id: str) -> Registered | None:
    made = draft.get(rx, draft_id=draft_id)
    if made.state is not DraftState.SUBMITTED or made.subject_id is None:
        return None
    found = casework.petition(rx.conn, made.subject_id)
    if found is None:
        return None
    return Registered(
        id=found.id, number=found.number, query_code=found.query_code, registered_at=found.created_at
    )
