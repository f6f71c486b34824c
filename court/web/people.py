"""People of an agreement on the desk: who cannot write, who refuses, codes for those elsewhere, the pad taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.outbox import Channel
from court.domain.signature import (
    CODE_VALID,
    CodeChannel,
    Manner,
)
from court.services import agreements as agreement_reads
from court.services import cannot_write, code_told, hand, refusals
from court.web import forms, pages
from court.web.access import Routes, actor
from court.web.agreement import show_page
from court.web.hand import offset_ms
from court.web.keys import DB, NOW
from court.web.outbox import CARRIERS, NUDGE
from court.web.signing import DRAFTERS, tell
from court.web.writes import write_once

routes = Routes()


async def _act(
    request: web.Request, form: forms.Sent, service: Callable[..., Any], field: str, **facts: Any
) -> web.Response:
    agreement_id = request.match_info["id"]
    try:
        form.check()
        await write_once(request, form, service, agreement_id=agreement_id, **facts)
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(
            request, status=error.status, errors=forms.errors(error, field=field), values=form.values
        )
    tell(request, await request.app[DB].read(agreement_reads.get, agreement_id=agreement_id))
    return pages.see_other(f"/desk/agreements/{agreement_id}")


@routes.post("/desk/agreements/{id}/cannot-write", access=DRAFTERS)
async def declare(request: web.Request) -> web.Response:
    """不会书写: a print or a mark, and who witnesses it."""
    form = await forms.sent(request)
    return await _act(
        request,
        form,
        cannot_write.declare,
        "witness",
        rev=form.rev(),
        signer_id=form.text("unable-signer", required=True, most=36),
        manner=form.choice("manner", Manner) or Manner.FINGERPRINT,
        witness=form.text("witness", required=True, most=60),
        witness_about=form.text("witness-about", required=True, most=200),
        witness_identity=form.choice("witness-identity", IdentityMethod) or IdentityMethod.ID_CARD,
        witness_number=form.text("witness-number", most=18),
        read_by=form.text("read-by", required=True, most=80),
        read_aloud=form.text("read-aloud", required=True, most=400),
    )


@routes.post("/desk/agreements/{id}/can-write", access=DRAFTERS)
async def undo(request: web.Request) -> web.Response:
    """The declaration was a mistake."""
    form = await forms.sent(request)
    signer_id = form.text("signer_id", required=True, most=36)
    return await _act(request, form, cannot_write.can_write, "witness", signer_id=signer_id)


@routes.post("/desk/agreements/{id}/refuse", access=DRAFTERS)
async def refuse(request: web.Request) -> web.Response:
    """拒绝签名 noted: the agreement is not formed and is put aside."""
    form = await forms.sent(request)
    found = await request.app[DB].read(
        agreement_reads.seen, actor=actor(request), agreement_id=request.match_info["id"]
    )
    return await _act(
        request,
        form,
        refusals.refuse,
        "refusal-reason",
        signer_id=form.text("refusal-signer", required=True, most=36),
        reason=form.text("refusal-reason", required=True, most=150),
        witness=form.text("refusal-witness", required=True, most=60),
        offset_ms=offset_ms(request, found.hearing_id),
    )


@routes.post("/desk/agreements/{id}/pad-away", access=DRAFTERS)
async def take_pad_away(request: web.Request) -> web.Response:
    """收回签名板 from whoever holds it."""
    form = await forms.sent(request)
    return await _act(request, form, hand.give_pad_back, "pad")


@routes.post("/desk/agreements/{id}/code", access=DRAFTERS)
async def issue_code(request: web.Request) -> web.Response:
    """A one-time code for the one whose turn it is: shown here to be read out, or sent to the registered phone."""
    form = await forms.sent(request)
    channel = form.choice("channel", CodeChannel) or CodeChannel.SPOKEN
    if channel is CodeChannel.SMS and Channel.SMS not in request.app[CARRIERS]:
        channel = CodeChannel.SPOKEN
    try:
        digits, name = await request.app[DB].write(
            code_told.told,
            actor=actor(request),
            now=request[NOW],
            agreement_id=request.match_info["id"],
            signer_id=form.text("signer_id", required=True, most=36),
            channel=channel,
        )
    except CourtError as error:
        if error.status in {400, 403, 404}:
            raise
        return await show_page(request, status=error.status, errors=forms.errors(error, field="code"))
    minutes = int(CODE_VALID.total_seconds() // 60)
    if channel is CodeChannel.SMS:
        request.app[NUDGE].set()
        return await show_page(request, told=f"确认码已发到{name}登记的手机，{minutes}分钟内有效。")
    said = f"请看着画面念给{name}：{digits[:3]} {digits[3:]}（{minutes}分钟内有效，只能用一次）"
    return await show_page(request, told=said)
