"""This court's media server alone, recording: `python -m benchmarks.media.ours HEARINGS FOLDER ADDRESS`.

The rooms, endpoint and recorder of the product on the product's event loop; only the door lets everybody in.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signalling.endpoint import Seat, websocket_handler
from signalling.messages import Phase
from signalling.rooms import Rooms
from signalling.segments import Gap, Segment, Track


class Nobody:
    """Hears what the rooms report and keeps none of it."""

    def seat_changed(self, room_id: str, seat_id: str, state: str, at: float) -> None: ...

    def segment_closed(self, room_id: str, segment: Segment) -> None: ...

    def gap_closed(self, room_id: str, gap: Gap) -> None: ...

    def durable(self, room_id: str, track: Track, until: float) -> None: ...


class OpenDoor:
    """The seat that the address names."""

    async def admit(self, request: web.Request) -> Seat:
        seat = request.query["seat"]
        return Seat(room_id=request.query["room"], seat_id=seat, name=seat, caption=seat, role="party")


async def serve(hearings: int, folder: Path, address: str) -> None:
    rooms = Rooms(observer=Nobody(), key=Ed25519PrivateKey.generate(), ice_addresses=(address,))
    app = web.Application()
    app.router.add_get("/ws", websocket_handler(rooms, OpenDoor()))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for number in range(hearings):
        room = f"room{number}"
        rooms.open(room)
        rooms.phase(room, Phase.IN_SESSION)
        await rooms.start_recording(room, folder / room, room)
    sys.stdout.write(json.dumps({"port": runner.addresses[0][1]}) + "\n")
    sys.stdout.flush()
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    await end.wait()
    await rooms.close()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
