"""Consent of a party to a procedural step, given and withdrawn."""

from datetime import datetime

import sqlalchemy as sa

from court.domain.consent import STEP_FOR_KIND, STEP_NAMES, Consent, ConsentStep
from court.domain.errors import CourtError
from court.domain.hearing import HearingState
from court.domain.ids import new_id
from court.domain.lifecycle import STAFF, Actor, ActorKind
from court.domain.matter import Party
from court.services import people
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, hearings


def give(
    tx: Tx, *, actor: Actor, now: datetime, party_id: str, step: ConsentStep, notice: str, via: str
) -> Consent:
    """A yes, as a new version. `notice` names the text shown; `via` is kiosk, desk, seat or paper."""
    party = _party(tx, actor, party_id)
    return answer(tx, actor=actor, now=now, party=party, step=step, given=True, notice=notice, via=via)


def withdraw(
    tx: Tx, *, actor: Actor, now: datetime, party_id: str, step: ConsentStep, notice: str, via: str
) -> Consent:
    """A no (also a first one), as a new version. Refuses `consent.too_late` while a hearing of that step is
    in session."""
    party = _party(tx, actor, party_id)
    live = (t.hearing.c.subject_id == party.subject_id, t.hearing.c.state == HearingState.IN_SESSION)
    for hearing in hearings.hearings(tx.conn, sa.select(t.hearing).where(*live)):
        if STEP_FOR_KIND[hearing.kind] is step:
            raise CourtError("consent.too_late", step=STEP_NAMES[step])
    return answer(tx, actor=actor, now=now, party=party, step=step, given=False, notice=notice, via=via)


def of_subject(rx: Read, *, subject_id: str) -> tuple[Consent, ...]:
    """Every version of every party of a matter or petition, oldest first."""
    return casework.consents(rx.conn, subject_id)


def answer(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    party: Party,
    step: ConsentStep,
    given: bool,
    notice: str,
    via: str,
) -> Consent:
    """The next version of this party's answer for this step; for callers that checked the actor."""
    c = t.consent
    last = sa.select(sa.func.max(c.c.version)).where(c.c.party_id == party.id, c.c.step == step)
    row = {
        "id": new_id(),
        "subject_id": party.subject_id,
        "party_id": party.id,
        "step": step,
        "version": (tx.conn.execute(last).scalar() or 0) + 1,
        "given": given,
        "notice": notice[:80],
        "via": via[:16],
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(c.insert().values(row))
    kind = "consent.given" if given else "consent.withdrawn"
    tx.record(
        kind, party.subject_id, actor, now, {"party": party.id, "step": step, "version": row["version"]}
    )
    return next(one for one in casework.consents(tx.conn, party.subject_id) if one.id == row["id"])


def _party(rx: Read, actor: Actor, party_id: str) -> Party:
    """Staff write down what the person said; a seat speaks for its own party only; so does the terminal in the van."""
    party = casework.party_of(people.row_of(rx, party_id))
    match actor.kind:
        case ActorKind.STAFF if actor.role in STAFF:
            return party
        case ActorKind.SEAT:
            seat = hearings.seat(rx.conn, actor.id)
            if seat is not None and seat.party_id == party_id:
                return party
        case ActorKind.TERMINAL:
            return party
    raise CourtError("consent.not_allowed")
