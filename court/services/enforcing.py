"""The application for enforcement: begun from what is in effect, its list checked, handed in, accepted, ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from court.domain import text
from court.domain.clock import Lamp, lamp
from court.domain.enforcement import (
    CHECKS,
    CLOSING_NAMES,
    ENFORCEMENT,
    Checked,
    CheckItem,
    Closing,
    EnforcementAction,
    EnforcementDetails,
    EnforcementState,
    missing,
)
from court.domain.errors import CourtError
from court.domain.filing import DecisionKind, FilingState
from court.domain.filing_rules import performance_ends
from court.domain.lifecycle import ROLE_NAMES, Actor, Role
from court.domain.matter import IdKind, Side
from court.domain.numbers import day_of
from court.domain.paper import PaperKind
from court.domain.track import ReferralKind, Track, TrackKind
from court.services import clocks, filing, tracks
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.rows import next_case_number

PREPARERS = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE, Role.OFFICER})
NUMBER_KIND = "执"
_BY_PROGRAM = "系统核对"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What may be enforced (执行依据): a decision, a confirmation, a mediation paper in effect."""

    track_id: str
    number: str
    name: str
    effective_on: date
    performs_on: date
    claim: int | None


def title_of(rx: Read, *, matter_id: str) -> Title | None:
    """The decision of this matter's lawsuit once it is in effect and orders something; None without one."""
    track = filing.of_matter(rx, matter_id=matter_id)
    if track is None or track.state != FilingState.EFFECTIVE:
        return None
    known = filing.known_of(track)
    decision = known.decision
    if known.effective_on is None or (decision is not None and decision.kind is not DecisionKind.JUDGMENT):
        return None
    name = "民事判决书" if decision else "民事调解书"
    ends = performance_ends(decision, known.effective_on) if decision else known.effective_on
    return Title(
        track_id=track.id,
        number=track.number,
        name=name,
        effective_on=known.effective_on,
        performs_on=ends,
        claim=known.claim,
    )


def prepare(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    applicant_id: str,
    title: Title | None = None,
    reason: str = "",
) -> Track:
    """Begins the application with what the register knows. `title` None: the decision of this matter's own lawsuit.

    Refuses `enforcement.no_title`, `enforcement.performs_later`, `enforcement.no_applicant`, `track.open_already`."""
    if actor.role not in PREPARERS:
        raise CourtError("enforcement.not_allowed", role=ROLE_NAMES[actor.role], action="prepare")
    title = title or title_of(tx, matter_id=matter_id)
    if title is None:
        raise CourtError("enforcement.no_title")
    if day_of(now) <= title.performs_on and title.performs_on > title.effective_on:
        raise CourtError("enforcement.performs_later", day=title.performs_on)
    people = casework.parties(tx.conn, matter_id)
    applicant = next((one for one in people if one.id == applicant_id), None)
    if applicant is None or applicant.side is Side.THIRD:
        raise CourtError("enforcement.no_applicant")
    other = Side.RESPONDENT if applicant.side is Side.APPLICANT else Side.APPLICANT
    known = EnforcementDetails(
        title_track_id=title.track_id,
        title_number=title.number,
        title_name=title.name,
        effective_on=title.effective_on,
        performs_on=title.performs_on,
        applicant_id=applicant_id,
        debtor_ids=tuple(one.id for one in people if one.side is other),
        claim=title.claim,
    )
    made = tracks.open_track(
        tx, actor=actor, now=now, matter_id=matter_id, kind=TrackKind.ENFORCEMENT, known=known
    )
    tracks.refer(
        tx,
        actor=actor,
        now=now,
        matter_id=matter_id,
        kind=ReferralKind.TO_ENFORCEMENT,
        reason=reason or f"{title.name}{title.number}已经生效，未履行",
        source_track_id=title.track_id,
        target_track_id=made.id,
    )
    return made


def known_of(track: Track) -> EnforcementDetails:
    """What this application knows. Refuses `track.not_found` for a track of another kind."""
    if track.kind is not TrackKind.ENFORCEMENT:
        raise CourtError("track.not_found")
    return tracks.details(track, EnforcementDetails)


def of_matter(rx: Read, *, matter_id: str) -> Track | None:
    """The application under way, else the latest."""
    found = [one for one in tracks.of_matter(rx, matter_id=matter_id) if one.kind is TrackKind.ENFORCEMENT]
    return next((one for one in found if not one.ended_at), found[-1] if found else None)


def checks(rx: Read, track: Track, known: EnforcementDetails, now: datetime) -> dict[CheckItem, Checked]:
    """The list: what a person ticked, else what the register shows by itself."""
    found = {one.item: one for one in _by_register(rx, track, known, now)}
    return found | {one.item: one for one in known.checks}


def _by_register(rx: Read, track: Track, known: EnforcementDetails, now: datetime) -> list[Checked]:
    kinds = {one.kind for one in papers.papers(rx.conn, track.matter_id)}
    applicant = next(
        one for one in casework.parties(rx.conn, track.matter_id) if one.id == known.applicant_id
    )
    decided = {PaperKind.JUDGMENT, PaperKind.ELEMENT_JUDGMENT, PaperKind.ORDER_JUDGMENT}
    decided |= {PaperKind.COURT_MEDIATION, PaperKind.CONFIRMATION_GRANTED, PaperKind.AGREEMENT}
    bar = clocks.running(rx, track_id=known.title_track_id, rule="ZX-02")
    seen = [
        (CheckItem.EFFECTIVE, True, f"{known.title_number}，{known.effective_on}生效"),
        (CheckItem.CONTENT, known.claim is not None and bool(known.debtor_ids), "金钱给付，被执行人已登记"),
        (CheckItem.JURISDICTION, True, "本院作出的文书"),
        (CheckItem.IN_TIME, bar is None or lamp(bar, now) is not Lamp.OVERDUE, "按申请执行期间计算"),
        (CheckItem.APPLICATION, PaperKind.ENFORCEMENT_APPLICATION in kinds, "申请执行书已制作"),
        (CheckItem.TITLE_COPY, bool(decided & kinds), "本院文书在卷"),
        (CheckItem.IDENTITY, applicant.id_kind in {IdKind.RESIDENT, IdKind.ORGANISATION}, "证件已登记"),
    ]
    return [
        Checked(item=item, yes=True, note=note, by=_BY_PROGRAM, at=now) for item, yes, note in seen if yes
    ]


def check(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, ticked: dict[CheckItem, str], leads: str
) -> Track:
    """A person goes through the list: the items ticked, each with its word; what is not ticked is open."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.CHECK)
    made = tuple(
        Checked(
            item=item,
            yes=item in ticked,
            note=text.within(ticked.get(item, ""), "reason"),
            by=actor.name,
            at=now,
        )
        for item in CheckItem
    )
    known = replace(known, checks=made, leads=text.within(leads, "note"))
    return _step(tx, actor, now, track, EnforcementAction.CHECK, known)


def apply(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """提交申请: complete only; the two years are kept, seven days to file and ten to notify begin (解释 480).

    Refuses `enforcement.incomplete` with what is missing."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.APPLY)
    known = replace(known, checks=tuple(checks(tx, track, known, now).values()))
    absent = missing(known)
    if absent:
        raise CourtError("enforcement.incomplete", missing="；".join(CHECKS[one] for one in absent))
    known = replace(known, applied_at=now)
    note = "已申请执行"
    clocks.meet_rule(tx, actor=actor, now=now, track_id=known.title_track_id, rule="ZX-02", note=note)
    for rule in ("ZX-01", "ZX-03"):
        clocks.start(tx, actor=actor, now=now, track_id=track_id, rule=rule, since=now)
    return _step(tx, actor, now, track, EnforcementAction.APPLY, known)


def ask_correction(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, what: str) -> Track:
    """What is missing, told at once; the seven days begin anew with the corrected papers."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.ASK_CORRECTION)
    for rule in ("ZX-01", "ZX-03"):
        running = clocks.running(tx, track_id=track_id, rule=rule)
        if running is not None:
            clocks.drop(tx, actor=actor, now=now, clock_id=running.id, reason="已告知补正，补正后重新计算")
    known = replace(known, corrections=(*known.corrections, text.required(what, "note")))
    return _step(tx, actor, now, track, EnforcementAction.ASK_CORRECTION, known)


def supply(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """收到补正材料."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.SUPPLY)
    for rule in ("ZX-01", "ZX-03"):
        clocks.start(tx, actor=actor, now=now, track_id=track_id, rule=rule, since=now)
    return _step(tx, actor, now, track, EnforcementAction.SUPPLY, known)


def accept(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, court_code: str, vehicle: str = ""
) -> Track:
    """立案执行 with its own number; after six months without an end the creditor may go higher (民事诉讼法 237)."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.ACCEPT)
    number = str(next_case_number(tx, NUMBER_KIND, now, court_code, vehicle))
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule="ZX-01", note=f"立案执行，{number}")
    clocks.start(tx, actor=actor, now=now, track_id=track_id, rule="ZX-09", since=known.applied_at or now)
    known = replace(known, accepted_at=now)
    return _step(tx, actor, now, track, EnforcementAction.ACCEPT, known, number=number)


def refuse(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, words: str) -> Track:
    """裁定不予受理: not the conditions of 执行规定 16."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.REFUSE)
    known = replace(known, words=text.required(words, "note"))
    return _end(tx, actor, now, track, EnforcementAction.REFUSE, known, "裁定不予受理")


def notify(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """执行通知 and 报告财产令 are out (解释 480): the papers are drawn and served as all papers are."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.NOTIFY)
    note = "已发出执行通知"
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule="ZX-03", note=note)
    return _step(tx, actor, now, track, EnforcementAction.NOTIFY, known)


def withdraw(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, words: str) -> Track:
    """撤回申请: within the two years it may be made again; the limit counts anew (民法典 195)."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.WITHDRAW)
    known = replace(known, words=text.required(words, "note"))
    if known.applied_at is not None:
        about = "申请执行使时效中断，重新计算"
        source = known.title_track_id
        clocks.start(tx, actor=actor, now=now, track_id=source, rule="ZX-02", since=now, about=about)
    return _end(tx, actor, now, track, EnforcementAction.WITHDRAW, known, "已撤回申请")


def close(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, closing: Closing, words: str
) -> Track:
    """执行结案 with how it ended. Refuses `enforcement.too_soon` for 终本 within three months (法〔2016〕373号 1)."""
    track, known = taken(tx, actor, track_id, rev, EnforcementAction.CLOSE)
    if closing is Closing.NOTHING_FOUND and known.accepted_at is not None:
        least = clocks.reckoned_day(rule="ZX-10", since=known.accepted_at)
        if day_of(now) <= least:
            raise CourtError("enforcement.too_soon", day=least)
    known = replace(known, closing=closing, words=text.required(words, "note"))
    return _end(tx, actor, now, track, EnforcementAction.CLOSE, known, CLOSING_NAMES[closing])


def taken(
    rx: Read, actor: Actor, track_id: str, rev: int, action: EnforcementAction
) -> tuple[Track, EnforcementDetails]:
    """The track for one act of a person: seen by them, as they saw it, in a state and role that allow it."""
    track = tracks.seen(rx, actor=actor, track_id=track_id)
    known = known_of(track)
    if track.rev != rev:
        raise CourtError("track.stale")
    ENFORCEMENT.after(EnforcementState(track.state), action, actor.role)
    return track, known


def _end(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    action: EnforcementAction,
    known: EnforcementDetails,
    why: str,
) -> Track:
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason=why)
    return _step(tx, actor, now, track, action, known, ended_at=now, outcome=why)


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    action: EnforcementAction,
    known: EnforcementDetails,
    **columns: Any,
) -> Track:
    return tracks.step(tx, actor=actor, now=now, track=track, action=action, known=known, **columns)
