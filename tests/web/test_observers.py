"""Observers of a public session: listed by the clerk, in by link and answer, shown masked words alone, out for good."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from court.services import observers
from court.web.keys import BRIDGE, DB
from signalling.messages import CloseCode, Hello, encode
from tests.services.world import bodies
from tests.web.room_court import SECRET, TOKEN, Court, sitting


@dataclass
class Browser:
    """A device that nobody signed in at; it keeps the cookie of an observer."""

    court: Court
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        watching = f"; court_observer={self.cookie}" if self.cookie else ""
        origin = str(self.court.client.make_url("")).rstrip("/")
        return {"Cookie": f"court_csrf={SECRET}{watching}", "Origin": origin, "Accept": "text/html"}

    async def get(self, path: str) -> tuple[int, str]:
        self.court.client.session.cookie_jar.clear()
        async with self.court.client.get(path, headers=self.headers, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def enter(self, link: str, answer: str, rule: str = "yes") -> tuple[int, str]:
        form = {"csrf": TOKEN, "answer": answer, "rule": rule}
        self.court.client.session.cookie_jar.clear()
        sent = self.court.client.post(link, data=form, headers=self.headers, allow_redirects=False)
        async with sent as response:
            if "court_observer" in response.cookies:
                self.cookie = response.cookies["court_observer"].value
            return response.status, await response.text()

    def room(self, path: str = "") -> str:
        return f"{self.court.case.path}/observe{path}"


async def desk(court: Court, who: str, path: str = "", **fields: str) -> tuple[int, str]:
    url = f"/desk/hearings/{court.case.hearing.id}/observers{path}"
    form = {"csrf": TOKEN, "once": "0" * 20, **fields}
    headers = court.headers(who) | {"Accept": "text/html"}
    async with court.client.post(url, data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def listed(court: Court, name: str, digits: str, **more: str) -> str:
    """The path of the link of somebody new on the list."""
    fields = {"observer-name": name, "observer-proof": "id", "observer-digits": digits}
    status, page = await desk(court, "clerk", **(fields | more))
    assert status == 200, re.findall(r"field__error.*?</p>", page)
    found = re.search(r"/observe/[\w-]+", page)
    assert found is not None
    return found[0]


async def somebody(court: Court) -> Browser:
    browser = Browser(court)
    assert (await browser.enter(await listed(court, "周旁听", "125x"), "125X"))[0] == 303
    return browser


async def heard(ws: ClientWebSocketResponse, kind: str, **facts: Any) -> dict[str, Any]:
    """The next word of this kind with these facts."""
    async with asyncio.timeout(20):
        while True:
            said = json.loads(await ws.receive_str())
            if said["type"] == kind and all(said.get(name) == value for name, value in facts.items()):
                return dict(said)


async def test_by_link_and_answer_alone_and_the_answer_cannot_be_tried_out(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        link = await listed(court, "周旁听", "125x", **{"observer-of": "和平村"})
        browser, other = Browser(court), Browser(court)
        for path in (browser.room(), browser.room("/state"), browser.room("/ws")):
            assert (await browser.get(path))[0] == 401
        status, page = await browser.get(link)
        assert status == 200 and "不录音，不录像" in page and "周旁听" in page
        assert (await browser.enter(link, "125X", rule=""))[0] == 422
        status, page = await browser.enter(link, "9999")
        assert status == 403 and "还可以填4次" in page and not browser.cookie
        assert (await browser.enter(link, "125x"))[0] == 303
        assert (await browser.get(browser.room()))[0] == 200
        assert (await browser.get("/room/nowhere/observe"))[0] == 401
        assert (await other.enter(link, "125X"))[0] == 403, "bound to the first device"
        second = await listed(court, "吴旁听", "", **{"observer-proof": "code"})
        for _ in range(5):
            assert (await other.enter(second, "0000000"))[0] == 403
        assert "锁住" in (await other.enter(second, "000000"))[1]
        kinds = [row["type"] for row in await bodies(court.client.app[DB])]
        assert kinds.count("observer.listed") == 2
        assert kinds.count("observer.proof_wrong") == 6 and kinds.count("observer.bound") == 1


async def test_nobody_observes_what_is_not_public(tmp_path: Path, fonts_dir: Path) -> None:
    async with sitting(tmp_path, fonts_dir) as court:
        fields = {"observer-name": "周旁听", "observer-proof": "id", "observer-digits": "1235"}
        status, page = await desk(court, "clerk", **fields)
        assert status == 409 and "不能安排旁听" in page
        assert await court.client.app[DB].read(observers.of_hearing, hearing_id=court.case.hearing.id) == ()


@pytest.mark.parametrize(
    ("name", "digits", "status", "words"),
    [
        ("陈明志", "1234", 409, "证人作证前不得旁听"),
        ("张德贵", "1234", 409, "已有席位"),
        ("周旁听", "12345", 422, "应是四位"),
        ("周旁听", "X234", 422, "应是四位"),
        ("", "1234", 422, ""),
    ],
)
async def test_who_cannot_be_listed(
    tmp_path: Path, fonts_dir: Path, name: str, digits: str, status: int, words: str
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True, witness=True) as court:
        fields = {"observer-name": name, "observer-proof": "id", "observer-digits": digits}
        told, page = await desk(court, "clerk", **fields)
        assert (told, words in page) == (status, True)
        assert (await desk(court, "remote", **fields))[0] in {401, 403}


async def test_an_observer_sees_masked_words_and_whatever_the_page_asks_for_changes_nothing(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        browser = await somebody(court)
        status, text = await browser.get(browser.room("/state"))
        assert status == 200 and json.loads(text)["title"] == "还没有开始"
        async with court.client.ws_connect(browser.room("/ws"), headers=browser.headers) as ws:
            await ws.send_str(encode(Hello(page="p1")))
            assert [s["role"] for s in (await heard(ws, "state"))["seats"]] == ["observer"], (
                "alone before the door"
            )
            assert (await court.post("judge", "/open"))[0] == 200
            async with court.client.ws_connect(court.at("/ws"), headers=court.headers("remote")) as party:
                await party.send_str(encode(Hello(page="p2")))
                everyone = await heard(party, "state")
                assert not any(s["role"] == "observer" for s in everyone["seats"])
                told = str([await heard(ws, "state"), await heard(ws, "seat")])
                assert "张德贵" not in told and "张某某" in told
                offer = {
                    "type": "offer",
                    "connection": "c",
                    "sdp": "v=0",
                    "sends": [{"mid": "0", "source": "mic"}],
                }
                asked = [offer, {"type": "hand", "raised": True}, {"type": "listen", "channel": "both"}]
                for message in asked:
                    await ws.send_str(json.dumps(message))
                    assert (await heard(ws, "error"))["code"] in {"media.not_allowed", "room.channel"}
                await party.send_str(json.dumps({"type": "ping", "n": 1}))
                while (said := json.loads(await party.receive_str()))["type"] != "pong":
                    assert "observer-" not in str(said)
            status, order = await court.get("clerk", "/order")
            assert [(one["name"], one["here"]) for one in order["observers"]] == [("周旁听", True)]
            assert (await court.get("judge", "/state"))[1]["order"]["observers"]
            assert (await court.post("judge", "/suspend", reason="closed_evidence"))[0] == 200
            assert len((await heard(ws, "state"))["seats"]) <= 1, "before the door again"
        await court.client.app[BRIDGE].settled()
        kinds = [row["type"] for row in await bodies(court.client.app[DB])]
        assert "observer.attempt" in kinds and "observer.joined" in kinds


async def test_who_is_removed_leaves_at_once_and_does_not_come_back_under_another_name(
    tmp_path: Path, fonts_dir: Path
) -> None:
    async with sitting(tmp_path, fonts_dir, public=True) as court:
        assert (await court.post("judge", "/open"))[0] == 200
        browser = await somebody(court)
        (one,) = await court.client.app[DB].read(observers.of_hearing, hearing_id=court.case.hearing.id)
        async with court.client.ws_connect(browser.room("/ws"), headers=browser.headers) as ws:
            await ws.send_str(encode(Hello(page="p1")))
            await heard(ws, "state")
            assert (await court.post("remote", "/observers/remove", observer=one.id))[0] in {401, 403}
            status, order = await court.post("clerk", "/observers/remove", observer=one.id)
            assert status == 200 and [o["removed"] for o in order["observers"]] == [True]
            async with asyncio.timeout(20):
                while (last := await ws.receive()).type is WSMsgType.TEXT:
                    pass
            assert last.data == CloseCode.NOT_ADMITTED, last
        assert (await browser.get(browser.room("/state")))[0] == 401
        for fields in (("周旁听", "7777"), ("郑换名", "125x")):
            status, page = await desk(
                court,
                "clerk",
                **{"observer-name": fields[0], "observer-proof": "id", "observer-digits": fields[1]},
            )
            assert status == 403 and "不能换名再进来" in page, fields
        other = await listed(court, "钱另外", "4321")
        assert (await browser.enter(other, "4321"))[0] == 403, "the same device"
        assert (await desk(court, "clerk", f"/{one.id}/reinstate"))[0] == 403, "the bench alone"
        assert (await desk(court, "judge", f"/{one.id}/reinstate"))[0] == 303
        assert (await browser.get(browser.room("/state")))[0] == 200
