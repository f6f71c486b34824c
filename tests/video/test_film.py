"""A film covers every moment of a session exactly once, whatever is missing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from court.video import graph
from court.video.film import MISSING, Clip, Film, FilmTrack, covered, grid, pieces

FILE = Path("a.webm")


def clip(start: int, end: int, words: str = "") -> Clip:
    return Clip(start_ms=start, end_ms=end, path=None if words else FILE, words=words)


def test_holes_are_filled_with_their_reasons_and_overlaps_dropped() -> None:
    given = [
        clip(0, 4000),
        clip(3990, 8000),
        clip(8000, 9000),
        clip(9500, 11_000, "断线"),
        clip(11_000, 12_500),
    ]
    found = covered(given, 12_000)
    assert [(one.start_ms, one.end_ms, one.words) for one in found] == [
        (0, 4000, ""),
        (4000, 8000, MISSING),
        (8000, 9000, ""),
        (9000, 9500, MISSING),
        (9500, 11_000, "断线"),
        (11_000, 12_000, ""),
    ]
    assert covered([], 100) == (clip(0, 100, MISSING),)


@pytest.mark.parametrize("length", [1, 39, 19_999, 20_000, 20_001, 7_200_013])
def test_pieces_add_up_to_the_session_to_the_frame_and_the_sample(length: int) -> None:
    cut = pieces(length, 20_000)
    assert (cut[0].start_ms, cut[-1].end_ms) == (0, length)
    assert sum(piece.frames for piece in cut) == round(length * 25 / 1000)
    assert sum(piece.samples for piece in cut) == length * 48


@pytest.mark.parametrize(
    ("count", "wanted"), [(0, (1, 1)), (1, (1, 1)), (2, (2, 1)), (5, (3, 2)), (20, (5, 4))]
)
def test_a_grid_has_room_for_everybody_in_even_cells(count: int, wanted: tuple[int, int]) -> None:
    columns, rows, width, height = grid(count, 1280, 672)
    assert (columns, rows) == wanted
    assert columns * rows >= count
    assert (width % 2, height % 2) == (0, 0)


def test_no_text_of_a_person_stands_in_the_filter_script() -> None:
    hostile = "'];movie=/etc/passwd[x];%{localtime}"
    film = Film(
        tracks=(FilmTrack(caption=hostile, video=True, clips=(clip(0, 1000), clip(1000, 2000, hostile))),),
        length_ms=2000, began_at=datetime(2026, 11, 22, tzinfo=UTC), heading=hostile, watermark=hostile,
    )  # fmt: skip
    made = graph.Graph()
    graph.picture(film, pieces(2000, 20_000)[0], made)
    assert "movie" not in made.script
    assert hostile in made.texts.values()
    assert made.script.count("expansion=normal") == 1, "only the clock is computed"
