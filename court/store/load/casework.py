"""Matters, petitions, parties, papers handed in, consents, drafts as dataclasses."""

from typing import Any

import msgspec
import sqlalchemy as sa

from court.domain.account import Account, Terminal
from court.domain.consent import Consent, ConsentStep
from court.domain.draft import Answers, Draft, DraftKind, DraftState
from court.domain.identity import mask_number, mask_phone
from court.domain.lifecycle import Role
from court.domain.matter import IdKind, Material, Matter, MatterState, Party, PartyIdentity, Side
from court.domain.petition import Petition, PetitionClass, PetitionState
from court.store import tables as t


def account_of(row: Any) -> Account:
    return Account(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        one_time=row.one_time,
        has_totp=bool(row.totp_secret),
        disabled=row.disabled,
        created_at=row.created_at,
    )


def account(conn: sa.Connection, account_id: str | None) -> Account | None:
    row = conn.execute(sa.select(t.account).where(t.account.c.id == account_id)).first()
    return account_of(row) if row else None


def terminal_of(row: Any) -> Terminal:
    return Terminal(
        id=row.id,
        name=row.name,
        vehicle=row.vehicle,
        enrolled_at=row.enrolled_at,
        revoked=row.revoked_at is not None,
    )


def matter_of(row: Any) -> Matter:
    return Matter(
        id=row.id,
        number=row.number,
        query_code=row.query_code,
        state=MatterState(row.state),
        cause_code=row.cause_code,
        cause_name=row.cause_name,
        personal_status=row.personal_status,
        facts=row.facts,
        request=row.request,
        place=row.place,
        mediator_id=row.mediator_id,
        judge_id=row.judge_id,
        clerk_id=row.clerk_id,
        receipt_note=row.receipt_note,
        rev=row.rev,
        created_at=row.created_at,
        updated_at=row.updated_at,
        restricted=row.restricted,
        urged_at=row.urged_at,
    )


def matter(conn: sa.Connection, matter_id: str) -> Matter | None:
    row = conn.execute(sa.select(t.matter).where(t.matter.c.id == matter_id)).first()
    return matter_of(row) if row else None


def petition_of(row: Any) -> Petition:
    return Petition(
        id=row.id,
        number=row.number,
        query_code=row.query_code,
        state=PetitionState(row.state),
        petition_class=PetitionClass(row.petition_class),
        request=row.request,
        facts=row.facts,
        place=row.place,
        official_id=row.official_id,
        decline_reason=row.decline_reason,
        reception_result=row.reception_result,
        reply=row.reply,
        reply_basis=row.reply_basis,
        receipt_note=row.receipt_note,
        rev=row.rev,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def petition(conn: sa.Connection, petition_id: str) -> Petition | None:
    row = conn.execute(sa.select(t.petition).where(t.petition.c.id == petition_id)).first()
    return petition_of(row) if row else None


def party_of(row: Any) -> Party:
    """Masked: the full number and phone leave only by `identity_of`."""
    return Party(
        id=row.id,
        subject_id=row.subject_id,
        side=Side(row.side),
        position=row.position,
        name=row.name,
        id_kind=IdKind(row.id_kind),
        id_masked=mask_number(row.id_number),
        phone_masked=mask_phone(row.phone),
        address=row.address,
        gender=row.gender,
        birth_date=row.birth_date,
        ethnicity=row.ethnicity,
        occupation=row.occupation,
        protected=row.protected,
    )


def identity_of(row: Any) -> PartyIdentity:
    return PartyIdentity(
        party_id=row.id,
        name=row.name,
        id_kind=IdKind(row.id_kind),
        id_number=row.id_number,
        phone=row.phone,
        address=row.address,
        gender=row.gender,
        birth_date=row.birth_date,
        ethnicity=row.ethnicity,
        occupation=row.occupation,
    )


def party_row(conn: sa.Connection, party_id: str) -> Any:
    """The raw row, unmasked; None when there is none."""
    return conn.execute(sa.select(t.party).where(t.party.c.id == party_id)).first()


def parties(conn: sa.Connection, subject_id: str) -> tuple[Party, ...]:
    query = sa.select(t.party).where(t.party.c.subject_id == subject_id).order_by(t.party.c.position)
    return tuple(party_of(row) for row in conn.execute(query))


_MATERIAL = sa.select(t.material, t.blob.c.media_type, t.blob.c.size).join(
    t.blob, t.blob.c.sha256 == t.material.c.sha256
)


def material_of(row: Any) -> Material:
    return Material(
        id=row.id,
        subject_id=row.subject_id,
        position=row.position,
        label=row.label,
        sha256=row.sha256,
        media_type=row.media_type,
        size=row.size,
        added_at=row.added_at,
        added_by=row.added_by,
        original_result=row.original_result,
        original_checked_by=row.original_checked_by,
        original_checked_at=row.original_checked_at,
        raw_sha256=row.raw_sha256 or "",
        edits=row.edits,
    )


def material(conn: sa.Connection, material_id: str) -> Material | None:
    """None also for a paper taken out."""
    found = _MATERIAL.where(t.material.c.id == material_id, t.material.c.removed_at.is_(None))
    row = conn.execute(found).first()
    return material_of(row) if row else None


def materials(conn: sa.Connection, subject_id: str) -> tuple[Material, ...]:
    query = _MATERIAL.where(t.material.c.subject_id == subject_id, t.material.c.removed_at.is_(None))
    return tuple(material_of(row) for row in conn.execute(query.order_by(t.material.c.position)))


def consents(conn: sa.Connection, subject_id: str) -> tuple[Consent, ...]:
    query = sa.select(t.consent).where(t.consent.c.subject_id == subject_id)
    rows = conn.execute(query.order_by(t.consent.c.at, t.consent.c.version, t.consent.c.id))
    return tuple(
        Consent(
            id=row.id,
            subject_id=row.subject_id,
            party_id=row.party_id,
            step=ConsentStep(row.step),
            version=row.version,
            given=row.given,
            notice=row.notice,
            via=row.via,
            at=row.at,
            by=row.by,
        )
        for row in rows
    )


def draft_of(conn: sa.Connection, row: Any) -> Draft:
    officer = account(conn, row.officer_id) if row.officer_id else None
    return Draft(
        id=row.id,
        kind=DraftKind(row.kind),
        state=DraftState(row.state),
        version=row.version,
        step=row.step,
        answers=msgspec.json.decode(row.answers, type=Answers),
        materials=materials(conn, row.id),
        terminal_id=row.terminal_id,
        officer_id=row.officer_id,
        officer_name=officer.name if officer else "",
        created_at=row.created_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        subject_id=row.subject_id,
        spoken_ms=_spoken(conn, row.id),
    )


def _spoken(conn: sa.Connection, draft_id: str) -> int:
    told = sa.select(sa.func.coalesce(sa.func.sum(t.statement.c.ms), 0))
    return int(
        conn.execute(
            told.where(t.statement.c.subject_id == draft_id, t.statement.c.state != "removed")
        ).scalar_one()
    )


def draft(conn: sa.Connection, draft_id: str) -> Draft | None:
    row = conn.execute(sa.select(t.draft).where(t.draft.c.id == draft_id)).first()
    return draft_of(conn, row) if row else None
