"""RTP and RTCP bytes (RFC 3550, 4585, 4588, 5285): read and written, nothing kept."""

import struct
from dataclasses import dataclass, field

from . import vp8

AUDIO_LEVEL_URI = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid"
RID_URI = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"  # RFC 8852
REPAIRED_RID_URI = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
SEND_TIME_UNIT_S = 1 / 2**18  # 24 bits of 6.18 fixed point: wraps every 64 s

_FIXED = struct.Struct("!BBHII")


@dataclass(slots=True)
class RtpPacket:
    """One parsed packet. `payload` is without header, extensions and padding; timestamps in clock units."""

    payload_type: int
    marker: bool
    seq: int
    timestamp: int
    ssrc: int
    payload: bytes
    extensions: bytes = b""
    described: vp8.Descriptor | None = None

    @property
    def vp8(self) -> vp8.Descriptor | None:
        """The payload descriptor, read once however many viewers there are."""
        if self.described is None:
            self.described = vp8.read(self.payload)
        return self.described


def is_rtcp(data: bytes) -> bool:
    """RFC 5761: the second byte tells RTCP from RTP on a shared port."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def parse(data: bytes) -> RtpPacket | None:
    """None for anything that is not a well-formed RTP packet."""
    if len(data) < 12:
        return None
    first, second, seq, timestamp, ssrc = _FIXED.unpack_from(data)
    if first >> 6 != 2:
        return None
    start = 12 + 4 * (first & 0x0F)
    end = len(data)
    extensions = b""
    if first & 0x10:
        if start + 4 > end:
            return None
        profile, words = struct.unpack_from("!HH", data, start)
        start += 4
        if start + 4 * words > end:
            return None
        if profile == 0xBEDE:
            extensions = data[start : start + 4 * words]
        start += 4 * words
    if first & 0x20:
        padding = data[-1]
        if padding == 0 or start + padding > end:
            return None
        end -= padding
    if start > end:
        return None
    return RtpPacket(second & 0x7F, bool(second & 0x80), seq, timestamp, ssrc, data[start:end], extensions)


def build(payload_type: int, marker: bool, seq: int, timestamp: int, ssrc: int, payload: bytes) -> bytes:
    return _FIXED.pack(0x80, payload_type | (0x80 if marker else 0), seq, timestamp, ssrc) + payload


def extension(packet: RtpPacket, wanted: int) -> bytes | None:
    """The one-byte-header extension with id `wanted` (RFC 5285 §4.2)."""
    data = packet.extensions
    pos = 0
    while pos < len(data):
        head = data[pos]
        if head == 0:
            pos += 1
            continue
        number, length = head >> 4, (head & 0x0F) + 1
        if number == 15:
            return None
        if number == wanted:
            return data[pos + 1 : pos + 1 + length]
        pos += 1 + length
    return None


def unwrap_rtx(packet: RtpPacket, payload_type: int, ssrc: int) -> RtpPacket | None:
    """RFC 4588: the first two bytes of the payload are the original sequence number."""
    if len(packet.payload) < 2:
        return None
    seq = int.from_bytes(packet.payload[:2], "big")
    return RtpPacket(
        payload_type, packet.marker, seq, packet.timestamp, ssrc, packet.payload[2:], packet.extensions
    )


def seq_diff(a: int, b: int) -> int:
    """a - b in sequence space, -32768..32767."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000


def ts_diff(a: int, b: int) -> int:
    """a - b in timestamp space, -2**31..2**31-1."""
    return ((a - b + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


# --- RTCP -------------------------------------------------------------------------------------------------

SR, RR, SDES, BYE, RTPFB, PSFB = 200, 201, 202, 203, 205, 206


@dataclass(slots=True, frozen=True)
class SenderReport:
    ssrc: int
    ntp: int
    timestamp: int


@dataclass(slots=True, frozen=True)
class ReportBlock:
    """`lsr`/`dlsr` in 1/65536 s; `jitter` in clock units."""

    ssrc: int
    fraction_lost: int
    packets_lost: int
    highest_seq: int
    jitter: int
    lsr: int
    dlsr: int


@dataclass(slots=True, frozen=True)
class Nack:
    ssrc: int
    lost: tuple[int, ...]


@dataclass(slots=True, frozen=True)
class KeyFrameRequest:
    ssrc: int


@dataclass(slots=True, frozen=True)
class Estimate:
    """REMB: what the receiver takes its whole link to carry, bit/s."""

    bits_per_s: int


Feedback = SenderReport | ReportBlock | Nack | KeyFrameRequest | Estimate


def parse_rtcp(data: bytes) -> list[Feedback]:
    """Everything understood in a compound packet; the first malformed part ends the reading."""
    found: list[Feedback] = []
    pos = 0
    while pos + 4 <= len(data):
        first, kind, words = struct.unpack_from("!BBH", data, pos)
        end = pos + 4 + 4 * words
        if first >> 6 != 2 or end > len(data):
            break
        body = data[pos + 4 : end]
        if kind == SR and len(body) >= 24:
            ssrc, ntp, timestamp = struct.unpack_from("!IQI", body)
            found.append(SenderReport(ssrc, ntp, timestamp))
            _report_blocks(found, body[24:], first & 0x1F)
        elif kind == RR and len(body) >= 4:
            _report_blocks(found, body[4:], first & 0x1F)
        elif kind in (RTPFB, PSFB) and len(body) >= 8:
            _feedback(found, kind, first & 0x1F, body)
        pos = end
    return found


def _report_blocks(found: list[Feedback], data: bytes, count: int) -> None:
    for i in range(min(count, len(data) // 24)):
        ssrc, loss, highest, jitter, lsr, dlsr = struct.unpack_from("!IIIIII", data, 24 * i)
        found.append(ReportBlock(ssrc, loss >> 24, loss & 0xFFFFFF, highest, jitter, lsr, dlsr))


def _feedback(found: list[Feedback], kind: int, fmt: int, body: bytes) -> None:
    ssrc = int.from_bytes(body[4:8], "big")
    fci = body[8:]
    if kind == RTPFB and fmt == 1:
        lost: list[int] = []
        for i in range(0, len(fci) - 3, 4):
            pid, mask = struct.unpack_from("!HH", fci, i)
            lost.append(pid)
            lost += [(pid + 1 + bit) & 0xFFFF for bit in range(16) if mask >> bit & 1]
        found.append(Nack(ssrc, tuple(lost[:512])))
    elif kind == PSFB and fmt == 1:
        found.append(KeyFrameRequest(ssrc))
    elif kind == PSFB and fmt == 4:
        found += [KeyFrameRequest(int.from_bytes(fci[i : i + 4], "big")) for i in range(0, len(fci) - 7, 8)]
    elif kind == PSFB and fmt == 15 and fci[:4] == b"REMB" and len(fci) >= 8:
        word = int.from_bytes(fci[5:8], "big")
        found.append(Estimate(min((word & 0x3FFFF) << (word >> 18), 2**40)))


def _part(kind: int, fmt: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | fmt, kind, len(body) // 4) + body


def sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int, cname: str) -> bytes:
    body = struct.pack("!IQIII", ssrc, ntp, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    name = cname.encode()
    chunk = struct.pack("!IBB", ssrc, 1, len(name)) + name + b"\0"
    return _part(SR, 0, body) + _part(SDES, 1, chunk + b"\0" * (-len(chunk) % 4))


def receiver_report(ssrc: int, blocks: list[ReportBlock]) -> bytes:
    body = struct.pack("!I", ssrc)
    for b in blocks:
        loss = (b.fraction_lost << 24) | (b.packets_lost & 0xFFFFFF)
        body += struct.pack("!IIIIII", b.ssrc, loss, b.highest_seq & 0xFFFFFFFF, b.jitter, b.lsr, b.dlsr)
    return _part(RR, len(blocks), body)


def picture_loss(sender: int, media: int) -> bytes:
    return _part(PSFB, 1, struct.pack("!II", sender, media))


def estimate(sender: int, bits_per_s: int, ssrcs: list[int]) -> bytes:
    """REMB (draft-alvestrand-rmcat-remb-03) for everything that comes over this transport."""
    exponent = max(0, bits_per_s.bit_length() - 18)
    word = len(ssrcs) << 24 | exponent << 18 | bits_per_s >> exponent
    fci = b"REMB" + struct.pack(f"!I{len(ssrcs)}I", word, *ssrcs)
    return _part(PSFB, 15, struct.pack("!II", sender, 0) + fci)


def nack(sender: int, media: int, lost: list[int]) -> bytes:
    """`lost` in ascending sequence order; runs of 17 share one entry."""
    fci = b""
    i = 0
    while i < len(lost):
        pid, mask = lost[i], 0
        i += 1
        while i < len(lost) and 0 < seq_diff(lost[i], pid) <= 16:
            mask |= 1 << (seq_diff(lost[i], pid) - 1)
            i += 1
        fci += struct.pack("!HH", pid, mask)
    return _part(RTPFB, 1, struct.pack("!II", sender, media) + fci)


@dataclass(slots=True)
class Reception:
    """RFC 3550 appendix A of one incoming SSRC. `arrival` in seconds on any steady clock."""

    clock_rate: int
    base: int = -1
    highest: int = -2  # before the first: nothing follows it
    cycles: int = 0
    received: int = 0
    jitter: float = 0.0
    _transit: float | None = field(default=None)
    _prior: tuple[int, int] = field(default=(0, 0))

    def add(self, seq: int, timestamp: int, arrival: float) -> None:
        if seq == self.highest + 1:
            self.highest = seq
        elif self.base < 0:
            self.base = self.highest = seq
        elif (ahead := seq_diff(seq, self.highest)) > 0:
            if seq < self.highest:
                self.cycles += 0x10000
            self.highest = seq
        elif ahead < -3000:  # a source that restarted its numbers
            self.base, self.highest, self.cycles, self.received = seq, seq, 0, 0
            self._prior = (0, 0)
        self.received += 1
        transit = arrival * self.clock_rate - timestamp
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change > 2**31:  # the timestamp wrapped
                change = abs((transit - self._transit + 2**31) % 2**32 - 2**31)
            self.jitter += (change - self.jitter) / 16
        self._transit = transit

    @property
    def expected(self) -> int:
        return self.cycles + self.highest - self.base + 1 if self.base >= 0 else 0

    def report(self, ssrc: int, lsr: int, dlsr: int) -> ReportBlock:
        """Also starts the next interval of `fraction_lost`."""
        expected, received = self.expected, self.received
        interval, got = expected - self._prior[0], received - self._prior[1]
        self._prior = (expected, received)
        fraction = max(0, min(255, (interval - got) * 256 // interval)) if interval > 0 else 0
        lost = max(-0x800000, min(0x7FFFFF, expected - received))
        return ReportBlock(
            ssrc, fraction, lost, self.cycles + self.highest, int(self.jitter) & 0xFFFFFFFF, lsr, dlsr
        )
