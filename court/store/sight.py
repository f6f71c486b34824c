"""A session or paper for an actor who may see it; to everybody else it does not exist. What was said in a mediation
is closed to those who try the dispute afterwards (court.domain.sealed_off)."""

from court.domain import sealed_off
from court.domain.access import may_see_hearing, may_see_matter, may_see_petition
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingKind
from court.domain.lifecycle import Actor, ActorKind
from court.domain.mediation import Agreement
from court.domain.paper import Paper
from court.store.database import Read
from court.store.load import casework, hearings, tracks


def get(rx: Read, *, hearing_id: str) -> Hearing:
    """Refuses `hearing.not_found`."""
    found = hearings.hearing(rx.conn, hearing_id)
    if found is None:
        raise CourtError("hearing.not_found")
    return found


def seen(rx: Read, *, actor: Actor, hearing_id: str) -> Hearing:
    """`get` for somebody who may see it; `hearing.not_found` to everybody else."""
    hearing = get(rx, hearing_id=hearing_id)
    if not sees_hearing(rx, actor=actor, hearing_id=hearing_id):
        raise CourtError("hearing.not_found")
    return hearing


def sees_hearing(rx: Read, *, actor: Actor, hearing_id: str) -> bool:
    """False also when there is no such session."""
    hearing = hearings.hearing(rx.conn, hearing_id)
    if hearing is None:
        return False
    sees = sees_subject(rx, actor, hearing.subject_kind, hearing.subject_id)
    seats = hearings.seats(rx.conn, hearing_id)
    if not may_see_hearing(actor, hearing, seats, sees_subject=sees):
        return False
    sat = any(seat.account_id == actor.id for seat in seats)
    closed = hearing.subject_kind == "matter" and sealed(rx, actor, hearing.subject_id, sat=sat)
    return sealed_off.shows_hearing(hearing.kind, sealed=closed)


def sealed(rx: Read, actor: Actor, matter_id: str, *, sat: bool = False) -> bool:
    """Whether the talks of this dispute are closed to the actor, who `sat` in the session in question or not."""
    if actor.kind is not ActorKind.STAFF:
        return False
    return sealed_off.sealed_for(actor, tracks.tracks(rx.conn, matter_id), sat)


def sees_agreement(rx: Read, actor: Actor, agreement: Agreement) -> bool:
    """For somebody who sees the dispute: a draft of closed talks is not shown."""
    seats = hearings.seats(rx.conn, agreement.hearing_id) if agreement.hearing_id else ()
    sat = any(seat.account_id == actor.id for seat in seats)
    return sealed_off.shows_agreement(agreement.state, sealed=sealed(rx, actor, agreement.matter_id, sat=sat))


def sees_paper(rx: Read, actor: Actor, paper: Paper) -> bool:
    """For somebody who sees the dispute: what closed talks left on paper is shown only where it was released."""
    if paper.subject_kind != "matter":
        return True
    held = hearings.hearing(rx.conn, paper.hearing_id) if paper.hearing_id else None
    seats = hearings.seats(rx.conn, held.id) if held is not None else ()
    sat = any(seat.account_id == actor.id for seat in seats)
    closed = sealed(rx, actor, paper.subject_id, sat=sat)
    talks = held is not None and held.kind is HearingKind.MEDIATION
    return sealed_off.shows_paper(paper.kind, of_talks=talks, sealed=closed)


def sees_subject(rx: Read, actor: Actor, subject_kind: str, subject_id: str) -> bool:
    """Whether the dispute or petition is this actor's business."""
    if subject_kind == "matter":
        matter = casework.matter(rx.conn, subject_id)
        return matter is not None and may_see_matter(actor, matter)
    petition = casework.petition(rx.conn, subject_id)
    return petition is not None and may_see_petition(actor, petition)
