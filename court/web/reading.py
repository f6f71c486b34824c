"""逐段宣读 of an agreement: the page that leads it, the page on which each person answers, and their answers."""

from __future__ import annotations

from aiohttp import web

from court.domain.lifecycle import ActorKind
from court.domain.paper import PaperKind
from court.domain.reading import Answer
from court.services import agreements as agreement_reads
from court.services import mediation as agreements
from court.services import reading
from court.web import pages
from court.web.access import Routes, actor
from court.web.agreement_progress import as_told, load
from court.web.fields import body, rev, text
from court.web.hand import offset_ms
from court.web.keys import CONFIG, DB, NOW
from court.web.signing import AT_THE_TABLE, DRAFTERS, answer, tell

routes = Routes()
MOST_WORDS = 400


@routes.get("/agreements/{id}/reading", access=AT_THE_TABLE)
async def page(request: web.Request) -> web.Response:
    """One paragraph at a time: for staff with everybody's answers and the lead, for the others with their own buttons."""
    found, mine = await request.app[DB].read(
        load, actor=actor(request), agreement_id=request.match_info["id"]
    )
    leads = actor(request).kind is ActorKind.STAFF
    return pages.render(
        request,
        "agreement/reading.html",
        name="调解协议",
        number=found.agreement.number,
        address=f"/agreements/{found.agreement.id}",
        hearing_id=found.agreement.hearing_id or "",
        leads=leads,
        told=as_told(found, 0, mine),
        home=f"/desk/agreements/{found.agreement.id}" if leads else f"/room/{found.agreement.hearing_id}",
        home_name="协议" if leads else "法庭",
    )


@routes.post("/agreements/{id}/read", access=DRAFTERS)
async def start_reading(request: web.Request) -> web.Response:
    """宣读 begins: the text stands, every signer will answer to every paragraph."""
    agreement_id, fields = request.match_info["id"], await body(request)
    found = await request.app[DB].write(
        agreements.start_reading,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        rev=rev(fields),
        read_aloud=PaperKind.AGREEMENT in request.app[CONFIG].read_aloud,
    )
    tell(request, found)
    return await answer(request, agreement_id)


@routes.post("/agreements/{id}/acknowledge", access=AT_THE_TABLE)
async def acknowledge(request: web.Request) -> web.Response:
    """{rev, paragraph_id, signer_id, answer: agreed|question, words}: one signer answers to one paragraph."""
    agreement_id, fields = request.match_info["id"], await body(request)
    seen = await request.app[DB].read(agreement_reads.seen, actor=actor(request), agreement_id=agreement_id)
    found = await request.app[DB].write(
        agreements.acknowledge,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        rev=rev(fields),
        paragraph_id=text(fields, "paragraph_id"),
        signer_id=text(fields, "signer_id"),
        answer=reading.answer_of(text(fields, "answer") or Answer.AGREED),
        words=text(fields, "words", most=MOST_WORDS),
        offset_ms=offset_ms(request, seen.hearing_id),
    )
    tell(request, found)
    return await answer(request, agreement_id)


@routes.post("/agreements/{id}/lead", access=DRAFTERS)
async def lead(request: web.Request) -> web.Response:
    """{rev, paragraph_id}: this paragraph stands before all screens; "" for the first one that is open."""
    agreement_id, fields = request.match_info["id"], await body(request)
    found = await request.app[DB].write(
        agreements.lead,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        rev=rev(fields),
        paragraph_id=text(fields, "paragraph_id"),
    )
    tell(request, found)
    return await answer(request, agreement_id)
