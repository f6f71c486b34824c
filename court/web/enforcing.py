"""The page of an application for enforcement under its matter: the check list and every act up to its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.enforcement import (
    ACTION_NAMES,
    CHECKS,
    CLOSING_NAMES,
    ENFORCEMENT,
    NEEDED,
    Checked,
    CheckItem,
    Closing,
    EnforcementAction,
    EnforcementDetails,
    EnforcementState,
)
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor, Role
from court.domain.matter import Party, Side
from court.domain.track import Track
from court.services import enforcing
from court.store.database import Read
from court.store.views import MatterPage, matter_page
from court.store.views.tracks import TrackRow, tracks_of
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.track_acts import Act, Ask, Widget, choices, perform
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.CLERK, Role.REGISTRAR, Role.OFFICER, Role.PRESIDENT)
ADDRESS = "/desk/matters/{id}/enforcement"
_A = EnforcementAction


@dataclass(frozen=True, slots=True, kw_only=True)
class EnforcementPage:
    """`row` None: nothing was begun; `title` what could be enforced then."""

    matter: MatterPage
    row: TrackRow | None
    known: EnforcementDetails | None
    title: enforcing.Title | None
    checks: Mapping[CheckItem, Checked]
    may: tuple[EnforcementAction, ...]

    @property
    def track(self) -> Track | None:
        return self.row.track if self.row else None

    @property
    def people(self) -> Mapping[str, Party]:
        return {one.id: one for one in self.matter.parties}


def load(rx: Read, *, who: Actor, matter_id: str, now: datetime) -> EnforcementPage:
    """The application of a matter that this person may see."""
    page = matter_page(rx, actor=who, matter_id=matter_id)
    track = enforcing.of_matter(rx, matter_id=matter_id)
    known = enforcing.known_of(track) if track else None
    rows = tracks_of(rx, matter_id=matter_id, now=now).tracks
    return EnforcementPage(
        matter=page,
        row=next((one for one in rows if track is not None and one.track.id == track.id), None),
        known=known,
        title=enforcing.title_of(rx, matter_id=matter_id),
        checks=enforcing.checks(rx, track, known, now) if track and known else {},
        may=ENFORCEMENT.actions(EnforcementState(track.state), who.role) if track else (),
    )


async def _loaded(request: web.Request) -> EnforcementPage:
    return await request.app[DB].read(
        load, who=actor(request), matter_id=request.match_info["id"], now=request[NOW]
    )


@routes.get(ADDRESS, access=DESK)
async def show(request: web.Request) -> web.Response:
    """The application, or the form that begins one."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    page = await _loaded(request)
    every = {one.verb: one for one in _acts(request)}
    return pages.render(
        request,
        "matter/enforcement.html" if page.row else "matter/enforce.html",
        status=status,
        page=page,
        acts=[every[one.value] for one in page.may if one.value in every],
        list_open=_A.CHECK in page.may,
        items=[(item, text, item in NEEDED) for item, text in CHECKS.items()],
        applicants=[(one.id, one.name) for one in page.matter.parties if one.side is not Side.THIRD],
        may_prepare=actor(request).role in enforcing.PREPARERS,
        errors=errors or {},
        values=values or {},
    )


def _acts(request: web.Request) -> Iterable[Act]:
    words = Ask(name="words", label="理由", most=2000)
    yield _act(
        _A.APPLY,
        enforcing.apply,
        lead="清单齐全才能提交。提交后七日内立案，十日内发出执行通知。",
        kind="primary",
    )
    yield _act(
        _A.ASK_CORRECTION,
        enforcing.ask_correction,
        Ask(name="what", label="需要补正的全部内容", most=2000, hint="一次写全。"),
    )
    yield _act(_A.SUPPLY, enforcing.supply, lead="补正后请先在清单里核对，再点收到。", kind="primary")
    code = request.app[CONFIG].court_code
    yield _act(_A.ACCEPT, enforcing.accept, lead="编执行案号。", kind="primary", facts={"court_code": code})
    yield _act(_A.REFUSE, enforcing.refuse, words, lead="另制作裁定书并送达。", kind="danger")
    yield _act(
        _A.NOTIFY,
        enforcing.notify,
        lead="先制作并送达执行通知书和报告财产令，再在这里登记发出。报告财产的期限以报告财产令载明的为准。",
        kind="primary",
    )
    yield _act(
        _A.CLOSE,
        enforcing.close,
        Ask(
            name="closing",
            label="结案方式",
            widget=Widget.CHOICE,
            options=choices(CLOSING_NAMES),
            to=Closing,
        ),
        Ask(name="words", label="情况和依据", most=2000),
        kind="primary",
    )
    yield _act(_A.WITHDRAW, enforcing.withdraw, words, kind="danger", confirm="撤回后这次申请结束。确定吗？")


def _act(action: EnforcementAction, do: Any, *asks: Ask, **more: Any) -> Act:
    return Act(verb=action.value, title=ACTION_NAMES[action], do=do, asks=asks, **more)


@routes.post(ADDRESS, access=DESK)
async def prepare(request: web.Request) -> web.Response:
    """Begin the application: who applies."""
    matter_id = request.match_info["id"]
    form = await forms.sent(request)
    applicant = form.text("applicant", required=True, most=36)
    try:
        form.check()
        await write_once(request, form, enforcing.prepare, matter_id=matter_id, applicant_id=applicant)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        errors = forms.errors(error, field="applicant")
        return await _page(request, status=error.status, errors=errors, values=form.values)
    return pages.see_other(f"/desk/matters/{matter_id}/enforcement")


@routes.post(ADDRESS + "/check", access=DESK)
async def check(request: web.Request) -> web.Response:
    """The list as ticked."""
    form = await forms.sent(request)
    page = await _loaded(request)
    if page.track is None:
        raise CourtError("track.not_found")
    ticked = {item: form.text(f"note-{item}", most=400) for item in CheckItem if form.flag(f"item-{item}")}
    try:
        form.check()
        await write_once(
            request,
            form,
            enforcing.check,
            track_id=page.track.id,
            rev=form.rev(),
            ticked=ticked,
            leads=form.text("leads", most=2000),
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        errors = forms.errors(error, field="leads")
        return await _page(request, status=error.status, errors=errors, values=form.values)
    return pages.see_other(f"/desk/matters/{page.track.matter_id}/enforcement")


@routes.post(ADDRESS + "/{verb}", access=DESK)
async def act(request: web.Request) -> web.Response:
    """One act of the table, once."""
    form = await forms.sent(request)
    page = await _loaded(request)
    if page.track is None:
        raise CourtError("track.not_found")
    return await perform(
        request,
        _acts(request),
        verb=request.match_info["verb"],
        form=form,
        subject={"track_id": page.track.id},
        back=f"/desk/matters/{page.track.matter_id}/enforcement",
        again=lambda **more: _page(request, **more),
    )
