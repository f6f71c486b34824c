"""What the outside screen of a vehicle may show of a session now, read from what is true."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.errors import CourtError
from court.domain.hearing import Hearing
from court.domain.lifecycle import Actor, ActorKind
from court.domain.publicity import Showing, alias, masked, showing
from court.store import sight
from court.store.database import Read
from court.store.load import caucus, hearings

LINES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Names are masked already. All but `showing` is empty unless it is live. `captions` by seat id; `lines` are
    (id, speaker, text), oldest first."""

    showing: Showing
    title: str = ""
    starts_at: datetime | None = None
    captions: tuple[tuple[str, str, str], ...] = ()
    lines: tuple[tuple[str, str, str], ...] = ()


def hearing_of(rx: Read, *, actor: Actor, hearing_id: str) -> Hearing:
    """For the terminal of a vehicle that has a place in the session. Refuses `hearing.not_found` to others."""
    if actor.kind is not ActorKind.TERMINAL:
        raise CourtError("hearing.not_found")
    return sight.seen(rx, actor=actor, hearing_id=hearing_id)


def hearing(rx: Read, *, hearing_id: str) -> Hearing:
    """For somebody whose leave to watch was seen already."""
    return sight.get(rx, hearing_id=hearing_id)


def state(rx: Read, *, hearing_id: str) -> Showing:
    """Whether the public may watch now."""
    return showing(hearing(rx, hearing_id=hearing_id), apart=bool(caucus.standing(rx.conn, hearing_id)))


def shown(rx: Read, *, actor: Actor, hearing_id: str) -> Shown:
    """Everything the screen needs. Refuses what `hearing_of` refuses."""
    return shown_to_all(rx, hearing_of(rx, actor=actor, hearing_id=hearing_id))


def shown_to_all(rx: Read, about: Hearing) -> Shown:
    """The same for somebody whose leave to watch was seen already."""
    hearing_id = about.id
    now_is = state(rx, hearing_id=hearing_id)
    if now_is is Showing.BEFORE:
        return Shown(showing=now_is, starts_at=about.starts_at)
    if now_is is not Showing.LIVE:
        return Shown(showing=now_is)
    seats = hearings.seats(rx.conn, hearing_id)
    lines = hearings.transcript(rx.conn, hearing_id).lines[-LINES:]
    return Shown(
        showing=now_is,
        title=f"{about.kind_name} · {masked(about.title, ())}",
        captions=tuple((seat.id, alias(seat, seats), seat.role.value) for seat in seats),
        lines=tuple((line.id, masked(line.speaker, seats), masked(line.text, seats)) for line in lines),
    )
