"""What a carrier says of a message, and what that means for the service it belongs to: one transaction."""

from datetime import datetime

from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.outbox import Channel, Message, MessageState
from court.domain.service_fact import Fact, FactKind
from court.services import outbox
from court.services import service_settling as settling
from court.store.database import Tx

SERVICE = "service"


def taken_over(tx: Tx, *, now: datetime, message_id: str, gateway_id: str) -> Message:
    """The carrier has it: a mail server's word is the court's own success (解释 135); a gateway's is only a beginning."""
    message = outbox.accepted(tx, now=now, message_id=message_id, gateway_id=gateway_id)
    if message.state is MessageState.ACCEPTED:
        kind = FactKind.DELIVERED if message.channel is Channel.MAIL else FactKind.SUBMITTED
        _noted(tx, now, message, kind, now)
    return message


def not_sent(tx: Tx, *, now: datetime, message_id: str, detail: str, permanent: bool) -> Message:
    """The carrier did not take it; it is tried again or has failed."""
    message = outbox.failed(tx, now=now, message_id=message_id, detail=detail, permanent=permanent)
    if message.state is MessageState.FAILED:
        _noted(tx, now, message, FactKind.BOUNCED, now)
    return message


def told(
    tx: Tx,
    *,
    now: datetime,
    channel: Channel,
    key: str,
    gateway_id: str,
    arrived: bool,
    at: datetime,
    detail: str = "",
) -> bool:
    """A receipt of the carrier; False when it was known. `detail`: its code for a message that did not arrive.

    Refuses `gateway.*`."""
    message, news = outbox.receipt(
        tx, now=now, channel=channel, key=key, gateway_id=gateway_id, arrived=arrived, at=at, detail=detail
    )
    if news:
        kind = FactKind.ARRIVED if arrived else FactKind.BOUNCED
        _noted(tx, now, message, kind, min(at, now))
    return news


def _noted(tx: Tx, now: datetime, message: Message, kind: FactKind, at: datetime) -> None:
    if message.purpose == SERVICE:
        settling.add(
            tx,
            actor=SYSTEM_ACTOR,
            now=now,
            service_id=message.ref,
            fact=Fact(kind=kind, at=max(at, message.at)),
        )
