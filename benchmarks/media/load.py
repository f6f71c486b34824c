"""The load: participants who send the clip and see each other. `python -m benchmarks.media.load SPEC` prints JSON lines.

One process without threads, light enough to leave the machine to the server: nothing is encoded or decoded here. Each
packet that arrives is known by the end of its payload, so its way through the server is timed exactly.
"""

import asyncio
import gc
import json
import os
import secrets
import struct
import sys
import time
from array import array
from contextlib import suppress
from typing import Any

import uvloop

from benchmarks.media import clip, machine
from benchmarks.media.doors import Entry
from benchmarks.media.words import LEVEL_ID, OPUS, VP8
from signalling import rtp
from signalling.aiortc_seams import MediaTransport, limit_ice_addresses

TICK_S = 0.002
HEADER = struct.Struct("!BBHII")
LEVEL = struct.pack("!HHBBBB", 0xBEDE, 1, LEVEL_ID << 4, 0x80 | 30, 0, 0)  # speech at -30 dBov
LATE_S = 8.0  # what has not come this long after the end is lost

clock = time.perf_counter


class Stream:
    """One thing a participant sends: when and as which of its packets each place of the loop went out, twice back.

    Twice, because a loop begun again for a key frame may overtake packets that a slow server still holds.
    """

    def __init__(self, packets: int) -> None:
        self.ssrc = secrets.randbits(31) | 1
        self.seq, self.timestamp = secrets.randbits(15), secrets.randbits(31)
        self.sent_at = array("d", bytes(8 * packets))
        self.number = array("q", [-1] * packets)
        self.before_at = array("d", bytes(8 * packets))
        self.before = array("q", [-1] * packets)
        self.count = self.octets = 0


class Participant:
    """Sends its loop and counts what it gets. `part` is its place in the hearing and the number of its loop."""

    def __init__(self, hearing: int, part: int, load: "Load") -> None:
        self.hearing, self.part, self.load = hearing, part, load
        loop = load.loops[part]
        self.video, self.audio = Stream(sum(map(len, loop.frames))), Stream(len(loop.sounds))
        self.transport: MediaTransport | None = None  # the one it sends on
        self.frame = self.sound = 0
        self.piece = self.place = 0
        self.picture_id = secrets.randbits(14)
        self.frame_due = self.sound_due = 0.0
        self.key_frames = self.nacks = self.duplicates = self.strangers = 0
        self.seen: dict[Stream, bytearray] = {}
        self.highest: dict[int, int] = {}
        self.others: dict[int, Participant] = {}
        self.received = 0
        self.restart = False

    def new_transport(self) -> MediaTransport:
        return MediaTransport(on_rtp=self._rtp, on_rtcp=self._rtcp, on_state=self._state)

    def _state(self, state: str) -> None:
        if state == "closed" and not self.load.over:
            self.load.trouble.append(f"connection of {self.hearing}/{self.part} closed")

    # -- sending

    def begin(self, now: float) -> None:
        self.frame_due = now + secrets.randbelow(1000) / 1000 / clip.FPS
        self.sound_due = now + secrets.randbelow(1000) / 1000 / clip.SOUNDS_PER_S

    def send_due(self, now: float) -> None:
        assert self.transport is not None
        while self.sound_due <= now:
            self._send_sound()
        while self.frame_due <= now:
            self._send_piece()

    def _send_sound(self) -> None:
        stream, payload = self.audio, self.load.loops[self.part].sounds[self.sound]
        head = HEADER.pack(0x90, OPUS, stream.seq, stream.timestamp, stream.ssrc)
        self._send(stream, self.sound, head + LEVEL + payload, self.sound_due)
        stream.timestamp = (stream.timestamp + clip.SAMPLES) & 0xFFFFFFFF
        self.sound = (self.sound + 1) % len(self.load.loops[self.part].sounds)
        self.sound_due += 1 / clip.SOUNDS_PER_S

    def _send_piece(self) -> None:
        """The pieces of a picture are spread over half its time, as a pacer does."""
        frames = self.load.loops[self.part].frames
        if self.restart and self.piece == 0:
            self.restart, self.frame, self.place = False, 0, 0
        pieces, stream = frames[self.frame], self.video
        last = self.piece + 1 == len(pieces)
        descriptor = struct.pack("!BBH", 0x80 if self.piece else 0x90, 0x80, 0x8000 | self.picture_id)
        head = HEADER.pack(0x80, VP8 | (0x80 if last else 0), stream.seq, stream.timestamp, stream.ssrc)
        self._send(stream, self.place, head + descriptor + pieces[self.piece], self.frame_due)
        self.piece += 1
        self.place += 1
        step = 1 / clip.FPS
        self.frame_due += step / 2 / len(pieces)
        if last:
            self.frame_due += step / 2
            self.piece, self.frame = 0, (self.frame + 1) % len(frames)
            self.picture_id = (self.picture_id + 1) & 0x7FFF
            stream.timestamp = (stream.timestamp + 3000) & 0xFFFFFFFF
            if self.frame == 0:
                self.place = 0

    def _send(self, stream: Stream, place: int, packet: bytes, due: float) -> None:
        assert self.transport is not None
        stream.before[place], stream.before_at[place] = stream.number[place], stream.sent_at[place]
        now = stream.sent_at[place] = clock()
        stream.number[place] = stream.count
        stream.count += 1
        stream.octets += len(packet) - 12
        stream.seq = (stream.seq + 1) & 0xFFFF
        if not self.transport.send_rtp(packet):
            self.load.unsent += 1
        if self.load.measuring:
            self.load.lags.append(now - due)

    # -- receiving

    def _rtp(self, data: bytes, _arrival: float) -> None:
        now = clock()
        self.received += 1
        self.highest[int.from_bytes(data[8:12], "big")] = int.from_bytes(data[2:4], "big")
        known = self.load.by_end.get(data[-clip.KEY_BYTES :])
        if known is None:
            self.strangers += 1
            return
        part, video, place = known
        other = self.others[part]
        stream = other.video if video else other.audio
        seen = self.seen[stream]
        if stream.count > len(seen):
            seen.extend(bytes(stream.count + 4096 - len(seen)))
        number, sent_at = stream.before[place], stream.before_at[place]
        if number < 0 or seen[number]:
            number, sent_at = stream.number[place], stream.sent_at[place]
        if seen[number]:
            self.duplicates += 1
            return
        seen[number] = 1
        if self.load.measuring:
            self.load.delays.append(now - sent_at)

    def _rtcp(self, data: bytes) -> None:
        for item in rtp.parse_rtcp(data):
            if isinstance(item, rtp.KeyFrameRequest) and item.ssrc == self.video.ssrc:
                self.key_frames += 1
                self.restart = True
            elif isinstance(item, rtp.Nack):
                self.nacks += len(item.lost)

    def report(self, receiving: list[MediaTransport]) -> None:
        """Sender reports for what is sent, receiver reports for what is got; once a second."""
        ntp = int((time.time() + 2_208_988_800) * 2**32)
        for stream in (self.video, self.audio):
            data = rtp.sender_report(stream.ssrc, ntp, stream.timestamp, stream.count, stream.octets, "load")
            if self.transport is not None:
                self.transport.send_rtcp(data)
        blocks = [rtp.ReportBlock(ssrc, 0, 0, seq, 0, 0, 0) for ssrc, seq in self.highest.items()]
        for transport in receiving:
            if blocks:
                transport.send_rtcp(rtp.receiver_report(self.video.ssrc, blocks[:31]))


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
