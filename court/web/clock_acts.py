"""What people do with a running limit: pause, resume, ask for an extension, decide one. Rules are in services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.clock import Clock, ClockState
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.services import clocks, tracks
from court.store.database import Read, Tx
from court.store.views.tracks import ClockRow, clock_row
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB, NOW
from court.web.track_acts import Act, Ask, Widget, read
from court.web.writes import write_once

routes = Routes()
KEEPERS = staff(Role.JUDGE, Role.CLERK, Role.REGISTRAR, Role.MEDIATOR, Role.PRESIDENT)
_ADDRESS = "/desk/matters/{id}/clocks/{clock}"


def acts(clock: Clock, who: Actor, now: datetime) -> list[Act]:
    """What this person may do with this limit now."""
    today = f"{pages.local(now):%Y-%m-%d}"
    made: list[Act] = []
    if not clock.open:
        return made
    if clock.law.pause and who.role is not Role.PRESIDENT:
        made.append(_pause(clock, today) if clock.state is ClockState.RUNNING else _resume(today))
    extend, unit = clock.law.extend, clocks.unit_of_extension(clock)
    if extend is not None and clock.asked is None and who.role is not Role.PRESIDENT:
        most = f"，最多{extend.most}{unit}" if extend.most else ""
        made.append(
            Act(
                verb="ask",
                title="申请延长",
                do=clocks.ask,
                asks=(
                    Ask(
                        name="amount",
                        label=f"延长几{unit.removeprefix('个')}",
                        widget=Widget.NUMBER,
                        value="1",
                        most=3650,
                    ),
                    Ask(name="reason", label="详细情况和理由"),
                ),
                lead=f"由{extend.who}{most}。审理期限应当在届满十五日以前申请，届满五日以前决定（法释〔2019〕4号第一条）。",
            )
        )
    president_only = extend is not None and "院长" in extend.who
    if clock.asked is not None and (who.role is Role.PRESIDENT or not president_only):
        made.append(
            Act(
                verb="decide",
                title="决定是否延长",
                do=clocks.decide,
                asks=(
                    Ask(
                        name="grant",
                        label="决定",
                        widget=Widget.CHOICE,
                        options=(("yes", "同意延长"), ("no", "不同意")),
                        to=lambda sent: sent == "yes",
                    ),
                    Ask(name="note", label="意见", required=False),
                ),
                lead=f"{clock.asked.asked_by}申请延长{clock.asked.amount}{unit}：{clock.asked.reason}",
                kind="primary",
            )
        )
    return made


def _pause(clock: Clock, today: str) -> Act:
    return Act(
        verb="pause",
        title="暂停计算",
        do=clocks.pause,
        asks=(
            Ask(name="first", label="从哪一天起不计算", widget=Widget.DAY, value=today),
            Ask(name="reason", label="原因", hint=clock.law.pause),
        ),
    )


def _resume(today: str) -> Act:
    return Act(
        verb="resume",
        title="恢复计算",
        do=clocks.resume,
        asks=(Ask(name="on", label="从哪一天起恢复计算", widget=Widget.DAY, value=today),),
        kind="primary",
    )


def _seen(rx: Read, *, who: Actor, matter_id: str, clock_id: str, now: datetime) -> tuple[ClockRow, str, str]:
    clock = clocks.get(rx, clock_id=clock_id)
    track = tracks.seen(rx, actor=who, track_id=clock.track_id)
    if clock.matter_id != matter_id:
        raise CourtError("clock.not_found")
    return clock_row(clock, now), track.kind.value, track.kind_name


def _checked(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, do: Any, **facts: Any) -> Any:
    """Only for those who see the matter, in the transaction that changes it."""
    _seen(tx, who=actor, matter_id=matter_id, clock_id=facts["clock_id"], now=now)
    return do(tx, actor=actor, now=now, **facts)


@routes.get(_ADDRESS, access=KEEPERS)
async def show(request: web.Request) -> web.Response:
    """One limit with its reasons and what may be done with it."""
    return await _page(request)


async def _page(request: web.Request, **more: Any) -> web.Response:
    matter_id, who, now = request.match_info["id"], actor(request), request[NOW]
    found = {"matter_id": matter_id, "clock_id": request.match_info["clock"]}
    row, kind, name = await request.app[DB].read(_seen, who=who, now=now, **found)
    status = more.pop("status", 200)
    return pages.render(
        request,
        "matter/clock.html",
        status=status,
        row=row,
        acts=acts(row.clock, who, now),
        base=f"/desk/matters/{matter_id}",
        kind=kind,
        kind_name=name,
        **({"errors": {}, "values": {}} | more),
    )


@routes.post(_ADDRESS + "/{verb:pause|resume|ask|decide}", access=KEEPERS)
async def act(request: web.Request) -> web.Response:
    """One of them, once."""
    matter_id, clock_id, who, now = (
        request.match_info["id"],
        request.match_info["clock"],
        actor(request),
        request[NOW],
    )
    form = await forms.sent(request)
    row, *_ = await request.app[DB].read(_seen, who=who, matter_id=matter_id, clock_id=clock_id, now=now)
    verb = request.match_info["verb"]
    chosen = next((one for one in acts(row.clock, who, now) if one.verb == verb), None)
    if chosen is None:
        raise CourtError(
            "clock.not_allowed" if verb == "decide" else "clock.stale", role=who.name, action=verb
        )
    try:
        told = read(form, chosen)
        form.check()
        await write_once(
            request,
            form,
            _checked,
            matter_id=matter_id,
            do=chosen.do,
            clock_id=clock_id,
            rev=form.rev(),
            **told,
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        first = f"{verb}-{chosen.asks[0].name}"
        return await _page(
            request, status=error.status, errors=forms.errors(error, field=first), values=form.values
        )
    return pages.see_other(f"/desk/matters/{matter_id}/clocks/{clock_id}")
