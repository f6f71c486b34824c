"""From reading to seal: in order, each in turn, nothing leaves before the last signature."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from court.services import mediation
from court.store import tables
from court.web.keys import BLOBS, DB
from documents import signing
from tests.services.world import bodies
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


def _code(text: str) -> str:
    return str(json.loads(text)["code"])


async def test_neighbours_sign_in_turn_and_the_sealed_paper_leaves(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    sealed = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    assert sealed.status == 200, sealed.text
    told = json.loads(sealed.text)
    assert told["state"] == "sealed"
    again = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    assert json.loads(again.text)["paper_id"] == told["paper_id"]
    response = await mediator.client.get(f"/papers/{told['paper_id']}.pdf")
    pdf = await response.read()
    assert response.headers["Content-Type"] == "application/pdf"
    assert "%E4%BA%BA%E6%B0%91" in response.headers["Content-Disposition"]
    fields = signing.required_fields(pdf)
    assert [f.filled for f in fields] == [True] * len(fields)
    assert {f.name for f in fields} >= {"王秀英", "张德贵", "周和平"}
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    assert "协议已生效" in page.text


async def test_out_of_turn_twice_or_for_another_is_refused(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    signers = (await steps.progress(vehicle, case))["signers"]
    path = f"/agreements/{case.agreement}/sign"
    second = await vehicle.send(path, {"signer_id": signers[1]["id"], "handwriting": steps.handwriting()})
    assert (second.status, _code(second.text)) == (409, "agreement.not_your_turn")
    foreign = await mediator.send(path, {"signer_id": signers[0]["id"], "handwriting": steps.handwriting()})
    assert (foreign.status, _code(foreign.text)) == (403, "agreement.not_this_signer")
    early = await mediator.send(f"/agreements/{case.agreement}/seal", {})
    assert (early.status, _code(early.text)) == (409, "agreement.not_your_turn")
    unconfirmed = {"signer_id": signers[0]["id"], "handwriting": steps.handwriting()}
    unasked = await vehicle.send(path, unconfirmed)
    assert (unasked.status, _code(unasked.text)) == (409, "pad.not_confirmed")
    sent = unconfirmed | {"turn": await steps.take_pad(vehicle, case, signers[0]["id"])}
    both = await asyncio.gather(vehicle.send(path, sent), vehicle.send(path, sent))
    assert sorted(a.status for a in both)[0] == 200
    found = await court.read(mediation.get, agreement_id=case.agreement)
    assert [r.kind for r in found.revisions].count("signature") == 1
    assert [str(s.state) for s in found.signers][:2] == ["signed", "waiting"]


async def test_strokes_and_evidence_are_kept_byte_for_byte(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle = await court.vehicle()
    signer = (await steps.progress(vehicle, case))["signers"][0]
    await steps.sign(vehicle, case, signer["id"])
    found = await court.read(mediation.get, agreement_id=case.agreement)
    kept = json.loads(await court.application[BLOBS].read(found.signers[0].strokes_sha256))
    assert kept["width"] == 600
    assert [len(stroke) for stroke in kept["strokes"]] == [40, 30]


async def test_a_half_signed_agreement_has_no_file_only_pictures(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle = await court.vehicle()
    signer = (await steps.progress(vehicle, case))["signers"][0]
    await steps.sign(vehicle, case, signer["id"])
    picture = await vehicle.get(f"/agreements/{case.agreement}/page.png?page=1")
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/png")
    mediator = await court.staff("mediator")
    for path in (f"/agreements/{case.agreement}.pdf", f"/papers/{case.agreement}.pdf"):
        answer = await mediator.get(path, headers={"Accept": "text/html"})
        assert answer.status == 404, path
    page = await mediator.open(f"/desk/matters/{case.id}")
    assert "有人取用被拒绝" in page.text
    for query in ("page=99", "page=-1", "page=0&width=100000", "page=x"):
        assert (await vehicle.get(f"/agreements/{case.agreement}/page.png?{query}")).status in {400, 422}


async def test_an_edit_after_signing_began_voids_what_was_signed(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    vehicle, mediator = await court.vehicle(), await court.staff("mediator")
    told = await steps.progress(vehicle, case)
    await steps.sign(vehicle, case, told["signers"][0]["id"])
    assert (
        await mediator.post(
            f"/desk/agreements/{case.agreement}/reopen",
            {"rev": str(told["rev"]), "change-reason": "金额写错了"},
        )
    ).status == 303
    now = await steps.progress(mediator, case)
    assert now["state"] == "draft"
    assert [s["state"] for s in now["signers"]] == ["waiting"] * len(now["signers"])
    (change,) = now["changes"]
    assert (change["reason"], change["signatures"]) == ("金额写错了", ["王秀英"])


async def test_strangers_see_no_agreement(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    stranger = await court.staff("stranger")
    for path in (f"/agreements/{case.agreement}.json", f"/agreements/{case.agreement}/page.png"):
        assert (await stranger.get(path, headers={"Accept": "application/json"})).status == 404
    nobody = await court.browser()
    assert (
        await nobody.get(f"/agreements/{case.agreement}.json", headers={"Accept": "application/json"})
    ).status == 401


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"rev": "x"}', b'{"rev": 1, "paragraph_id": ["x"]}', b'{"rev": {}}']
)
async def test_malformed_bodies_are_refused_in_words(court: Court, body: bytes) -> None:
    vehicle = await court.vehicle()
    await vehicle.open("/kiosk")
    headers = {"X-CSRF-Token": vehicle.csrf, "Content-Type": "application/json", "Accept": "application/json"}
    response = await vehicle.client.post("/agreements/none/acknowledge", data=body, headers=headers)
    assert response.status in {400, 404}
    assert (await response.json(content_type=None))["detail"]


async def test_who_may_not_start_the_signing_has_nobodys_identity_read(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    before = [row["type"] for row in await bodies(court.application[DB])].count("party.revealed")
    stranger, mediator = await court.staff("stranger"), await court.staff("mediator")
    foreign = await stranger.send(f"/agreements/{case.agreement}/signing", {"rev": 2})
    assert (foreign.status, _code(foreign.text)) == (404, "agreement.not_found")
    sealing = await stranger.send(f"/agreements/{case.agreement}/seal", {})
    assert sealing.status in {403, 404}
    late = await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": 999})
    assert (late.status, _code(late.text)) == (409, "agreement.stale")
    after = [row["type"] for row in await bodies(court.application[DB])].count("party.revealed")
    assert after == before


async def test_every_acknowledgement_names_its_place_in_the_recording(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    rows = [row for row in await bodies(court.application[DB]) if row["subject"] == case.agreement]
    offsets = [row["offset_ms"] for row in rows if row["type"] == "reading.answered"]
    assert len(offsets) == 6
    assert all(isinstance(offset, int) and offset >= 0 for offset in offsets)
    table = tables.reading_answer
    stored = await court.read(lambda rx: rx.conn.execute(sa.select(table.c.offset_ms)).scalars().all())
    assert set(offsets) <= set(stored)


async def test_a_draft_is_read_by_staff_alone_until_it_is_read_aloud(court: Court) -> None:
    case = await steps.ready_to_sign(court)
    mediator, vehicle = await court.staff("mediator"), await court.vehicle()
    path = f"/agreements/{case.agreement}.json"
    assert (await vehicle.get(path, headers={"Accept": "application/json"})).status == 200
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    reopened = await mediator.post(
        f"/desk/agreements/{case.agreement}/reopen", {"rev": steps.rev_of(page.text)}
    )
    assert reopened.status == 303
    assert (await vehicle.get(path, headers={"Accept": "application/json"})).status == 404
    assert (await mediator.get(path, headers={"Accept": "application/json"})).status == 200
