"""The examination of exhibits (质证): compared with the original, commented on by each party, finished by the bench."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from court.domain import text as texts
from court.domain.errors import CourtError
from court.domain.exhibit import (
    RESULT_NAMES,
    Exhibit,
    ExhibitAction,
    Opinion,
    OriginalCheck,
    OriginalResult,
    Stance,
)
from court.domain.exhibit_moment import MomentKind
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.services import exhibit_moments
from court.services.exhibit_seats import holder, live, moved, opponents, side_of, step
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, exhibits, hearings

M = TypeVar("M", Opinion, OriginalCheck)


def check_original(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    result: OriginalResult,
    note: str = "",
    offset_ms: int | None = None,
    once: str | None = None,
) -> OriginalCheck:
    """原件核对 by bench, clerk or the officer at the vehicle; the same `once` is the same one.

    Refuses `exhibit.not_allowed`, `exhibit.wrong_state`.
    """
    hearing, seat = holder(tx, actor=actor, hearing_id=hearing_id)
    found = step(tx, actor, hearing, exhibit_id, ExhibitAction.CHECK_ORIGINAL)
    known = _made(exhibits.originals(tx.conn, [found.id]), once)
    if known is not None:
        return known
    row = {
        "id": once or new_id(),
        "exhibit_id": found.id,
        "hearing_id": hearing_id,
        "result": result,
        "note": texts.within(note, "reason"),
        "at": now,
        "offset_ms": offset_ms,
        "by": actor.name,
    }
    tx.conn.execute(t.exhibit_original.insert().values(row))
    tx.record("exhibit.original_checked", hearing_id, actor, now, {"exhibit": found.id, "result": result})
    words = f"经核对，{found.label(hearing.kind)}{RESULT_NAMES[result]}。{row['note']}"
    speaker = seat.caption if seat else actor.name
    exhibit_moments.keep(
        tx, actor, now, hearing, found, MomentKind.ORIGINAL, offset_ms=offset_ms, speaker=speaker, words=words
    )
    return exhibits.originals(tx.conn, [found.id])[-1]


def give_opinion(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    party_id: str,
    authentic: Stance,
    lawful: Stance,
    relevant: Stance,
    text: str = "",
    offset_ms: int | None = None,
    once: str | None = None,
) -> Opinion:
    """质证意见 of a party on an exhibit of another side; given again it is a new revision.

    `once` is the page's own id of it: sent again it is the same one. A party speaks for itself, the vehicle's screen
    for those in it, bench and clerk write down for anybody. Refuses `exhibit.own_side`, `exhibit.not_yours`,
    `exhibit.wrong_state` (not shown), `exhibit.not_live`, `exhibit.not_allowed`.
    """
    hearing, _ = holder(tx, actor=actor, hearing_id=hearing_id, within=True)
    live(hearing)
    found = step(tx, actor, hearing, exhibit_id, ExhibitAction.GIVE_OPINION)
    if side_of(tx, actor, hearing, party_id) is found.side:
        raise CourtError("exhibit.own_side")
    known = _made(exhibits.opinions(tx.conn, [found.id]), once)
    if known is not None:
        return known
    before = [o for o in exhibits.opinions(tx.conn, [found.id]) if o.party_id == party_id]
    row = {
        "id": once or new_id(),
        "exhibit_id": found.id,
        "hearing_id": hearing_id,
        "party_id": party_id,
        "rev": len(before) + 1,
        "authentic": authentic,
        "lawful": lawful,
        "relevant": relevant,
        "text": texts.within(text, "note"),
        "at": now,
        "offset_ms": offset_ms,
        "by": actor.name,
    }
    tx.conn.execute(t.exhibit_opinion.insert().values(row))
    facts = {"exhibit": found.id, "party": party_id, "rev": row["rev"], "opinion": row["id"]}
    tx.record("exhibit.opinion", hearing_id, actor, now, facts)
    made = next(o for o in exhibits.opinions(tx.conn, [found.id]) if o.id == row["id"])
    seats = hearings.seats(tx.conn, hearing_id)
    speaker = next((s.caption for s in seats if s.party_id == party_id), made.party_name)
    words = f"对{found.label(hearing.kind)}的质证意见：{made.words}"
    exhibit_moments.keep(
        tx, actor, now, hearing, found, MomentKind.OPINION, offset_ms=offset_ms, speaker=speaker, words=words
    )
    return made


def examine(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    exhibit_id: str,
    anyway: bool = False,
    offset_ms: int | None = None,
) -> Exhibit:
    """质证完毕. Refuses `exhibit.opinions_missing` (409; names) unless the bench goes on `anyway`."""
    hearing, seat = holder(tx, actor=actor, hearing_id=hearing_id)
    live(hearing)
    found = step(tx, actor, hearing, exhibit_id, ExhibitAction.EXAMINE)
    given = {o.party_id for o in exhibits.opinions(tx.conn, [found.id])}
    silent = [p for p in opponents(tx, hearing, found) if p not in given]
    if silent and not anyway:
        names = {p.id: p.name for p in casework.parties(tx.conn, hearing.subject_id)}
        raise CourtError("exhibit.opinions_missing", names="、".join(names[p] for p in silent))
    made = moved(tx, found, ExhibitAction.EXAMINE, actor)
    facts = {"exhibit": found.id, "silent": silent}
    tx.record("exhibit.examined", hearing_id, actor, now, facts)
    words = f"{found.label(hearing.kind)}质证完毕。"
    speaker = seat.caption if seat else actor.name
    exhibit_moments.keep(
        tx, actor, now, hearing, made, MomentKind.EXAMINED, offset_ms=offset_ms, speaker=speaker, words=words
    )
    return made


def _made(rows: Sequence[M], once: str | None) -> M | None:
    return next((one for one in rows if one.id == once), None)


def originals(rx: Read, *, exhibit_id: str) -> tuple[OriginalCheck, ...]:
    """Every comparison with the original, in the order made."""
    return exhibits.originals(rx.conn, [exhibit_id])


def opinions(rx: Read, *, exhibit_id: str) -> tuple[Opinion, ...]:
    """Every opinion ever given, in the order given."""
    return exhibits.opinions(rx.conn, [exhibit_id])
