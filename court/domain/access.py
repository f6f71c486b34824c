"""Who may see what: relations of an actor to a dispute, a petition or a session. Routes check roles besides."""

from collections.abc import Iterable

from court.domain.hearing import Hearing, Seat, SeatRole
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.matter import Matter
from court.domain.petition import Petition

# Those who file, keep and approve see every dispute; a restricted one only who handles it, and the president.
EVERY_MATTER = frozenset({Role.CLERK, Role.OFFICER, Role.REGISTRAR, Role.PRESIDENT})


def may_see_matter(actor: Actor, matter: Matter) -> bool:
    """Who files, keeps and approves, officers and the program see every dispute; bench only their own and those nobody
    has yet; a restricted one (密级、限制查阅) only its own people and the president."""
    if actor.role is Role.SYSTEM:
        return actor.kind in {ActorKind.STAFF, ActorKind.SYSTEM}
    if actor.kind is not ActorKind.STAFF:
        return False
    if matter.restricted:
        return actor.role is Role.PRESIDENT or actor.id in matter.handlers
    if actor.role in EVERY_MATTER:
        return True
    free = matter.mediator_id is None and matter.judge_id is None
    own = {Role.JUDGE: matter.judge_id, Role.MEDIATOR: matter.mediator_id}
    return actor.role in own and (free or actor.id in {matter.mediator_id, matter.judge_id})


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
