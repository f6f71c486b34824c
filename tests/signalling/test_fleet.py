"""Rooms in worker processes: they share the rooms, outlive the web process, and are replaced when they die or hang."""

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling import frames as f
from signalling import messages as m
from signalling.channel import LENGTH_BYTES, SocketFolder
from signalling.client import HeadlessPeer
from signalling.endpoint import websocket_handler
from signalling.fleet import Fleet
from signalling.manifest import read_manifest
from signalling.messages import Phase, Source
from signalling.segments import Gap, GapReason, Part, StopReason
from signalling.verify_recording import verify_recording
from tests.conftest import free_port
from tests.signalling.conftest import BySeatHeader, Witness
from tests.signalling.test_recording import events

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
Until = Callable[..., Any]


class Served:
    """A Fleet behind an endpoint in this process, its workers outside."""

    def __init__(self, folder: Path, fleet: Fleet, port: int, witness: Witness) -> None:
        self.folder, self.fleet, self.port, self.witness = folder, fleet, port, witness
        self.peers: list[HeadlessPeer] = []

    async def joined(self, *seats: str, room: str = "room") -> list[HeadlessPeer]:
        at = f"ws://127.0.0.1:{self.port}/ws?room={room}&seat="
        peers = [HeadlessPeer(at + seat) for seat in seats]
        self.peers += peers
        await asyncio.gather(*(p.join() for p in peers))
        return peers

    def pids(self) -> list[int]:
        return pids(self.folder)


def pids(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob("*.sock") if path.stem.isdigit()]


@pytest.fixture
async def served(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    witness = Witness()
    fleet = Fleet(tmp_path / "run", getattr(request, "param", 1))
    await fleet.start(observer=witness, key=KEY, settings=f.MediaSettings())
    app = web.Application()
    app.router.add_get("/ws", websocket_handler(fleet, BySeatHeader()))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made = Served(tmp_path / "run", fleet, runner.addresses[0][1], witness)
    yield made
    for peer in made.peers:
        await peer.close()
    await fleet.close()
    await runner.cleanup()
    assert made.pids() == []


@pytest.mark.parametrize("served", [2], indirect=True)
async def test_rooms_are_shared_out_and_reports_come_home(
    served: Served, tmp_path: Path, until: Until
) -> None:
    fleet, witness = served.fleet, served.witness
    for room in ("one", "two"):
        fleet.open(room)
        fleet.phase(room, Phase.IN_SESSION)
    judge, party = await served.joined("judge", "party", room="one")
    (other,) = await served.joined("party", room="two")
    await fleet.start_recording("one", tmp_path / "one", "hearing-1")
    assert fleet.recording_offset("two") is None
    await until(lambda: (fleet.recording_offset("one") or 0) > 0.1)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 5)
    assert len({fleet._homes[room].pid for room in ("one", "two")}) == 2
    assert (await fleet.status("two")).recording == "off"
    fleet.floor("one", "party", False)
    fleet.notify("one", "line", {"text": "只告诉原告"}, ["party"])
    await party.wait_for(lambda p: any(isinstance(x, m.Notice) for x in p.inbox))
    assert not any(isinstance(x, m.Notice) for x in [*judge.inbox, *other.inbox])
    assert not party.seats["party"].floor and other.seats["party"].floor
    await until(lambda: len(witness.until) > 1)
    fleet.pause_recording("one", "adjournment")
    assert (await fleet.status("one")).recording == "paused"
    fleet.resume_recording("one")
    assert (await fleet.checkpoint("one")).startswith("mobile-court\n")
    summary = await fleet.stop_recording("one", StopReason.CLOSED)
    assert summary.directory == tmp_path / "one" and fleet.recording_offset("one") is None
    report = verify_recording(summary.directory, KEY.public_key())
    assert report.problems == () and report.finished
    assert len(witness.segments) == sum(t.segments for t in report.tracks)
    assert set(witness.seats) >= {("judge", "joined"), ("party", "joined")}
    fleet.evict("one", "party")
    await party.wait_for(lambda p: p.close_code == m.CloseCode.NOT_ADMITTED)
    await fleet.close_room("one")
    await judge.wait_for(lambda p: p.close_code == m.CloseCode.ROOM_CLOSED)
    assert list(fleet.rooms()) == ["two"]
    with pytest.raises(LookupError):
        await fleet.stop_recording("two", StopReason.CLOSED)
    with pytest.raises(KeyError):
        fleet.phase("one", Phase.WAITING)


async def test_a_folder_that_cannot_be_written_is_told_as_such(served: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    served.fleet.open("room")
    with pytest.raises(OSError, match="File exists"):
        await served.fleet.start_recording("room", tmp_path / "file", "hearing-1")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_worker_that_dies_or_hangs_is_replaced_and_its_recording_goes_on(
    served: Served, tmp_path: Path, until: Until, blow: signal.Signals
) -> None:
    fleet = served.fleet
    fleet.open("room")
    judge, party = await served.joined("judge", "party")
    await fleet.start_recording("room", tmp_path / "room", "hearing-1")
    await until(lambda: len(served.witness.until) == 4)
    (old,) = served.pids()
    os.kill(old, blow)
    await until(lambda: served.witness.lost == ["room"], 30)
    await judge.wait_for(lambda p: p.close_code == 1012)
    assert not fleet.is_open("room") and fleet.recording_offset("room") is None
    fleet.open("room")
    await fleet.start_recording("room", tmp_path / "room", "hearing-1")
    for peer in (judge, party):
        await peer.join(30)
    before = judge.frames("party", Source.CAMERA)
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > before + 5, 30)
    await fleet.stop_recording("room", StopReason.CLOSED)
    report = verify_recording(tmp_path / "room", KEY.public_key())
    assert report.problems == () and report.finished
    gaps = [e for e in events(tmp_path / "room") if isinstance(e, Gap)]
    assert {g.seat for g in gaps if g.reason is GapReason.CRASH} == {"judge", "party"}
    assert old not in served.pids() and len(served.pids()) == 1


async def test_nonsense_on_the_channel_costs_the_channel_and_not_the_room(
    served: Served, until: Until
) -> None:
    fleet = served.fleet
    fleet.open("room")
    fleet.phase("room", Phase.SUSPENDED, "adjournment")
    await fleet.status("room")
    pid = served.pids()
    folder = SocketFolder(served.folder)
    strangers = [
        b"\xff\xff\xff\xff",  # a frame of 4 GiB
        (5).to_bytes(LENGTH_BYTES, "big") + b"\xc1nope",
        (1).to_bytes(LENGTH_BYTES, "big") + b"\xc0",
        b"\x00",
    ]
    for sent in strangers:
        reader, writer = await asyncio.open_unix_connection(sock=folder.connect(f"{pid[0]}.sock"))
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(10):
            await reader.read()  # its greeting, and then the end
        writer.close()
    folder.close()
    fleet._homes["room"].send(f.Call(0, "no_such_verb", ()))  # ours was made by an older hand
    await until(lambda: fleet._homes["room"]._channel is None)
    status = await fleet.status("room")
    assert (status.phase, status.reason) == (Phase.SUSPENDED, "adjournment")
    assert served.pids() == pid and served.witness.lost == []


async def test_the_socket_is_for_this_user_and_one_server_only(served: Served) -> None:
    (path,) = served.folder.glob("*.sock")
    assert path.stat().st_mode & 0o777 == 0o600 and served.folder.stat().st_mode & 0o777 == 0o700
    script = "import sys,pathlib; from signalling.fleet import Fleet; Fleet(pathlib.Path(sys.argv[1]), 1)"
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", script, str(served.folder)], capture_output=True, text=True
    )
    assert done.returncode == 1 and "数据目录正由另一个服务使用" in done.stderr


async def test_a_worker_of_another_version_finishes_its_recordings_and_ends(
    served: Served, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = served.fleet
    fleet.open("room")
    judge, _ = await served.joined("judge", "party")
    await fleet.start_recording("room", tmp_path / "room", "hearing-1")
    await until(lambda: len(served.witness.until) == 4)
    (old,) = served.pids()
    monkeypatch.setattr(f, "VERSION", "a later one")
    fleet._homes["room"].send(
        f.Call(0, "no_such_verb", ())
    )  # the channel is opened again, by another version
    await until(lambda: served.witness.lost == ["room"], 30)
    monkeypatch.undo()
    await judge.wait_for(lambda p: p.close_code == 1012)
    report = verify_recording(tmp_path / "room", KEY.public_key())
    assert report.problems == () and report.finished
    await until(lambda: served.pids() not in ([], [old]))


async def test_sockets_that_a_power_cut_left_behind_are_swept_away(tmp_path: Path) -> None:
    folder = SocketFolder(tmp_path / "run")
    for name in ("new-0a0b.sock", f"{os.getpid()}.sock"):  # the number means somebody else by now
        folder.listen(name).close()
    fleet = Fleet(tmp_path / "run", 1)
    await fleet.start(observer=Witness(), key=KEY, settings=f.MediaSettings())
    fleet.open("room")
    assert (await fleet.status("room")).phase is Phase.WAITING
    left = set(folder.names())
    await fleet.close()
    folder.close()
    assert len(left) == 1 and f"{os.getpid()}.sock" not in left


async def test_a_worker_without_a_room_does_not_outlive_its_web_process(tmp_path: Path, until: Until) -> None:
    script = (
        "import asyncio,pathlib,sys,signalling.worker as w\n"
        "w.IDLE_ALONE_S = 0.5\n"
        "from signalling.channel import SocketFolder\n"
        "folder = SocketFolder(pathlib.Path(sys.argv[1]))\n"
        "asyncio.run(w.run(folder.path, folder.listen('x.sock'), bound=False))\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path))
    async with asyncio.timeout(30):
        assert await process.wait() == 0


async def test_a_bound_worker_ends_with_its_web_process_though_it_holds_a_room(tmp_path: Path) -> None:
    script = (
        "import asyncio,pathlib,sys\n"
        "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key\n"
        "from signalling.fleet import Fleet\n"
        "from signalling.frames import MediaSettings\n"
        "async def main():\n"
        "    fleet = Fleet(pathlib.Path(sys.argv[1]), 1, bound=True)\n"
        "    await fleet.start(observer=None, key=Key.generate(), settings=MediaSettings())\n"
        "    fleet.open('room')\n"
        "    await fleet.status('room')\n"
        "    print(flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None and await process.stdout.readline()
    (worker,) = pids(tmp_path)
    watched = os.pidfd_open(worker)
    process.kill()
    await process.wait()
    async with asyncio.timeout(30):
        await asyncio.to_thread(select.select, [watched], [], [], 30)
    assert pids(tmp_path) == []
    os.close(watched)


class MediaNode:
    """The media server of tests.signalling.node on one port with one folder, to be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"ws://127.0.0.1:{self.port}/ws?seat="
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        options = [
            "--port",
            str(self.port),
            "--fleet",
            str(self.folder / "run"),
            "--record",
            str(self.folder / "rec"),
        ]
        command = [sys.executable, "-m", "tests.signalling.node", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None and json.loads(self.process.stdout.readline())

    def kill(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    async def order(self, name: str, **query: float) -> Any:
        async with aiohttp.ClientSession() as session:
            at = f"http://127.0.0.1:{self.port}/order/{name}"
            async with session.get(at, params=query) as answer:
                return await answer.json()


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[MediaNode]:
    made = MediaNode(tmp_path)
    await asyncio.to_thread(made.start)
    yield made
    made.kill()
    for pid in pids(tmp_path / "run"):
        os.kill(pid, signal.SIGKILL)


def welcomes(peer: HeadlessPeer) -> list[m.Welcome]:
    return [x for x in peer.inbox if isinstance(x, m.Welcome)]


async def test_the_web_process_may_stall_or_die_and_no_packet_waits_for_it(node: MediaNode) -> None:
    judge, party = HeadlessPeer(f"{node.url}judge"), HeadlessPeer(f"{node.url}party")

    def heard() -> int:
        return judge.packets("party", Source.MIC)

    try:
        await asyncio.gather(judge.join(), party.join())
        await judge.wait_for(lambda p: heard() > 10)
        before = heard()
        await node.order("stall", seconds=2)
        assert heard() - before > 50, "fifty packets a second are sent"
        await asyncio.to_thread(node.kill)
        before = heard()
        await judge.wait_for(lambda p: heard() > before + 100)
        await asyncio.to_thread(node.start)
        assert (await node.order("status"))["found"] == ["room"]
        for peer in (judge, party):
            await peer.open_socket()
            await peer.wait_for(lambda p: len(welcomes(p)) == 2)
            assert [w.resumed for w in welcomes(peer)] == [False, True]
        told = await node.order("status")
        assert {t["seat"] for t in told["tracks"]} == {"judge", "party"}
        assert told["seats"] == [], "nobody was away but the court itself"
        await node.order("stop")
    finally:
        await asyncio.gather(judge.close(), party.close())
    report = verify_recording(node.folder / "rec", KEY.public_key())
    assert report.problems == () and report.finished
    assert not any(isinstance(e.record, Part) for e in read_manifest(node.folder / "rec").entries)
    gaps = [e for e in events(node.folder / "rec") if isinstance(e, Gap) and e.start_ms > 3000]
    assert all(g.end_ms - g.start_ms < 500 for g in gaps), gaps
