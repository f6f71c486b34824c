"""The transcript over HTTP: lines, drafts, corrections, final text. Rules are in services.transcript."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import HearingState, SeatRole
from court.domain.transcript import Correction, Line, Transcript
from court.services import corrections as correcting
from court.services import line_drafts
from court.services import transcript as transcripts
from court.store.database import Tx
from court.web import pages, problems
from court.web.access import Routes
from court.web.keys import CONFIG, DB, NOW, PAPERS, ROOMS
from court.web.room import IN_ROOM, body_of, inside, must_write
from court.web.room_facts import CorrectionFacts, LineFacts
from court.web.room_state import correction_facts, corrections, line_facts
from court.web.seated import Seated
from documents.transcript import SpokenLine, undrawable

routes = Routes()

# A moment without a time zone names no instant.
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Key = Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
# Longer texts reach the service too: it answers in words what is too long.
Words = Annotated[str, msgspec.Meta(max_length=100_000)]


class NewLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` is made by the page once; the same id again gives the same line. `at`: when the saying began."""

    id: Key
    speaker: Words
    text: Words
    at: Moment


class Revision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Key
    rev: int
    speaker: Words
    text: Words


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The row being typed; `saved` is the page's own clock and only orders two drafts of one page."""

    line: Key
    speaker: Words
    text: Words
    at: Moment
    saved: float


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`seat` is the person who asks where several sit at one screen; empty where only one does."""

    wanted: Words
    seat: str = ""


class Decision(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    accept: bool
    reason: Words = ""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """What one act changed; `at` is when the server had it in the database."""

    at: datetime
    line: LineFacts | None = None
    correction: CorrectionFacts | None = None


@routes.get("/room/{hearing_id}/transcript", access=IN_ROOM)
async def lines(request: web.Request) -> web.Response:
    """All lines and the corrections this seat may see."""
    place = await inside(request)
    written = place.page.transcript
    return pages.json(
        {
            "lines": [line_facts(line) for line in place.lines],
            "corrections": corrections(written, place),
            "final": bool(written.sha256),
        }
    )


@routes.post("/room/{hearing_id}/transcript", access=IN_ROOM)
async def append(request: web.Request) -> web.Response:
    """The next line; a retry with the same id is the same line."""
    place, new = await inside(request), await body_of(request, NewLine)
    must_write(place)

    now = request[NOW]
    at = min(max(new.at, place.hearing.opened_at or now), now)
    line = await request.app[DB].write(
        transcripts.append,
        actor=place.actor,
        now=now,
        hearing_id=place.hearing.id,
        speaker=new.speaker,
        speaker_seat_id=_seat_of(place, new.speaker),
        text=new.text,
        offset_ms=_offset(request, place, at),
        at=at,
        once=new.id,
    )
    return _told(request, place, line=line)


@routes.post("/room/{hearing_id}/transcript/draft", access=IN_ROOM)
async def draft(request: web.Request) -> web.Response:
    """Keeps the unfinished row of the writer; an empty one is forgotten."""
    place, row = await inside(request), await body_of(request, Draft)
    must_write(place)
    at = await request.app[DB].write(
        line_drafts.save_draft,
        actor=place.actor,
        now=request[NOW],
        hearing_id=place.hearing.id,
        line=row.line,
        speaker=row.speaker,
        text=row.text,
        at=row.at,
    )
    return pages.json(Saved(at=at))


@routes.post("/room/{hearing_id}/transcript/finalise", access=IN_ROOM)
async def finalise(request: web.Request) -> web.Response:
    """The read-back text becomes final and gets its hash."""
    place = await inside(request)
    must_write(place)
    await _printable(request, place.page.transcript)
    final: Transcript = await request.app[DB].write(
        transcripts.finalise, actor=place.actor, now=request[NOW], hearing_id=place.hearing.id
    )
    request.app[ROOMS].notify(place.hearing.id, "transcript", {"final": True})
    return pages.json({"at": final.finalised_at, "sha256": final.sha256})


async def _printable(request: web.Request, written: Transcript) -> None:
    """A final text never changes, so it must be possible to print it. Errors: transcript.unprintable."""
    spoken = tuple(
        SpokenLine(speaker=line.speaker, text=line.text, at=line.at, offset_ms=line.offset_ms)
        for line in written.lines
    )
    fault = await request.app[PAPERS].run(undrawable, spoken, fonts_dir=request.app[CONFIG].fonts_dir)
    if fault is not None:
        index, glyph = fault
        raise CourtError("transcript.unprintable", line=written.lines[index].seq, glyph=glyph)


@routes.post("/room/{hearing_id}/transcript/{line_id}", access=IN_ROOM)
async def revise(request: web.Request) -> web.Response:
    """A new wording of a line. When it was changed meanwhile: 409 with the line as it stands."""
    place, new = await inside(request), await body_of(request, Revision)
    must_write(place)
    line_id = request.match_info["line_id"]
    _line(place, line_id)
    try:
        line = await request.app[DB].write(
            transcripts.revise,
            actor=place.actor,
            now=request[NOW],
            line_id=line_id,
            rev=new.rev,
            text=new.text,
            speaker=new.speaker,
        )
    except CourtError as error:
        if error.code != "transcript.conflict":
            raise
        return await _conflict(request, line_id, new, error)
    return _told(request, place, line=line)


async def _conflict(request: web.Request, line_id: str, new: Revision, error: CourtError) -> web.Response:
    """The line as it stands; a retry of an edit that did arrive is answered as done."""
    place = await inside(request)
    current = _line(place, line_id)
    if (current.speaker, current.text, current.by) == (new.speaker, new.text, place.actor.name):
        return pages.json(Saved(at=request[NOW], line=line_facts(current)))
    problem = problems.of(error)
    body: dict[str, Any] = msgspec.to_builtins(problem) | {"current": line_facts(current)}
    answer = pages.json(body, status=error.status)
    answer.content_type = "application/problem+json"
    return answer


@routes.get("/room/{hearing_id}/transcript/{line_id}/history", access=IN_ROOM)
async def history(request: web.Request) -> web.Response:
    """Every wording of a line, oldest first."""
    place = await inside(request)
    line = _line(place, request.match_info["line_id"])
    revisions = await request.app[DB].read(transcripts.history, line_id=line.id)
    return pages.json({"revisions": revisions})


@routes.post("/room/{hearing_id}/transcript/{line_id}/corrections", access=IN_ROOM)
async def ask(request: web.Request) -> web.Response:
    """A party wants a line changed; the bench decides."""
    place, wish = await inside(request), await body_of(request, Wish)
    line = _line(place, request.match_info["line_id"])
    who = {seat.id: seat for seat in place.speaks_for}
    seat = who.get(wish.seat) or (place.speaks_for[0] if len(who) == 1 and not wish.seat else None)
    if seat is None:
        raise CourtError("transcript.not_allowed", role=place.seat.caption, action="request_correction")
    made = await request.app[DB].write(
        correcting.request_correction,
        actor=place.actor,
        now=request[NOW],
        seat_id=seat.id,
        line_id=line.id,
        wanted=wish.wanted,
    )
    return _told(request, place, correction=made)


@routes.post("/room/{hearing_id}/transcript/corrections/{correction_id}", access=IN_ROOM)
async def decide(request: web.Request) -> web.Response:
    """The bench accepts (a new revision) or refuses with a reason."""
    place, decision = await inside(request), await body_of(request, Decision)
    correction_id = request.match_info["correction_id"]
    asked = next((one for one in place.page.transcript.corrections if one.id == correction_id), None)
    if asked is None:
        raise CourtError("web.not_found")

    def act(tx: Tx, now: datetime) -> tuple[Correction, Line]:
        decided = correcting.decide(
            tx,
            actor=place.actor,
            now=now,
            correction_id=correction_id,
            accept=decision.accept,
            reason=decision.reason,
        )
        after = transcripts.get(tx, hearing_id=place.hearing.id)
        return decided, next(line for line in after.lines if line.id == decided.line_id)

    decided, line = await request.app[DB].write(act, request[NOW])
    return _told(request, place, line=line, correction=decided)


def _line(place: Seated, line_id: str) -> Line:
    """A line of this hearing that this screen may show; a line of another one is not found."""
    found = next((line for line in place.lines if line.id == line_id), None)
    if found is None:
        raise CourtError("web.not_found")
    return found


def _seat_of(place: Seated, caption: str) -> str | None:
    return next((row.seat.id for row in place.page.rows if row.seat.caption == caption), None)


def _offset(request: web.Request, place: Seated, at: datetime) -> int | None:
    """Milliseconds from the start of the recording to `at`; None while nothing is being recorded."""
    elapsed = request.app[ROOMS].recording_offset(place.hearing.id)
    if elapsed is None or place.hearing.state is HearingState.SUSPENDED:
        return None
    # The recorder's clock is monotonic; only the short way back to `at` is taken from the wall clock.
    offset = elapsed - (request[NOW] - at).total_seconds()
    return round(offset * 1000) if offset >= 0 else None


def _readers(place: Seated, line: Line) -> list[str] | None:
    """Who is told of a line; None is everybody. What was said before a witness sat down does not reach his screen."""
    if place.shield is None or line.at >= place.shield.since:
        return None
    return [row.seat.id for row in place.page.rows if row.seat.role is not SeatRole.VEHICLE]


def _told(
    request: web.Request, place: Seated, *, line: Line | None = None, correction: Correction | None = None
) -> web.Response:
    """Answers the one who acted and tells every page; who may see a correction reads it again."""
    change = Saved(
        at=request[NOW],
        line=line_facts(line) if line else None,
        correction=correction_facts(correction) if correction else None,
    )
    rooms = request.app[ROOMS]
    if line:
        rooms.notify(
            place.hearing.id, "transcript", msgspec.to_builtins({"line": change.line}), _readers(place, line)
        )
    if correction:
        rooms.notify(place.hearing.id, "correction", {"line": correction.line_id})
    return pages.json(change)
