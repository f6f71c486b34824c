"""Bad input at the doors of a whole running court, while a session beside it goes on: HTTP, uploads, seat links."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from court.domain.errors import catalogue
from court.rehearsal import desk, kiosk
from court.rehearsal.desk import BEIJING
from court.rehearsal.visitor import Page, Visitor
from court.web.door import HEAD_SECONDS
from court.web.middleware import FORM_SECONDS
from tests.journeys.at_the_table import PLACE
from tests.journeys.beside_a_session import AS_SCRIPT, Sitting, nobody_else_suffers, sitting

__all__ = ["nobody_else_suffers", "sitting"]  # fixtures
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

MB = 1024 * 1024
SILENT_CALLERS = 200
Call = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Unfinished:
    """Callers who stop in the middle of the request's head, and of a form."""

    silent: list[Call] = field(default_factory=list)
    slow: list[Call] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def unfinished(sitting: Sitting) -> AsyncIterator[Unfinished]:
    """They hang on the court during all tests of this file."""
    node, clerk, found = sitting.table.node, sitting.table.clerk, Unfinished()
    for _ in range(SILENT_CALLERS):
        found.silent.append(await call(node.port, b"GET /login HTTP/1.1\r\nHost: 127.0"))
    form = (await clerk.get("/desk")).form("/logout")
    head = (
        f"POST {form.action.removeprefix(node.url)} HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\n"
        f"Cookie: {clerk.cookie_header()}\r\nOrigin: {clerk.origin}\r\nAccept: application/json\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncsrf="
    )
    found.slow.append(await call(node.port, head.encode()))
    yield found
    for _, writer in found.silent + found.slow:
        writer.close()


async def call(port: int, data: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    return reader, writer


async def _answered(port: int, data: bytes) -> str:
    """Everything the court says to these bytes until it hangs up."""
    reader, writer = await call(port, data)
    try:
        async with asyncio.timeout(20):
            return (await reader.read(100_000)).decode()
    finally:
        writer.close()


# -- the HTTP door


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: court_staff=" + b"SECRET" * 4000 + b"\r\n\r\n",
        b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"X-SECRET: a\r\n" * 5000 + b"\r\n",
        b"GET /login?SECRET=" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -SECRET\r\n\r\n",
        b"GET /login HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00SECRET\r\n\r\n",
    ],
    ids=["header", "headers", "address", "two-lengths", "length", "no-host", "tls"],
)
async def test_what_is_no_request_is_told_so_and_never_repeated(
    sitting: Sitting, request_bytes: bytes
) -> None:
    answer = await _answered(sitting.port, request_bytes)
    assert answer.split("\r\n")[0].split()[1] == "400"
    assert "web.bad_request" in answer and catalogue()["web.bad_request"].zh in answer
    assert "Content-Security-Policy" in answer and "aiohttp" not in answer
    assert "SECRET" not in answer and "SECRET" not in sitting.table.node.log.read_text()


async def test_another_host_name_is_refused_at_the_socket_too(sitting: Sitting) -> None:
    for host in ("evil.example", "[::1", "127.0.0.1.evil.example"):
        answer = await _answered(
            sitting.port,
            f"GET {sitting.room}/ws HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n"
            f"Connection: close\r\nCookie: {sitting.table.judge.cookie_header()}\r\n\r\n".encode(),
        )
        assert "400 Bad Request" in answer.split("\r\n")[0] and '"code":"web.host"' in answer


# -- uploads


async def _at_materials(visitor: Visitor) -> Page:
    page = await visitor.get("/kiosk")
    page = await visitor.submit(page.form("/kiosk/start"), {"kind": "dispute"})
    while not page.url.endswith("/materials"):
        page = await kiosk.answer(visitor, page)
    return page


def _memory(pid: int) -> int:
    """Bytes the process has had at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return 1024 * int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


@pytest.mark.parametrize("told", [True, False], ids=["length-told", "chunked"])
async def test_two_hundred_megabytes_are_refused_early_and_fill_no_memory(
    sitting: Sitting, told: bool
) -> None:
    vehicle, process = sitting.table.vehicle, sitting.table.node.process
    page = await _at_materials(vehicle)
    token = dict(page.form("/kiosk/materials", having="photo").fields)["csrf"]
    part = 'form-data; name="photo"; filename="a.jpg"'
    begin = (
        f'--BB\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
        f"--BB\r\nContent-Disposition: {part}\r\nContent-Type: image/jpeg\r\n\r\n"
    ).encode() + b"\xff\xd8\xff"
    taken = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal taken
        yield begin
        while taken < 200 * MB:
            yield bytes(64 * 1024)
            taken += 64 * 1024
            await asyncio.sleep(0.001)  # a link of at most 64 MB/s: the refusal has time to arrive

    headers = {"Origin": vehicle.origin, "Content-Type": "multipart/form-data; boundary=BB", **AS_SCRIPT}
    if told:
        headers["Content-Length"] = str(len(begin) + 200 * MB)
    assert process is not None
    before = _memory(process.pid)
    async with vehicle.session.post(
        f"{vehicle.base_url}/kiosk/materials", data=body(), headers=headers
    ) as answer:
        assert answer.status == 413
        problem = await answer.json(content_type=None)
    assert problem["code"] in {"web.too_large", "upload.too_large"} and "太大" in problem["detail"]
    assert taken < 60 * MB, "it was read on after the limit"
    assert _memory(process.pid) - before < 40 * MB
    assert (await vehicle.get("/kiosk/steps/materials")).url.endswith("/materials"), (
        "the registration goes on"
    )


async def test_a_program_that_calls_itself_a_photograph_is_refused_and_a_photograph_then_taken(
    sitting: Sitting,
) -> None:
    vehicle = sitting.table.vehicle
    form = (await _at_materials(vehicle)).form("/kiosk/materials", having="photo")
    for content in (b"MZ\x90\x00" + bytes(1000), b"<svg onload=alert(1)>", b"\xff\xd8\xff" + bytes(500)):
        data = aiohttp.FormData(list(form.fields))
        data.add_field("photo", content, filename="照片.jpg", content_type="image/jpeg")
        async with vehicle.session.post(
            form.action, data=data, headers={"Origin": vehicle.origin, **AS_SCRIPT}
        ) as answer:
            problem = await answer.json(content_type=None)
        assert problem["code"] in {"upload.wrong_type", "upload.damaged"} and "请" in problem["detail"]
    page = await vehicle.submit(form, {}, {"photo": ("a.jpg", kiosk.photograph("road"), "image/jpeg")})
    while not page.url.endswith("/kiosk/receipt"):
        page = await kiosk.answer(vehicle, page)
    kiosk.receipt(page)


# -- seat links


async def _remote_link(sitting: Sitting, *, ahead: timedelta) -> tuple[str, str]:
    """(hearing id, link) of a session in which the other side takes part from afar."""
    table = sitting.table
    number, _ = await kiosk.register(table.vehicle)
    matter_url = await desk.find_matter(table.clerk, number)
    await desk.assign(table.clerk, matter_url)
    page = await table.judge.get(f"/desk/hearings/new?matter={matter_url.rsplit('/', 1)[-1]}")
    form = page.form("/desk/hearings", having="place")
    starts = datetime.now(UTC).astimezone(BEIJING) + ahead
    seats = sorted(name for name in form.names if name.startswith("place_"))
    wanted: dict[str, str | list[str]] = {
        "kind": "mediation", "day": f"{starts:%Y-%m-%d}", "time": f"{starts:%H:%M}", "place": PLACE,
        "despite": "同一位审判员的两场", seats[0]: "vehicle", seats[1]: "remote",
    }  # fmt: skip
    for name in {"staff_judge", "staff_clerk"} & form.names:
        wanted[name] = next(value for value, _ in page.options(name) if value)
    page = await table.judge.submit(form, wanted)
    hearing_id = page.url.split("#")[0].rsplit("/", 1)[-1]
    page = await table.judge.submit(page.form("/link", having="seat_id"), {})
    token = page.content.decode().split("/seat/", 1)[1][:43]
    await table.judge.get(sitting.room)
    return hearing_id, f"/seat/{token}"


async def _take(visitor: Visitor, path: str) -> str:
    """ "" when the seat was given, else the code of the refusal."""
    async with visitor.session.get(
        visitor.base_url + path, headers=AS_SCRIPT, allow_redirects=False
    ) as answer:
        return "" if answer.status == 303 else str((await answer.json(content_type=None))["code"])


async def test_of_two_devices_at_the_same_moment_one_gets_the_seat(sitting: Sitting) -> None:
    hearing_id, link = await _remote_link(sitting, ahead=timedelta(minutes=1))
    async with Visitor(sitting.table.node.url) as phone, Visitor(sitting.table.node.url) as other:
        assert sorted(await asyncio.gather(_take(phone, link), _take(other, link))) == [
            "",
            "seat.other_device",
        ]
        winner = phone if "court_seat" in phone.cookie_header() else other
        assert await _take(winner, link) == "", "the same device may come again"
        loser = other if winner is phone else phone
        async with loser.session.get(f"{loser.base_url}/room/{hearing_id}", headers=AS_SCRIPT) as answer:
            assert answer.status in {401, 403}
        await winner.get(f"/room/{hearing_id}")
        async with winner.session.get(f"{winner.base_url}{sitting.room}", headers=AS_SCRIPT) as answer:
            assert answer.status in {401, 403, 404}, "a seat opens its own room only"


async def test_a_link_before_its_time_says_when_to_come(sitting: Sitting) -> None:
    _, link = await _remote_link(sitting, ahead=timedelta(days=1))
    async with Visitor(sitting.table.node.url) as phone:
        assert await _take(phone, link) == "seat.too_early"
        assert await _take(phone, "/seat/" + "x" * 43) == "seat.link_unknown"


# -- those who never finish (the last test: their time has run meanwhile)


async def test_silent_and_slow_callers_are_let_go(sitting: Sitting, unfinished: Unfinished) -> None:
    async with asyncio.timeout(HEAD_SECONDS + FORM_SECONDS):
        for reader, _ in unfinished.silent:
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        for reader, _ in unfinished.slow:
            answer = (await reader.read(4000)).decode()
            assert "408" in answer.split("\r\n")[0] and '"code":"web.slow"' in answer
    await sitting.table.clerk.get("/desk")
    await sitting.table.clerk.get(sitting.room)
