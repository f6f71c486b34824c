"""The last page: the person's own strokes, or an officer's witness, and with it the registration itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import msgspec
from aiohttp import web

from court.domain.draft import Channel, Draft, DraftKind, DraftState
from court.domain.errors import CourtError, FieldProblem, field_problem
from court.domain.lifecycle import Actor, ActorKind
from court.services import draft as drafts
from court.services import matter, petition
from court.store.blobs import Blob, remember
from court.store.database import Tx
from court.web import forms, pages
from court.web.access import actor
from court.web.keys import BLOBS, DB, NOW
from court.web.kiosk import flow
from court.web.kiosk.held import KIOSK, gone, held, routes
from court.web.kiosk.officer import proved
from court.web.kiosk.steps import at_inputs, other_draft, show

# documents.data.Handwriting: at most 500 strokes and 20,000 points.
MOST_STROKES, MOST_POINTS, MOST_BYTES = 500, 20_000, 2_000_000
# Fewer points than this, or a smaller reach than a tenth of the pad, is a touch and not a name.
LEAST_POINTS, LEAST_REACH = 8, 0.1
MANNERS = {"fingerprint", "cannot_write"}


class Dot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Pad pixels, milliseconds from the first touch, pressure 0..1."""

    x: float
    y: float
    t: int
    pressure: float


class Strokes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What pad.js sends."""

    width: float
    height: float
    strokes: list[list[Dot]]


def read_strokes(sent: str) -> Strokes:
    """The handwriting, bounded. Errors: CourtError `kiosk.signature_malformed`, `kiosk.signature_short`."""
    if len(sent) > MOST_BYTES:
        raise CourtError("kiosk.signature_malformed")
    try:
        hand = msgspec.json.decode(sent, type=Strokes)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise CourtError("kiosk.signature_malformed") from error
    dots = [dot for stroke in hand.strokes for dot in stroke]
    inside = all(
        0 <= d.x <= hand.width and 0 <= d.y <= hand.height and 0 <= d.t < 86_400_000 and 0 <= d.pressure <= 1
        for d in dots
    )
    sized = 50 <= hand.width <= 10_000 and 50 <= hand.height <= 10_000
    if not (inside and sized) or len(hand.strokes) > MOST_STROKES or len(dots) > MOST_POINTS:
        raise CourtError("kiosk.signature_malformed")
    if len(dots) < LEAST_POINTS:
        raise CourtError("kiosk.signature_short")
    xs, ys = [d.x for d in dots], [d.y for d in dots]
    if max(max(xs) - min(xs), max(ys) - min(ys)) < LEAST_REACH * min(hand.width, hand.height):
        raise CourtError("kiosk.signature_short")
    return hand


def _submit(
    tx: Tx, *, person: Actor, officer: Actor | None, now: datetime, draft: Draft, version: int, blob: Blob
) -> str:
    """Signature, papers and registration in one transaction: all of it or nothing."""
    acting = officer or person
    remember(tx, actor=acting, now=now, blob=blob)
    if officer and draft.officer_id != officer.id:
        version = drafts.take_over(tx, actor=officer, now=now, draft_id=draft.id).version
    saved = drafts.save(
        tx,
        actor=acting,
        now=now,
        draft_id=draft.id,
        version=version,
        step="sign",
        changes={"signature_sha256": blob.sha256},
    )
    verb = matter.register if draft.kind is DraftKind.DISPUTE else petition.register
    return verb(tx, actor=acting, now=now, draft_id=draft.id, version=saved.version).id


async def _register(
    request: web.Request, draft: Draft, form: forms.Sent, body: dict[str, Any], officer: Actor | None
) -> None:
    data = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    blob = await request.app[BLOBS].put_bytes(data, "application/json")
    await request.app[DB].write(
        _submit,
        person=actor(request),
        officer=officer,
        now=request[NOW],
        draft=draft,
        version=form.rev("revision"),
        blob=blob,
    )


async def _register_call(request: web.Request, draft: Draft, form: forms.Sent) -> None:
    """Who tells it on the telephone signs at the first meeting; the officer who heard it registers."""
    officer = actor(request)
    if officer.kind is not ActorKind.STAFF:
        raise CourtError("draft.not_allowed")
    verb = matter.register if draft.kind is DraftKind.DISPUTE else petition.register
    facts: dict[str, Any] = {"draft_id": draft.id, "version": form.rev("revision")}
    await request.app[DB].write(verb, actor=officer, now=request[NOW], **facts)


async def _finish(request: web.Request, page_key: str) -> web.Response:
    """What both ways of signing share: faults at their page, a stale form told, the receipt at the end."""
    draft = await held(request)
    if draft is None:
        return gone()
    if draft.state is DraftState.SUBMITTED:
        return pages.see_other("/kiosk/receipt")
    form = await forms.sent(request)
    if form.raw("draft") != draft.id:
        return other_draft(request)
    page = flow.the_page(draft.kind, page_key)
    try:
        if page_key == "sign" and draft.answers.channel is Channel.CALL:
            await _register_call(request, draft, form)
            return pages.see_other("/kiosk/receipt")
        body, officer = await (_by_hand(form) if page_key == "sign" else _by_witness(request, form))
        await _register(request, draft, form, body, officer)
    except CourtError as error:
        if error.code == "draft.stale":
            fresh = await request.app[DB].read(drafts.get, draft_id=draft.id)
            return show(request, fresh, page, values=form.values, status=409, stale=True)
        return _refused(request, draft, page, form, error)
    return pages.see_other("/kiosk/receipt")


def _refused(
    request: web.Request, draft: Draft, page: flow.Page, form: forms.Sent, error: CourtError
) -> web.Response:
    """At this page when it asked for it; else at the first page that can put it right."""
    elsewhere = flow.first_fault(draft, error.problems, until="sign")
    if elsewhere:
        return pages.see_other(f"/kiosk/steps/{elsewhere.key}?returning=yes")
    field = "login" if error.code.startswith("login.") else "strokes"
    problems = error.problems or (FieldProblem(field=field, code=error.code, text=error.text),)
    return show(request, draft, page, values=form.values, errors=at_inputs(problems), status=error.status)


async def _by_hand(form: forms.Sent) -> tuple[dict[str, Any], Actor | None]:
    hand = read_strokes(form.raw("strokes"))
    return {"manner": "strokes", **msgspec.to_builtins(hand)}, None


async def _by_witness(request: web.Request, form: forms.Sent) -> tuple[dict[str, Any], Actor | None]:
    manner, reason = form.raw("manner"), form.text("reason")
    if manner not in MANNERS:
        form.problems.append(field_problem("manner", "kiosk.manner_missing"))
    if manner == "cannot_write" and not reason:
        form.problems.append(field_problem("reason", "text.empty"))
    form.check()
    officer = await proved(request, form)
    witness = {"id": officer.id, "name": officer.name, "role": officer.role.value}
    return {"manner": manner, "reason": reason, "witness": witness, "at": request[NOW].isoformat()}, officer


@routes.post("/kiosk/steps/sign", access=KIOSK, upload=True)
async def sign(request: web.Request) -> web.Response:
    """Registers with the person's own handwriting."""
    return await _finish(request, "sign")


@routes.post("/kiosk/steps/mark", access=KIOSK)
async def mark(request: web.Request) -> web.Response:
    """Registers with an officer's witness (捺印 or 不能书写; 解释 265: read aloud, fingerprint)."""
    return await _finish(request, "mark")
