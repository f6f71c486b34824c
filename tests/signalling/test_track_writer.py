"""Segments and gaps of one track fill its whole time, whatever happens to the packets."""

from pathlib import Path

import pytest

from signalling.messages import Source
from signalling.rtp import RtpPacket
from signalling.segments import Gap, GapReason, Segment, Track
from signalling.track_writer import TrackWriter

LOUD = bytes([0xFC]) + bytes(60)


class Desk:
    """A writer fed by hand; the clock is the test's."""

    def __init__(self, directory: Path, source: Source = Source.MIC) -> None:
        self.events: list[Segment | Gap] = []
        self.writer = TrackWriter(
            Track("party", source),
            directory,
            part=1,
            cursor_ms=0,
            title={"hearing": "h", "room": "r"},
            emit=self.events.append,
        )
        self.seq = 0

    def talk(self, start: int, end: int, *, late: int = 0, ssrc: int = 1, skip: int = 0) -> None:
        """20 ms packets from `start` to `end` ms, arriving `late` ms later."""
        self.writer.absences.mark(start, GapReason.LOSS)
        for at in range(start, end, 20):
            self.seq += 1
            packet = RtpPacket(111, False, self.seq & 0xFFFF, at * 48 + ssrc * 999, ssrc, LOUD)
            if not (skip and self.seq % skip == 0):
                self.writer.packet(packet, at + late, at + late)
        self.writer.flush()

    def stop(self, at: int) -> list[tuple[str, int, int]]:
        self.writer.interrupt(at)
        ends = [0, *(e.end_ms for e in self.events)]
        assert [e.start_ms for e in self.events] == ends[:-1], "hole or overlap"
        assert ends[-1] == at
        return [
            (e.reason.value if isinstance(e, Gap) else "segment", e.start_ms, e.end_ms) for e in self.events
        ]


def test_speech_becomes_segments_of_four_seconds(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.talk(100, 9100)
    assert desk.stop(9100) == [
        ("not_joined", 0, 100),
        ("segment", 100, 4100),
        ("segment", 4100, 8100),
        ("segment", 8100, 9100),
    ]


@pytest.mark.parametrize("reason", [GapReason.MUTE, GapReason.LINK, GapReason.DEVICE])
def test_a_silence_is_a_gap_with_its_reason(tmp_path: Path, reason: GapReason) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 1000)
    desk.writer.absences.mark(1100, reason)
    desk.writer.drain(3000)
    desk.writer.absences.mark(3900, GapReason.LOSS)
    desk.talk(4000, 5000)
    assert desk.stop(5000) == [("segment", 0, 1000), (reason.value, 1000, 4000), ("segment", 4000, 5000)]


def test_lost_packets_make_no_gap_but_are_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 3000, skip=10)
    desk.writer.drain(4000)
    assert desk.stop(3000) == [("segment", 0, 3000)]
    assert isinstance(desk.events[0], Segment) and desk.events[0].lost >= 14


def test_a_burst_after_a_stall_keeps_its_own_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 1000)
    desk.talk(1000, 3000, late=1100)
    assert desk.stop(4200) == [("segment", 0, 3000), ("loss", 3000, 4200)]


def test_a_new_connection_of_the_same_seat_joins_on(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 2000)
    desk.writer.absences.mark(4000, GapReason.LINK)
    desk.writer.absences.mark(4900, GapReason.LOSS)
    desk.seq = 40_000
    desk.talk(5000, 6000, ssrc=2)
    assert desk.stop(6000) == [("segment", 0, 2000), ("link", 2000, 5000), ("segment", 5000, 6000)]


@pytest.mark.parametrize("reason", ["adjournment", "closed_evidence", "mediation_unsuited"])
def test_a_lawful_interruption_is_a_gap_of_that_name(tmp_path: Path, reason: str) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 2000)
    desk.writer.interrupt(2010)
    desk.writer.resume(5000, GapReason(reason))
    desk.talk(5000, 6000)
    assert desk.stop(6000) == [("segment", 0, 2010), (reason, 2010, 5000), ("segment", 5000, 6000)]


def test_somebody_who_never_came_is_one_gap(tmp_path: Path) -> None:
    assert Desk(tmp_path).stop(7000) == [("not_joined", 0, 7000)]


def test_a_clock_that_jumps_at_the_source_does_not_bend_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.talk(0, 1000)
    for i in range(50):
        desk.seq += 1
        at = 1000 + 20 * i
        jumped = RtpPacket(111, False, desk.seq, (at + 3_600_000) * 48, 1, LOUD)
        desk.writer.packet(jumped, at, at)
    kinds = desk.stop(2000)
    assert kinds[-1][2] == 2000 and all(b - a < 4100 for _, a, b in kinds)
