"""What 背对背调解情况说明 says, out of the rows of the session and what the relay counted. Draws nothing."""

from __future__ import annotations

from datetime import datetime

from court.config import Config
from court.domain.caucus import Caucus, Visit
from court.domain.errors import CourtError
from court.services import caucus
from court.store.database import Read
from court.store.views import HearingPage
from court.web.record_paper_draft import body_name
from documents.caucus import CaucusPaper, Stay, TalkRoom
from documents.data import RecordingFacts, SignerSlot


def hosts_of(rx: Read, *, hearing_id: str) -> frozenset[str]:
    """Seats of those who held the private talks. Refuses `caucus.none`."""
    found = frozenset(one.host_seat_id for one in caucus.rooms(rx, hearing_id=hearing_id))
    if not found:
        raise CourtError("caucus.none")
    return found


def statement_of(
    rx: Read,
    *,
    found: HearingPage,
    config: Config,
    slots: tuple[SignerSlot, ...],
    noted: tuple[int, str, str],
    remark: str,
    now: datetime,
) -> CaucusPaper:
    """The plain data for `documents.kit.render`. A room never counted says so."""
    hearing = found.hearing
    assert hearing.opened_at is not None
    ends = hearing.closed_at or now
    captions = {row.seat.id: row.seat.caption for row in found.rows}
    return CaucusPaper(
        number=found.number,
        cause=found.cause,
        body_name=body_name(found, config),
        session=hearing.kind_name,
        place=hearing.place,
        begins_at=hearing.opened_at,
        ends_at=ends,
        rooms=tuple(_room(one, captions, ends) for one in caucus.rooms(rx, hearing_id=hearing.id)),
        signers=slots,
        recording=RecordingFacts(size=noted[0], root=noted[1], checkpoint=noted[2]),
        remark=remark,
    )


def _room(one: Caucus, captions: dict[str, str], ends: datetime) -> TalkRoom:
    figures = one.figures
    return TalkRoom(
        number=one.number,
        from_at=one.opened_at,
        to_at=one.closed_at or ends,
        stays=tuple(_stay(visit, captions, ends) for visit in one.visits),
        packets=figures.packets if figures else None,
        crossed=figures.crossed if figures else None,
        recorded_ms=figures.recorded_ms if figures else None,
        complete=figures is not None and figures.complete,
    )


def _stay(visit: Visit, captions: dict[str, str], ends: datetime) -> Stay:
    return Stay(
        who=captions.get(visit.seat_id, "已撤下的席位"),
        from_at=visit.from_at,
        to_at=visit.to_at or ends,
        vehicle=tuple(captions[seat] for seat in visit.stays if seat in captions),
        cleared_by=visit.cleared_by,
    )
