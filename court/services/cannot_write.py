"""不会书写: one who cannot write is declared so before the signing, with a witness who signs in a field of their own."""

from datetime import datetime

import sqlalchemy as sa

from court.domain import identity, text
from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.mediation import (
    BOUND,
    Agreement,
    AgreementState,
    Signer,
    SignerRole,
    SignerState,
)
from court.domain.numbers import day_of
from court.domain.signature import INSTEAD, Manner
from court.services.agreements import check_rev, get, noted, signer_of
from court.store import tables as t
from court.store.database import Tx
from court.store.load import signatures

_BEFORE_SIGNING = frozenset({AgreementState.DRAFT, AgreementState.READING})


def declare(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    rev: int,
    signer_id: str,
    manner: Manner,
    witness: str,
    witness_about: str,
    witness_identity: IdentityMethod,
    witness_number: str = "",
    read_by: str,
    read_aloud: str,
) -> Agreement:
    """不会书写: this person's field takes a print or a mark, and a witness signs in a field of their own right after.

    Before the signing begins, since fields are made before the first signature. Refuses `hand.too_late`, `hand.manner`,
    `hand.not_a_party`, `hand.witness` (one of the signers), `hand.declared`, `text.*`, `identity.*` for a card's number.
    The witness's identity is a row of its own, like a party's; of a card only the masked number is kept.
    """
    agreement = noted(tx, actor, agreement_id)
    check_rev(agreement, rev)
    if agreement.state not in _BEFORE_SIGNING:
        raise CourtError("hand.too_late")
    if manner not in INSTEAD:
        raise CourtError("hand.manner")
    signer = signer_of(agreement, signer_id)
    if signer.role not in BOUND:
        raise CourtError("hand.not_a_party", name=signer.name)
    if signer.cannot_write:
        raise CourtError("hand.declared", name=signer.name)
    name = text.required(text.line_clean(witness), "name")
    if any(one.name == name for one in agreement.signers if one.role is not SignerRole.WITNESS):
        raise CourtError("hand.witness", name=name)
    masked = ""
    if witness_identity is IdentityMethod.ID_CARD:
        number = identity.require_number(witness_number, day_of(now))
        masked = identity.mask_number(number)
    witness_id = _add_witness(tx, agreement, signer, name)
    _check_witness(tx, actor, now, agreement_id, witness_id, name, witness_identity, masked)
    row = {
        "signer_id": signer_id,
        "witness_id": witness_id,
        "manner": manner,
        "read_by": text.required(text.line_clean(read_by), "label"),
        "read_aloud": text.required(read_aloud, "reason"),
        "witness_about": text.required(text.line_clean(witness_about), "address"),
        "witness_identity": witness_identity,
        "at": now,
        "by": actor.name,
    }
    tx.conn.execute(t.cannot_write.insert().values(row))
    facts = {"signer": signer_id, "manner": manner, "witness": witness_id}
    tx.record("agreement.cannot_write", agreement_id, actor, now, facts)
    return get(tx, agreement_id=agreement_id)


def _check_witness(
    tx: Tx,
    actor: Actor,
    now: datetime,
    agreement_id: str,
    witness_id: str,
    name: str,
    method: IdentityMethod,
    masked: str,
) -> None:
    row = {"id": new_id(), "agreement_id": agreement_id, "signer_id": witness_id, "name": name}
    about = {"method": method, "masked_number": masked, "at": now, "by": actor.name}
    tx.conn.execute(t.witness_check.insert().values(row | about))
    facts = {"check": row["id"], "signer": witness_id, "method": method}
    tx.record("agreement.witness_checked", agreement_id, actor, now, facts)


def _add_witness(tx: Tx, agreement: Agreement, signer: Signer, name: str) -> str:
    s = t.signer
    after = (s.c.agreement_id == agreement.id, s.c.position > signer.position)
    tx.conn.execute(s.update().where(*after).values(position=s.c.position + 1))
    taken = sum(one.role is SignerRole.WITNESS for one in agreement.signers)
    row = {
        "id": new_id(),
        "agreement_id": agreement.id,
        "position": signer.position + 1,
        "role": SignerRole.WITNESS,
        "name": name,
        "caption": f"见证人 {name}",
        "field": f"witness_{taken + 1:02d}",
        "party_id": None,
        "account_id": None,
        "state": SignerState.WAITING,
        "strokes_sha256": "",
        "evidence_sha256": "",
    }
    tx.conn.execute(s.insert().values(row))
    return str(row["id"])


def can_write(tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str) -> Agreement:
    """The declaration was a mistake: the witness's field goes with it. Refuses `hand.too_late`."""
    agreement = noted(tx, actor, agreement_id)
    found = signatures.cannot_write(tx.conn, agreement_id).get(signer_id)
    if found is None:
        return agreement
    used = sa.select(t.revision.c.index).where(t.revision.c.signer_id == found.witness_id).limit(1)
    if agreement.state not in _BEFORE_SIGNING or tx.conn.execute(used).first() is not None:
        raise CourtError("hand.too_late")
    tx.conn.execute(t.cannot_write.delete().where(t.cannot_write.c.signer_id == signer_id))
    tx.conn.execute(t.signer.delete().where(t.signer.c.id == found.witness_id))
    tx.record("agreement.can_write", agreement_id, actor, now, {"signer": signer_id})
    return get(tx, agreement_id=agreement_id)
