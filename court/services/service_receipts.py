"""What a carrier says of a message, and what that means for the service it belongs to: one transaction."""

from datetime import datetime

from court.domain.outbox import Message
from court.services import outbox
from court.store.database import Tx


def taken_over(tx: Tx, *, now: datetime, message_id: str, gateway_id: str) -> Message:
    """The carrier has it."""
    return outbox.accepted(tx, now=now, message_id=message_id, gateway_id=gateway_id)


def not_sent(tx: Tx, *, now: datetime, message_id: str, detail: str, permanent: bool) -> Message:
    """The carrier did not take it; it is tried again or has failed."""
    return outbox.failed(tx, now=now, message_id=message_id, detail=detail, permanent=permanent)


def told(tx: Tx, *, now: datetime, key: str, gateway_id: str, arrived: bool, at: datetime) -> bool:
    """A receipt of the gateway; False when it was known. Refuses `gateway.*`."""
    _, news = outbox.receipt(tx, now=now, key=key, gateway_id=gateway_id, arrived=arrived, at=at)
    return news
