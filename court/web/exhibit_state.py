"""The exhibits as one seat may see them, as plain values for the room page; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from court.domain.attendance import Whereabouts
from court.domain.exhibit import (
    EXHIBIT,
    GROUND_NAMES,
    ORIGIN_NAMES,
    RESULT_NAMES,
    Exhibit,
    ExhibitAction,
    ExhibitState,
    Opinion,
    OriginalCheck,
    grounds,
    may_be_examined,
    may_be_submitted,
    original_is_needed,
)
from court.domain.exhibit_mark import Mark
from court.domain.hearing import Place, SeatRole
from court.domain.identifying import may_identify
from court.domain.lifecycle import Actor
from court.services import attendance, exhibit_capture, exhibit_moments, exhibit_showing, identifying
from court.services.exhibit_seats import inside, may_see
from court.store.database import Read
from court.store.load import casework, exhibits
from court.store.views import HearingPage
from court.web.exhibit_facts import (
    CaptureFacts,
    ExhibitFacts,
    ExhibitsFacts,
    LineFacts,
    MarkFacts,
    MaterialFacts,
    OpinionFacts,
    OriginalFacts,
    Person,
    ShowingFacts,
)
from court.web.exhibit_identified import identifying_facts, said

if TYPE_CHECKING:
    from court.web.seated import Seated

RECORDING_LAYOUTS = frozenset({"bench", "clerk"})
SEEN = frozenset({ExhibitState.SHOWN, ExhibitState.EXAMINED})


def viewers(page: HearingPage) -> list[str]:
    """The seats inside, whose screens are told what is shown."""
    return [row.seat.id for row in page.rows if inside(row.seat)]


def sees(place: Seated, exhibit: Exhibit) -> bool:
    """Bench and clerk see all; a party its own side's, and the others' from the moment they are shown. The vehicle's
    screen shows nothing but what the witness before it is to identify."""
    if not may_see(place.seat):
        return False
    if place.shielded is not None:
        return exhibit.id == place.shielded.exhibit
    if place.layout in RECORDING_LAYOUTS or (exhibit.state in SEEN and inside(place.seat)):
        return True
    return exhibit.side.value in {person.side for person in _spoken_for(place)}


def exhibits_state(rx: Read, *, place: Seated, now: datetime) -> ExhibitsFacts | None:
    """The exhibits for one seat; None for a seat that may not see any."""
    if not may_see(place.seat):
        return None
    hearing, records = place.hearing, place.layout in RECORDING_LAYOUTS
    open_ = may_be_submitted(hearing)
    live = may_be_examined(hearing) and inside(place.seat)
    every = exhibits.exhibits(rx.conn, hearing.subject_id)
    mine = [one for one in every if sees(place, one)]
    opinions = exhibits.opinions(rx.conn, [one.id for one in mine])
    checks = exhibits.originals(rx.conn, [one.id for one in mine])
    persons = _spoken_for(place)
    identified = identifying.of_hearing(rx, hearing_id=hearing.id)
    rows = [_facts(place, one, opinions, checks, persons, said(place, one, identified)) for one in mine]
    waiting = exhibit_capture.waiting(rx, hearing_id=hearing.id, now=now)
    vehicle = [row.seat for row in place.page.rows if row.seat.role is SeatRole.VEHICLE]
    told = waiting is not None and (records or place.seat in vehicle)
    within = [p for p in _parties(place.page) if p.party in _in_vehicle(place.page)]
    court = [Person(party="", caption="法庭调取", side="court")] if records else []
    return ExhibitsFacts(
        showing=showing_facts(rx, place) if inside(place.seat) else None,
        exhibits=rows,
        submit=[*persons, *court] if open_ else [],
        shows=place.moderates and live,
        marks=live,
        clears=records,
        records=records,
        cameras=[Person(party=s.id, caption=s.caption, side="") for s in vehicle] if place.moderates else [],
        capture=CaptureFacts(id=waiting.id, title=waiting.title) if told and waiting else None,
        capture_for=[*within, *court] if records and vehicle and open_ else [],
        materials=_materials(rx, every, hearing.subject_id) if records and open_ else [],
        lines=_lines(rx, hearing.id) if place.may_write and not place.page.transcript.sha256 else [],
        witnesses=_witnesses(rx, place) if place.moderates and live else [],
        identifying=identifying_facts(place, every, identified) if records and live else None,
    )


def showing_facts(rx: Read, place: Seated) -> ShowingFacts | None:
    """What stands on every screen just now."""
    shown = exhibit_showing.on_show(rx, hearing_id=place.hearing.id)
    if shown is None or shown.empty:
        return None
    if place.shielded is not None and (not shown.exhibit_id or shown.exhibit_id != place.shielded.exhibit):
        return None
    found = exhibits.exhibit(rx.conn, shown.exhibit_id) if shown.exhibit_id else None
    strokes = exhibit_showing.marks(rx, exhibit_id=found.id, page=shown.page) if found else ()
    return ShowingFacts(
        exhibit=found.id if found else "",
        label=found.label(place.hearing.kind) if found else "实物展台",
        title=found.title if found else "",
        page=shown.page,
        pages=found.pages if found else 0,
        camera=shown.camera_seat_id or "",
        by=shown.by,
        marks=[mark_facts(one) for one in strokes],
    )


def mark_facts(mark: Mark) -> MarkFacts:
    """One stroke as drawn."""
    return MarkFacts(
        id=mark.id, kind=mark.kind.value, points=list(mark.points), seat=mark.seat_id, by=mark.by
    )


def _facts(
    place: Seated,
    one: Exhibit,
    opinions: Iterable[Opinion],
    checks: Iterable[OriginalCheck],
    persons: list[Person],
    identified: list[str],
) -> ExhibitFacts:
    held = {o.party_id: o for o in opinions if o.exhibit_id == one.id}
    latest = [c for c in checks if c.exhibit_id == one.id][-1:]
    check = latest[0] if latest else None
    others = [p for p in _parties(place.page) if p.side != one.side.value]
    live = may_be_examined(place.hearing) and inside(place.seat)
    return ExhibitFacts(
        id=one.id,
        label=one.label(place.hearing.kind),
        title=one.title,
        purpose=one.purpose,
        pages=one.pages,
        origin=ORIGIN_NAMES[one.origin],
        sha256=one.sha256,
        size=one.size,
        state=one.state.value,
        state_name=one.state_name,
        by=one.by,
        at=one.at,
        opinions=[_opinion(o) for o in held.values()],
        silent=[p.caption for p in others if p.party not in held] if one.state in SEEN else [],
        original=_original(check) if check else None,
        identified=identified,
        original_needed=original_is_needed(check, held.values()),
        grounds=[GROUND_NAMES[g] for g in grounds(one, check, held.values(), [p.party for p in others])],
        asked=[p for p in persons if p.side != one.side.value] if live and one.state in SEEN else [],
        may=_steps(place, one, persons),
    )


def _steps(place: Seated, one: Exhibit, persons: list[Person]) -> list[str]:
    """Of the table's steps those that make sense here: a party withdraws its own, the session is on."""
    allowed = set(EXHIBIT.actions(one.state, place.actor.role))
    if not may_be_examined(place.hearing):
        allowed -= {ExhibitAction.SHOW, ExhibitAction.EXAMINE, ExhibitAction.GIVE_OPINION}
    own = place.layout in RECORDING_LAYOUTS or one.side.value in {p.side for p in persons}
    if not own or not may_be_submitted(place.hearing):
        allowed.discard(ExhibitAction.WITHDRAW)
    return sorted(action.value for action in allowed)


def _opinion(o: Opinion) -> OpinionFacts:
    return OpinionFacts(
        party=o.party_id,
        name=o.party_name,
        authentic=o.authentic.value,
        lawful=o.lawful.value,
        relevant=o.relevant.value,
        text=o.text,
        words=o.words,
        at=o.at,
    )


def _original(check: OriginalCheck) -> OriginalFacts:
    return OriginalFacts(
        result=check.result.value,
        name=RESULT_NAMES[check.result],
        note=check.note,
        by=check.by,
        at=check.at,
    )


def _parties(page: HearingPage) -> list[Person]:
    """The parties who have a seat, as they are captioned."""
    return [
        Person(party=row.party.id, caption=row.seat.caption, side=row.party.side.value)
        for row in page.rows
        if row.party is not None
    ]


def _in_vehicle(page: HearingPage) -> set[str]:
    seats = (row.seat for row in page.rows)
    return {seat.party_id for seat in seats if seat.place is Place.VEHICLE and seat.party_id}


def _spoken_for(place: Seated) -> list[Person]:
    """Whom this screen submits and speaks for."""
    everyone = _parties(place.page)
    if place.layout in RECORDING_LAYOUTS:
        return everyone
    if place.seat.role is SeatRole.VEHICLE:
        return [p for p in everyone if p.party in _in_vehicle(place.page)]
    return [p for p in everyone if p.party == place.seat.party_id]


def _witnesses(rx: Read, place: Seated) -> list[Person]:
    """Who may be shown a page alone."""
    where = attendance.where(rx, hearing_id=place.hearing.id)
    seats = (row.seat for row in place.page.rows)
    found = (s for s in seats if may_identify(s, where.get(s.id, Whereabouts.UNTOLD)))
    return [Person(party=s.id, caption=s.caption, side="") for s in found]


def _materials(rx: Read, every: Iterable[Exhibit], subject_id: str) -> list[MaterialFacts]:
    """Papers of the case that are no exhibits yet."""
    taken = {one.sha256 for one in every if one.state is not ExhibitState.WITHDRAWN}
    papers = casework.materials(rx.conn, subject_id)
    return [MaterialFacts(id=m.id, label=m.label) for m in papers if m.sha256 not in taken]


def _lines(rx: Read, hearing_id: str) -> list[LineFacts]:
    return [
        LineFacts(id=m.id, speaker=m.speaker, text=m.words, at=m.at)
        for m in exhibit_moments.open_lines(rx, hearing_id=hearing_id)
    ]


def acting(place: Seated, officer: Actor | None) -> Actor:
    """At the vehicle's screen an officer who is signed in beside it acts by his own name."""
    return officer if officer is not None and place.seat.role is SeatRole.VEHICLE else place.actor
