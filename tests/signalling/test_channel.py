"""The channel between processes: typed, bounded, in order; what is not a frame of it is refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from signalling import channel as channels
from signalling import frames as f
from signalling.channel import LENGTH_BYTES, Channel, Malformed, SocketFolder, Verbs
from signalling.messages import Phase
from signalling.plane import MediaPlane

Ends = tuple[Channel[f.FromWorker], asyncio.StreamWriter]


@pytest.fixture
async def ends(tmp_path: Path) -> AsyncIterator[Ends]:
    """One end as a channel, the other as it comes."""
    folder = SocketFolder(tmp_path / ("深" * 60) / "run")
    accepted: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    server = await asyncio.start_unix_server(
        lambda *made: accepted.set_result(made), sock=folder.listen("a.sock")
    )
    _, raw = await asyncio.open_unix_connection(sock=folder.connect("a.sock"))
    reader, writer = await accepted
    made: Channel[f.FromWorker] = Channel(reader, writer, f.FromWorker)
    yield made, raw
    raw.close()
    await made.close()
    server.close()
    folder.close()


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


async def test_frames_arrive_whole_and_in_order_however_they_are_cut(ends: Ends) -> None:
    channel, raw = ends
    sent = [
        f.Beat((f.RoomView("r", Phase.WAITING, None),), 0.5),
        f.Deliver(1, "字" * 1000),
        f.Closed(1, 4003),
    ]
    data = b"".join(_framed(channels.encode(frame)) for frame in sent)
    for at in range(0, len(data), 700):
        raw.write(data[at : at + 700])
        await asyncio.sleep(0)
    raw.write_eof()
    assert [frame async for frame in channel.frames()] == sent


@pytest.mark.parametrize(
    "data",
    [
        (f.MAX_FRAME_BYTES + 1).to_bytes(LENGTH_BYTES, "big"),
        _framed(b"\xc1"),
        _framed(b""),
        _framed(channels.encode({"type": "greeting", "version": 1, "pid": "no"})),
        _framed(channels.encode({"type": "no_such_frame"})),
        _framed(b"\x91" * 100_000),
        b"\x00\x00",
        _framed(b"\xa5half")[:-1],
    ],
)
async def test_what_is_not_a_frame_is_refused(ends: Ends, data: bytes) -> None:
    channel, raw = ends
    raw.write(data)
    raw.write_eof()
    with pytest.raises(Malformed):
        await channel.receive()


async def test_what_cannot_cross_is_refused_before_it_is_sent(ends: Ends) -> None:
    channel, _ = ends
    with pytest.raises(ValueError, match="bytes"):
        channel.send(f.Deliver(1, "x" * f.MAX_FRAME_BYTES))
    with pytest.raises(TypeError):
        channel.send(f.Call(0, "notify", ("room", object())))


async def test_who_takes_nothing_for_too_long_loses_the_channel(ends: Ends) -> None:
    channel, _ = ends
    for _ in range(2 * channels.MAX_WAITING_BYTES // 500_000 + 20):
        channel.send(f.Deliver(1, "x" * 500_000))
    assert channel._writer.transport.is_closing()


class _Rooms:
    def __init__(self) -> None:
        self.heard: list[Any] = []

    def phase(self, *arguments: Any) -> None:
        self.heard.append(arguments)

    start_recording = phase


def test_plain_data_becomes_the_call_that_was_meant() -> None:
    verbs, rooms = Verbs(MediaPlane, without=("close",)), _Rooms()
    verbs.bind(rooms, "phase", ["room", "suspended"])()
    verbs.bind(rooms, "start_recording", ["room", "/data/recordings/x", "h"])()
    assert rooms.heard == [("room", Phase.SUSPENDED), ("room", Path("/data/recordings/x"), "h")]
    for verb, arguments in (
        ("close", []),
        ("__init__", []),
        ("phase", []),
        ("phase", ["room", "no such phase"]),
        ("phase", ["room", "waiting", "", ""]),
    ):
        with pytest.raises(Malformed):
            verbs.bind(rooms, verb, arguments)
