"""The stages of a session as they were called, with their place in the recording."""

from datetime import datetime

from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.order import LIVE, require_bench, told_to_all
from court.domain.stages import StageMark, shut, stage
from court.services import order as orders
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, order


def begin(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, code: str, offset_ms: int | None = None
) -> StageMark:
    """The stage begins, with its layout and its microphones. Any stage of the kind may follow any other
    (恢复法庭调查); the one that is on already stays.

    Refuses `order.stage_unknown`, `hearing.wrong_state`, `hearing.not_allowed`."""
    hearing = sight.seen(tx, actor=actor, hearing_id=hearing_id)
    require_bench(actor, "stage")
    if hearing.state not in LIVE:
        raise CourtError("hearing.wrong_state", state=hearing.state_name, action="stage")
    wanted = stage(hearing.kind, code)
    known = order.marks(tx.conn, hearing_id)
    if known and known[-1].code == code:
        return known[-1]
    made = StageMark(
        id=new_id(),
        hearing_id=hearing_id,
        code=code,
        name=wanted.name,
        at=now,
        offset_ms=offset_ms,
        by=actor.name,
    )
    row = {name: getattr(made, name) for name in StageMark.__dataclass_fields__}
    tx.conn.execute(t.stage_mark.insert().values(row))
    orders.set_stage(tx, actor=actor, now=now, hearing_id=hearing_id, wanted=wanted)
    before = stage(hearing.kind, known[-1].code) if known else None
    _microphones(tx, actor, now, hearing_id, shut(wanted, before))
    return made


def _microphones(tx: Tx, actor: Actor, now: datetime, hearing_id: str, muted: bool | None) -> None:
    """What the bench locked stays locked."""
    if muted is None:
        return
    seats = hearings.seats(tx.conn, hearing_id)
    meant = [one.id for one in seats if told_to_all(one) and not one.locked and one.muted is not muted]
    if meant:
        tx.conn.execute(t.seat.update().where(t.seat.c.id.in_(meant)).values(muted=muted))
        body = {"seat": "all", "muted": muted, "locked": False}
        tx.record("hearing.muted", hearing_id, actor, now, body)


def marks(rx: Read, *, hearing_id: str) -> tuple[StageMark, ...]:
    """Oldest first; the last one is on now."""
    return order.marks(rx.conn, hearing_id)
