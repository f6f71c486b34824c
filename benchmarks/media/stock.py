"""A hearing on aiortc as it comes: MediaRelay to the viewers, MediaRecorder for each person. Only to compare with.

`python -m benchmarks.media.stock FOLDER ADDRESS`
"""

import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRecorder, MediaRelay

from signalling.aiortc_seams import limit_ice_addresses


class Hearing:
    def __init__(self, folder: Path) -> None:
        self.folder, self.relay = folder, MediaRelay()
        self.connections: list[RTCPeerConnection] = []
        self.recorders: list[MediaRecorder] = []
        self.tracks: dict[int, list[Any]] = {}

    async def publish(self, request: web.Request) -> web.Response:
        facts = await request.json()
        pc, seat = self.connection(), facts["seat"]
        recorder = MediaRecorder(str(self.folder / f"{seat}.mp4"))
        self.recorders.append(recorder)
        tracks = self.tracks[seat] = []

        @pc.on("track")
        def on_track(track: Any) -> None:
            tracks.append(track)
            recorder.addTrack(self.relay.subscribe(track))

        answer = await self.answer(pc, facts["sdp"])
        await recorder.start()
        return answer

    async def view(self, request: web.Request) -> web.Response:
        facts = await request.json()
        pc = self.connection()
        await pc.setRemoteDescription(RTCSessionDescription(sdp=facts["sdp"], type="offer"))
        for seat, tracks in self.tracks.items():
            if seat != facts["seat"]:
                for track in tracks:
                    pc.addTrack(self.relay.subscribe(track))
        return await self.answer(pc, None)

    def connection(self) -> RTCPeerConnection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connections.append(pc)
        return pc

    async def answer(self, pc: RTCPeerConnection, offer: str | None) -> web.Response:
        if offer is not None:
            await pc.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await pc.setLocalDescription(await pc.createAnswer())
        return web.json_response({"sdp": pc.localDescription.sdp})

    async def close(self) -> None:
        for recorder in self.recorders:
            await recorder.stop()
        for pc in self.connections:
            await pc.close()


async def serve(folder: Path, address: str) -> None:
    limit_ice_addresses([address])
    hearing = Hearing(folder)
    app = web.Application()
    app.router.add_post("/publish", hearing.publish)
    app.router.add_post("/view", hearing.view)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(json.dumps({"port": runner.addresses[0][1]}) + "\n")
    sys.stdout.flush()
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    await end.wait()
    await hearing.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), sys.argv[2]))
