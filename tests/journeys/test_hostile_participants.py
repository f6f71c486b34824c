"""Bad input inside a session of a whole running court: transcript, agreement, socket and media ports."""

import asyncio
import contextlib
import random
import struct
import uuid
from typing import Any

import aiohttp
import pypdfium2
import pytest

from court.rehearsal import kiosk, papers
from signalling import messages as m
from signalling.messages import CloseCode
from tests.journeys.at_the_table import Table
from tests.journeys.beside_a_session import (
    Sitting,
    nobody_else_suffers,
    post,
    refused,
    sitting,
    write,
)

__all__ = ["nobody_else_suffers", "sitting"]  # fixtures
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

RARE = "䶮㛃𬱟"
NOBODYS_GLYPH = "\U000323b0"  # the first ideograph after Extension H: no font has it


# -- the transcript


async def test_two_clerks_on_one_line_see_both_texts_and_lose_none(sitting: Sitting) -> None:
    line = await write(sitting, "墙高两米")
    path, clerk = f"{sitting.room}/transcript/{line['id']}", sitting.table.clerk
    texts = ("墙高二米一", "墙高一米九")
    answers = await asyncio.gather(
        *(
            post(clerk, path, {"id": str(uuid.uuid4()), "rev": 1, "speaker": line["speaker"], "text": text})
            for text in texts
        )
    )
    assert sorted(status for status, _ in answers) == [200, 409]
    won = next(body for status, body in answers if status == 200)["line"]
    lost = next(body for status, body in answers if status == 409)
    refused(lost, "transcript.conflict")
    assert {lost["current"]["text"], lost["params"]["mine"]} == set(texts)
    assert (lost["current"]["text"], lost["current"]["rev"]) == (won["text"], 2)


async def test_a_line_that_cannot_be_printed_is_named_before_the_text_is_final(sitting: Sitting) -> None:
    table = sitting.table
    line = await write(sitting, f"他发了个😀，还有一个“{NOBODYS_GLYPH}”字")
    await write(sitting, f"{RARE}都写得出来")
    status, _ = await post(table.judge, f"{sitting.room}/suspend", {"reason": "adjournment"})
    assert status == 200
    path, rev = f"{sitting.room}/transcript/{line['id']}", 1
    for glyph, text in (
        ("😀", f"他发了个笑脸，还有一个“{NOBODYS_GLYPH}”字"),
        (NOBODYS_GLYPH, "他发了个笑脸"),
    ):
        status, answer = await post(table.clerk, f"{sitting.room}/transcript/finalise", {})
        refused(answer, "transcript.unprintable")
        assert glyph in answer["detail"] and f"第{line['seq']}行" in answer["detail"]
        edit = {"id": str(uuid.uuid4()), "rev": rev, "speaker": line["speaker"], "text": text}
        status, answer = await post(table.clerk, path, edit)
        assert status == 200, answer
        rev += 1
    assert (await post(table.judge, f"{sitting.room}/resume", {}))[0] == 200


# -- the agreement


async def test_what_cannot_be_printed_is_named_before_anybody_signs_and_rare_characters_reach_the_paper(
    sitting: Sitting,
) -> None:
    table, fields = sitting.table, papers.clauses()
    page = await table.judge.get(table.matter_url)
    page = await table.judge.submit(page.form("/desk/agreements"), {})
    at = "/agreements/" + page.url.split("#")[0].rsplit("/", 1)[-1]
    old = page.form(f"/desk{at}", having="clauses")

    async def save(what: str) -> tuple[int, str]:
        form = (await table.judge.get(f"/desk{at}")).form(f"/desk{at}", having="clauses")
        sent = [(k, v) for k, v in form.fields if k not in fields] + list(
            {**fields, "clauses.0.what": what}.items()
        )
        async with table.judge.session.post(
            form.action, data=sent, headers={"Origin": table.judge.origin}
        ) as answer:
            return answer.status, await answer.text()

    status, text = await save("拆墙😀")
    assert status == 422 and "text.emoji" in text and "拆墙😀" in text
    assert (await save(f"拆墙，姓名写作{NOBODYS_GLYPH}"))[0] == 200
    told = await _read_and_acknowledge(table, at)
    status, answer = await post(table.judge, f"{at}/signing", {"rev": told["rev"]})
    refused(answer, "paper.glyph_missing")
    assert NOBODYS_GLYPH in answer["detail"] and "U+323B0" in answer["detail"]
    told = await table.judge.get_json(f"{at}.json")
    assert told["state"] == "reading" and not any(s["signed_at"] for s in told["signers"])
    page = await table.judge.get(f"/desk{at}")
    await table.judge.submit(page.form("/reopen"), {})
    assert (await save(f"拆墙，让{RARE}家过路"))[0] == 200
    stale = [(k, v) for k, v in old.fields if k not in fields] + list(fields.items())
    async with table.judge.session.post(
        old.action, data=stale, headers={"Origin": table.judge.origin}
    ) as late:
        assert late.status == 409 and "agreement.stale" in await late.text()
    await _signed_and_sealed(sitting, at)


async def _read_and_acknowledge(table: Table, at: str) -> Any:
    told = await table.judge.get_json(f"{at}.json")
    if told["state"] == "draft":
        status, told = await post(table.judge, f"{at}/read", {"rev": told["rev"]})
        assert status == 200, told
    for paragraph in told["paragraphs"]:
        for signer in told["signers"]:
            if signer["role"] == "party":
                heard = {"rev": told["rev"], "paragraph_id": paragraph["id"], "signer_id": signer["id"]}
                assert (await post(table.vehicle, f"{at}/acknowledge", heard))[0] == 200
    return told


async def _signed_and_sealed(sitting: Sitting, at: str) -> None:
    """One person signs on two screens at once, the judge before his turn: each turn has one signature, in order."""
    table = sitting.table
    await table.vehicle.get(sitting.room)
    told = await _read_and_acknowledge(table, at)
    assert (await post(table.judge, f"{at}/signing", {"rev": told["rev"]}))[0] == 200
    judge = next(s for s in told["signers"] if s["role"] == "judge")
    early = {"signer_id": judge["id"], "handwriting": kiosk.handwriting()}
    refused((await post(table.judge, f"{at}/sign", early))[1], "agreement.not_your_turn")
    refused((await post(table.judge, f"{at}/seal", {}))[1], "agreement.not_your_turn")
    hands = [kiosk.handwriting(2.0), kiosk.handwriting(3.0)]
    first = (await table.judge.get_json(f"{at}.json"))["turn"]
    unconfirmed = await post(table.vehicle, f"{at}/sign", {"signer_id": first, "handwriting": hands[0]})
    refused(unconfirmed[1], "pad.not_confirmed")
    taken = (await post(table.vehicle, f"{at}/pad", {"signer_id": first}))[1]["turn"]
    sent = {"signer_id": first, "turn": taken}
    twice = await asyncio.gather(
        *(post(table.vehicle, f"{at}/sign", sent | {"handwriting": hand}) for hand in hands)
    )
    assert sorted(status for status, _ in twice) == [200, 409], twice
    told = await table.judge.get_json(f"{at}.json")
    assert [s["id"] for s in told["signers"] if s["signed_at"]] == [first]
    await papers.sign_in_turn(table.vehicle, table.judge, at.rsplit("/", 1)[-1])
    paper_id = await papers.seal(table.judge, at.rsplit("/", 1)[-1])
    pdf = pypdfium2.PdfDocument(await table.judge.fetch(f"/papers/{paper_id}.pdf"))
    printed = "".join(page.get_textpage().get_text_range() for page in pdf).replace("\r\n", "")
    pdf.close()
    assert RARE in printed and kiosk.RESPONDENT in printed


# -- the media


async def test_nonsense_on_the_socket_ends_that_socket_only(sitting: Sitting) -> None:
    clerk = sitting.table.clerk
    url = f"{clerk.base_url.replace('http', 'ws', 1)}{sitting.room}/ws"
    headers = {"Cookie": clerk.cookie_header(), "Origin": clerk.origin}
    async with aiohttp.ClientSession() as session:
        for wrong in ({"Origin": "https://evil.example"}, {"Cookie": "court_staff=x"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as failed:
                await session.ws_connect(url, headers={**headers, **wrong})
            assert failed.value.status in {401, 403}
        async with session.ws_connect(url, headers=headers) as ws:
            codes = []
            for text in (
                "{",
                "[]",
                "null",
                '{"type":"offer","sdp":"v=0"}',
                '{"type":"hello","page":"' + "x" * 5000 + '"}',
            ):
                await ws.send_str(text)
                answer = m.decode_server(await ws.receive_str())
                assert isinstance(answer, m.Error) and any("\u4e00" <= c <= "\u9fff" for c in answer.text)
                codes.append(answer.code)
            assert set(codes) == {"signal.malformed"}
            with contextlib.suppress(ConnectionError):
                for _ in range(40):
                    await ws.send_bytes(bytes(1000))
            while not ws.closed:
                await ws.receive()
            assert ws.close_code in {CloseCode.SILENT, CloseCode.TOO_MANY_ERRORS}


def _datagrams(ufrag: str, chance: random.Random) -> list[bytes]:
    """Noise, and things that look like STUN, DTLS, RTP and RTCP but are not from anybody we know."""
    cookie = struct.pack("!I", 0x2112A442)
    user = f"{ufrag}:evil".encode()
    named = struct.pack("!HH", 6, len(user)) + user + bytes(-len(user) % 4)
    forged = named + struct.pack("!HH", 8, 20) + bytes(20)
    found = []
    for _ in range(60):
        noise = chance.randbytes(chance.randint(1, 1400))
        found += [
            noise,
            struct.pack("!HH", 1, len(forged)) + cookie + noise[:12].ljust(12, b"\0") + forged,
            struct.pack("!HH", 1, 0xFFFC) + cookie + bytes(12) + b"\x00\x06\xff\xff" + noise,
            struct.pack("!HH", 0x0101, 0) + cookie + bytes(12),
            b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",  # a farewell (close_notify) in clear text
            b"\x16\xfe\xff" + bytes(8) + struct.pack("!H", len(noise)) + noise,
            b"\x16\xfe\xfd" + b"\xff" * 10 + b"\xff\xff",
            b"\x80\xef" + noise,
            b"\x80\x60\x00\x01" + noise,
            b"\x81\xcb\x00\x01" + noise[:4],
            b"\x81\xce\xff\xff" + noise,
            b"",
        ]
    return found


async def test_malformed_datagrams_at_the_media_ports_disturb_nobody(sitting: Sitting) -> None:
    lines = sitting.sdp().splitlines()
    ports = {int(line.split()[5]) for line in lines if line.startswith("a=candidate:")}
    ufrag = next(line.split(":", 1)[1] for line in lines if line.startswith("a=ice-ufrag:"))
    assert ports
    before, told = sitting.pictures(), len(sitting.judge.inbox)
    loop = asyncio.get_running_loop()
    for port in ports:
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=("127.0.0.1", port)
        )
        for number, one in enumerate(_datagrams(ufrag, random.Random(port))):
            transport.sendto(one)
            if number % 20 == 0:
                await asyncio.sleep(0.01)
        transport.close()
    async with asyncio.timeout(20):
        while not all(now > then + 15 for now, then in zip(sitting.pictures(), before, strict=True)):
            await asyncio.sleep(0.1)
    changes = [
        x for x in sitting.judge.inbox[told:] if isinstance(x, m.SeatChanged) and x.seat.state == "lost"
    ]
    assert changes == [], "somebody was taken for lost"
    log = sitting.table.node.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") - 300 :][:1500]
