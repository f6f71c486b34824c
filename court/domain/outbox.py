"""Messages the court sends to a telephone or a mail box, their states and when one is tried again. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from court.domain.lifecycle import STAFF, SYSTEM, Lifecycle, Step


class Channel(StrEnum):
    """The systems a message can reach a person by."""

    SMS = "sms"
    MAIL = "mail"


CHANNEL_NAMES: Mapping[Channel, str] = {Channel.SMS: "短信", Channel.MAIL: "电子邮件"}


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageAction(StrEnum):
    SEND = "send"
    ACCEPT = "accept"
    RETRY = "retry"
    GIVE_UP = "give_up"
    DELIVER = "deliver"
    CANCEL = "cancel"


_S, _A = MessageState, MessageAction
MESSAGE: Lifecycle[MessageState, MessageAction] = Lifecycle(
    "outbox",
    _S.QUEUED,
    {
        (_S.QUEUED, _A.SEND): Step(_S.SENDING, SYSTEM),
        (_S.QUEUED, _A.CANCEL): Step(_S.CANCELLED, STAFF | SYSTEM),
        (_S.SENDING, _A.ACCEPT): Step(_S.ACCEPTED, SYSTEM),
        (_S.SENDING, _A.RETRY): Step(_S.QUEUED, SYSTEM),
        (_S.SENDING, _A.GIVE_UP): Step(_S.FAILED, SYSTEM),
        # A receipt may overtake the answer to the request it belongs to.
        (_S.SENDING, _A.DELIVER): Step(_S.DELIVERED, SYSTEM),
        (_S.QUEUED, _A.DELIVER): Step(_S.DELIVERED, SYSTEM),
        (_S.ACCEPTED, _A.DELIVER): Step(_S.DELIVERED, SYSTEM),
        (_S.ACCEPTED, _A.GIVE_UP): Step(_S.FAILED, SYSTEM),
    },
    {
        _S.QUEUED: "等待发送",
        _S.SENDING: "正在发送",
        _S.ACCEPTED: "已交通道",
        _S.DELIVERED: "已到达",
        _S.FAILED: "发送失败",
        _S.CANCELLED: "已取消",
    },
)
SETTLED = frozenset({_S.DELIVERED, _S.FAILED, _S.CANCELLED})
# Waits after the first, second … failed attempt; after the last one the message has failed.
BACK_OFF = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
)


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When a message that failed `attempts` times is tried again; None: it has failed for good."""
    return now + BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to one address. `key` makes it one message however often it is sent; `body` is empty once it is
    settled or taken over; `ref` names what it is about (an attempt of service, a signature)."""

    id: str
    key: str
    subject_id: str
    purpose: str
    ref: str
    channel: Channel
    address: str
    title: str
    body: str
    state: MessageState
    attempts: int
    next_at: datetime
    gateway_id: str
    detail: str
    at: datetime
    settled_at: datetime | None
    by: str

    @property
    def state_name(self) -> str:
        return MESSAGE.labels[self.state]

    @property
    def channel_name(self) -> str:
        return CHANNEL_NAMES[self.channel]
