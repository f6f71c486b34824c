"""This court's media alone, recording: `python -m benchmarks.media.ours HEARINGS FOLDER ADDRESS`.

Endpoint, workers, rooms and recorder of the product as it comes; only the door lets everybody in.
"""

import asyncio
import json
import signal
import sys
from pathlib import Path

import uvloop
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from court.config import Config
from signalling.endpoint import websocket_handler
from signalling.fleet import Fleet
from signalling.frames import MediaSettings
from signalling.messages import Phase
from tests.signalling.conftest import BySeatHeader, Witness


async def serve(hearings: int, folder: Path, address: str) -> None:
    sockets = folder / "run"
    sockets.mkdir()
    rooms = Fleet(sockets, Config().media_workers or 1)
    await rooms.start(
        observer=Witness(),
        key=Ed25519PrivateKey.generate(),
        settings=MediaSettings(ice_addresses=(address,)),
    )
    app = web.Application()
    app.router.add_get("/ws", websocket_handler(rooms, BySeatHeader()))
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
    for number in range(hearings):
        await rooms.close_room(f"room{number}")
    await rooms.close()
    await runner.cleanup()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
