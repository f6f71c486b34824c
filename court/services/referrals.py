"""移送: a dispute handed from one track to another by the table, with the same people and papers and the right limits."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.access import may_see_petition
from court.domain.errors import CourtError
from court.domain.filing import FilingDetails
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor
from court.domain.matter import Matter, PartyInput, Side
from court.domain.numbers import day_of
from court.domain.performance import SETTLED
from court.domain.referral import Route, open_routes, origin_of, require, route
from court.domain.track import ReferralKind, Track, TrackKind
from court.services import clocks, confirmation, duties, enforcing, filing, finding, people, tracks
from court.services import matter as matters
from court.services.mediation_track import open_mediation, sides
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework


def possible(rx: Read, *, actor: Actor, matter_id: str) -> tuple[tuple[Route, Track | None], ...]:
    """Where this actor may hand the dispute now."""
    return open_routes(tracks.of_matter(rx, matter_id=matter_id), actor.role)


def refer(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    kind: ReferralKind,
    source: TrackKind | None,
    reason: str,
    outside: str = "",
    language: str = "",
    summary: bool = True,
) -> Track:
    """One way of the table. `outside` names who sent it (派出所、民警、警情编号); `summary`: the trial's procedure.

    Refuses what `referral.require` and the opening of the target refuse."""
    chosen = route(kind, source)
    if chosen.kind is ReferralKind.FROM_PETITION:
        raise CourtError("referral.unknown")
    origin_track = require(chosen, tracks.of_matter(tx, matter_id=matter_id), actor.role)
    if source is None and not outside.strip():
        raise CourtError("referral.who")
    made = _open(tx, actor, now, matter_id, chosen, origin_track, language, summary, reason)
    _close(tx, actor, now, chosen, origin_track)
    # A lawsuit and an application for enforcement write down themselves where they came from.
    if chosen.target in {TrackKind.FILING, TrackKind.ENFORCEMENT}:
        return made
    tracks.refer(
        tx,
        actor=actor,
        now=now,
        matter_id=matter_id,
        kind=kind,
        reason=reason,
        source_track_id=origin_track.id if origin_track else None,
        target_track_id=made.id,
        source=outside,
    )
    return made


def _open(
    tx: Tx,
    actor: Actor,
    now: datetime,
    matter_id: str,
    chosen: Route,
    source: Track | None,
    language: str,
    summary: bool,
    reason: str,
) -> Track:
    match chosen.target:
        case TrackKind.MEDIATION:
            origin = origin_of(chosen, source, summary=summary)
            return open_mediation(
                tx, actor=actor, now=now, matter_id=matter_id, origin=origin, language=language
            )
        case TrackKind.CONFIRMATION:
            return confirmation.prepare(tx, actor=actor, now=now, matter_id=matter_id)
        case TrackKind.FILING:
            return filing.receive(
                tx,
                actor=actor,
                now=now,
                matter_id=matter_id,
                known=FilingDetails(received_at=now),
                reason=reason,
            )
        case TrackKind.ENFORCEMENT:
            assert source is not None
            return _enforce(tx, actor, now, source, reason)


def _close(tx: Tx, actor: Actor, now: datetime, chosen: Route, source: Track | None) -> None:
    if source is None:
        return
    for one in clocks.of_track(tx, track_id=source.id):
        # The limit to ask for a confirmation is met by the application itself, not by preparing it.
        if one.open and one.rule in chosen.ends and chosen.target is not TrackKind.CONFIRMATION:
            clocks.drop(tx, actor=actor, now=now, clock_id=one.id, reason=chosen.name)


def _enforce(tx: Tx, actor: Actor, now: datetime, source: Track, reason: str) -> Track:
    """调转执: what of the agreement is still open, by the order that confirmed it. Refuses `referral.nothing_due`,
    `referral.not_served`."""
    if source.kind is not TrackKind.CONFIRMATION:
        raise CourtError("referral.unknown")
    today = day_of(now)
    served = confirmation.served_on(tx, track=source)
    due = [
        one
        for one in duties.of_matter(tx, matter_id=source.matter_id)
        if one.state not in SETTLED and (one.due is None or one.due < today)
    ]
    payers = tuple(dict.fromkeys(one.payer_id for one in due if one.payer_id))
    creditors = [one for one in sides(tx, source.matter_id) if one not in payers]
    if not due or not payers or not creditors:
        raise CourtError("referral.nothing_due")
    if not frozenset(payers) <= frozenset(served):
        raise CourtError("referral.not_served")
    sums = [one.open_fen for one in due if one.open_fen is not None]
    performs_on = max((one.due for one in due if one.due is not None), default=today)
    confirmation.time_bar(tx, actor=actor, now=now, track=source)
    return enforcing.prepare(
        tx,
        actor=actor,
        now=now,
        matter_id=source.matter_id,
        applicant_id=creditors[0],
        title=enforcing.Title(
            track_id=source.id,
            number=source.number,
            name="司法确认裁定书",
            effective_on=max(served.values()),
            performs_on=performs_on,
            claim=sum(sums) if sums else None,
        ),
        reason=reason,
    )


def from_petition(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    petition_id: str,
    cause_code: str,
    respondent: str,
    reason: str,
) -> Matter:
    """访调对接 (信访工作条例 33): a dispute out of a petition, its people, papers and words taken over, and its mediation.
    Asked again it gives the same dispute. Refuses `petition.not_found`, `cause.unknown`."""
    petition = casework.petition(tx.conn, petition_id)
    if petition is None or not may_see_petition(actor, petition):
        raise CourtError("petition.not_found")
    chosen = route(ReferralKind.FROM_PETITION, None)
    require(chosen, (), actor.role)
    before = _from(tx, petition.number)
    if before is not None:
        return matters.get(tx, matter_id=before)
    row = matters.enter(
        tx,
        now=now,
        cause_code=cause_code,
        facts=petition.facts,
        request=petition.request,
        place=petition.place,
    )
    matter_id = str(row["id"])
    _take_over(tx, petition_id, matter_id, text.required(text.line_clean(respondent), "name"))
    tx.record("matter.registered", matter_id, actor, now, {"number": row["number"], "cause": cause_code})
    finding.refresh(tx, subject_kind="matter", subject_id=matter_id)
    # Who receives petitions does not see disputes; the referral below says who sent it.
    made = open_mediation(tx, actor=SYSTEM_ACTOR, now=now, matter_id=matter_id)
    tracks.refer(
        tx,
        actor=actor,
        now=now,
        matter_id=matter_id,
        kind=ReferralKind.FROM_PETITION,
        reason=reason,
        target_track_id=made.id,
        source=petition.number,
    )
    return matters.get(tx, matter_id=matter_id)


def _take_over(tx: Tx, petition_id: str, matter_id: str, respondent: str) -> None:
    """The petitioners become applicants, their papers the dispute's; the other side has a name so far."""
    p, m = t.party, t.material
    rows = tx.conn.execute(
        sa.select(p).where(p.c.subject_id == petition_id).order_by(p.c.position)
    ).mappings()
    for row in rows.all():
        copied = {"id": new_id(), "subject_id": matter_id, "side": Side.APPLICANT}
        tx.conn.execute(p.insert().values(dict(row) | copied))
    alive = (m.c.subject_id == petition_id, m.c.removed_at.is_(None))
    for row in tx.conn.execute(sa.select(m).where(*alive).order_by(m.c.position)).mappings().all():
        tx.conn.execute(m.insert().values(dict(row) | {"id": new_id(), "subject_id": matter_id}))
    now = tx.conn.execute(sa.select(t.matter.c.created_at).where(t.matter.c.id == matter_id)).scalar_one()
    person = PartyInput(side=Side.RESPONDENT, name=respondent, no_card=True)
    people.add(tx, now=now, subject_id=matter_id, person=person)


def _from(rx: Read, source: str) -> str | None:
    """The dispute that came out of this petition."""
    r = t.referral
    query = sa.select(r.c.matter_id).where(r.c.kind == ReferralKind.FROM_PETITION, r.c.source == source)
    return rx.conn.execute(query.limit(1)).scalar()
