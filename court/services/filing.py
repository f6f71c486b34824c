"""A lawsuit until it is accepted: the complaint received, corrected once, accepted with its number, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from court.domain import filing_rules as rules
from court.domain import text
from court.domain.errors import CourtError
from court.domain.fees import FeeKind, Procedure
from court.domain.filing import (
    FILING,
    Correction,
    FilingAction,
    FilingDetails,
    FilingState,
    ProcedureChoice,
    RefusalGround,
)
from court.domain.hearing import HearingKind
from court.domain.lifecycle import ROLE_NAMES, SYSTEM_ACTOR, Actor, Role
from court.domain.matter import MATTER, Matter, MatterAction
from court.domain.track import ReferralKind, Track, TrackKind
from court.services import clocks, matter, tracks
from court.store.database import Read, Tx
from court.store.rows import next_case_number

RECEIVERS = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE, Role.OFFICER})
# 民初: a civil case of the first instance (法〔2015〕137号).
NUMBER_KIND = "民初"


def may_receive(actor: Actor, of_matter: Iterable[Track]) -> bool:
    """Whether this actor may take in a complaint about a matter with these tracks."""
    busy = any(one.kind is TrackKind.FILING and not one.ended_at for one in of_matter)
    return actor.role in RECEIVERS and not busy


def receive(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    known: FilingDetails,
    reason: str = "当事人起诉",
) -> Track:
    """收到起诉状: the seven days of acceptance begin (民事诉讼法 126). A mediation that failed is referred here.

    Refuses `filing.received_day`, `track.open_already`."""
    if actor.role not in RECEIVERS:
        raise CourtError("filing.not_allowed", role=ROLE_NAMES[actor.role], action="receive")
    if known.received_at > now:
        raise CourtError("filing.received_day")
    made = tracks.open_track(
        tx, actor=actor, now=now, matter_id=matter_id, kind=TrackKind.FILING, known=known
    )
    clocks.start(tx, actor=actor, now=now, track_id=made.id, rule="SU-01", since=known.received_at)
    before = [one for one in tracks.of_matter(tx, matter_id=matter_id) if one.kind is TrackKind.MEDIATION]
    if before and not any(
        one.target_track_id == made.id for one in tracks.referrals(tx, matter_id=matter_id)
    ):
        tracks.refer(
            tx,
            actor=actor,
            now=now,
            matter_id=matter_id,
            kind=ReferralKind.MEDIATION_TO_COURT,
            reason=reason,
            source_track_id=before[-1].id,
            target_track_id=made.id,
        )
    return made


def known_of(track: Track) -> FilingDetails:
    """What this lawsuit knows. Refuses `track.not_found` for a track of another kind."""
    if track.kind is not TrackKind.FILING:
        raise CourtError("track.not_found")
    return tracks.details(track, FilingDetails)


def of_matter(rx: Read, *, matter_id: str) -> Track | None:
    """The lawsuit of this matter: the one under way, else the latest."""
    found = [one for one in tracks.of_matter(rx, matter_id=matter_id) if one.kind is TrackKind.FILING]
    return next((one for one in found if not one.ended_at), found[-1] if found else None)


def taken(
    rx: Read, actor: Actor, track_id: str, rev: int, action: FilingAction
) -> tuple[Track, FilingDetails]:
    """The track for one act of a person: seen by them, as they saw it, in a state and role that allow it."""
    track = tracks.seen(rx, actor=actor, track_id=track_id)
    known = known_of(track)
    if track.rev != rev:
        raise CourtError("track.stale")
    FILING.after(FilingState(track.state), action, actor.role)
    return track, known


def ask_correction(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, what: str) -> Track:
    """一次性告知补正: all at once and only once; the seven days stop and begin anew with the corrected papers."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.ASK_CORRECTION)
    rules.require_correctable(known)
    one = Correction(what=text.required(what, "note"), told_at=now, by=actor.name)
    running = clocks.running(tx, track_id=track_id, rule="SU-01")
    if running is not None:
        why = "已一次性告知补正，自收到补正材料的次日重新计算"
        clocks.drop(tx, actor=actor, now=now, clock_id=running.id, reason=why)
    known = replace(known, corrections=(*known.corrections, one))
    return step(tx, actor, now, track, FilingAction.ASK_CORRECTION, known)


def supply(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, note: str, at: datetime | None = None
) -> Track:
    """收到补正材料: the seven days are counted anew from the day after (登记立案规定 8; 在线诉讼规则 9)."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.SUPPLY)
    at = at or now
    if at > now or at < known.corrections[-1].told_at:
        raise CourtError("filing.received_day")
    done = replace(known.corrections[-1], supplied_at=at, note=text.within(note, "note"))
    clocks.start(tx, actor=actor, now=now, track_id=track_id, rule="SU-01", since=at, about="补正后重新计算")
    known = replace(known, corrections=(*known.corrections[:-1], done))
    return step(tx, actor, now, track, FilingAction.SUPPLY, known)


def accept(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    court_code: str,
    fee_kind: FeeKind,
    claim: int | None,
    procedure: Procedure,
    reason: str,
    vehicle: str = "",
) -> Track:
    """登记立案: the case number, the procedure with its reason, the limits that begin with acceptance.

    `claim` in fen; None where no sum is fought over. `vehicle`: without the court's counter, a provisional number."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.ACCEPT)
    choice = ProcedureChoice(procedure=procedure, at=now, by=actor.name, reason=text.required(reason, "note"))
    known = replace(known, accepted_at=now, fee_kind=fee_kind, claim=claim, procedures=(choice,))
    number = str(next_case_number(tx, NUMBER_KIND, now, court_code, vehicle))
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule="SU-01", note=f"登记立案，{number}")
    begun = [rules.TERM[procedure], "SU-03"] + (["SU-07"] if track.judge_id else [])
    for rule in begun:
        clocks.start(tx, actor=actor, now=now, track_id=track_id, rule=rule, since=now)
    advance(tx, actor, now, track.matter_id, MatterAction.BEGIN)
    facts: dict[str, object] = {"number": number, "procedure": procedure}
    return step(
        tx, actor, now, track, FilingAction.ACCEPT, known, facts, number=number, procedure=procedure.value
    )


def refuse(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, ground: RefusalGround, words: str
) -> Track:
    """裁定不予受理 with its ground; the ruling may be appealed within ten days of its service (民事诉讼法 126, 171)."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.REFUSE)
    known = replace(known, refused=ground, refused_words=text.within(words, "note"))
    note = "裁定不予受理"
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track_id, rule="SU-01", note=note)
    return step(
        tx,
        actor,
        now,
        track,
        FilingAction.REFUSE,
        known,
        {"ground": ground},
        ended_at=now,
        outcome=FilingState.REFUSED.value,
    )


def heard(tx: Tx, *, now: datetime, matter_id: str, kind: HearingKind) -> None:
    """A booked trial was opened: the suit is being heard. Nothing where there is no suit, or it was heard before."""
    track = of_matter(tx, matter_id=matter_id)
    if kind is not HearingKind.TRIAL or track is None:
        return
    known = known_of(track)
    if (FilingState(track.state), FilingAction.HEAR) in FILING.table and known.heard_at is None:
        step(tx, SYSTEM_ACTOR, now, track, FilingAction.HEAR, replace(known, heard_at=now))


def advance(tx: Tx, actor: Actor, now: datetime, matter_id: str, action: MatterAction) -> None:
    """Moves the matter along where its own table has that step from here; a lawsuit never waits for it."""
    found: Matter = matter.get(tx, matter_id=matter_id)
    step = MATTER.table.get((found.state, action))
    if step is not None and actor.role in step.who and step.to is not found.state:
        matter.advance(tx, actor=actor, now=now, matter_id=matter_id, action=action)


def step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    action: FilingAction,
    known: FilingDetails,
    facts: dict[str, object] | None = None,
    **columns: Any,
) -> Track:
    """One cell of the table with what the suit now knows."""
    return tracks.step(
        tx, actor=actor, now=now, track=track, action=action, known=known, facts=facts, **columns
    )
