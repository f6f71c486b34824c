"""Who is admitted to which seat: the answer of an Authoriser. PURE; says nothing about who decides it."""

import re
from dataclasses import dataclass

from .terms import MAIN, is_area

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`name` and `caption` are shown to everyone in the room (席位牌); `role` is a word of the application.

    `is_party`: orders to all (mute, countdown) are meant for this seat too; they spare who moderates. `area` is where
    a seat stands that comes for the first time. `onlooker`: watches from outside, sends nothing, is shown to nobody and
    is told every other seat by its `alias` alone.
    """

    room_id: str
    seat_id: str
    name: str
    caption: str
    role: str
    may_publish: bool = True
    may_moderate: bool = False
    is_party: bool = True
    area: str = MAIN
    onlooker: bool = False
    alias: str = ""

    @property
    def is_spared(self) -> bool:
        """By orders to all."""
        return self.may_moderate or not self.is_party

    def __post_init__(self) -> None:
        # Both become parts of file names of the recording.
        for value in (self.room_id, self.seat_id):
            if not _NAME.fullmatch(value) or value.startswith("."):
                raise ValueError(f"not a room or seat id: {value!r}")
        if self.onlooker and self.may_publish:
            raise ValueError("an onlooker sends nothing")
        if not is_area(self.area):
            raise ValueError(f"not an area: {self.area!r}")
