"""The load: participants who send the clip and see each other. `python -m benchmarks.media.load SPEC` prints JSON lines.

One process without threads, light enough to leave the machine to the server: nothing is encoded or decoded here. Each
packet that arrives is known by the end of its payload, so its way through the server is timed exactly.
"""

import asyncio
import gc
import json
import os
import struct
import sys
import time
from array import array
from contextlib import suppress
from typing import Any

import uvloop

from benchmarks.media import clip, machine
from benchmarks.media.doors import Entry
from benchmarks.media.participant import Participant, clock
from signalling.aiortc_seams import MediaTransport, limit_ice_addresses

TICK_S = 0.002
LATE_S = 8.0  # what has not come this long after the end is lost


class Load:
    """All participants of a run. `spec`: kind (ours, janus, stock), url, address, hearings, senders, viewers, seconds."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.loops = clip.load()
        self.by_end: dict[bytes, tuple[int, bool, int]] = {}
        for part, loop in enumerate(self.loops):
            pieces = [piece for frame in loop.frames for piece in frame]
            self.by_end |= {p[-clip.KEY_BYTES :]: (part, True, i) for i, p in enumerate(pieces)}
            self.by_end |= {p[-clip.KEY_BYTES :]: (part, False, i) for i, p in enumerate(loop.sounds)}
        self.participants: list[Participant] = []
        self.receiving: dict[Participant, list[MediaTransport]] = {}
        self.measuring = self.over = False
        self.delays, self.lags, self.probe = array("d"), array("d"), array("d")
        self.by_content = spec["kind"] != "stock"  # which encodes anew: nothing is known by its end
        self.unsent = 0
        self.trouble: list[str] = []

    def people(self) -> list[Participant]:
        """Participants of all hearings, who know of each other."""
        for hearing in range(self.spec["hearings"]):
            present = [Participant(hearing, part, self) for part in range(clip.PARTS)]
            for one in present:
                one.others = {other.part: other for other in present}
                one.seen = {s: bytearray() for other in present for s in (other.video, other.audio)}
            self.participants += present
        return self.participants

    async def run(self) -> dict[str, Any]:
        limit_ice_addresses([self.spec["address"]])
        entry = Entry(self)
        await entry.enter()
        senders = [p for p in self.participants if p.transport is not None]
        work = [asyncio.create_task(x) for x in (self._send(senders), self._report(), self._probe())]
        await asyncio.sleep(self.spec["warm_s"])
        gc.collect()
        gc.freeze()
        say(event="measuring")
        started, own, drops = clock(), time.process_time(), machine.socket_drops(os.getpid())
        begin = {s: s.count for p in senders for s in (p.video, p.audio)}
        got = sum(p.received for p in self.participants)
        self.measuring = True
        await asyncio.sleep(self.spec["measure_s"])
        self.measuring = False
        seconds, own = clock() - started, time.process_time() - own
        end = {s: s.count for s in begin}
        got = sum(p.received for p in self.participants) - got
        say(event="measured")
        deadline = clock() + LATE_S
        while self.by_content and self._lost(senders, begin, end)[1] and clock() < deadline:
            await asyncio.sleep(0.25)
        drops = machine.socket_drops(os.getpid()) - drops
        result = self._result(senders, begin, end)
        self.over = True
        for task in work:
            task.cancel()
        with suppress(TimeoutError):
            await asyncio.wait_for(entry.leave(), 5)
        return {
            **result, "seconds": seconds, "received": got, "client_cpu_percent": 100 * own / seconds,
            "client_socket_drops": drops, "trouble": self.trouble,
        }  # fmt: skip

    def _lost(
        self, senders: list[Participant], begin: dict[Any, int], end: dict[Any, int]
    ) -> tuple[int, int]:
        """(packets that viewers should have got, those that are missing)."""
        missing = expected = 0
        for sender in senders:
            for viewer in self.participants:
                if viewer is sender or viewer.hearing != sender.hearing or not self.receiving.get(viewer):
                    continue
                for stream in (sender.video, sender.audio):
                    expected += end[stream] - begin[stream]
                    seen = viewer.seen[stream].ljust(end[stream], b"\0")
                    missing += seen[begin[stream] : end[stream]].count(0)
        return expected, missing

    def _result(
        self, senders: list[Participant], begin: dict[Any, int], end: dict[Any, int]
    ) -> dict[str, Any]:
        expected, missing = self._lost(senders, begin, end)
        return {
            "sent": sum(end.values()) - sum(begin.values()), "expected": expected, "missing": missing,
            "unsent": self.unsent,
            "delay_p50_ms": 1000 * at(self.delays, 0.5), "delay_p99_ms": 1000 * at(self.delays, 0.99),
            "delay_max_ms": 1000 * at(self.delays, 1.0),
            "lag_p50_ms": 1000 * at(self.lags, 0.5), "lag_p99_ms": 1000 * at(self.lags, 0.99),
            "probe_p50_ms": 1000 * at(self.probe, 0.5), "probe_p99_ms": 1000 * at(self.probe, 0.99),
            **{name: sum(getattr(p, name) for p in self.participants)
               for name in ("key_frames", "nacks", "duplicates", "strangers")},
        }  # fmt: skip

    async def _send(self, senders: list[Participant]) -> None:
        begun = clock()
        for one in senders:
            one.begin(begun)
        while True:
            now = clock()
            for one in senders:
                one.send_due(now)
            await asyncio.sleep(max(0.0, TICK_S - (clock() - now)))

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(1)
            for one in self.participants:
                one.report(self.receiving.get(one, []))

    async def _probe(self) -> None:
        """What a datagram to oneself takes: the share of every delay that is the instrument's own."""
        loop, back = asyncio.get_running_loop(), Probe(self)
        transport, _ = await loop.create_datagram_endpoint(lambda: back, local_addr=("127.0.0.1", 0))
        address = transport.get_extra_info("sockname")
        while True:
            transport.sendto(struct.pack("!d", clock()), address)
            await asyncio.sleep(0.0193)


class Probe(asyncio.DatagramProtocol):
    def __init__(self, load: Load) -> None:
        self.load = load

    def datagram_received(self, data: bytes, _addr: Any) -> None:
        if self.load.measuring:
            self.load.probe.append(clock() - struct.unpack("!d", data)[0])


def at(values: "array[float]", share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def say(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def main() -> None:
    load = Load(json.loads(sys.argv[1]))
    say(event="result", **await load.run())


if __name__ == "__main__":
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)  # the instrument must not wait for what it measures
    uvloop.run(main())
