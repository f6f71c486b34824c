"""What a paper about a recording says and who signs it, out of the rows of the session. Draws nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from court.config import Config
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, SeatRole
from court.domain.record_paper import RecordPaperKind, SignerInput
from court.domain.recording import Fault, faults
from court.store.database import Read
from court.store.views import HearingPage, record_page
from court.web.access import actor
from court.web.keys import CONFIG, NOW
from court.web.playback_words import GAP_WORDS, is_sound
from documents.data import RecordingFacts, SignerSlot
from documents.recording_note import MOST_GAPS, NotedGap, RecordChecksum, RecordFacts, RecordNote

BENCH_SEATS = (SeatRole.JUDGE, SeatRole.MEDIATOR, SeatRole.PETITION_OFFICIAL)


def body_name(found: HearingPage, config: Config) -> str:
    """In whose name the paper is made: the committee's, where no judge sits in a mediation."""
    by_committee = found.hearing.kind is HearingKind.MEDIATION and not any(
        row.seat.role is SeatRole.JUDGE for row in found.rows
    )
    return config.committee_name if by_committee else config.court_name


def signers_of(
    found: HearingPage, kind: RecordPaperKind, hosts: frozenset[str] = frozenset()
) -> tuple[SignerInput, ...]:
    """The bench for a note; for the value (法释〔2017〕5号 9) and the transcript (民事诉讼法 150) the parties who were there
    first, then bench and clerk; for the statement on private talks who held them (`hosts`, seat ids)."""
    seats = [row.seat for row in found.rows]
    bench = [seat for seat in seats if seat.role in BENCH_SEATS and seat.account_id]
    if not bench:
        raise CourtError("record_paper.no_judge")
    if kind is RecordPaperKind.NOTE:
        chosen = bench[:1]
    elif kind is RecordPaperKind.CAUCUS:
        chosen = [seat for seat in seats if seat.id in hosts]
    else:
        if kind is RecordPaperKind.CHECKSUM and found.hearing.kind is not HearingKind.TRIAL:
            raise CourtError("record_paper.trial_only")
        parties = [seat for seat in seats if seat.party_id and seat.present]
        chosen = [*parties, *bench, *(seat for seat in seats if seat.role is SeatRole.CLERK)]
    return tuple(
        SignerInput(
            role=seat.caption.split(" ")[0],
            name=seat.name,
            party_id=seat.party_id,
            account_id=seat.account_id if seat.party_id is None else None,
        )
        for seat in chosen
    )


def paper_of(
    rx: Read,
    *,
    request: web.Request,
    found: HearingPage,
    kind: RecordPaperKind,
    slots: tuple[SignerSlot, ...],
    noted: tuple[int, str, str],
    remark: str,
    basis: str,
) -> RecordFacts:
    """The plain data for `documents.kit.render`. Refuses `record_paper.no_faults`."""
    config, hearing = request.app[CONFIG], found.hearing
    page = record_page(rx, actor=actor(request), hearing_id=hearing.id)
    recording = page.row.recording
    assert recording is not None
    assert hearing.opened_at is not None
    ends = hearing.closed_at or request[NOW]
    length = round((ends - recording.started_at).total_seconds() * 1000)
    told, short = faults(page.gaps, length)
    if kind is RecordPaperKind.NOTE and not told:
        raise CourtError("record_paper.no_faults")
    captions = {seat.id: seat.caption.replace(" ", "") for seat in page.seats}
    gaps = tuple(_gap(one, captions, recording.started_at) for one in told[:MOST_GAPS])
    same: dict[str, Any] = {
        "number": found.number,
        "cause": found.cause,
        "body_name": body_name(found, config),
        "session": hearing.kind_name,
        "place": hearing.place,
        "begins_at": hearing.opened_at,
        "ends_at": ends,
        "signers": slots,
        "recording": RecordingFacts(size=noted[0], root=noted[1], checkpoint=noted[2]),
        "remark": remark,
    }
    if kind is RecordPaperKind.NOTE:
        return RecordNote(gaps=gaps, more_gaps=short + len(told) - len(gaps), **same)
    there = tuple(captions[row.seat.id] for row in found.rows if row.seat.present and row.seat.name)
    return RecordChecksum(basis=basis, persons=there, **same)


def _gap(one: Fault, captions: dict[str, str], began: datetime) -> NotedGap:
    sound = any(is_sound(media) for media in one.media)
    seen = any(not is_sound(media) for media in one.media)
    return NotedGap(
        who=captions.get(one.participant, "全部席位"),
        what="声音和画面" if sound and seen else "声音" if sound else "画面",
        begins_at=began + timedelta(milliseconds=one.start_ms),
        ends_at=began + timedelta(milliseconds=one.end_ms),
        reason=GAP_WORDS.get(one.reason, one.reason),
    )
