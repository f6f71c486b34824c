"""A peer of ours sees a damaged picture as a browser would: late frames count, a lost one costs a key frame's wait."""

import itertools
from types import SimpleNamespace
from typing import Any

from aiortc.jitterbuffer import JitterBuffer

from signalling.assembly import WAIT_S
from signalling.messages import Kind
from signalling.patience import ASK_EVERY_S, PatientBuffer


def frame(i: int, *, key: bool = False) -> list[Any]:
    """Two packets, as aiortc hands them on; numbers wrap in the first ones."""
    bodies = [bytes([0x10, 0x10 if key else 0x11, i & 0xFF]), bytes([0x00, 1])]
    return [
        SimpleNamespace(
            payload_type=96,
            marker=n == 1,
            sequence_number=65_530 + 2 * i + n & 0xFFFF,
            timestamp=6000 * i,
            ssrc=7,
            payload=body,
            _data=body[1:],
        )
        for n, body in enumerate(bodies)
    ]


def test_late_frames_come_all_at_once_and_are_handed_on_in_order() -> None:
    now, counted = [0.0], [0]

    def one() -> None:
        counted[0] += 1

    buffer = PatientBuffer(one, lambda: now[0])
    frames = [frame(i, key=i == 0) for i in range(6)]
    late = frames[2].pop(0)
    for packets in frames:
        now[0] += 1 / 15
        got = [buffer.add(packet) for packet in packets]
        assert not any(asks for asks, _ in got), "a hole that may be filled is no reason to ask"
    assert counted[0] == 2
    _, whole = buffer.add(late)
    assert counted[0] == 6 and whole is not None and whole.timestamp == 2 * 6000
    _, whole = buffer.add(frame(6)[0])
    assert whole is not None and whole.timestamp == 3 * 6000 and whole.data[1:] == b"\x03\x01"


def test_a_lost_packet_costs_some_seconds_not_hundreds_of_packets() -> None:
    """At the rate of a thin line aiortc's own buffer stays dark for 256 packets; a browser asks for a key frame."""
    now, counted, own = [0.0], [0], JitterBuffer(capacity=256, is_video=True)
    seen_by_own = 0

    def one() -> None:
        counted[0] += 1

    buffer, asked = PatientBuffer(one, lambda: now[0]), []
    for i in range(60):
        now[0] = i / 10
        wanted = bool(asked) and now[0] - asked[0] >= 0.3
        packets = frame(i, key=i == 0 or wanted)
        if i == 3:
            del packets[0]
        for packet in packets:
            ask, _ = buffer.add(packet)
            if ask:
                asked.append(now[0])
            seen_by_own += own.add(packet)[1] is not None
    assert 0.3 + WAIT_S[Kind.VIDEO] <= asked[0] <= 0.5 + WAIT_S[Kind.VIDEO]
    assert all(later - earlier >= ASK_EVERY_S for earlier, later in itertools.pairwise(asked))
    assert counted[0] >= 60 - 20 and seen_by_own == 2
