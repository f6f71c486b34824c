"""What stands on every screen of a session, and the marks on it: at the judge's word, the same for all, kept."""

import json
from datetime import datetime

import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.exhibit import EXHIBIT, ExhibitAction
from court.domain.exhibit_mark import MOST_MARKS, Mark, MarkKind, Point, checked
from court.domain.exhibit_moment import MomentKind, Showing
from court.domain.hearing import Hearing, Seat
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, Role
from court.services import exhibit_moments
from court.services.exhibit_seats import get, holder, live
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import exhibits, hearings
from court.store.rows import insert_new

_MOST_KEPT = 5_000  # marks of one exhibit, taken away ones included


def show(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    page: int = 0,
    offset_ms: int | None = None,
) -> Showing:
    """A page of an exhibit to everybody; another page of the same one turns it. Bench only.

    Refuses `exhibit.not_allowed`, `exhibit.wrong_state` (withdrawn), `exhibit.no_page`, `exhibit.not_live`.
    """
    hearing, seat = _presiding(tx, actor, hearing_id, "show")
    found = get(tx, hearing_id=hearing_id, exhibit_id=exhibit_id)
    state = EXHIBIT.after(found.state, ExhibitAction.SHOW, actor.role)
    if not 0 <= page < found.pages:
        raise CourtError("exhibit.no_page", pages=found.pages)
    before = exhibits.showing(tx.conn, hearing_id)
    turned = before is not None and before.exhibit_id == exhibit_id
    if turned and before is not None and before.page == page:
        return before
    tx.conn.execute(t.exhibit.update().where(t.exhibit.c.id == exhibit_id).values(state=state))
    _put(tx, hearing_id, now, actor, exhibit_id=exhibit_id, page=page)
    facts = {"exhibit": exhibit_id, "page": page, "offset_ms": offset_ms}
    tx.record("exhibit.turned" if turned else "exhibit.shown", hearing_id, actor, now, facts)
    if not turned:
        words = f"出示{found.label(hearing.kind)}：{found.title}{found.purpose and f'，证明目的：{found.purpose}'}。"
        exhibit_moments.keep(
            tx,
            actor,
            now,
            hearing,
            found,
            MomentKind.SHOWN,
            page=page,
            offset_ms=offset_ms,
            speaker=seat.caption,
            words=words,
        )
    return _now(tx, hearing_id)


def show_camera(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str) -> Showing:
    """The document camera of a seat to everybody. Refuses `seat.not_found`, `exhibit.not_live`, `exhibit.not_allowed`."""
    _presiding(tx, actor, hearing_id, "show")
    seat = hearings.seat(tx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    before = exhibits.showing(tx.conn, hearing_id)
    if before is not None and before.camera_seat_id == seat_id:
        return before
    _put(tx, hearing_id, now, actor, camera_seat_id=seat_id)
    tx.record("exhibit.camera_shown", hearing_id, actor, now, {"seat": seat_id})
    return _now(tx, hearing_id)


def hide(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, offset_ms: int | None = None
) -> Showing | None:
    """Nothing on show any more. Hidden twice it is hidden once."""
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id)
    require_bench(actor, "hide")
    before = exhibits.showing(tx.conn, hearing_id)
    if before is None or before.empty:
        return before
    _put(tx, hearing_id, now, actor)
    tx.record("exhibit.hidden", hearing_id, actor, now, {"exhibit": before.exhibit_id})
    if before.exhibit_id is not None:
        found = get(tx, hearing_id=hearing_id, exhibit_id=before.exhibit_id)
        exhibit_moments.keep(
            tx, actor, now, hearing, found, MomentKind.HIDDEN, page=before.page, offset_ms=offset_ms
        )
    return _now(tx, hearing_id)


def on_show(rx: Read, *, hearing_id: str) -> Showing | None:
    """None when nothing was shown yet; may be empty."""
    return exhibits.showing(rx.conn, hearing_id)


def mark(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    page: int,
    kind: MarkKind,
    points: tuple[Point, ...],
    once: str,
) -> Mark:
    """One stroke on the page that is on show, by anybody who sits in the room. `once` is the page's own id of it.

    Refuses `mark.not_on_show`, `mark.malformed`, `mark.too_many`, `exhibit.not_live`.
    """
    _, seat = _drawing(tx, actor, hearing_id, exhibit_id, page)
    m = t.exhibit_mark
    known = tx.conn.execute(sa.select(m).where(m.c.id == once)).first()
    if known is not None:
        if known.seat_id != seat.id:
            raise CourtError("mark.malformed")
        return exhibits.mark_of(known)
    stroke = checked(kind, points)
    kept = exhibits.marks(tx.conn, exhibit_id)
    living = sum(one.page == page and one.removed_at is None for one in kept)
    if living >= MOST_MARKS or len(kept) >= _MOST_KEPT:
        raise CourtError("mark.too_many", most=MOST_MARKS)
    row = {
        "id": once,
        "exhibit_id": exhibit_id,
        "hearing_id": hearing_id,
        "page": page,
        "kind": kind,
        "points": json.dumps(stroke, separators=(",", ":")),
        "seat_id": seat.id,
        "by": seat.caption,
        "at": now,
        "removed_by": "",
    }
    tx.conn.execute(m.insert().values(row))
    tx.record("exhibit.marked", hearing_id, actor, now, {"exhibit": exhibit_id, "page": page, "mark": once})
    return exhibits.mark_of(tx.conn.execute(sa.select(m).where(m.c.id == once)).one())


def undo_mark(
    tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, exhibit_id: str, page: int
) -> Mark | None:
    """Takes away this seat's newest stroke on the page; None when it has none."""
    _, seat = _drawing(tx, actor, hearing_id, exhibit_id, page)
    mine = [one for one in _living(tx, exhibit_id, page) if one.seat_id == seat.id]
    if not mine:
        return None
    _remove(tx, now, seat, [mine[-1].id])
    facts = {"exhibit": exhibit_id, "page": page, "mark": mine[-1].id}
    tx.record("exhibit.mark_undone", hearing_id, actor, now, facts)
    return mine[-1]


def clear_marks(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, exhibit_id: str, page: int) -> int:
    """Takes every stroke off the page: bench and clerk. Says how many."""
    _, seat = _drawing(tx, actor, hearing_id, exhibit_id, page)
    if actor.role not in BENCH | {Role.CLERK}:
        raise CourtError("exhibit.not_allowed", role=ROLE_NAMES[actor.role], action="clear")
    living = [one.id for one in _living(tx, exhibit_id, page)]
    if living:
        _remove(tx, now, seat, living)
        facts = {"exhibit": exhibit_id, "page": page, "count": len(living)}
        tx.record("exhibit.marks_cleared", hearing_id, actor, now, facts)
    return len(living)


def marks(rx: Read, *, exhibit_id: str, page: int) -> tuple[Mark, ...]:
    """The living strokes of a page, in the order drawn."""
    return _living(rx, exhibit_id, page)


def _living(rx: Read, exhibit_id: str, page: int) -> tuple[Mark, ...]:
    return tuple(one for one in exhibits.marks(rx.conn, exhibit_id, page) if one.removed_at is None)


def _remove(tx: Tx, now: datetime, seat: Seat, ids: list[str]) -> None:
    gone = {"removed_at": now, "removed_by": seat.caption}
    tx.conn.execute(t.exhibit_mark.update().where(t.exhibit_mark.c.id.in_(ids)).values(gone))


def _drawing(rx: Read, actor: Actor, hearing_id: str, exhibit_id: str, page: int) -> tuple[Hearing, Seat]:
    """Only what everybody sees is drawn upon."""
    hearing, seat = holder(rx, actor=actor, hearing_id=hearing_id, within=True)
    if seat is None:
        raise CourtError("room.not_seated")
    live(hearing)
    shown = exhibits.showing(rx.conn, hearing_id)
    if shown is None or (shown.exhibit_id, shown.page) != (exhibit_id, page):
        raise CourtError("mark.not_on_show")
    return hearing, seat


def require_bench(actor: Actor, action: str) -> None:
    """Refuses `exhibit.not_allowed`."""
    if actor.role not in BENCH:
        raise CourtError("exhibit.not_allowed", role=ROLE_NAMES[actor.role], action=action)


def _presiding(rx: Read, actor: Actor, hearing_id: str, action: str) -> tuple[Hearing, Seat]:
    hearing, seat = holder(rx, actor=actor, hearing_id=hearing_id, within=True)
    require_bench(actor, action)
    if seat is None:
        raise CourtError("room.not_seated")
    live(hearing)
    return hearing, seat


def _put(
    tx: Tx,
    hearing_id: str,
    now: datetime,
    actor: Actor,
    *,
    exhibit_id: str | None = None,
    page: int = 0,
    camera_seat_id: str | None = None,
) -> None:
    row = {
        "exhibit_id": exhibit_id,
        "page": page,
        "camera_seat_id": camera_seat_id,
        "since": now,
        "by": actor.name,
    }
    s = t.exhibit_showing
    if not insert_new(tx.conn, s, row | {"hearing_id": hearing_id}):
        tx.conn.execute(s.update().where(s.c.hearing_id == hearing_id).values(row))


def _now(rx: Read, hearing_id: str) -> Showing:
    found = exhibits.showing(rx.conn, hearing_id)
    assert found is not None
    return found
