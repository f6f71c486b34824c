"""送达 from the desk to the recipient's telephone and back: the panel, the gateway, the link, the proofs, the copies."""

import asyncio
import io
import json
import logging
import re
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import FormData
from PIL import Image

import documents
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.outbox import Channel
from court.domain.paper import PAPER_NAMES, PaperKind
from court.sending import SmsGateway, signature
from court.sending_settings import MailSettings, SmsSettings
from court.services import copies, outbox, paper
from court.store import views
from court.store.blobs import remember
from court.web.keys import AUTHORITY, BLOBS, CONFIG, PAPERS
from court.web.outbox import CARRIERS
from documents import kit, registry
from tests.domain.test_bounce import ID, report
from tests.gateways import SmsCentre, sms_centre
from tests.web import steps
from tests.web.desk_court import Answer, Court, Person
from tests.web.service_case import now_of, people_of
from tests.web.test_drawing import content_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "a-shared-secret-of-the-gateway"
PHONE = "13800138000"


async def _paper(court: Court, case: steps.Case, kind: PaperKind = PaperKind.EVIDENCE_NOTICE) -> str:
    """A registered paper of this dispute, drawn from the sample of its kind."""
    sample = Path(documents.__file__).parent / "samples" / f"{kind}.json"
    app = court.application
    drawn = await app[PAPERS].run(
        kit.render,
        registry.read(kind.value, sample.read_bytes()),
        fonts_dir=app[CONFIG].fonts_dir,
        authority=app[AUTHORITY],
        verify_url="https://court.test/v",
        now=court.now(),
    )
    blob = await app[BLOBS].put_bytes(drawn.pdf, "application/pdf")

    def write(tx: Any) -> str:
        remember(tx, actor=SYSTEM_ACTOR, now=court.now(), blob=blob)
        made = paper.register(
            tx,
            actor=SYSTEM_ACTOR,
            now=court.now(),
            subject_kind="matter",
            subject_id=case.id,
            kind=kind,
            number="（2026）渝0235民初1号",
            title=PAPER_NAMES[kind],
            sha256=blob.sha256,
            pages=drawn.pages,
        )
        return made.id

    return str(await court.write(write))


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    return out.getvalue()


async def _receipt(
    person: Person, body: bytes, *, secret: str = SECRET, stamp: str = "", header: str = ""
) -> Answer:
    stamp = stamp or str(int(time.time()))
    signed = header or signature(secret, stamp, body)
    headers = {"X-Court-Time": stamp, "X-Court-Signature": signed, "Content-Type": "application/json"}
    return await person._read(
        await person.client.post(
            "/gateway/sms/receipts", data=body, headers=headers | {"Accept": "application/json"}
        )
    )


async def _taken(centre: SmsCentre) -> tuple[str, dict[str, str]]:
    async with asyncio.timeout(30):
        while not centre.taken:
            await asyncio.sleep(0.05)
    return next(iter(centre.taken.items()))


async def _standing(court: Court, case: steps.Case) -> list[tuple[str, str]]:
    return [(one.party_name, one.rule) for one in await court.read(views.moments, subject_id=case.id)]


async def test_a_text_message_leads_to_the_paper_and_every_step_is_in_the_proof(
    court: Court, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("COURT_SMS_SECRET", SECRET)
    caplog.set_level(logging.INFO)
    case = await steps.register(court)
    await steps.assign(court, case)
    clerk, base = await court.staff("clerk"), f"/desk/matters/{case.id}/service"
    notice = await _paper(court, case)
    _, respondent = (await people_of(court, case))[:2]
    assert "没有送达" in (await clerk.open(base)).text
    order = {"paper": notice, "party": respondent, "channel": "sms"}
    refused = await clerk.post(f"{base}/new/electronic", order)
    assert refused.status == 422 and "没有同意电子送达" in refused.text and 'href="#f-party"' in refused.text
    bad = {"basis": "confirmed", "place": "红星村", "mobile": "123", "electronic": "yes"}
    told = await clerk.post(f"{base}/addresses/{respondent}", bad)
    assert told.status == 422 and f'href="#f-{respondent}-mobile"' in told.text and 'value="123"' in told.text
    done = await clerk.post(f"{base}/addresses/{respondent}", bad | {"mobile": PHONE})
    assert done.status == 303, done.text[-1200:]
    page = await clerk.open(base)
    assert "138****8000" in page.text and PHONE not in page.text
    async with sms_centre(SECRET) as centre:
        settings = SmsSettings(url=centre.url, signature="【云阳法院】", id_field="data.id")
        carriers = court.application[CARRIERS]
        usual = carriers[Channel.SMS]
        carriers[Channel.SMS] = SmsGateway(settings, SECRET)  # type: ignore[index]
        centre.answers = [-1]
        begun = await clerk.post(f"{base}/new/electronic", order)
        assert begun.status == 303, begun.text[-1500:]
        key, sent = await _taken(centre)
        assert sent["phone"] == PHONE and sent["text"].startswith("【云阳法院】您好，您有1份文书送达")
        (service,) = re.findall(rf'href="{base}/([0-9a-f-]{{36}})"', (await clerk.open(base)).text)[:1]
        arrived = {"state": "delivered", "key": key, "at": court.now().isoformat()}
        await _hostile(court, arrived, key)
        body = json.dumps(arrived).encode()
        gateway = await court.browser()
        for repeated in (False, True):
            told = await _receipt(gateway, body)
            assert (told.status, json.loads(told.text)) == (200, {"ok": True, "repeated": repeated})
        carriers[Channel.SMS] = usual  # type: ignore[index]
    assert await _standing(court, case) == [("张德贵", "arrived")]
    link = re.search(r"/served/[\w-]+", sent["text"])
    assert link
    await _reads(court, link.group(), service)
    shown = await clerk.open(f"{base}/{service}")
    for words in ("到达受送达人的系统", "受送达人打开阅读", "受送达人要求纸质文书", "即为送达"):
        assert words in shown.text
    proof = await clerk.post(f"{base}/{service}/proof")
    assert proof.status == 303, proof.text[-1500:]
    facts = await content_of(court, proof.location.rsplit("/", 1)[1])
    assert facts["paper"] == "electronic_service" and facts["address"] == PHONE
    assert (
        facts["read_at"]
        and facts["arrived_at"] == facts["served_at"]
        and "要求提供纸质文书" in str(facts["remarks"])
    )
    told_log = caplog.text
    for secret in (PHONE, "138****8000", link.group().rsplit("/", 1)[1], "张德贵"):
        assert secret not in told_log


async def _hostile(court: Court, arrived: dict[str, str], key: str) -> None:
    """What others might send instead of the gateway, each with its own code."""
    stranger = await court.browser()
    body = json.dumps(arrived).encode()
    old = str(int(time.time()) - 600)
    for sent, options, status, code in (
        (body, {"secret": "not the secret"}, 401, "gateway.bad_signature"),
        (body, {"header": "\u00e4" * 3}, 401, "gateway.bad_signature"),
        (body, {"stamp": old}, 401, "gateway.stale"),
        (b"[1]", {}, 400, "gateway.malformed"),
        (b"{" * 4000, {}, 400, "gateway.malformed"),
        (b"x" * 9000, {}, 400, "gateway.malformed"),
        (json.dumps(arrived | {"at": "2026-01-01T00:00:00"}).encode(), {}, 400, "gateway.malformed"),
        (json.dumps(arrived | {"key": "service:unknown"}).encode(), {}, 404, "gateway.unknown_id"),
        (json.dumps(arrived | {"key": ""}).encode(), {}, 400, "gateway.malformed"),
    ):
        told = await _receipt(stranger, sent, **options)
        assert (told.status, json.loads(told.text)["code"]) == (status, code)
    assert key not in (await _receipt(stranger, body, secret="x" * 16)).text


async def _reads(court: Court, link: str, service: str) -> None:
    """The recipient, on a telephone of his own; and somebody else who got hold of the link."""
    person, other = await court.browser(), await court.browser()
    asked = await person.open(link)
    assert "张某" in asked.text and "张德贵" not in asked.text and "证据" not in asked.text
    assert asked.headers["Referrer-Policy"] == "no-referrer"
    wrong = await person.post(link, {"answer": "王五"})
    assert wrong.status == 422 and "还可以试4次" in wrong.text
    opened = await person.post(link, {"answer": "张德贵"})
    assert (opened.status, opened.location) == (303, f"/served/papers/{service}")
    await other.open(link)
    taken = await other.post(link, {"answer": "张德贵"})
    assert taken.status == 409 and "另一台设备" in taken.text
    assert (await other.get(opened.location)).status == 404
    listed = await person.open(opened.location)
    (sheet,) = re.findall(rf'href="({opened.location}/[0-9a-f-]+)"', listed.text)
    assert "没有打开" in listed.text
    shown = await person.open(sheet)
    assert "举证通知书" in shown.text
    assert (await person.get(f"{sheet}/page.png?page=0&width=300")).headers["Content-Type"] == "image/png"
    assert (await person.get(f"{sheet}/file")).headers["Content-Type"] == "application/pdf"
    assert (await other.get(f"{sheet}/file")).status == 404
    for answer in ("reply", "paper"):
        assert (await person.post(f"{opened.location}/{answer}")).status == 303
    after = await person.open(opened.location)
    assert "您已回复收到" in after.text and "已打开" in after.text


async def test_copies_by_hand_are_numbered_signed_for_and_stand_in_the_return(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    clerk, base = await court.staff("clerk"), f"/desk/matters/{case.id}/service"
    notice = await _paper(court, case)
    people = await people_of(court, case)
    order = {"paper": notice, "party": people[1]}
    none = await clerk.post(f"{base}/new/direct", order)
    assert none.status == 409 and "没有可以发出的正本" in none.text
    assert (await clerk.post(f"/desk/papers/{notice}/copies", {"made": "2", "made-reason": ""})).status == 422
    made = {"made": "2", "made-reason": "车上打印机缺纸，在法庭打印"}
    assert (await clerk.post(f"/desk/papers/{notice}/copies", made)).status == 303
    form = await clerk.open(f"{base}/new/direct?paper={notice}")
    assert "还有 2 份正本可以发出" in form.text
    assert (await clerk.post(f"{base}/new/direct", order)).status == 303
    (given,) = await court.read(copies.of_paper, paper_id=notice)
    assert (given.number, given.how) == (1, None)
    here = f"{base}/{given.service_id}"
    sheet = await clerk.post(f"{here}/proof")
    along = await content_of(court, sheet.location.rsplit("/", 1)[1])
    assert along["served_at"] is None and along["papers"] == [
        {"name": "举证通知书（正本第1号）", "copies": 1}
    ]
    when = now_of(court)
    unnamed = await clerk.post(f"{here}/facts/signed", when | {"relation": "family"})
    assert unnamed.status == 422 and 'href="#f-signed-receiver"' in unnamed.text
    bare = await clerk.post(f"{here}/facts/refused_filmed", when | {"words": "不签"})
    assert bare.status == 422 and 'href="#f-refused_filmed-proof"' in bare.text
    data = FormData(
        {"csrf": clerk.csrf, "once": "a-key-of-its-own", "relation": "family", "receiver": "张妻", **when}
    )
    data.add_field("proof", _picture(), filename="return.jpg", content_type="image/jpeg")
    noted = await clerk.post(f"{here}/facts/signed", data)
    assert noted.status == 303, noted.text[-1500:]
    shown = await clerk.open(here)
    (photo,) = re.findall(r'src="([^"]+\.png)\?width=400"', shown.text)
    assert (await clerk.get(f"{photo}?width=400")).headers["Content-Type"] == "image/png"
    (given,) = await court.read(copies.of_paper, paper_id=notice)
    assert (given.receiver, given.how_name) == ("张妻", "在送达回证上签名")
    proof = await clerk.post(f"{here}/proof")
    facts = await content_of(court, proof.location.rsplit("/", 1)[1])
    assert (facts["receiver"], facts["relation"]) == ("张妻", "同住成年家属") and facts["served_at"]
    assert "第八十八条" in str(facts["remarks"])
    own = await clerk.open(f"/desk/papers/{notice}")
    assert "第1号" in own.text and "张妻代收" in own.text and "第2号" in own.text
    stranger = await court.staff("stranger")
    for path in (base, here, photo):
        assert (await stranger.get(path, headers={"Accept": "text/html"})).status == 404
    assert (await stranger.post(f"{here}/facts/signed", when | {"relation": "self"})).status == 404


async def test_the_recipient_signs_the_return_on_the_pad_and_that_moment_is_the_service(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    clerk, base = await court.staff("clerk"), f"/desk/matters/{case.id}/service"
    notice = await _paper(court, case)
    await clerk.post(f"/desk/papers/{notice}/copies", {"made": "1", "made-reason": "车上打印"})
    respondent = (await people_of(court, case))[1]
    assert (await clerk.post(f"{base}/new/direct", {"paper": notice, "party": respondent})).status == 303
    (given,) = await court.read(copies.of_paper, paper_id=notice)
    here = f"{base}/{given.service_id}"
    assert "在签名板上签收" in (await clerk.open(here)).text
    begun = await clerk.post(f"{here}/pad")
    assert begun.status == 303, begun.text[-1500:]
    for name in ("张德贵", "陈书宁"):
        page = await clerk.open(begun.location)
        (signer,) = re.findall(r'data-signer="([0-9a-f-]+)"', page.text)
        assert f"我是{name}" in page.text
        turn = json.loads((await clerk.send(f"{begun.location}/pad", {"signer_id": signer})).text)["turn"]
        sent = {"signer_id": signer, "turn": turn, "handwriting": steps.handwriting()}
        assert (await clerk.send(f"{begun.location}/sign", sent)).status == 200
        assert await _standing(court, case) == [("张德贵", "signed")]
    (given,) = await court.read(copies.of_paper, paper_id=notice)
    assert given.how_name == "在签名板上签名"
    kinds = [one.kind for one in await court.read(paper.of_subject, subject_id=case.id)]
    assert PaperKind.SERVICE_RETURN in kinds


async def test_the_query_code_shows_the_applicant_what_was_served(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    clerk, base = await court.staff("clerk"), f"/desk/matters/{case.id}/service"
    notice = await _paper(court, case)
    people = await people_of(court, case)
    await clerk.post(f"/desk/papers/{notice}/copies", {"made": "2", "made-reason": "法庭打印"})
    for one in people[:2]:
        assert (await clerk.post(f"{base}/new/direct", {"paper": notice, "party": one})).status == 303
    for given in await court.read(copies.of_paper, paper_id=notice):
        await clerk.post(f"{base}/{given.service_id}/facts/signed", now_of(court) | {"relation": "self"})
    code = (
        await court.read(views.matter_page, actor=court.actors["clerk"], matter_id=case.id)
    ).matter.query_code
    person = await court.browser(address="127.0.0.46")
    await person.open("/query")
    told = await person.post("/query", {"code": code})
    assert told.text.count("举证通知书") == 1 and "直接送达" in told.text and "张德贵" not in told.text


async def test_a_notification_of_the_mail_server_is_taken_only_with_the_shared_key(
    court: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 3464 at the door: signed, known, noted once; delayed ones settle nothing."""
    clerk = await court.staff("clerk")
    unset = await _bounce(clerk, report())
    assert (unset.status, json.loads(unset.text)["code"]) == (404, "gateway.unset")
    mail = MailSettings(host="mail.test", sender="court@mail.test")
    config = msgspec.structs.replace(court.application[CONFIG], mail=mail)
    monkeypatch.setitem(court.application._state, CONFIG, config)
    monkeypatch.setenv("COURT_MAIL_BOUNCE_SECRET", SECRET)
    forged = await _bounce(clerk, report(), secret="another-secret-of-nobody")
    assert (forged.status, json.loads(forged.text)["code"]) == (401, "gateway.bad_signature")
    stale = await _bounce(clerk, report(), stamp="1700000000")
    assert json.loads(stale.text)["code"] == "gateway.stale"
    stranger = await _bounce(clerk, report())
    assert (stranger.status, json.loads(stranger.text)["code"]) == (404, "gateway.unknown_id")
    delayed = await _bounce(clerk, report("delayed", "4.4.1"))
    assert (delayed.status, json.loads(delayed.text)) == (200, {"ok": True, "noted": False})

    def sent(tx: Any) -> str:
        one = {"channel": Channel.MAIL, "address": "li@mail.test", "body": "x", "purpose": "other"}
        made = outbox.post(tx, actor=SYSTEM_ACTOR, now=court.now(), ref="r", subject_id="s", key="m1", **one)
        outbox.take(tx, now=court.now())
        outbox.accepted(tx, now=court.now(), message_id=made.id, gateway_id=f"<{ID}>")
        return made.id

    message_id = str(await court.write(sent))
    for noted in (True, False):
        known = await _bounce(clerk, report())
        assert json.loads(known.text) == {"ok": True, "noted": noted}
    found = await court.read(outbox.get, message_id=message_id)
    assert (found.state, found.detail) == ("failed", "5.1.1")


async def _bounce(person: Person, mail: bytes, *, secret: str = SECRET, stamp: str = "") -> Answer:
    stamp = stamp or str(int(time.time()))
    headers = {"X-Court-Time": stamp, "X-Court-Signature": signature(secret, stamp, mail)}
    headers |= {"Content-Type": "message/rfc822", "Accept": "application/json"}
    return await person._read(await person.client.post("/gateway/mail/bounces", data=mail, headers=headers))
