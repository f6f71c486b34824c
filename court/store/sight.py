"""A session for an actor who may see it; to everybody else it does not exist."""

from court.domain.access import may_see_hearing, may_see_matter, may_see_petition
from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor
from court.store.database import Read
from court.store.load import casework, hearings


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
    return may_see_hearing(actor, hearing, hearings.seats(rx.conn, hearing_id), sees_subject=sees)


def sees_subject(rx: Read, actor: Actor, subject_kind: str, subject_id: str) -> bool:
    """Whether the dispute or petition is this actor's business."""
    if subject_kind == "matter":
        matter = casework.matter(rx.conn, subject_id)
        return matter is not None and may_see_matter(actor, matter)
    petition = casework.petition(rx.conn, subject_id)
    return petition is not None and may_see_petition(actor, petition)
