"""笔录 as a sealed paper: the text finalised in the room, drawn, sealed, registered. The text is transcript.py's."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from court.config import Config
from court.domain.errors import CourtError
from court.domain.hearing import METHOD_NAMES, REASON_NAMES, HearingKind, Place, SeatRole
from court.domain.lifecycle import Role
from court.domain.paper import Paper, PaperKind
from court.domain.record_paper import RecordPaperKind, SignerInput
from court.services import record_papers
from court.store.blobs import remember
from court.store.database import Read, Tx
from court.store.views import hearing_page
from court.store.views.hearing import HearingPage, SeatRow
from court.web import forms, pages, sealing
from court.web.access import Routes, actor, staff
from court.web.keys import BLOBS, CONFIG, DB, NOW
from court.web.record_paper_draft import signers_of
from documents import kit, spoken
from documents.data import RecordingFacts, SignerSlot
from documents.transcript import (
    Attendance,
    MediationTranscript,
    ReceptionTranscript,
    SpokenLine,
    TranscriptFacts,
    TrialTranscript,
)

routes = Routes()
MAKERS = staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK)

KINDS: dict[HearingKind, type[TranscriptFacts]] = {
    HearingKind.TRIAL: TrialTranscript,
    HearingKind.MEDIATION: MediationTranscript,
    HearingKind.RECEPTION: ReceptionTranscript,
}
MODES = {Place.VEHICLE: "车载法庭现场", Place.COURT: "在法院", Place.REMOTE: "在线"}


def paper(
    page: HearingPage,
    *,
    config: Config,
    recording: RecordingFacts | None,
    signers: tuple[SignerSlot, ...] = (),
    wet: bool = False,
) -> TranscriptFacts:
    """The plain data for `documents.kit.render`. Errors: transcript.not_final."""
    hearing, written = page.hearing, page.transcript
    if not written.sha256 or hearing.opened_at is None:
        raise CourtError("transcript.not_final")
    by_committee = hearing.kind is HearingKind.MEDIATION and not any(
        row.seat.role is SeatRole.JUDGE for row in page.rows
    )
    return KINDS[hearing.kind](
        number=page.number,
        cause=page.cause,
        body_name=config.committee_name if by_committee else config.court_name,
        begins_at=hearing.opened_at,
        ends_at=hearing.closed_at,
        place=hearing.place,
        public=hearing.open_to_public,
        attendance=tuple(_attendance(row) for row in page.rows if row.seat.role is not SeatRole.VEHICLE),
        lines=tuple(
            SpokenLine(speaker=line.speaker, text=line.text, at=line.at, offset_ms=line.offset_ms)
            for line in written.lines
        ),
        recording=recording,
        remarks=_remarks(page),
        signers=signers,
        wet=wet,
    )


def _attendance(row: SeatRow) -> Attendance:
    seat = row.seat
    return Attendance(
        role=seat.caption.split(" ")[0],
        name=seat.name,
        mode=MODES[seat.place] if seat.present or row.party is None else "未到",
        identity=METHOD_NAMES[row.identity.method] if row.identity else "",
    )


def _remarks(page: HearingPage) -> tuple[str, ...]:
    """Interruptions (法释〔2017〕5号 3) and refused corrections (民诉法 150)."""

    def clock(moment: datetime | None) -> str:
        return f"{pages.local(moment):%H:%M}" if moment else "结束"

    breaks = [
        f"{clock(one.from_at)}至{clock(one.to_at)}中断：{REASON_NAMES[one.reason]}{one.note and '，' + one.note}。"
        for one in page.suspensions
    ]
    wishes = [
        f"{one.by}申请更正第{one.line_seq}行，{'不予更正' if one.reason else '尚未决定'}{one.reason and '：' + one.reason}。"
        for one in page.transcript.corrections
        if one.state != "accepted"
    ]
    return tuple(breaks + wishes)


@routes.post("/hearings/{id}/transcript/paper", access=MAKERS)
async def make(request: web.Request) -> web.Response:
    """Draw, seal, register; the same final text gives the paper that stands already."""
    app = request.app
    page, standing = await _page(request)
    if standing is not None:
        return sealing.answer(request, standing.id)
    facts = paper(page, config=app[CONFIG], recording=await sealing.recorded(request, page.hearing.id))
    title = f"{page.hearing.kind_name}笔录"
    use = sealing.of_hearing(page, PaperKind.TRANSCRIPT, title)
    return await sealing.register(
        request,
        page,
        await sealing.sealed(request, kit.render, facts, use=use),
        kind=PaperKind.TRANSCRIPT,
        title=title,
        standing=_standing,
    )


async def _page(request: web.Request) -> tuple[HearingPage, Paper | None]:
    """The session, and the transcript of it that is in the register already."""
    page = await request.app[DB].read(
        hearing_page, actor=actor(request), now=request[NOW], hearing_id=request.match_info["id"]
    )
    return page, await request.app[DB].read(_standing, page=page)


@routes.post("/hearings/{id}/transcript/signing", access=MAKERS)
async def sign(request: web.Request) -> web.Response:
    """The transcript goes to the pad: the parties who were there sign or are noted as refusing, then bench and clerk
    (民事诉讼法 150); sealed after the last of them."""
    app, who, now = request.app, actor(request), request[NOW]
    await forms.sent(request)
    page, standing = await _page(request)
    if standing is not None:
        return sealing.answer(request, standing.id)
    facts, pairs = await _with_signers(request, page, wet=False)
    blob = await app[BLOBS].put_bytes((await sealing.drawn(request, facts)).pdf, "application/pdf")

    def write(tx: Tx) -> str:
        remember(tx, actor=who, now=now, blob=blob)
        made = record_papers.make(
            tx,
            actor=who,
            now=now,
            hearing_id=page.hearing.id,
            kind=RecordPaperKind.TRANSCRIPT,
            base_sha256=blob.sha256,
            signers=pairs,
            paragraphs=spoken.paragraphs(facts),
            read_aloud=PaperKind.TRANSCRIPT in app[CONFIG].read_aloud,
        )
        return made.id

    return pages.see_other(f"/desk/record-papers/{await app[DB].write(write)}")


@routes.post("/hearings/{id}/transcript/print", access=MAKERS)
async def by_hand(request: web.Request) -> web.Response:
    """The transcript to be printed and signed by hand; its sheets come back on its page."""
    await forms.sent(request)
    page, standing = await _page(request)
    if standing is not None:
        return sealing.answer(request, standing.id)
    facts, _ = await _with_signers(request, page, wet=True)
    made = await sealing.drawn(request, facts)
    blob = await request.app[BLOBS].put_bytes(made.pdf, "application/pdf")
    return await sealing.register(
        request,
        page,
        (blob, made.pages),
        kind=PaperKind.TRANSCRIPT,
        title=f"{page.hearing.kind_name}笔录",
        standing=_standing,
    )


async def _with_signers(
    request: web.Request, page: HearingPage, *, wet: bool
) -> tuple[TranscriptFacts, tuple[tuple[str, SignerInput], ...]]:
    """The transcript with a field (or a line) for everybody who signs it, and who fills which."""
    signers = signers_of(page, RecordPaperKind.TRANSCRIPT)
    slots = tuple(
        SignerSlot(field=f"signer_{n}", role=one.role, name=one.name)
        for n, one in enumerate(signers, start=1)
    )
    facts = paper(
        page,
        config=request.app[CONFIG],
        recording=await sealing.recorded(request, page.hearing.id),
        signers=slots,
        wet=wet,
    )
    return facts, tuple((slot.field, who) for slot, who in zip(slots, signers, strict=True))


def _standing(rx: Read, *, page: HearingPage) -> Paper | None:
    """The transcript paper of this session that is in the register already."""
    return sealing.latest(rx, page, PaperKind.TRANSCRIPT)
