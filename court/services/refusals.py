"""拒绝签名: noted with reason and witness. An agreement is then not formed; a record of the court stands all the same."""

from datetime import datetime
from typing import Any

from court.domain import text
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, AgreementAction, SignerRole, SignerState
from court.domain.signature import Refusal
from court.services import pad, transcript
from court.services.agreements import noted, signer_of, step
from court.services.hand import SUBJECT
from court.store import tables as t
from court.store.database import Tx


def refuse(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    signer_id: str,
    reason: str,
    witness: str,
    offset_ms: int | None = None,
) -> Agreement:
    """拒绝签名: the agreement is not formed (人民调解法 29, 民事诉讼法 102); it is put aside, and the transcript says so."""
    agreement = noted(tx, actor, agreement_id)
    signer = signer_of(agreement, signer_id)
    if signer.role is SignerRole.SEAL or signer.state is SignerState.SIGNED:
        raise CourtError("hand.signed", name=signer.name)
    role = signer.caption.split(" ")[0] or signer.name
    note(
        tx,
        actor=actor,
        now=now,
        subject_kind=SUBJECT,
        subject_id=agreement_id,
        signer_id=signer_id,
        name=signer.name,
        role=role,
        reason=reason,
        witness=witness,
    )
    why = text.required(reason, "reason")
    said = f"{role}{signer.name}拒绝在调解协议上签名，理由：{why}。在场见证人：{text.line_clean(witness)}。协议未成立。"
    if agreement.hearing_id is not None:
        transcript.mark(
            tx, actor=actor, now=now, hearing_id=agreement.hearing_id, text=said, offset_ms=offset_ms
        )
    pad.give_back(tx, actor=actor, now=now, subject_id=agreement_id, by_bench=True)
    changes = {"void_reason": said[:400], "lease_id": None, "lease_until": None}
    return step(tx, actor, now, agreement, AgreementAction.REFUSE, changes, {"signer": signer_id})


def note(tx: Tx, *, actor: Actor, now: datetime, **facts: Any) -> Refusal:
    """The row of any refusal: subject, signer, name, role, reason, witness. Refuses `text.*`."""
    row = {
        "id": new_id(),
        **facts,
        "reason": text.required(facts["reason"], "reason"),
        "witness": text.required(text.line_clean(facts["witness"]), "label"),
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.refusal.insert().values(row))
    told = {"signer": row["signer_id"]}
    tx.record("signing.refused", str(row["subject_id"]), actor, now, told)
    return Refusal(**row)
