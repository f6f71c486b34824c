"""How a mediation ends (在线调解规则 25): by the last signature, by word, in failure, sent back; what follows."""

from dataclasses import replace
from datetime import datetime, timedelta

from court.domain import clock as reckoned
from court.domain import text
from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.matter import MATTER, MatterAction
from court.domain.mediation import Agreement, AgreementState
from court.domain.mediation_end import ENDINGS, EndReason, endings, require
from court.domain.mediation_people import Mediation
from court.domain.mediation_track import (
    MEDIATION,
    RETURN_WORDS,
    MediationAction,
    Origin,
    ReturnReason,
)
from court.domain.numbers import day_of
from court.domain.performance import performed
from court.domain.track import Track, TrackKind
from court.services import clocks, duties, follow_ups, telling, tracks
from court.services import matter as matters
from court.services.mediation_track import known_of, live, mine, state_of, term
from court.store.database import Read, Tx
from court.store.load import papers

MOST_FACTS = 40
_DAY = timedelta(days=1)
# After filing, what was added to the term is not counted in the limit of the trial (在线调解规则 24).
_TRIAL_LIMITS = frozenset({"SU-17", "SU-18", "SU-19"})


def possible(rx: Read, *, track: Track, now: datetime) -> tuple[EndReason, ...]:
    """The ways to end it that may be chosen now."""
    state = state_of(track)
    if (state, MediationAction.END) not in MEDIATION.table:
        return ()
    return endings(state, **_facts(rx, track, now))


def _facts(rx: Read, track: Track, now: datetime) -> dict[str, bool]:
    clock = term(rx, track.id)
    refused = any(one.state is AgreementState.VOID for one in papers.agreements(rx.conn, track.matter_id))
    return {"refused_to_sign": refused, "term_over": clock is not None and now >= clock.due_at}


def require_begun(rx: Read, matter_id: str) -> None:
    """An agreement is drafted in the talks, not before them. Refuses `mediation.not_begun`; nothing without a track."""
    track = live(rx, matter_id)
    if track is not None and (state_of(track), MediationAction.AGREE) not in MEDIATION.table:
        raise CourtError("mediation.not_begun", state=MEDIATION.labels[state_of(track)])


def agreed(tx: Tx, *, actor: Actor, now: datetime, agreement: Agreement) -> None:
    """The last signature took effect: the term is met, thirty days for a confirmation begin, duties and the visit are
    planned. Without a mediation track only duties and the visit are."""
    fresh = papers.agreement(tx.conn, agreement.id)
    assert fresh is not None
    agreement, effective = fresh, fresh.effective_at or now
    duties.plan(tx, actor=actor, now=now, agreement=agreement)
    follow_ups.plan(tx, actor=actor, now=now, agreement=agreement)
    track = live(tx, agreement.matter_id)
    if track is None or (state_of(track), MediationAction.AGREE) not in MEDIATION.table:
        return
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.AGREE,
        facts={"agreement": agreement.id},
        outcome=EndReason.AGREED,
    )
    _stop_term(tx, actor, now, moved, met=True)
    rule = ENDINGS[EndReason.AGREED].clock
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule=rule, since=effective)
    _tell(tx, actor, now, moved, EndReason.AGREED)


def agree_orally(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, words: str) -> Track:
    """口头协议 (人民调解法 28): its content is written down by the mediator and takes effect at once (30)."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), note=text.required(words, "note"))
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.AGREE,
        rev=rev,
        known=known,
        facts={"oral": True},
        outcome=EndReason.AGREED,
    )
    _stop_term(tx, actor, now, moved, met=True)
    _matter(tx, actor, now, moved, MatterAction.SETTLE)
    return moved


def withdrawn(tx: Tx, *, actor: Actor, now: datetime, matter_id: str) -> None:
    """The agreement was withdrawn after its seal: the talks go on, and what was to be done under it falls."""
    track = live(tx, matter_id)
    if track is None or (state_of(track), MediationAction.REOPEN) not in MEDIATION.table:
        return
    tracks.step(tx, actor=actor, now=now, track=track, action=MediationAction.REOPEN, outcome="")
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="协议已撤回，重新调解")


def end(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    reason: EndReason,
    note: str,
    costly: str = "",
    undisputed: tuple[str, ...] = (),
) -> Track:
    """终结调解: the reason of the article with the facts it needs; what both sides confirmed is kept for the trial.

    Refuses what `mediation_end.require` refuses, `mediation.too_many`."""
    track = mine(tx, actor, track_id)
    ending = require(reason, state_of(track), **_facts(tx, track, now))
    facts = tuple(text.required(one, "note") for one in undisputed if one.strip())
    if len(facts) > MOST_FACTS:
        raise CourtError("mediation.too_many")
    known = replace(
        known_of(track),
        note=text.required(note, "note"),
        costly=text.within(costly, "note"),
        undisputed=facts,
    )
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=ending.action,
        rev=rev,
        known=known,
        facts={"reason": reason},
        outcome=reason,
        ended_at=now,
    )
    _stop_term(tx, actor, now, moved, met=False)
    if ending.matter is not None:
        _matter(tx, actor, now, moved, ending.matter)
    _tell(tx, actor, now, moved, reason)
    return moved


def send_back(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, reason: ReturnReason, note: str = ""
) -> Track:
    """退回申请 (在线调解规则 9), with what to do instead."""
    track = mine(tx, actor, track_id)
    why, instead = RETURN_WORDS[reason]
    known = replace(known_of(track), note=f"{why}。{instead}{text.within(note, 'reason')}")
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.RETURN,
        rev=rev,
        known=known,
        facts={"reason": reason},
        outcome=reason,
        ended_at=now,
    )
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason=f"退回申请：{why}")
    telling.tell(
        tx,
        actor=actor,
        now=now,
        matter_id=track.matter_id,
        words=f"调解申请已退回：{why}。{instead}",
        key=f"returned:{track.id[:24]}",
        purpose="mediation",
    )
    return moved


def finish(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, note: str) -> Track:
    """办结: everything is performed or given up, the visit is made and its task done. Refuses `mediation.not_performed`."""
    track = mine(tx, actor, track_id)
    planned = duties.of_matter(tx, matter_id=track.matter_id)
    visits = follow_ups.of_matter(tx, matter_id=track.matter_id)
    missing = []
    if planned and performed(planned) != "已全部履行":
        missing.append("还有没有履行的内容")
    if visits and not any(one.visited_at for one in visits):
        missing.append("还没有回访")
    if any(one.task and one.task_done_at is None for one in visits):
        missing.append("回访中发现的问题还没有处理")
    if missing:
        raise CourtError("mediation.not_performed", missing="、".join(missing))
    known = replace(known_of(track), note=text.required(note, "note"))
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="调解办结")
    return tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.FINISH,
        rev=rev,
        known=known,
        ended_at=now,
    )


def _stop_term(tx: Tx, actor: Actor, now: datetime, track: Track, *, met: bool) -> None:
    clock = term(tx, track.id)
    if clock is not None:
        _leave_out_of_trial(tx, actor, now, track, known_of(track), clock)
        if met:
            clocks.meet(tx, actor=actor, now=now, clock_id=clock.id, note="达成调解协议")
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="调解已经结束")


def _leave_out_of_trial(
    tx: Tx, actor: Actor, now: datetime, track: Track, known: Mediation, clock: reckoned.Clock
) -> None:
    """The days by which the sides lengthened a mediation after filing do not count in the trial's limit."""
    if known.origin not in {Origin.ORDINARY, Origin.SUMMARY} or not clock.extended:
        return
    filing = tracks.live(tx, matter_id=track.matter_id, kind=TrackKind.FILING)
    today = day_of(now)
    first = clock.due_on - _DAY * (clock.extended - 1)
    last = min(today - _DAY, clock.due_on)
    if filing is None or last < first:
        return
    for one in clocks.of_track(tx, track_id=filing.id):
        if one.state is reckoned.ClockState.RUNNING and one.rule in _TRIAL_LIMITS:
            clocks.pause(
                tx, actor=actor, now=now, clock_id=one.id, first=first, reason="各方同意延长的调解期间"
            )
            clocks.resume(tx, actor=actor, now=now, clock_id=one.id, on=last + _DAY)


def _matter(tx: Tx, actor: Actor, now: datetime, track: Track, action: MatterAction) -> None:
    """The dispute itself, unless it goes on in court."""
    if tracks.live(tx, matter_id=track.matter_id, kind=TrackKind.FILING) is not None:
        return
    state = matters.get(tx, matter_id=track.matter_id).state
    if (state, action) in MATTER.table:
        matters.advance(tx, actor=actor, now=now, matter_id=track.matter_id, action=action)


def _tell(tx: Tx, actor: Actor, now: datetime, track: Track, reason: EndReason) -> None:
    telling.tell(
        tx,
        actor=actor,
        now=now,
        matter_id=track.matter_id,
        words=ENDINGS[reason].message,
        key=f"ended:{track.id[-24:]}:{track.rev}",
        purpose="mediation",
    )
