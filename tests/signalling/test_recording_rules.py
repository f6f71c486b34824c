"""The small tables of the recorder: why something is missing, how long the disk lasts, what is told first."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from signalling import disk_guard
from signalling.absences import Absences
from signalling.disk_guard import DiskGuard
from signalling.media_clock import MAX_DRIFT, Offset
from signalling.segments import GapReason
from signalling.troubles import Trouble, Troubles

LOSS, MUTE, LINK = GapReason.LOSS, GapReason.MUTE, GapReason.LINK


def absences(*marks: tuple[int, GapReason]) -> Absences:
    found = Absences()
    for at, reason in marks:
        found.mark(at, reason)
    return found


@pytest.mark.parametrize(
    ("marks", "hole", "expected"),
    [
        ([(10, LOSS)], (20_000, 30_000), [(20_000, 30_000, LOSS)]),
        ([(10, LOSS), (25_000, MUTE)], (10_000, 30_000), [(10_000, 25_000, LOSS), (25_000, 30_000, MUTE)]),
        ([(10, LOSS), (25_000, LINK)], (10_000, 30_000), [(10_000, 30_000, LINK)]),
        ([(10, LOSS), (1000, MUTE), (2000, LOSS)], (900, 6000), [(900, 6000, MUTE)]),
        (
            [(10, LOSS), (1000, MUTE), (2000, LOSS)],
            (900, 9000),
            [(900, 2000, MUTE), (2000, 9000, LOSS)],
        ),
        (
            [(10, LOSS), (1000, GapReason.CAUCUS), (5000, GapReason.OUTSIDE)],
            (1000, 8000),
            [(1000, 5000, GapReason.CAUCUS), (5000, 8000, GapReason.OUTSIDE)],
        ),
        ([], (0, 7000), [(0, 7000, GapReason.NOT_JOINED)]),
    ],
)
def test_a_hole_is_divided_where_its_reason_changed(
    marks: list[tuple[int, GapReason]], hole: tuple[int, int], expected: list[tuple[int, int, GapReason]]
) -> None:
    assert absences(*marks).split(*hole) == expected


def test_the_courts_own_disk_outdoes_every_reason() -> None:
    found = absences((10, LOSS), (3000, MUTE))
    found.disk(2000, fails=True)
    found.disk(4000, fails=False)
    assert found.split(2000, 6000) == [(2000, 4000, GapReason.DISK), (4000, 6000, MUTE)]


def test_thousands_of_changes_are_bounded() -> None:
    found = absences(*((n, (MUTE, LOSS)[n % 2]) for n in range(1, 50_000)))
    assert len(found.split(0, 60_000)) <= 1025
    found.forget(60_000)
    assert found.split(60_000, 61_000) == [(60_000, 61_000, found.now)]


GB = 10**9


def test_the_bench_is_warned_under_twenty_gigabytes_and_under_four_hours() -> None:
    guard = DiskGuard()
    assert not guard.look(0, 100 * GB, 0).low
    assert guard.look(5, 19 * GB, 0).low
    guard = DiskGuard()
    for second in range(0, 136, 5):
        state = guard.look(second, 100 * GB, second * 10**7)
    assert state.low and state.left_s == pytest.approx(10_000)
    guard = DiskGuard()
    for second in range(0, 61, 5):
        state = guard.look(second, 100 * GB, 0)
    assert state.left_s is None and not state.low


def test_what_others_write_counts_too() -> None:
    guard = DiskGuard()
    for second in range(0, 136, 5):
        state = guard.look(second, 100 * GB - second * 10**7, second * 1000)
    assert state.low and state.left_s == pytest.approx(9_865)


def test_a_burst_of_another_program_warns_nobody_and_a_warning_ends_only_after_calm() -> None:
    def lows(free: Callable[[int], float], until: int) -> list[bool]:
        guard = DiskGuard()
        return [guard.look(s, round(free(s)), s * 1000).low for s in range(0, until, 5)]

    assert not any(lows(lambda s: (100 - min(s, 20) * 0.1) * GB, 300)), "2 GB within 20 s, then nothing more"
    seen = lows(lambda s: (100 - s * 0.01 if s % 120 < 60 else 100 - (s - s % 120 + 60) * 0.01) * GB, 900)
    assert sum(a != b for a, b in pairwise(seen)) <= 1, "filled by fits and starts: told once"
    seen = lows(lambda s: (19 if s == 100 else 30) * GB, 600)
    assert seen[20:80] == [True] * 60 and not any(seen[:20]) and not any(seen[80:])


def test_video_stops_before_the_end_and_comes_back_only_when_there_is_plenty() -> None:
    guard, limit = DiskGuard(), disk_guard.VIDEO_STOPS_BYTES
    seen = [
        guard.look(n, free, 0).video for n, free in enumerate([3 * limit, limit - 1, limit + 1, 2 * limit])
    ]
    assert seen == [True, False, False, True]
    guard.squeeze()
    assert not guard.look(9, limit + 1, 0).video


def test_the_worst_trouble_is_told() -> None:
    troubles = Troubles()
    assert troubles.set(Trouble.DISK_LOW, True) and troubles.worst == "recording.disk_low"
    assert troubles.set(Trouble.DISK_FULL, True) and troubles.failed
    assert not troubles.set(Trouble.OVERLOAD, True)
    assert troubles.set(Trouble.DISK_FULL, False) and troubles.worst == "recording.overload"
    assert not troubles.failed


def test_an_offset_is_the_lower_edge_of_its_jitter_and_follows_a_step_only_after_a_while() -> None:
    offset = Offset()
    for n in range(500):
        offset.add(30 + n * 7 % 40, n * 20.0)
    assert 30 <= (offset.at(10_000) or 0) <= 33
    for n in range(500, 900):
        offset.add(230 + n * 7 % 40, n * 20.0)
    assert (offset.at(18_000) or 0) <= 33 + 8000 * MAX_DRIFT, "a line that is late for eight seconds"
    for n in range(900, 1200):
        offset.add(230 + n * 7 % 40, n * 20.0)
    assert 230 <= (offset.at(24_000) or 0) <= 237, "a source that stood still"
    offset.add(29, 24_001)
    assert offset.at(24_001) == 29
