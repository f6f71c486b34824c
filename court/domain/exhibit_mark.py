"""Marks on a page of an exhibit and the pointer over it: vectors in percent of the page, bounded. Pictures are not here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.errors import CourtError

# A hundredth of a percent: finer than any screen shows a page.
FULL = 10_000
MOST_POINTS = 200
MOST_MARKS = 200  # living marks on one page

Point = tuple[int, int]


class MarkKind(StrEnum):
    """`pen` is a line through its points; `box` and `arrow` have exactly two."""

    PEN = "pen"
    BOX = "box"
    ARROW = "arrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One stroke, by whom and when; one that was taken away stays in the file with its moment."""

    id: str
    exhibit_id: str
    hearing_id: str
    page: int
    kind: MarkKind
    points: tuple[Point, ...]
    seat_id: str
    by: str
    at: datetime
    removed_at: datetime | None
    removed_by: str


def checked(kind: MarkKind, points: Sequence[Point]) -> tuple[Point, ...]:
    """The points of a stroke, each in 0…10000. Refuses `mark.malformed`."""
    least, most = (1, MOST_POINTS) if kind is MarkKind.PEN else (2, 2)
    if not least <= len(points) <= most or not all(inside(point) for point in points):
        raise CourtError("mark.malformed")
    return tuple(points)


def inside(point: Point) -> bool:
    """On the page."""
    return all(0 <= value <= FULL for value in point)
