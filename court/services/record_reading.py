"""逐段宣读 of a paper that is signed on the pad of a session (笔录, 告知书, 无争议事实记载 …): begun, led, answered, and what
it keeps from being signed and sealed. Answers to texts of any kind are kept by services/reading.py."""

import hashlib
from datetime import datetime

from court.domain.errors import CourtError
from court.domain.hearing import Place
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.reading import Answer, standing
from court.domain.record_paper import (
    RECORD_PAPER,
    RecordPaperAction,
    RecordPaperRow,
    RecordPaperState,
    RecordSigner,
)
from court.services import reading, record_papers
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, record


def begin(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> RecordPaperRow:
    """From now on nobody bound signs, and nothing is sealed, before every paragraph is agreed to. Refuses
    `reading.begun_late` once a party has signed, `reading.nobody`, `record_paper.*`."""
    found = record_papers.get(tx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.READ, actor.role)
    if found.read_aloud:
        return found
    parties = [one for one in found.signers if one.party_id is not None]
    if not parties or not found.paragraphs:
        raise CourtError("reading.nobody")
    if any(one.signed_at is not None for one in parties):
        raise CourtError("reading.begun_late")
    return _write(tx, actor, now, found, "begun", read_aloud=True, led="")


def lead(tx: Tx, *, actor: Actor, now: datetime, paper_id: str, paragraph_id: str) -> RecordPaperRow:
    """This paragraph stands before all screens; "" goes on with the first open one. Refuses `reading.not_begun`."""
    found = record_papers.get(tx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.READ, actor.role)
    _begun(found)
    if paragraph_id and paragraph_id not in {one.id for one in found.paragraphs}:
        raise CourtError("record_paper.changed")
    return _write(tx, actor, now, found, "led", led=paragraph_id)


def acknowledge(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    paper_id: str,
    paragraph_id: str,
    signer_id: str,
    answer: Answer = Answer.AGREED,
    words: str = "",
    offset_ms: int | None = None,
) -> RecordPaperRow:
    """One party has heard one paragraph and agrees, or has a question. `offset_ms` is the place in the recording, None
    while nothing is recorded. Refuses `reading.not_begun`, `agreement.not_this_signer`."""
    found = seen(tx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.ACKNOWLEDGE, actor.role)
    _begun(found)
    signer = next((one for one in found.listeners if one.id == signer_id), None)
    paragraph = next((one for one in found.paragraphs if one.id == paragraph_id), None)
    if signer is None or paragraph is None:
        raise CourtError("record_paper.changed")
    if signer.id not in acting_for(tx, actor=actor, paper=found):
        raise CourtError("agreement.not_this_signer", name=signer.name)
    given = reading.give(
        tx,
        actor=actor,
        now=now,
        text_id=found.id,
        paragraph=paragraph,
        person_id=signer.id,
        person=signer.name,
        answer=answer,
        words=words,
        offset_ms=offset_ms,
    )
    after = record.record_paper(tx.conn, paper_id) or found
    agreed = after.said(Answer.AGREED)
    done = all(paragraph_id in agreed.get(one.id, frozenset()) for one in after.listeners)
    if given and after.led == paragraph_id and done:
        # Everybody agrees: the next open one comes by itself.
        return _write(tx, actor, now, after, "led", led="")
    return after


def seen(rx: Read, *, actor: Actor, paper_id: str) -> RecordPaperRow:
    """For its makers; for the screens of the people it is read to while it is. Refuses `record_paper.not_found`."""
    found = record.record_paper(rx.conn, paper_id)
    if found is None:
        raise CourtError("record_paper.not_found")
    reads = found.read_aloud and found.state is RecordPaperState.SIGNING
    if not (reads and acting_for(rx, actor=actor, paper=found)):
        record_papers.get(rx, actor=actor, paper_id=paper_id)
    return found


def acting_for(rx: Read, *, actor: Actor, paper: RecordPaperRow) -> frozenset[str]:
    """Ids of the listeners this actor may answer for: a seat for its own party, vehicle, officer and the paper's makers
    for those who sit before them and not at a device of their own."""
    seats = {one.party_id: one for one in hearings.seats(rx.conn, paper.hearing_id) if one.party_id}
    mine = set()
    maker = record_papers.may_handle(rx, actor=actor, hearing_id=paper.hearing_id)
    crew = actor.kind is ActorKind.TERMINAL or (actor.kind is ActorKind.STAFF and actor.role is Role.OFFICER)
    for one in paper.listeners:
        seat = seats.get(one.party_id or "")
        if seat is not None and actor.kind is ActorKind.SEAT:
            here = seat.id == actor.id
        elif seat is not None and seat.place is Place.REMOTE:
            here = False
        else:
            here = maker or (crew and seat is not None)
        if here:
            mine.add(one.id)
    return frozenset(mine)


def being_read(rx: Read, *, actor: Actor, hearing_id: str) -> tuple[RecordPaperRow, ...]:
    """Papers of a session that this screen has to hear or leads now."""
    known = record.record_papers(rx.conn, hearing_id)
    maker = record_papers.may_handle(rx, actor=actor, hearing_id=hearing_id)
    return tuple(
        one
        for one in known
        if one.current() is not None and (maker or acting_for(rx, actor=actor, paper=one))
    )


def evidence_facts(paper: RecordPaperRow, signer: RecordSigner) -> dict[str, str]:
    """What goes into the signature's evidence record: how many paragraphs this one agreed to, and a SHA-256 over each
    with its moment in the recording."""
    known = standing(paper.paragraphs, paper.answers)
    mine = [known[signer.id, one.id] for one in paper.paragraphs if (signer.id, one.id) in known]
    if not mine:
        return {}
    told = "\n".join(f"{a.paragraph_sha256} {a.answer} {a.at.isoformat()} {a.offset_ms}" for a in mine)
    digest = hashlib.sha256(told.encode()).hexdigest()
    return {"reading_paragraphs": str(len(mine)), "reading_sha256": digest}


def _begun(found: RecordPaperRow) -> None:
    if not found.read_aloud:
        raise CourtError("reading.not_begun")


def _write(
    tx: Tx, actor: Actor, now: datetime, found: RecordPaperRow, verb: str, **values: object
) -> RecordPaperRow:
    p = t.record_paper
    tx.conn.execute(p.update().where(p.c.id == found.id).values(**values))
    facts = {"paper": found.id, "paragraph": str(values.get("led", ""))}
    tx.record(f"reading.{verb}", found.hearing_id, actor, now, facts)
    after = record.record_paper(tx.conn, found.id)
    assert after is not None
    return after
