"""Exhibits over HTTP: the list, handing in, pages as pictures, stills of the vehicle. Rules are in services.exhibit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, BinaryIO, cast

import msgspec
from aiohttp import web
from aiohttp.web_request import FileField

from court.domain.errors import CourtError
from court.domain.exhibit import MOST_BYTES, Exhibit, Origin
from court.domain.lifecycle import Actor, Role
from court.services import exhibit, exhibit_capture, papers_in
from court.store.blobs import PAPERS, PICTURES, Blob, remember
from court.store.database import Read, Tx
from court.web import exhibit_pictures, forms, pages
from court.web.access import Routes, visitor
from court.web.exhibit_state import acting, exhibits_state, sees, viewers
from court.web.keys import BLOBS, DB, NOW, ROOMS
from court.web.room import IN_ROOM, body_of, offset, place_of
from court.web.seated import Seated
from court.web.uploads import chunks

routes = Routes()
Id = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
Words = Annotated[str, msgspec.Meta(max_length=10_000)]


class Material(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper of the case; `party` presents it, empty is the court."""

    material: Id
    party: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A still to be taken by the vehicle; `party` presents it, empty is the court."""

    title: Words
    purpose: Words = ""
    party: str = ""


class Reason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    reason: Words = ""


def tell(request: web.Request, place: Seated) -> None:
    """The exhibits changed: every screen that may see them reads them again."""
    request.app[ROOMS].notify(place.hearing.id, "exhibits", {}, viewers(place.page))


async def changed(request: web.Request, place: Seated) -> web.Response:
    """Tells every screen, and answers the exhibits to the one who acted."""
    tell(request, place)
    return await _list(request)


@routes.get("/room/{hearing_id}/exhibits", access=IN_ROOM)
async def listed(request: web.Request) -> web.Response:
    """The exhibits this seat may see, and what is on show. Errors: exhibit.not_for_witness."""
    return await _list(request)


async def _list(request: web.Request) -> web.Response:
    place = await place_of(request)
    found = await request.app[DB].read(exhibits_state, place=place, now=request[NOW])
    if found is None:
        raise CourtError("exhibit.not_for_witness")
    return pages.json(found)


@routes.post("/room/{hearing_id}/exhibits", access=IN_ROOM, upload=True)
async def submit(request: web.Request) -> web.Response:
    """A file (photograph or PDF) with its name and what it is to prove."""
    form = await forms.sent(request)
    files = form.files("file")
    try:
        place = await place_of(request)
        title, purpose, party = form.raw("title"), form.raw("purpose"), form.raw("party") or None
        await request.app[DB].read(_may_submit, place=place, party=party)
        blob, count = await _stored(request, files, PAPERS)
        who = acting(place, officer(request))
        await request.app[DB].write(
            _submitted,
            blob=blob,
            actor=who,
            now=request[NOW],
            hearing_id=place.hearing.id,
            title=title,
            purpose=purpose,
            origin=Origin.FILE,
            pages=count,
            party_id=party,
            offset_ms=offset(request, place),
        )
        return await changed(request, place)
    finally:
        for one in files:
            one.file.close()


def _may_submit(rx: Read, *, place: Seated, party: str | None) -> None:
    """Before a stranger's file is stored and drawn. Errors: exhibit.not_for_witness, exhibit.not_yours."""
    exhibit.holder(rx, actor=place.actor, hearing_id=place.hearing.id)
    court = party is None and place.layout in {"bench", "clerk"}
    if not court and party not in exhibit.spoken_for(rx, place.actor, place.hearing.id):
        raise CourtError("exhibit.not_yours")


def _submitted(tx: Tx, /, *, blob: Blob, **facts: Any) -> Exhibit:
    remember(tx, actor=facts["actor"], now=facts["now"], blob=blob)
    return exhibit.submit(tx, sha256=blob.sha256, **facts)


async def _stored(request: web.Request, files: list[FileField], accept: frozenset[str]) -> tuple[Blob, int]:
    """The one file of the form, and its pages. Errors: upload.*, sheets.*, exhibit.too_heavy."""
    if len(files) != 1:
        raise CourtError("upload.empty")
    source = cast("BinaryIO", files[0].file)
    blob = await request.app[BLOBS].put(chunks(source), limit=MOST_BYTES, accept=accept)
    return blob, await exhibit_pictures.pages_of(request.app, blob.sha256, blob.media_type)


def officer(request: web.Request) -> Actor | None:
    """The officer signed in at this browser, if one is."""
    who = visitor(request).staff
    return who if who is not None and who.role is Role.OFFICER else None


@routes.post("/room/{hearing_id}/exhibits/materials", access=IN_ROOM)
async def take_over(request: web.Request) -> web.Response:
    """A paper handed in with the case becomes an exhibit."""
    place, wanted = await place_of(request), await body_of(request, Material)
    paper = await request.app[DB].read(papers_in.get, wanted.material)
    if paper.subject_id != place.hearing.subject_id or place.layout not in {"bench", "clerk"}:
        raise CourtError("material.not_found")
    count = await exhibit_pictures.pages_of(request.app, paper.sha256, paper.media_type)
    await request.app[DB].write(
        exhibit.take_over,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        material_id=paper.id,
        pages=count,
        party_id=wanted.party or None,
    )
    return await changed(request, place)


@routes.get("/room/{hearing_id}/exhibits/materials/{material_id}", access=IN_ROOM)
async def material_picture(request: web.Request) -> web.Response:
    """A paper of the case, small, for choosing it: bench and clerk."""
    place = await place_of(request)
    paper = await request.app[DB].read(papers_in.get, request.match_info["material_id"])
    if paper.subject_id != place.hearing.subject_id or place.layout not in {"bench", "clerk"}:
        raise CourtError("material.not_found")
    return await exhibit_pictures.picture(request, paper.sha256, paper.media_type, 0)


@routes.get("/room/{hearing_id}/exhibits/{exhibit_id}/pages/{page}", access=IN_ROOM)
async def page_picture(request: web.Request) -> web.Response:
    """One page (from 0) as a picture `?w=` pixels wide, for whoever may see the exhibit."""
    place, found = await the_exhibit(request)
    number = request.match_info["page"]
    if not (number.isascii() and number.isdigit() and len(number) < 5 and int(number) < found.pages):
        raise CourtError("exhibit.no_page", pages=found.pages)
    if not sees(place, found):
        raise CourtError("exhibit.not_visible")
    return await exhibit_pictures.picture(request, found.sha256, found.media_type, int(number))


async def the_exhibit(request: web.Request) -> tuple[Seated, Exhibit]:
    """The seat and the exhibit of the path. Errors: exhibit.not_found, exhibit.not_for_witness, room.not_seated."""
    place = await place_of(request)
    found = await request.app[DB].read(
        exhibit.get, hearing_id=place.hearing.id, exhibit_id=request.match_info["exhibit_id"]
    )
    return place, found


@routes.post("/room/{hearing_id}/exhibits/{exhibit_id}/withdraw", access=IN_ROOM)
async def withdraw(request: web.Request) -> web.Response:
    """Out of the list; its number stays taken."""
    (place, found), body = await the_exhibit(request), await body_of(request, Reason)
    await request.app[DB].write(
        exhibit.withdraw,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        exhibit_id=found.id,
        reason=body.reason,
        offset_ms=offset(request, place),
    )
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/captures", access=IN_ROOM)
async def ask_capture(request: web.Request) -> web.Response:
    """Bench or clerk want a still of the document camera; the vehicle's screen is told."""
    place, wanted = await place_of(request), await body_of(request, Wanted)
    await request.app[DB].write(
        exhibit_capture.ask,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        title=wanted.title,
        purpose=wanted.purpose,
        party_id=wanted.party or None,
    )
    return await changed(request, place)


@routes.post("/room/{hearing_id}/exhibits/captures/{capture_id}", access=IN_ROOM, upload=True)
async def take_capture(request: web.Request) -> web.Response:
    """The still itself, from the vehicle's page, in the size the camera gave."""
    form = await forms.sent(request)
    files = form.files("file")
    try:
        place = await place_of(request)
        if place.layout != "vehicle":
            raise CourtError("exhibit.not_yours")
        taken_at = offset(request, place)
        blob, _ = await _stored(request, files, PICTURES)
        await request.app[DB].write(
            _captured,
            blob=blob,
            actor=place.actor,
            now=request[NOW],
            hearing_id=place.hearing.id,
            capture_id=request.match_info["capture_id"],
            offset_ms=taken_at,
        )
        return await changed(request, place)
    finally:
        for one in files:
            one.file.close()


def _captured(tx: Tx, /, *, blob: Blob, now: datetime, **facts: Any) -> Exhibit:
    remember(tx, actor=facts["actor"], now=now, blob=blob)
    return exhibit_capture.take(tx, sha256=blob.sha256, now=now, **facts)


@routes.post("/room/{hearing_id}/exhibits/captures/{capture_id}/cancel", access=IN_ROOM)
async def cancel_capture(request: web.Request) -> web.Response:
    """No still after all."""
    place = await place_of(request)
    await request.app[DB].write(
        exhibit_capture.cancel,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        capture_id=request.match_info["capture_id"],
    )
    return await changed(request, place)
