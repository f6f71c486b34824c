"""Which registration this screen is holding: a cookie with its id, of use on its own terminal only."""

from __future__ import annotations

from aiohttp import web

from court.domain.draft import Draft, DraftState
from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.services import draft as drafts
from court.web import pages
from court.web.access import TERMINAL, Routes, staff, visitor
from court.web.keys import CONFIG, DB

COOKIE = "court_draft"
LARGE_COOKIE = "court_large"
# Who registers for a person at the desk, on the telephone or with a tablet.
ASSISTING = staff(Role.OFFICER, Role.CLERK, Role.REGISTRAR)
KIOSK = TERMINAL | ASSISTING
routes = Routes()


def may_hold(request: web.Request, draft: Draft) -> bool:
    """A terminal holds its own registrations; the crew's officer any, other staff those they began themselves."""
    who = visitor(request)
    if who.staff:
        return who.staff.role is Role.OFFICER or draft.officer_id == who.staff.id
    return bool(who.terminal and who.terminal.id == draft.terminal_id)


async def held(request: web.Request) -> Draft | None:
    """The registration on this screen; None after it was put away, finished elsewhere or wiped."""
    draft_id = request.cookies.get(COOKIE, "")
    if not draft_id or len(draft_id) > 64:
        return None
    try:
        draft = await request.app[DB].read(drafts.get, draft_id=draft_id)
    except CourtError:
        return None
    alive = draft.state in {DraftState.OPEN, DraftState.SUBMITTED}
    return draft if alive and may_hold(request, draft) else None


def hold(request: web.Request, response: web.StreamResponse, draft: Draft) -> None:
    """Put this registration on this screen until it is finished or put away."""
    response.set_cookie(
        COOKIE,
        draft.id,
        path="/kiosk",
        httponly=True,
        samesite="Strict",
        secure=request.app[CONFIG].base_url.startswith("https:"),
    )


def let_go(response: web.StreamResponse) -> None:
    """Take the registration off the screen; at the server it stays."""
    response.del_cookie(COOKIE, path="/kiosk")


def gone() -> web.Response:
    """Where a page leads whose registration is no longer on this screen."""
    return pages.see_other("/kiosk/away")


def render(request: web.Request, template: str, /, status: int = 200, **context: object) -> web.Response:
    """A kiosk page, in the type size chosen on this screen."""
    return pages.render(
        request, template, status=status, **{"large": request.cookies.get(LARGE_COOKIE) == "1", **context}
    )
