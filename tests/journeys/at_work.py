"""People who work at a court that may be killed at any moment: each goes on where the last answer left him.

What the server answered is kept, to be asked for later; what was cut off is tried again as a page would.
"""

import asyncio
import uuid
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from court.rehearsal import kiosk, papers
from court.rehearsal.visitor import Page, Visitor
from signalling.client import HeadlessPeer
from signalling.messages import Notice, Source
from tests.journeys.at_the_table import Table


@dataclass
class Villagers:
    """One after the other registers a dispute at the vehicle's screen. `at`: the question that was reached."""

    screen: Visitor
    at: str = ""
    receipts: dict[str, str] = field(default_factory=dict)

    async def work(self) -> None:
        while True:
            page = await self._question()
            while not page.url.endswith("/kiosk/receipt"):
                page = await kiosk.answer(self.screen, page)
                self.at = page.url
            number, code = kiosk.receipt(page)
            self.receipts[number] = code
            self.at = ""

    async def _question(self) -> Page:
        """A new registration, or the question that was reached: what was answered before it is not asked again."""
        if not self.at:
            page = await self.screen.get("/kiosk")
            return await self.screen.submit(page.form("/kiosk/start"), {"kind": "dispute"})
        page = await self.screen.get(self.at)
        assert urlsplit(page.url).path in {urlsplit(self.at).path, "/kiosk/receipt"}, "an answer was lost"
        return page


@dataclass
class Writer:
    """The clerk types; a line without an answer is sent again with the same id."""

    table: Table
    waiting: dict[str, str] | None = None
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    count: int = 0

    async def work(self) -> None:
        while True:
            if self.waiting is None:
                self.count += 1
                now = datetime.now(UTC).isoformat()
                text = f"第{self.count}句：路从老辈子就在那里。"
                self.waiting = {"id": str(uuid.uuid4()), "speaker": "申请人", "text": text, "at": now}
            answer = await self.table.clerk.post(f"/room/{self.table.hearing_id}/transcript", self.waiting)
            assert answer["line"]["text"] == self.waiting["text"]
            self.lines[self.waiting["id"]] = answer["line"]
            self.waiting = None
            await asyncio.sleep(0.02)


@dataclass
class Signers:
    """The agreement is read, acknowledged and signed, opened again and signed again, until `last`: then it is sealed."""

    table: Table
    agreement_id: str
    rev: int = 0
    last: bool = False
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    reopening: bool = False
    signatures: int = 0

    async def work(self) -> None:
        while True:
            told = await papers.progress(self.table.judge, self.agreement_id)
            self._nothing_lost(told)
            if told["state"] == "sealed":
                return
            await self._next(told)

    def _nothing_lost(self, told: Any) -> None:
        if told["rev"] != self.rev and self.reopening:
            self.rev, self.acknowledged, self.signed = told["rev"], set(), set()
        self.reopening = False
        assert told["rev"] == self.rev or told["state"] == "draft", told
        heard = {(s["id"], c) for s in told["signers"] for c in s["acknowledged"]}
        assert heard >= self.acknowledged, "an acknowledgement was lost"
        assert {s["id"] for s in told["signers"] if s["state"] == "signed"} >= self.signed, (
            "a signature was lost"
        )

    async def _next(self, told: Any) -> None:
        at, judge, vehicle = f"/agreements/{self.agreement_id}", self.table.judge, self.table.vehicle
        turn = next((s for s in told["signers"] if s["id"] == told["turn"]), None)
        missing = [
            (s["id"], c["id"])
            for c in told["paragraphs"]
            for s in told["signers"]
            if s["role"] in {"party", "agent"} and c["id"] not in s["acknowledged"]
        ]
        if told["state"] == "draft":
            told = await judge.post(f"{at}/read", {"rev": told["rev"]})
            self.rev = told["rev"]
        elif told["state"] == "reading" and missing:
            signer, clause = missing[0]
            heard = {"rev": told["rev"], "paragraph_id": clause, "signer_id": signer}
            await vehicle.post(f"{at}/acknowledge", heard)
            self.acknowledged.add((signer, clause))
        elif told["state"] == "reading":
            await judge.post(f"{at}/signing", {"rev": told["rev"]})
        elif turn and turn["role"] != "seal":
            pad = vehicle if turn["role"] in {"party", "agent"} else judge
            self.signatures += 1
            hand = kiosk.handwriting(float(self.signatures))
            await papers.sign_once(pad, self.agreement_id, turn["id"], hand)
            self.signed.add(turn["id"])
        elif self.last:
            await judge.post(f"{at}/seal", {})
        else:
            page = await judge.get(f"/desk{at}")
            self.reopening = True
            await judge.submit(page.form("/reopen"), {"change-reason": "再商量一次"})


@dataclass
class Camera:
    """The vehicle's sound and picture, and the judge who is told what is safe on disk."""

    table: Table
    safe: dict[str, float] = field(default_factory=dict)
    vehicle: HeadlessPeer = field(init=False)

    async def join(self, stack: AsyncExitStack) -> HeadlessPeer:
        self.vehicle = vehicle = self._peer(self.table.vehicle, (Source.MIC, Source.CAMERA))
        judge = self._peer(self.table.judge, (Source.MIC,))
        for peer in (vehicle, judge):
            stack.push_async_callback(peer.close)
            await peer.join()
        return judge

    def _peer(self, visitor: Visitor, sources: tuple[Source, ...]) -> HeadlessPeer:
        url = f"{visitor.base_url.replace('http', 'ws', 1)}/room/{self.table.hearing_id}/ws"
        headers = {"Cookie": visitor.cookie_header(), "Origin": visitor.origin}
        return HeadlessPeer(url, sources=sources, headers=headers, slots=2)

    def heard(self, judge: HeadlessPeer) -> None:
        for one in judge.inbox:
            if isinstance(one, Notice) and one.topic == "durable":
                for told in one.body["tracks"]:
                    track = f"{told['seat']}-{told['source']}"
                    self.safe[track] = max(self.safe.get(track, 0.0), told["until"])
