"""What follows from service in a lawsuit: periods to answer and to appeal per party, the effect of the decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from court.domain import clock as limits
from court.domain import filing_rules as rules
from court.domain import text
from court.domain.errors import CourtError
from court.domain.fees import Procedure
from court.domain.filing import Appeal, FilingAction, FilingDetails, FilingState
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.matter import MatterAction, Party, Side
from court.domain.mediation import AgreementState
from court.domain.numbers import day_of
from court.domain.paper import PaperKind
from court.domain.track import Track, TrackKind
from court.services import clocks, paper
from court.services.filing import advance, known_of, of_matter, step, taken
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.load import tracks as load
from court.store.views import moments

_COPIES = {PaperKind.RESPONSE_NOTICE, PaperKind.COMPLAINT, PaperKind.ELEMENT_COMPLAINT}
SWEPT_MOST = 1000


def served(
    tx: Tx, *, actor: Actor, now: datetime, subject_id: str, paper_id: str, party_id: str, at: datetime
) -> None:
    """A paper reached somebody: what counts from that day begins, or moves with a moment that moved."""
    track = of_matter(tx, matter_id=subject_id)
    party = next((one for one in casework.parties(tx.conn, subject_id) if one.id == party_id), None)
    if track is None or party is None:
        return
    known = known_of(track)
    for rule in _begun(known, paper.get(tx, paper_id=paper_id).kind, paper_id, party):
        _count(tx, actor, now, track, party, rule, at)
    _whole(tx, actor, now, track, known)


def undone(tx: Tx, *, actor: Actor, now: datetime, subject_id: str, paper_id: str, party_id: str) -> None:
    """A service no longer stands: what counted from it counts no more."""
    track = of_matter(tx, matter_id=subject_id)
    party = next((one for one in casework.parties(tx.conn, subject_id) if one.id == party_id), None)
    if track is None or party is None:
        return
    for rule in _begun(known_of(track), paper.get(tx, paper_id=paper_id).kind, paper_id, party):
        running = clocks.running(tx, track_id=track.id, rule=rule, party_id=party_id)
        if running is not None:
            clocks.drop(tx, actor=actor, now=now, clock_id=running.id, reason="送达不再成立")


def _begun(known: FilingDetails, kind: PaperKind, paper_id: str, party: Party) -> list[str]:
    decision = known.decision
    if decision is not None and decision.paper_id == paper_id:
        return [rules.APPEAL[decision.kind]] if rules.appealable(known) else []
    if known.refused is not None and kind is PaperKind.RULING and party.side is Side.APPLICANT:
        return ["SU-16"]
    if known.accepted_at is None or decision is not None:
        return []
    if kind in _COPIES and party.side is Side.RESPONDENT:
        return ["SU-04"]
    return [rules.EVIDENCE[known.procedure]] if kind is PaperKind.EVIDENCE_NOTICE else []


def _count(tx: Tx, actor: Actor, now: datetime, track: Track, party: Party, rule: str, at: datetime) -> None:
    running = clocks.running(tx, track_id=track.id, rule=rule, party_id=party.id)
    if running is None:
        if not any(one.rule == rule and one.party_id == party.id and one.met_at for one in _of(tx, track)):
            clocks.start(
                tx,
                actor=actor,
                now=now,
                track_id=track.id,
                rule=rule,
                since=at,
                party_id=party.id,
                about=party.name,
            )
    elif at < running.since or (running.since != at and rule in rules.APPEAL.values()):
        clocks.restart(tx, actor=actor, now=now, clock_id=running.id, since=at, reason="送达的时间有变化")


def _of(rx: Read, track: Track) -> tuple[limits.Clock, ...]:
    return clocks.of_track(rx, track_id=track.id)


def _whole(tx: Tx, actor: Actor, now: datetime, track: Track, known: FilingDetails) -> None:
    """What the court itself had to send has reached everybody it had to reach."""
    everybody = casework.parties(tx.conn, track.matter_id)
    got = {(one.paper_id, one.party_id) for one in moments(tx, track.matter_id)}
    if known.decision is not None:
        if all((known.decision.paper_id, one.id) in got for one in everybody):
            clocks.meet_rule(
                tx, actor=actor, now=now, track_id=track.id, rule="SU-14", note="已送达全部当事人"
            )
        return
    copies = {one.id for one in papers.papers(tx.conn, track.matter_id) if one.kind in _COPIES}
    defendants = [one.id for one in everybody if one.side is Side.RESPONDENT]
    if defendants and all(any((made, one) in got for made in copies) for one in defendants):
        clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule="SU-03", note="已送达被告")


def settle(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, agreement_id: str) -> Track:
    """调解结案: an agreement of this matter that is in force ends the suit at its own day of effect (解释 149).

    Refuses `filing.no_agreement`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.SETTLE)
    agreements = papers.agreements(tx.conn, track.matter_id)
    found = next((one for one in agreements if one.id == agreement_id), None)
    if found is None or found.state is not AgreementState.SEALED or found.effective_at is None:
        raise CourtError("filing.no_agreement")
    rule = rules.TERM[known.procedure]
    note = "调解协议已经生效"
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule=rule, at=found.effective_at, note=note)
    if known.fee is not None:
        known = replace(known, fee=rules.charged(known, Procedure.MEDIATED, now))
    track = step(tx, actor, now, track, FilingAction.SETTLE, known, {"agreement": agreement_id})
    took = day_of(found.effective_at)
    dues = [clause.due for clause in found.clauses if clause.due is not None]
    return _effective(tx, actor, now, track, known, took, max(dues, default=took))


def appeal(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, party_id: str, at: datetime, note: str
) -> Track:
    """收到上诉状 in the window of this party. Refuses `filing.no_appeal` (小额 is final), `filing.appeal_late`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.APPEAL)
    if known.decision is None or not rules.appealable(known):
        raise CourtError("filing.no_appeal")
    rule = rules.APPEAL[known.decision.kind]
    window = next((one for one in _of(tx, track) if one.rule == rule and one.party_id == party_id), None)
    if window is None or at > now:
        raise CourtError("filing.appeal_unserved")
    if at >= window.due_at:
        raise CourtError("filing.appeal_late")
    clocks.meet(tx, actor=actor, now=now, clock_id=window.id, at=at, note="已提起上诉")
    one = Appeal(party_id=party_id, at=at, note=text.within(note, "note"))
    return step(tx, actor, now, track, FilingAction.APPEAL, replace(known, appeals=(*known.appeals, one)))


def take_effect(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, on: date | None = None
) -> Track:
    """确认生效. Without an appeal the day follows from service and windows; after one, `on` is the day the second
    court's decision gives. Refuses `filing.not_effective_yet`, `filing.effect_day`."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.TAKE_EFFECT)
    today = day_of(now)
    took = on if track.state == FilingState.APPEALED else effect_of(tx, track, known, today)
    if took is None:
        raise CourtError(
            "filing.not_effective_yet" if track.state != FilingState.APPEALED else "filing.effect_day"
        )
    if took > today:
        raise CourtError("filing.effect_day")
    return _effective(tx, actor, now, track, known, took, None)


def effect_of(rx: Read, track: Track, known: FilingDetails, today: date) -> date | None:
    """The day the decision takes effect if nobody appealed; None while it does not."""
    decision = known.decision
    if decision is None or known.appeals:
        return None
    got = {one.party_id: one.at for one in moments(rx, track.matter_id) if one.paper_id == decision.paper_id}
    windows = {one.party_id: one for one in _of(rx, track) if one.rule == rules.APPEAL[decision.kind]}
    delivered = []
    for party in casework.parties(rx.conn, track.matter_id):
        at = got.get(party.id)
        window = windows.get(party.id)
        ends = window.due_on if window is not None and rules.appealable(known) else None
        unknown = at is None or (ends is None and rules.appealable(known))
        delivered.append(
            None if unknown or at is None else rules.Delivered(served_on=day_of(at), window_ends=ends)
        )
    return rules.effect(delivered, today)


def sweep(tx: Tx, *, now: datetime) -> int:
    """Decisions whose windows have all passed take effect. Says how many; the same moment again changes nothing."""
    wanted = (t.track.c.kind == TrackKind.FILING, t.track.c.state == FilingState.DECIDED)
    query = sa.select(t.track).where(*wanted).order_by(t.track.c.updated_at).limit(SWEPT_MOST)
    changed = 0
    for row in tx.conn.execute(query).all():
        track = load.track_of(row)
        known = known_of(track)
        took = effect_of(tx, track, known, day_of(now))
        if took is not None:
            _effective(tx, SYSTEM_ACTOR, now, track, known, took, None)
            changed += 1
    return changed


def _effective(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    known: FilingDetails,
    took: date,
    performs: date | None,
) -> Track:
    """In effect from that day; the two years to apply for enforcement count from the last day to perform."""
    known = replace(known, effective_on=took)
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="裁判已经生效，这个期限不再计算")
    ends = performs or (rules.performance_ends(known.decision, took) if known.decision else took)
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule="ZX-02", since=rules.noon(ends))
    if known.fee is not None and known.fee.paid > known.fee.payable:
        clocks.start(tx, actor=actor, now=now, track_id=track.id, rule="SU-26", since=rules.noon(took))
    advance(tx, actor, now, track.matter_id, MatterAction.DECIDE)
    facts: dict[str, object] = {"on": took.isoformat()}
    return step(tx, actor, now, track, FilingAction.TAKE_EFFECT, known, facts, ended_at=now)
