"""Papers served electronically, for their recipient: the link, one question, reading as the receipt, what he may answer."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.paper import Paper
from court.domain.service_fact import FactKind
from court.services import second, service_access
from court.services.service_access import Asked, Delivered
from court.web import forms, pages
from court.web.access import PUBLIC, Routes
from court.web.keys import BLOBS, CONFIG, DB, NOW
from court.web.papers import second_signature
from court.web.pictures import picture
from court.web.sessions import LONGEST_TOKEN, SERVED_COOKIE, set_cookie, token_of

routes = Routes()
HERE = "/served/papers/{service}"
ANSWERS = {"reply": FactKind.REPLIED, "paper": FactKind.PAPER_ASKED}
DAY = 86_400


@routes.get("/served/{token}", access=PUBLIC)
async def linked(request: web.Request) -> web.Response:
    """Who the link is for, masked, and the question; nothing of the matter before it is answered."""
    found = await request.app[DB].read(service_access.by_link, now=request[NOW], token=_token(request))
    return _asked(request, found)


@routes.post("/served/{token}", access=PUBLIC)
async def enter(request: web.Request) -> web.Response:
    """The right answer binds the link to this device, and the token leaves the address bar."""
    form, token = await forms.sent(request), _token(request)
    try:
        opened = await request.app[DB].write(
            service_access.enter,
            now=request[NOW],
            token=token,
            typed=form.raw("answer")[:80],
            device=token_of(request, SERVED_COOKIE) or None,
        )
    except CourtError as error:
        if error.code != "served.proof_wrong":
            raise
        found = await request.app[DB].read(service_access.by_link, now=request[NOW], token=token)
        return _asked(request, found, error.status, forms.errors(error, field="answer"))
    response = pages.see_other(f"/served/papers/{opened.service_id}")
    response.headers["Referrer-Policy"] = "no-referrer"
    set_cookie(
        request,
        response,
        SERVED_COOKIE,
        opened.device,
        max_age=request.app[CONFIG].service_days * DAY,
        samesite="Lax",
    )
    return response


@routes.get(HERE, access=PUBLIC)
async def papers(request: web.Request) -> web.Response:
    """Which papers came, from whom, and what opening them means."""
    return pages.render(request, "service/served.html", shown=await _delivered(request))


@routes.get(HERE + "/{paper}", access=PUBLIC)
async def read(request: web.Request) -> web.Response:
    """One paper, page by page; that it was opened is kept with the time."""
    paper = await _mine(request)
    has_second = bool(await request.app[DB].read(second.of_paper, paper=paper))
    shown = await _delivered(request)
    return pages.render(request, "service/served_paper.html", shown=shown, paper=paper, has_second=has_second)


@routes.get(HERE + "/{paper}/file", access=PUBLIC)
async def file(request: web.Request) -> web.Response:
    """The file itself, to keep and to check."""
    paper = await _mine(request)
    return web.Response(
        body=await request.app[BLOBS].read(paper.sha256),
        content_type="application/pdf",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"attachment; filename=\"paper.pdf\"; filename*=UTF-8''{quote(paper.title + '.pdf')}",
        },
    )


@routes.get(HERE + "/{paper}/second", access=PUBLIC)
async def second_file(request: web.Request) -> web.Response:
    """The paper's second signature (SM2), to keep and to check beside the file."""
    paper = await _mine(request)
    sha256 = await request.app[DB].read(second.of_paper, paper=paper)
    if not sha256:
        raise CourtError("paper.not_found")
    return await second_signature(request, paper, sha256)


@routes.get(HERE + "/{paper}/page.png", access=PUBLIC)
async def sheet(request: web.Request) -> web.Response:
    """One page as a picture."""
    paper = await _mine(request)
    most = request.app[CONFIG].max_upload_pixels
    return await picture(request, paper.sha256, "application/pdf", most=most)


@routes.post(HERE + "/{answer:reply|paper}", access=PUBLIC)
async def answer(request: web.Request) -> web.Response:
    """收到了, or a wish for the paper (民诉法 90): noted once, with the time."""
    await forms.sent(request)
    service_id = request.match_info["service"]
    await request.app[DB].write(
        service_access.answer,
        now=request[NOW],
        device=token_of(request, SERVED_COOKIE),
        service_id=service_id,
        kind=ANSWERS[request.match_info["answer"]],
    )
    return pages.see_other(f"/served/papers/{service_id}")


async def _mine(request: web.Request) -> Paper:
    """The paper for the device that opened its link; asking for it is opening it."""
    return await request.app[DB].write(
        service_access.open_paper,
        now=request[NOW],
        device=token_of(request, SERVED_COOKIE),
        service_id=request.match_info["service"],
        paper_id=request.match_info["paper"],
    )


async def _delivered(request: web.Request) -> Delivered:
    return await request.app[DB].read(
        service_access.delivered,
        now=request[NOW],
        device=token_of(request, SERVED_COOKIE),
        service_id=request.match_info["service"],
    )


def _token(request: web.Request) -> str:
    token = request.match_info["token"]
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise CourtError("served.link_unknown")
    return token


def _asked(
    request: web.Request, found: Asked, status: int = 200, errors: forms.Errors | None = None
) -> web.Response:
    response = pages.render(
        request, "service/served_link.html", status=status, found=found, errors=errors or {}
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
