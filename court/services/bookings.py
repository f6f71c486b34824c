"""The seats of a session: proposed, checked, written. Booking and running it is in services/hearing.py."""

import sqlalchemy as sa

from court.domain import text
from court.domain.errors import CourtError
from court.domain.hearing import HearingKind, Place, Presence, Seat, SeatInput, SeatRole
from court.domain.ids import new_id
from court.domain.lifecycle import Role
from court.domain.matter import SIDE_NAMES
from court.domain.order import first_admission
from court.domain.rollcall import PRESIDING
from court.services import accounts
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings

MAX_SEATS = 24
SEAT_NAMES = {
    SeatRole.JUDGE: "审判员",
    SeatRole.MEDIATOR: "调解员",
    SeatRole.CLERK: "书记员",
    SeatRole.PETITION_OFFICIAL: "接待员",
    SeatRole.PARTY: "当事人",
    SeatRole.AGENT: "代理人",
    SeatRole.WITNESS: "证人",
    SeatRole.INTERPRETER: "翻译",
    SeatRole.VEHICLE: "车载法庭",
}
_ACCOUNT_ROLE = {
    SeatRole.JUDGE: Role.JUDGE,
    SeatRole.MEDIATOR: Role.MEDIATOR,
    SeatRole.CLERK: Role.CLERK,
    SeatRole.PETITION_OFFICIAL: Role.PETITION_OFFICIAL,
}
VEHICLE = SeatInput(role=SeatRole.VEHICLE, name="车载法庭", place=Place.VEHICLE)


def suggested(rx: Read, *, subject_kind: str, subject_id: str, kind: HearingKind) -> tuple[SeatInput, ...]:
    """Every party in the vehicle, the assigned bench and clerk in the court."""
    parties = casework.parties(rx.conn, subject_id)
    seats = [
        SeatInput(role=SeatRole.PARTY, name=party.name, place=Place.VEHICLE, party_id=party.id)
        for party in parties
    ]
    ids: tuple[str | None, ...] = ()
    if subject_kind == "matter":
        matter = casework.matter(rx.conn, subject_id)
        ids = (matter.judge_id, matter.mediator_id, matter.clerk_id) if matter else ()
    else:
        petition = casework.petition(rx.conn, subject_id)
        ids = (petition.official_id,) if petition else ()
    for account_id in ids:
        account = casework.account(rx.conn, account_id) if account_id else None
        if account is not None and not (kind is HearingKind.TRIAL and account.role is Role.MEDIATOR):
            seats.append(
                SeatInput(
                    role=SeatRole(account.role), name=account.name, place=Place.COURT, account_id=account.id
                )
            )
    return tuple(seats)


def checked(
    rx: Read, *, subject_id: str, kind: HearingKind, seats: tuple[SeatInput, ...]
) -> tuple[SeatInput, ...]:
    """The seats with the vehicle's own one added where somebody sits in it; refuses what cannot be."""
    if len(seats) > MAX_SEATS:
        raise CourtError("hearing.too_many_seats", most=MAX_SEATS)
    for seat in seats:
        check_one(rx, subject_id=subject_id, seat=seat)
    if not any(seat.role in PRESIDING[kind] for seat in seats):
        raise CourtError("hearing.no_bench")
    if not any(seat.party_id for seat in seats):
        raise CourtError("hearing.no_party")
    named = [seat.party_id or seat.account_id for seat in seats if seat.party_id or seat.account_id]
    if len(set(named)) != len(named):
        raise CourtError("hearing.seat_unknown")
    in_vehicle = any(seat.place is Place.VEHICLE for seat in seats)
    has_vehicle = any(seat.role is SeatRole.VEHICLE for seat in seats)
    return (*seats, VEHICLE) if in_vehicle and not has_vehicle else seats


def check_one(rx: Read, *, subject_id: str, seat: SeatInput) -> None:
    """A party seat names a party of this subject; a staff seat an account of that role."""
    if seat.party_id is not None:
        row = casework.party_row(rx.conn, seat.party_id)
        if row is None or row.subject_id != subject_id:
            raise CourtError("hearing.seat_unknown")
    elif seat.account_id is not None:
        role = _ACCOUNT_ROLE.get(seat.role)
        if role is None:
            raise CourtError("hearing.seat_unknown")
        accounts.require_role(rx, seat.account_id, role)
    elif seat.role is SeatRole.PARTY or seat.role in _ACCOUNT_ROLE:
        raise CourtError("hearing.seat_unknown")


def add(tx: Tx, *, hearing_id: str, seat: SeatInput) -> Seat:
    """Writes one checked seat at the end of the table."""
    last = sa.select(sa.func.max(t.seat.c.position)).where(t.seat.c.hearing_id == hearing_id)
    name = text.line_clean(seat.name)[:60]
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "position": (tx.conn.execute(last).scalar() or 0) + 1,
        "role": seat.role,
        "name": name,
        "caption": text.line_clean(seat.caption)[:80] or caption(tx, seat, name),
        "place": seat.place,
        "party_id": seat.party_id,
        "account_id": seat.account_id,
        "present": False,
        "presence": Presence.AWAY,
        "admission": first_admission(seat.role, seat.place),
        "floor": True,
        "muted": False,
        "locked": False,
    }
    tx.conn.execute(t.seat.insert().values(row))
    added = hearings.seat(tx.conn, str(row["id"]))
    assert added is not None
    return added


def caption(rx: Read, seat: SeatInput, name: str) -> str:
    """席位牌: what the person is here, and the name (在线诉讼规则 24)."""
    if seat.role is SeatRole.VEHICLE:
        return SEAT_NAMES[SeatRole.VEHICLE]
    title = SEAT_NAMES[seat.role]
    if seat.party_id is not None and seat.role is SeatRole.PARTY:
        row = casework.party_row(rx.conn, seat.party_id)
        title = SIDE_NAMES[row.side] if row is not None else title
    return f"{title} {name}"
