"""The court fee of a lawsuit: told, paid (on the spot too), deferred, reduced or waived; the sum is domain's."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from court.domain import filing_rules as rules
from court.domain import text
from court.domain.errors import CourtError
from court.domain.fees import Relief
from court.domain.filing import FilingAction, FilingDetails
from court.domain.lifecycle import Actor
from court.domain.matter import IdKind, Side
from court.domain.track import Track
from court.services import clocks
from court.services.filing import step, taken
from court.store.database import Tx
from court.store.load import casework

_RELIEFS = {Relief.EXEMPT: "准予免交", Relief.REDUCED: "准予减交", Relief.DEFERRED: "准予缓交"}


def notify(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """通知交费: the sum with its steps; seven days from the day after (诉讼费用交纳办法 22). Refuses `filing.fee_told`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.NOTIFY_FEE)
    if known.fee is not None:
        raise CourtError("filing.fee_told")
    known = replace(known, fee=rules.charged(known, known.procedure, now))
    clocks.start(tx, actor=actor, now=now, track_id=track_id, rule="SU-06", since=now)
    return step(tx, actor, now, track, FilingAction.NOTIFY_FEE, known)


def pay(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    paid: int,
    receipt: str,
    on_the_spot: bool = False,
) -> Track:
    """收到诉讼费, `paid` in fen, by a numbered fiscal receipt; a circuit court may take it on the spot (办法 52).

    Refuses `filing.no_fee`, `filing.fee_sum` for more than is owed, `text.empty` without the receipt's number."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.PAY_FEE)
    fee = known.fee
    if fee is None:
        raise CourtError("filing.no_fee")
    if not 0 < paid <= fee.payable - fee.paid:
        raise CourtError("filing.fee_sum")
    numbers = "、".join(one for one in (fee.receipt, text.line_clean(text.required(receipt, "label"))) if one)
    fee = replace(fee, paid=fee.paid + paid, paid_at=now, receipt=numbers, on_the_spot=on_the_spot)
    known = replace(known, fee=fee)
    if fee.settled:
        where = "巡回审判当场收取" if on_the_spot else "已交纳"
        _met(tx, actor, now, track_id, f"{where}，票据{fee.receipt}")
    return step(tx, actor, now, track, FilingAction.PAY_FEE, known, {"on_the_spot": on_the_spot})


def relieve(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    relief: Relief,
    reason: str,
    percent: int = 0,
) -> Track:
    """司法救助: waived, reduced by `percent`, or put off, with the reason (办法 44–51). Refuses as the rules say."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.RELIEVE_FEE)
    known = replace(
        known,
        fee=rules.relieved(
            known,
            relief,
            percent,
            reason=text.required(reason, "reason"),
            by=actor.name,
            natural=_natural(tx, track.matter_id),
        ),
    )
    if known.fee is not None and known.fee.settled:
        _met(tx, actor, now, track_id, _RELIEFS.get(relief, "不再交纳"))
    return step(tx, actor, now, track, FilingAction.RELIEVE_FEE, known, {"relief": relief})


def recharged(tx: Tx, actor: Actor, now: datetime, track_id: str, known: FilingDetails) -> FilingDetails:
    """The fee after the procedure changed; what is owed more is paid within seven days (民诉法解释 199)."""
    if known.fee is None:
        return known
    fee = rules.charged(known, known.procedure, now)
    if not fee.settled and clocks.running(tx, track_id=track_id, rule="SU-06") is None:
        about = "转换程序后补交差额"
        clocks.start(tx, actor=actor, now=now, track_id=track_id, rule="SU-06", since=now, about=about)
    return replace(known, fee=fee)


def _natural(tx: Tx, matter_id: str) -> bool:
    plaintiffs = [one for one in casework.parties(tx.conn, matter_id) if one.side is Side.APPLICANT]
    return all(one.id_kind is not IdKind.ORGANISATION for one in plaintiffs)


def _met(tx: Tx, actor: Actor, now: datetime, track_id: str, note: str) -> None:
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule="SU-06", note=note)
