"""How the load gets in: the signalling of this court, of Janus' VideoRoom and of the stock server."""

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import aiohttp

from benchmarks.media import words
from benchmarks.media.words import Line
from signalling import messages as m
from signalling.aiortc_seams import MediaTransport

if TYPE_CHECKING:
    from benchmarks.media.load import Load
    from benchmarks.media.participant import Participant

JOIN_S = 30.0
WATCH = [
    Line("audio", "a0", "recvonly"),
    Line("audio", "a1", "recvonly"),
    Line("video", "v0", "recvonly"),
    Line("video", "v1", "recvonly"),
]


def sends(who: "Participant") -> list[Line]:
    return [Line("audio", "s0", "sendonly", who.audio.ssrc), Line("video", "s1", "sendonly", who.video.ssrc)]


class Entry:
    """What stays open while the load runs. People are let in one by one: joining is not what is measured."""

    def __init__(self, load: "Load") -> None:
        self.load, self.url = load, str(load.spec["url"])
        self.http = aiohttp.ClientSession()
        self.tasks: list[asyncio.Task[None]] = []
        self.transports: list[MediaTransport] = []

    async def enter(self) -> None:
        """:raises RuntimeError: somebody could not connect. :raises TimeoutError: nor did it end."""
        async with asyncio.timeout(JOIN_S * self.load.spec["hearings"]):
            await DOORS[self.load.spec["kind"]](self)
        if any(t.state != "connected" for t in self.transports):
            raise RuntimeError("a participant could not connect")

    async def leave(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*(t.close() for t in self.transports), return_exceptions=True)
        await self.http.close()

    async def made(self, who: "Participant", *, offers: bool = True) -> MediaTransport:
        transport = who.new_transport()
        await transport.gather()
        if offers:
            words.lead(transport)
        self.transports.append(transport)
        return transport

    def receives(self, who: "Participant", transport: MediaTransport) -> None:
        self.load.receiving.setdefault(who, []).append(transport)


async def ours(entry: Entry) -> None:
    """One WebSocket and one connection a participant, docs/protocol.md."""
    for who in entry.load.people():
        socket = await entry.http.ws_connect(f"{entry.url}/ws?room=room{who.hearing}&seat=seat{who.part}")
        await socket.send_str(m.encode(m.Hello(page=secrets.token_hex(8))))
        transport = await entry.made(who)
        name = secrets.token_hex(6)
        await socket.send_str(
            m.encode(
                m.Offer(
                    connection=name,
                    sdp=words.write(transport, sends(who) + WATCH, "actpass"),
                    sends=(m.Send("s0", m.Source.MIC), m.Send("s1", m.Source.CAMERA)),
                )
            )
        )
        while True:
            message = m.decode_server(await socket.receive_str())
            if isinstance(message, m.Answer):
                break
        await words.connect(transport, message.sdp)
        who.transport = transport
        entry.receives(who, transport)
        entry.tasks += [asyncio.create_task(listen(socket)), asyncio.create_task(ping(socket))]


async def listen(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


async def ping(socket: aiohttp.ClientWebSocketResponse) -> None:
    for n in itertools.count():
        await socket.send_str(m.encode(m.Ping(n=n)))
        await asyncio.sleep(m.PING_S)


async def janus(entry: Entry) -> None:
    """One connection to send and one that receives from all others, as Janus' own pages do."""
    talk = Talk(await entry.http.ws_connect(entry.url, protocols=["janus-protocol"]))
    entry.tasks.append(asyncio.create_task(talk.listen()))
    talk.session = (await talk.ask(janus="create"))["data"]["id"]
    entry.tasks.append(asyncio.create_task(talk.keep()))
    rooms: dict[int, dict[Participant, int]] = {}
    for who in entry.load.people():
        handle = (await talk.ask(janus="attach", plugin="janus.plugin.videoroom"))["data"]["id"]
        room = 1000 + who.hearing
        if room not in rooms:
            rooms[room] = {}
            await talk.order(handle, {
                "request": "create", "room": room, "publishers": 6, "videocodec": "vp8", "audiocodec": "opus",
                "record": True, "rec_dir": f"{entry.load.spec['folder']}/{room}", "bitrate": 0,
            })  # fmt: skip
        joined = await talk.order(handle, {"request": "join", "ptype": "publisher", "room": room})
        rooms[room][who] = joined["plugindata"]["data"]["id"]
        transport = await entry.made(who)
        offer = {"type": "offer", "sdp": words.write(transport, sends(who), "actpass")}
        answer = await talk.order(handle, {"request": "publish"}, offer)
        await words.connect(transport, answer["jsep"]["sdp"])
        who.transport = transport
    for who in entry.load.participants:
        feeds = rooms[1000 + who.hearing]
        handle = (await talk.ask(janus="attach", plugin="janus.plugin.videoroom"))["data"]["id"]
        wanted = [{"feed": feed} for other, feed in feeds.items() if other is not who]
        body = {"request": "join", "ptype": "subscriber", "room": 1000 + who.hearing, "streams": wanted}
        offered = (await talk.order(handle, body))["jsep"]["sdp"]
        transport = await entry.made(who, offers=False)
        lines = [Line(kind, mid, "recvonly") for kind, mid in words.lines_of(offered)]
        reply = {"type": "answer", "sdp": words.write(transport, lines, "active")}
        await talk.order(handle, {"request": "start"}, reply)
        await words.connect(transport, offered)
        entry.receives(who, transport)


class Talk:
    """Janus' WebSocket API: a question, perhaps an "ack", then the event that answers it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.session = socket, 0
        self.open: dict[str, asyncio.Future[dict[str, Any]]] = {}

    async def ask(self, **question: Any) -> dict[str, Any]:
        """:raises RuntimeError: Janus refused."""
        name = secrets.token_hex(8)
        self.open[name] = asyncio.get_running_loop().create_future()
        session = {"session_id": self.session} if self.session else {}
        await self.socket.send_json({**question, **session, "transaction": name})
        if question["janus"] == "keepalive":
            return {}
        answer = await self.open[name]
        refused = answer.get("error") or answer.get("plugindata", {}).get("data", {}).get("error")
        if refused:
            raise RuntimeError(f"Janus: {refused}")
        return answer

    async def order(
        self, handle: int, body: dict[str, Any], jsep: dict[str, str] | None = None
    ) -> dict[str, Any]:
        extra = {"jsep": jsep} if jsep else {}
        return await self.ask(janus="message", handle_id=handle, body=body, **extra)

    async def listen(self) -> None:
        async for received in self.socket:
            answer = received.json()
            waiting = self.open.get(answer.get("transaction", ""))
            if waiting is not None and answer["janus"] != "ack" and not waiting.done():
                waiting.set_result(answer)

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(20)
            await self.ask(janus="keepalive")


async def stock(entry: Entry) -> None:
    """The first `senders` send, the next `viewers` watch: `benchmarks.media.stock` takes a share of a hearing."""
    people, spec = entry.load.people(), entry.load.spec
    for who in people[: spec["senders"]]:
        transport = await entry.made(who)
        await post(entry, "publish", transport, sends(who), seat=who.part)
        who.transport = transport
    for who in people[spec["senders"] : spec["senders"] + spec["viewers"]]:
        transport = await entry.made(who)
        lines = [line for line in WATCH if int(line.mid[1:]) < spec["senders"]]
        await post(entry, "view", transport, lines, seat=who.part)
        entry.receives(who, transport)


async def post(entry: Entry, what: str, transport: MediaTransport, lines: list[Line], *, seat: int) -> None:
    facts = {"sdp": words.write(transport, lines, "actpass"), "seat": seat}
    async with entry.http.post(f"{entry.url}/{what}", json=facts) as answer:
        answer.raise_for_status()
        await words.connect(transport, (await answer.json())["sdp"])


DOORS: dict[str, Callable[[Entry], Awaitable[None]]] = {"ours": ours, "janus": janus, "stock": stock}
