"""A media server of its own in a process: for browsers, and to be killed. `python -m tests.signalling.node`.

With `--fleet FOLDER` its rooms live in a worker process that outlives it.
"""

import argparse
import asyncio
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.client import HeadlessPeer
from signalling.endpoint import websocket_handler
from signalling.fleet import Fleet
from signalling.frames import MediaSettings
from signalling.messages import Phase, Source
from signalling.plane import MediaPlane
from signalling.rooms import Rooms
from signalling.segments import StopReason, Track
from tests.signalling.badlink import PROFILES, BadLink, Way, behind
from tests.signalling.conftest import BySeatHeader, Witness

JS = Path(__file__).parents[2] / "court" / "static" / "js"
PAGE = """<!doctype html><html lang="zh"><title>link</title><body><div id="videos"></div>
<script type="module" src="/page.js"></script></body></html>"""
SCRIPT = """
import { Link } from "/js/link.js";
const link = new Link();
window.link = link;
window.seen = { notices: [], states: [], devices: [], stats: null, refused: [] };
const videos = new Map();
link.addEventListener("state", (e) => window.seen.states.push(e.detail.connection));
link.addEventListener("notice", (e) => window.seen.notices.push(e.detail.body));
link.addEventListener("device", (e) => window.seen.devices.push(e.detail));
link.addEventListener("stats", (e) => { window.seen.stats = e.detail; });
link.addEventListener("refused", (e) => window.seen.refused.push(e.detail));
link.addEventListener("tracks", (e) => {
  for (const t of e.detail) {
    const key = t.seat + (t.source === "document" ? "/document" : "");
    let video = videos.get(key);
    if (!video) {
      video = document.createElement("video");
      video.autoplay = true; video.muted = true; video.dataset.seat = key;
      videos.set(key, video);
      document.getElementById("videos").append(video);
    }
    if (video.srcObject !== t.stream) video.srcObject = t.stream;
  }
});
const query = new URLSearchParams(location.search);
const seat = query.get("seat");
window.outgoing = async () => {
  const found = {};
  for (const pc of window.peers ?? []) {
    if (pc.connectionState !== "connected") continue;
    (await pc.getStats()).forEach((s) => {
      if (s.type === "outbound-rtp" && s.kind === "video") {
        found[s.rid ?? "one"] = { width: s.frameWidth, packets: s.packetsSent, octets: s.bytesSent, active: s.active,
          mode: s.scalabilityMode, reason: s.qualityLimitationReason, target: s.targetBitrate };
      }
    });
  }
  return found;
};
window.heard = async () => {
  let packets = 0;
  for (const pc of window.peers ?? []) {
    if (pc.connectionState !== "connected") continue;
    (await pc.getStats()).forEach((s) => {
      if (s.type === "inbound-rtp" && s.kind === "audio") packets += s.packetsReceived;
    });
  }
  return packets;
};
window.width_of = (key) => videos.get(key)?.videoWidth ?? 0;
window.frames_of = (key) => videos.get(key)?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
window.joining = link.connect("/ws?seat=" + seat, { audio: true, video: !query.has("dark"), stateUrl: "/state" });
"""


async def plane(options: argparse.Namespace, witness: Witness) -> MediaPlane:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    if options.fleet is None:
        return Rooms(observer=witness, key=key)
    fleet = Fleet(options.fleet, 1)
    await fleet.start(observer=witness, key=key, settings=MediaSettings())
    return fleet


def _inside(rooms: MediaPlane) -> Rooms:
    assert isinstance(rooms, Rooms), "these rooms are in another process"
    return rooms


async def serve(options: argparse.Namespace) -> None:
    witness = Witness()
    rooms = await plane(options, witness)
    found = list(rooms.rooms())
    rooms.open("room")
    link = BadLink(PROFILES[options.profile])
    far = Track(options.far, Source.CAMERA), Track(options.far, Source.MIC)

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def script(request: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def state(request: web.Request) -> web.Response:
        return web.json_response({})

    async def order(request: web.Request) -> web.Response:
        """Orders of the test to the room."""
        match request.match_info["name"]:
            case "notify":
                for i in range(int(request.query["count"])):
                    rooms.notify("room", "line", i)
            case "phase":
                rooms.phase("room", Phase(request.query["phase"]))
            case "place":
                rooms.place("room", request.query["seat"], request.query["area"])
            case "thin":
                pipe = {"to": link.down, "from": link.up}[request.query["way"]]
                pipe.way = Way(bits_per_s=float(request.query["kbps"]) * 1000)
            case "pictures":
                relay = _inside(rooms)._running["room"].relay
                return web.json_response(
                    {
                        "steps": {s: relay.pictures.step(s) for s in relay._current},
                        "told": witness.steps,
                        "events": witness.orders,
                        "rates": {
                            f"{i.seat_id}/{i.source}/{i.layer}": round(i.rate / 1000)
                            for c in relay._current.values()
                            for i in c.inlets
                        },
                        "uplinks": {s: c.uplink.rate // 1000 for s, c in relay._current.items()},
                        "rungs": {s: relay.pictures.ladder(s, 0).rung for s in relay._current},
                        "samples": {s: str(c.downlink.last) for s, c in relay._current.items()},
                    }
                )
            case "stall":
                time.sleep(float(request.query["seconds"]))
            case "stop":
                await rooms.stop_recording("room", StopReason.CLOSED)
            case "cut":
                link.cut()
            case "restore":
                link.restore()
            case "address":
                link.change_address()
            case "hand":
                return web.json_response(
                    {s.seat: [s.state, s.floor, s.hand] for s in (await rooms.status("room")).seats}
                )
            case "arrived":
                return web.json_response(
                    {
                        "frames": peers[0].frames(*far[0]),
                        "packets": peers[0].packets(*far[1]),
                        "seats": witness.seats,
                        "recorded": [
                            [(s.start_ms, s.end_ms, s.frames) for s in witness.segments if s.track == t]
                            for t in far
                        ],
                        "offset": rooms.recording_offset("room"),
                    }
                )
            case "status":
                tracks = [
                    {"seat": t.seat_id, "level": t.level, "packets": t.packets}
                    for t in (await rooms.status("room")).tracks
                ]
                told = {"tracks": tracks, "seats": witness.seats, "found": found}
                return web.json_response(told)
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/ws", websocket_handler(rooms, BySeatHeader()))
    app.router.add_get("/", page)
    app.router.add_get("/page.js", script)
    app.router.add_get("/state", state)
    app.router.add_get("/order/{name}", order)
    app.router.add_static("/js", JS)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    port = runner.addresses[0][1]
    peers = [HeadlessPeer(f"ws://127.0.0.1:{port}/ws?seat={seat}") for seat in options.peers]
    await asyncio.gather(*(p.join() for p in peers))
    far_port = await link.tcp(port)
    if options.record is not None:
        await rooms.start_recording("room", options.record, "hearing-1")
    told = {"port": port, "far_port": far_port, "at": datetime.now(UTC).isoformat()}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    with behind({options.far: link}):
        if options.stop_after is None:
            await asyncio.Event().wait()
        await asyncio.sleep(options.stop_after)
    await rooms.stop_recording("room", StopReason.CLOSED)
    for peer in peers:
        await peer.close()
    await rooms.close()
    await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--peers", nargs="*", default=[])
    parser.add_argument("--far", default="far", help="the seat behind the bad link; its page is at far_port")
    parser.add_argument("--profile", default="clean", choices=PROFILES)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--stop-after", type=float)
    parser.add_argument("--uvloop", action="store_true")
    parser.add_argument("--fleet", type=Path)
    options = parser.parse_args()
    if options.uvloop:
        uvloop.run(serve(options))
    else:
        asyncio.run(serve(options))
