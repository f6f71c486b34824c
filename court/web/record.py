"""录音录像台账 and the page of one record: archive, retention, hold, removal, history. The media are played elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from court import copies
from court.domain.archive import ARCHIVE, ArchiveAction, retentions
from court.domain.errors import CourtError
from court.domain.export import EXPORT_NAMES
from court.domain.lifecycle import Role
from court.domain.numbers import day_of
from court.services import archive
from court.store.views import RecordPage, record_page
from court.store.views import ledger as read_ledger
from court.web import archiving, forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.writes import write_once

routes = Routes()
KEEPERS = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK, Role.ADMIN)
EVENT_WORDS = {
    "recording.started": "开始录音录像",
    "recording.continued": "中断后继续录音录像",
    "recording.finished": "录音录像结束，登记校验值",
    "recording.viewed": "观看",
    "recording.reason_given": "说明查阅理由",
    "archive.opened": "列入归档",
    "archive.checked": "核对",
    "archive.classified": "确定保管期限",
    "archive.held": "暂缓销毁",
    "archive.released": "解除暂缓",
    "archive.removed": "到期销毁",
    "export.asked": "申请制作复制件",
    "export.started": "开始制作复制件",
    "export.finished": "复制件做好",
    "export.failed": "复制件没有做成",
    "export.resumed": "重启后继续制作",
    "export.cancelled": "取消制作",
    "export.retried": "重新制作",
    "export.cleared": "清理复制件的文件",
    "export.downloaded": "取走复制件",
    "export.handed_out": "交付复制件",
    "record_paper.made": "制作文书",
    "record_paper.signed": "签名",
    "record_paper.finished": "文书完成",
    "record_paper.voided": "文书作废",
}


@routes.get("/desk/recordings", access=KEEPERS)
async def ledger(request: web.Request) -> web.Response:
    """Every session that ran: where its two copies stand, what is wrong first."""
    found = await request.app[DB].read(read_ledger, actor=actor(request))
    return pages.render(
        request,
        "record/ledger.html",
        ledger=found,
        retentions=retentions(),
        notes=_notes(request),
        personal=actor(request).role is not Role.ADMIN,
    )


def _notes(request: web.Request) -> list[str]:
    """What is wrong with the places themselves."""
    config = request.app[CONFIG]
    if config.copy_dir is None:
        return [archiving.NO_SECOND + "在配置好之前，所有录音录像都不能算已归档。"]
    try:
        if copies.same_disk(config.recordings_dir, config.copy_dir):
            return ["两份录音录像现在在同一块磁盘上，磁盘损坏时会同时丢失。请把第二份放到另一块磁盘。"]
    except OSError:
        return ["第二份的保存位置现在打不开，请检查磁盘是否接好。"]
    return []


async def page(
    request: web.Request,
    hearing_id: str,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    """The page of one record, with the faults of a form where there are any."""
    who = actor(request)
    shown = await request.app[DB].read(record_page, actor=who, hearing_id=hearing_id)
    kept = shown.row.archive
    today = day_of(request[NOW])
    removable = ArchiveAction.REMOVE in ARCHIVE.actions(kept.state, who.role) if kept else False
    return pages.render(
        request,
        "record/page.html",
        status=status,
        page=shown,
        archive=kept,
        retentions=retentions(),
        removable=removable and kept is not None and not kept.held,
        due=kept is not None and kept.due_on is not None and today >= kept.due_on,
        event_words=EVENT_WORDS,
        errors=errors or {},
        values=dict(values or {}),
        export_names=EXPORT_NAMES,
        may_copy=recording_over(shown) and who.role is not Role.ADMIN,
        encoder=shutil.which("ffmpeg") is not None,
        personal=who.role is not Role.ADMIN,
    )


def recording_over(shown: RecordPage) -> bool:
    """Whether there is a whole recording to copy."""
    return shown.row.recording is not None and shown.row.recording.ended_at is not None


@routes.get("/desk/recordings/{id}", access=KEEPERS)
async def show(request: web.Request) -> web.Response:
    """One record."""
    return await page(request, request.match_info["id"])


async def act(
    request: web.Request, form: forms.Sent, field: str, service: Callable[..., Any], **facts: Any
) -> web.Response:
    """One act of the page, once; a refusal stands at `field` of the same page."""
    hearing_id = request.match_info["id"]
    try:
        form.check()
        await write_once(request, form, service, **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        faults = forms.errors(error, field=field)
        return await page(request, hearing_id, status=error.status, errors=faults, values=form.values)
    return pages.see_other(f"/desk/recordings/{hearing_id}")


@routes.post("/desk/recordings/{id}/check", access=KEEPERS)
async def check(request: web.Request) -> web.Response:
    """Read both copies now."""
    hearing_id = request.match_info["id"]
    await forms.sent(request)
    one = await request.app[DB].read(archive.expected_of, actor=actor(request), hearing_id=hearing_id)
    await archiving.judge(request.app, one)
    return pages.see_other(f"/desk/recordings/{hearing_id}")


@routes.post("/desk/recordings/{id}/retention", access=KEEPERS)
async def classify(request: web.Request) -> web.Response:
    """保管期限."""
    form = await forms.sent(request)
    return await act(
        request,
        form,
        "retention",
        archive.classify,
        hearing_id=request.match_info["id"],
        retention=form.text("retention", most=16),
    )


@routes.post("/desk/recordings/{id}/hold", access=KEEPERS)
async def hold(request: web.Request) -> web.Response:
    """暂缓销毁, with a reason."""
    form = await forms.sent(request)
    return await act(
        request,
        form,
        "hold-reason",
        archive.hold,
        hearing_id=request.match_info["id"],
        reason=form.text("hold-reason", required=True, most=400),
    )


@routes.post("/desk/recordings/{id}/release", access=KEEPERS)
async def release(request: web.Request) -> web.Response:
    """解除暂缓."""
    form = await forms.sent(request)
    return await act(
        request,
        form,
        "hold-reason",
        archive.release,
        hearing_id=request.match_info["id"],
        hold_id=form.text("hold_id", required=True, most=36),
    )


@routes.post("/desk/recordings/{id}/remove", access=staff(Role.ADMIN))
async def remove(request: web.Request) -> web.Response:
    """到期销毁: the media go at once, manifest and ledger stay."""
    form = await forms.sent(request)
    answer = await act(
        request,
        form,
        "remove-reason",
        archive.remove,
        hearing_id=request.match_info["id"],
        reason=form.text("remove-reason", required=True, most=400),
    )
    request.app[archiving.NUDGE].set()
    return answer
