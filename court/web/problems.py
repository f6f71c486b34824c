"""Refusals on the wire: problem+json (RFC 9457) for scripts, a page in words for people. Decides nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.web import pages
from court.web.keys import REQUEST_ID
from documents.errors import PaperError, SigningRefused

# What aiohttp itself refuses, by status.
_BY_STATUS = {
    400: "web.bad_request",
    404: "web.not_found",
    405: "web.method_not_allowed",
    408: "web.slow",
    413: "web.too_large",
    415: "web.unsupported",
    503: "web.unavailable",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered: `detail` is the Chinese sentence; `params` are its facts; `fields` the faults of a form."""

    code: str
    status: int
    title: str
    detail: str
    params: dict[str, Any] = {}
    fields: list[dict[str, str]] = []


def of(error: BaseException) -> Problem | None:
    """The problem an exception stands for; None when it is a bug."""
    match error:
        case CourtError():
            body = error.as_problem()
            return Problem(
                code=error.code,
                status=error.status,
                title=error.text_en,
                detail=error.text,
                params=dict(error.params),
                fields=list(body.get("problems", [])),  # type: ignore[call-overload]
            )
        case PaperError():
            status = 409 if isinstance(error, SigningRefused) else 422
            return Problem(
                code=error.code, status=status, title=error.code, detail=error.text, params=dict(error.params)
            )
        case web.HTTPException() if error.status in _BY_STATUS:
            return of(CourtError(_BY_STATUS[error.status]))
        case web.HTTPException() if error.status >= 400:
            return of(CourtError("web.bad_request"))
        case _:
            return None


def answer(request: web.Request, problem: Problem) -> web.Response:
    """The refusal in the form the caller reads. 401 on a page leads to the sign-in, which leads back."""
    if pages.wants_json(request):
        body = {
            "type": f"urn:court:problem:{problem.code}",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
            "params": {name: _plain(value) for name, value in problem.params.items()},
            "instance": f"urn:uuid:{request[REQUEST_ID]}",
        }
        if problem.fields:
            body["problems"] = problem.fields
        return web.Response(
            body=msgspec.json.encode(body),
            status=problem.status,
            content_type="application/problem+json",
            headers={"Cache-Control": "no-store"},
        )
    if problem.code == "access.login" and request.method == "GET":
        return pages.see_other(f"/login?next={request.rel_url.raw_path}")
    return pages.render(
        request,
        "problem.html",
        status=problem.status,
        problem=problem,
        reason=HTTPStatus(problem.status).phrase,
        request_id=request[REQUEST_ID],
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
