"""One incoming stream and one outgoing stream: numbers, holes and history. Bytes and times in, bytes out."""

import struct
from collections import OrderedDict
from collections.abc import Callable

from . import rtp, vp8
from .messages import Kind, Source
from .rtp import RtpPacket, seq_diff, ts_diff
from .sdp import SendLine, SlotLine

HISTORY = 1024  # packets kept for repeats: about 6 s of 1.5 Mbit/s video
MAX_HOLES = 256
NACK_EVERY_S = 0.1
NACK_TRIES = 8
KEY_FRAME_EVERY_S = 0.5
LEVEL_SILENCE = 127  # -dBov
CLOCK_RATE = {Kind.AUDIO: 48_000, Kind.VIDEO: 90_000}

_HEADER = struct.Struct("!BBHII")


class Inlet:
    """A publication as it comes in: reception report, holes to be repeated, key-frame requests."""

    def __init__(self, seat_id: str, line: SendLine) -> None:
        self.seat_id = seat_id
        self.source: Source = line.source
        self.kind: Kind = line.source.kind
        self.line = line
        self.ssrc: int = line.ssrc or 0
        self.reception = rtp.Reception(line.clock_rate)
        self.packets = 0
        self.level = LEVEL_SILENCE
        self._loudest = LEVEL_SILENCE
        self.last_arrival = 0.0
        self.sender_report: tuple[int, int] | None = None  # (NTP, RTP timestamp)
        self.report_arrival = 0.0
        self._holes: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._key_asked = -1e9
        self.key_frame_planned = False

    def accept(self, packet: RtpPacket, arrival: float, *, repeated: bool) -> None:
        self.packets += 1
        self.last_arrival = arrival
        if repeated:
            self._holes.pop(packet.seq, None)
            return
        if self.kind is Kind.VIDEO and self.reception.base >= 0:
            ahead = seq_diff(packet.seq, self.reception.highest)
            if 1 < ahead <= MAX_HOLES:
                for i in range(1, ahead):
                    self._holes[(self.reception.highest + i) & 0xFFFF] = (-1e9, 0)
                while len(self._holes) > MAX_HOLES:
                    self._holes.popitem(last=False)
            elif ahead <= 0:
                self._holes.pop(packet.seq, None)
        self.reception.add(packet.seq, packet.timestamp, arrival)
        if self.line.audio_level_id is not None:
            level = rtp.extension(packet, self.line.audio_level_id)
            if level:
                self.level = level[0] & 0x7F
                self._loudest = min(self._loudest, self.level)

    def take_loudest(self) -> int:
        """The loudest packet since the last call, in -dBov."""
        loudest, self._loudest = self._loudest, LEVEL_SILENCE
        return loudest

    def holes_to_ask(self, now: float) -> list[int]:
        """Sequence numbers whose repeat is due, oldest first; a hole is given up after NACK_TRIES."""
        due: list[int] = []
        for seq, (asked, tries) in list(self._holes.items()):
            if now - asked < NACK_EVERY_S:
                continue
            if tries >= NACK_TRIES:
                del self._holes[seq]
                continue
            self._holes[seq] = (now, tries + 1)
            due.append(seq)
        return due

    @property
    def has_holes(self) -> bool:
        return bool(self._holes)

    def key_frame_due(self, now: float) -> float:
        """Seconds until the publisher may be asked again; 0 counts as asked now."""
        wait = self._key_asked + KEY_FRAME_EVERY_S - now
        if wait <= 0:
            self._key_asked = now
            return 0.0
        return wait

    def report(self, now: float) -> rtp.ReportBlock | None:
        if self.reception.base < 0:
            return None
        lsr = dlsr = 0
        if self.sender_report is not None:
            lsr = (self.sender_report[0] >> 16) & 0xFFFFFFFF
            dlsr = int((now - self.report_arrival) * 65536) & 0xFFFFFFFF
        return self.reception.report(self.ssrc, lsr, dlsr)


class Outlet:
    """One slot of one viewer: whatever it carries, the viewer sees a single unbroken stream."""

    def __init__(self, seat_id: str, line: SlotLine, send: Callable[[bytes], bool]) -> None:
        self.seat_id = seat_id
        self.line = line
        self.send = send
        self.inlet: Inlet | None = None
        self.packets = 0
        self.octets = 0
        self._anchored = False
        self._from_seq = 0
        self._seq_offset = 0
        self._ts_offset = 0
        self._last_seq = 0
        self._last_ts = 0
        self._last_sent = 0.0
        self._picture_offset = 0
        self._tl0_offset = 0
        self._last_payload = b""
        self._history: OrderedDict[int, bytes] = OrderedDict()

    def carry(self, inlet: Inlet | None) -> None:
        """Switch to another source, seamlessly at its next packet (its next key frame for video)."""
        if inlet is not self.inlet:
            self.inlet = inlet
            self._anchored = False

    def forget(self) -> None:
        """The viewer left the area: nothing of what was sent there is repeated elsewhere."""
        self.carry(None)
        self._history.clear()

    @property
    def waits_for_key_frame(self) -> bool:
        return self.line.kind is Kind.VIDEO and not self._anchored

    def pause(self) -> None:
        """The gate was shut: what comes after it joins on without a hole."""
        self._anchored = False

    def forward(self, packet: RtpPacket, now: float) -> bool:
        """False when the packet was not sent; video waiting for a key frame is not sent."""
        payload = packet.payload
        video = self.line.kind is Kind.VIDEO
        if not self._anchored:
            if video and not vp8.is_key_start(payload):
                return False
            self._anchor(packet, now)
        since_switch = seq_diff(packet.seq, self._from_seq)
        if -3000 < since_switch < 0:
            return False  # from before the switch
        seq = (packet.seq + self._seq_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._ts_offset) & 0xFFFFFFFF
        if video:
            self._last_payload = payload = self._rename(payload)
        second = self.line.payload_type | (0x80 if packet.marker else 0)
        data = _HEADER.pack(0x80, second, seq, timestamp, self.line.ssrc) + payload
        if video:
            self._history[seq] = data
            if len(self._history) > HISTORY:
                self._history.popitem(last=False)
        if seq_diff(seq, self._last_seq) > 0 or self.packets == 0:
            self._last_seq = seq
            if since_switch > 16384:
                self._from_seq = (packet.seq - 8192) & 0xFFFF
        if ts_diff(timestamp, self._last_ts) > 0 or self.packets == 0:
            self._last_ts, self._last_sent = timestamp, now
        self.packets += 1
        self.octets += len(payload)
        return self.send(data)

    def repeat(self, lost: tuple[int, ...]) -> int:
        """Resend what is still known; how many."""
        return sum(self.send(self._history[seq]) for seq in lost if seq in self._history)

    def sender_report(self, ntp: int, timestamp: int) -> bytes | None:
        """The publisher's report in this slot's numbers, so that sound and picture stay in step."""
        if not self._anchored:
            return None
        moved = (timestamp + self._ts_offset) & 0xFFFFFFFF
        cname = f"court-{self.line.index}"
        return rtp.sender_report(self.line.ssrc, ntp, moved, self.packets, self.octets, cname)

    def _anchor(self, packet: RtpPacket, now: float) -> None:
        self._anchored = True
        self._from_seq = packet.seq
        if self.packets == 0:
            # From a low number: were it to wrap at once, a viewer who missed the first packets could never
            # guess the SRTP rollover counter.
            self._seq_offset = (1 - packet.seq) & 0xFFFF
            self._last_seq, self._last_ts = 0, packet.timestamp
            return
        passed = max(1, int((now - self._last_sent) * CLOCK_RATE[self.line.kind]))
        self._seq_offset = (self._last_seq + 1 - packet.seq) & 0xFFFF
        self._ts_offset = (self._last_ts + passed - packet.timestamp) & 0xFFFFFFFF
        self._renumber_pictures(packet.payload)

    def _renumber_pictures(self, payload: bytes) -> None:
        """The viewer's decoder takes a step back in picture IDs for an old frame."""
        last, first = vp8.read(self._last_payload), vp8.read(payload)
        if self.line.kind is Kind.VIDEO and last is not None and first is not None:
            self._picture_offset = ((last.picture_id or 0) + 1 - (first.picture_id or 0)) & 0x7FFF
            self._tl0_offset = ((last.tl0 or 0) + 1 - (first.tl0 or 0)) & 0xFF

    def _rename(self, payload: bytes) -> bytes:
        if not self._picture_offset and not self._tl0_offset:
            return payload
        d = vp8.read(payload)
        if d is None or d.picture_id is None:
            return payload
        return vp8.shift_ids(payload, d, self._picture_offset, self._tl0_offset)
