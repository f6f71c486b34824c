"""One slot shows one unbroken stream, whatever it carries."""

import dataclasses
import itertools

from signalling import rtp, vp8
from signalling.key_frames import EVERY_S, MOST_S, KeyFrames
from signalling.messages import Kind, Source
from signalling.outlet import Outlet
from signalling.rtp import RtpPacket
from signalling.sdp import SendLine, SlotLine
from signalling.streams import NACK_TRIES, Feed, Inlet
from signalling.terms import Layer

KEY = bytes([0x90, 0x80, 0x80, 0x00, 0x10, 0, 0]) + b"\x9d\x01\x2a" + bytes(10)
DELTA = bytes([0x90, 0x80, 0x80, 0x00, 0x11]) + bytes(10)


def inlet(ssrc: int) -> Inlet:
    line = SendLine(
        mid="0",
        source=Source.CAMERA,
        payload_type=96,
        clock_rate=90_000,
        ssrc=ssrc,
        rtx_payload_type=97,
        rtx_ssrc=None,
        audio_level_id=None,
    )
    return Inlet("party", line)


def packet(seq: int, timestamp: int, *, key: bool = False, picture: int = 0) -> RtpPacket:
    payload = bytearray(KEY if key else DELTA)
    payload[2], payload[3] = 0x80 | picture >> 8, picture & 0xFF
    return RtpPacket(96, True, seq & 0xFFFF, timestamp & 0xFFFFFFFF, 1, bytes(payload))


def outlet() -> tuple[Outlet, list[RtpPacket]]:
    sent: list[RtpPacket] = []

    def send(data: bytes) -> bool:
        parsed = rtp.parse(data)
        assert parsed is not None
        sent.append(parsed)
        return True

    line = SlotLine(mid="1", kind=Kind.VIDEO, index=0, payload_type=100, ssrc=7)
    return Outlet("viewer", line, send), sent


def test_video_waits_for_a_key_frame_then_flows() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    assert not slot.forward(packet(10, 0), 0.0) and slot.waits_for_key_frame
    assert slot.forward(packet(11, 3000, key=True), 0.03)
    assert slot.forward(packet(12, 6000), 0.06)
    assert [p.payload_type for p in sent] == [100, 100] and {p.ssrc for p in sent} == {7}


def test_a_switch_of_source_continues_numbers_times_and_picture_ids() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    for i in range(3):
        slot.forward(packet(65_534 + i, 1000 + 3000 * i, key=i == 0, picture=0x7FFE + i & 0x7FFF), i / 30)
    slot.carry(inlet(2))
    slot.forward(packet(500, 77, key=True, picture=9), 1.0)
    slot.forward(packet(501, 77 + 3000, picture=10), 1.033)
    steps = [rtp.seq_diff(b.seq, a.seq) for a, b in itertools.pairwise(sent)]
    assert steps == [1] * 4
    times = [rtp.ts_diff(b.timestamp, a.timestamp) for a, b in itertools.pairwise(sent)]
    assert times[:2] == [3000, 3000] and 80_000 < times[2] < 90_000 and times[3] == 3000
    pictures = [d.picture_id for p in sent if (d := vp8.read(p.payload))]
    assert pictures == [0x7FFE, 0x7FFF, 0, 1, 2]


def test_numbers_start_low_so_that_a_late_viewer_can_decrypt() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    slot.forward(packet(65_535, 0, key=True), 0.0)
    slot.forward(packet(0, 3000), 0.0)
    assert [p.seq for p in sent] == [1, 2]


def test_packets_from_before_the_switch_are_not_sent_after_it() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    slot.forward(packet(100, 0, key=True), 0.0)
    assert not slot.forward(packet(99, 0), 0.0)
    assert len(sent) == 1


def test_a_pause_leaves_no_hole() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    slot.forward(packet(1, 0, key=True), 0.0)
    slot.pause()
    slot.forward(packet(900, 90_000), 1.0)
    slot.forward(packet(901, 93_000, key=True), 1.03)
    assert [p.seq for p in sent] == [1, 2]


def test_a_repeat_is_answered_from_the_history() -> None:
    slot, sent = outlet()
    slot.carry(inlet(1))
    for i in range(5):
        slot.forward(packet(i, 3000 * i, key=i == 0), i / 30)
    assert slot.repeat((2, 3, 999), 1.0) == 2
    assert [p.seq for p in sent[5:]] == [2, 3]


def test_holes_are_asked_for_until_given_up() -> None:
    source = inlet(1)
    source.accept(packet(65_535, 0), 0.0, repeated=False)
    source.accept(packet(3, 3000), 0.0, repeated=False)
    assert source.holes_to_ask(0.0) == [0, 1, 2]
    assert source.holes_to_ask(0.01) == []
    source.accept(packet(1, 0), 0.05, repeated=True)
    assert source.holes_to_ask(0.2) == [0, 2]
    for i in range(NACK_TRIES + 1):
        source.holes_to_ask(1.0 + i)
    assert not source.has_holes


def test_key_frame_requests_are_throttled_the_more_the_thinner_the_link() -> None:
    asked = KeyFrames()
    assert asked.due(10.0, 1.8e6) == 0
    assert 0 < asked.due(10.1, 1.8e6) <= EVERY_S
    assert asked.due(10.0 + EVERY_S, 1.8e6) == 0
    assert asked.due(12.0, 120e3) > 1.0
    assert asked.due(10.0 + EVERY_S + MOST_S, 1.0) == 0


def test_the_encodings_of_a_picture_are_asked_together() -> None:
    line = dataclasses.replace(inlet(1).line, layers=(Layer.LOW, Layer.HIGH))
    low, high = Feed("party", line).layers.values()
    assert low.key_frames is high.key_frames and low.key_frames is not inlet(1).key_frames
