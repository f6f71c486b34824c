"""A court with its people for the tests, and the steps of the main line that most tests need behind them."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from court.domain.account import Terminal
from court.domain.draft import DraftKind
from court.domain.hearing import Hearing, HearingKind, IdentityMethod, Place
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, ActorKind, Role
from court.domain.matter import Party
from court.domain.mediation import BY_HAND, Agreement, ClauseInput, Signer, SignerRole
from court.domain.service import ServiceMethod
from court.domain.service_fact import Fact, FactKind
from court.domain.service_notice import Notices
from court.domain.signature import CodeChannel
from court.services import (
    accounts,
    draft,
    hand,
    hearing,
    matter,
    mediation,
    petition,
    service_order,
    serving,
    terminal,
)
from court.services.accounts import Credentials
from court.services.matter import Registered
from court.services.service_order import Batch, ServiceOrder
from court.store.blobs import Blob, remember
from court.store.database import Database

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
ID_OK = "11010519491231002X"
ID_OTHER = "50023519800229001X"
STROKES = hashlib.sha256(b"strokes").hexdigest()
CLAUSES = (
    ClauseInput(who="李某", what="将占用的通道恢复至1.5米宽", due=date(2026, 12, 31)),
    ClauseInput(who="李某", what="支付王某误工费", amount_fen=50_000, due_text="签字当日"),
)
NOTICES = Notices(
    base="https://court.test",
    court="云阳县人民法院",
    phone="12368",
    sms="有{count}份文书送达（{number}）：{link}",
    mail_title="{court}送达",
    mail="请看 {link}",
)
_LOGIN = {
    "judge": Role.JUDGE,
    "mediator": Role.MEDIATOR,
    "clerk": Role.CLERK,
    "petitions": Role.PETITION_OFFICIAL,
    "officer": Role.OFFICER,
    "admin": Role.ADMIN,
    "judge2": Role.JUDGE,
    "mediator2": Role.MEDIATOR,
}


@dataclass
class World:
    """`at(minutes)` is a moment after noon; `people` the actors by login; `kiosk` the terminal's actor."""

    db: Database
    people: dict[str, Actor] = field(default_factory=dict)
    terminal: Terminal | None = None
    terminal_token: str = ""

    @property
    def kiosk(self) -> Actor:
        assert self.terminal is not None
        return self.terminal.actor()

    def at(self, minutes: float = 0) -> datetime:
        return NOON + timedelta(minutes=minutes)

    async def do(self, verb: Callable[..., Any], who: str | Actor, after: float = 0, **facts: Any) -> Any:
        """One verb by one person at one moment, in one transaction."""
        actor = self.people[who] if isinstance(who, str) else who
        return await self.db.write(verb, actor=actor, now=self.at(after), **facts)

    async def blob(self, content: bytes, media_type: str = "application/pdf") -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        made = Blob(sha256=sha256, size=len(content), media_type=media_type)
        await self.do(remember, SYSTEM_ACTOR, blob=made)
        return sha256

    async def registered(self, **changes: Any) -> Registered:
        """A path dispute registered at the kiosk with every consent given."""
        begun = await self.do(draft.start, self.kiosk, kind=DraftKind.DISPUTE)
        saved = await self.do(
            draft.save,
            self.kiosk,
            draft_id=begun.id,
            version=1,
            step="sign",
            changes=dispute_answers() | changes,
        )
        return await self.do(matter.register, self.kiosk, draft_id=begun.id, version=saved.version)

    async def petitioned(self, **changes: Any) -> Registered:
        begun = await self.do(draft.start, self.kiosk, kind=DraftKind.PETITION)
        saved = await self.do(
            draft.save,
            self.kiosk,
            draft_id=begun.id,
            version=1,
            step="sign",
            changes=petition_answers() | changes,
        )
        return await self.do(petition.register, self.kiosk, draft_id=begun.id, version=saved.version)

    async def parties(self, subject_id: str) -> tuple[Party, ...]:
        return await self.db.read(matter.parties, subject_id=subject_id)

    async def assigned(self, **changes: Any) -> Registered:
        receipt = await self.registered(**changes)
        await self.do(
            matter.assign,
            "clerk",
            matter_id=receipt.id,
            rev=1,
            mediator_id=self.people["mediator"].id,
            clerk_id=self.people["clerk"].id,
        )
        return receipt

    async def scheduled(self, *, remote: bool = False, **changes: Any) -> Hearing:
        """A mediation in half an hour; the respondent by a link when `remote`. Everybody has consented."""
        receipt = await self.assigned(**changes)
        respondent = (await self.parties(receipt.id))[1]
        for step in ("mediation", "hearing", "service"):
            await self.consented(respondent.id, step)
        seats = await self.db.read(
            hearing.suggested_seats,
            subject_kind="matter",
            subject_id=receipt.id,
            kind=HearingKind.MEDIATION,
        )
        if remote:
            seats = tuple(replace(s, place=Place.REMOTE) if s.party_id == respondent.id else s for s in seats)
        return await self.do(
            hearing.schedule,
            "mediator",
            subject_kind="matter",
            subject_id=receipt.id,
            kind=HearingKind.MEDIATION,
            starts_at=self.at(30),
            minutes=60,
            place="凤鸣镇里市村",
            seats=seats,
        )

    async def consented(self, party_id: str, step: str) -> None:
        from court.domain.consent import ConsentStep
        from court.services import consent

        await self.do(
            consent.give, "clerk", party_id=party_id, step=ConsentStep(step), notice="告知书1", via="desk"
        )

    async def serves_by_hand(self, kind: str, subject_id: str, paper_id: str, after: float) -> None:
        """A printed paper, handed to every party, who signs for it."""
        people = tuple(party.id for party in await self.parties(subject_id))
        order = ServiceOrder(method=ServiceMethod.DIRECT, paper_ids=(paper_id,), party_ids=people)
        for one in (await self.served(kind, subject_id, order, after)).attempts:
            fact = Fact(kind=FactKind.SIGNED, at=self.at(after))
            await self.do(serving.note, "clerk", after, service_id=one, fact=fact)

    async def served(self, kind: str, subject_id: str, order: ServiceOrder, after: float = 0) -> Batch:
        """An order of service by the clerk."""
        found: Batch = await self.do(
            service_order.begin,
            "clerk",
            after,
            subject_kind=kind,
            subject_id=subject_id,
            number="纠〔2026〕000001号",
            order=order,
            notices=NOTICES,
            link_days=30,
        )
        return found

    async def called(self, **changes: Any) -> Hearing:
        """The roll is called, everybody is present and known."""
        booked = await self.scheduled(**changes)
        await self.do(hearing.call_roll, "clerk", 28, hearing_id=booked.id)
        for seat in await self.db.read(hearing.seats, hearing_id=booked.id):
            await self.do(hearing.mark_present, "clerk", 29, seat_id=seat.id, present=True)
        for party in await self.parties(booked.subject_id):
            await self.do(
                hearing.confirm_identity,
                "clerk",
                29,
                hearing_id=booked.id,
                party_id=party.id,
                method=IdentityMethod.KNOWN,
            )
        return await self.db.read(hearing.get, hearing_id=booked.id)

    async def opened(self, **changes: Any) -> Hearing:
        ready = await self.called(**changes)
        return await self.do(hearing.open_session, "mediator", 30, hearing_id=ready.id)

    async def reading(self, **changes: Any) -> Agreement:
        """An agreement being read aloud in a live session, every clause acknowledged by both parties."""
        return await self.read_in(await self.opened(**changes))

    async def read_in(self, live: Hearing, clauses: tuple[ClauseInput, ...] = CLAUSES) -> Agreement:
        """The same in this session."""
        drafted = await self.do(
            mediation.draft,
            "mediator",
            40,
            matter_id=live.subject_id,
            hearing_id=live.id,
            facts="双方因通道宽度发生争议。",
            court_code="渝0235",
            clauses=clauses,
        )
        read = await self.do(
            mediation.start_reading, "mediator", 41, agreement_id=drafted.id, rev=drafted.rev
        )
        for signer in read.signers:
            if signer.role is SignerRole.PARTY:
                for paragraph in read.paragraphs:
                    read = await self.do(
                        mediation.acknowledge,
                        await self.hand_of(read, signer),
                        42,
                        agreement_id=read.id,
                        rev=read.rev,
                        paragraph_id=paragraph.id,
                        signer_id=signer.id,
                    )
        return read

    async def settled_in(self, live: Hearing, clauses: tuple[ClauseInput, ...] = CLAUSES) -> Agreement:
        """Signed by all and sealed, in this session."""
        agreement = await self.to_sign(await self.read_in(live, clauses))
        while agreement.next_signer() is not None:
            agreement = await self.sign_next(agreement)
        return agreement

    async def signing(self, **changes: Any) -> Agreement:
        return await self.to_sign(await self.reading(**changes))

    async def to_sign(self, read: Agreement) -> Agreement:
        base = await self.blob(b"%PDF base " + read.id.encode())
        return await self.do(
            mediation.start_signing, "mediator", 43, agreement_id=read.id, rev=read.rev, base_sha256=base
        )

    async def hand_of(self, agreement: Agreement, signer: Signer) -> Actor:
        """Who acts for a signer: the pad in the vehicle, a remote seat, staff for themselves and for the seal."""
        if signer.witness_of is not None:
            beside = next(one for one in agreement.signers if one.id == signer.witness_of)
            return await self.hand_of(agreement, beside)
        if signer.party_id is None:
            return self.people["mediator"]
        assert agreement.hearing_id is not None
        seats = await self.db.read(hearing.seats, hearing_id=agreement.hearing_id)
        mine = next(seat for seat in seats if seat.party_id == signer.party_id)
        if mine.place is Place.REMOTE:
            return Actor(kind=ActorKind.SEAT, id=mine.id, role=Role.PARTY, name=mine.name)
        return self.kiosk

    async def pad(self, agreement: Agreement, signer: Signer, actor: Actor | str, minutes: float = 44) -> str:
        """The pad taken by this person, who gives the code read out to him where he sits elsewhere. The turn's id."""
        who = self.people[actor] if isinstance(actor, str) else actor
        code = ""
        if who.kind is ActorKind.SEAT:
            code = await self.do(
                hand.issue_code,
                "mediator",
                minutes,
                agreement_id=agreement.id,
                signer_id=signer.id,
                channel=CodeChannel.SPOKEN,
            )
        turn = await self.do(
            hand.take_pad, who, minutes, agreement_id=agreement.id, signer_id=signer.id, code=code
        )
        return str(turn.id)

    async def sign_next(self, agreement: Agreement, minutes: float = 44) -> Agreement:
        turn = agreement.next_signer()
        assert turn is not None
        actor = await self.hand_of(agreement, turn)
        seal = turn.role is SignerRole.SEAL
        taken = "" if seal else await self.pad(agreement, turn, actor, minutes)
        task = await self.do(
            mediation.begin_signature,
            actor,
            minutes,
            agreement_id=agreement.id,
            signer_id=turn.id,
            turn_id=taken,
        )
        signed = await self.blob(f"%PDF signed {agreement.id} {turn.position}".encode())
        return await self.do(
            mediation.finish_signature,
            actor,
            minutes + 0.1,
            task=task,
            signed_sha256=signed,
            strokes_sha256=STROKES if turn.role in BY_HAND else "",
            pages=2,
        )

    async def sealed(self, **changes: Any) -> Agreement:
        agreement = await self.signing(**changes)
        while agreement.next_signer() is not None:
            agreement = await self.sign_next(agreement)
        return agreement


def dispute_answers() -> dict[str, Any]:
    return {
        "applicant": {"name": "王秀英", "id_number": ID_OK, "phone": "13800005678", "address": "里市村3组"},
        "respondents": [{"name": "李某", "phone": "13900001234"}],
        "cause_code": "55(2)",
        "facts": "邻居把路占了，车过不去。",
        "request": "把路让出来",
        "place": "凤鸣镇里市村",
        "consents": {"filing": True, "mediation": True, "hearing": True, "service": True},
        "consent_notice": "告知书1",
        "read_back": True,
        "signature_sha256": STROKES,
    }


def petition_answers() -> dict[str, Any]:
    return {
        "applicant": {"name": "赵大山", "id_number": ID_OTHER, "phone": "13700001111"},
        "petition_class": "claim",
        "facts": "村里的低保评定不公。",
        "request": "重新评定",
        "place": "凤鸣镇",
        "consents": {"filing": True, "hearing": True, "service": True},
        "consent_notice": "告知书2",
        "signature_sha256": STROKES,
    }


async def founded(db: Database) -> World:
    """Accounts of every role (no password can match) and one enrolled terminal."""
    world = World(db)
    for login, role in _LOGIN.items():
        made = await db.write(
            accounts.create,
            actor=SYSTEM_ACTOR,
            now=NOON,
            login=login,
            name=f"某{login}",
            role=role,
            credentials=Credentials(password="", password_hash="none", totp_secret="JBSWY3DPEHPK3PXP"),
        )
        world.people[login] = made.actor()
    code = await db.write(terminal.invite, actor=SYSTEM_ACTOR, now=NOON, name="车载终端", vehicle="01号车")
    opened = await db.write(terminal.enrol, now=NOON, code=code.code, address="127.0.0.1")
    world.terminal, world.terminal_token = opened.terminal, opened.token
    return world


async def bodies(db: Database) -> list[dict[str, Any]]:
    """Every journal row as a dictionary, its body decoded."""
    from court.store import journal

    found = await db.read(lambda rx: list(journal.entries(rx.conn)))
    return [
        {"type": row.type, "subject": row.subject, "actor": row.actor_id, **json.loads(row.body)}
        for row in found
    ]
