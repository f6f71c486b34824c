"""The page of a lawsuit under its matter: the complaint taken in, every act up to the effect of the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.filing import FILING, FilingAction, FilingDetails, FilingState
from court.domain.lifecycle import Actor, Role
from court.domain.numbers import day_of
from court.domain.procedure import PROCEDURE_NAMES, CaseFacts, Suggested, suggest, wage_on
from court.domain.track import Track
from court.services import enforcing, filing
from court.store.database import Read
from court.store.views import MatterPage, matter_page
from court.store.views.tracks import TrackRow, tracks_of
from court.web import filing_acts, forms, pages
from court.web.access import Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.track_acts import perform
from court.web.writes import write_once

routes = Routes()
DESK = staff(Role.JUDGE, Role.CLERK, Role.REGISTRAR, Role.OFFICER, Role.PRESIDENT)
ADDRESS = "/desk/matters/{id}/filing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingPage:
    """`row` None: no complaint was taken in yet."""

    matter: MatterPage
    row: TrackRow | None
    known: FilingDetails | None
    may: tuple[FilingAction, ...]
    suggested: Suggested
    may_enforce: bool

    @property
    def track(self) -> Track | None:
        return self.row.track if self.row else None


def load(rx: Read, *, who: Actor, matter_id: str, now: datetime, region: str) -> FilingPage:
    """The lawsuit of a matter that this person may see."""
    page = matter_page(rx, actor=who, matter_id=matter_id)
    track = filing.of_matter(rx, matter_id=matter_id)
    found = tracks_of(rx, matter_id=matter_id, now=now)
    row = next((one for one in found.tracks if track is not None and one.track.id == track.id), None)
    known = filing.known_of(track) if track else None
    facts = CaseFacts(
        cause_code=page.matter.cause_code,
        personal_status=page.matter.personal_status,
        sum_fen=known.claim if known else None,
    )
    return FilingPage(
        matter=page,
        row=row,
        known=known,
        may=FILING.actions(FilingState(track.state), who.role) if track else (),
        suggested=suggest(facts, wage_on(region, day_of(now))),
        may_enforce=enforcing.title_of(rx, matter_id=matter_id) is not None,
    )


async def _loaded(request: web.Request) -> FilingPage:
    region = request.app[CONFIG].court_code[:1]
    return await request.app[DB].read(
        load, who=actor(request), matter_id=request.match_info["id"], now=request[NOW], region=region
    )


@routes.get(ADDRESS, access=DESK)
async def show(request: web.Request) -> web.Response:
    """The lawsuit, or the form that takes the complaint in."""
    return await _page(request)


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, str] | None = None,
) -> web.Response:
    page = await _loaded(request)
    acts = []
    if page.track is not None and page.known is not None:
        every = _acts(request, page, page.track, page.known)
        acts = filing_acts.offered(page.track, page.known, every, page.may)
    return pages.render(
        request,
        "matter/filing.html" if page.row else "matter/receive.html",
        status=status,
        page=page,
        acts=acts,
        fee_names=filing_acts.FEE_NAMES,
        relief_names=filing_acts.RELIEF_NAMES,
        procedure_names=PROCEDURE_NAMES,
        may_receive=filing.may_receive(actor(request), ()),
        errors=errors or {},
        values=values or {},
    )


def _acts(request: web.Request, page: FilingPage, track: Track, known: FilingDetails) -> Any:
    code = request.app[CONFIG].court_code
    return filing_acts.acts(track, known, page.matter, page.suggested, code, request[NOW])


@routes.post(ADDRESS, access=DESK)
async def receive(request: web.Request) -> web.Response:
    """收到起诉状: on paper, told at the counter, or online."""
    matter_id = request.match_info["id"]
    form = await forms.sent(request)
    try:
        at = form.moment("received", "received-time")
        way = form.raw("way")
        form.check()
        known = FilingDetails(received_at=at or request[NOW], oral=way == "oral", online=way == "online")
        await write_once(request, form, filing.receive, matter_id=matter_id, known=known)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        errors = forms.errors(error, field="received")
        return await _page(request, status=error.status, errors=errors, values=form.values)
    return pages.see_other(f"/desk/matters/{matter_id}/filing")


@routes.post(ADDRESS + "/{verb}", access=DESK)
async def act(request: web.Request) -> web.Response:
    """One act of the table, once; the table itself refuses what may not be done now."""
    form = await forms.sent(request)
    page = await _loaded(request)
    if page.track is None or page.known is None:
        raise CourtError("track.not_found")
    return await perform(
        request,
        _acts(request, page, page.track, page.known).values(),
        verb=request.match_info["verb"],
        form=form,
        subject={"track_id": page.track.id},
        back=f"/desk/matters/{page.track.matter_id}/filing",
        again=lambda **more: _page(request, **more),
    )
