"""A story told into the machine: pieces survive a reload, the sound keeps its hash, an officer types it into the facts."""

import hashlib
import re

import pytest
import sqlalchemy as sa

from court.domain.told import SPOKEN
from court.services import matter, statement
from court.store import tables as t
from tests.web.desk_court import Answer, Court
from tests.web.kiosk_walk import DISPUTE, Kiosk, at_kiosk

pytestmark = pytest.mark.asyncio(loop_scope="session")
SOUND = (b"\x1aE\xdf\xa3" + b"first" * 20, b"second" * 30, b"third" * 10)


async def send(kiosk: Kiosk, path: str, data: bytes) -> Answer:
    headers = {
        "X-CSRF-Token": kiosk.person.csrf,
        "Accept": "application/json",
        "Content-Type": "application/octet-stream",
    }
    return await kiosk.person._read(await kiosk.person.client.post(path, data=data, headers=headers))


async def begun(kiosk: Kiosk) -> str:
    made = await kiosk.person.send("/kiosk/statements", {})
    found = re.search(r'"id":"([^"]+)"', made.text)
    assert found, made.text
    return f"/kiosk/statements/{found.group(1)}"


async def test_what_was_told_survives_a_reload_and_becomes_the_facts_once_typed(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="facts")
    one = await begun(kiosk)
    assert (await send(kiosk, f"{one}/pieces/0?ms=3000", SOUND[0])).status == 200
    assert (await send(kiosk, f"{one}/pieces/0?ms=3000", SOUND[0])).text == '{"ms":3000}'
    assert (await send(kiosk, f"{one}/pieces/2?ms=3000", SOUND[2])).status == 409
    again = await kiosk.page("facts")
    assert "上次没有录完" in again.text and "3秒" in again.text
    assert (await send(kiosk, f"{one}/pieces/1?ms=3000", SOUND[1])).status == 200
    assert (await kiosk.person.send(f"{one}/finish", {})).status == 200
    assert (await send(kiosk, f"{one}/pieces/2?ms=3000", SOUND[2])).status == 409
    played = await kiosk.person.client.get(one)
    assert await played.read() == SOUND[0] + SOUND[1] and played.content_type == "audio/webm"
    await kiosk.walk((("facts", {"facts": ""}), *DISPUTE[8:]))
    assert "我已经说给机器听了" in (await kiosk.page("review")).text
    assert (await kiosk.sign()).location == "/kiosk/receipt"

    def newest(rx):  # type: ignore[no-untyped-def]
        return rx.conn.execute(sa.select(t.matter.c.id).order_by(t.matter.c.id.desc()).limit(1)).scalar()

    matter_id = await court.read(newest)
    assert (await court.read(matter.get, matter_id=matter_id)).facts == SPOKEN
    kept = (await court.read(statement.of_subject, subject_id=matter_id))[0]
    assert kept.sha256 == hashlib.sha256(SOUND[0] + SOUND[1]).hexdigest()
    officer = await court.staff("officer")
    at = f"/desk/matters/{matter_id}/statements/{kept.id}"
    assert "口述录音" in (await officer.open(f"/desk/matters/{matter_id}/look")).text
    empty = await officer.post(f"{at}/words", {f"words-{kept.id}": ""})
    assert empty.status == 422 and f'id="e-words-{kept.id}"' in empty.text
    await officer.post(f"{at}/words", {f"words-{kept.id}": "去年秋天路被堵了。"})
    assert (await court.read(matter.get, matter_id=matter_id)).facts == "去年秋天路被堵了。"
    assert (await (await officer.client.get(at)).read()) == SOUND[0] + SOUND[1]
    admin = await court.staff("admin")
    assert (await admin.get(at)).status == 403


async def test_what_is_no_sound_or_not_this_screens_is_refused(court: Court) -> None:
    kiosk = await at_kiosk(court)
    one = await begun(kiosk)
    assert (await send(kiosk, f"{one}/pieces/0?ms=3000", b"<html>")).status == 422
    assert (await send(kiosk, f"{one}/pieces/0?ms=99999999", SOUND[0])).status == 422
    assert (await send(kiosk, f"{one}/pieces/0?ms=3000", SOUND[0])).status == 200
    fields = await kiosk.fields("identity")
    for _ in range(2):
        gone = await kiosk.person.post(f"{one}/remove", fields)
        assert gone.location == "/kiosk/steps/facts"
    assert (await kiosk.person.get(one)).status == 404
    other = await at_kiosk(court)
    assert (await send(other, f"{one}/pieces/1?ms=3000", SOUND[1])).status == 404
