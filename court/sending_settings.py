"""Settings of the ways out of the court, `[sms]` and `[mail]` of court.toml; their secrets come from COURT_* variables."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import msgspec

LEAST_SECRET = 16


class SmsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An HTTP gateway of text messages; `fields` may use {phone} {text} {body} {signature} {key} {secret}."""

    url: str = ""
    form: Literal["json", "form"] = "json"
    fields: dict[str, str] = msgspec.field(
        default_factory=lambda: {"phone": "{phone}", "text": "{text}", "key": "{key}"}
    )
    signature: str = ""
    template: str = (
        "您好，您有{count}份文书送达（编号{number}）。请打开链接，核对身份后查看：{link}。咨询电话{phone}。"
    )
    id_field: str = "id"
    ok_field: str = ""
    ok_value: str = ""


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The mail server that takes the court's mail."""

    host: str = ""
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = ""
    ca_file: str = ""
    title: str = "{court}送达文书通知（编号{number}）"
    template: str = (
        "您好：\n\n您有{count}份文书送达（编号{number}）。请打开下面的链接，核对身份后查看：\n\n{link}\n\n"
        "链接只给您本人用。要纸质文书的，可以在打开的页面上提出。咨询电话{phone}。\n\n{court}\n"
    )


def faults(sms: SmsSettings, sms_secret: str, mail: MailSettings) -> list[str]:
    """What cannot work, in words naming the key."""
    found = []
    if sms.url:
        parts = urlsplit(sms.url)
        local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            found.append("`sms.url` must be https:// (http only on this machine)")
        if len(sms_secret) < LEAST_SECRET:
            found.append(f"`sms.url` needs COURT_SMS_SECRET, at least {LEAST_SECRET} characters")
        if "{link}" not in sms.template:
            found.append("`sms.template` needs the place {link}")
    if mail.host:
        if "@" not in mail.sender or any(c.isspace() for c in mail.sender):
            found.append("`mail.sender` must be a mail address")
        if "{link}" not in mail.template:
            found.append("`mail.template` needs the place {link}")
        if not 1 <= mail.port <= 65535:
            found.append("`mail.port` must be 1..65535")
    return found
