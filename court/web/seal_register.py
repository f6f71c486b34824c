"""用印登记簿: every use of the seals, filtered, and taken along as a table or a paper. Reads only."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from court.domain.custody import SEAL_USE, SealUse, UseState
from court.domain.errors import CourtError
from court.domain.paper import PAPER_NAMES, PaperKind
from court.services import custody
from court.store.views import RegisterFilter, seal_register
from court.store.views.seals import MOST_EXPORTED, Register
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.keys import AUTHORITY, CONFIG, DB, NOW, PAPERS
from court.web.pages import SHANGHAI
from court.web.seals import TONES
from documents import kit
from documents.seal_register import MOST_USES, RegisteredUse, SealRegister

routes = Routes()
E = TypeVar("E", bound=StrEnum)
COLUMNS = (
    "申请时间",
    "印章",
    "文书",
    "编号",
    "用印人",
    "批准或授权",
    "批准时间",
    "结果",
    "盖章时间",
    "页数",
    "文件校验值",
)


def _choice(request: web.Request, name: str, kind: type[E]) -> E | None:
    try:
        return kind(request.query.get(name, ""))
    except ValueError:
        return None


def _day(request: web.Request, name: str) -> date | None:
    try:
        return date.fromisoformat(request.query.get(name, "")[:10])
    except ValueError:
        return None


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def wanted(request: web.Request) -> RegisterFilter:
    """What the address asks for; what cannot be read leaves its field open."""
    first, last = _day(request, "from"), _day(request, "to")
    return RegisterFilter(
        body=request.query.get("body", "")[:120],
        kind=_choice(request, "kind", PaperKind),
        state=_choice(request, "state", UseState),
        user_id=request.query.get("user", "")[:64],
        from_at=_start(first) if first else None,
        until_at=_start(last) + timedelta(days=1) if last else None,
    )


@routes.get("/desk/seals/register", access=staff())
async def show(request: web.Request) -> web.Response:
    """The newest lines that fit."""
    found = await request.app[DB].read(seal_register, actor=actor(request), wanted=wanted(request))
    asked = {name: request.query.get(name, "") for name in ("body", "kind", "state", "user", "from", "to")}
    return pages.render(
        request,
        "seals/register.html",
        register=found,
        asked=asked,
        query=urlencode({name: value for name, value in asked.items() if value}),
        kinds=[("", "全部文书"), *PAPER_NAMES.items()],
        states=[("", "全部结果"), *SEAL_USE.labels.items()],
        seals=[("", "全部印章"), *((body, body) for body in found.bodies)],
        users=[("", "全部用印人"), *found.users],
        tones=TONES,
    )


async def _taken(request: web.Request, most: int) -> Register:
    """All lines that fit; that they were taken along is in the journal. Errors: custody.register_long."""
    found = await request.app[DB].read(seal_register, actor=actor(request), wanted=wanted(request), most=most)
    if found.more:
        raise CourtError("custody.register_long", most=most)
    await request.app[DB].write(
        custody.exported, actor=actor(request), now=request[NOW], lines=len(found.uses)
    )
    return found


@routes.get("/desk/seals/register.csv", access=staff())
async def table(request: web.Request) -> web.Response:
    """For a spreadsheet: UTF-8 with the mark that Chinese Excel needs."""
    found = await _taken(request, MOST_EXPORTED)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_row(use) for use in found.uses)
    return web.Response(
        body=out.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers=_as_file(request, "csv"),
    )


def _row(use: SealUse) -> list[str]:
    told = (
        pages.stamp(use.asked_at),
        use.body,
        use.title,
        use.number,
        use.asked_name,
        use.decided_name,
        pages.stamp(use.decided_at),
        use.state_name,
        pages.stamp(use.used_at),
        str(use.pages),
        use.sealed_sha256,
    )
    # A cell that begins like a formula is text for a spreadsheet, not a formula.
    return [f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t"} else cell for cell in told]


@routes.get("/desk/seals/register.pdf", access=staff())
async def paper(request: web.Request) -> web.Response:
    """The same as a paper to print and sign off."""
    app, who = request.app, actor(request)
    found = await _taken(request, MOST_USES)
    filter_ = wanted(request)
    facts = SealRegister(
        body_name=app[CONFIG].court_name,
        seal=filter_.body or "、".join(found.bodies),
        span=_span(filter_, found, request[NOW]),
        choice=_words(filter_, found),
        total=sum(use.state is UseState.USED for use in found.uses),
        auditor=who.name,
        uses=tuple(_registered(use) for use in found.uses),
    )
    made = await app[PAPERS].run(
        kit.render,
        facts,
        fonts_dir=app[CONFIG].fonts_dir,
        authority=app[AUTHORITY],
        verify_url=app[CONFIG].base_url + "/v",
        now=request[NOW],
    )
    return web.Response(body=made.pdf, content_type="application/pdf", headers=_as_file(request, "pdf"))


def _registered(use: SealUse) -> RegisteredUse:
    return RegisteredUse(
        asked_at=use.asked_at,
        paper=use.title,
        number=use.number,
        user=use.asked_name,
        allowed=use.decided_name,
        state=use.state_name,
        used_at=use.used_at,
        pages=use.pages,
    )


def _span(filter_: RegisterFilter, found: Register, now: datetime) -> str:
    first = filter_.from_at or (found.uses[-1].asked_at if found.uses else now)
    last = filter_.until_at - timedelta(days=1) if filter_.until_at else now
    return f"{pages.date_cn(first)}至{pages.date_cn(last)}"


def _words(filter_: RegisterFilter, found: Register) -> str:
    user = dict(found.users).get(filter_.user_id, "")
    told = [
        f"文书：{PAPER_NAMES[filter_.kind]}" if filter_.kind else "",
        f"结果：{SEAL_USE.labels[filter_.state]}" if filter_.state else "",
        f"用印人：{user}" if user else "",
    ]
    return "；".join(part for part in told if part)


def _as_file(request: web.Request, suffix: str) -> dict[str, str]:
    name = f"seal-register-{pages.local(request[NOW]):%Y%m%d}.{suffix}"
    return {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
