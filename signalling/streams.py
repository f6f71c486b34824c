"""What comes in: one encoding (Inlet) and the encodings of one source (Feed). Keeps numbers, sends nothing."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from . import rtp, vp8
from .key_frames import KeyFrames
from .messages import Kind, Source
from .rtp import RtpPacket, seq_diff
from .sdp import SendLine
from .segments import Track
from .terms import Layer

if TYPE_CHECKING:
    from .outlet import Outlet

MAX_HOLES = 256
NACK_EVERY_S = 0.1
NACK_TRIES = 16  # a repeat that comes late is cheaper than the key frame in its place
AUDIO_NACK_EVERY_S = 0.06
AUDIO_NACK_TRIES = 4  # later than a quarter of a second, sound is of no use to a listener
LEVEL_SILENCE = 127  # -dBov
ARRIVES_S = 1.5  # an encoding silent for longer is not sent at present
RATE_OVER_S = 2.0


class Inlet:
    """One encoding as it comes in: reception report, holes to be repeated, its receivers."""

    def __init__(
        self, seat_id: str, line: SendLine, layer: Layer = Layer.HIGH, key_frames: KeyFrames | None = None
    ) -> None:
        self.seat_id = seat_id
        self.key_frames = key_frames or KeyFrames()  # shared by the encodings of a source
        self.source: Source = line.source
        self.kind: Kind = line.source.kind
        self.track = Track(seat_id, line.source)
        self.line = line
        self.layer = layer
        self.ssrc: int = line.ssrc or 0
        self.send_time_id = line.id_of(rtp.SEND_TIME_URI)
        self.rtx_ssrc: int = line.rtx_ssrc or 0
        self.passes = False  # the room's gate
        self.recorded = False  # the recorder hears this encoding
        self.wished = False  # some viewer should have it
        self.outlets: list[Outlet] = []  # that carry it, or wait for its key frame
        self.reception = rtp.Reception(line.clock_rate)
        self.packets = 0
        self.octets = 0
        self.rate = 0.0  # bit/s over the last seconds
        self.level = LEVEL_SILENCE
        self._loudest = LEVEL_SILENCE
        self.last_arrival = 0.0
        self.sender_report: tuple[int, int] | None = None  # (NTP, RTP timestamp)
        self.report_arrival = 0.0
        self._holes: OrderedDict[int, tuple[float, int]] = OrderedDict()
        self._repairs = self.kind is Kind.VIDEO or line.nack
        self._every_s, self._tries = (
            (NACK_EVERY_S, NACK_TRIES) if self.kind is Kind.VIDEO else (AUDIO_NACK_EVERY_S, AUDIO_NACK_TRIES)
        )
        self._before = (0, 0, 0)

    def accept(self, packet: RtpPacket, arrival: float, *, repeated: bool) -> bool:
        """False for a repeat that nobody missed: browsers probe the uplink with old packets."""
        if repeated and self._holes.pop(packet.seq, None) is None:
            return False
        self.packets += 1
        self.octets += len(packet.payload)
        self.last_arrival = arrival
        if repeated:
            return True
        if packet.seq != self.reception.highest + 1 and self._repairs and self.reception.base >= 0:
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
        return True

    def take_loudest(self) -> int:
        """The loudest packet since the last call, in -dBov."""
        loudest, self._loudest = self._loudest, LEVEL_SILENCE
        return loudest

    def holes_to_ask(self, now: float) -> list[int]:
        """Sequence numbers whose repeat is due, oldest first; a hole is given up after some tries."""
        due: list[int] = []
        for seq, (asked, tries) in list(self._holes.items()):
            if now - asked < self._every_s:
                continue
            if tries >= self._tries:
                del self._holes[seq]
                continue
            self._holes[seq] = (now, tries + 1)
            due.append(seq)
        return due

    @property
    def has_holes(self) -> bool:
        return bool(self._holes)

    def measure(self, seconds: float) -> tuple[int, int, int]:
        """(octets that came, packets expected, packets lost) since the last time, `seconds` ago."""
        r, before = self.reception, self._before
        self._before = (self.octets, r.expected, r.received)
        octets, expected = self.octets - before[0], max(0, r.expected - before[1])
        self.rate += min(1.0, seconds / RATE_OVER_S) * (octets * 8 / seconds - self.rate)
        return octets, expected, max(0, expected - (r.received - before[2]))

    def arrives(self, now: float) -> bool:
        return self.packets > 0 and now - self.last_arrival < ARRIVES_S

    def report(self, now: float) -> rtp.ReportBlock | None:
        if self.reception.base < 0:
            return None
        lsr = dlsr = 0
        if self.sender_report is not None:
            lsr = (self.sender_report[0] >> 16) & 0xFFFFFFFF
            dlsr = int((now - self.report_arrival) * 65536) & 0xFFFFFFFF
        return self.reception.report(self.ssrc, lsr, dlsr)


class Feed:
    """One source of one connection: one encoding, or a high and a low one of the same picture."""

    def __init__(self, seat_id: str, line: SendLine) -> None:
        self.seat_id, self.source, self.line = seat_id, line.source, line
        asked = KeyFrames()
        self.layers = {layer: Inlet(seat_id, line, layer, asked) for layer in line.layers or (Layer.HIGH,)}
        self.recorded_next: Inlet | None = None  # from its next key frame
        self.recorded = self.layers[Layer.HIGH]
        self.recorded.recorded = True

    def arrives(self, now: float) -> bool:
        """In whatever encoding."""
        return any(inlet.arrives(now) for inlet in self.layers.values())

    def record(self, inlet: Inlet) -> None:
        """The encoding that the recorder hears from now on."""
        self.recorded.recorded = False
        self.recorded, self.recorded_next = inlet, None
        inlet.recorded = True

    def hears(self, inlet: Inlet, packet: RtpPacket) -> bool:
        """Whether the recorder is given this packet: also the awaited encoding's before its key frame, to be sorted there."""
        if inlet is self.recorded_next and vp8.starts_key(packet.payload, packet.vp8):
            self.record(inlet)
        return inlet.recorded or inlet is self.recorded_next

    def choose_recorded(self, now: float, *, running: bool) -> Inlet | None:
        """The recorder hears the best encoding that arrives; while it runs, from the next key frame of what is returned.

        The high one, not sent at present, is heard from its first key frame on, should it begin.
        """
        best = self.pick(Layer.HIGH, now)
        following = best if best is not self.recorded else self.layers[Layer.HIGH]
        self.recorded_next = following if following is not self.recorded else None
        if best is self.recorded:
            return None
        if not running:
            self.record(best)
        return self.recorded_next

    def pick(self, wanted: Layer, now: float) -> Inlet:
        """The wanted encoding if it arrives, else the other one if that does."""
        first = self.layers.get(wanted) or self.layers[Layer.HIGH]
        if first.arrives(now):
            return first
        return next((i for i in self.layers.values() if i.arrives(now)), first)

    def follows(self, picked: Inlet, wanted: Layer, now: float) -> Inlet | None:
        """The encoding to change to should it begin: what is wanted, or any where none arrives."""
        first = self.layers.get(wanted) or self.layers[Layer.HIGH]
        if picked.arrives(now):
            return first
        return next((i for i in self.layers.values() if i is not picked), None)
