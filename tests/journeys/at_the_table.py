"""A dispute brought to an open session without a browser: the vehicle, the judge and the clerk as visitors."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from court.config import Config
from court.demonstration import Handed
from court.domain.lifecycle import Role
from court.rehearsal import desk, kiosk, session
from court.rehearsal.stage import Stage
from court.rehearsal.visitor import Visitor
from tests.node import Node

PLACE = "凤鸣镇黎明村村委会院坝"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Who is signed in where, and what they sit together about."""

    node: Node
    vehicle: Visitor
    judge: Visitor
    clerk: Visitor
    matter_url: str
    hearing_id: str
    first_receipt: tuple[str, str]


def stage_of(node: Node) -> Stage:
    """The running node as the rehearsal's scenes know one."""
    people = {
        one.login: Handed(
            login=one.login,
            name=one.name,
            role=Role(one.role),
            password=one.password,
            totp_secret=one.totp_secret,
        )
        for one in node.people.values()
    }
    return Stage(url=node.url, config=Config(), people=people, terminal_code=node.terminal_code)


@asynccontextmanager
async def opened(node: Node) -> AsyncIterator[Table]:
    """Registered at the kiosk, assigned, booked, called and opened."""
    async with Visitor(node.url) as vehicle, Visitor(node.url) as judge, Visitor(node.url) as clerk:
        stage = stage_of(node)
        await kiosk.enrol(vehicle, stage)
        first = await kiosk.register(vehicle)
        for visitor, login in ((judge, "judge"), (clerk, "clerk")):
            await desk.sign_in(visitor, stage.people[login])
        matter_url = await desk.find_matter(clerk, first[0])
        await desk.assign(clerk, matter_url)
        hearing_id = await desk.book(judge, matter_url, PLACE)
        await desk.call_roll(clerk, hearing_id)
        for visitor in (vehicle, judge, clerk):
            await visitor.get(f"/room/{hearing_id}")
        await session.order(judge, hearing_id, "open")
        yield Table(
            node=node,
            vehicle=vehicle,
            judge=judge,
            clerk=clerk,
            matter_url=matter_url,
            hearing_id=hearing_id,
            first_receipt=first,
        )


def number_of(text: str) -> str:
    """The first official number of a dispute in a text."""
    found = re.search(r"纠〔\d{4}〕\d+号", text)
    assert found, text[:300]
    return found.group()
