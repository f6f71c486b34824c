"""The socket of a room ends with the right to sit there: signed out, locked, revoked."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from court.config import Config
from court.services import sessions
from signalling.messages import CloseCode, Hello, encode
from tests.prepared import prepare
from tests.web import steps
from tests.web.desk_court import Court, Person, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _seated(person: Person, hearing: str, page: str) -> ClientWebSocketResponse:
    url = person.client.make_url("/")
    ws = await person.client.ws_connect(
        f"/room/{hearing}/ws", headers={"Origin": f"{url.scheme}://{url.authority}"}
    )
    await ws.send_str(encode(Hello(page=page)))
    assert '"welcome"' in (await ws.receive_str(timeout=10))
    return ws


async def _signed_in_again(court: Court, login: str) -> str:
    """A session of its own for somebody whom other tests know too."""
    session = await court.read(sessions.session, now=court.now(), token=court.tokens[login])
    opened = await court.write(sessions.start, now=court.now(), account=session.account)
    return str(opened.token)


async def _ending(ws: ClientWebSocketResponse) -> Any:
    while (last := await ws.receive(timeout=10)).type is WSMsgType.TEXT:
        pass
    return last.data


async def test_who_signs_out_leaves_the_room_and_nobody_else_does(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    mediator = await court.browser(court_staff=await _signed_in_again(court, "mediator"))
    clerk = await court.staff("clerk")
    leaving, staying = (
        await _seated(mediator, case.hearing, "one"),
        await _seated(clerk, case.hearing, "two"),
    )
    await mediator.open(f"/room/{case.hearing}")
    assert (await mediator.post("/logout", {})).status == 303
    assert await _ending(leaving) == CloseCode.NOT_ADMITTED
    assert not staying.closed
    await staying.close()


async def test_a_locked_account_leaves_the_room_at_once(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    await steps.call_roll(court, case)
    clerk, admin = await court.staff("clerk"), await court.staff("admin")
    session = await court.read(sessions.session, now=court.now(), token=court.tokens["clerk"])
    ws = await _seated(clerk, case.hearing, "one")
    account = court.actors["clerk"].id
    await admin.open("/desk/accounts")
    try:
        assert (await admin.post(f"/desk/accounts/{account}/lock", {})).status == 303
        assert await _ending(ws) == CloseCode.NOT_ADMITTED
    finally:
        assert (await admin.post(f"/desk/accounts/{account}/unlock", {})).status == 303
        opened = await court.write(sessions.start, now=court.now(), account=session.account)
        court.tokens["clerk"] = opened.token


async def test_open_sockets_do_not_hold_up_the_end_of_the_server(tmp_path: Path, fonts_dir: Path) -> None:
    config = Config(data_dir=tmp_path, fonts_dir=fonts_dir, signing_workers=1, media_workers=0)
    prepare(config)
    async with (
        AsyncExitStack() as stack,
        asyncio.timeout(40),
    ):  # without an end of theirs it would be a minute
        other = await stack.enter_async_context(running(config))
        case = await steps.register(other)
        await steps.assign(other, case)
        await steps.book(other, case)
        await steps.call_roll(other, case)
        ws = await _seated(await other.staff("clerk"), case.hearing, "one")
        closing = asyncio.create_task(other.server.close())
        assert await _ending(ws) not in {CloseCode.ROOM_CLOSED, CloseCode.NOT_ADMITTED}, "it may come back"
        await closing
