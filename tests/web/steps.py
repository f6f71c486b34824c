"""Steps that tests of the desk begin from: a registered quarrel, a booked session, an agreement that has been read."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from court.domain.draft import DraftKind
from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import draft, matter, petition
from court.store.database import Tx
from court.web import pages
from tests.web.desk_court import Court, Person

APPLICANT = {
    "name": "王秀英",
    "id_number": "11010519491231002X",
    "phone": "13800001234",
    "address": "重庆市云阳县凤鸣镇红星村3组",
}
RESPONDENT = {"name": "张德贵", "no_card": True, "birth_date": "1960-02-01", "phone": "13900005678"}
TERMINAL = Actor(kind=ActorKind.TERMINAL, id="", role=Role.PARTY, name="车载终端")
OFFICER = Actor(kind=ActorKind.STAFF, id="", role=Role.OFFICER, name="郑行远")
LONG_AGO = "0" * 64


@dataclass
class Case:
    """What later steps need to know."""

    id: str
    number: str
    hearing: str = ""
    agreement: str = ""


def _answers(**more: Any) -> dict[str, Any]:
    return {
        "applicant": APPLICANT,
        "facts": "张德贵在公路边堆放砂石，挡住了我家出门的路，已有三个月。",
        "request": "请他把砂石搬走，恢复通行。",
        "place": "凤鸣镇红星村",
        "consents": {"filing": True, "mediation": True, "hearing": True, "service": True},
        "consent_notice": "notice-1",
        "read_back": True,
        "signature_sha256": LONG_AGO,
    } | more


def _register(
    tx: Tx, *, now: datetime, actor: Actor, kind: DraftKind, changes: dict[str, Any]
) -> matter.Registered:
    begun = draft.start(tx, actor=actor, now=now, kind=kind)
    saved = draft.save(
        tx, actor=actor, now=now, draft_id=begun.id, version=begun.version, step="sign", changes=changes
    )
    service = matter.register if kind is DraftKind.DISPUTE else petition.register
    return service(tx, actor=actor, now=now, draft_id=begun.id, version=saved.version)


async def register(court: Court, **more: Any) -> Case:
    """A quarrel about a path, told at the vehicle with an officer's help."""
    changes = _answers(respondents=[RESPONDENT], cause_code="55(2)") | more
    made = await court.write(
        _register, now=court.now(), actor=court.actors["officer"], kind=DraftKind.DISPUTE, changes=changes
    )
    return Case(id=made.id, number=made.number)


async def petition_of(court: Court, petition_class: str = "claim") -> Case:
    """A petition told at the vehicle."""
    changes = _answers(
        petition_class=petition_class, consents={"filing": True, "hearing": True, "service": True}
    )
    made = await court.write(
        _register, now=court.now(), actor=court.actors["officer"], kind=DraftKind.PETITION, changes=changes
    )
    return Case(id=made.id, number=made.number)


def rev_of(text: str) -> str:
    """The revision that the forms of a page carry."""
    found = re.search(r'name="rev" value="(\d+)"', text)
    assert found, "no form with a revision on the page"
    return found.group(1)


async def assign(court: Court, case: Case) -> None:
    """The clerk hands the matter to a mediator, with herself as clerk."""
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/matters/{case.id}")
    sent = {
        "rev": rev_of(page.text),
        "mediator_id": court.actors["mediator"].id,
        "clerk_id": court.actors["clerk"].id,
    }
    answer = await clerk.post(f"/desk/matters/{case.id}/assign", sent)
    assert answer.status == 303, answer.text


async def book(court: Court, case: Case, *, respondent: str = "vehicle") -> None:
    """The mediator books a session one hour from now."""
    mediator = await court.staff("mediator")
    page = await mediator.open(f"/desk/hearings/new?matter={case.id}")
    at = pages.local(court.now() + timedelta(hours=1))
    sent = {
        "matter": case.id,
        "kind": "mediation",
        "day": f"{at:%Y-%m-%d}",
        "time": f"{at:%H:%M}",
        "minutes": "60",
        "place": "凤鸣镇红星村村委会院坝",
        "despite": "许多案件共用一位调解员",
        "place_1": "vehicle",
        "place_2": respondent,
        "staff_mediator": court.actors["mediator"].id,
        "staff_clerk": court.actors["clerk"].id,
    }
    assert "王秀英" in page.text
    answer = await mediator.post("/desk/hearings", sent)
    assert answer.status == 303, answer.text
    case.hearing = answer.location.rsplit("/", 1)[1]


async def call_roll(court: Court, case: Case, login: str = "clerk") -> None:
    """Everybody there, known and willing."""
    clerk = await court.staff(login)
    assert (await clerk.post(f"/desk/hearings/{case.hearing}/roll")).status == 303
    await call_roll_from(court, case, login)


async def call_roll_from(court: Court, case: Case, login: str = "clerk") -> None:
    """The same, with the roll call already begun."""
    clerk = await court.staff(login)
    base = f"/desk/hearings/{case.hearing}"
    page = (await clerk.open(base)).text
    for seat in dict.fromkeys(re.findall(r'name="seat_id" value="([^"]+)"', page)):
        assert (await clerk.post(f"{base}/present", {"seat_id": seat, "present": "yes"})).status == 303
    for party in dict.fromkeys(re.findall(r'name="party_id" value="([^"]+)"', page)):
        answer = await clerk.post(f"{base}/identity", {"party_id": party, "method": "known"})
        assert answer.status == 303, answer.text
        answer = await clerk.post(f"{base}/consent", {"party_id": party, "given": "yes"})
        assert answer.status == 303, answer.text


async def open_session(court: Court, case: Case) -> Person:
    """The mediator opens the session; recording begins."""
    mediator = await court.staff("mediator")
    answer = await mediator.send(f"/room/{case.hearing}/open", {})
    assert answer.status == 200, answer.text
    return mediator


CLAUSE = {
    "clauses": "2",
    "clauses.0.who": "张德贵",
    "clauses.0.what": "将堆放在路边的砂石全部搬走，恢复通行",
    "clauses.0.due_text": "签字之日起7日内",
    "clauses.1.who": "张德贵",
    "clauses.1.what": "向王秀英支付误工费",
    "clauses.1.amount": "1,200.50",
    "clauses.1.due": "2027-01-31",
}


async def draft_agreement(court: Court, case: Case, **more: str) -> Person:
    """The mediator drafts two clauses and begins to read them aloud."""
    mediator = await court.staff("mediator")
    answer = await mediator.post("/desk/agreements", {"matter": case.id})
    assert answer.status == 303, answer.text
    case.agreement = answer.location.rsplit("/", 1)[1]
    page = await mediator.open(answer.location)
    sent = (
        {"rev": rev_of(page.text), "facts": "双方因砂石堵路发生争执。", "copies": "3", "do": "read"}
        | CLAUSE
        | more
    )
    answer = await mediator.post(f"/desk/agreements/{case.agreement}", sent)
    assert answer.status == 303, answer.text
    return mediator


async def progress(person: Person, case: Case) -> dict[str, Any]:
    """What the table is told."""
    import json

    answer = await person.get(f"/agreements/{case.agreement}.json", headers={"Accept": "application/json"})
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


async def acknowledge_all(court: Court, case: Case) -> None:
    """Both parties, sitting in the vehicle, say yes to every clause."""
    vehicle = await court.vehicle()
    told = await progress(vehicle, case)
    for signer in told["signers"]:
        if signer["role"] != "party":
            continue
        for paragraph in told["paragraphs"]:
            sent = {"rev": told["rev"], "paragraph_id": paragraph["id"], "signer_id": signer["id"]}
            answer = await vehicle.send(f"/agreements/{case.agreement}/acknowledge", sent)
            assert answer.status == 200, answer.text


def handwriting(shift: float = 0.0) -> dict[str, Any]:
    """Two strokes of a pad."""
    strokes = [
        [{"x": 40 + shift + n * 5, "y": 60 + (n % 7) * 9, "t": n * 16, "pressure": 0.5} for n in range(40)],
        [{"x": 60 + shift + n * 6, "y": 150 - n * 2, "t": 900 + n * 16, "pressure": 0.7} for n in range(30)],
    ]
    return {"width": 600, "height": 240, "strokes": strokes}


async def read_aloud(court: Court, **more: Any) -> Case:
    """From the registration to the last yes of the parties in the vehicle."""
    case = await register(court, **more)
    await assign(court, case)
    await book(court, case)
    await call_roll(court, case)
    await open_session(court, case)
    await draft_agreement(court, case)
    await acknowledge_all(court, case)
    return case


async def ready_to_sign(court: Court) -> Case:
    """To the moment the pad is handed to the first party."""
    case = await read_aloud(court)
    mediator = await court.staff("mediator")
    told = await progress(mediator, case)
    answer = await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": told["rev"]})
    assert answer.status == 200, answer.text
    return case


async def sign_all(court: Court, case: Case) -> None:
    """Each in turn: the parties on the vehicle's pad, the mediator at his desk; the seal remains."""
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    while True:
        told = await progress(mediator, case)
        turn = next((s for s in told["signers"] if s["id"] == told["turn"]), None)
        if turn is None or turn["role"] == "seal":
            return
        who = vehicle if turn["role"] == "party" else mediator
        await sign(who, case, turn["id"])


async def take_pad(who: Person, case: Case, signer_id: str, **more: str) -> str:
    """我是本人，开始签名. The turn's id."""
    import json

    answer = await who.send(f"/agreements/{case.agreement}/pad", {"signer_id": signer_id} | more)
    assert answer.status == 200, answer.text
    return str(json.loads(answer.text)["turn"])


async def sign(who: Person, case: Case, signer_id: str, **left: Any) -> None:
    """The pad taken and a name written, or `left` in its place."""
    turn = await take_pad(who, case, signer_id)
    sent = {"signer_id": signer_id, "turn": turn} | (left or {"handwriting": handwriting()})
    answer = await who.send(f"/agreements/{case.agreement}/sign", sent)
    assert answer.status == 200, answer.text


UNABLE = {
    "manner": "fingerprint",
    "witness": "李大爷",
    "witness-about": "红星村村民，与双方无亲属和利害关系",
    "witness-identity": "id_card",
    "witness-number": "11010519491231002X",
    "read-by": "周和平",
    "read-aloud": "逐段宣读全文，本人表示听清并同意。",
}


async def first_cannot_write(court: Court, case: Case) -> dict[str, str]:
    """The first party is declared unable to write, beside a witness. What was sent."""
    mediator = await court.staff("mediator")
    told = await progress(mediator, case)
    sent = UNABLE | {"rev": str(told["rev"]), "unable-signer": told["signers"][0]["id"]}
    answer = await mediator.post(f"/desk/agreements/{case.agreement}/cannot-write", sent)
    assert answer.status == 303, answer.text[-900:]
    return sent


async def begin_signing(court: Court, case: Case) -> None:
    """The paper with its empty fields is drawn."""
    mediator = await court.staff("mediator")
    told = await progress(mediator, case)
    answer = await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": told["rev"]})
    assert answer.status == 200, answer.text
