"""辨认 at the database: who is shown which page, until when, and what he said. Everybody else sees the page as shown."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.attendance import Whereabouts
from court.domain.errors import CourtError
from court.domain.exhibit import may_be_examined
from court.domain.exhibit_moment import MomentKind
from court.domain.hearing import Hearing, Seat
from court.domain.identifying import Identification, may_identify, require_witness
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, Actor
from court.domain.order import has_own_line
from court.services import attendance, exhibit_moments, exhibit_showing, pledges
from court.services.exhibit_seats import RECORDERS, get, holder
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import exhibits, hearings


def show(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    page: int,
    seat_id: str,
    offset_ms: int | None = None,
) -> Identification:
    """The page to this witness, and to everybody else as any exhibit; the same again is the same one. Bench only.

    Refuses what `require_witness` and `exhibit_showing.show` refuse, `seat.not_found`, `pledge.not_given`.
    """
    seat = _seat(tx, hearing_id, seat_id)
    stands = attendance.where(tx, hearing_id=hearing_id)
    require_witness(seat, stands.get(seat_id, Whereabouts.UNTOLD))
    pledges.before_asking(tx, hearing=sight.seen(tx, actor=actor, hearing_id=hearing_id), seat=seat)
    exhibit_showing.show(
        tx,
        actor=actor,
        now=now,
        hearing_id=hearing_id,
        exhibit_id=exhibit_id,
        page=page,
        offset_ms=offset_ms,
    )
    before = current(tx, hearing_id=hearing_id)
    if before is not None and (before.exhibit_id, before.page, before.seat_id) == (exhibit_id, page, seat_id):
        return before
    end(tx, actor=actor, now=now, hearing_id=hearing_id)
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "exhibit_id": exhibit_id,
        "page": page,
        "seat_id": seat_id,
        "shown_at": now,
        "shown_by": actor.name,
        "offset_ms": offset_ms,
        "words": "",
        "written_by": "",
    }
    tx.conn.execute(t.identification.insert().values(row))
    facts = {"identification": row["id"], "exhibit": exhibit_id, "page": page, "seat": seat_id}
    tx.record("identify.shown", hearing_id, actor, now, facts)
    return _read(tx, str(row["id"]))


def hide(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str) -> None:
    """The witness sees nothing any more. Bench only; twice is once."""
    holder(tx, actor=actor, hearing_id=hearing_id, within=True)
    exhibit_showing.require_bench(actor, "identify")
    end(tx, actor=actor, now=now, hearing_id=hearing_id)


def end(tx: Tx, *, actor: Actor, now: datetime, hearing_id: str, seat_id: str | None = None) -> None:
    """Whatever is shown to a witness of this session (to this one) is taken away; also when he is sent out."""
    i = t.identification
    alive = [i.c.hearing_id == hearing_id, i.c.hidden_at.is_(None)]
    if seat_id is not None:
        alive.append(i.c.seat_id == seat_id)
    for (ident,) in tx.conn.execute(sa.select(i.c.id).where(*alive)).all():
        tx.conn.execute(i.update().where(i.c.id == ident).values(hidden_at=now))
        tx.record("identify.hidden", hearing_id, actor, now, {"identification": ident})


def write_down(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    identification_id: str,
    words: str,
    offset_ms: int | None = None,
) -> Identification:
    """辨认意见 as bench or clerk heard it, with its moment; said again it replaces, the journal keeps that it was.

    Refuses `identify.not_found`, `exhibit.not_allowed`, `exhibit.not_live`, `text.empty`.
    """
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id, within=True)
    if actor.role not in RECORDERS:
        raise CourtError("exhibit.not_allowed", role=ROLE_NAMES[actor.role], action="identify")
    if not may_be_examined(hearing):
        raise CourtError("exhibit.not_live")
    found = _of(tx, hearing_id, identification_id)
    said = text.required(words, "note")
    if said == found.words:
        return found
    changes = {"words": said, "said_at": now, "written_by": actor.name}
    tx.conn.execute(t.identification.update().where(t.identification.c.id == found.id).values(changes))
    facts = {"identification": found.id, "exhibit": found.exhibit_id, "again": bool(found.words)}
    tx.record("identify.said", hearing_id, actor, now, facts)
    exhibit, witness = (
        get(tx, hearing_id=hearing_id, exhibit_id=found.exhibit_id),
        _seat(tx, hearing_id, found.seat_id),
    )
    label = exhibit.label(hearing.kind)
    exhibit_moments.keep(
        tx,
        actor,
        now,
        hearing,
        exhibit,
        MomentKind.IDENTIFIED,
        page=found.page,
        offset_ms=offset_ms,
        speaker=witness.caption,
        words=f"对{label}第{found.page + 1}页的辨认意见：{said}",
    )
    return _read(tx, found.id)


def current(rx: Read, *, hearing_id: str) -> Identification | None:
    """What a witness sees just now."""
    return next((one for one in of_hearing(rx, hearing_id=hearing_id) if one.hidden_at is None), None)


def shown_to(rx: Read, *, hearing: Hearing, seat: Seat) -> Identification | None:
    """What this seat sees of evidence as a called witness on a page of his own; None before, after and while the session
    rests."""
    if not has_own_line(seat) or not may_be_examined(hearing):
        return None
    if not may_identify(seat, Whereabouts.UNTOLD):
        return None
    now_is = current(rx, hearing_id=hearing.id)
    return now_is if now_is is not None and now_is.seat_id == seat.id else None


def page_for(rx: Read, *, hearing: Hearing, seat: Seat, identification_id: str) -> tuple[str, str, int]:
    """(sha256, media type, page) of the one picture that this witness may fetch. Refuses `identify.not_found`."""
    found = shown_to(rx, hearing=hearing, seat=seat)
    exhibit = exhibits.exhibit(rx.conn, found.exhibit_id) if found is not None else None
    if found is None or exhibit is None or found.id != identification_id:
        raise CourtError("identify.not_found")
    return exhibit.sha256, exhibit.media_type, found.page


def of_hearing(rx: Read, *, hearing_id: str) -> tuple[Identification, ...]:
    """Every one of a session, in the order shown."""
    i = t.identification
    rows = rx.conn.execute(sa.select(i).where(i.c.hearing_id == hearing_id).order_by(i.c.id))
    return tuple(Identification(**row._mapping) for row in rows)


def _of(rx: Read, hearing_id: str, identification_id: str) -> Identification:
    sight.get(rx, hearing_id=hearing_id)
    row = rx.conn.execute(
        sa.select(t.identification).where(t.identification.c.id == identification_id)
    ).first()
    if row is None or row.hearing_id != hearing_id:
        raise CourtError("identify.not_found")
    return Identification(**row._mapping)


def _seat(rx: Read, hearing_id: str, seat_id: str) -> Seat:
    seat = hearings.seat(rx.conn, seat_id)
    if seat is None or seat.hearing_id != hearing_id:
        raise CourtError("seat.not_found")
    return seat


def _read(rx: Read, identification_id: str) -> Identification:
    row = rx.conn.execute(sa.select(t.identification).where(t.identification.c.id == identification_id)).one()
    return Identification(**row._mapping)
