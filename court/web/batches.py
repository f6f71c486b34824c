"""Batches at the desk: papers chosen, printed or sealed by one press, followed, cancelled, the failed ones repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from court.domain.batch import MOST_ITEMS, BatchKind, tally
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.printer import Media, media_of
from court.services import batches, paper
from court.store.database import Read
from court.store.views import batches as views
from court.web import forms, pages, papers, print_form, sealqueue
from court.web.access import Routes, actor, staff
from court.web.keys import DB
from court.web.machines import MACHINES
from court.web.writes import write_once

routes = Routes()
VERBS = {"retry": batches.retry, "cancel": batches.cancel}


async def _choose(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    chosen: frozenset[str] | None = None,
) -> web.Response:
    who = actor(request)
    subject_id, batch_id = request.query.get("subject", "")[:36], request.query.get("batch", "")[:36]
    found, marked = await request.app[DB].read(_papers, who=who, subject_id=subject_id, batch_id=batch_id)
    wanted = (values or request.query).get("printer", "")
    media = Media.A4 if any(media_of(one.kind) is Media.A4 for one in found) or not found else Media.A5
    offer = print_form.offer(request, media, wanted)
    return pages.render(
        request,
        "papers/choose.html",
        status=status,
        papers=found,
        chosen=marked if chosen is None else chosen,
        subject=subject_id,
        batch=batch_id,
        offer=offer,
        tone=print_form.tone,
        values=print_form.values(offer, values),
        errors=errors or {},
        most=MOST_ITEMS,
    )


def _papers(rx: Read, *, who: Actor, subject_id: str, batch_id: str) -> tuple[Any, frozenset[str]]:
    """The papers to choose from, and those that are marked at first: those never printed, or those of a batch."""
    if batch_id:
        made = [one.paper_id for one in batches.items(rx, actor=who, batch_id=batch_id) if one.paper_id]
        return tuple(paper.get(rx, paper_id=one) for one in made), frozenset(made)
    found = views.printable(rx, actor=who, subject_id=subject_id)
    return found, frozenset(one.id for one in found if subject_id and not one.copies)


@routes.get("/desk/batches/print", access=papers.DESK)
async def choose(request: web.Request) -> web.Response:
    """Papers with boxes to tick: of one dispute or petition (`?subject=`), of a batch just sealed (`?batch=`), else the
    newest that this person may see."""
    return await _choose(request)


@routes.post("/desk/batches/print", access=papers.DESK)
async def order_print(request: web.Request) -> web.Response:
    """One job for each ticked paper."""
    form = await forms.sent(request)
    chosen = form.all("paper", most=MOST_ITEMS + 1)
    printer, options = form.text("printer", most=40), print_form.read(form)
    try:
        form.check()
        if printer not in request.app[MACHINES].settings:
            raise CourtError("printing.no_printer" if printer else "printer.unset")
        print_form.checked(request, printer, options, 0)
        batch_id = await write_once(
            request,
            form,
            batches.order_print,
            paper_ids=chosen,
            options=options,
            printer=printer,
            reason=form.text("reason", most=200),
        )
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        field = {"batch.size": "paper", "printing.cannot": "sides", "printing.copies": "copies"}
        errors = forms.errors(error, field=field.get(error.code, "reason"))
        return await _choose(
            request, status=error.status, errors=errors, values=form.values, chosen=frozenset(chosen)
        )
    request.app[MACHINES].ring(printer)
    answer = pages.see_other(f"/desk/batches/{batch_id}")
    print_form.remember(request, answer, printer)
    return answer


@routes.post("/desk/batches/seal", access=staff())
async def order_seals(request: web.Request) -> web.Response:
    """One seal for each ticked use that a keeper has approved."""
    form = await forms.sent(request)
    uses = form.all("use", most=MOST_ITEMS + 1)
    batch_id = await write_once(request, form, batches.order_seals, use_ids=uses)
    request.app[sealqueue.NUDGE].set()
    return pages.see_other(f"/desk/batches/{batch_id}")


@routes.post("/desk/seals/approve", access=staff())
async def approve(request: web.Request) -> web.Response:
    """A keeper's yes to the ticked uses."""
    form = await forms.sent(request)
    await write_once(request, form, batches.approve, use_ids=form.all("use", most=MOST_ITEMS + 1))
    return pages.see_other("/desk/seals")


@routes.get("/desk/batches/{id}", access=staff())
async def show(request: web.Request) -> web.Response:
    """How far it is, what came of each paper, and what can be done."""
    who, batch_id = actor(request), request.match_info["id"]
    found = await request.app[DB].read(batches.seen, actor=who, batch_id=batch_id)
    items = await request.app[DB].read(batches.items, actor=who, batch_id=batch_id)
    return pages.render(
        request,
        "papers/batch.html",
        batch=found,
        items=items,
        tally=tally(items),
        is_print=found.kind is BatchKind.PRINT,
    )


@routes.post("/desk/batches/{id}/{verb:retry|cancel}", access=staff())
async def change(request: web.Request) -> web.Response:
    """The failed ones once more, or what is left given up."""
    form, batch_id = await forms.sent(request), request.match_info["id"]
    await write_once(request, form, VERBS[request.match_info["verb"]], batch_id=batch_id)
    request.app[MACHINES].ring()
    request.app[sealqueue.NUDGE].set()
    return pages.see_other(f"/desk/batches/{batch_id}")
