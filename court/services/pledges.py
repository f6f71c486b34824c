"""保证书 at the database: what each witness did, and whether he may be called or asked. Moves nobody through the door."""

from court.domain.hearing import Hearing, Seat
from court.domain.pledge import Pledge, PledgeState, require_callable, require_given, state_of
from court.store.database import Read
from court.store.load import attendance as load


def of_hearing(rx: Read, *, hearing_id: str) -> tuple[Pledge, ...]:
    """Oldest first."""
    return load.pledges(rx.conn, hearing_id)


def standing(rx: Read, *, seat: Seat) -> PledgeState:
    """How it is with this witness."""
    return state_of(of_hearing(rx, hearing_id=seat.hearing_id), seat.id)


def before_calling(rx: Read, *, hearing: Hearing, seat: Seat) -> None:
    """Refuses what `court.domain.pledge.require_callable` refuses."""
    require_callable(seat, hearing.kind, standing(rx, seat=seat))


def before_asking(rx: Read, *, hearing: Hearing, seat: Seat) -> None:
    """Refuses what `court.domain.pledge.require_given` refuses."""
    require_given(seat, hearing.kind, standing(rx, seat=seat))
