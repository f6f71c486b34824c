"""证据目录 as a sealed paper: the exhibits as they stand, drawn, sealed, registered. The facts are the services'."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from court.config import Config
from court.domain.errors import CourtError
from court.domain.exhibit import (
    GROUND_NAMES,
    ORIGIN_NAMES,
    RESULT_NAMES,
    Exhibit,
    OriginalCheck,
    grounds,
)
from court.domain.exhibit_moment import Moment, MomentKind
from court.domain.hearing import HearingKind, SeatRole
from court.domain.identifying import Identification
from court.domain.lifecycle import Role
from court.domain.paper import Paper, PaperKind
from court.services import exhibit_seats, identifying
from court.store.database import Read
from court.store.load import casework, exhibits
from court.store.views import hearing_page
from court.store.views.hearing import HearingPage
from court.web import pages, sealing
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from documents import exhibits as paper
from documents import kit
from documents.data import RecordingFacts

routes = Routes()


def listed(
    rx: Read, *, page: HearingPage, config: Config, recording: RecordingFacts | None
) -> paper.ExhibitList:
    """The plain data of the paper: every exhibit that was not withdrawn before anybody saw it."""
    hearing = page.hearing
    found = exhibits.exhibits(rx.conn, hearing.subject_id)
    moments = exhibits.moments(rx.conn, hearing.id)
    identified = identifying.of_hearing(rx, hearing_id=hearing.id)
    by_committee = hearing.kind is HearingKind.MEDIATION and not any(
        row.seat.role is SeatRole.JUDGE for row in page.rows
    )
    names = {party.id: party.name for party in casework.parties(rx.conn, hearing.subject_id)}
    return paper.ExhibitList(
        number=page.number,
        cause=page.cause,
        body_name=config.committee_name if by_committee else config.court_name,
        place=hearing.place,
        held_at=hearing.opened_at or hearing.starts_at,
        parties=tuple(row.seat.caption for row in page.rows if row.party is not None),
        exhibits=tuple(_listed(rx, page, one, moments, identified, names) for one in found),
        recording=recording,
    )


def _listed(
    rx: Read,
    page: HearingPage,
    one: Exhibit,
    moments: tuple[Moment, ...],
    identified: tuple[Identification, ...],
    names: dict[str, str],
) -> paper.ListedExhibit:
    held = {o.party_id: o for o in exhibits.opinions(rx.conn, [one.id])}
    checks = exhibits.originals(rx.conn, [one.id])
    latest = checks[-1] if checks else None
    opponents = exhibit_seats.opponents(rx, page.hearing, one)
    captions = {row.seat.id: row.seat.caption for row in page.rows}
    shown = [m for m in moments if m.exhibit_id == one.id and m.kind is MomentKind.SHOWN]
    return paper.ListedExhibit(
        label=one.label(page.hearing.kind),
        title=one.title,
        purpose=one.purpose,
        origin=ORIGIN_NAMES[one.origin],
        presenter=names.get(one.party_id or "", page.hearing.kind_name + "主持人"),
        pages=one.pages,
        state=one.state_name,
        submitted_at=one.at,
        sha256=one.sha256,
        original=_original(latest) if latest else "",
        grounds="；".join(GROUND_NAMES[g] for g in grounds(one, latest, held.values(), opponents)),
        opinions=tuple(f"{o.party_name}：{o.words}" for o in held.values()),
        identified=tuple(_identified(i, captions) for i in identified if i.exhibit_id == one.id),
        shown="；".join(_when(m.at, m.offset_ms) for m in shown),
    )


def _original(check: OriginalCheck) -> str:
    note = f"，{check.note}" if check.note else ""
    return f"{RESULT_NAMES[check.result]}{note}（核对人{check.by}，{pages.local(check.at):%Y-%m-%d %H:%M}）"


def _identified(one: Identification, captions: dict[str, str]) -> str:
    """Who was shown which page, when, and what he said of it; a showing without words is told as well."""
    who = f"{captions.get(one.seat_id, '')}，{_when(one.shown_at, one.offset_ms)}看第{one.page + 1}页"
    return f"{who}：{one.words}（记录人{one.written_by}）" if one.words else f"{who}，没有记下辨认意见"


def _when(at: datetime, offset_ms: int | None) -> str:
    """Clock and place in the recording."""
    if offset_ms is None:
        return f"{pages.local(at):%H:%M:%S}"
    seconds = offset_ms // 1000
    place = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{pages.local(at):%H:%M:%S}（录音录像{place}处）"


@routes.post(
    "/hearings/{id}/exhibits/paper",
    access=staff(Role.JUDGE, Role.MEDIATOR, Role.PETITION_OFFICIAL, Role.CLERK),
)
async def make(request: web.Request) -> web.Response:
    """Draw, seal, register; while nothing changed the paper that stands is given again."""
    app, now, who = request.app, request[NOW], actor(request)
    page = await app[DB].read(hearing_page, actor=who, now=now, hearing_id=request.match_info["id"])
    if not any(row.seat.account_id == who.id for row in page.rows):
        raise CourtError("room.not_seated")
    standing = await app[DB].read(_standing, page=page)
    if standing is not None:
        return sealing.answer(request, standing.id)
    recording = await sealing.recorded(request, page.hearing.id)
    facts = await app[DB].read(listed, page=page, config=app[CONFIG], recording=recording)
    title = paper.ExhibitList.pattern.title
    use = sealing.of_hearing(page, PaperKind.EXHIBITS, title)
    return await sealing.register(
        request,
        page,
        await sealing.sealed(request, kit.render, facts, use=use),
        kind=PaperKind.EXHIBITS,
        title=title,
        standing=_standing,
    )


def _standing(rx: Read, *, page: HearingPage) -> Paper | None:
    """The list that was made since the last thing happened to an exhibit, or was put before a witness."""
    happened = [one.at for one in exhibits.moments(rx.conn, page.hearing.id)]
    happened += [one.shown_at for one in identifying.of_hearing(rx, hearing_id=page.hearing.id)]
    newest = sealing.latest(rx, page, PaperKind.EXHIBITS)
    return newest if newest and happened and newest.at >= max(happened) else None
