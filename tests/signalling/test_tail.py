"""A recording is read while it grows: every packet once, in order, across segments, and never a half-written one."""

from pathlib import Path

import pytest

from signalling import webm
from signalling.segment_file import SegmentFile
from signalling.tail import Sound, Tail


def segment(
    folder: Path, number: int, start_ms: int, seat: str = "seat-1", source: str = "mic"
) -> SegmentFile:
    title: dict[str, str | int] = {
        "hearing": "h",
        "seat": seat,
        "source": source,
        "start_ms": start_ms,
        "part": 1,
    }
    path = folder / f"{seat}-{source}-01-{number:05}.webm"
    return SegmentFile(path, webm.head(webm.opus_track(), title))


def say(file: SegmentFile, first: int, count: int) -> None:
    for n in range(first, first + count):
        file.add(webm.Frame(n * 20, True, b"packet %d" % n))


def times(sounds: list[Sound]) -> list[int]:
    return [sound.at_ms for sound in sounds]


def test_what_was_flushed_is_heard_once_and_what_was_not_later(tmp_path: Path) -> None:
    tail = Tail(tmp_path)
    assert tail.read() == []
    file = segment(tmp_path, 1, 1000)
    assert tail.read() == []
    say(file, 0, 3)
    assert tail.read() == []
    file.flush()
    assert times(tail.read()) == [1000, 1020, 1040]
    assert tail.read() == []
    say(file, 3, 1)
    file.flush()
    assert tail.read() == [Sound(seat_id="seat-1", at_ms=1060, data=b"packet 3")]


def test_a_closed_segment_is_read_to_its_end_before_the_next(tmp_path: Path) -> None:
    tail = Tail(tmp_path)
    for number in (1, 2, 3):
        file = segment(tmp_path, number, number * 4000)
        say(file, 0, 2)
        file.close(4000)
    heard = times(tail.read()) + times(tail.read()) + times(tail.read()) + times(tail.read())
    assert heard == [4000, 4020, 8000, 8020, 12000, 12020]


def test_pictures_are_not_heard_and_voices_stay_apart(tmp_path: Path) -> None:
    for seat, source in (("one", "mic"), ("one", "camera"), ("two-mic", "mic")):
        file = segment(tmp_path, 1, 0, seat, source)
        say(file, 0, 1)
        file.flush()
    assert sorted(sound.seat_id for sound in Tail(tmp_path).read()) == ["one", "two-mic"]


def test_what_was_taken_before_is_not_taken_again(tmp_path: Path) -> None:
    file = segment(tmp_path, 1, 0)
    say(file, 0, 5)
    file.flush()
    assert times(Tail(tmp_path, since={"seat-1": 60}).read()) == [60, 80]


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_half_written_cluster_waits_for_its_rest(tmp_path: Path, cut: int) -> None:
    file = segment(tmp_path, 1, 0)
    say(file, 0, 4)
    file.flush()
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-cut])
    tail = Tail(tmp_path)
    assert tail.read() == []
    file.path.write_bytes(whole)
    assert times(tail.read()) == [0, 20, 40, 60]


def test_a_foreign_file_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "seat-2-mic-01-00001.webm").write_bytes(b"\x00" * 500)
    (tmp_path / "seat-3-mic-01-00001.webm").mkdir()
    file = segment(tmp_path, 1, 0)
    say(file, 0, 1)
    file.flush()
    assert times(Tail(tmp_path).read()) == [0]
