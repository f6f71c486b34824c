"""An agreement signed at the table: the pad taken by the named person, the signature, the one-time code, the refusal."""

from __future__ import annotations

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.mediation import Agreement, SignerRole, SigningTask
from court.domain.signature import CODE_VALID, CodeChannel
from court.services import hand as hands
from court.services import signing as signatures
from court.web import pages
from court.web.access import Routes, actor, staff
from court.web.agreement_paper import SIGNER_NAMES
from court.web.fields import body, text
from court.web.hand import Act, left_of, sign_by_hand
from court.web.keys import DB, NOW
from court.web.signing import AT_THE_TABLE, answer, give_up, tell, with_files

routes = Routes()
NOTERS = staff(Role.MEDIATOR, Role.JUDGE, Role.CLERK)


@routes.post("/agreements/{id}/pad", access=AT_THE_TABLE)
async def take_pad(request: web.Request) -> web.Response:
    """我是本人，开始签名: {signer_id, code}. The answer's `turn` comes back with the signature."""
    agreement_id, fields = request.match_info["id"], await body(request)
    turn = await request.app[DB].write(
        hands.take_pad,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        signer_id=text(fields, "signer_id"),
        code=text(fields, "code"),
    )
    return pages.json({"turn": turn.id, "name": turn.name})


@routes.post("/agreements/{id}/pad/back", access=AT_THE_TABLE)
async def give_pad_back(request: web.Request) -> web.Response:
    """交还, or 收回 by bench and clerk."""
    agreement_id = request.match_info["id"]
    await body(request)
    await request.app[DB].write(
        hands.give_pad_back, actor=actor(request), now=request[NOW], agreement_id=agreement_id
    )
    return await answer(request, agreement_id)


@routes.post("/agreements/{id}/code", access=NOTERS)
async def issue_code(request: web.Request) -> web.Response:
    """{signer_id}: six digits for bench or clerk to read out to the person they see."""
    agreement_id, fields = request.match_info["id"], await body(request)
    digits = await request.app[DB].write(
        hands.issue_code,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        signer_id=text(fields, "signer_id"),
        channel=CodeChannel.SPOKEN,
    )
    return pages.json({"code": digits, "minutes": int(CODE_VALID.total_seconds() // 60)})


@routes.post("/agreements/{id}/sign", access=AT_THE_TABLE, upload=True)
async def sign(request: web.Request) -> web.Response:
    """One person signs in his turn: {signer_id, turn, handwriting: {width, height, strokes: [[{x, y, t, pressure}]]}},
    or {signer_id, turn, print: base64} where the person leaves a fingerprint."""
    agreement_id, fields = request.match_info["id"], await body(request)
    task = await request.app[DB].write(
        signatures.begin_signature,
        actor=actor(request),
        now=request[NOW],
        agreement_id=agreement_id,
        signer_id=text(fields, "signer_id"),
        turn_id=text(fields, "turn"),
    )
    try:
        if task.signer.role is SignerRole.SEAL:
            raise CourtError("agreement.not_your_turn", name=task.signer.caption or "盖章")
        found = await _sign(request, task, fields)
    except BaseException:
        await give_up(request, task)
        raise
    tell(request, found)
    return await answer(request, agreement_id)


async def _sign(request: web.Request, task: SigningTask, fields: dict[str, object]) -> Agreement:
    facts, signer = dict(task.facts), task.signer
    beside = facts.pop("party_id", "") or None
    act = Act(
        base_sha256=task.base_sha256,
        field=signer.field,
        name=signer.name,
        role=_role(task),
        left=await left_of(request, fields, signer.manner),
        manner=signer.manner,
        identity=(
            facts.pop("identity_check", ""),
            facts.pop("identity_method", "" if signer.account_id is None else "staff_session"),
        ),
        hearing_id=facts.pop("hearing", ""),
        party_id=beside,
        account_id=signer.account_id,
        witness=facts.pop("witness", ""),
        read_aloud=facts.pop("read_aloud", ""),
        confirmation=facts.pop("confirmation", ""),
        confirmed_by=facts.pop("confirmed_by", ""),
        facts=facts,
    )
    made = await sign_by_hand(request, act)
    return await request.app[DB].write(
        with_files,
        actor=actor(request),
        now=request[NOW],
        files=made.files,
        service=signatures.finish_signature,
        task=task,
        signed_sha256=made.sha256,
        strokes_sha256=made.strokes_sha256,
        evidence_sha256=made.evidence_sha256,
        kept=made.columns,
    )


def _role(task: SigningTask) -> str:
    """As the paper's list of fields has it."""
    return task.signer.caption.split(" ")[0] or SIGNER_NAMES.get(task.signer.role, "签名人")
