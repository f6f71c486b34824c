"""翻译 linked to the person whose words are rendered: who may be linked to whom, by whose word. No sound."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from court.domain.errors import CourtError
from court.domain.hearing import Seat, SeatRole
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role
from court.domain.order import has_own_line

KEEPERS = BENCH | {Role.CLERK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpretation:
    """The interpreter's seat, the person's seat; `to_all`: everybody hears it, else who chose the channel."""

    hearing_id: str
    seat_id: str
    of_seat_id: str
    to_all: bool
    since: datetime
    by: str


def require_link(interpreter: Seat, person: Seat) -> None:
    """Refuses `interpreting.no_interpreter`, `interpreting.of_whom`."""
    if interpreter.role is not SeatRole.INTERPRETER:
        raise CourtError("interpreting.no_interpreter")
    if person.role in {SeatRole.INTERPRETER, SeatRole.VEHICLE} or person.hearing_id != interpreter.hearing_id:
        raise CourtError("interpreting.of_whom")


def require_keeper(actor: Actor, *, to_all: bool) -> None:
    """Bench and clerk link; that everybody has to hear it is the bench's to say. Refuses `hearing.not_allowed`."""
    allowed = BENCH if to_all else KEEPERS
    if actor.kind is not ActorKind.STAFF or actor.role not in allowed:
        raise CourtError("hearing.not_allowed", role=ROLE_NAMES[actor.role], action="interpret")


def heard_by_all(interpreter: Seat, *, to_all: bool) -> bool:
    """Who interprets from the vehicle speaks into its microphone: there is no channel to choose, all hear it."""
    return to_all or not has_own_line(interpreter)


def line_of(person: Seat, seats: Iterable[Seat]) -> str | None:
    """The seat whose microphone carries the person: his own, or the vehicle's. None: nobody's."""
    if has_own_line(person):
        return person.id
    return next((seat.id for seat in seats if seat.role is SeatRole.VEHICLE), None)
