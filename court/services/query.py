"""Progress by query code, in four words a villager knows."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain.citizen import MATTER_WORDS, PETITION_WORDS, CitizenState
from court.domain.errors import CourtError
from court.domain.hearing import HearingState
from court.domain.matter import MatterState, Side
from court.domain.numbers import QUERY_CODE
from court.domain.petition import PetitionState
from court.services import guessing, mediation_words
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, papers
from court.store.views import moments


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedOn:
    """A paper that was served on those who registered the matter, without names."""

    title: str
    at: datetime
    method_name: str
    presumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer:
    """No names of other people, no addresses. `next_step` is a sentence; `note` what was asked of the person;
    `person` who is responsible (staff), "" while nobody is; `hearing_at` when one is booked;
    `told` how a mediation stands and what to do next, in sentences."""

    number: str
    state: CitizenState
    next_step: str
    note: str
    person: str
    registered_at: datetime
    updated_at: datetime
    hearing_at: datetime | None
    hearing_place: str
    subject_kind: str
    served: tuple[ServedOn, ...]
    told: tuple[str, ...] = ()


def by_code(tx: Tx, *, now: datetime, code: str, address: str) -> QueryAnswer:
    """Refuses `query.code_malformed`, `query.unknown` (404), `login.slow_down` after many wrong codes."""
    digits = "".join(code.split())
    if not QUERY_CODE.fullmatch(digits):
        raise CourtError("query.code_malformed")
    guesses = (guessing.subject("query", address),)
    guessing.check(tx, now=now, subjects=guesses)
    matter = tx.conn.execute(sa.select(t.matter).where(t.matter.c.query_code == digits)).first()
    if matter is not None:
        state, sentence = MATTER_WORDS[MatterState(matter.state)]
        asked = state is CitizenState.NEEDS_YOU
        handler = matter.mediator_id or matter.judge_id
        note = matter.receipt_note if asked else ""
        found = _answer(tx, "matter", matter, state, sentence, note, handler)
        return replace(found, told=mediation_words.sentences(tx, matter_id=matter.id, now=now))
    petition = tx.conn.execute(sa.select(t.petition).where(t.petition.c.query_code == digits)).first()
    if petition is not None:
        state, sentence = PETITION_WORDS[PetitionState(petition.state)]
        note = petition.decline_reason or petition.reply
        if state is CitizenState.NEEDS_YOU:
            note = petition.receipt_note
        return _answer(tx, "petition", petition, state, sentence, note, petition.official_id)
    guessing.wrong(tx, now=now, subjects=guesses)
    raise CourtError("query.unknown", keep=True)


def _answer(
    rx: Read,
    kind: str,
    row: Any,
    state: CitizenState,
    sentence: str,
    note: str,
    handler: str | None,
) -> QueryAnswer:
    h = t.hearing
    states = [HearingState.SCHEDULED, HearingState.ROLL_CALL]
    booked = sa.select(h.c.starts_at, h.c.place).where(h.c.subject_id == row.id, h.c.state.in_(states))
    next_one = rx.conn.execute(booked.order_by(h.c.starts_at).limit(1)).first()
    person = casework.account(rx.conn, handler) if handler else None
    return QueryAnswer(
        number=row.number,
        state=state,
        next_step=sentence,
        note=note,
        person=person.name if person else "",
        registered_at=row.created_at,
        updated_at=row.updated_at,
        hearing_at=next_one.starts_at if next_one else None,
        hearing_place=next_one.place if next_one else "",
        subject_kind=kind,
        served=_served(rx, row.id),
    )


def _served(rx: Read, subject_id: str) -> tuple[ServedOn, ...]:
    """Those who hold the code registered it: what went to the other side is not theirs to see."""
    own = {Side.APPLICANT, Side.PETITIONER}
    mine = {party.id for party in casework.parties(rx.conn, subject_id) if party.side in own}
    titles = {paper.id: paper.title for paper in papers.papers(rx.conn, subject_id)}
    found = {
        (one.paper_id, one.at): ServedOn(
            title=titles[one.paper_id], at=one.at, method_name=one.method_name, presumed=one.presumed
        )
        for one in moments(rx, subject_id)
        if one.party_id in mine
    }
    return tuple(found.values())
