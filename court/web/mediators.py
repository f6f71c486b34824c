"""The page 调解员名册. Who may be named and why is decided elsewhere."""

from __future__ import annotations

from aiohttp import web

from court.domain.lifecycle import Role
from court.services import mediators
from court.web import forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import DB
from court.web.track_steps import Act, act

routes = Routes()
_READERS = staff(*mediators.KEEPERS, Role.MEDIATOR, Role.OFFICER, Role.PRESIDENT)
_KEEPERS = staff(*mediators.KEEPERS)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    return pages.render(
        request,
        "mediation/roll.html",
        status=status,
        roll=await request.app[DB].read(mediators.roll),
        may_keep=actor(request).role in mediators.KEEPERS,
        errors=errors or {},
        values=values or {},
    )


@routes.get("/desk/mediators", access=_READERS)
async def show(request: web.Request) -> web.Response:
    """Every mediator with language, places, fields and load."""
    return await _page(request)


@routes.post("/desk/mediators/{id}", access=_KEEPERS)
async def enter(request: web.Request) -> web.Response:
    """An entry made or changed."""

    def do(form: forms.Sent) -> Act:
        return mediators.enter, {
            "account_id": request.match_info["id"],
            "rev": form.rev(),
            "body": form.text("body", most=80),
            "invited": form.flag("invited"),
            "languages": form.text("languages", most=400),
            "places": form.text("places", most=400),
            "fields": form.text("fields", most=400),
        }

    return await act(request, _page, do, field="form", back="/desk/mediators")
