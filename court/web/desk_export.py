"""A list of the desk as an Excel or Word file: the same rows, the same filters, nothing this reader does not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from aiohttp import web

from court.domain.lifecycle import Actor, Role
from court.store.database import Read, Tx
from court.store.views.desk import PAGE, DeskPage, DeskQuery, DeskRow, desk_page
from court.store.views.worklist import petition_page
from court.web import lamps, pages
from court.web.access import Routes, actor, staff
from court.web.desk import asked
from court.web.keys import DB, NOW, PAPERS
from documents import sheet

routes = Routes()
READERS = staff(
    Role.JUDGE,
    Role.MEDIATOR,
    Role.CLERK,
    Role.OFFICER,
    Role.REGISTRAR,
    Role.PRESIDENT,
    Role.PETITION_OFFICIAL,
)
MOST = {"xlsx": 5000, "docx": 500}
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
HEAD = ("编号", "案由或类别", "当事人", "状态", "要做什么", "期限", "场次", "承办人", "最近更新")


@routes.post("/desk/export.{kind:xlsx|docx}", access=READERS)
async def export(request: web.Request) -> web.Response:
    """The list that the address describes, to its end or MOST rows. Who took it stands in the journal."""
    kind, who, now = request.match_info["kind"], actor(request), request[NOW]
    query = replace(asked(request), after=None)
    rows = await request.app[DB].read(_all, who=who, now=now, query=query, most=MOST[kind])
    await request.app[DB].write(_taken, actor=who, now=now, kind=kind, rows=len(rows))
    title = "已办清单" if query.done else "检索结果" if query.typed else "待办清单"
    cells = [_cells(row, now) for row in rows]
    if kind == "xlsx":
        body = await request.app[PAPERS].run(sheet.excel, title, HEAD, cells)
    else:
        note = f"共 {len(rows)} 件，{pages.datetime_cn(now)}由{who.name}导出。仅供办案使用，用后按规定销毁。"
        body = await request.app[PAPERS].run(sheet.word, title, note, HEAD, cells)
    day = f"{pages.local(now):%Y%m%d-%H%M}"
    return web.Response(
        body=body,
        content_type=TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="list-{day}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _all(rx: Read, *, who: Actor, now: datetime, query: DeskQuery, most: int) -> list[DeskRow]:
    """Page after page, so that no more than one is ever in the hands of the database."""
    rows: list[DeskRow] = []
    while len(rows) < most:
        page = _page(rx, who, now, query)
        rows += page.rows
        if page.after is None:
            break
        query = replace(query, after=page.after)
    return rows[: most // PAGE * PAGE]


def _page(rx: Read, who: Actor, now: datetime, query: DeskQuery) -> DeskPage:
    if who.role is Role.PETITION_OFFICIAL:
        return petition_page(rx, actor=who, query=query)
    return desk_page(rx, actor=who, now=now, query=query)


def _taken(tx: Tx, *, actor: Actor, now: datetime, kind: str, rows: int) -> None:
    tx.record("desk.exported", actor.id, actor, now, {"kind": kind, "rows": rows})


def _cells(row: DeskRow, now: datetime) -> tuple[str, ...]:
    lamp, _ = lamps.words(row.due, now)
    limit = f"{lamp} {row.due_act} {pages.stamp(row.due)}".strip() if row.due else ""
    state = row.state_name + ("（限制查阅）" if row.restricted else "")
    return (
        row.number, row.title, row.people, state, row.todo, limit, row.booked, row.handlers, pages.stamp(row.updated_at),
    )  # fmt: skip
