"""What a mail server says of a mail it could not, or could, hand over: delivery status notifications (RFC 3464). Reads bytes
of unknown origin within bounds; whose word it is the caller has asked before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message as Part
from enum import StrEnum

MOST_BYTES = 256 * 1024
MOST_PARTS, MOST_RECIPIENTS = 20, 20
_ID = re.compile(r"<[!-;=?-~]{1,110}>")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")


class Fate(StrEnum):
    """RFC 3464, 2.3.3. Whatever else a server says (relayed, expanded, delayed) decides nothing."""

    FAILED = "failed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """`message_id` is that of the mail sent, `status` an enhanced status code such as 5.1.1, "" where none is told."""

    message_id: str
    fate: Fate
    status: str = ""


def read(mail: bytes) -> Bounce | None:
    """None: no notification, or one that settles nothing: delayed, without the id of our mail, or a passing failure."""
    if len(mail) > MOST_BYTES:
        return None
    try:
        parts = list(_parts(message_from_bytes(mail, policy=policy.compat32)))
        report = next((one for one in parts if one.get_content_type() == "message/delivery-status"), None)
        if report is None or _own_type(parts[0]) != "multipart/report":
            return None
        fate, status = _fate(report)
        found = _original(parts)
    except (MessageError, ValueError, LookupError, RecursionError):
        return None
    if fate is None or not found:
        return None
    return Bounce(message_id=found, fate=fate, status=status)


def _parts(mail: Part) -> Iterator[Part]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _own_type(part: Part) -> str:
    return part.get_content_type()


def _fate(report: Part) -> tuple[Fate | None, str]:
    """Of the recipients (we write to one at a time) the worst: a permanent failure before a delivery."""
    groups = report.get_payload()
    if not isinstance(groups, list):
        return None, ""
    found: tuple[Fate | None, str] = (None, "")
    # The first group is about the mail, the others each about one recipient.
    for group in groups[1 : MOST_RECIPIENTS + 1]:
        if isinstance(group, str):
            continue
        action = str(group.get("Action", ""))[:40].strip().lower()
        told = _STATUS.match(str(group.get("Status", ""))[:40].strip())
        status = told.group() if told else ""
        if action == "failed" and not status.startswith("4"):
            return Fate.FAILED, status
        if action == "delivered":
            found = (Fate.DELIVERED, status)
    return found


def _original(parts: list[Part]) -> str:
    """The Message-ID of our mail in what came back of it."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            headers = None if isinstance(first, str) else first
        elif part.get_content_type() == "text/rfc822-headers":
            headers = message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.compat32)  # type: ignore[arg-type]
        else:
            continue
        found = _ID.search(str(headers.get("Message-ID", ""))[:200]) if headers is not None else None
        if found:
            return found.group()
    return ""
