"""Who may see what: relations of an actor to a dispute, a petition or a session. Routes check roles besides."""

from collections.abc import Iterable

from court.domain.hearing import Hearing, Seat, SeatRole
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.matter import Matter
from court.domain.petition import Petition


def may_see_matter(actor: Actor, matter: Matter) -> bool:
    """Those who file, keep and approve, officers and the program see every dispute; bench only their own and those
    nobody has yet."""
    match actor.role:
        case Role.CLERK | Role.OFFICER | Role.REGISTRAR | Role.PRESIDENT | Role.SYSTEM:
            return actor.kind in {ActorKind.STAFF, ActorKind.SYSTEM}
        case Role.JUDGE | Role.MEDIATOR:
            free = matter.mediator_id is None and matter.judge_id is None
            return actor.kind is ActorKind.STAFF and (
                free or actor.id in {matter.mediator_id, matter.judge_id}
            )
        case _:
            return False


def may_see_petition(actor: Actor, petition: Petition) -> bool:
    """信访工作条例 30: outside the petition officials nobody finds it, not even by its number."""
    if actor.role is Role.SYSTEM:
        return True
    official = actor.kind is ActorKind.STAFF and actor.role is Role.PETITION_OFFICIAL
    return official and petition.official_id in {None, actor.id}


def may_see_hearing(actor: Actor, hearing: Hearing, seats: Iterable[Seat], *, sees_subject: bool) -> bool:
    """Whoever sees the subject, whoever has a seat, and the vehicle's terminal when the vehicle has one."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return True
        case ActorKind.STAFF:
            return sees_subject or any(seat.account_id == actor.id for seat in seats)
        case ActorKind.TERMINAL:
            return any(seat.role is SeatRole.VEHICLE for seat in seats)
        case ActorKind.SEAT:
            return any(seat.id == actor.id for seat in seats)
        case _:
            return False
