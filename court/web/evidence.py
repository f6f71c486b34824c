"""Evidence of signatures on the desk: the signed record with its files to take along, the still and the hand to look at."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from aiohttp import web

from court.domain.lifecycle import Role
from court.domain.signature import Manner, SignatureRecord
from court.services import evidence as records
from court.store.blobs import Blobs
from court.web.access import Routes, actor, staff
from court.web.keys import AUTHORITY, BLOBS, DB, NOW, PAPERS
from documents import evidence
from documents.data import AuthorityPlace
from documents.pki import trust

routes = Routes()
READERS = staff(Role.MEDIATOR, Role.JUDGE, Role.CLERK, Role.PETITION_OFFICIAL)


async def _files(blobs: Blobs, found: SignatureRecord) -> dict[str, bytes]:
    """What the record names and is kept, by the names of `documents.evidence.FILES`."""
    named = {"hand": found.strokes_sha256, "hand_source": found.source_sha256, "still": found.still_sha256}
    return {name: await blobs.read(sha256) for name, sha256 in named.items() if sha256}


async def states(request: web.Request, found: tuple[SignatureRecord, ...]) -> dict[str, bool]:
    """Record id -> whether its own signature and every file of it hold now."""
    blobs = request.app[BLOBS]
    wholes = [
        evidence.with_files(await blobs.read(one.record_sha256), await _files(blobs, one)) for one in found
    ]
    if not wholes:
        return {}
    held = await request.app[PAPERS].run(_hold, wholes, request.app[AUTHORITY])
    return {one.id: good for one, good in zip(found, held, strict=True)}


def _hold(wholes: list[bytes], authority: AuthorityPlace) -> list[bool]:
    known = trust(authority.directory)
    return [not evidence.check_record(whole, known).problems for whole in wholes]


@routes.get("/desk/signatures/{id}.json", access=READERS)
async def record(request: web.Request) -> web.Response:
    """One signed record with strokes or print and the still inside: `court verify` judges it anywhere."""
    found = await request.app[DB].write(
        records.hand_out,
        actor=actor(request),
        now=request[NOW],
        record_id=request.match_info["id"],
        part="record",
    )
    blobs = request.app[BLOBS]
    files = await _files(blobs, found)
    kept = await blobs.read(found.record_sha256)
    whole = await asyncio.to_thread(evidence.with_files, kept, files)
    name = quote(f"签名证据-{found.name}.json")
    return web.Response(
        body=whole,
        content_type="application/json",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        },
    )


@routes.get("/desk/signatures/{id}/{part:still|hand}.jpg", access=READERS)
async def picture(request: web.Request) -> web.Response:
    """The person at that moment out of the session, or the print that was left."""
    part = request.match_info["part"]
    found = await request.app[DB].write(
        records.hand_out,
        actor=actor(request),
        now=request[NOW],
        record_id=request.match_info["id"],
        part=part,
    )
    printed = found.strokes_sha256 if found.manner is Manner.FINGERPRINT else ""
    sha256 = found.still_sha256 if part == "still" else printed
    if not sha256:
        raise web.HTTPNotFound
    return web.Response(
        body=await request.app[BLOBS].read(sha256),
        content_type="image/jpeg",
        headers={"Cache-Control": "private, max-age=3600"},
    )
