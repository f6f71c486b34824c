"""Pages out of templates: one environment, the values every page has, and how times and sums are written."""

from __future__ import annotations

import contextlib
import os
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import msgspec
from aiohttp import web
from jinja2.bccache import Bucket

import templates
from court.config import Config, compiled_pages_dir
from court.domain.amount import yuan as written
from court.domain.lifecycle import ROLE_NAMES
from court.domain.publicity import mask_name
from court.web.access import visitor
from court.web.keys import CONFIG, CSRF, NOW, TEMPLATES, VISITOR

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


def local(at: datetime) -> datetime:
    """The same instant on the clock of the court."""
    return at.astimezone(SHANGHAI)


def date_cn(at: datetime) -> str:
    """2026年11月22日"""
    here = local(at)
    return f"{here.year}年{here.month}月{here.day}日"


def datetime_cn(at: datetime) -> str:
    """2026年11月22日 星期日 上午10:30"""
    here = local(at)
    half = "上午" if here.hour < 12 else "下午"
    hour = here.hour if here.hour <= 12 else here.hour - 12
    return f"{date_cn(at)} 星期{WEEKDAYS[here.weekday()]} {half}{hour}:{here.minute:02d}"


def stamp(at: datetime | None) -> str:
    """2026-11-22 10:30, for tables; an unset time is a dash."""
    return f"{local(at):%Y-%m-%d %H:%M}" if at else "—"


def clock(at: datetime) -> str:
    """10:41:05"""
    return f"{local(at):%H:%M:%S}"


def money(amount: Decimal | int | None) -> str:
    """12,345.67元; None is a dash."""
    if amount is None:
        return "—"
    return f"{written(Decimal(amount))}元"


def yuan(fen: int | None) -> str:
    """A sum kept in fen as people write it: 12,345.67元."""
    return money(None if fen is None else Decimal(fen) / 100)


def masked_id(number: str) -> str:
    """5002**********1234; shorter than eight characters shows nothing of itself."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def masked_phone(number: str) -> str:
    """138****5678"""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


class Compiled(jinja2.FileSystemBytecodeCache):
    """Compiled templates of all starts, each found only for the text it was made from. A disk that takes none costs
    the time to compile them again and no page."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> Compiled | None:
    try:
        folder = compiled_pages_dir()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):  # no home, or none that may be written
        return None
    return Compiled(str(folder)) if folder.stat().st_uid == os.geteuid() else None


def environment(config: Config) -> jinja2.Environment:
    """The one template environment: escaped, and a name that does not exist is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(templates.__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled(),
    )
    made.filters |= {
        "date_cn": date_cn,
        "datetime_cn": datetime_cn,
        "stamp": stamp,
        "clock": clock,
        "local_day": lambda at: f"{local(at):%Y-%m-%d}",
        "local_weekday": lambda at: local(at).weekday(),
        "local_time": lambda at: f"{local(at):%H:%M}",
        "money": money,
        "yuan": yuan,
        "masked_id": masked_id,
        "masked_phone": masked_phone,
        "masked_name": mask_name,
    }
    made.globals |= {
        "court_name": config.court_name,
        "committee_name": config.committee_name,
        "vehicle_name": config.vehicle_name,
        "help_phone": config.help_phone,
        "role_names": ROLE_NAMES,
        "static": lambda path: f"/static/{path}",
    }
    return made


def once() -> str:
    """A fresh idempotency key for one form; sent again by a retry, it makes the act happen once."""
    return str(uuid.uuid4())


def render_text(request: web.Request, template: str, /, **context: Any) -> str:
    """The HTML of `template`. Beside `context` every page has: request, path, csrf, user, terminal, seat, now, once."""
    who = visitor(request) if VISITOR in request else None
    page = request.app[TEMPLATES].get_template(template)
    shared: dict[str, Any] = {
        "request": request,
        "path": request.path,
        "csrf": request.get(CSRF, ""),
        "user": who.staff if who else None,
        "terminal": who.terminal if who else None,
        "seat": who.seat if who else None,
        "now": request.get(NOW) or datetime.now(UTC),
        "once": once,
    }
    return page.render(shared | context)


def render(request: web.Request, template: str, /, status: int = 200, **context: Any) -> web.Response:
    """An HTML answer. A page that carries personal data is never kept by a browser or proxy."""
    answer = web.Response(
        text=render_text(request, template, **context),
        status=status,
        content_type="text/html",
        charset="utf-8",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def wants_json(request: web.Request) -> bool:
    """Whether the caller is a script (JSON, a WebSocket) and not a person's browser following a link."""
    accepts = request.headers.get("Accept", "")
    if request.headers.get("Upgrade", "").lower() == "websocket":
        return True
    return "json" in request.content_type or ("json" in accepts and "text/html" not in accepts)


def json(body: Any, status: int = 200) -> web.Response:
    """A JSON answer from anything msgspec can write: structs, dataclasses, datetimes, decimals."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )


def see_other(location: str) -> web.Response:
    """After a form: send the browser to the page that shows the result (303), so a reload repeats nothing."""
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


def public_url(request: web.Request, path: str) -> str:
    """An absolute address of this node for papers, QR codes and seat links."""
    return request.app[CONFIG].base_url + path
