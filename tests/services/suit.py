"""A lawsuit about a loan on its way, for the tests: days after the complaint, papers served by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from court.domain.clock import Clock
from court.domain.fees import FeeKind, Procedure
from court.domain.filing import Decision, DecisionKind, FilingDetails
from court.domain.lifecycle import Actor, ActorKind, Role
from court.domain.matter import Party
from court.domain.paper import Paper, PaperKind
from court.domain.service import ServiceMethod
from court.domain.service_fact import Fact, FactKind
from court.domain.track import Track
from court.services import clocks, copies, filing, filing_trial, matter, paper, serving, tracks
from court.services.service_order import ServiceOrder
from tests.services.world import NOON, World

PRESIDENT = Actor(kind=ActorKind.STAFF, id="president", role=Role.PRESIDENT, name="王公明")
DAY = 24 * 60
LOAN = {
    "cause_code": "108(3)",
    "facts": "2025年3月借给李某30000元，到期没有还。",
    "request": "请求返还借款30000元。",
}
COURT = "渝0235"


@dataclass
class Suit:
    """`do(verb, who, days, …)` passes the track and its revision; `clock(rule)` the latest of that rule."""

    world: World
    id: str
    track_id: str
    parties: tuple[Party, ...]

    async def track(self) -> Track:
        return await self.world.db.read(tracks.get, track_id=self.track_id)

    async def known(self) -> FilingDetails:
        return filing.known_of(await self.track())

    async def do(self, verb: Any, who: str | Actor = "judge", days: float = 0, **facts: Any) -> Track:
        rev = (await self.track()).rev
        done: Track = await self.world.do(verb, who, days * DAY, track_id=self.track_id, rev=rev, **facts)
        return done

    async def accepted(
        self, procedure: Procedure = Procedure.SMALL, claim: int | None = 3_000_000, days: float = 1
    ) -> Track:
        facts = {"court_code": COURT, "fee_kind": FeeKind.PROPERTY, "claim": claim}
        return await self.do(
            filing.accept, "clerk", days, procedure=procedure, reason="标的额在小额标准以内", **facts
        )

    async def clocks(self, rule: str) -> list[Clock]:
        found = await self.world.db.read(clocks.of_track, track_id=self.track_id)
        return [one for one in found if one.rule == rule]

    async def clock(self, rule: str) -> Clock:
        return (await self.clocks(rule))[-1]

    async def paper(self, kind: PaperKind, days: float) -> Paper:
        sha256 = await self.world.blob(f"%PDF {self.id} {kind}".encode())
        facts = {"subject_kind": "matter", "subject_id": self.id, "kind": kind, "number": "1"}
        made = await self.world.do(
            paper.register, "judge", days * DAY, title=kind.value, sha256=sha256, pages=1, **facts
        )
        enter = {"paper_id": made.id, "copies": 5, "reason": "办公室打印"}
        return await self.world.do(copies.enter, "clerk", days * DAY, **enter)  # type: ignore[no-any-return]

    async def serve(self, made: Paper, party: Party, days: float) -> str:
        """Handed over and signed for, on that day. Gives the attempt."""
        order = ServiceOrder(method=ServiceMethod.DIRECT, paper_ids=(made.id,), party_ids=(party.id,))
        attempt = (await self.world.served("matter", self.id, order, days * DAY)).attempts[0]
        fact = Fact(kind=FactKind.SIGNED, at=self.world.at(days * DAY))
        await self.world.do(serving.note, "clerk", days * DAY, service_id=attempt, fact=fact)
        return attempt

    async def decided(
        self, days: float, kind: DecisionKind = DecisionKind.JUDGMENT, performs_in: int = 10
    ) -> Paper:
        wanted = PaperKind.JUDGMENT if kind is DecisionKind.JUDGMENT else PaperKind.RULING
        made = await self.paper(wanted, days)
        decision = Decision(
            kind=kind,
            paper_id=made.id,
            announced_at=self.world.at(days * DAY),
            in_court=True,
            by="审判员",
            performs_in=performs_in,
        )
        await self.do(filing_trial.decide, "judge", days, decision=decision)
        return made


async def begun(world: World, **changes: Any) -> Suit:
    """A loan of 30,000 yuan, assigned to a judge; the complaint received at noon."""
    receipt = await world.registered(**(LOAN | changes))
    people = {"judge_id": world.people["judge"].id, "clerk_id": world.people["clerk"].id}
    await world.do(matter.assign, "clerk", matter_id=receipt.id, rev=1, **people)
    known = FilingDetails(received_at=NOON)
    track = await world.do(filing.receive, "clerk", matter_id=receipt.id, known=known)
    return Suit(world, receipt.id, track.id, await world.parties(receipt.id))


def later(days: float) -> Any:
    """Noon so many days after the complaint."""
    return NOON + timedelta(days=days)
