"""司法确认: prepared from the agreement, asked for by both sides together, accepted, reviewed, decided. Draws no paper."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.calendar import working_calendar
from court.domain.clause_check import Situation, check
from court.domain.confirmation import (
    TERM,
    TO_ACCEPT,
    TO_DECIDE,
    TO_DECIDE_OLD,
    TO_OBJECT,
    Confirmation,
    ConfirmationAction,
    ConfirmationState,
    require_in_time,
)
from court.domain.confirmation_court import Link, Tie, ties
from court.domain.confirmation_review import Decision, Ground, hints, require_outcome, review_problems
from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, Role
from court.domain.matter import IdKind
from court.domain.mediation import Agreement, AgreementState
from court.domain.mediation_people import Question, all_say_yes, answered
from court.domain.numbers import COURT_ZONE, Series, day_of
from court.domain.paper import PaperKind
from court.domain.temporary import Act
from court.domain.temporary import require as require_known
from court.domain.track import Track, TrackKind
from court.services import accounts, clocks, duties, findings, telling, tracks
from court.services import matter as matters
from court.services.mediation_track import known_of as mediation_known
from court.services.mediation_track import sides, word
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.rows import next_case_number
from court.store.views.service import moments

KIND, TIME_BAR = "诉前调确", "ZX-02"
MOST_WORDS = 200
_STATE = {
    Decision.GRANT: ConfirmationAction.GRANT,
    Decision.REJECT: ConfirmationAction.REJECT,
    Decision.NOT_ACCEPT: ConfirmationAction.NOT_ACCEPT,
}


def known_of(track: Track) -> Confirmation:
    """What only a confirmation knows."""
    return tracks.details(track, Confirmation)


def confirmable(rx: Read, *, matter_id: str, now: datetime) -> Agreement:
    """The agreement in effect that may still be confirmed. Refuses `confirmation.no_agreement`, `confirmation.by_court`
    (a 民事调解书 is enforceable by itself), `confirmation.late`."""
    living = papers.living_agreement_id(rx.conn, matter_id)
    agreement = papers.agreement(rx.conn, living) if living else None
    if agreement is None or agreement.state is not AgreementState.SEALED or not agreement.effective_at:
        raise CourtError("confirmation.no_agreement")
    if Series.COURT_MEDIATION in agreement.number:
        raise CourtError("confirmation.by_court")
    require_in_time(day_of(agreement.effective_at), day_of(now), working_calendar())
    return agreement


def prepare(tx: Tx, *, actor: Actor, now: datetime, matter_id: str) -> Track:
    """A track for the application; asked twice it is the same. Refuses what `confirmable` refuses."""
    before = tracks.live(tx, matter_id=matter_id, kind=TrackKind.CONFIRMATION)
    if before is not None:
        return before
    agreement = confirmable(tx, matter_id=matter_id, now=now)
    assert agreement.effective_at is not None
    known = Confirmation(agreement_id=agreement.id, effective_on=day_of(agreement.effective_at))
    columns: dict[str, Any] = {"judge_id": None, "mediator_id": None}
    return tracks.open_track(
        tx, actor=actor, now=now, matter_id=matter_id, kind=TrackKind.CONFIRMATION, known=known, **columns
    )


def answer(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, party_id: str, yes: bool, note: str = ""
) -> Track:
    """Whether a side asks for it too; the same again changes nothing."""
    track = mine(tx, actor, track_id)
    known = known_of(track)
    if party_id not in sides(tx, track.matter_id):
        raise CourtError("party.not_found")
    said = text.within(note, "reason")
    if answered(known.words, party_id, Question.CONFIRM, "", yes, said):
        return track
    if len(known.words) >= MOST_WORDS:
        raise CourtError("mediation.too_many")
    one = word(actor, now, party_id, Question.CONFIRM, "", yes, said)
    known = replace(known, words=(*known.words, one))
    return _step(tx, actor, now, track, ConfirmationAction.ANSWER, None, known, {"party": party_id})


def competence(rx: Read, *, track: Track, court_name: str, body: str) -> tuple[Tie, ...]:
    """Every tie of the agreement to this court, with reasons (民事诉讼法 205)."""
    matter = matters.get(rx, matter_id=track.matter_id)
    invited = any(
        mediation_known(one).invited
        for one in tracks.of_matter(rx, matter_id=matter.id)
        if one.kind is TrackKind.MEDIATION
    )
    homes = tuple(
        (one.name, one.address)
        for one in casework.parties(rx.conn, matter.id)
        if one.id in sides(rx, matter.id)
    )
    return ties(
        court_name=court_name,
        invited=invited,
        homes=homes,
        object_place=matter.place,
        body=body,
        body_place=body,
    )


def apply(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    link: Link,
    link_note: str,
    oral: bool,
    court_name: str,
    body: str,
) -> Track:
    """共同申请: within thirty days, by all, known persons, to a court that the law names; three days to accept begin.

    Refuses `confirmation.not_joint`, `confirmation.late`, `confirmation.not_competent`, `identity.temporary`."""
    track = mine(tx, actor, track_id)
    known, wanted = known_of(track), sides(tx, track.matter_id)
    confirmable(tx, matter_id=track.matter_id, now=now)
    if not all_say_yes(known.words, wanted, Question.CONFIRM):
        raise CourtError("confirmation.not_joint")
    _require_known(tx, track.matter_id)
    said = text.within(link_note, "reason")
    found = [one for one in competence(tx, track=track, court_name=court_name, body=body) if one.link is link]
    if not any(one.holds or (one.holds is None and said) for one in found):
        raise CourtError("confirmation.not_competent")
    known = replace(known, link=link, link_note=said, oral=oral, applied_at=now)
    moved = _step(tx, actor, now, track, ConfirmationAction.APPLY, rev, known)
    for one in tracks.of_matter(tx, matter_id=track.matter_id):
        if one.kind is TrackKind.MEDIATION:
            clocks.meet_rule(
                tx, actor=actor, now=now, track_id=one.id, rule=TERM, note="双方共同申请司法确认"
            )
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule=TO_ACCEPT, since=now)
    return moved


def _require_known(rx: Read, matter_id: str) -> None:
    i = t.identity_check
    for party in casework.parties(rx.conn, matter_id):
        if party.id_kind is not IdKind.TEMPORARY:
            continue
        query = sa.select(i.c.method).where(i.c.party_id == party.id).order_by(i.c.at)
        methods = [IdentityMethod(one) for one in rx.conn.execute(query).scalars()]
        known = next((one for one in methods if one is not IdentityMethod.TEMPORARY), None)
        require_known(Act.CONFIRM, name=party.name, kind=party.id_kind, method=known)


def accept(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, judge_id: str, court_code: str
) -> Track:
    """受理 with its number; one judge reviews (法释〔2011〕5号 6); thirty days to decide, a warning at fifteen."""
    track = mine(tx, actor, track_id)
    accounts.require_role(tx, judge_id, Role.JUDGE)
    number = str(next_case_number(tx, KIND, now, court_code))
    known = replace(known_of(track), accepted_at=now)
    moved = _step(
        tx,
        actor,
        now,
        track,
        ConfirmationAction.ACCEPT,
        rev,
        known,
        {"judge": judge_id},
        number=number,
        judge_id=judge_id,
    )
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule=TO_ACCEPT)
    for rule in (TO_DECIDE, TO_DECIDE_OLD):
        clocks.start(tx, actor=actor, now=now, track_id=track.id, rule=rule, since=now)
    matters.handed(tx, actor=actor, now=now, matter_id=track.matter_id, place="judge_id", account_id=judge_id)
    _tell(tx, actor, now, moved, f"司法确认申请已受理，编号{number}。请留意通知，双方要一起到场核实。")
    return moved


def ask_more(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, what: str) -> Track:
    """限期补充 (解释 354, 356); said once, shown to the parties."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), more=text.required(what, "note"))
    moved = _step(tx, actor, now, track, ConfirmationAction.ASK_MORE, rev, known)
    _tell(tx, actor, now, moved, "司法确认申请要补充材料，请到车上或者打电话问清楚。")
    return moved


def supplement(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, note: str) -> Track:
    """What was asked for is there; the review goes on. Before the acceptance it goes back to be accepted."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), more="", note=text.required(note, "note"))
    action = ConfirmationAction.SUPPLEMENT if known.accepted_at is not None else ConfirmationAction.RESUBMIT
    return _step(tx, actor, now, track, action, rev, known)


def review(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    answers: dict[Ground, bool],
    asked: str,
) -> Track:
    """Every question of the law answered, and what was asked of both sides together (解释 356): all faults at once."""
    track = _judged(tx, actor, track_id)
    if problems := review_problems(answers, asked=asked):
        raise CourtError("form.invalid", problems=problems)
    known = replace(known_of(track), answers=answers, asked=text.within(asked, "facts"))
    return _step(tx, actor, now, track, ConfirmationAction.REVIEW, rev, known)


def refuse_acceptance(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    bars: Iterable[Ground],
    reasons: str,
) -> Track:
    """裁定不予受理 (解释 355). Refuses `confirmation.no_bar`."""
    track = mine(tx, actor, track_id)
    answers = dict.fromkeys(bars, True)
    require_outcome(answers, Decision.NOT_ACCEPT)
    known = replace(known_of(track), answers=answers)
    return _decide(tx, actor, now, track, rev, known, Decision.NOT_ACCEPT, reasons)


def decide(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, decision: Decision, reasons: str = ""
) -> Track:
    """裁定确认有效 or 驳回申请, as the review allows it (`confirmation.has_grounds`, `confirmation.no_ground`,
    `confirmation.unreviewed`); a rejection needs its reasons."""
    track = _judged(tx, actor, track_id)
    known = known_of(track)
    require_outcome(known.answers, decision)
    return _decide(tx, actor, now, track, rev, known, decision, reasons)


def _decide(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    rev: int,
    known: Confirmation,
    decision: Decision,
    reasons: str,
) -> Track:
    said = text.within(reasons, "note") if decision is Decision.GRANT else text.required(reasons, "note")
    moved = _step(
        tx,
        actor,
        now,
        track,
        _STATE[decision],
        rev,
        replace(known, reasons=said, decided_at=now),
        {"grounds": list(known.found)},
        outcome=decision,
        ended_at=now,
    )
    for rule in (TO_ACCEPT, TO_DECIDE, TO_DECIDE_OLD):
        clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule=rule)
    words = {
        Decision.GRANT: "法院已裁定调解协议有效，裁定书会送给您。请按协议履行。",
        Decision.REJECT: "法院驳回了司法确认申请，理由见裁定书。可以变更协议或者起诉。",
        Decision.NOT_ACCEPT: "法院不予受理司法确认申请，理由见裁定书。可以变更协议或者起诉。",
    }
    _tell(tx, actor, now, moved, words[decision])
    return moved


def withdraw(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, reason: str) -> Track:
    """撤回 before the decision, or taken as withdrawn where nothing was supplied (解释 357)."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), note=text.required(reason, "note"))
    moved = _step(
        tx, actor, now, track, ConfirmationAction.WITHDRAW, rev, known, outcome="withdrawn", ended_at=now
    )
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason="申请已撤回")
    return moved


def pointed(rx: Read, *, track: Track, now: datetime) -> dict[Ground, tuple[str, ...]]:
    """What the clause checker saw in the agreement, by the question it belongs to: a hint, never an answer."""
    agreement = papers.agreement(rx.conn, known_of(track).agreement_id)
    if agreement is None:
        return {}
    against: Situation = findings.situation(rx, agreement=agreement, now=now)
    # A day that has passed meanwhile makes nothing unclear.
    seen = check(findings.typed(agreement), against)
    return hints((one.code, one.number, one.text) for one in seen)


def served_on(rx: Read, *, track: Track) -> dict[str, date]:
    """On whom the order of this track was served, and when: party id to day."""
    order = {PaperKind.CONFIRMATION_GRANTED, PaperKind.CONFIRMATION_REJECTED}
    ids = {
        one.id
        for one in papers.papers(rx.conn, track.matter_id)
        if one.kind in order and one.number == track.number
    }
    found: dict[str, date] = {}
    for one in moments(rx, track.matter_id):
        if one.paper_id in ids:
            day = day_of(one.at)
            found[one.party_id] = min(day, found.get(one.party_id, day))
    return found


def sweep(tx: Tx, *, now: datetime) -> int:
    """After the service of a confirmation fifteen days to object begin for each party, once (解释 372)."""
    k = t.track
    recent = now - timedelta(days=400)
    query = sa.select(k.c.id).where(
        k.c.kind == TrackKind.CONFIRMATION,
        k.c.state == ConfirmationState.GRANTED,
        k.c.updated_at >= recent,
    )
    started = 0
    for track_id in tx.conn.execute(query).scalars().all():
        track = tracks.get(tx, track_id=track_id)
        have = {one.party_id for one in clocks.of_track(tx, track_id=track_id) if one.rule == TO_OBJECT}
        for party_id, day in served_on(tx, track=track).items():
            if party_id in have:
                continue
            clocks.start(
                tx,
                actor=SYSTEM_ACTOR,
                now=now,
                track_id=track_id,
                rule=TO_OBJECT,
                variant="当事人",
                since=datetime.combine(day, datetime.min.time(), tzinfo=COURT_ZONE),
                party_id=party_id,
                about=sides(tx, track.matter_id).get(party_id, ""),
            )
            started += 1
        time_bar(tx, actor=SYSTEM_ACTOR, now=now, track=track)
    return started


def time_bar(tx: Tx, *, actor: Actor, now: datetime, track: Track) -> None:
    """Two years to ask for enforcement run from the earliest day that was not kept (民事诉讼法 250); started once."""
    today = day_of(now)
    late = [one.due for one in duties.of_matter(tx, matter_id=track.matter_id) if one.overdue(today)]
    days = [day for day in late if day is not None]
    known = {one.rule for one in clocks.of_track(tx, track_id=track.id)}
    if not days or TIME_BAR in known:
        return
    since = datetime.combine(min(days), datetime.min.time(), tzinfo=COURT_ZONE)
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule=TIME_BAR, since=since)


def latest(rx: Read, *, matter_id: str) -> Track | None:
    """The newest application of a dispute, over or not."""
    found = [one for one in tracks.of_matter(rx, matter_id=matter_id) if one.kind is TrackKind.CONFIRMATION]
    return found[-1] if found else None


def mine(rx: Read, actor: Actor, track_id: str) -> Track:
    """An application about a dispute that this actor may see. Refuses `track.not_found`."""
    track = tracks.seen(rx, actor=actor, track_id=track_id)
    if track.kind is not TrackKind.CONFIRMATION:
        raise CourtError("track.not_found")
    return track


def _judged(rx: Read, actor: Actor, track_id: str) -> Track:
    track = mine(rx, actor, track_id)
    if track.judge_id != actor.id:
        raise CourtError("confirmation.not_yours")
    return track


def _tell(tx: Tx, actor: Actor, now: datetime, track: Track, words: str) -> None:
    key = f"confirm:{track.id[-20:]}:{track.rev}"
    telling.tell(
        tx, actor=actor, now=now, matter_id=track.matter_id, words=words, key=key, purpose="confirmation"
    )


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    action: ConfirmationAction,
    rev: int | None,
    known: Confirmation,
    facts: dict[str, object] | None = None,
    **columns: Any,
) -> Track:
    return tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=action,
        rev=rev,
        known=known,
        facts=facts,
        **columns,
    )
