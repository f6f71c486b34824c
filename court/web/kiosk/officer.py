"""An officer takes a registration over (代办): proves who he is; no staff session stays on the kiosk."""

from __future__ import annotations

from aiohttp import web

from court.domain.draft import Draft, DraftKind
from court.domain.errors import CourtError
from court.domain.lifecycle import STAFF, Actor
from court.domain.publicity import mask_name
from court.services import accounts
from court.services import draft as drafts
from court.web import forms, pages
from court.web.access import visitor
from court.web.entrance import address_of
from court.web.keys import DB, NOW
from court.web.kiosk.held import KIOSK, held, hold, may_hold, render, routes
from court.web.kiosk.steps import at_inputs

KIND_NAMES = {DraftKind.DISPUTE: "请法庭来调解", DraftKind.PETITION: "反映问题"}


async def proved(request: web.Request, form: forms.Sent) -> Actor:
    """The member of staff behind login, password and one-time code; the session made for it ends at once.

    Errors: CourtError `login.*`, `form.invalid`, `access.role`.
    """
    login, password, totp = form.text("login", most=64), form.raw("password"), form.text("totp", most=12)
    for name, value in (("login", login), ("password", password), ("totp", totp)):
        if not value:
            form.fault(name, "text.empty")
    form.check()
    opened = await accounts.log_in(
        request.app[DB],
        now=request[NOW],
        login=login,
        password=password,
        totp="".join(totp.split()),
        address=address_of(request),
    )
    await request.app[DB].write(accounts.log_out, now=request[NOW], token=opened.token)
    officer = opened.session.account.actor()
    if officer.role not in STAFF:
        raise CourtError("access.role")
    return officer


async def _choices(request: web.Request, shown: Draft | None) -> list[tuple[str, str, str]]:
    terminal = visitor(request).terminal
    found = await request.app[DB].read(drafts.open_drafts, terminal_id=terminal.id if terminal else None)
    rows = []
    for draft in found:
        name = draft.answers.applicant.name
        who = mask_name(name) if name else "还没有填姓名"
        place = "正在这个屏幕上" if shown and shown.id == draft.id else "已收起"
        rows.append(
            (draft.id, f"{who} · {KIND_NAMES[draft.kind]}", f"{pages.stamp(draft.updated_at)} · {place}")
        )
    return rows


async def _page(
    request: web.Request, errors: forms.Errors, values: dict[str, str], status: int = 200
) -> web.Response:
    shown = await held(request)
    rows = await _choices(request, shown)
    chosen = shown.id if shown else (rows[0][0] if rows else "")
    back = f"/kiosk/steps/{shown.step or 'identity'}" if shown else "/kiosk"
    return render(
        request,
        "kiosk/officer.html",
        status=status,
        drafts=rows,
        values={"login": "", "draft": chosen, **values},
        errors=errors,
        back=back,
    )


@routes.get("/kiosk/officer", access=KIOSK)
async def officer_page(request: web.Request) -> web.Response:
    """The registrations of this terminal that are not finished, names masked."""
    return await _page(request, {}, {})


@routes.post("/kiosk/officer", access=KIOSK)
async def take_over(request: web.Request) -> web.Response:
    """From here on the officer's name stands on the registration."""
    form = await forms.sent(request)
    try:
        draft = await request.app[DB].read(drafts.get, draft_id=form.raw("draft"))
        if not may_hold(request, draft):
            raise CourtError("draft.not_allowed")
        officer = await proved(request, form)
        draft = await request.app[DB].write(
            drafts.take_over, actor=officer, now=request[NOW], draft_id=draft.id
        )
    except CourtError as error:
        field = "draft" if error.code.startswith("draft.") else "login"
        errors = at_inputs(error.problems) if error.problems else {field: (error.code, error.text)}
        return await _page(request, errors, form.values, error.status)
    response = pages.see_other(f"/kiosk/steps/{draft.step or 'identity'}")
    hold(request, response, draft)
    return response
