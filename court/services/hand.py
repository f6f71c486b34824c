"""The pad of an agreement and the codes of those who sign from elsewhere; kept records of signatures on any paper."""

import hashlib
from datetime import datetime
from typing import Any

from court.domain import temporary
from court.domain.errors import CourtError
from court.domain.hearing import HearingState, Place
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind
from court.domain.matter import IdKind
from court.domain.mediation import AGREEMENT, Agreement, AgreementAction, AgreementState, Signer, SignerRole
from court.domain.signature import CodeChannel, PadTurn
from court.services import pad, people, signing_codes
from court.services.agreements import NOTERS, noted, require_signer, seen, signer_of
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import hearings, signatures

SUBJECT = "agreement"
_LIVE = frozenset({HearingState.IN_SESSION, HearingState.SUSPENDED})


def take_pad(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str, code: str = ""
) -> PadTurn:
    """本人确认, before the pad opens. One who sits elsewhere gives the one-time code told in the session.

    Refuses `agreement.not_your_turn`, `agreement.not_this_signer`, `agreement.wrong_state`, `pad.taken`, `signing_code.*`.
    """
    agreement = seen(tx, actor=actor, agreement_id=agreement_id)
    signer = require_signer(tx, actor, agreement, signer_id)
    AGREEMENT.after(agreement.state, AgreementAction.SIGN, actor.role)
    turn = agreement.next_signer()
    if turn is None or turn.id != signer.id or signer.role is SignerRole.SEAL:
        raise CourtError("agreement.not_your_turn", name=turn.name if turn else signer.name)
    present = pad.check_free(tx, actor=actor, now=now, subject_id=agreement_id, signer_id=signer_id)
    if present is not None and present.base_sha256 == agreement.head_sha256:
        return present
    used = None
    if needs_code(tx, agreement, signer):
        used = signing_codes.use(
            tx,
            actor=actor,
            now=now,
            subject_id=agreement_id,
            signer_id=signer_id,
            base_sha256=agreement.head_sha256,
            given=code,
        )
    return pad.take(
        tx,
        actor=actor,
        now=now,
        subject_kind=SUBJECT,
        subject_id=agreement_id,
        signer_id=signer_id,
        name=signer.name,
        base_sha256=agreement.head_sha256,
        confirmation=used.id if used else "",
        confirmed_by=used.channel if used else "",
    )


def give_pad_back(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str) -> None:
    """By the screen that has it, or by bench and clerk. Refuses `pad.taken`."""
    seen(tx, actor=actor, agreement_id=agreement_id)
    by_bench = actor.kind is ActorKind.STAFF and actor.role in NOTERS
    pad.give_back(tx, actor=actor, now=now, subject_id=agreement_id, by_bench=by_bench)


def needs_code(rx: Read, agreement: Agreement, signer: Signer) -> bool:
    """Whoever signs from elsewhere by a link; a witness beside such a person is covered by that person's code."""
    if signer.party_id is None or agreement.hearing_id is None:
        return False
    seats = hearings.seats(rx.conn, agreement.hearing_id)
    return any(seat.party_id == signer.party_id and seat.place is Place.REMOTE for seat in seats)


def issue_code(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str, channel: CodeChannel
) -> str:
    """The digits for the one whose turn it is. Refuses `agreement.not_your_turn`, `signing_code.not_needed`."""
    agreement = noted(tx, actor, agreement_id)
    signer = signer_of(agreement, signer_id)
    turn = agreement.next_signer()
    if agreement.state is not AgreementState.SIGNING or turn is None or turn.id != signer.id:
        raise CourtError("agreement.not_your_turn", name=turn.name if turn else signer.name)
    if not needs_code(tx, agreement, signer):
        raise CourtError("signing_code.not_needed", name=signer.name)
    return signing_codes.issue(
        tx,
        actor=actor,
        now=now,
        subject_id=agreement_id,
        signer_id=signer_id,
        base_sha256=agreement.head_sha256,
        channel=channel,
    )


def keep_record(tx: Tx, *, actor: Actor, now: datetime, **facts: Any) -> None:
    """The evidence record of one signature, with the signature itself (columns of `signature_record`)."""
    row = {"id": new_id(), **facts, "at": now, "by": actor.name}
    tx.conn.execute(t.signature_record.insert().values(row))


def evidence_facts(rx: Read, now: datetime, agreement: Agreement, signer: Signer) -> dict[str, str]:
    """The facts that go into the signature's evidence record; refuses a party without a checked identity."""
    texts = "\n".join(f"{clause.position} {clause.text}" for clause in agreement.clauses)
    facts = {
        "agreement": agreement.number,
        "agreement_rev": str(agreement.rev),
        "clauses_sha256": hashlib.sha256(texts.encode()).hexdigest(),
        "base_sha256": agreement.head_sha256,
        "signer_role": signer.role.value,
        "begun_at": now.isoformat(),
    }
    if signer.witness_of is not None:
        return facts | _witness_facts(rx, agreement, signer)
    if signer.cannot_write:
        facts |= _unable_facts(rx, agreement, signer)
    if signer.party_id is None:
        return facts | {"hearing": agreement.hearing_id or ""}
    if agreement.hearing_id is None:
        raise CourtError("agreement.identity_missing", name=signer.name)
    hearing = hearings.hearing(rx.conn, agreement.hearing_id)
    if hearing is None or hearing.state not in _LIVE:
        raise CourtError("agreement.hearing_closed")
    check = hearings.identity_checks(rx.conn, hearing.id).get(signer.party_id)
    if check is None or now >= check.expires_at:
        raise CourtError("agreement.identity_missing", name=signer.name)
    if not signer.cannot_write:
        kind = IdKind(people.row_of(rx, signer.party_id).id_kind)
        temporary.require(temporary.Act.SIGN_ON_PAD, name=signer.name, kind=kind, method=check.method)
    return facts | {
        "hearing": hearing.id,
        "identity_check": check.id,
        "identity_method": check.method.value,
        "identity_at": check.at.isoformat(),
        "party_id": signer.party_id,
    }


def _unable_facts(rx: Read, agreement: Agreement, signer: Signer) -> dict[str, str]:
    """What was read aloud to one who cannot write, by whom, and who witnessed it."""
    found = signatures.cannot_write(rx.conn, agreement.id)[signer.id]
    return {
        "witness": signer.witness,
        "witness_about": found.witness_about,
        "read_by": found.read_by,
        "read_aloud": found.read_aloud,
    }


def _witness_facts(rx: Read, agreement: Agreement, signer: Signer) -> dict[str, str]:
    found = signatures.cannot_write(rx.conn, agreement.id)[signer.witness_of or ""]
    beside = signer_of(agreement, found.signer_id)
    # Absent for a witness named before witnesses had a row of their own.
    check = signatures.witness_checks(rx.conn, agreement.id).get(signer.id)
    return {
        "hearing": agreement.hearing_id or "",
        "party_id": beside.party_id or "",
        "witness_for": beside.name,
        "witness_about": found.witness_about,
        "identity_check": check.id if check else "",
        "identity_method": found.witness_identity.value,
        "identity_at": check.at.isoformat() if check else "",
        "read_by": found.read_by,
        "read_aloud": found.read_aloud,
    }
