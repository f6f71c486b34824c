"""送达回证 and 电子送达凭证, drawn from the facts of an attempt. What counts is the rules'; how it is set is documents'."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.copies import CopyGiven
from court.domain.custody import Purpose
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.outbox import CHANNEL_NAMES, Channel
from court.domain.paper import PAPER_NAMES, Paper, PaperKind
from court.domain.service import Attempt, ServiceMethod, ServiceState, by_analogy
from court.domain.service_fact import BASIS_NAMES, RELATION_NAMES, FactKind, Relation
from court.services import copies, serving
from court.services import paper as papers
from court.store.blobs import Blob, remember
from court.store.database import Read, Tx
from court.web import drawing_pad, drawing_subject, forms, sealing
from court.web.access import Routes, actor
from court.web.drawing_subject import Subject
from court.web.keys import BLOBS, CONFIG, DB, NOW
from court.web.service import ADDRESS, DESK
from court.web.service_attempt import attempt_of, one_page
from documents import kit
from documents.data import SignerSlot
from documents.errors import PaperError
from documents.service import ElectronicService, ServedPaper, ServiceReturn

routes = Routes()
_REFUSALS = (
    FactKind.LEFT_WITNESSED,
    FactKind.LEFT_FILMED,
    FactKind.REFUSED_AT_COURT,
    FactKind.REFUSED_FILMED,
    FactKind.REFUSED,
)


@routes.post(ADDRESS + "/{service}/proof", access=DESK)
async def prove(request: web.Request) -> web.Response:
    """The proof is drawn, sealed where it is the court's own record, registered; its page is where it is printed."""
    about = await drawing_subject.of(request)
    await forms.sent(request)
    who, service_id = actor(request), request.match_info["service"]
    found = await request.app[DB].read(_gather, who=who, about=about, service_id=service_id)
    try:
        return await (_electronic if found[0].channel else _return)(request, about, *found)
    except (CourtError, PaperError) as error:
        if isinstance(error, CourtError) and error.status in {400, 403, 404}:
            raise
        return await one_page(request, status=409, errors={"proof": (error.code, error.text)})


def _gather(
    rx: Read, *, who: Actor, about: Subject, service_id: str
) -> tuple[Attempt, tuple[Paper, ...], tuple[CopyGiven, ...]]:
    """With the whole number or address: it stands on the proof, and the proof stays in the file."""
    found = attempt_of(rx, who=who, about=about, service_id=service_id)
    kept = tuple(papers.get(rx, paper_id=one.paper_id) for one in found.papers)
    return found, kept, copies.of_service(rx, service_id=service_id)


def _common(
    request: web.Request,
    about: Subject,
    found: Attempt,
    kept: tuple[Paper, ...],
    given: tuple[CopyGiven, ...],
) -> dict[str, Any]:
    numbers = {one.paper_id: f"（正本第{one.number}号）" for one in given}
    config = request.app[CONFIG]
    committee = about.kind == "matter" and all(by_analogy(one.kind, about.kind) for one in kept)
    return {
        "body_name": config.committee_name if committee else config.court_name,
        "matter_number": about.number,
        "cause": about.sheet.get("cause") or about.sheet.get("nature") or about.name,
        "recipient": found.party_name,
        "papers": tuple(ServedPaper(name=one.title + numbers.get(one.id, ""), copies=1) for one in kept),
    }


async def _return(
    request: web.Request,
    about: Subject,
    found: Attempt,
    kept: tuple[Paper, ...],
    given: tuple[CopyGiven, ...],
) -> web.Response:
    """Signed by hand on the printed sheet, by the taker (or the witness) and who served it."""
    signed, refused = found.fact(FactKind.SIGNED), found.last(*_REFUSALS)
    served = next((one for one in found.papers if one.served_at), None)
    taker = signed if served or signed else None
    people = []
    if refused is not None and refused.witness:
        people.append(("见证人", refused.witness))
    elif refused is None:
        name = taker.receiver if taker and taker.receiver else found.party_name
        role = (
            "受送达人（代收人）" if not taker else "受送达人" if taker.relation is Relation.SELF else "代收人"
        )
        people.append((role, name))
    people.append(("送达人", found.by))
    facts = ServiceReturn(
        **_common(request, about, found, kept, given),
        place=found.address or "见备注",
        method=found.method_name,
        served_at=served.served_at if served else None,
        receiver=taker.receiver if taker else "",
        relation=RELATION_NAMES[taker.relation] if taker and taker.relation is not Relation.SELF else "",
        refusal=refused.words if refused else "",
        witnesses=refused.witness if refused else "",
        remarks=_remarks(found, served.ground if served else ""),
        signers=tuple(
            SignerSlot(field=f"signer_{n}", role=role, name=name)
            for n, (role, name) in enumerate(people, start=1)
        ),
        wet=True,
    )
    drawn = await sealing.drawn(request, facts)
    blob = await request.app[BLOBS].put_bytes(drawn.pdf, "application/pdf")
    return await _register(request, about, PaperKind.SERVICE_RETURN, blob, drawn.pages, service_id=found.id)


@routes.post(ADDRESS + "/{service}/pad", access=DESK)
async def on_pad(request: web.Request) -> web.Response:
    """The recipient is here: his 送达回证 goes to the pad of the session, for him and for who serves it."""
    about = await drawing_subject.of(request)
    await forms.sent(request)
    who, now, service_id = actor(request), request[NOW], request.match_info["service"]
    found, kept, given = await request.app[DB].read(_gather, who=who, about=about, service_id=service_id)
    facts = ServiceReturn(
        **_common(request, about, found, kept, given),
        place=found.address or "见备注",
        method=found.method_name,
        served_at=now,
        signers=(
            SignerSlot(field="signer_1", role="受送达人", name=found.party_name),
            SignerSlot(field="signer_2", role="送达人", name=who.name),
        ),
    )
    try:
        answer = await drawing_pad.start(
            request, about, PaperKind.SERVICE_RETURN, facts, await sealing.drawn(request, facts)
        )
    except (CourtError, PaperError) as error:
        if isinstance(error, CourtError) and error.status in {400, 403, 404}:
            raise
        return await one_page(request, status=409, errors={"proof": (error.code, error.text)})
    made = answer.headers["Location"].rsplit("/", 1)[1]
    await request.app[DB].write(
        serving.return_on_pad, actor=who, now=now, service_id=service_id, return_id=made
    )
    return answer


def _remarks(found: Attempt, ground: str) -> str:
    told = [f"专递单号{found.tracking}"] if found.tracking else []
    told += [f"经由{found.through}"] if found.through else []
    told += [found.cause] if found.cause else []
    if found.method is ServiceMethod.ANNOUNCED:
        told += [fact.words for fact in found.facts if fact.kind is FactKind.PUBLISHED]
    return "；".join([*told, ground] if ground else told)


async def _electronic(
    request: web.Request,
    about: Subject,
    found: Attempt,
    kept: tuple[Paper, ...],
    given: tuple[CopyGiven, ...],
) -> web.Response:
    served = next((one for one in found.papers if one.served_at), None)
    if found.state is not ServiceState.SERVED or served is None:
        raise CourtError("service.not_served")
    asked = found.fact(FactKind.PAPER_ASKED)
    facts = ElectronicService(
        **_common(request, about, found, kept, given),
        channel=f"{request.app[CONFIG].court_name}送达系统{CHANNEL_NAMES[Channel(found.channel)]}",
        address=found.address,
        consent=f"同意电子送达；地址{BASIS_NAMES[found.basis]}",
        sent_at=_at(found, FactKind.SUBMITTED, FactKind.DELIVERED) or found.created_at,
        arrived_at=_at(found, FactKind.ARRIVED, FactKind.DELIVERED, FactKind.PROVED),
        read_at=_at(found, FactKind.OPENED),
        served_at=served.served_at,
        ground=served.ground,
        remarks="受送达人要求提供纸质文书。" if asked else "",
    )
    use = Purpose(
        kind=PaperKind.ELECTRONIC_SERVICE,
        title=f"{PAPER_NAMES[PaperKind.ELECTRONIC_SERVICE]}（{found.party_name}，{found.id[-8:]}）",
        number=about.number,
        subject_kind=about.kind,
        subject_id=about.id,
    )
    blob, sheets = await sealing.sealed(request, kit.render, facts, use=use)
    return await _register(request, about, PaperKind.ELECTRONIC_SERVICE, blob, sheets)


def _at(found: Attempt, *kinds: FactKind) -> datetime | None:
    fact = found.fact(*kinds)
    return fact.at if fact else None


async def _register(
    request: web.Request,
    about: Subject,
    kind: PaperKind,
    blob: Blob,
    sheets: int,
    *,
    service_id: str = "",
) -> web.Response:
    """`service_id`: the attempt whose 送达回证 this is, to be signed by hand."""
    who, now = actor(request), request[NOW]

    def write(tx: Tx) -> Paper:
        remember(tx, actor=who, now=now, blob=blob)
        made = papers.register(
            tx,
            actor=who,
            now=now,
            subject_kind=about.kind,
            subject_id=about.id,
            kind=kind,
            number=about.number,
            title=PAPER_NAMES[kind],
            sha256=blob.sha256,
            pages=sheets,
        )
        if service_id:
            serving.return_on_paper(tx, actor=who, now=now, service_id=service_id, paper_id=made.id)
        return made

    return sealing.answer(request, (await request.app[DB].write(write)).id)
