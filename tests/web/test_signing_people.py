"""One who cannot write, who would not sign, who sits elsewhere: from desk and pad to the sealed paper and its evidence."""

import asyncio
import base64
import json
import re
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from court.services import mediation
from court.store import tables as t
from court.store.database import Tx
from court.web.keys import AUTHORITY, BLOBS, DB
from documents.evidence import check_record
from documents.pki import trust
from documents.verdict import Verdict
from documents.verify import verify
from tests.conftest import need
from tests.documents.test_hand import inked
from tests.services.world import bodies
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _code(text: str) -> str:
    return str(json.loads(text)["code"])


async def _declared(court: Court) -> steps.Case:
    case = await steps.read_aloud(court)
    mediator, stranger = await court.staff("mediator"), await court.staff("stranger")
    at = f"/desk/agreements/{case.agreement}/cannot-write"
    told = await steps.progress(mediator, case)
    mine = steps.UNABLE | {"rev": str(told["rev"]), "unable-signer": told["signers"][0]["id"]}
    party = await mediator.post(at, mine | {"witness": "张德贵"})
    assert (party.status, "不能做见证人" in party.text) == (422, True)
    sent = await steps.first_cannot_write(court, case)
    assert (await stranger.post(at, sent)).status in {403, 404}
    await steps.begin_signing(court, case)
    assert (await mediator.post(at, sent)).status == 409, "fields are made before the first signature"
    return case


async def test_one_who_cannot_write_leaves_a_print_beside_a_witness(court: Court, tmp_path: Path) -> None:
    case = await _declared(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    told = await steps.progress(vehicle, case)
    first, witness, second, bench = told["signers"][:4]
    assert [s["role"] for s in told["signers"]] == ["party", "witness", "party", "mediator", "seal"]
    at = f"/agreements/{case.agreement}/sign"
    turn = await steps.take_pad(vehicle, case, first["id"])
    name = {"signer_id": first["id"], "turn": turn, "handwriting": steps.handwriting()}
    assert _code((await vehicle.send(at, name)).text) == "hand.missing"
    empty = {"signer_id": first["id"], "turn": turn, "print": base64.b64encode(b"no picture").decode()}
    assert _code((await vehicle.send(at, empty)).text) == "print.not_picture"
    await steps.sign(vehicle, case, first["id"], print=base64.b64encode(inked()).decode())
    for who, signer in ((vehicle, witness), (vehicle, second), (mediator, bench)):
        await steps.sign(who, case, signer["id"])
    assert (await mediator.send(f"/agreements/{case.agreement}/seal", {})).status == 200
    await _paper_holds(court, case, tmp_path)
    await _evidence_holds(court, case)


async def _paper_holds(court: Court, case: steps.Case, tmp_path: Path) -> None:
    found = await court.read(mediation.get, agreement_id=case.agreement)
    pdf = await court.application[BLOBS].read(found.head_sha256)
    known = trust(court.application[AUTHORITY].directory)
    report = await asyncio.to_thread(verify, pdf, known, now=court.now())
    assert report.verdict is Verdict.PASSED, report.reasons
    assert [s.role for s in report.signatures][:4] == ["申请人", "见证人", "被申请人", "调解员"]
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    said = await asyncio.to_thread(
        subprocess.run, [need("pdfsig"), path], capture_output=True, text=True, check=False, timeout=60
    )
    assert said.stdout.count("Signature Validation: Signature is Valid.") == 5


async def _evidence_holds(court: Court, case: steps.Case) -> None:
    mediator = await court.staff("mediator")
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    assert page.text.count("证据完好") == 4 and "摄像头没有画面" in page.text
    rows = await court.read(lambda rx: rx.conn.execute(sa.select(t.signature_record)).all())
    mine = [row for row in rows if row.subject_id == case.agreement]
    taken = await mediator.client.get(f"/desk/signatures/{mine[0].id}.json")
    told = check_record(await taken.read(), trust(court.application[AUTHORITY].directory))
    assert (told.problems, told.missing) == ((), ())
    record = told.record
    assert (record["manner"], record["witness"]) == ("fingerprint", "李大爷")
    assert record["read_aloud"] == steps.UNABLE["read-aloud"] and record["still_missing"] == "camera_off"
    assert dict(record["facts"])["read_by"] == "周和平"
    picture = await mediator.client.get(f"/desk/signatures/{mine[0].id}/hand.jpg")
    assert (picture.status, picture.content_type) == (200, "image/jpeg")
    stranger = await court.staff("stranger")
    assert (await stranger.client.get(f"/desk/signatures/{mine[0].id}.json")).status == 404
    assert (await mediator.client.get(f"/desk/signatures/{mine[1].id}/still.jpg")).status == 404
    journal = await bodies(court.application[DB])
    assert [row["part"] for row in journal if row["type"] == "signing.evidence_taken"][:2] == [
        "record",
        "hand",
    ]


async def test_a_refusal_is_noted_and_the_agreement_is_not_formed(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    told = await steps.progress(vehicle, case)
    await steps.sign(vehicle, case, told["signers"][0]["id"])
    await steps.take_pad(vehicle, case, told["signers"][1]["id"])
    at = f"/desk/agreements/{case.agreement}/refuse"
    why = {
        "refusal-signer": told["signers"][1]["id"],
        "refusal-reason": "嫌误工费高",
        "refusal-witness": "李村长",
    }
    assert (await mediator.post(at, why | {"refusal-witness": ""})).status == 422
    signed = why | {"refusal-signer": told["signers"][0]["id"]}
    assert (await mediator.post(at, signed)).status == 409, "who has signed refuses nothing"
    assert (await mediator.post(at, why)).status == 303
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    for words in ("拒签记录", "嫌误工费高", "李村长", "协议未成立"):
        assert words in page.text
    found = await court.read(mediation.get, agreement_id=case.agreement)
    assert str(found.state) == "void"
    lines = await court.read(lambda rx: rx.conn.execute(sa.select(t.line.c.text)).scalars().all())
    assert any("张德贵拒绝在调解协议上签名" in line and "李村长" in line for line in lines)
    sent = {"signer_id": told["signers"][1]["id"], "turn": "x", "handwriting": steps.handwriting()}
    assert (await vehicle.send(f"/agreements/{case.agreement}/sign", sent)).status in {404, 409}
    again = await mediator.post("/desk/agreements", {"matter": case.id})
    assert again.status == 303, "another agreement may be drafted"


async def test_the_pad_is_one_persons_until_he_gives_it_back(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle, mediator, officer = (
        await court.vehicle(),
        await court.staff("mediator"),
        await court.staff("officer"),
    )
    first, second = (await steps.progress(vehicle, case))["signers"][:2]
    at = f"/agreements/{case.agreement}"
    early = await vehicle.send(f"{at}/pad", {"signer_id": second["id"]})
    assert _code(early.text) == "agreement.not_your_turn"
    turn = await steps.take_pad(vehicle, case, first["id"])
    assert await steps.take_pad(vehicle, case, first["id"]) == turn, "a reload finds the same turn"
    taken = await officer.send(f"{at}/pad", {"signer_id": first["id"]})
    assert (taken.status, _code(taken.text)) == (409, "pad.taken")
    stolen = {"signer_id": first["id"], "turn": turn, "handwriting": steps.handwriting()}
    assert _code((await officer.send(f"{at}/sign", stolen)).text) == "pad.taken"
    assert "手里" in (await mediator.open(f"/desk{at}")).text
    assert (await mediator.post(f"/desk{at}/pad-away")).status == 303
    assert _code((await vehicle.send(f"{at}/sign", stolen)).text) == "pad.not_confirmed"
    await steps.sign(vehicle, case, first["id"])
    late = {"signer_id": second["id"], "turn": turn, "handwriting": steps.handwriting()}
    assert _code((await vehicle.send(f"{at}/sign", late)).text) == "pad.not_confirmed"


async def test_who_sits_elsewhere_gets_a_code_from_the_desk(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    first, second = (await steps.progress(vehicle, case))["signers"][:2]
    at = f"/desk/agreements/{case.agreement}"
    onsite = await mediator.post(f"{at}/code", {"signer_id": first["id"], "channel": "spoken"})
    assert (onsite.status, "不需要确认码" in onsite.text) == (409, True)
    await steps.sign(vehicle, case, first["id"])

    def away(tx: Tx) -> None:
        seat = t.seat.c.hearing_id == case.hearing, t.seat.c.name == "张德贵"
        tx.conn.execute(t.seat.update().where(*seat).values(place="remote"))

    await court.write(away)
    assert "给确认码，当面念" in (await mediator.open(at)).text
    told = await mediator.post(f"{at}/code", {"signer_id": second["id"], "channel": "spoken"})
    assert told.status == 200 and re.search(r"念给张德贵：\d{3} \d{3}", told.text)
    sent = await mediator.post(f"{at}/code", {"signer_id": second["id"], "channel": "sms"})
    assert "确认码已发到张德贵登记的手机" in sent.text and not re.search(r"\d{3} \d{3}（", sent.text)
    taken = await vehicle.send(f"/agreements/{case.agreement}/pad", {"signer_id": second["id"]})
    assert _code(taken.text) == "agreement.not_this_signer"


async def test_no_address_gives_a_half_signed_file(court: Court) -> None:
    """Every address of the program is asked with every id and hash of the paper, by everybody who has a part in it."""
    case = await steps.ready_to_sign(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    first = (await steps.progress(vehicle, case))["signers"][0]["id"]
    await steps.sign(vehicle, case, first)
    found = await court.read(mediation.get, agreement_id=case.agreement)
    known = (case.agreement, found.head_sha256, first)
    asked = 0
    for path in _addresses(court):
        for wanted in known:
            for who in (mediator, vehicle):
                response = await who.client.get(re.sub(r"{[^}]+}", wanted, path), allow_redirects=False)
                body = await response.content.read(1024)
                assert b"%PDF" not in body and response.content_type != "application/pdf", path
                asked += 1
    assert asked > 300
    for wanted in known[:2]:
        answer = await mediator.post(f"/desk/papers/{wanted}/print", {"printer": "x", "copies": "1"})
        assert answer.status == 404
    journal = await bodies(court.application[DB])
    ways = {row.get("way") for row in journal if row["type"] == "agreement.copy_refused"}
    assert {"file", "picture", "page", "print"} <= ways


def _addresses(court: Court) -> list[str]:
    """Every page and file of the program that takes an id; streams that never end are left out."""
    found = []
    for route in court.application.router.routes():
        resource = route.resource
        if route.method == "GET" and resource is not None and "{" in resource.canonical:
            found.append(resource.canonical)
    return [path for path in found if not path.startswith("/static") and "/ws" not in path]
