"""The page of a dispute on the desk and the clerk's acts on it: assign, ask for more, reveal, end. Rules are in services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.account import Account
from court.domain.errors import CourtError
from court.domain.lifecycle import STAFF, Role
from court.domain.matter import Matter, MatterAction, PartyIdentity, PartyInput, Side
from court.domain.track import TrackKind
from court.domain.triage import WAY_NAMES
from court.services import accounts, matter, triage
from court.services.filing import may_receive
from court.services.shielding import may_shield
from court.store.database import Read
from court.store.views import MatterPage, matter_page
from court.store.views.tracks import Tracks, tracks_of
from court.web import forms, pages, wording
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.pictures import picture
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.MEDIATOR, Role.CLERK, Role.OFFICER, Role.REGISTRAR)
# Who approves reads the matter and changes nothing in it.
READERS = DESK | staff(Role.PRESIDENT)


# Where the page of each kind of track hangs under the page of its matter.
TRACK_PAGES = {
    TrackKind.MEDIATION: "mediation",
    TrackKind.FILING: "filing",
    TrackKind.CONFIRMATION: "confirmation",
    TrackKind.ENFORCEMENT: "enforcement",
}


def _load(
    rx: Read, *, who: Any, matter_id: str, now: datetime
) -> tuple[MatterPage, dict[str, tuple[Account, ...]], Tracks]:
    page = matter_page(rx, actor=who, matter_id=matter_id)
    choices = {
        role.value: tuple(a for a in accounts.everyone(rx, role=role) if not a.disabled)
        for role in (Role.MEDIATOR, Role.JUDGE, Role.CLERK)
    }
    return page, choices, tracks_of(rx, matter_id=matter_id, now=now)


async def _page(
    request: web.Request,
    matter_id: str,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
    revealed: PartyIdentity | None = None,
    since: int | None = None,
) -> web.Response:
    """`since`: the revision a refused form was shown with; what others changed after it is told."""
    who, config = actor(request), request.app[CONFIG]
    looked = (
        await request.app[DB].read(
            triage.look, actor=who, matter_id=matter_id, region=config.region, wages=tuple(config.wages)
        )
        if who.role in STAFF
        else None
    )
    page, choices, tracks = await request.app[DB].read(_load, who=who, matter_id=matter_id, now=request[NOW])
    return pages.render(
        request,
        "matter/page.html",
        status=status,
        page=page,
        choices=choices,
        tracks=tracks,
        look=looked,
        ways=WAY_NAMES,
        track_pages=TRACK_PAGES,
        acts_on_clocks=who.role is not Role.OFFICER,
        may_shield=may_shield(who, page.matter),
        may_urge=who.role in matter.URGERS,
        may_file=may_receive(who, tuple(row.track for row in tracks.tracks)),
        errors=errors or {},
        values=values or {},
        revealed=revealed,
        changed=[
            (entry, wording.event(entry.type))
            for entry in page.history
            if since is not None and entry.rev > since
        ],
        history=[(entry, wording.event(entry.type, entry.note)) for entry in page.history],
        answers={(c.party_id, c.step): c for c in page.consents},
        Action=MatterAction,
        steps=wording.STEP_NAMES,
    )


@routes.get("/desk/matters/{id}", access=READERS)
async def show(request: web.Request) -> web.Response:
    """Everything about one dispute that this member of staff may see."""
    return await _page(request, request.match_info["id"])


async def act(
    request: web.Request,
    do: Callable[[forms.Sent], tuple[Callable[..., Any], dict[str, Any]]],
    field: str,
) -> web.Response:
    """One act of the matter page: read the form, do it once, show the page again; refusals stand at their field."""
    matter_id = request.match_info["id"]
    form = await forms.sent(request)
    try:
        service, facts = do(form)
        form.check()
        await write_once(request, form, service, matter_id=matter_id, rev=form.rev(), **facts)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        shown = forms.errors(error, field=field)
        since = form.rev() if error.code == "matter.stale" else None
        return await _page(
            request, matter_id, status=error.status, errors=shown, values=form.values, since=since
        )
    return pages.see_other(f"/desk/matters/{matter_id}")


@routes.post("/desk/matters/{id}/assign", access=DESK)
async def assign(request: web.Request) -> web.Response:
    """分派: who mediates, who judges, who writes."""

    def do(form: forms.Sent) -> tuple[Callable[..., Any], dict[str, Any]]:
        chosen: dict[str, Any] = {
            f"{role}_id": form.text(f"{role}_id", most=36) or None for role in ("mediator", "judge", "clerk")
        }
        return matter.assign, chosen | {"namesakes": form.flag("namesakes")}

    return await act(request, do, "mediator_id")


@routes.post("/desk/matters/{id}/take", access=staff(Role.JUDGE, Role.MEDIATOR))
async def take(request: web.Request) -> web.Response:
    """A judge or mediator takes an unassigned matter himself; what is assigned already stays."""
    who = actor(request)
    found = await request.app[DB].read(matter.seen, actor=who, matter_id=request.match_info["id"])
    kept = {"mediator_id": found.mediator_id, "judge_id": found.judge_id, "clerk_id": found.clerk_id}
    return await act(
        request, lambda _: (matter.assign, kept | {f"{who.role.value}_id": who.id}), "mediator_id"
    )


_TEXTS: dict[str, tuple[Callable[..., Matter], str]] = {
    "ask-more": (matter.ask_more, "what"),
    "supplement": (matter.supplement, "note"),
    "fail": (matter.fail, "reason"),
    "withdraw": (matter.withdraw, "reason"),
    "close": (matter.close, "note"),
}


@routes.post("/desk/matters/{id}/{verb:ask-more|supplement|fail|withdraw|close}", access=DESK)
async def end_or_ask(request: web.Request) -> web.Response:
    """The acts that need one text: what is missing, why it failed, why it was taken back, how it ended."""
    verb = request.match_info["verb"]
    service, name = _TEXTS[verb]
    field = f"{verb}-{name}"
    return await act(
        request, lambda form: (service, {name: form.text(field, required=True, most=2000)}), field
    )


@routes.post("/desk/matters/{id}/parties/{party}/reveal", access=DESK)
async def reveal(request: web.Request) -> web.Response:
    """Shows the number and phone of one party, once, with the purpose kept in the journal (个人信息保护法 51)."""
    matter_id, party_id = request.match_info["id"], request.match_info["party"]
    form = await forms.sent(request)
    field = f"purpose-{party_id}"
    purpose = form.text(field, required=True, most=200)
    page, *_ = await request.app[DB].read(_load, who=actor(request), matter_id=matter_id, now=request[NOW])
    if party_id not in {party.id for party in page.parties}:
        raise CourtError("party.not_found")
    try:
        form.check()
        found = await request.app[DB].write(
            matter.reveal_party, actor=actor(request), now=request[NOW], party_id=party_id, purpose=purpose
        )
    except CourtError as error:
        return await _page(
            request,
            matter_id,
            status=error.status,
            errors=forms.errors(error, field=field),
            values=form.values,
        )
    return await _page(request, matter_id, revealed=found)


@routes.post("/desk/matters/{id}/parties", access=DESK)
async def add_party(request: web.Request) -> web.Response:
    """A further party, found out after the registration."""
    matter_id = request.match_info["id"]
    form = await forms.sent(request)
    side = form.choice("side", Side)
    person = PartyInput(
        side=side or Side.RESPONDENT,
        name=form.text("name", required=True, most=60),
        id_number=form.text("id_number", most=18),
        no_card=not form.raw("id_number"),
        phone=form.text("phone", most=20),
        address=form.text("address", most=200),
    )
    try:
        form.check()
        await write_once(request, form, matter.add_party, matter_id=matter_id, person=person)
    except CourtError as error:
        return await _page(
            request,
            matter_id,
            status=error.status,
            errors=forms.errors(error, field="name"),
            values=form.values,
        )
    return pages.see_other(f"/desk/matters/{matter_id}#parties")


@routes.post("/desk/matters/{id}/materials/{material}/original", access=DESK)
async def check_original(request: web.Request) -> web.Response:
    """原件核对 (在线诉讼规则 12): the paper was compared with the picture."""
    matter_id = request.match_info["id"]
    form = await forms.sent(request)
    page, *_ = await request.app[DB].read(_load, who=actor(request), matter_id=matter_id, now=request[NOW])
    if request.match_info["material"] not in {m.id for m in page.materials}:
        raise CourtError("material.not_found")
    await write_once(
        request,
        form,
        matter.check_original,
        material_id=request.match_info["material"],
        same=form.flag("same"),
    )
    return pages.see_other(f"/desk/matters/{matter_id}#materials")


@routes.get("/desk/matters/{id}/materials/{material}.png", access=READERS)
async def material_picture(request: web.Request) -> web.Response:
    """One page of a paper handed in, drawn at the server: the browser never opens a stranger's file."""
    page, *_ = await request.app[DB].read(
        _load, who=actor(request), matter_id=request.match_info["id"], now=request[NOW]
    )
    wanted = request.match_info["material"]
    found = next((m for m in page.materials if m.id == wanted), None)
    if found is None:
        raise CourtError("material.not_found")
    if "raw" in request.query and found.raw_sha256:
        return await picture(
            request, found.raw_sha256, "image/jpeg", most=request.app[CONFIG].max_upload_pixels
        )
    return await picture(request, found.sha256, found.media_type, most=request.app[CONFIG].max_upload_pixels)
