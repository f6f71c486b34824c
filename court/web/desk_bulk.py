"""Several disputes of a list at once: assigned or urged, each by itself, with one line of result for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.matter import Matter
from court.services import matter
from court.store.database import Tx
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB
from court.web.writes import write_once

routes = Routes()
MOST = 50
_ROLES = ("mediator", "judge", "clerk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of one of them; `code` is "" when it was done."""

    id: str
    number: str
    text: str
    code: str = ""


@routes.post("/desk/bulk", access=staff(Role.CLERK, Role.JUDGE, Role.OFFICER, Role.REGISTRAR, Role.PRESIDENT))
async def bulk(request: web.Request) -> web.Response:
    """Assigns or urges what was ticked. One that is refused does not stop the others."""
    form = await forms.sent(request)
    picked = form.all("pick", most=MOST)
    wanted = {f"{role}_id": form.text(f"{role}_id", most=36) for role in _ROLES}
    urging = form.raw("act") == "urge"
    lines: list[Line] = []
    if not picked:
        form.fault("pick", "desk.none_picked")
    elif not urging and not any(wanted.values()):
        form.fault("mediator_id", "matter.no_handler")
    if not form.problems:
        service, facts, done = (matter.urge, {}, "已催办") if urging else (_assigned, wanted, "已分派")
        lines = [await _one(request, form, one, service, facts, done) for one in picked]
    refused = CourtError("form.invalid", problems=form.problems) if form.problems else None
    return pages.render(
        request,
        "desk/bulk.html",
        status=refused.status if refused else 200,
        lines=lines,
        errors=forms.errors(form.problems),
        title="催办" if urging else "分派",
    )


async def _one(
    request: web.Request,
    form: forms.Sent,
    picked: str,
    service: Callable[..., Any],
    facts: dict[str, str],
    done: str,
) -> Line:
    matter_id, _, rev = picked.partition(":")
    matter_id = matter_id[:36]
    number = await request.app[DB].read(matter.number_seen, actor=actor(request), matter_id=matter_id)
    if not rev.isascii() or not rev.isdigit() or len(rev) > 9:
        raise CourtError("web.bad_request")
    try:
        await write_once(request, form, service, part=matter_id, matter_id=matter_id, rev=int(rev), **facts)
    except CourtError as error:
        return Line(id=matter_id, number=number, text=error.text, code=error.code)
    return Line(id=matter_id, number=number, text=done)


def _assigned(tx: Tx, *, actor: Any, now: Any, matter_id: str, rev: int, **wanted: str) -> Matter:
    """Whom nobody was chosen for stays."""
    kept = matter.get(tx, matter_id=matter_id)
    chosen: dict[str, Any] = {name: wanted[name] or getattr(kept, name) for name in wanted}
    return matter.assign(tx, actor=actor, now=now, matter_id=matter_id, rev=rev, **chosen)
