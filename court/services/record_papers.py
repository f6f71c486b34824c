"""Papers signed on the pad of a session: made once, signed in turn, sealed, registered. Drawing is elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from court.domain import temporary
from court.domain.errors import CourtError
from court.domain.hearing import IDENTITY_VALID, GuestCheck, HearingState, IdentityCheck, IdentityMethod
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, Actor, ActorKind, Role
from court.domain.matter import IdKind
from court.domain.paper import Paper, PaperKind
from court.domain.record_paper import (
    PAPER_KINDS,
    RECORD_PAPER,
    RecordPaperAction,
    RecordPaperKind,
    RecordPaperRow,
    RecordPaperState,
    RecordSigner,
    SignerInput,
)
from court.domain.signature import PadTurn
from court.services import (
    attendance,
    hand,
    pad,
    people,
    pledging,
    refusals,
    rollcall,
    service_settling,
    withdrawal,
)
from court.services import paper as registered
from court.store import sight
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, record

SUBJECT = "record_paper"
_MAKERS = BENCH | {Role.CLERK}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureTask:
    """What the signing needs outside the transaction; `identity` is (check id, method), empty for staff."""

    paper: RecordPaperRow
    signer: RecordSigner
    identity: tuple[str, str]


def may_make(rx: Read, *, actor: Actor, hearing_id: str, kind: RecordPaperKind) -> None:
    """Refuses `record_paper.not_found`, `record_paper.not_over`, `record_paper.open`."""
    _maker(rx, actor, hearing_id)
    if kind is RecordPaperKind.DRAWN:
        return
    known = record.record_papers(rx.conn, hearing_id)
    if any(one.kind is kind and one.state is RecordPaperState.SIGNING for one in known):
        raise CourtError("record_paper.open")
    if kind is RecordPaperKind.TRANSCRIPT:
        return
    hearing = sight.get(rx, hearing_id=hearing_id)
    row = hearings.recording(rx.conn, hearing_id)
    if row is None:
        raise CourtError("recording.not_found")
    if hearing.state is not HearingState.CLOSED or row.ended_at is None:
        raise CourtError("record_paper.not_over")


def make(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    hearing_id: str,
    kind: RecordPaperKind,
    base_sha256: str,
    signers: tuple[tuple[str, SignerInput], ...],
    drawn: tuple[PaperKind, str] | None = None,
    paragraphs: Sequence[tuple[str, str]] = (),
    read_aloud: bool = False,
    replaces_id: str | None = None,
) -> RecordPaperRow:
    """`base_sha256` is the stored PDF with its empty fields, `signers` are (field, who) in the order of signing.

    `drawn`: which paper, and its number, where staff drew it up on the desk; `replaces_id`: the withdrawn paper whose place
    it takes. `paragraphs`: (label, text) as it is read aloud, `read_aloud`: whether that is asked for.
    """
    may_make(tx, actor=actor, hearing_id=hearing_id, kind=kind)
    paper_kind, number = drawn or (PAPER_KINDS[kind], "")
    row = {
        "id": new_id(),
        "hearing_id": hearing_id,
        "kind": kind,
        "paper_kind": paper_kind,
        "number": number,
        "state": RECORD_PAPER.start,
        "head_sha256": base_sha256,
        "read_aloud": read_aloud and any(who.party_id for _, who in signers),
        "led": "",
        "replaces_id": replaces_id,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.record_paper.insert().values(row))
    for position, (field, who) in enumerate(signers):
        signer = {
            "id": new_id(),
            "record_paper_id": row["id"],
            "position": position,
            "field": field,
            "role": who.role,
            "name": who.name,
            "party_id": who.party_id,
            "account_id": who.account_id,
            "seat_id": who.seat_id,
            "signed_at": None,
            "strokes_sha256": "",
            "evidence_sha256": "",
        }
        tx.conn.execute(t.record_signer.insert().values(signer))
    for position, (label, words) in enumerate(paragraphs):
        spoken = {"record_paper_id": row["id"], "position": position, "label": label, "text": words}
        tx.conn.execute(t.record_paragraph.insert().values(spoken))
    tx.record("record_paper.made", hearing_id, actor, now, {"paper": row["id"], "kind": kind})
    return get(tx, actor=actor, paper_id=str(row["id"]))


def get(rx: Read, *, actor: Actor, paper_id: str) -> RecordPaperRow:
    """Refuses `record_paper.not_found`."""
    found = record.record_paper(rx.conn, paper_id)
    if found is None:
        raise CourtError("record_paper.not_found")
    _maker(rx, actor, found.hearing_id)
    return found


def take_pad(tx: Tx, *, actor: Actor, now: datetime, paper_id: str, signer_id: str) -> PadTurn:
    """本人确认, before the pad opens. Refuses what `_turn_of` and `pad.take` refuse."""
    task = _turn_of(tx, actor=actor, now=now, paper_id=paper_id, signer_id=signer_id)
    return pad.take(
        tx,
        actor=actor,
        now=now,
        subject_kind=SUBJECT,
        subject_id=paper_id,
        signer_id=signer_id,
        name=task.signer.name,
        base_sha256=task.paper.head_sha256,
    )


def begin(
    rx: Read, *, actor: Actor, now: datetime, paper_id: str, signer_id: str, turn_id: str
) -> SignatureTask:
    """Refuses `record_paper.changed` (not this one's turn), `record_paper.own_hand`, `record_paper.identity_missing`,
    `pad.taken`, `pad.not_confirmed`."""
    task = _turn_of(rx, actor=actor, now=now, paper_id=paper_id, signer_id=signer_id)
    base = task.paper.head_sha256
    pad.require(
        rx,
        actor=actor,
        now=now,
        subject_id=paper_id,
        signer_id=signer_id,
        turn_id=turn_id,
        base_sha256=base,
    )
    return task


def begin_refusal(rx: Read, *, actor: Actor, paper_id: str, signer_id: str) -> SignatureTask:
    """The court will note that the one whose turn it is would not sign. Refuses `record_paper.changed`, and
    `record_paper.own_hand` for staff, who sign or step aside."""
    found = get(rx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.SIGN, actor.role)
    turn = found.turn
    if turn is None or turn.id != signer_id:
        raise CourtError("record_paper.changed")
    if turn.party_id is None:
        raise CourtError("record_paper.own_hand", name=turn.name)
    return SignatureTask(paper=found, signer=turn, identity=("", ""))


def _turn_of(rx: Read, *, actor: Actor, now: datetime, paper_id: str, signer_id: str) -> SignatureTask:
    found = get(rx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.SIGN, actor.role)
    turn = found.turn
    if turn is None or turn.id != signer_id:
        raise CourtError("record_paper.changed")
    if turn.account_id is not None and turn.account_id != actor.id:
        raise CourtError("record_paper.own_hand", name=turn.name)
    if not turn.outside:
        return SignatureTask(paper=found, signer=turn, identity=("", "staff_session"))
    found.require_heard(turn)
    check = valid_check(rx, now=now, paper=found)
    if check is None:
        raise CourtError("record_paper.identity_missing", name=turn.name)
    if turn.party_id is not None:
        kind = IdKind(people.row_of(rx, turn.party_id).id_kind)
        temporary.require(temporary.Act.SIGN_ON_PAD, name=turn.name, kind=kind, method=check.method)
    return SignatureTask(paper=found, signer=turn, identity=(check.id, check.method.value))


def valid_check(rx: Read, *, now: datetime, paper: RecordPaperRow) -> IdentityCheck | GuestCheck | None:
    """The identity check by which the one whose turn it is may sign now; None for staff, and where it is missing or has
    run out (it holds half a day, the signature may come later)."""
    turn = paper.turn
    if turn is None or not turn.outside:
        return None
    if turn.seat_id is not None:
        guest = attendance.checks(rx, hearing_id=paper.hearing_id).get(turn.seat_id)
        return guest if guest is not None and now < guest.at + IDENTITY_VALID else None
    check = hearings.identity_checks(rx.conn, paper.hearing_id).get(turn.party_id or "")
    return check if check is not None and now < check.expires_at else None


def check_again(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    paper_id: str,
    signer_id: str,
    method: IdentityMethod,
    id_number: str = "",
) -> IdentityCheck | GuestCheck:
    """核验 of the person whose turn it is, at the signing itself, also after the session has ended (规则 7).

    Refuses `record_paper.changed`, `record_paper.wrong_state`, and what `rollcall.write_check` refuses, of a witness what
    `attendance.check_guest` refuses.
    """
    found = get(tx, actor=actor, paper_id=paper_id)
    RECORD_PAPER.after(found.state, RecordPaperAction.SIGN, actor.role)
    turn = found.turn
    if turn is None or turn.id != signer_id or not turn.outside:
        raise CourtError("record_paper.changed")
    if turn.seat_id is not None:
        guest = {"hearing_id": found.hearing_id, "seat_id": turn.seat_id, "id_number": id_number}
        return attendance.check_guest(tx, actor=actor, now=now, method=method, **guest)
    assert turn.party_id is not None
    booked = sight.get(tx, hearing_id=found.hearing_id)
    return rollcall.write_check(
        tx, actor=actor, now=now, booked=booked, party_id=turn.party_id, method=method, id_number=id_number
    )


def signed(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    task: SignatureTask,
    head_sha256: str,
    strokes_sha256: str,
    evidence_sha256: str,
    kept: Mapping[str, Any],
    refusal: Mapping[str, str] | None = None,
) -> RecordPaperRow:
    """The file must be the one that was read: refuses `record_paper.changed`. `refusal`: reason and witness of one who
    would not sign; the paper stands all the same (民事诉讼法 150)."""
    found = get(tx, actor=actor, paper_id=task.paper.id)
    if found.turn is None or found.turn.id != task.signer.id:
        raise CourtError("record_paper.changed")
    if found.head_sha256 != task.paper.head_sha256:
        raise CourtError("record_paper.changed")
    facts = {"signed_at": now, "strokes_sha256": strokes_sha256, "evidence_sha256": evidence_sha256}
    tx.conn.execute(t.record_signer.update().where(t.record_signer.c.id == task.signer.id).values(facts))
    about = {"subject_kind": SUBJECT, "subject_id": task.paper.id, "signer_id": task.signer.id}
    hand.keep_record(tx, actor=actor, now=now, rev=0, **about, **kept)
    if refusal is not None:
        named = {"name": task.signer.name, "role": task.signer.role}
        refusals.note(tx, actor=actor, now=now, **about, **named, **refusal)
    pad.signed(tx, now=now, subject_id=task.paper.id)
    p = t.record_paper
    tx.conn.execute(p.update().where(p.c.id == task.paper.id).values(head_sha256=head_sha256))
    journaled = {"paper": task.paper.id, "signer": task.signer.id, "sha256": head_sha256}
    tx.record("record_paper.signed", task.paper.hearing_id, actor, now, journaled)
    if refusal is None and task.signer.party_id is not None:
        served = {"return_id": task.paper.id, "party_id": task.signer.party_id}
        service_settling.signed_on_pad(tx, actor=actor, now=now, **served)
    if task.signer.seat_id is not None and task.paper.paper_kind is PaperKind.WITNESS_PLEDGE:
        pledging.signed_on_pad(tx, actor=actor, now=now, seat_id=task.signer.seat_id)
    return get(tx, actor=actor, paper_id=task.paper.id)


def finish(
    tx: Tx, *, actor: Actor, now: datetime, paper_id: str, base_sha256: str, sha256: str, pages: int
) -> Paper:
    """Sealed after the last signature: registered with the papers of the session."""
    found = get(tx, actor=actor, paper_id=paper_id)
    if found.turn is not None or found.head_sha256 != base_sha256:
        raise CourtError("record_paper.changed")
    found.require_heard()
    after = RECORD_PAPER.after(found.state, RecordPaperAction.FINISH, actor.role)
    p = t.record_paper
    tx.conn.execute(p.update().where(p.c.id == paper_id).values(state=after, head_sha256=sha256))
    hearing = sight.get(tx, hearing_id=found.hearing_id)
    tx.record("record_paper.finished", found.hearing_id, actor, now, {"paper": paper_id, "sha256": sha256})
    made = registered.register(
        tx,
        actor=actor,
        now=now,
        subject_kind=hearing.subject_kind,
        subject_id=hearing.subject_id,
        hearing_id=hearing.id,
        kind=found.paper_kind,
        number=found.number or hearing.title.partition(" ")[0],
        title=f"{hearing.kind_name}{found.name}" if found.kind is RecordPaperKind.TRANSCRIPT else found.name,
        sha256=sha256,
        pages=pages,
    )
    if found.replaces_id is not None:
        withdrawal.succeed(tx, actor=actor, now=now, paper_id=found.replaces_id, successor=made)
    return made


def void(tx: Tx, *, actor: Actor, now: datetime, paper_id: str) -> RecordPaperRow:
    """A draft with a mistake, before anybody signed. Refuses `record_paper.signed`."""
    found = get(tx, actor=actor, paper_id=paper_id)
    after = RECORD_PAPER.after(found.state, RecordPaperAction.VOID, actor.role)
    if any(signer.signed_at is not None for signer in found.signers):
        raise CourtError("record_paper.signed")
    tx.conn.execute(t.record_paper.update().where(t.record_paper.c.id == paper_id).values(state=after))
    tx.record("record_paper.voided", found.hearing_id, actor, now, {"paper": paper_id})
    return get(tx, actor=actor, paper_id=paper_id)


def may_handle(rx: Read, *, actor: Actor, hearing_id: str) -> bool:
    """Bench and clerk of the session."""
    allowed = actor.kind is ActorKind.STAFF and actor.role in _MAKERS
    return allowed and sight.sees_hearing(rx, actor=actor, hearing_id=hearing_id)


def _maker(rx: Read, actor: Actor, hearing_id: str) -> None:
    if not may_handle(rx, actor=actor, hearing_id=hearing_id):
        raise CourtError("record_paper.not_found")
