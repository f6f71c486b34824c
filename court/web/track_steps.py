"""One act of a track's page: its form read, done once, the page again with every fault at its field. No rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.web import forms, pages
from court.web.access import staff
from court.web.writes import write_once

Act = tuple[Callable[..., Any], dict[str, Any]]
# Who works on tracks; each step asks its own table besides.
WORKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.OFFICER, Role.REGISTRAR)
READERS = WORKERS | staff(Role.PRESIDENT)


class Page(Protocol):
    """Shows the page again with what was typed."""

    def __call__(
        self,
        request: web.Request,
        *,
        status: int = 200,
        errors: forms.Errors | None = None,
        values: dict[str, str] | None = None,
    ) -> Awaitable[web.Response]: ...


async def act(
    request: web.Request, page: Page, do: Callable[[forms.Sent], Act], *, field: str, back: str
) -> web.Response:
    """`do` reads the form into a service and its facts; a refusal without a field stands at `field`."""
    form = await forms.sent(request)
    try:
        service, facts = do(form)
        form.check()
        await write_once(request, form, service, **facts)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        shown = forms.errors(error, field=field)
        return await page(request, status=error.status, errors=shown, values=form.values)
    return pages.see_other(back)
