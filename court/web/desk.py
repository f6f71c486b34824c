"""The desk of each member of staff: what waits, what is booked, what is done, and what a search finds. It updates itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from court.domain.account import Account
from court.domain.causes import editions
from court.domain.lifecycle import Actor, Role
from court.domain.matter import MATTER, MatterState
from court.services import accounts
from court.services.matter import URGERS
from court.store.database import Read
from court.store.views import Worklist, seals_waiting, worklist
from court.store.views.desk import COUNT_MOST, DeskPage, DeskQuery, DeskRow, desk_count, desk_page
from court.store.views.worklist import WorkItem, petition_count, petition_page
from court.web import lamps, pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB, NOW

routes = Routes()

PAGES = {
    "matter": "/desk/matters/",
    "petition": "/desk/petitions/",
    "hearing": "/desk/hearings/",
    "agreement": "/desk/agreements/",
}
EMPTY = {
    "todo": ("现在没有等您办的事。", "有新的登记、到期的事项或轮到您办的事时，这里会自动出现。"),
    "hearings": ("没有排好的场次。", "在纠纷或信访件的页面上点“安排场次”。"),
    "agreements": ("手上没有协议。", "在纠纷的页面上点“起草调解协议”。"),
    "done": ("还没有办结的件。", "办结的件按办结的先后列在这里。"),
    "search": ("没有找到。", "换一个词再找：编号、姓名、村名、案由、电话后四位，或者姓名的拼音首字母。"),
}
# Old matters bear causes that are no longer in force.
CAUSES = {one.code: one.name for one in editions()}
MOST_NEAR = 5
SEARCH_MOST = 60
WHOSE = (("", "全部"), ("mine", "我承办的"), ("free", "还没有人承办的"))
ASSIGNERS = frozenset({Role.CLERK, Role.JUDGE, Role.OFFICER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything of one answer. Counts end at 1000."""

    page: DeskPage
    work: Worklist
    counts: dict[str, int]
    seals: int
    people: dict[str, tuple[Account, ...]]


def link(item: WorkItem | DeskRow) -> str:
    """The page of an item."""
    if isinstance(item, DeskRow):
        return PAGES[item.kind] + item.id
    return PAGES[item.subject_kind] + item.subject_id


def asked(request: web.Request) -> DeskQuery:
    """The list that an address asks for; what it does not know counts as not asked."""
    sent = request.query
    whose = sent.get("whose", "")
    state = sent.get("state", "")
    return DeskQuery(
        done=sent.get("tab") == "done",
        whose=whose if whose in dict(WHOSE) else "",
        state=MatterState(state) if state in set(MatterState) else None,
        cause=cause if (cause := sent.get("cause", "")) in CAUSES else "",
        lamp=lamp if (lamp := sent.get("lamp", "")) in lamps.FILTERS else "",
        typed=sent.get("q", "").strip()[:SEARCH_MOST],
        after=_after(sent.get("after", "")),
    )


def _after(sent: str) -> tuple[datetime, str] | None:
    moment, _, last = sent.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, last[:36]) if at.tzinfo else None


def address(query: DeskQuery, *, tab: str = "", after: tuple[datetime, str] | None = None) -> str:
    """The address of this list, or of its next page."""
    parts = {
        "tab": tab or ("done" if query.done else ""),
        "q": query.typed,
        "whose": query.whose,
        "state": query.state or "",
        "cause": query.cause,
        "lamp": query.lamp,
        "after": f"{after[0].isoformat()}~{after[1]}" if after else "",
    }
    return "/desk?" + urlencode({name: value for name, value in parts.items() if value})


def _load(rx: Read, *, who: Actor, now: datetime, query: DeskQuery, listed: bool) -> Desk:
    petitions = who.role is Role.PETITION_OFFICIAL
    page = DeskPage(rows=())
    if listed and petitions:
        page = petition_page(rx, actor=who, query=query)
    elif listed:
        page = desk_page(rx, actor=who, now=now, query=query)
    work = worklist(rx, actor=who, now=now)
    waiting = (
        petition_count(rx, actor=who) if petitions else desk_count(rx, actor=who, now=now, query=DeskQuery())
    )
    counts = {
        "todo": waiting,
        "hearings": work.hearings_total,
        "agreements": work.agreements_total,
        "done": 0,
    }
    chosen = (Role.MEDIATOR, Role.JUDGE, Role.CLERK) if who.role in ASSIGNERS else ()
    return Desk(
        page=page,
        work=work,
        counts=counts,
        seals=seals_waiting(rx, actor=who),
        people={r.value: tuple(a for a in accounts.everyone(rx, role=r) if not a.disabled) for r in chosen},
    )


def _near(booked: tuple[WorkItem, ...], now: datetime) -> tuple[WorkItem, ...]:
    """The sessions that are on or begin today: nobody looks for them under another tab."""
    today = pages.local(now).date()
    return tuple(one for one in booked if one.urgent or pages.local(one.at).date() == today)[:MOST_NEAR]


def _tabs(who: Actor, counts: dict[str, int]) -> list[tuple[str, str, str, str]]:
    named = [("todo", "待办", "/desk"), ("hearings", "场次", "/desk?tab=hearings")]
    if who.role in {Role.JUDGE, Role.MEDIATOR, Role.CLERK}:
        named.append(("agreements", "协议", "/desk?tab=agreements"))
    named.append(("done", "已办", "/desk?tab=done"))
    return [(key, text, href, many(counts[key])) for key, text, href in named]


def many(number: int) -> str:
    """A count as it is shown: nothing for none, 999+ beyond."""
    return f"{COUNT_MOST}+" if number > COUNT_MOST else str(number) if number else ""


@routes.get("/desk", access=staff())
async def desk(request: web.Request) -> web.Response:
    """The lists; who has no cases is led to what he has: accounts, or the seals."""
    who = actor(request)
    if who.role is Role.ADMIN:
        return pages.see_other("/desk/accounts")
    if who.role is Role.OFFICE:
        return pages.see_other("/desk/seals")
    query = asked(request)
    tab = request.query.get("tab", "todo")
    tab = tab if tab in EMPTY and tab != "search" and not query.typed else "done" if query.done else "todo"
    listed = tab in {"todo", "done"}
    found = await request.app[DB].read(_load, who=who, now=request[NOW], query=query, listed=listed)
    now = request[NOW]
    return pages.render(
        request,
        "desk/worklist.html",
        tab=tab,
        query=query,
        page=found.page,
        items=found.work.hearings if tab == "hearings" else found.work.agreements,
        tabs=_tabs(who, found.counts),
        empty=EMPTY["search" if query.typed else tab],
        link=link,
        lamp=lambda row: lamps.words(row.due, now),
        lamp_names=lamps.FILTERS,
        seals=found.seals,
        near=_near(found.work.hearings, now) if tab == "todo" and not query.typed and not query.after else (),
        next_page=address(query, after=found.page.after) if found.page.after else "",
        here=address(query),
        whose=WHOSE,
        states=[
            (state.value, name) for state, name in MATTER.labels.items() if state is not MatterState.CLOSED
        ],
        causes=list(CAUSES.items()),
        people=found.people,
        may_urge=who.role in URGERS,
        disputes=who.role is not Role.PETITION_OFFICIAL,
    )
