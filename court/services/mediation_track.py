"""调解办理: a mediation opened, the sides asked, begun, paused, extended. Its mediator and its end have their own modules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from court.domain import clock as reckoned
from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, STAFF, SYSTEM, Actor
from court.domain.matter import MATTER, MatterAction, Side
from court.domain.mediation_people import (
    Mediation,
    Question,
    Way,
    Word,
    all_say_yes,
    answered,
    missing_to_begin,
    standing,
)
from court.domain.mediation_track import (
    STOPS_TERM,
    MediationAction,
    MediationState,
    Origin,
    PauseReason,
)
from court.domain.numbers import day_of
from court.domain.track import Track, TrackKind
from court.services import clocks, tracks
from court.services import matter as matters
from court.store.database import Read, Tx
from court.store.load import casework

MOST_WORDS = 400
DISPUTING = (Side.APPLICANT, Side.RESPONDENT, Side.THIRD)
_TERMS = frozenset({"MD-05", "MD-06"})


def open_mediation(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    origin: Origin = Origin.APPLIED,
    language: str = "",
) -> Track:
    """受理调解申请: three working days to name a mediator begin; two for the parties to choose one together.

    Refuses `track.open_already`, `matter.not_found`, `mediation.not_allowed`."""
    if actor.role not in STAFF | SYSTEM:
        raise CourtError("mediation.not_allowed", role=ROLE_NAMES[actor.role], action="open")
    known = Mediation(
        origin=origin,
        invited=origin is not Origin.APPLIED,
        language=text.within(text.line_clean(language), "ethnicity"),
    )
    # Whoever tries the case later did not mediate it: nobody is taken over from the matter.
    columns: dict[str, Any] = {"judge_id": None, "mediator_id": None}
    made = tracks.open_track(
        tx, actor=actor, now=now, matter_id=matter_id, kind=TrackKind.MEDIATION, known=known, **columns
    )
    for rule in ("MD-01", "MD-02"):
        clocks.start(tx, actor=actor, now=now, track_id=made.id, rule=rule, since=now)
    return made


def known_of(track: Track) -> Mediation:
    """What only a mediation knows."""
    return tracks.details(track, Mediation)


def state_of(track: Track) -> MediationState:
    return MediationState(track.state)


def sides(rx: Read, matter_id: str) -> Mapping[str, str]:
    """Who disputes: id to name."""
    return {one.id: one.name for one in casework.parties(rx.conn, matter_id) if one.side in DISPUTING}


def answer(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    party_id: str,
    question: Question,
    yes: bool,
    ref: str = "",
    note: str = "",
) -> Track:
    """What a side says to a question, as staff heard it. The last answer holds; the same again changes nothing."""
    track = mine(tx, actor, track_id)
    wanted, known = sides(tx, track.matter_id), known_of(track)
    if party_id not in wanted:
        raise CourtError("party.not_found")
    if question is Question.DISCLOSED and ref not in {one.id for one in known.disclosures}:
        raise CourtError("mediation.no_disclosure")
    said = text.within(note, "reason")
    if answered(known.words, party_id, question, ref, yes, said):
        return track
    if len(known.words) >= MOST_WORDS:
        raise CourtError("mediation.too_many")
    said_now = word(actor, now, party_id, question, ref, yes, said)
    known = replace(known, words=(*known.words, said_now))
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.ANSWER,
        known=known,
        facts={"party": party_id, "question": question, "yes": yes},
    )
    if question is Question.WILLING and frozenset(standing(known.words, question)) >= frozenset(wanted):
        clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule="MD-04")
    return moved


def prepare(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    way: Way,
    way_note: str = "",
    told: bool = False,
) -> Track:
    """How people take part (16), and that rights, fake mediation and the address of service were explained (17)."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), way=way, way_note=text.within(way_note, "reason"))
    if told and known.told_at is None:
        known = replace(known, told_at=now, told_by=actor.name)
    return tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.ANSWER,
        rev=rev,
        known=known,
        facts={"way": way, "told": known.told_at is not None},
    )


def begin(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """开始调解. Refuses `mediation.not_ready` with everything that is missing, at once."""
    track = mine(tx, actor, track_id)
    known = known_of(track)
    missing = missing_to_begin(
        parties=sides(tx, track.matter_id),
        words=known.words,
        disclosures=known.disclosures,
        mediator_id=track.mediator_id,
        way=known.way,
        warned=known.told_at is not None,
    )
    if missing:
        raise CourtError("mediation.not_ready", missing="".join(one.text for one in missing))
    moved = tracks.step(tx, actor=actor, now=now, track=track, action=MediationAction.BEGIN, rev=rev)
    matter = matters.get(tx, matter_id=track.matter_id)
    if (matter.state, MatterAction.BEGIN) in MATTER.table:
        matters.advance(tx, actor=actor, now=now, matter_id=matter.id, action=MatterAction.BEGIN)
    return moved


def pause(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, why: PauseReason, reason: str
) -> Track:
    """鉴定评估 stops the term; a suspected fake mediation is paused and reported, and its term runs on."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), paused=why)
    said = text.required(reason, "reason")
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.PAUSE,
        rev=rev,
        known=known,
        facts={"why": why, "reason": said},
    )
    clock = term(tx, track_id)
    if why in STOPS_TERM and clock is not None:
        today = day_of(now)
        first = max(today, day_of(clock.since) + timedelta(days=1))
        if first == today:
            clocks.pause(tx, actor=actor, now=now, clock_id=clock.id, first=today, reason=said)
    return moved


def resume(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """恢复调解: the term counts again from today."""
    track = mine(tx, actor, track_id)
    known = replace(known_of(track), paused=None)
    moved = tracks.step(
        tx, actor=actor, now=now, track=track, action=MediationAction.RESUME, rev=rev, known=known
    )
    clock = term(tx, track_id)
    if clock is not None and clock.state is reckoned.ClockState.PAUSED:
        clocks.resume(tx, actor=actor, now=now, clock_id=clock.id, on=day_of(now))
    return moved


def extend(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    days: int,
    agreed: Iterable[str],
    reason: str,
) -> Track:
    """延长调解期限 with everybody's consent (在线调解规则 24). Refuses `mediation.not_all_agree`, `deadline.*`."""
    track = mine(tx, actor, track_id)
    clock = term(tx, track_id)
    if clock is None:
        raise CourtError("mediation.no_term")
    wanted, given, known = sides(tx, track.matter_id), frozenset(agreed), known_of(track)
    ref = f"{clock.due_on.isoformat()}+{days}"
    words = tuple(word(actor, now, party, Question.EXTEND, ref, party in given, "") for party in wanted)
    known = replace(known, words=known.words + words)
    if not all_say_yes(words, wanted, Question.EXTEND, ref):
        raise CourtError("mediation.not_all_agree")
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=MediationAction.EXTEND,
        rev=rev,
        known=known,
        facts={"days": days},
    )
    clocks.extend(
        tx,
        actor=actor,
        now=now,
        clock_id=clock.id,
        amount=days,
        reason=reason,
        decided_by="各方当事人同意",
    )
    return moved


def term(rx: Read, track_id: str) -> reckoned.Clock | None:
    """The open clock of the whole mediation."""
    return next(
        (one for one in clocks.of_track(rx, track_id=track_id) if one.open and one.rule in _TERMS), None
    )


def live(rx: Read, matter_id: str) -> Track | None:
    """The mediation under way."""
    return tracks.live(rx, matter_id=matter_id, kind=TrackKind.MEDIATION)


def word(actor: Actor, now: datetime, party: str, question: Question, ref: str, yes: bool, note: str) -> Word:
    """An answer as it is kept."""
    return Word(
        id=new_id(),
        party_id=party,
        question=question,
        ref=ref,
        yes=yes,
        note=note,
        at=now,
        by=actor.name,
    )


def mine(rx: Read, actor: Actor, track_id: str) -> Track:
    """A mediation of a dispute that this actor may see. Refuses `track.not_found`."""
    track = tracks.seen(rx, actor=actor, track_id=track_id)
    if track.kind is not TrackKind.MEDIATION:
        raise CourtError("track.not_found")
    return track
