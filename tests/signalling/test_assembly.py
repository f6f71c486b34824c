"""From packets back to frames: late ones are waited for, lost ones skipped, nothing stalls."""

import dataclasses
import math
import random

from signalling import vp8
from signalling.assembly import WAIT_S, Assembler, Belongs, Encoded
from signalling.messages import Kind
from signalling.rtp import RtpPacket

AUDIO = 960


def sound(i: int) -> RtpPacket:
    return RtpPacket(111, False, (65_500 + i) & 0xFFFF, (i * AUDIO) & 0xFFFFFFFF, 1, b"opus%d" % i)


def picture(i: int, *, key: bool) -> list[RtpPacket]:
    """A frame of three packets; VP8 descriptor 0x10 starts a frame."""
    tag = 0x10 if key else 0x11
    bodies = [bytes([0x10, tag, i & 0xFF]), bytes([0x00, 1]), bytes([0x00, 2])]
    return [RtpPacket(96, n == 2, (3 * i + n) & 0xFFFF, i * 6000, 1, b) for n, b in enumerate(bodies)]


def test_sound_with_ten_percent_loss_and_reordering_loses_only_what_was_lost() -> None:
    rng = random.Random(1)
    packets = [
        (0.02 * i + rng.uniform(0, 0.06), sound(i)) for i in range(500) if i == 0 or rng.random() > 0.1
    ]
    assembler, got = Assembler(video=False), []
    for at, packet in sorted(packets, key=lambda x: x[0]):
        assembler.push(packet, at)
        got += list(assembler.frames(at))
    got += list(assembler.frames(1e9))
    assert [f.timestamp for f in got] == sorted({p.timestamp for _, p in packets})
    assert len(got) + assembler.lost >= 499


def test_a_hole_is_waited_for_and_then_skipped() -> None:
    assembler, wait_s = Assembler(video=False), WAIT_S[Kind.AUDIO]
    for i in (0, 2, 3):
        assembler.push(sound(i), 1.0)
    assert len(list(assembler.frames(1.0 + wait_s / 2))) == 1
    assert len(list(assembler.frames(1.0 + wait_s))) == 2
    assert assembler.lost == 1


def test_a_packet_of_a_picture_that_is_repeated_late_costs_no_frame() -> None:
    assembler, got = Assembler(video=True), []
    frames = [picture(i, key=i == 0) for i in range(9)]
    late = frames[3].pop(1)
    for number, packets in enumerate(frames):
        for packet in packets:
            assembler.push(packet, number / 15)
        got += list(assembler.frames(number / 15))
    assert len(got) == 3
    assembler.push(late, 3 / 15 + 0.8)
    got += list(assembler.frames(3 / 15 + 0.8))
    assert [f.timestamp // 6000 for f in got] == list(range(9)) and not assembler.lost


def run(frames: list[list[RtpPacket]]) -> list[Encoded]:
    assembler, got = Assembler(video=True), []
    for number, packets in enumerate(frames):
        for packet in packets:
            assembler.push(packet, number / 15)
        got += list(assembler.frames(number / 15))
    return got + list(assembler.frames(1e9))


def test_a_lost_packet_costs_its_frame_and_video_goes_on_at_the_next_key_frame() -> None:
    frames = [picture(i, key=i in (0, 6)) for i in range(9)]
    del frames[3][1]
    got = run(frames)
    assert [f.timestamp // 6000 for f in got] == [0, 1, 2, 6, 7, 8]
    assert [f.key for f in got] == [True, False, False, True, False, False]
    assert got[0].data == bytes([0x10, 0, 1, 2])


def test_video_starts_at_a_key_frame_even_when_joined_in_the_middle_of_one() -> None:
    got = run([picture(0, key=True)[1:], picture(1, key=False), picture(2, key=True)])
    assert [f.timestamp // 6000 for f in got] == [2]


def test_another_stream_starts_anew_and_a_late_packet_does_not_bring_the_old_one_back() -> None:
    assembler = Assembler(video=False)
    assembler.push(sound(0), 0.0)
    other = RtpPacket(111, False, 9, 5, 2, b"x")
    assert assembler.belongs(other, 0.1) is Belongs.NEXT
    assert len(list(assembler.frames(math.inf))) == 1
    assembler.restart()
    assembler.push(other, 0.1)
    assert [f.timestamp for f in assembler.frames(0.1)] == [5]
    assert assembler.belongs(sound(1), 0.2) is Belongs.NONE
    assert assembler.belongs(sound(1), 5.0) is Belongs.NEXT


def test_video_changes_over_to_another_layer_only_at_its_key_frame_and_asks_for_it() -> None:
    assembler = Assembler(video=True)
    for packet in picture(0, key=True):
        assembler.push(packet, 0.0)
    assert len(list(assembler.frames(0.0))) == 1 and not assembler.needs_key_frame
    delta, key = ([dataclasses.replace(p, ssrc=2) for p in picture(i, key=i == 9)] for i in (8, 9))
    assert assembler.belongs(delta[0], 0.1) is Belongs.NONE
    assert assembler.needs_key_frame
    assert assembler.belongs(key[0], 0.2) is Belongs.NEXT


def test_where_a_picture_begins_is_read_the_same_in_short_as_in_full() -> None:
    rng = random.Random(2)
    for _ in range(20_000):
        payload = rng.randbytes(rng.randrange(9))
        full = vp8.read(payload)
        assert vp8.body_at(payload) == (full.size if full else 0)
        if full is not None:
            assert full.start == (payload[0] & 0x17 == 0x10)
