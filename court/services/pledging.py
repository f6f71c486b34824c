"""保证书 noted: each act with its journal row and its line of the transcript; who is refused leaves the courtroom."""

from datetime import datetime

from court.domain import text
from court.domain.admission import Admission, AdmissionAction
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor, ActorKind
from court.domain.order import LIVE
from court.domain.pledge import WORDS_MOST, Pledge, PledgeAct, PledgeState, moved, noted, possible
from court.services import order, pledges, transcript
from court.store import sight
from court.store import tables as t
from court.store.database import Tx
from court.store.load import hearings


def note(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    seat_id: str,
    act: PledgeAct,
    exception: str = "",
    words: str = "",
    offset_ms: int | None = None,
) -> PledgeState:
    """What the witness did. Who refuses in the courtroom is led out with it (解释 120).

    Refuses what `court.domain.pledge.moved` refuses, `seat.not_found`, `hearing.not_found`.
    """
    hearing = sight.seen(tx, actor=actor, hearing_id=hearing_id)
    if actor.kind is not ActorKind.STAFF:
        raise CourtError("pledge.not_allowed", role=ROLE_NAMES[actor.role], action=act.value)
    seat = hearings.seat(tx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    why = text.line_clean(words)[:WORDS_MOST]
    after = moved(seat, hearing, pledges.standing(tx, seat=seat), act, actor.role, exception, why)
    made = Pledge(
        id=new_id(),
        hearing_id=hearing_id,
        seat_id=seat_id,
        act=act,
        exception=exception,
        words=why,
        at=now,
        by=actor.name,
        offset_ms=offset_ms,
    )
    tx.conn.execute(t.pledge.insert().values({n: getattr(made, n) for n in Pledge.__dataclass_fields__}))
    tx.record("pledge.noted", hearing_id, actor, now, {"seat": seat_id, "act": act, "offset_ms": offset_ms})
    if hearing.state in LIVE:
        said = noted(made, seat.caption)
        transcript.mark(tx, actor=actor, now=now, hearing_id=hearing_id, text=said, offset_ms=offset_ms)
    if after is PledgeState.REFUSED and seat.admission is Admission.ADMITTED:
        about = {"hearing_id": hearing_id, "seat_id": seat_id}
        order.let(tx, actor=actor, now=now, action=AdmissionAction.EXCUSE, **about)
    return after


def signed_on_pad(tx: Tx, *, actor: Actor, now: datetime, seat_id: str) -> None:
    """The drawn 保证书 bears his signature: noted where it is not noted yet."""
    seat = hearings.seat(tx.conn, seat_id)
    assert seat is not None
    hearing = sight.seen(tx, actor=actor, hearing_id=seat.hearing_id)
    if PledgeAct.SIGN in possible(seat, hearing, pledges.standing(tx, seat=seat), actor.role):
        note(tx, actor=actor, now=now, hearing_id=hearing.id, seat_id=seat_id, act=PledgeAct.SIGN)
