"""逐段宣读 of a paper that is signed on the pad: the page that leads it, each screen's own buttons, their answers."""

from __future__ import annotations

from aiohttp import web

from court.domain.lifecycle import ActorKind
from court.domain.reading import Answer
from court.domain.record_paper import RecordPaperRow
from court.services import reading, record_papers, record_reading
from court.store.database import Read
from court.web import agreement_progress as progress
from court.web import pages
from court.web.access import SEAT, TERMINAL, Routes, actor, staff
from court.web.agreement_progress import Progress, Signer
from court.web.fields import body, text
from court.web.hand import offset_ms
from court.web.keys import BRIDGE, DB, NOW
from court.web.reading import MOST_WORDS
from court.web.record_papers import MAKERS

routes = Routes()
HEARERS = staff() | TERMINAL | SEAT


async def _load(request: web.Request) -> tuple[RecordPaperRow, frozenset[str], bool]:
    """(the paper, for whom this screen answers, whether it leads)."""
    who, paper_id = actor(request), request.match_info["paper"]

    def read(rx: Read) -> tuple[RecordPaperRow, frozenset[str], bool]:
        found = record_reading.seen(rx, actor=who, paper_id=paper_id)
        mine = record_reading.acting_for(rx, actor=who, paper=found)
        return found, mine, record_papers.may_handle(rx, actor=who, hearing_id=found.hearing_id)

    return await request.app[DB].read(read)


@routes.get("/record-papers/{paper}/reading", access=HEARERS)
async def page(request: web.Request) -> web.Response:
    """One paragraph at a time: for the paper's makers with everybody's answers and the lead."""
    found, mine, leads = await _load(request)
    at_desk = leads and actor(request).kind is ActorKind.STAFF
    return pages.render(
        request,
        "agreement/reading.html",
        name=found.name,
        number=found.number,
        address=f"/record-papers/{found.id}",
        hearing_id=found.hearing_id,
        leads=leads,
        told=as_told(found, mine),
        home=f"/desk/record-papers/{found.id}" if at_desk else f"/room/{found.hearing_id}",
        home_name="文书" if at_desk else "法庭",
    )


def as_told(found: RecordPaperRow, mine: frozenset[str]) -> Progress:
    """How far the reading is, in the shape of an agreement's; `mine` are those the asker may answer for."""
    current = found.current()
    agreed, asked = found.said(Answer.AGREED), found.said(Answer.QUESTION)
    return Progress(
        id=found.id,
        rev=0,
        state="reading" if current else found.state.value,
        state_name=found.state_name,
        wet=False,
        heard=found.read_aloud and current is None,
        turn=found.turn.id if found.turn else None,
        clauses=[],
        paragraphs=[progress.Paragraph(id=p.id, label=p.label, text=p.text) for p in found.paragraphs],
        current=current.id if current else "",
        signers=[
            Signer(
                id=one.id,
                position=one.position,
                role="party",
                name=one.name,
                caption=f"{one.role} {one.name}",
                state="signed" if one.signed_at else "waiting",
                here=one.id in mine,
                acknowledged=sorted(agreed.get(one.id, ())),
                questions=sorted(asked.get(one.id, ())),
                signed_at=one.signed_at.isoformat() if one.signed_at else "",
            )
            for one in found.listeners
        ],
        answers=[progress.answer(one) for one in found.answers],
        changes=[],
        pages=0,
        paper_id=None,
    )


async def _answer(request: web.Request, found: RecordPaperRow) -> web.Response:
    """Every page of the room reads the session again: what it has to hear can be another."""
    await request.app[BRIDGE].changed(found.hearing_id)
    if not pages.wants_json(request):
        return pages.see_other(f"/record-papers/{found.id}/reading")
    after, mine, _ = await _load(request)
    return pages.json(as_told(after, mine))


@routes.get("/record-papers/{paper}.json", access=HEARERS)
async def told(request: web.Request) -> web.Response:
    """How far the reading is."""
    found, mine, _ = await _load(request)
    return pages.json(as_told(found, mine))


@routes.post("/record-papers/{paper}/read", access=MAKERS)
async def begin(request: web.Request) -> web.Response:
    """宣读 begins: every party answers to every paragraph before anybody of them signs."""
    await body(request)
    found = await request.app[DB].write(
        record_reading.begin, actor=actor(request), now=request[NOW], paper_id=request.match_info["paper"]
    )
    return await _answer(request, found)


@routes.post("/record-papers/{paper}/lead", access=MAKERS)
async def lead(request: web.Request) -> web.Response:
    """{paragraph_id}: this paragraph stands before all screens; "" for the first one that is open."""
    fields = await body(request)
    found = await request.app[DB].write(
        record_reading.lead,
        actor=actor(request),
        now=request[NOW],
        paper_id=request.match_info["paper"],
        paragraph_id=text(fields, "paragraph_id"),
    )
    return await _answer(request, found)


@routes.post("/record-papers/{paper}/acknowledge", access=HEARERS)
async def acknowledge(request: web.Request) -> web.Response:
    """{paragraph_id, signer_id, answer: agreed|question, words}: one party answers to one paragraph, at this moment of the
    recording."""
    fields = await body(request)
    seen, _, _ = await _load(request)
    found = await request.app[DB].write(
        record_reading.acknowledge,
        actor=actor(request),
        now=request[NOW],
        paper_id=seen.id,
        paragraph_id=text(fields, "paragraph_id"),
        signer_id=text(fields, "signer_id"),
        answer=reading.answer_of(text(fields, "answer") or Answer.AGREED),
        words=text(fields, "words", most=MOST_WORDS),
        offset_ms=offset_ms(request, seen.hearing_id),
    )
    return await _answer(request, found)
