"""One participant of the load: sends its loop, knows what comes by its end, answers what RTCP asks. No signalling."""

import secrets
import struct
import time
from array import array
from typing import TYPE_CHECKING

from benchmarks.media import clip
from benchmarks.media.words import LEVEL_ID, OPUS, VP8
from signalling import rtp
from signalling.aiortc_seams import MediaTransport

if TYPE_CHECKING:
    from benchmarks.media.load import Load

HEADER = struct.Struct("!BBHII")
LEVEL = struct.pack("!HHBBBB", 0xBEDE, 1, LEVEL_ID << 4, 0x80 | 30, 0, 0)  # speech at -30 dBov

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
