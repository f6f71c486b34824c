"""The worklist of each member of staff: what waits for him, what is booked, what is done. It updates itself."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from court.domain.lifecycle import Role
from court.store.views import Worklist, seals_waiting, worklist
from court.store.views.worklist import WorkItem
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB, NOW

routes = Routes()

PAGES = {
    "matter": "/desk/matters/",
    "petition": "/desk/petitions/",
    "hearing": "/desk/hearings/",
    "agreement": "/desk/agreements/",
    "draft": "/kiosk/drafts/",
}
KINDS = {"matter": "纠纷", "petition": "信访", "hearing": "场次", "agreement": "协议", "draft": "登记草稿"}
EMPTY = {
    "todo": ("现在没有等您办的事。", "有新的登记、到期的事项或轮到您签名时，这里会自动出现。"),
    "hearings": ("没有排好的场次。", "在纠纷或信访件的页面上点“安排场次”。"),
    "done": ("还没有办结的件。", "办结后的最近50件列在这里。"),
}
MOST_NEAR = 5


def link(item: WorkItem) -> str:
    """The page of an item."""
    return PAGES[item.subject_kind] + item.subject_id


def split(work: Worklist) -> dict[str, tuple[WorkItem, ...]]:
    """The items by tab: booked sessions apart from everything else that waits."""
    return {
        "todo": tuple(i for i in work.items if i.subject_kind != "hearing"),
        "hearings": tuple(i for i in work.items if i.subject_kind == "hearing"),
        "done": work.done,
    }


def _near(booked: tuple[WorkItem, ...], now: datetime) -> tuple[WorkItem, ...]:
    """The sessions that are on or begin today: nobody looks for them under another tab."""
    today = pages.local(now).date()
    return tuple(one for one in booked if one.urgent or pages.local(one.at).date() == today)[:MOST_NEAR]


@routes.get("/desk", access=staff())
async def desk(request: web.Request) -> web.Response:
    """The worklist; who has no cases is led to what he has: accounts, or the seals."""
    who = actor(request)
    if who.role is Role.ADMIN:
        return pages.see_other("/desk/accounts")
    if who.role is Role.OFFICE:
        return pages.see_other("/desk/seals")
    work = await request.app[DB].read(worklist, actor=who, now=request[NOW])
    parts = split(work)
    tab = request.query.get("tab", "todo")
    tab = tab if tab in parts else "todo"
    return pages.render(
        request,
        "desk/worklist.html",
        tab=tab,
        items=parts[tab],
        tabs=[
            ("todo", "待办", "/desk", len(parts["todo"])),
            ("hearings", "场次", "/desk?tab=hearings", len(parts["hearings"])),
            ("done", "已办", "/desk?tab=done", 0),
        ],
        empty=EMPTY[tab],
        kinds=KINDS,
        link=link,
        seals=await request.app[DB].read(seals_waiting, actor=who),
        near=_near(parts["hearings"], request[NOW]) if tab == "todo" else (),
        hidden=max(0, work.total - len(work.items)),
    )
