"""Carriers of messages: a mail server by SMTP, a gateway of text messages by HTTPS. What is said and why is not here.

A carrier tells the outbox one of three things: taken over, try again later, or never. No address and no text of a
message ever stands in an error."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formataddr, formatdate
from typing import Protocol
from urllib.parse import quote

import aiohttp

from court.config import Config
from court.domain.outbox import Channel, Message
from court.sending_settings import MailSettings, SmsSettings

REQUEST_SECONDS = 20.0
MOST_ANSWER = 16 * 1024


class NotSent(Exception):
    """The carrier did not take the message; `permanent`: it never will. `code` is fit for a log."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


class Carrier(Protocol):
    """One way out."""

    async def send(self, message: Message) -> str:
        """Hand over; gives the carrier's own id of the message. Errors: NotSent."""
        ...


def carriers(config: Config) -> Mapping[Channel, Carrier]:
    """The ways out that this node has."""
    found: dict[Channel, Carrier] = {}
    if config.sms.url:
        found[Channel.SMS] = SmsGateway(config.sms, config.sms_secret)
    if config.mail.host:
        found[Channel.MAIL] = MailServer(config.mail, config.mail_password, config.court_name)
    return found


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 in hex over the time stamp, a full stop and the body: of requests to the gateway and of its receipts."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class SmsGateway:
    """Text messages by a configured HTTP request."""

    def __init__(self, settings: SmsSettings, secret: str) -> None:
        self._settings = settings
        self._secret = secret

    async def send(self, message: Message) -> str:
        """One POST with the idempotency key. Errors: NotSent."""
        body = self.body(message)
        kind = "application/json" if self._settings.form == "json" else "application/x-www-form-urlencoded"
        stamp = str(int(message.at.timestamp()))
        headers = {
            "Content-Type": kind,
            "Idempotency-Key": message.key,
            "X-Court-Time": stamp,
            "X-Court-Signature": signature(self._secret, stamp, body),
        }
        limit = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=limit) as session:
                # A redirect would carry the number to somebody else.
                async with session.post(
                    self._settings.url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    told = await answer.content.read(MOST_ANSWER)
                    return self._read(answer.status, told)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NotSent(f"sms.unreachable.{type(error).__name__}", permanent=False) from None

    def body(self, message: Message) -> bytes:
        """The request as the gateway wants it: every value of the configured fields with its places filled."""
        told = {
            "phone": message.address,
            "text": f"{self._settings.signature}{message.body}",
            "body": message.body,
            "signature": self._settings.signature,
            "key": message.key,
            "secret": self._secret,
        }
        fields = {name: _filled(value, told) for name, value in self._settings.fields.items()}
        if self._settings.form == "json":
            return json.dumps(fields, ensure_ascii=False).encode()
        return "&".join(f"{quote(name)}={quote(value)}" for name, value in fields.items()).encode()

    def _read(self, status: int, told: bytes) -> str:
        if status == 429 or status >= 500:
            raise NotSent(f"sms.{status}", permanent=False)
        if status >= 300:
            raise NotSent(f"sms.{status}", permanent=True)
        try:
            answer = json.loads(told)
        except ValueError:
            raise NotSent("sms.answer", permanent=False) from None
        settings = self._settings
        if settings.ok_field and str(_member(answer, settings.ok_field)) != settings.ok_value:
            raise NotSent("sms.refused", permanent=True)
        return str(_member(answer, settings.id_field) or "")[:120]


class MailServer:
    """Mail by SMTP in a thread; the standard library speaks the protocol."""

    def __init__(self, settings: MailSettings, password: str, court: str) -> None:
        self._settings = settings
        self._password = password
        self._court = court

    async def send(self, message: Message) -> str:
        """One mail; its Message-ID comes from the key, so that a second try is the same mail. Errors: NotSent."""
        return await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> str:
        mail = self._mail(message)
        try:
            with self._session() as server:
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = next((one[0] for one in error.recipients.values()), 0)
            raise NotSent(f"mail.recipient.{code}", permanent=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            # A wrong password or a refused sender is the court's own trouble, put right and tried again.
            own = isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused)
            raise NotSent(f"mail.{error.smtp_code}", permanent=error.smtp_code >= 500 and not own) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(f"mail.unreachable.{type(error).__name__}", permanent=False) from None
        return str(mail["Message-ID"])

    def _session(self) -> smtplib.SMTP:
        settings, trust = self._settings, ssl.create_default_context(cafile=self._settings.ca_file or None)
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(settings.host, settings.port, timeout=REQUEST_SECONDS, context=trust)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=REQUEST_SECONDS)
        try:
            if settings.security == "starttls":
                server.starttls(context=trust)
            if settings.user:
                server.login(settings.user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = formataddr((self._court, self._settings.sender))
        mail["To"] = message.address
        mail["Subject"] = message.title or self._court
        mail["Date"] = formatdate(message.at.timestamp(), localtime=False)
        host = self._settings.sender.partition("@")[2] or "localhost"
        mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{host}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body)
        return mail


def _filled(value: str, told: Mapping[str, str]) -> str:
    """`{phone}` and its like replaced in one pass: what a message says is never read as a place."""
    parts = value.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, closed, rest = part.partition("}")
        filled.append(told[name] + rest if closed and name in told else "{" + part)
    return "".join(filled)


def _member(answer: object, path: str) -> object:
    """`data.id` of a JSON answer; None where it is not there."""
    for name in path.split("."):
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer
