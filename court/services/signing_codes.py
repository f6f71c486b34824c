"""One-time confirmation of a signer who sits elsewhere: bound to person and file, few tries, short life, used once."""

import secrets
from datetime import datetime

from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import Actor
from court.domain.signature import (
    CODE_DIGITS,
    CODE_TRIES,
    CODE_VALID,
    CodeAnswer,
    CodeChannel,
    SigningCode,
    judge_code,
)
from court.store import tables as t
from court.store.database import Tx
from court.store.load import signatures
from court.store.rows import token_hash


def issue(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    subject_id: str,
    signer_id: str,
    base_sha256: str,
    channel: CodeChannel,
) -> str:
    """Six digits, told once and kept nowhere; an earlier code of this person is worth nothing from now on."""
    digits = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    made = new_id()
    row = {
        "id": made,
        "signer_id": signer_id,
        "base_sha256": base_sha256,
        "code_hash": token_hash(f"{made}:{digits}"),
        "channel": channel,
        "wrong": 0,
        "at": now,
        "expires_at": now + CODE_VALID,
        "used_at": None,
        "by": actor.name,
    }
    tx.conn.execute(t.signing_code.insert().values(row))
    facts = {"signer": signer_id, "code": made, "channel": channel, "base": base_sha256}
    tx.record("signing_code.issued", subject_id, actor, now, facts)
    return digits


def use(
    tx: Tx, *, actor: Actor, now: datetime, subject_id: str, signer_id: str, base_sha256: str, given: str
) -> SigningCode:
    """The code, now used. Refuses `signing_code.needed`, `signing_code.wrong` (params left), `signing_code.over`."""
    if not given:
        raise CourtError("signing_code.needed")
    code = signatures.signing_code(tx.conn, signer_id)
    digest = token_hash(f"{code.id}:{given}") if code is not None else ""
    answer = judge_code(code, base_sha256=base_sha256, given_hash=digest, now=now)
    if code is None or answer is CodeAnswer.OVER:
        raise CourtError("signing_code.over")
    mine = t.signing_code.c.id == code.id
    if answer is CodeAnswer.WRONG:
        tx.conn.execute(t.signing_code.update().where(mine).values(wrong=code.wrong + 1))
        facts = {"signer": signer_id, "code": code.id, "wrong": code.wrong + 1}
        tx.record("signing_code.wrong", subject_id, actor, now, facts)
        left = CODE_TRIES - code.wrong - 1
        raise CourtError("signing_code.wrong" if left else "signing_code.over", keep=True, left=left)
    tx.conn.execute(t.signing_code.update().where(mine).values(used_at=now))
    tx.record("signing_code.used", subject_id, actor, now, {"signer": signer_id, "code": code.id})
    return code
