"""How a one-time code of a signer reaches the person: read out by whom the digits are shown to, or sent to the phone."""

from datetime import datetime

from court.domain.errors import CourtError
from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, Signer
from court.domain.outbox import Channel
from court.domain.signature import CODE_VALID, CodeChannel
from court.services import hand, matter, outbox
from court.services.agreements import get, signer_of
from court.store.database import Tx
from court.store.load import signatures


def told(
    tx: Tx, *, actor: Actor, now: datetime, agreement_id: str, signer_id: str, channel: CodeChannel
) -> tuple[str, str]:
    """(digits, the person's name); SMS queues the message in the same transaction.

    Refuses what `hand.issue_code` refuses, and `signing_code.no_phone`.
    """
    digits = hand.issue_code(
        tx, actor=actor, now=now, agreement_id=agreement_id, signer_id=signer_id, channel=channel
    )
    agreement = get(tx, agreement_id=agreement_id)
    signer = signer_of(agreement, signer_id)
    if channel is CodeChannel.SMS:
        _send(tx, actor, now, agreement, signer, digits)
    return digits, signer.name


def _send(tx: Tx, actor: Actor, now: datetime, agreement: Agreement, signer: Signer, digits: str) -> None:
    code = signatures.signing_code(tx.conn, signer.id)
    if signer.party_id is None or code is None:
        raise CourtError("signing_code.not_needed", name=signer.name)
    purpose = f"发送签名确认码 {agreement.number}"
    known = matter.reveal_party(tx, actor=actor, now=now, party_id=signer.party_id, purpose=purpose)
    if not known.phone:
        raise CourtError("signing_code.no_phone", name=signer.name)
    minutes = int(CODE_VALID.total_seconds() // 60)
    outbox.post(
        tx,
        actor=actor,
        now=now,
        channel=Channel.SMS,
        address=known.phone,
        body=f"您正在签署调解协议{agreement.number}，确认码{digits}，{minutes}分钟内有效。"
        "请只在法庭页面填写，不要告诉别人。",
        purpose="code",
        ref=code.id,
        subject_id=agreement.id,
        key=f"code:{code.id}",
    )
