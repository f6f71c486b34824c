"""The page of a petition for its official: accept or decline, receive by video, answer, close. Rules are in services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.matter import PartyIdentity
from court.domain.petition import Petition, PetitionAction
from court.services import matter, petition
from court.store.views import petition_page
from court.store.views.petition import PetitionPage
from court.web import forms, pages, wording
from court.web.access import Routes, actor, staff
from court.web.keys import BRIDGE, CONFIG, DB, NOW
from court.web.pictures import picture
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.PETITION_OFFICIAL)


async def _read(request: web.Request) -> PetitionPage:
    return await request.app[DB].read(
        petition_page, actor=actor(request), petition_id=request.match_info["id"]
    )


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
    revealed: PartyIdentity | None = None,
) -> web.Response:
    page = await _read(request)
    return pages.render(
        request,
        "desk/petition.html",
        status=status,
        page=page,
        errors=errors or {},
        values=dict(values or {}),
        revealed=revealed,
        history=[(entry, wording.event(entry.type, entry.note)) for entry in page.history],
        answers={(c.party_id, c.step): c for c in page.consents},
        steps=wording.STEP_NAMES,
        Action=PetitionAction,
    )


@routes.get("/desk/petitions/{id}", access=DESK)
async def show(request: web.Request) -> web.Response:
    """Everything about one petition."""
    return await _page(request)


_TEXTS: dict[str, tuple[Callable[..., Petition], str]] = {
    "decline": (petition.decline, "reason"),
    "ask-more": (petition.ask_more, "what"),
    "supplement": (petition.supplement, "note"),
    "cancel-reception": (petition.cancel_reception, "reason"),
    "record": (petition.record_reception, "result"),
    "withdraw": (petition.withdraw, "reason"),
    "close": (petition.close, "note"),
}


async def _act(
    request: web.Request, form: forms.Sent, service: Any, field: str, **facts: Any
) -> web.Response:
    petition_id = request.match_info["id"]
    try:
        form.check()
        await write_once(request, form, service, petition_id=petition_id, rev=form.rev(), **facts)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await _page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    for one in (await _read(request)).hearings:  # a reception called off ends its room too
        await request.app[BRIDGE].changed(one.id)
    return pages.see_other(f"/desk/petitions/{petition_id}")


@routes.post("/desk/petitions/{id}/accept", access=DESK)
async def accept(request: web.Request) -> web.Response:
    """受理."""
    return await _act(request, await forms.sent(request), petition.accept, "accept")


@routes.post(
    "/desk/petitions/{id}/{verb:decline|ask-more|supplement|cancel-reception|record|withdraw|close}",
    access=DESK,
)
async def text_act(request: web.Request) -> web.Response:
    """The acts that need one text."""
    form = await forms.sent(request)
    verb = request.match_info["verb"]
    service, name = _TEXTS[verb]
    field = f"{verb}-{name}"
    return await _act(request, form, service, field, **{name: form.text(field, required=True, most=4000)})


@routes.post("/desk/petitions/{id}/reply", access=DESK)
async def reply(request: web.Request) -> web.Response:
    """答复: the opinion and what it rests on (条例 32)."""
    form = await forms.sent(request)
    opinion = form.text("opinion", required=True, most=4000)
    basis = form.text("basis", required=True, most=1000)
    return await _act(request, form, petition.reply, "opinion", opinion=opinion, basis=basis)


@routes.post("/desk/petitions/{id}/parties/{party}/reveal", access=DESK)
async def reveal(request: web.Request) -> web.Response:
    """The number and phone of one petitioner, with the purpose in the journal."""
    form = await forms.sent(request)
    party_id = request.match_info["party"]
    field = f"purpose-{party_id}"
    purpose = form.text(field, required=True, most=200)
    page = await _read(request)
    if party_id not in {p.id for p in page.petitioners}:
        raise CourtError("party.not_found")
    try:
        form.check()
        found = await request.app[DB].write(
            matter.reveal_party, actor=actor(request), now=request[NOW], party_id=party_id, purpose=purpose
        )
    except CourtError as error:
        return await _page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    return await _page(request, revealed=found)


@routes.post("/desk/petitions/{id}/materials/{material}/original", access=DESK)
async def check_original(request: web.Request) -> web.Response:
    """The paper was compared with the picture."""
    form = await forms.sent(request)
    page, wanted = await _read(request), request.match_info["material"]
    if wanted not in {m.id for m in page.materials}:
        raise CourtError("material.not_found")
    await write_once(request, form, matter.check_original, material_id=wanted, same=form.flag("same"))
    return pages.see_other(f"/desk/petitions/{page.petition.id}#materials")


@routes.get("/desk/petitions/{id}/materials/{material}.png", access=DESK)
async def material_picture(request: web.Request) -> web.Response:
    """One page of a paper handed in, drawn at the server."""
    page = await _read(request)
    found = next((m for m in page.materials if m.id == request.match_info["material"]), None)
    if found is None:
        raise CourtError("material.not_found")
    return await picture(request, found.sha256, found.media_type, most=request.app[CONFIG].max_upload_pixels)
