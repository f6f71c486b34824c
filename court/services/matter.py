"""Disputes: registered, completed, assigned, ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from court.domain import text
from court.domain.access import may_see_matter
from court.domain.causes import cause
from court.domain.conflicts import Part
from court.domain.consent import ConsentStep
from court.domain.draft import Draft, DraftKind, DraftState
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import ROLE_NAMES, STAFF, Actor, ActorKind, Role
from court.domain.matter import (
    MATTER,
    Material,
    Matter,
    MatterAction,
    MatterState,
    Party,
    PartyIdentity,
    PartyInput,
    Side,
)
from court.domain.numbers import Series, day_of, new_query_code
from court.services import accounts, consent, draft, finding, intake, papers_in, people, suitability
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework
from court.store.rows import next_number

URGERS = frozenset({Role.CLERK, Role.JUDGE, Role.REGISTRAR, Role.PRESIDENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """The receipt: official number, 10-digit query code, and the subject's id (a matter or a petition)."""

    id: str
    number: str
    query_code: str
    registered_at: datetime


def register(tx: Tx, *, actor: Actor, now: datetime, draft_id: str, version: int) -> Registered:
    """Turns a complete draft into a matter with parties, consents and papers.

    Refuses `form.invalid` with `problems` (all at once), `draft.stale`. A draft already submitted gives
    the same receipt again (safe to retry).
    """
    earlier = _receipt(tx, draft_id)
    if earlier is not None:
        return earlier
    ready = draft.complete(tx, actor, draft_id, version, DraftKind.DISPUTE, now)
    answers = ready.answers
    chosen = cause(answers.cause_code, day_of(now))
    facts, request = intake.words(answers, chosen.name)
    row = enter(
        tx,
        now=now,
        cause_code=answers.cause_code,
        facts=facts,
        request=request,
        place=answers.place,
        signature_sha256=answers.signature_sha256,
    )
    matter_id = str(row["id"])
    applicant = people.add(
        tx, now=now, subject_id=matter_id, person=people.person_input(Side.APPLICANT, answers.applicant)
    )
    for person in answers.respondents:
        people.add(tx, now=now, subject_id=matter_id, person=people.person_input(Side.RESPONDENT, person))
    intake.keep(tx, matter_id=matter_id, answers=answers, cause_name=chosen.name)
    record_consents(tx, actor=actor, now=now, party=applicant, ready=ready)
    draft.submitted(tx, now=now, draft=ready, subject_id=matter_id)
    finding.refresh(tx, subject_kind="matter", subject_id=matter_id)
    tx.record(
        "matter.registered", matter_id, actor, now, {"number": row["number"], "cause": row["cause_code"]}
    )
    return receipt_of(row)


def enter(
    tx: Tx,
    *,
    now: datetime,
    cause_code: str,
    facts: str,
    request: str,
    place: str,
    signature_sha256: str = "",
) -> dict[str, Any]:
    """The row of a new dispute with its number and code; people and journal are the caller's. Refuses `cause.unknown`."""
    chosen = cause(cause_code, day_of(now))
    row = {
        "id": new_id(),
        "number": next_number(tx, Series.MATTER, now),
        "query_code": free_query_code(tx),
        "state": MATTER.start,
        "cause_code": chosen.code,
        "cause_name": chosen.name,
        "personal_status": chosen.personal_status,
        "facts": facts,
        "request": request,
        "place": place,
        "receipt_note": "",
        "signature_sha256": signature_sha256,
        "rev": 1,
        "created_at": now,
        "updated_at": now,
    }
    tx.conn.execute(t.matter.insert().values(row))
    return row


def record_consents(tx: Tx, *, actor: Actor, now: datetime, party: Party, ready: Draft) -> None:
    """The answers of the person at the kiosk, one version per step."""
    for name, given in sorted(ready.answers.consents.items()):
        consent.answer(
            tx,
            actor=actor,
            now=now,
            party=party,
            step=ConsentStep(name),
            given=given,
            notice=ready.answers.consent_notice[:80],
            via="desk" if actor.kind is ActorKind.STAFF else ready.answers.channel,
        )


def receipt_of(row: Any) -> Registered:
    return Registered(
        id=row["id"], number=row["number"], query_code=row["query_code"], registered_at=row["created_at"]
    )


def free_query_code(tx: Tx) -> str:
    """A random code that neither a matter nor a petition has."""
    while True:
        code = new_query_code()
        taken = sa.union_all(
            sa.select(t.matter.c.id).where(t.matter.c.query_code == code),
            sa.select(t.petition.c.id).where(t.petition.c.query_code == code),
        )
        if tx.conn.execute(taken).first() is None:
            return code


def get(rx: Read, *, matter_id: str) -> Matter:
    """Refuses `matter.not_found`."""
    found = casework.matter(rx.conn, matter_id)
    if found is None:
        raise CourtError("matter.not_found")
    return found


def number_seen(rx: Read, *, actor: Actor, matter_id: str) -> str:
    """Its number for somebody who may see it; "" to everybody else."""
    found = casework.matter(rx.conn, matter_id)
    return found.number if found is not None and may_see_matter(actor, found) else ""


def parties(rx: Read, *, subject_id: str) -> tuple[Party, ...]:
    """Parties of a matter or petition in order, masked."""
    return casework.parties(rx.conn, subject_id)


def reveal_party(tx: Tx, *, actor: Actor, now: datetime, party_id: str, purpose: str) -> PartyIdentity:
    """The unmasked identity, recorded in the journal with its purpose (PIPL 51). Staff or system only."""
    return people.reveal(tx, actor=actor, now=now, party_id=party_id, purpose=purpose)


def add_party(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, person: PartyInput) -> Party:
    """A further party. Refuses `form.invalid` with fields `person.name` and so on."""
    seen(tx, actor=actor, matter_id=matter_id)
    people.check_person(person, now)
    suitability.require_sides(tx, subject_id=matter_id, person=person)
    party = people.add(tx, now=now, subject_id=matter_id, person=person)
    finding.refresh(tx, subject_kind="matter", subject_id=matter_id)
    tx.record("party.added", matter_id, actor, now, {"party": party.id, "side": person.side})
    return party


def check_original(tx: Tx, *, actor: Actor, now: datetime, material_id: str, same: bool) -> Material:
    """原件核对 (在线诉讼规则 12): who compared it, when, with which result."""
    require_staff(actor)
    material = papers_in.get(tx, material_id)
    result = "same" if same else "differs"
    checked = {"original_result": result, "original_checked_by": actor.name, "original_checked_at": now}
    tx.conn.execute(t.material.update().where(t.material.c.id == material_id).values(checked))
    tx.record(
        "material.compared", material.subject_id, actor, now, {"material": material_id, "result": result}
    )
    return papers_in.get(tx, material_id)


def materials(rx: Read, *, subject_id: str) -> tuple[Material, ...]:
    """Papers not removed, in order."""
    return casework.materials(rx.conn, subject_id)


def assign(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    matter_id: str,
    rev: int,
    mediator_id: str | None = None,
    judge_id: str | None = None,
    clerk_id: str | None = None,
    namesakes: bool = False,
) -> Matter:
    """分派: at least a mediator or a judge, none of them a party; `namesakes`: equal names were looked at.

    Refuses `matter.stale` (409), `account.wrong_role`, `conflict.same_name`.
    """
    if mediator_id is None and judge_id is None:
        raise CourtError("matter.no_handler")
    wanted = ((mediator_id, Role.MEDIATOR), (judge_id, Role.JUDGE), (clerk_id, Role.CLERK))
    for account_id, role in wanted:
        if account_id is not None:
            accounts.require_role(tx, account_id, role)
    handlers = {Part.MEDIATOR: mediator_id, Part.JUDGE: judge_id, Part.CLERK: clerk_id}
    suitability.require_handlers(tx, subject_id=matter_id, handlers=handlers, namesakes=namesakes)
    changes = {"mediator_id": mediator_id, "judge_id": judge_id, "clerk_id": clerk_id}
    return _step(tx, actor, now, matter_id, rev, MatterAction.ASSIGN, changes, facts=changes)


def ask_more(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, what: str) -> Matter:
    """一次性告知补正: `what` is shown to the person."""
    return _step(tx, actor, now, matter_id, rev, MatterAction.ASK_MORE, _note(what))


def supplement(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, note: str) -> Matter:
    """The person has completed it."""
    return _step(tx, actor, now, matter_id, rev, MatterAction.SUPPLEMENT, _note(note))


def fail(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, reason: str) -> Matter:
    """调解不成."""
    return _step(tx, actor, now, matter_id, rev, MatterAction.FAIL, _note(reason))


def withdraw(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, reason: str) -> Matter:
    """The person takes it back."""
    return _step(tx, actor, now, matter_id, rev, MatterAction.WITHDRAW, _note(reason))


def close(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int, note: str) -> Matter:
    """办结: after settling, failing or withdrawal."""
    return _step(tx, actor, now, matter_id, rev, MatterAction.CLOSE, _note(note))


def urge(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, rev: int) -> Matter:
    """催办: asks those who handle it for progress; it stands in their list until they act. Refuses `matter.no_handler`,
    `matter.stale`, `matter.not_allowed`."""
    matter = seen(tx, actor=actor, matter_id=matter_id)
    if matter.rev != rev:
        raise CourtError("matter.stale")
    if actor.role not in URGERS:
        raise CourtError("matter.not_allowed", role=ROLE_NAMES[actor.role], action="urge")
    if matter.mediator_id is None and matter.judge_id is None:
        raise CourtError("matter.no_handler")
    if matter.state is MatterState.CLOSED:
        raise CourtError("matter.wrong_state", state=matter.state_name, action="urge")
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(urged_at=now))
    tx.record("matter.urged", matter_id, actor, now, {"rev": rev})
    return get(tx, matter_id=matter_id)


def advance(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, action: MatterAction) -> Matter:
    """A step that another, already admitted act causes (a hearing opened, an agreement sealed)."""
    return _take(tx, actor, now, get(tx, matter_id=matter_id), action, {}, {})


def seated(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, role: Role, account_id: str) -> None:
    """Whoever is booked into a session takes the matter's empty place of that role; a taken place stays."""
    place = {Role.JUDGE: "judge_id", Role.MEDIATOR: "mediator_id", Role.CLERK: "clerk_id"}.get(role)
    if place is None or getattr(get(tx, matter_id=matter_id), place) is not None:
        return
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values({place: account_id}))
    tx.record("matter.seated", matter_id, actor, now, {place: account_id})


def handed(
    tx: Tx, *, actor: Actor, now: datetime, matter_id: str, place: str, account_id: str | None
) -> Matter:
    """Another act put somebody on the matter or took him off: `place` is mediator_id, judge_id or clerk_id."""
    matter = get(tx, matter_id=matter_id)
    if getattr(matter, place) == account_id:
        return matter
    state = MatterState.ASSIGNED if account_id and matter.state is MatterState.REGISTERED else matter.state
    values = {place: account_id, "state": state, "rev": matter.rev + 1, "updated_at": now}
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter_id).values(values))
    tx.record("matter.seated", matter_id, actor, now, {place: account_id})
    return get(tx, matter_id=matter_id)


def require_staff(actor: Actor) -> None:
    """Refuses `party.not_allowed` to anyone but the staff who work on disputes and petitions."""
    if actor.kind is not ActorKind.STAFF or actor.role not in STAFF:
        raise CourtError("party.not_allowed")


def _note(words: str) -> dict[str, Any]:
    return {"receipt_note": text.required(words, "note")}


def seen(rx: Read, *, actor: Actor, matter_id: str) -> Matter:
    """`get` for somebody who may see it; `matter.not_found` to everybody else."""
    matter = get(rx, matter_id=matter_id)
    if not may_see_matter(actor, matter):
        raise CourtError("matter.not_found")
    return matter


def _step(
    tx: Tx,
    actor: Actor,
    now: datetime,
    matter_id: str,
    rev: int,
    action: MatterAction,
    changes: dict[str, Any],
    facts: dict[str, Any] | None = None,
) -> Matter:
    matter = seen(tx, actor=actor, matter_id=matter_id)
    if matter.rev != rev:
        raise CourtError("matter.stale")
    return _take(tx, actor, now, matter, action, changes, facts or {})


def _take(
    tx: Tx,
    actor: Actor,
    now: datetime,
    matter: Matter,
    action: MatterAction,
    changes: dict[str, Any],
    facts: dict[str, Any],
) -> Matter:
    state = MATTER.after(matter.state, action, actor.role)
    rev = matter.rev + 1
    columns = changes | {"state": state, "rev": rev, "updated_at": now, "urged_at": None}
    tx.conn.execute(t.matter.update().where(t.matter.c.id == matter.id).values(columns))
    tx.record(f"matter.{action}", matter.id, actor, now, {"state": state, "rev": rev, **facts})
    return get(tx, matter_id=matter.id)


def _receipt(rx: Read, draft_id: str) -> Registered | None:
    made = draft.get(rx, draft_id=draft_id)
    if made.state is not DraftState.SUBMITTED or made.subject_id is None:
        return None
    matter = casework.matter(rx.conn, made.subject_id)
    if matter is None:
        return None
    return Registered(
        id=matter.id, number=matter.number, query_code=matter.query_code, registered_at=matter.created_at
    )
