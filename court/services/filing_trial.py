"""A lawsuit between acceptance and its end: procedure changed, answered, heard, put off, stayed, decided, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from court.domain import clock as limits
from court.domain import filing_rules as rules
from court.domain import text
from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.filing import (
    Adjournment,
    Answer,
    Decision,
    FilingAction,
    FilingDetails,
    FilingState,
    ProcedureChoice,
    Stay,
)
from court.domain.hearing import HearingKind, HearingState
from court.domain.lifecycle import Actor
from court.domain.matter import MatterAction, Party, Side
from court.domain.paper import PaperKind
from court.domain.track import Track
from court.services import clocks, filing_fee, hearing, paper
from court.services.filing import advance, step, taken
from court.store.database import Tx
from court.store.load import casework
from court.store.views import moments

DECISIONS = frozenset(
    {PaperKind.JUDGMENT, PaperKind.ELEMENT_JUDGMENT, PaperKind.ORDER_JUDGMENT, PaperKind.RULING}
)
_BOOKED = {HearingState.SCHEDULED, HearingState.ROLL_CALL}


def change_procedure(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    procedure: Procedure,
    reason: str,
    agreed: bool = False,
) -> Track:
    """转换程序: the new term counts from acceptance (解释 258), the fee is reckoned anew. Refuses as the rules say."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.CHANGE_PROCEDURE)
    running = clocks.running(tx, track_id=track_id, rule=rules.TERM[known.procedure])
    over = running is not None and limits.lamp(running, now) is limits.Lamp.OVERDUE
    rules.require_change(known, procedure, agreed=agreed, term_over=over)
    choice = ProcedureChoice(procedure=procedure, at=now, by=actor.name, reason=text.required(reason, "note"))
    if running is not None:
        why = "审理程序转换，审理期限自立案之日按新程序计算"
        clocks.drop(tx, actor=actor, now=now, clock_id=running.id, reason=why)
    since = known.accepted_at or now
    fresh = clocks.start(tx, actor=actor, now=now, track_id=track_id, rule=rules.TERM[procedure], since=since)
    for past in running.pauses if running else ():
        # What did not count before does not count after: the new term takes the same pauses.
        clocks.taken_over(tx, actor=actor, now=now, clock_id=fresh.id, pause=past)
    known = replace(known, procedures=(*known.procedures, choice))
    known = filing_fee.recharged(tx, actor, now, track_id, known)
    facts: dict[str, object] = {"procedure": procedure}
    return step(tx, actor, now, track, FilingAction.CHANGE_PROCEDURE, known, facts, procedure=procedure.value)


def answer(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, party_id: str, at: datetime, note: str
) -> Track:
    """收到答辩: the copy goes to the plaintiff within five days (民事诉讼法 128). Refuses `filing.not_a_defendant`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.ANSWER)
    who = next((one for one in _defendants(tx, track) if one.id == party_id), None)
    if who is None:
        raise CourtError("filing.not_a_defendant")
    if at > now:
        raise CourtError("filing.received_day")
    clocks.meet_rule(
        tx, actor=actor, now=now, track_id=track_id, rule="SU-04", at=at, note="提出答辩", party_id=party_id
    )
    clocks.start(
        tx, actor=actor, now=now, track_id=track_id, rule="SU-05", since=at, party_id=party_id, about=who.name
    )
    told = Answer(party_id=party_id, at=at, note=text.within(note, "note"))
    return step(tx, actor, now, track, FilingAction.ANSWER, replace(known, answers=(*known.answers, told)))


def adjourn(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    hearing_id: str,
    to: datetime,
    ground: rules.Ground,
    words: str,
    agreed: bool = False,
) -> Track:
    """延期开庭: the booking moves with it (one that was held already gets a new one). Refuses as the rules say."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.ADJOURN)
    booked = hearing.seen(tx, actor=actor, hearing_id=hearing_id)
    if booked.subject_id != track.matter_id or booked.kind is not HearingKind.TRIAL:
        raise CourtError("hearing.not_found")
    rules.require_adjournment(known, ground, was=booked.starts_at, to=to, agreed=agreed, role=actor.role)
    if booked.state in _BOOKED:
        hearing.moved(tx, actor=actor, now=now, hearing_id=hearing_id, starts_at=to)
    elif booked.state is HearingState.CLOSED:
        hearing.again(tx, actor=actor, now=now, hearing_id=hearing_id, starts_at=to)
    else:
        raise CourtError("filing.hearing_live")
    one = Adjournment(
        hearing_id=hearing_id,
        was=booked.starts_at,
        to=to,
        reason=f"{rules.GROUND_NAMES[ground]}：{text.required(words, 'reason')}",
        by=actor.name,
        agreed=agreed,
    )
    known = replace(known, adjournments=(*known.adjournments, one))
    return step(tx, actor, now, track, FilingAction.ADJOURN, known, {"ground": ground, "hearing": hearing_id})


def stay(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    since: date,
    ground: rules.StayGround,
    words: str,
) -> Track:
    """中止诉讼 (民事诉讼法 153): the term of trial does not run."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.STAY)
    reason = f"{rules.STAY_NAMES[ground]}：{text.required(words, 'reason')}"[:400]
    running = clocks.running(tx, track_id=track_id, rule=rules.TERM[known.procedure])
    if running is not None and running.state is limits.ClockState.RUNNING:
        clocks.pause(
            tx, actor=actor, now=now, clock_id=running.id, first=since, reason=f"中止诉讼：{reason}"[:400]
        )
    one = Stay(since=since, until=None, reason=reason, by=actor.name)
    return step(tx, actor, now, track, FilingAction.STAY, replace(known, stays=(*known.stays, one)))


def resume(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, on: date) -> Track:
    """恢复诉讼: the term goes on from this day."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.RESUME)
    running = clocks.running(tx, track_id=track_id, rule=rules.TERM[known.procedure])
    if running is not None and running.state is limits.ClockState.PAUSED:
        clocks.resume(tx, actor=actor, now=now, clock_id=running.id, on=on)
    done = replace(known.stays[-1], until=on)
    return step(tx, actor, now, track, FilingAction.RESUME, replace(known, stays=(*known.stays[:-1], done)))


def decide(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, decision: Decision) -> Track:
    """作出裁判: a sealed paper of this matter. The term of trial ends with the announcement (解释 243); one announced in
    court goes out within ten days (民事诉讼法 151). Refuses `filing.no_decision_paper`, `filing.received_day`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.DECIDE)
    made = paper.get(tx, paper_id=decision.paper_id)
    if made.subject_id != track.matter_id or made.kind not in DECISIONS:
        raise CourtError("filing.no_decision_paper")
    if decision.announced_at > now:
        raise CourtError("filing.received_day")
    known = replace(known, decision=decision)
    _term_met(tx, actor, now, track_id, known, decision.announced_at, "裁判已宣告")
    if decision.in_court:
        at = decision.announced_at
        clocks.start(tx, actor=actor, now=now, track_id=track_id, rule="SU-14", since=at)
    advance(tx, actor, now, track.matter_id, MatterAction.DECIDE)
    facts: dict[str, object] = {"decision": decision.kind, "paper": made.id}
    return step(tx, actor, now, track, FilingAction.DECIDE, known, facts, outcome=decision.kind.value)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, reason: str) -> Track:
    """撤诉: before acceptance the complaint is taken back; after it the judge allows it (民事诉讼法 148)."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.WITHDRAW)
    return _withdrawn(tx, actor, now, track, known, FilingAction.WITHDRAW, text.required(reason, "note"))


def deem_withdrawn(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, why: rules.Deemed, words: str
) -> Track:
    """按撤诉处理, by the judge alone. Refuses `filing.fee_not_overdue`, `filing.no_summons` (解释 261)."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.DEEM_WITHDRAWN)
    match why:
        case rules.Deemed.FEE_UNPAID:
            running = clocks.running(tx, track_id=track_id, rule="SU-06")
            if running is None or limits.lamp(running, now) is not limits.Lamp.OVERDUE:
                raise CourtError("filing.fee_not_overdue")
        case rules.Deemed.ABSENT:
            _require_summoned(tx, track)
    reason = f"{rules.DEEMED_NAMES[why]}：{text.required(words, 'note')}"
    return _withdrawn(tx, actor, now, track, known, FilingAction.DEEM_WITHDRAWN, reason)


def _withdrawn(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    known: FilingDetails,
    action: FilingAction,
    reason: str,
) -> Track:
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="已撤诉")
    if known.accepted_at is not None:
        known = replace(known, fee=rules.charged(known, Procedure.WITHDRAWN, now) if known.fee else None)
        advance(tx, actor, now, track.matter_id, MatterAction.DECIDE)
    known = replace(known, withdrawn_reason=reason)
    outcome = FilingState.WITHDRAWN.value
    return step(tx, actor, now, track, action, known, ended_at=now, outcome=outcome)


def _term_met(
    tx: Tx, actor: Actor, now: datetime, track_id: str, known: FilingDetails, at: datetime, note: str
) -> None:
    rule = rules.TERM[known.procedure]
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule=rule, at=at, note=note)
    for spent in ("SU-04", "SU-10", "SU-11", "SU-12"):
        while (one := clocks.running(tx, track_id=track_id, rule=spent)) is not None:
            clocks.drop(tx, actor=actor, now=now, clock_id=one.id, reason="案件已经裁判")


def _require_summoned(tx: Tx, track: Track) -> None:
    """Every plaintiff was served with a summons; a message nobody confirmed is none (民诉法解释 261)."""
    called = {
        one.party_id
        for one in moments(tx, track.matter_id)
        if paper.get(tx, paper_id=one.paper_id).kind is PaperKind.SUMMONS and not one.presumed
    }
    mine = [one.id for one in casework.parties(tx.conn, track.matter_id) if one.side is Side.APPLICANT]
    if not set(mine) <= called:
        raise CourtError("filing.no_summons")


def _defendants(tx: Tx, track: Track) -> list[Party]:
    return [one for one in casework.parties(tx.conn, track.matter_id) if one.side is Side.RESPONDENT]
