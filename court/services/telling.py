"""A change in a dispute told to its parties by text message, or the reason why nobody is told; it words nothing itself."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from court.domain.lifecycle import Actor
from court.domain.outbox import Channel
from court.services import outbox, service_address
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework

# 短信 70 characters; longer ones are cut by the carriers into several.
MOST = 70


def tell(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    words: str,
    key: str,
    purpose: str,
    only: Iterable[str] | None = None,
) -> int:
    """One message to each party (of `only`, by id) that has a mobile number; the same `key` again sends nothing.

    Who has no number stands in the journal as `message.silent` with the reason. Gives how many have one."""
    matter = casework.matter(tx.conn, matter_id)
    wanted = None if only is None else frozenset(only)
    told = 0
    for party in casework.parties(tx.conn, matter_id):
        if wanted is not None and party.id not in wanted:
            continue
        mobile = service_address.contact(tx, party_id=party.id).mobile
        if not mobile:
            facts = {"party": party.id, "purpose": purpose, "reason": "no_mobile"}
            tx.record("message.silent", matter_id, actor, now, facts)
            continue
        number = matter.number if matter is not None else ""
        outbox.post(
            tx,
            actor=actor,
            now=now,
            channel=Channel.SMS,
            address=mobile,
            body=(f"{number}：{words}" if number else words)[:MOST],
            purpose=purpose,
            ref=f"{key}"[:36],
            subject_id=matter_id,
            key=f"{key}:{party.id}",
        )
        told += 1
    return told


def known(rx: Read, *, key: str, party_id: str) -> bool:
    """Whether this message to this party was queued before."""
    query = sa.select(t.outbox.c.id).where(t.outbox.c.key == f"{key}:{party_id}")
    return rx.conn.execute(query).first() is not None


def reachable(rx: Read, *, party_id: str) -> bool:
    """Whether this party has a mobile number; who has none is told on the page to be called or visited."""
    return bool(service_address.contact(rx, party_id=party_id).mobile)
