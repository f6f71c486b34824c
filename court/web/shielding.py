"""The forms that hide a matter from everybody who does not handle it, or the name of one of its people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from court.domain.lifecycle import Role
from court.services import matter, shielding
from court.web import forms
from court.web.access import Routes, staff
from court.web.matter import act

routes = Routes()
SHIELDERS = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.PRESIDENT)


@routes.post("/desk/matters/{id}/restrict", access=SHIELDERS)
async def restrict(request: web.Request) -> web.Response:
    """密级、限制查阅, or its end."""

    def do(form: forms.Sent) -> tuple[Callable[..., Any], dict[str, Any]]:
        reason = form.text("restrict-reason", required=True, most=400)
        return shielding.restrict, {"restricted": form.flag("restricted"), "reason": reason}

    return await act(request, do, "restrict-reason")


@routes.post("/desk/matters/{id}/parties/{party}/protect", access=SHIELDERS)
async def protect(request: web.Request) -> web.Response:
    """A protected person, or no longer one."""
    party_id = request.match_info["party"]
    field = f"protect-{party_id}"

    def do(form: forms.Sent) -> tuple[Callable[..., Any], dict[str, Any]]:
        reason = form.text(field, required=True, most=400)
        return _protect, {"party_id": party_id, "protected": form.flag("protected"), "reason": reason}

    return await act(request, do, field)


def _protect(tx: Any, *, rev: int, **facts: Any) -> Any:
    """The name of a person is no part of the matter's revision."""
    return shielding.protect(tx, **facts)


@routes.post("/desk/matters/{id}/urge", access=staff(Role.CLERK, Role.JUDGE, Role.REGISTRAR, Role.PRESIDENT))
async def urge(request: web.Request) -> web.Response:
    """催办."""
    return await act(request, lambda _: (matter.urge, {}), "urge")
