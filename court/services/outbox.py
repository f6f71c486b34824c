"""The outbox: messages queued in the transaction of their cause, taken by the sending task, told of by receipts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.outbox import MESSAGE, SETTLED, Channel, Message, MessageAction, MessageState, next_try
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.rows import insert_new

MOST_BODY = 4000


def post(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    channel: Channel,
    address: str,
    body: str,
    purpose: str,
    ref: str,
    subject_id: str,
    key: str,
    title: str = "",
) -> Message:
    """Queue a message; the same `key` gives the first one again. Refuses `outbox.address` for an empty address.

    `body` may carry a secret (a link, a code): it is emptied as soon as the message is out or given up."""
    if not address.strip() or len(address) > 200:
        raise CourtError("outbox.address")
    if not body or len(body) > MOST_BODY:
        raise ValueError("a message has 1 to 4000 characters")
    row = {
        "id": new_id(),
        "key": key[:120],
        "subject_id": subject_id,
        "purpose": purpose,
        "ref": ref,
        "channel": channel,
        "address": address.strip(),
        "title": text.line_clean(title)[:200],
        "body": body,
        "state": MESSAGE.start,
        "attempts": 0,
        "next_at": now,
        "gateway_id": "",
        "detail": "",
        "at": now,
        "settled_at": None,
        "by": actor.name,
    }
    if insert_new(tx.conn, t.outbox, row):
        facts = {"message": row["id"], "channel": channel, "purpose": purpose}
        tx.record("outbox.queued", subject_id, actor, now, facts)
    return _one(tx, t.outbox.c.key == row["key"])


def get(rx: Read, *, message_id: str) -> Message:
    """Refuses `outbox.not_found`."""
    return _one(rx, t.outbox.c.id == message_id)


def of_ref(rx: Read, *, refs: tuple[str, ...]) -> tuple[Message, ...]:
    """Messages about these things, oldest first."""
    o = t.outbox
    rows = rx.conn.execute(sa.select(o).where(o.c.ref.in_(refs)).order_by(o.c.at, o.c.id))
    return tuple(_message(row) for row in rows)


def take(tx: Tx, *, now: datetime) -> Message | None:
    """The oldest message that is due, now being sent; None when nothing is."""
    o = t.outbox
    due = (o.c.state == MessageState.QUEUED, o.c.next_at <= now)
    found = tx.conn.execute(sa.select(o.c.id).where(*due).order_by(o.c.next_at, o.c.id).limit(1)).scalar()
    if found is None:
        return None
    return _step(tx, SYSTEM_ACTOR, now, str(found), MessageAction.SEND, attempts=o.c.attempts + 1)


def next_due(rx: Read) -> datetime | None:
    """When the next queued message wants to go; None: nothing is queued."""
    o = t.outbox
    query = sa.select(o.c.next_at).where(o.c.state == MessageState.QUEUED).order_by(o.c.next_at).limit(1)
    return rx.conn.execute(query).scalar()


def accepted(tx: Tx, *, now: datetime, message_id: str, gateway_id: str) -> Message:
    """The carrier took it over. A receipt that came first stands."""
    found = get(tx, message_id=message_id)
    if found.state is MessageState.DELIVERED:
        return found
    return _step(
        tx,
        SYSTEM_ACTOR,
        now,
        message_id,
        MessageAction.ACCEPT,
        gateway_id=gateway_id[:120],
        body="",
        detail="",
    )


def failed(tx: Tx, *, now: datetime, message_id: str, detail: str, permanent: bool) -> Message:
    """It did not go: queued again after a wait, or given up. `detail` is a code, never an address."""
    found = get(tx, message_id=message_id)
    if found.state in SETTLED:
        return found
    again = None if permanent or found.state is not MessageState.SENDING else next_try(found.attempts, now)
    if again is not None:
        return _step(
            tx, SYSTEM_ACTOR, now, message_id, MessageAction.RETRY, next_at=again, detail=detail[:120]
        )
    gone = {"detail": detail[:120], "body": "", "settled_at": now}
    return _step(tx, SYSTEM_ACTOR, now, message_id, MessageAction.GIVE_UP, **gone)


def receipt(
    tx: Tx,
    *,
    now: datetime,
    channel: Channel,
    key: str,
    gateway_id: str,
    arrived: bool,
    at: datetime,
    detail: str = "",
) -> tuple[Message, bool]:
    """(message, whether it was news) for a receipt of the carrier, by the key it was given or its own id.

    Refuses `gateway.unknown_id`; `gateway.decided` when the opposite was told before. Told twice is told once."""
    o = t.outbox
    own = o.c.key == key if key else sa.and_(o.c.gateway_id == gateway_id, o.c.gateway_id != "")
    row = tx.conn.execute(sa.select(o).where(own, o.c.channel == channel)).first()
    if row is None:
        raise CourtError("gateway.unknown_id")
    found = _message(row)
    wanted = MessageState.DELIVERED if arrived else MessageState.FAILED
    if found.state is wanted:
        return found, False
    if found.state in SETTLED or at < found.at.replace(microsecond=0):
        raise CourtError("gateway.decided", state=found.state_name)
    if not arrived and found.state is not MessageState.ACCEPTED:
        raise CourtError("gateway.decided", state=found.state_name)
    action = MessageAction.DELIVER if arrived else MessageAction.GIVE_UP
    changes: dict[str, Any] = {"body": "", "settled_at": min(at, now)}
    if not arrived:
        changes["detail"] = detail[:120] or "undelivered"
    return _step(tx, SYSTEM_ACTOR, now, found.id, action, **changes), True


def cancel(tx: Tx, *, actor: Actor, now: datetime, ref: str) -> None:
    """Messages of `ref` that have not gone yet are not sent."""
    for one in of_ref(tx, refs=(ref,)):
        if one.state is MessageState.QUEUED:
            _step(tx, actor, now, one.id, MessageAction.CANCEL, body="", settled_at=now)


def recover(tx: Tx, *, now: datetime) -> int:
    """At start: what was being sent when the program died is sent again; its key keeps it one message."""
    o = t.outbox
    lost = tx.conn.execute(sa.select(o.c.id).where(o.c.state == MessageState.SENDING)).scalars().all()
    for message_id in lost:
        _step(tx, SYSTEM_ACTOR, now, message_id, MessageAction.RETRY, next_at=now, detail="interrupted")
    return len(lost)


def _step(
    tx: Tx, actor: Actor, now: datetime, message_id: str, action: MessageAction, **changes: Any
) -> Message:
    found = get(tx, message_id=message_id)
    state = MESSAGE.after(found.state, action, actor.role)
    tx.conn.execute(t.outbox.update().where(t.outbox.c.id == message_id).values(state=state, **changes))
    tx.record(f"outbox.{action}", found.subject_id, actor, now, {"message": message_id})
    return get(tx, message_id=message_id)


def _one(rx: Read, condition: sa.ColumnElement[bool]) -> Message:
    row = rx.conn.execute(sa.select(t.outbox).where(condition)).first()
    if row is None:
        raise CourtError("outbox.not_found")
    return _message(row)


def _message(row: Any) -> Message:
    facts = dict(row._mapping)
    return Message(**facts | {"channel": Channel(row.channel), "state": MessageState(row.state)})
