"""Papers drawn up about a dispute or a petition: the form filled from the register, the preview, then seal or print."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace

from aiohttp import web

from court.domain import drawing
from court.domain.custody import Purpose, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import Role
from court.domain.paper import PAPER_NAMES, PaperKind
from court.domain.withdrawal import Withdrawal, purpose, replaces_line
from court.services import custody, withdrawal
from court.store.blobs import Blob
from court.store.views import drawn_in_signing
from court.web import drawing_form, drawing_pad, drawing_people, drawing_subject, forms, pages, sealing
from court.web.access import Routes, actor, staff
from court.web.drawing_subject import Subject
from court.web.keys import BLOBS, CONFIG, DB, NOW, PAPERS
from documents import kit, preview, registry
from documents.data import Rendered
from documents.errors import PaperError

routes = Routes()
DRAWERS = staff(Role.JUDGE, Role.CLERK, Role.MEDIATOR, Role.OFFICER, Role.PETITION_OFFICIAL)
ADDRESS = "/desk/{about:matters|petitions}/{id}/draw"
# Pixels across; a preview of more pages than this shows the first ones.
WIDTH, MOST_SHOWN = 900, 12


def _kind(request: web.Request) -> PaperKind:
    return drawing.require(request.match_info["kind"], actor(request).role)


@routes.get(ADDRESS, access=DRAWERS)
async def choose(request: web.Request) -> web.Response:
    """What this member of staff may draw up."""
    about, who = await drawing_subject.of(request), actor(request)
    waiting = await request.app[DB].read(custody.open_of, actor=who, subject_id=about.id)
    return pages.render(
        request,
        "matter/draw.html",
        about=about,
        signing=await request.app[DB].read(drawn_in_signing, subject_id=about.id),
        waiting=[one for one in waiting if one.kind in drawing.DRAWABLE],
        Approved=UseState.APPROVED,
        kinds=[(kind.value, PAPER_NAMES[kind], _how(kind)) for kind in drawing.offered(actor(request).role)],
    )


def _how(kind: PaperKind) -> str:
    """How the paper is finished; one that people sign is signed by hand before anything else, see `_facts`."""
    made = registry.kind(kind.value)
    return (
        "预览后盖章"
        if kit.seals(made) and not made.pattern.signs
        else "预览后由当事人签名（签名板，或者打印后手写签名）"
    )


@routes.get(ADDRESS + "/{kind}", access=DRAWERS)
async def form_of(request: web.Request) -> web.Response:
    """The form with what the dispute tells already."""
    kind, about = _kind(request), await drawing_subject.of(request)
    values = about.known(kind.value)
    if kind is PaperKind.WITNESS_PLEDGE:
        values |= await drawing_pad.pledged(request, about, request.query.get("seat", ""))
    if replaced := request.query.get("replaces", ""):
        await _replaced(request, about, replaced)
        values["replaces_paper"] = replaced
    return _form(request, kind, about, values=values)


def _form(
    request: web.Request,
    kind: PaperKind,
    about: Subject,
    *,
    values: dict[str, str],
    errors: forms.Errors | None = None,
    status: int = 200,
) -> web.Response:
    return pages.render(
        request,
        "matter/draw_form.html",
        status=status,
        about=about,
        kind=kind.value,
        name=PAPER_NAMES[kind],
        asked=drawing_form.asked(kind.value),
        ways=drawing_pad.ways(kind, about, actor(request).role),
        values=values,
        errors=errors or {},
    )


@routes.post(ADDRESS + "/{kind}", access=DRAWERS)
async def show(request: web.Request) -> web.Response:
    """The paper as it will be, page by page; or the form again with every fault at its field."""
    kind, about, form = _kind(request), await drawing_subject.of(request), await forms.sent(request)
    values = {name: text for name, text in form.values.items() if name != "once"}
    if form.flag("edit"):
        return _form(request, kind, about, values=values)
    try:
        facts = await _facts(request, kind, about, form)
        drawn = await sealing.drawn(request, facts)
    except (CourtError, PaperError) as error:
        return _form(request, kind, about, values=values, errors=_faults(error, kind), status=422)
    return await _preview(request, kind, about, values, facts, drawn)


async def _replaced(request: web.Request, about: Subject, paper_id: str) -> Withdrawal | None:
    """The withdrawn paper whose place the new one takes; None where it takes none."""
    if not paper_id:
        return None
    return await request.app[DB].read(withdrawal.to_replace, subject_id=about.id, paper_id=paper_id)


async def _preview(
    request: web.Request,
    kind: PaperKind,
    about: Subject,
    values: dict[str, str],
    facts: kit.Facts,
    drawn: Rendered,
) -> web.Response:
    sheets = [
        base64.b64encode(
            await request.app[PAPERS].run(preview.page_png, drawn.pdf, number, width=WIDTH)
        ).decode()
        for number in range(min(drawn.pages, MOST_SHOWN))
    ]
    kept = {name: text for name, text in values.items() if name not in {"edit", "content", "made_on"}}
    kept |= {"content": drawn.content_sha256, "made_on": f"{facts.made_on}"}
    return pages.render(
        request,
        "matter/draw_preview.html",
        about=about,
        kind=kind.value,
        name=PAPER_NAMES[kind],
        way="print" if facts.wet else "pad" if facts.slots() else "seal",
        sheets=sheets,
        total=drawn.pages,
        values=kept,
    )


@routes.post(ADDRESS + "/{kind}/finish", access=DRAWERS)
async def finish(request: web.Request) -> web.Response:
    """Sealed and registered, or registered for signing by hand; only what the preview showed."""
    kind, about, form = _kind(request), await drawing_subject.of(request), await forms.sent(request)
    values = {name: text for name, text in form.values.items() if name != "once"}
    try:
        replaced = await _replaced(request, about, form.text("replaces_paper", most=36))
        facts = await _facts(request, kind, about, form)
        if hashlib.sha256(kit.content(facts)).hexdigest() != form.text("content", most=64):
            raise CourtError("drawing.changed")
        if facts.slots() and not facts.wet:
            drawn = await sealing.drawn(request, facts)
            return await drawing_pad.start(request, about, kind, facts, drawn, replaced)
        if not facts.wet:
            use = _purpose(kind, about, facts, replaced)
            blob, sheets = await sealing.sealed(request, kit.render, facts, use=use)
        else:
            drawn = await sealing.drawn(request, facts)
            blob = await request.app[BLOBS].put_bytes(drawn.pdf, "application/pdf")
            sheets = drawn.pages
    except (CourtError, PaperError) as error:
        if isinstance(error, CourtError) and error.code == "custody.waiting":
            return pages.see_other(f"{about.base}/draw")
        return _form(request, kind, about, values=values, errors=_faults(error, kind), status=422)
    made = _purpose(kind, about, facts, replaced)
    return await _register(request, about, kind, facts.number, blob, sheets, use=made.title)


def _purpose(kind: PaperKind, about: Subject, facts: kit.Facts, replaced: Withdrawal | None) -> Purpose:
    """The content's hash in the title: a leave for one content never seals another. It names what is replaced too."""
    digest = hashlib.sha256(kit.content(facts)).hexdigest()
    instead = f"，{purpose(replaced)}" if replaced else ""
    return Purpose(
        kind=kind,
        title=f"{facts.pattern.title}（内容校验 {digest[:16]}{instead}）",
        number=facts.number or about.number,
        subject_kind=about.kind,
        subject_id=about.id,
    )


@routes.post(ADDRESS + "/uses/{use}/seal", access=DRAWERS)
async def seal_allowed(request: web.Request) -> web.Response:
    """The keeper has said yes: the paper he saw is sealed and registered."""
    about = await drawing_subject.of(request)
    await forms.sent(request)
    known = await request.app[DB].read(custody.open_of, actor=actor(request), subject_id=about.id)
    use = next((one for one in known if one.id == request.match_info["use"]), None)
    if use is None or use.kind not in drawing.DRAWABLE:
        raise CourtError("custody.not_found")
    blob, sheets = await sealing.seal(
        request, await request.app[BLOBS].read(use.base_sha256), use=sealing.of_use(use)
    )
    return await _register(request, about, use.kind, use.number, blob, sheets, use=use.title)


async def _register(
    request: web.Request, about: Subject, kind: PaperKind, number: str, blob: Blob, sheets: int, *, use: str
) -> web.Response:
    """`use`: the title of its purpose, which names the withdrawn paper it takes the place of."""
    purpose_of = Purpose(
        kind=kind,
        title=use,
        number=number or about.number,
        subject_kind=about.kind,
        subject_id=about.id,
    )
    entered = await request.app[DB].write(
        sealing.enter_drawn,
        actor=actor(request),
        now=request[NOW],
        purpose=purpose_of,
        blob=blob,
        pages=sheets,
    )
    return sealing.answer(request, entered.id)


def _faults(error: CourtError | PaperError, kind: PaperKind) -> forms.Errors:
    """At the field that is meant, else above the form."""
    if isinstance(error, CourtError):
        if error.status in {400, 403, 404}:
            raise error
        return forms.errors(error, field="form")
    field = str(error.params.get("field", "")).split(".")[0]
    known = {each.name for each in drawing_form.asked(kind.value)}
    return {field if field in known else "form": (error.code, error.text)}


async def _facts(request: web.Request, kind: PaperKind, about: Subject, form: forms.Sent) -> kit.Facts:
    """The facts of the paper: what was typed, and the people as they are registered. Errors: form.invalid, PaperError."""
    people = await request.app[DB].write(
        drawing_people.identities, actor=actor(request), about=about, kind=kind, now=request[NOW]
    )
    told = drawing_form.typed(kind.value, form, people["one"])
    form.check()
    made_on = drawing_form.day_of(form.raw("made_on")) or pages.local(request[NOW]).date()
    replaced = await _replaced(request, about, form.text("replaces_paper", most=36))
    instead = replaces_line(replaced.title, replaced.number, replaced.at) if replaced else ""
    told |= people["fields"] | {
        "replaces": instead,
        "body_name": drawing_people.body_name(kind, registry.kind(kind.value).pattern, request.app[CONFIG]),
        "made_on": made_on.isoformat(),
    }
    facts = registry.read(kind.value, json.dumps(told).encode())
    # No seal goes before a signature: on the pad of a session, else on the print.
    by_pad = bool(facts.slots()) and form.raw(drawing_pad.FIELD) == drawing_pad.PAD
    facts = replace(facts, wet=not by_pad and (bool(facts.slots()) or not kit.sealed(facts)))
    kit.check(facts)
    return facts
