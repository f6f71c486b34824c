"""调解员: one chosen by the sides or appointed from the roll with reasons, accepting, declining, disclosing, replaced."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from court.domain import text
from court.domain.causes import cause
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, Role
from court.domain.matter import Matter
from court.domain.mediation_people import Disclosure, Interest, Mediation, Offer, OfferEnd, Question
from court.domain.mediation_track import TERM_OF, MediationAction
from court.domain.mediator import Past, Proposal, Wish, propose
from court.domain.numbers import day_of
from court.domain.track import Track
from court.services import accounts, clocks, tracks
from court.services import matter as matters
from court.services.mediation_track import known_of, mine, sides, word
from court.store.database import Read, Tx
from court.store.load import mediation as load

MOST_OFFERS, MOST_DISCLOSURES = 40, 40


def proposals(rx: Read, *, track: Track) -> tuple[Proposal, ...]:
    """Everybody of the roll for this dispute, best first, with reasons."""
    matter = matters.get(rx, matter_id=track.matter_id)
    everyone = tuple(one for one in accounts.everyone(rx, role=Role.MEDIATOR) if not one.disabled)
    return propose(load.roll(rx.conn, everyone), _wish(matter, known_of(track)), _past(rx, matter, track))


def _wish(matter: Matter, known: Mediation) -> Wish:
    found = cause(matter.cause_code, day_of(matter.created_at))
    groups = (found.name, *found.path.split(">"))
    return Wish(language=known.language, place=matter.place, causes=groups)


def _past(rx: Read, matter: Matter, track: Track) -> Past:
    known = known_of(track)
    refused = {word.ref for word in known.words if word.question is Question.DISCLOSED and not word.yes}
    ended = {end: {o.account_id for o in known.offers if o.end is end} for end in OfferEnd}
    return Past(
        judged=frozenset(one for one in (matter.judge_id,) if one),
        declined=frozenset(ended[OfferEnd.DECLINED]),
        replaced=frozenset(ended[OfferEnd.REPLACED]),
        asked_off=frozenset(one.account_id for one in known.disclosures if one.id in refused),
        parties=frozenset(sides(rx, matter.id).values()),
    )


def choose(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    account_id: str,
    agreed: Iterable[str],
) -> Track:
    """共同选择: every side names the same mediator. Refuses `mediation.not_joint`, `mediator.barred`."""
    track = mine(tx, actor, track_id)
    wanted = sides(tx, track.matter_id)
    if frozenset(agreed) != frozenset(wanted):
        raise CourtError("mediation.not_joint")
    proposal = _proposal(tx, track, account_id)
    words = tuple(word(actor, now, party, Question.MEDIATOR, account_id, True, "") for party in wanted)
    known = known_of(track)
    return _name(tx, actor, now, track, rev, proposal, "", replace(known, words=known.words + words), True)


def appoint(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    account_id: str,
    reason: str = "",
) -> Track:
    """指定: the court names one of the roll; the reasons of the proposal are kept and shown to the sides. Another than the
    first proposed needs a reason (`mediator.reason`). Refuses `mediator.barred`."""
    track = mine(tx, actor, track_id)
    proposal = _proposal(tx, track, account_id)
    first = next((one for one in proposals(tx, track=track) if not one.barred), None)
    why = text.within(reason, "reason")
    if first is not None and first.mediator.account_id != account_id and not why:
        raise CourtError("mediator.reason", name=first.mediator.name)
    return _name(tx, actor, now, track, rev, proposal, why, known_of(track), False)


def _proposal(rx: Read, track: Track, account_id: str) -> Proposal:
    found = next((p for p in proposals(rx, track=track) if p.mediator.account_id == account_id), None)
    if found is None:
        raise CourtError("mediator.unknown")
    if found.barred:
        raise CourtError("mediator.barred", name=found.mediator.name, why=found.barred)
    return found


def _name(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    rev: int,
    proposal: Proposal,
    why: str,
    known: Mediation,
    chosen: bool,
) -> Track:
    if len(known.offers) >= MOST_OFFERS:
        raise CourtError("mediation.too_many")
    who = proposal.mediator
    reasons = (*(("各方共同选定",) if chosen else ()), *proposal.reasons, *((why,) if why else ()))
    offer = Offer(
        id=new_id(),
        account_id=who.account_id,
        name=who.name,
        chosen=chosen,
        reasons=reasons,
        at=now,
        by=actor.name,
        end=OfferEnd.OPEN,
        answer="",
        ended_at=None,
    )
    action = MediationAction.CHOOSE if chosen else MediationAction.APPOINT
    known = replace(known, offers=(*known.offers, offer))
    moved = tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=action,
        rev=rev,
        known=known,
        facts={"mediator": who.account_id},
        mediator_id=who.account_id,
    )
    for rule in ("MD-01", "MD-02"):
        clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule=rule)
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule="MD-03", since=now, about=who.name)
    matters.handed(
        tx, actor=actor, now=now, matter_id=track.matter_id, place="mediator_id", account_id=who.account_id
    )
    return moved


def accept(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """确认接受: the term of the mediation begins (在线调解规则 24). Only the one who was named (`mediation.not_named`)."""
    track = mine(tx, actor, track_id)
    offer = _offered(track, actor)
    moved = _end_offer(tx, actor, now, track, rev, offer, OfferEnd.ACCEPTED, "", MediationAction.ACCEPT)
    clocks.meet_rule(tx, actor=actor, now=now, track_id=track.id, rule="MD-03")
    rule, variant = TERM_OF[known_of(track).origin]
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule=rule, variant=variant, since=now)
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule="MD-04", since=now)
    return moved


def decline(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, reason: str) -> Track:
    """不予接受, with the reason (在线调解规则 12): another one is named."""
    track = mine(tx, actor, track_id)
    offer, why = _offered(track, actor), text.required(reason, "reason")
    moved = _end_offer(tx, actor, now, track, rev, offer, OfferEnd.DECLINED, why, MediationAction.DECLINE)
    _open_again(tx, actor, now, moved, f"{offer.name}不接受：{why}"[:400])
    return moved


def lapse(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int) -> Track:
    """超期未确认: the court names another one. Refuses `mediation.not_lapsed` while the three days run."""
    track = mine(tx, actor, track_id)
    clock = clocks.running(tx, track_id=track.id, rule="MD-03")
    if clock is not None and now < clock.due_at:
        raise CourtError("mediation.not_lapsed", last=clock.due_on.isoformat())
    offer = known_of(track).offer
    if offer is None:
        raise CourtError("mediation.not_named")
    moved = _end_offer(tx, actor, now, track, rev, offer, OfferEnd.LAPSED, "", MediationAction.LAPSE)
    _open_again(tx, actor, now, moved, f"{offer.name}超过三个工作日没有确认")
    return moved


def replace_mediator(tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, reason: str) -> Track:
    """更换调解员 (在线调解规则 14): the term counts anew from the next one's acceptance."""
    track = mine(tx, actor, track_id)
    offer, why = known_of(track).offer, text.required(reason, "reason")
    if offer is None:
        raise CourtError("mediation.not_named")
    moved = _end_offer(tx, actor, now, track, rev, offer, OfferEnd.REPLACED, why, MediationAction.REPLACE)
    _open_again(tx, actor, now, moved, "更换调解员，自新调解员确认接受之日重新计算")
    return moved


def _open_again(tx: Tx, actor: Actor, now: datetime, track: Track, reason: str) -> None:
    clocks.drop_all(tx, actor=actor, now=now, track_id=track.id, reason=reason)
    clocks.start(tx, actor=actor, now=now, track_id=track.id, rule="MD-02", since=now, about="重新指定")
    matters.handed(tx, actor=actor, now=now, matter_id=track.matter_id, place="mediator_id", account_id=None)


def _offered(track: Track, actor: Actor) -> Offer:
    offer = known_of(track).offer
    if offer is None or offer.account_id != actor.id:
        raise CourtError("mediation.not_named")
    return offer


def _end_offer(
    tx: Tx,
    actor: Actor,
    now: datetime,
    track: Track,
    rev: int,
    offer: Offer,
    end: OfferEnd,
    why: str,
    action: MediationAction,
) -> Track:
    known = known_of(track)
    ended = replace(offer, end=end, answer=why, ended_at=now)
    offers = tuple(ended if one.id == offer.id else one for one in known.offers)
    columns: dict[str, Any] = {} if end is OfferEnd.ACCEPTED else {"mediator_id": None}
    return tracks.step(
        tx,
        actor=actor,
        now=now,
        track=track,
        action=action,
        rev=rev,
        known=replace(known, offers=offers),
        facts={"mediator": offer.account_id},
        **columns,
    )


def disclose(
    tx: Tx, *, actor: Actor, now: datetime, track_id: str, rev: int, interest: Interest, words: str
) -> Track:
    """披露 (在线调解规则 13): from here every side is asked whether he goes on."""
    track = mine(tx, actor, track_id)
    if track.mediator_id != actor.id:
        raise CourtError("mediation.not_named")
    known = known_of(track)
    if len(known.disclosures) >= MOST_DISCLOSURES:
        raise CourtError("mediation.too_many")
    one = Disclosure(
        id=new_id(),
        account_id=actor.id,
        interest=interest,
        words=text.required(words, "reason"),
        at=now,
    )
    known = replace(known, disclosures=(*known.disclosures, one))
    return tracks.step(
        tx, actor=actor, now=now, track=track, action=MediationAction.DISCLOSE, rev=rev, known=known
    )
