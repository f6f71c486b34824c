"""What goes out in one slot of one viewer: whatever it carries, a single unbroken stream. Decides nothing itself."""

import struct
from collections import deque
from collections.abc import Callable
from enum import IntEnum

from . import rtp, vp8
from .messages import Kind
from .rtp import RtpPacket, seq_diff, ts_diff
from .sdp import SlotLine
from .streams import Inlet

HISTORY = {Kind.VIDEO: 1024, Kind.AUDIO: 128}  # packets, powers of two: about 6 s of 1.5 Mbit/s video
REPEATS = {Kind.VIDEO: 4, Kind.AUDIO: 2}
CLOCK_RATE = {Kind.AUDIO: 48_000, Kind.VIDEO: 90_000}
STILL_EVERY_S = 4.0
STILL_EARLY_S = 1.0  # a key frame that comes anyway is taken this much before its time
MAX_SKEW_S = 2.0  # two clocks of one publisher that differ by more are not believed
MAX_DROPS = 64
MAX_EARLY = 256

_HEADER = struct.Struct("!BBHII")
_TIMED_HEADER = struct.Struct("!BBHIIII")  # with one one-byte-header extension of three bytes (RFC 5285)
_EXTENSION = 0xBEDE0001
_TIME_AT = 17  # bytes into such a header, to its end

NOTHING = (b"", b"")  # of a number that was not sent


def _send_time(now: float) -> int:
    return int(now * 2**18) & 0xFFFFFF


class Quality(IntEnum):
    """What a slot shows of a picture. BASE is the low encoding at half its frame rate, where it has layers."""

    NONE = 0
    STILL = 1
    BASE = 2
    LOW = 3
    HIGH = 4


class Outlet:
    """A switch of source or encoding is seamless at the next packet, for video at the next key frame."""

    def __init__(self, seat_id: str, line: SlotLine, send: Callable[[bytes], bool]) -> None:
        self.seat_id = seat_id  # of the viewer
        self.line = line
        self.send = send
        self.inlet: Inlet | None = None
        self.next: Inlet | None = None  # waited for while `inlet` plays on
        self.quality = Quality.HIGH
        self.packets = 0
        self.octets = 0
        self.missed = 0  # packets the viewer asked for again
        self._video = line.kind is Kind.VIDEO
        self._ssrc, self._unmarked, self._marked = line.ssrc, line.payload_type, line.payload_type | 0x80
        self._timed_by = line.send_time_id << 28 | 2 << 24 if line.send_time_id else 0
        self._mask = HISTORY[line.kind] - 1
        self._anchored = False
        self._flowing = False  # anchored, and whatever comes in order is sent
        self._from_seq = 0
        self._seq_offset = 0
        self._ts_offset = 0
        self._newest = 0  # as it came in
        self._last_seq = 0
        self._last_ts = 0
        self._last_sent = 0.0
        self._timed: Inlet | None = None  # whose times `_ts_offset` belongs to
        self._picture_offset = 0
        self._tl0_offset = 0
        self._last_payload = b""
        # What came while a key frame is waited for: on a bad link its first packet is not always the first to arrive.
        self._early: deque[RtpPacket] = deque(maxlen=MAX_EARLY)
        self._drops: deque[tuple[int, int, int]] = deque(maxlen=MAX_DROPS)  # (number, offsets before it)
        self._thin = False  # frames of the upper temporal layers are left out
        self.later: deque[tuple[bool, int, int, bytes]] = deque()  # parts of a still that wait their turn
        self._still: int | None = None  # timestamp of the still that is being sent
        self._still_due = 0.0
        # The payloads are those of the inlet, shared by all its viewers.
        self._history: list[tuple[bytes, bytes]] = [NOTHING] * HISTORY[line.kind]
        self._repeats = bytearray(HISTORY[line.kind])  # of each packet in the history
        self._reports: dict[int, float] = {}  # middle of the NTP time -> when it was sent

    # -- what to carry

    def carry(self, inlet: Inlet | None) -> None:
        """Another source: nothing is sent until its first packet (its first key frame for video)."""
        self.next = None
        if inlet is not self.inlet:
            self.inlet = inlet
            self._early.clear()
            self._anchored = self._flowing = False
            self._still, self._still_due = None, 0.0
            self._thin = self.quality is Quality.BASE

    def forget(self) -> None:
        """The viewer left the area: nothing of what was sent there is repeated elsewhere."""
        self.carry(None)
        self._history = [NOTHING] * len(self._history)
        self.later.clear()

    def change_to(self, inlet: Inlet, following: Inlet | None = None) -> None:
        """Another encoding of the same picture: this one plays on until the other's key frame.

        `following` is not sent at present; should it begin, its first key frame is taken.
        """
        if self.inlet is None or not self._anchored:
            self.carry(inlet)
        if inlet is not self.inlet:
            following = inlet
        self.next = following if following is not self.inlet else None

    def show(self, quality: Quality, now: float) -> None:
        """What of the inlet goes out. More than before begins at a key frame."""
        if quality is self.quality:
            return
        self._flowing = False
        if quality is Quality.STILL:
            shown = self.quality > Quality.STILL and self._anchored
            self._still, self._still_due = None, now + STILL_EVERY_S - STILL_EARLY_S if shown else 0.0
        elif self.quality <= Quality.STILL:
            self._anchored = False
        self._thin = self._thin or quality is Quality.BASE
        self.quality = quality

    @property
    def waits_for_key_frame(self) -> bool:
        return self._video and not self._anchored and self.quality > Quality.STILL

    def wants_key_frame(self, now: float) -> bool:
        """A picture, the next encoding or the next still is due."""
        if self.quality is Quality.STILL:
            return now >= self._still_due + STILL_EARLY_S and not self.later
        return self.waits_for_key_frame or (self.next is not None and self.next.arrives(now))

    def pause(self) -> None:
        """The gate was shut: what comes after it joins on without a hole."""
        self._anchored = self._flowing = False
        self._early.clear()

    # -- packets

    def takes(self, inlet: Inlet, packet: RtpPacket) -> bool:
        """Whether this packet is of what the slot carries; the awaited key frame is from now on."""
        if inlet is self.inlet:
            return True
        if inlet is not self.next:
            return False
        if not vp8.starts_key(packet.payload, packet.vp8):
            self._early.append(packet)
            return False
        early = list(self._early)
        self.carry(inlet)
        self._early.extend(early)
        return True

    def forward(self, packet: RtpPacket, now: float) -> int:
        """How many packets were sent, mostly one. Video waiting for a key frame is not sent before that."""
        number = packet.seq
        if not self._flowing or number != self._newest + 1 or not number & 0xFFF:
            return self._weigh(packet, now)
        # Nearly every packet: in order, and nothing to decide about it.
        self._newest = number
        self._last_seq = seq = (number + self._seq_offset) & 0xFFFF
        timestamp = (packet.timestamp + self._ts_offset) & 0xFFFFFFFF
        if timestamp != self._last_ts:
            self._last_ts, self._last_sent = timestamp, now
        payload = packet.payload
        if self._video:
            if self._picture_offset or self._tl0_offset:
                payload = self._rename(packet, self._picture_offset)
            self._last_payload = payload
        return self._emit(packet.marker, seq, timestamp, payload, now)

    def _weigh(self, packet: RtpPacket, now: float) -> int:
        """The first packet, one out of order, or one of a picture that is not shown whole."""
        self._flowing = False
        if self._video and not self._begins(packet, now):
            if self.quality > Quality.NONE and self.wants_key_frame(now):
                self._early.append(packet)
            return 0
        if self._anchored:
            return self._place(packet, now)
        self._anchor(packet, now)
        sent = int(self._place(packet, now))
        # A key frame whose first packet came late (a repeat) has overtaken it in part.
        overtaken = [p for p in self._early if p.ssrc == packet.ssrc and seq_diff(p.seq, packet.seq) > 0]
        self._early.clear()
        for one in sorted(overtaken, key=lambda p: seq_diff(p.seq, packet.seq)):
            sent += self.forward(one, now)
        return sent

    def _place(self, packet: RtpPacket, now: float) -> bool:
        """Under its number and time."""
        number = packet.seq
        ahead = seq_diff(number, self._newest)
        if ahead <= 0 and -3000 < seq_diff(number, self._from_seq) < 0:
            return False  # from before the switch
        offset, pictures = self._seq_offset, self._picture_offset
        if self._drops and ahead <= 0:
            offset, pictures = self._offsets_of(number)
        seq = (number + offset) & 0xFFFF
        timestamp = (packet.timestamp + self._ts_offset) & 0xFFFFFFFF
        payload = packet.payload
        if self._video:
            if self._thin and self._left_out(packet):
                if ahead > 0:
                    self._drop(packet)
                    return False
                payload = b""  # its number is taken already
            elif pictures or self._tl0_offset:
                payload = self._rename(packet, pictures)
            self._last_payload = payload or self._last_payload
        if ahead > 0:
            self._newest, self._last_seq = number, seq
            if seq_diff(number, self._from_seq) > 16384:
                self._from_seq = (number - 8192) & 0xFFFF
        if ts_diff(timestamp, self._last_ts) > 0:
            self._last_ts, self._last_sent = timestamp, now
        if self.quality is Quality.STILL:
            self.later.append((packet.marker, seq, timestamp, payload))
            return True
        if self.later:
            self.release(now, len(self.later))
        self._flowing = not self._thin
        return self._emit(packet.marker, seq, timestamp, payload, now)

    def release(self, now: float, count: int = 1) -> None:
        """Send what waits: a still in one go would fill a thin link and hold up the voice."""
        for _ in range(min(count, len(self.later))):
            self._emit(*self.later.popleft(), now)

    def repeat(self, lost: tuple[int, ...], now: float) -> int:
        """Resend what is still known, each packet a few times only: a full link is not helped by more. How many."""
        count = 0
        for seq in lost:
            at = seq & self._mask
            (head, payload), repeats = self._history[at], self._repeats[at]
            if not head or int.from_bytes(head[2:4], "big") != seq:
                continue
            self.missed += repeats == 0
            if repeats < REPEATS[self.line.kind]:
                self._repeats[at] = repeats + 1
                if self.line.send_time_id:
                    head = head[:_TIME_AT] + _send_time(now).to_bytes(3, "big")
                count += self.send(head + payload)
        return count

    def sender_report(self, ntp: int, timestamp: int, now: float) -> bytes | None:
        """The publisher's report in this slot's numbers, so that sound and picture stay in step."""
        if self._timed is not self.inlet:
            return None
        moved = (timestamp + self._ts_offset) & 0xFFFFFFFF
        self._reports[ntp >> 16 & 0xFFFFFFFF] = now
        while len(self._reports) > 8:
            del self._reports[next(iter(self._reports))]
        cname = f"court-{self.line.index}"
        return rtp.sender_report(self.line.ssrc, ntp, moved, self.packets, self.octets, cname)

    def round_trip(self, block: rtp.ReportBlock, now: float) -> float | None:
        """Seconds to the viewer and back, by its answer to a report of ours (RFC 3550 §6.4.1)."""
        sent = self._reports.get(block.lsr)
        return None if sent is None else max(0.0, now - sent - block.dlsr / 65536)

    # -- inside

    def _begins(self, packet: RtpPacket, now: float) -> bool:
        """Video: whether this packet is to go out, or a picture cannot begin with it."""
        if self.quality > Quality.STILL:
            return self._anchored or vp8.starts_key(packet.payload, packet.vp8)
        if self.quality is Quality.NONE:
            return False
        if packet.timestamp == self._still:
            return True
        if now < self._still_due or self.later or not vp8.starts_key(packet.payload, packet.vp8):
            return False
        self._still, self._still_due = packet.timestamp, now + STILL_EVERY_S - STILL_EARLY_S
        self._anchored = False
        return True

    def _emit(self, marker: bool, seq: int, timestamp: int, payload: bytes, now: float) -> bool:
        self.packets += 1
        self.octets += len(payload)
        second = self._marked if marker else self._unmarked
        if self._timed_by:
            timed = self._timed_by | int(now * 2**18) & 0xFFFFFF
            head = _TIMED_HEADER.pack(0x90, second, seq, timestamp, self._ssrc, _EXTENSION, timed)
        else:
            head = _HEADER.pack(0x80, second, seq, timestamp, self._ssrc)
        at = seq & self._mask
        self._history[at], self._repeats[at] = (head, payload), 0
        return self.send(head + payload)

    def _anchor(self, packet: RtpPacket, now: float) -> None:
        self._anchored = True
        self._from_seq = packet.seq
        self._newest = (packet.seq - 1) & 0xFFFF
        self._drops.clear()
        first = self._timed is None
        # From a low number: were it to wrap at once, a viewer who missed the first packets could never
        # guess the SRTP rollover counter.
        self._seq_offset = (1 if first else self._last_seq + 1) - packet.seq & 0xFFFF
        if self.inlet is not self._timed or first:
            self._ts_offset = 0 if first else self._times_of(packet, now)
            self._timed = self.inlet
        if first:
            self._last_ts, self._last_sent = packet.timestamp, now
            return
        self._ts_offset += max(0, 1 - ts_diff(packet.timestamp + self._ts_offset & 0xFFFFFFFF, self._last_ts))
        self._renumber_pictures(packet)

    def _times_of(self, packet: RtpPacket, now: float) -> int:
        """Offset of the new inlet's timestamps: by the publisher's own clock if it told, else by arrival."""
        rate = CLOCK_RATE[self.line.kind]
        passed = max(1, int((now - self._last_sent) * rate))
        by_arrival = self._last_ts + passed - packet.timestamp
        old, new = self._timed, self.inlet
        if old is None or new is None or (old.seat_id, old.source) != (new.seat_id, new.source):
            return by_arrival
        if old.sender_report is None or new.sender_report is None:
            return by_arrival
        between = (old.sender_report[0] - new.sender_report[0]) * rate >> 32
        by_clock = old.sender_report[1] + self._ts_offset - new.sender_report[1] - between
        near = abs(ts_diff(by_clock & 0xFFFFFFFF, by_arrival & 0xFFFFFFFF)) < MAX_SKEW_S * rate
        return by_clock if near else by_arrival

    def _renumber_pictures(self, packet: RtpPacket) -> None:
        last, first = vp8.read(self._last_payload), packet.vp8
        if last is not None and first is not None:
            self._picture_offset = ((last.picture_id or 0) + 1 - (first.picture_id or 0)) & 0x7FFF
            self._tl0_offset = ((last.tl0 or 0) + 1 - (first.tl0 or 0)) & 0xFF

    def _rename(self, packet: RtpPacket, pictures: int) -> bytes:
        d = packet.vp8
        if d is None or d.picture_id is None:
            return packet.payload
        return vp8.shift_ids(packet.payload, d, pictures, self._tl0_offset)

    def _left_out(self, packet: RtpPacket) -> bool:
        """Whether this packet is of an upper layer; where all are wanted again, from the next frame that may."""
        d = packet.vp8
        if d is None or not d.tid:
            return False
        if self.quality is not Quality.BASE and d.sync and d.start:
            self._thin = False
        return self._thin

    def _drop(self, packet: RtpPacket) -> None:
        """Leave this number out, so that the viewer sees no hole."""
        self._drops.append((packet.seq, self._seq_offset, self._picture_offset))
        self._newest = packet.seq
        self._seq_offset -= 1
        if packet.vp8 is not None and packet.vp8.start:
            self._picture_offset = (self._picture_offset - 1) & 0x7FFF

    def _offsets_of(self, number: int) -> tuple[int, int]:
        """As they were when `number` was due."""
        found = self._seq_offset, self._picture_offset
        for dropped, seq_offset, picture_offset in reversed(self._drops):
            if seq_diff(number, dropped) > 0:
                break
            found = seq_offset, picture_offset
        return found
