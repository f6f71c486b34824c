"""From the agreement as the court keeps it to the paper as documents draws it. Values only; no drawing, no signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from court.config import Config
from court.domain.hearing import Hearing
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.matter import SIDE_NAMES, IdKind, Matter, PartyIdentity, Side
from court.domain.mediation import Agreement, Clause, Signer, SignerRole
from court.domain.reading import Answer, standing
from court.domain.withdrawal import Withdrawal, replaces_line
from court.services import agreements as agreement_reads
from court.services import hearing as hearings
from court.services import matter as matters
from court.services import transcript as transcripts
from court.services import withdrawal
from court.store.database import Tx
from court.web.pages import local
from documents.data import Manner, PersonFacts, RecordingFacts, SignerSlot
from documents.mediation import AgreementFacts, ClauseFacts, CourtAgreement, HeardFacts, PeopleAgreement

SIGNER_NAMES = {
    SignerRole.AGENT: "委托代理人",
    SignerRole.WITNESS: "见证人",
    SignerRole.MEDIATOR: "调解员",
    SignerRole.JUDGE: "审判员",
    SignerRole.CLERK: "书记员",
}
PERFORMANCE = "各方按上列各条约定的时间、金额和方式自觉履行。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything the paper says, read in one transaction; the identities are journalled as used for a paper."""

    agreement: Agreement
    matter: Matter
    hearing: Hearing | None
    people: tuple[tuple[Side, PartyIdentity], ...]
    transcript_sha256: str
    replaced: Withdrawal | None


def gather(tx: Tx, *, now: datetime, agreement_id: str) -> Gathered:
    """Read what the paper needs. Errors: agreement.not_found."""
    agreement = agreement_reads.get(tx, agreement_id=agreement_id)
    parties = matters.parties(tx, subject_id=agreement.matter_id)
    people = tuple(
        (
            party.side,
            matters.reveal_party(
                tx, actor=SYSTEM_ACTOR, now=now, party_id=party.id, purpose=f"制作调解协议 {agreement.number}"
            ),
        )
        for party in parties
    )
    hearing_id = agreement.hearing_id
    return Gathered(
        agreement=agreement,
        matter=matters.get(tx, matter_id=agreement.matter_id),
        hearing=hearings.get(tx, hearing_id=hearing_id) if hearing_id else None,
        people=people,
        transcript_sha256=transcripts.digest_now(tx, hearing_id=hearing_id) if hearing_id else "",
        replaced=withdrawal.of_agreement(tx, agreement_id=agreement.replaces_id),
    )


def person_facts(role: str, person: PartyIdentity) -> PersonFacts:
    """A registered party as papers name it, called `role` there."""
    born = person.birth_date
    return PersonFacts(
        role=role,
        name=person.name,
        gender=person.gender,
        nation=person.ethnicity,
        born=f"{born.year}年{born.month}月{born.day}日" if born else "",
        id_number=person.id_number if person.id_kind in {IdKind.RESIDENT, IdKind.ORGANISATION} else "",
        occupation=person.occupation,
        address=person.address,
        phone=person.phone,
    )


def _clause(clause: Clause) -> ClauseFacts:
    amount = "" if clause.amount_fen is None else f"{Decimal(clause.amount_fen) / 100:.2f}"
    return ClauseFacts(
        number=clause.position,
        text=clause.text,
        who=clause.who,
        what=clause.what,
        amount=amount,
        due=clause.due.isoformat() if clause.due else "",
    )


def _heard(agreement: Agreement) -> tuple[HeardFacts, ...]:
    """Every answer by which somebody agreed to the text as it is drawn."""
    counted = standing(agreement.paragraphs, agreement.answers).values()
    return tuple(
        HeardFacts(
            name=one.person,
            paragraph=one.label,
            text_sha256=one.paragraph_sha256,
            at=one.at,
            recording_ms=one.offset_ms,
        )
        for one in sorted(set(counted), key=lambda one: (one.at, one.id))
        if one.answer is Answer.AGREED
    )


def signer_role(signer: Signer, people: tuple[tuple[Side, PartyIdentity], ...]) -> str:
    """What stands before the name: 申请人, 被申请人, 调解员 …"""
    for side, person in people:
        if person.party_id == signer.party_id:
            return SIDE_NAMES[side]
    return SIGNER_NAMES.get(signer.role, signer.caption.split(" ")[0] or "签名人")


def paper(
    found: Gathered, *, config: Config, recording: tuple[int, str, str] | None, now: datetime, wet: bool
) -> AgreementFacts:
    """The plain data for `documents.kit.render`. A judge among the signers makes it the court's paper."""
    agreement, matter, hearing = found.agreement, found.matter, found.hearing
    by_court = any(s.role is SignerRole.JUDGE for s in agreement.signers)
    slots = tuple(
        SignerSlot(
            field=s.field, role=signer_role(s, found.people), name=s.name, manner=Manner(s.manner.value)
        )
        for s in agreement.signers
        if s.role is not SignerRole.SEAL
    )
    gone = found.replaced
    held = hearing.opened_at or hearing.starts_at if hearing else now
    kind = CourtAgreement if by_court else PeopleAgreement
    return kind(
        number=agreement.number,
        matter_number=matter.number,
        cause=matter.cause_name,
        body_name=config.court_name if by_court else config.committee_name,
        parties=tuple(person_facts(SIDE_NAMES[side], person) for side, person in found.people),
        facts=agreement.facts,
        dispute=matter.request or matter.cause_name,
        clauses=tuple(_clause(clause) for clause in agreement.clauses),
        performance=PERFORMANCE,
        copies=agreement.copies,
        place=hearing.place if hearing else matter.place,
        held_on=local(held).date(),
        made_on=local(now).date(),
        signers=slots,
        transcript_sha256=found.transcript_sha256,
        recording=RecordingFacts(size=recording[0], root=recording[1], checkpoint=recording[2])
        if recording
        else None,
        wet=wet,
        heard=_heard(agreement),
        replaces=replaces_line(gone.title, gone.number, gone.at) if gone else "",
    )
