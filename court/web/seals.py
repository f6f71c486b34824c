"""印章: what waits for the keeper with its pages, own requests, standing leaves, and who has which part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from aiohttp import web

from court.domain.custody import CUSTODY_NAMES, LONGEST_DAYS, MOST_USES, CustodyRole, SealUse, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import ROLE_NAMES, Role
from court.domain.paper import PAPER_NAMES, PaperKind
from court.services import custody, unsealed
from court.store.database import Read
from court.store.views import seals_page
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from court.web.pages import SHANGHAI
from court.web.pictures import picture
from court.web.writes import write_once
from documents import preview

routes = Routes()
ANYONE = staff()
TONES = {
    UseState.ASKED: "warn",
    UseState.APPROVED: "info",
    UseState.USED: "good",
    UseState.REFUSED: "bad",
    UseState.WITHDRAWN: "neutral",
}


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    now = request[NOW]
    page = await request.app[DB].read(seals_page, actor=actor(request), now=now)
    return pages.render(
        request,
        "seals/page.html",
        status=status,
        page=page,
        seals=[(body, body) for body in request.app[CONFIG].seal_bodies],
        kept=[(body, body) for body in page.kept],
        users=[
            ("", "全部用印人"),
            *sorted({(a.account_id, a.name) for b in page.kept for a in page.users(b)}),
        ],
        staff=[(a.id, f"{a.name}（{ROLE_NAMES[a.role]}）") for a in page.staff],
        names=CUSTODY_NAMES,
        kinds=PAPER_NAMES,
        tones=TONES,
        sealable=await request.app[DB].read(_sealable, uses=page.mine),
        most_uses=MOST_USES,
        last_day=pages.local(now + timedelta(days=LONGEST_DAYS - 1)),
        errors=errors or {},
        values=dict(values or {}),
    )


def _sealable(rx: Read, *, uses: tuple[SealUse, ...]) -> frozenset[str]:
    """Those that one press can seal."""
    approved = (one for one in uses if one.state is UseState.APPROVED)
    return frozenset(one.id for one in approved if unsealed.may_be_sealed(rx, use=one))


@routes.get("/desk/seals", access=ANYONE)
async def show(request: web.Request) -> web.Response:
    """Everything a person has to do with the seals."""
    return await _page(request)


@routes.post("/desk/seals/roles", access=staff(Role.ADMIN))
async def assign(request: web.Request) -> web.Response:
    """An administrator gives a part."""
    form = await forms.sent(request)
    role, body = form.choice("role", CustodyRole), form.text("body", required=True, most=120)
    account_id = form.text("account_id", required=True, most=64)
    try:
        form.check()
        if body not in request.app[CONFIG].seal_bodies:
            raise CourtError("custody.not_found")
        await write_once(
            request,
            form,
            custody.assign,
            body=body,
            role=role or CustodyRole.USER,
            account_id=account_id,
        )
    except CourtError as error:
        return await _page(
            request, status=error.status, errors=forms.errors(error, field="account_id"), values=form.values
        )
    return pages.see_other("/desk/seals")


@routes.post("/desk/seals/roles/{id}/end", access=staff(Role.ADMIN))
async def dismiss(request: web.Request) -> web.Response:
    """And takes it away."""
    form = await forms.sent(request)
    await write_once(request, form, custody.dismiss, assignment_id=request.match_info["id"])
    return pages.see_other("/desk/seals")


@routes.post("/desk/seals/leaves", access=ANYONE)
async def delegate(request: web.Request) -> web.Response:
    """A keeper's standing leave."""
    form = await forms.sent(request)
    body = form.text("body", required=True, most=120)
    kinds = frozenset(kind for kind in PaperKind if form.flag(f"kind_{kind}"))
    last = form.day("until")
    most = form.number("most", least=1, most=MOST_USES, fallback=0)
    note, user_id = form.text("note", most=200), form.text("user_id", most=64)
    if not kinds and not form.flag("all_kinds"):
        form.fault("all_kinds", "form.required")
    try:
        form.check()
        end = datetime.combine(last, time(), SHANGHAI) + timedelta(days=1) if last else request[NOW]
        await write_once(
            request,
            form,
            custody.delegate,
            body=body,
            kinds=frozenset() if form.flag("all_kinds") else kinds,
            until_at=end,
            most=most,
            user_id=user_id or None,
            note=note,
        )
    except CourtError as error:
        return await _page(
            request, status=error.status, errors=forms.errors(error, field="until"), values=form.values
        )
    return pages.see_other("/desk/seals#leaves")


@routes.post("/desk/seals/leaves/{id}/end", access=ANYONE)
async def revoke(request: web.Request) -> web.Response:
    """A keeper takes a leave back."""
    form = await forms.sent(request)
    await write_once(request, form, custody.revoke_delegation, delegation_id=request.match_info["id"])
    return pages.see_other("/desk/seals#leaves")


async def _use_page(
    request: web.Request, *, status: int = 200, errors: forms.Errors | None = None
) -> web.Response:
    app, who = request.app, actor(request)
    use = await app[DB].read(custody.seen, actor=who, use_id=request.match_info["id"])
    keeper = await app[DB].read(lambda rx: custody.holds(rx, who.id, use.body, CustodyRole.KEEPER))
    shown = use.sealed_sha256 or use.base_sha256
    return pages.render(
        request,
        "seals/use.html",
        status=status,
        use=use,
        shown=shown,
        keeper=keeper,
        mine=use.asked_by == who.id,
        sheets=await app[PAPERS].run(preview.page_count, await app[BLOBS].read(shown)),
        tones=TONES,
        errors=errors or {},
    )


@routes.get("/desk/seals/uses/{id}", access=ANYONE)
async def use(request: web.Request) -> web.Response:
    """One use of a seal: the paper as it stands, and the keeper's answer."""
    return await _use_page(request)


@routes.get("/desk/seals/uses/{id}/page.png", access=ANYONE)
async def sheet(request: web.Request) -> web.Response:
    """One page as a picture; the file itself is not handed out here."""
    found = await request.app[DB].read(custody.seen, actor=actor(request), use_id=request.match_info["id"])
    most = request.app[CONFIG].max_upload_pixels
    return await picture(request, found.sealed_sha256 or found.base_sha256, "application/pdf", most=most)


@routes.post("/desk/seals/uses/{id}/{verb:approve|refuse}", access=ANYONE)
async def decide(request: web.Request) -> web.Response:
    """The keeper's yes or no."""
    form = await forms.sent(request)
    reason = form.text("reason", most=200)
    try:
        form.check()
        await write_once(
            request,
            form,
            custody.decide,
            use_id=request.match_info["id"],
            approve=request.match_info["verb"] == "approve",
            reason=reason,
        )
    except CourtError as error:
        if error.status in {403, 404}:
            raise
        return await _use_page(request, status=error.status, errors=forms.errors(error, field="reason"))
    return pages.see_other("/desk/seals")


@routes.post("/desk/seals/uses/{id}/withdraw", access=ANYONE)
async def withdraw(request: web.Request) -> web.Response:
    """Who asked takes the request back."""
    form = await forms.sent(request)
    await write_once(request, form, custody.withdraw, use_id=request.match_info["id"])
    return pages.see_other("/desk/seals")
