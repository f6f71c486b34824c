"""One pad, several people: whose turn it is, taken by a confirming step, nobody else's meanwhile. For any paper with fields.

Who may act for whom, and who comes next, the caller has asked before.
"""

from datetime import datetime

from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.signature import PadEnd, PadTurn, may_take
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import signatures


def held(rx: Read, *, now: datetime, subject_id: str) -> PadTurn | None:
    """Who has the pad of this paper now; None when it is free."""
    turn = signatures.pad_turn(rx.conn, subject_id)
    return turn if turn is not None and turn.open_at(now) else None


def check_free(rx: Read, *, actor: Actor, now: datetime, subject_id: str, signer_id: str) -> PadTurn | None:
    """The turn this screen holds for this signer already, None when a new one may be taken. Refuses `pad.taken`."""
    present = signatures.pad_turn(rx.conn, subject_id)
    fresh = may_take(present, now=now, signer_id=signer_id, holder=actor.id)
    return None if fresh else present


def take(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: str,
    signer_id: str,
    name: str,
    base_sha256: str,
    confirmation: str = "",
    confirmed_by: str = "",
) -> PadTurn:
    """本人确认: from now on the pad is this person's, at this screen, for this state of the paper.

    The same person at the same screen gets the same turn again. Refuses `pad.taken` (params name).
    """
    present = check_free(tx, actor=actor, now=now, subject_id=subject_id, signer_id=signer_id)
    if present is not None and present.base_sha256 == base_sha256:
        return present
    stale = signatures.pad_turn(tx.conn, subject_id)
    if stale is not None:
        _end(tx, now, stale, PadEnd.EXPIRED)
    row = {
        "id": new_id(),
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "signer_id": signer_id,
        "name": name,
        "holder": actor.id,
        "base_sha256": base_sha256,
        "confirmation": confirmation,
        "confirmed_by": confirmed_by,
        "taken_at": now,
        "ended_at": None,
    }
    tx.conn.execute(t.pad_turn.insert().values(row | {"ended": ""}))
    facts = {"signer": signer_id, "turn": row["id"], "confirmation": confirmation}
    tx.record("pad.taken", subject_id, actor, now, facts)
    return PadTurn(**row)  # type: ignore[arg-type]


def require(
    rx: Read, *, actor: Actor, now: datetime, subject_id: str, signer_id: str, turn_id: str, base_sha256: str
) -> PadTurn:
    """The open turn of this signer at this screen. Refuses `pad.taken` where it is somebody else's, `pad.not_confirmed`."""
    turn = held(rx, now=now, subject_id=subject_id)
    if turn is not None and (turn.signer_id, turn.holder) != (signer_id, actor.id):
        raise CourtError("pad.taken", name=turn.name)
    if turn is None or turn.id != turn_id or turn.base_sha256 != base_sha256:
        raise CourtError("pad.not_confirmed")
    return turn


def give_back(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, by_bench: bool = False) -> None:
    """The person hands the pad back, or the bench takes it away. Nothing when it is free; refuses `pad.taken`."""
    turn = held(tx, now=now, subject_id=subject_id)
    if turn is None:
        return
    if turn.holder != actor.id and not by_bench:
        raise CourtError("pad.taken", name=turn.name)
    end = PadEnd.GIVEN_BACK if turn.holder == actor.id else PadEnd.TAKEN_AWAY
    _end(tx, now, turn, end)
    tx.record(f"pad.{end}", subject_id, actor, now, {"signer": turn.signer_id, "turn": turn.id})


def signed(tx: Tx, *, now: datetime, subject_id: str) -> None:
    """The signature stands: the pad is free for the next person, who confirms again."""
    turn = signatures.pad_turn(tx.conn, subject_id)
    if turn is not None:
        _end(tx, now, turn, PadEnd.SIGNED)


def _end(tx: Tx, now: datetime, turn: PadTurn, end: PadEnd) -> None:
    ended = {"ended_at": now, "ended": end}
    tx.conn.execute(t.pad_turn.update().where(t.pad_turn.c.id == turn.id).values(ended))
