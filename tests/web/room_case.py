"""A quarrel about a path, ready to be heard: accounts, matter, consents, seats and the cookies of everybody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from court.config import Config
from court.domain.account import Account
from court.domain.admission import AdmissionAction
from court.domain.consent import ConsentStep
from court.domain.custody import CustodyRole
from court.domain.draft import DraftKind
from court.domain.hearing import Hearing, HearingKind, IdentityMethod, Place, Seat, SeatInput, SeatRole
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, Role
from court.domain.matter import Party
from court.services import accounts, consent, custody, draft, matter, order, seat, sessions, terminal
from court.services import hearing as hearings
from court.store.database import Database, Tx

CAUSE = "55(2)"
WITNESS = SeatInput(role=SeatRole.WITNESS, name="陈明志", place=Place.REMOTE)
# Everybody comes with a session; what a password costs is asked elsewhere.
NO_PASSWORD = accounts.Credentials(password="", password_hash="none", totp_secret="JBSWY3DPEHPK3PXP")
PERSONS = (("applicant", "王秀英"), ("respondent", "张德贵"))


@dataclass(frozen=True, kw_only=True)
class RoomCase:
    """`cookies`: by judge, clerk, stranger (a judge of another matter), vehicle, remote."""

    hearing: Hearing
    matter_id: str
    parties: tuple[Party, ...]
    seats: dict[str, Seat]
    cookies: dict[str, dict[str, str]]
    people: dict[str, Account]

    @property
    def path(self) -> str:
        return f"/room/{self.hearing.id}"


def account(tx: Tx, now: datetime, login: str, name: str, role: Role) -> Account:
    known = {account.login: account for account in accounts.everyone(tx)}
    if login in known:
        return known[login]
    return accounts.create(
        tx, actor=SYSTEM_ACTOR, now=now, login=login, name=name, role=role, credentials=NO_PASSWORD
    )


def _register(tx: Tx, now: datetime, officer: Actor) -> str:
    begun = draft.start(tx, actor=officer, now=now, kind=DraftKind.DISPUTE)
    person = {"no_card": True, "phone": "13800001234", "address": "云阳县桑坪镇和平村2组", "gender": "女"}
    changes = {
        "applicant": {"name": "王秀英", "birth_date": "1956-05-01", **person},
        "respondents": [{"name": "张德贵", "birth_date": "1960-02-01", **person, "gender": "男"}],
        "cause_code": CAUSE,
        "facts": "他去年在路上砌了一堵墙，我的三轮车过不去。",
        "request": "请他把墙拆了，恢复原来的路。",
        "place": "云阳县桑坪镇和平村",
        "consents": {"filing": True, "mediation": True, "hearing": True, "service": True},
        "consent_notice": "online-2026-1",
        "read_back": True,
        "signature_sha256": "0" * 64,
    }
    saved = draft.save(
        tx,
        actor=officer,
        now=now,
        draft_id=begun.id,
        version=begun.version,
        step="sign",
        changes=changes,
    )
    registered = matter.register(tx, actor=officer, now=now, draft_id=begun.id, version=saved.version)
    return registered.id


def _seats(judge: Account, clerk: Account, parties: tuple[Party, ...]) -> tuple[SeatInput, ...]:
    remote = parties[1]
    return (
        SeatInput(role=SeatRole.JUDGE, name=judge.name, place=Place.COURT, account_id=judge.id),
        SeatInput(role=SeatRole.CLERK, name=clerk.name, place=Place.COURT, account_id=clerk.id),
        SeatInput(role=SeatRole.PARTY, name=parties[0].name, place=Place.VEHICLE, party_id=parties[0].id),
        SeatInput(role=SeatRole.PARTY, name=remote.name, place=Place.REMOTE, party_id=remote.id),
    )


def _allow_sealing(tx: Tx, now: datetime, *users: Account) -> None:
    """These two may use the seals by a keeper's leave."""
    keeper = account(tx, now, "room-keeper", "孙守印", Role.OFFICE)
    parts = [(keeper, CustodyRole.KEEPER), *((user, CustodyRole.USER) for user in users)]
    for body in Config().seal_bodies:
        for one, role in parts:
            custody.assign(tx, actor=SYSTEM_ACTOR, now=now, body=body, role=role, account_id=one.id)
        until = now + timedelta(days=30)
        custody.delegate(tx, actor=keeper.actor(), now=now, body=body, until_at=until, most=100)


def build(
    tx: Tx,
    now: datetime,
    *,
    checked: bool = True,
    opened: bool = False,
    admitted: bool = True,
    witness: bool = False,
    public: bool = False,
    kind: HearingKind = HearingKind.MEDIATION,
) -> RoomCase:
    """The whole case in one transaction; `checked` makes the roll call, `opened` opens the session as well,
    `admitted` lets the party by the link in, `witness` books one who comes by a link as well."""
    judge = account(tx, now, "room-judge", "李正言", Role.JUDGE)
    clerk = account(tx, now, "room-clerk", "陈书宁", Role.CLERK)
    stranger = account(tx, now, "room-stranger", "赵无关", Role.JUDGE)
    officer = account(tx, now, "room-officer", "郑行远", Role.OFFICER)
    _allow_sealing(tx, now, judge, clerk)
    matter_id = _register(tx, now, officer.actor())
    found = matter.get(tx, matter_id=matter_id)
    matter.assign(
        tx,
        actor=clerk.actor(),
        now=now,
        matter_id=matter_id,
        rev=found.rev,
        judge_id=judge.id,
        clerk_id=clerk.id,
    )
    parties = matter.parties(tx, subject_id=matter_id)
    for party in parties:
        consent.give(
            tx,
            actor=clerk.actor(),
            now=now,
            party_id=party.id,
            step=ConsentStep.HEARING if kind is HearingKind.TRIAL else ConsentStep.MEDIATION,
            notice="online-2026-1",
            via="desk",
        )
    booked = hearings.schedule(
        tx,
        actor=judge.actor(),
        now=now,
        subject_kind="matter",
        subject_id=matter_id,
        kind=kind,
        starts_at=now + timedelta(minutes=5),
        minutes=60,
        place="和平村村委会院坝",
        open_to_public=public,
        seats=_seats(judge, clerk, parties) + ((WITNESS,) if witness else ()),
    )
    seats = _by_name(hearings.seats(tx, hearing_id=booked.id))
    if admitted:
        seats["remote"] = order.let(
            tx,
            actor=judge.actor(),
            now=now,
            hearing_id=booked.id,
            seat_id=seats["remote"].id,
            action=AdmissionAction.ADMIT,
        )
    if checked:
        booked = _check(tx, now, booked, judge, parties, seats)
    if opened:
        booked = hearings.open_session(tx, actor=judge.actor(), now=now, hearing_id=booked.id)
    people = {"judge": judge, "clerk": clerk, "stranger": stranger}
    guests = {name: seats[name] for name in ("remote", "witness") if name in seats}
    cookies = _cookies(tx, now, people, guests)
    return RoomCase(
        hearing=booked, matter_id=matter_id, parties=parties, seats=seats, cookies=cookies, people=people
    )


def _check(
    tx: Tx, now: datetime, booked: Hearing, judge: Account, parties: tuple[Party, ...], seats: dict[str, Seat]
) -> Hearing:
    actor = judge.actor()
    called = hearings.call_roll(tx, actor=actor, now=now, hearing_id=booked.id)
    for party in parties:
        hearings.confirm_identity(
            tx,
            actor=actor,
            now=now,
            hearing_id=booked.id,
            party_id=party.id,
            method=IdentityMethod.KNOWN,
        )
    for name in ("judge", "clerk", "applicant", "remote"):
        hearings.mark_present(tx, actor=actor, now=now, seat_id=seats[name].id, present=True)
    return called


def _by_name(seats: tuple[Seat, ...]) -> dict[str, Seat]:
    named: dict[str, Seat] = {}
    for one in seats:
        if one.role is SeatRole.PARTY:
            named["remote" if one.place is Place.REMOTE else "applicant"] = one
        else:
            named[one.role.value] = one
    return named


def _cookies(
    tx: Tx, now: datetime, people: dict[str, Account], guests: dict[str, Seat]
) -> dict[str, dict[str, str]]:
    made = {
        name: {"court_staff": sessions.start(tx, now=now, account=account).token}
        for name, account in people.items()
    }
    invited = terminal.invite(tx, actor=SYSTEM_ACTOR, now=now, name="车载终端", vehicle="渝A12345")
    enrolled = terminal.enrol(tx, now=now, code=invited.code, address="127.0.0.1")
    made["vehicle"] = {"court_terminal": enrolled.token}
    for name, guest in guests.items():
        link = seat.create_link(tx, actor=people["judge"].actor(), now=now, seat_id=guest.id)
        made[name] = {"court_seat": seat.redeem(tx, now=now, token=link.token, device=None).device}
    return made


async def ready(db: Database, **options: Any) -> RoomCase:
    """`build` on a running database, now."""
    return await db.write(build, datetime.now(UTC), **options)
