"""How long the disk will last, and what gives way when it does not: video before sound, sound never. PURE."""

from collections import deque
from dataclasses import dataclass

LOW_BYTES = 20 * 10**9
LOW_S = 4 * 3600.0
VIDEO_STOPS_BYTES = 512 * 2**20  # ten people's sound for more than four hours
WINDOW_S = 60.0  # over which the rate is measured
MIN_SPAN_S = 10.0
LASTS_S = 120.0  # longer than WINDOW_S sees a burst of another program; LOW_BYTES counts at once
CALM_S = 300.0  # without a cause until the warning ends


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskState:
    """`left_s` at the current rate, None while it is unknown."""

    free: int
    left_s: float | None
    low: bool
    video: bool


class DiskGuard:
    """Looks at what is free and what was written; times in seconds on any steady clock."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int, int]] = deque()
        self._rate = 0.0
        self._video = True
        self._low = False
        self._short: float | None = None  # since when less is left than there should be
        self._caused = 0.0  # when there was cause for the warning last

    def squeeze(self) -> None:
        """The disk refused for want of room: no more video until there is plenty."""
        self._video = False

    def look(self, at: float, free: int, written: int) -> DiskState:
        """`written`: bytes of this recording so far. Others may fill the disk too: the faster of both rates counts."""
        self._seen.append((at, free, written))
        while len(self._seen) > 2 and at - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()
        since, was_free, was_written = self._seen[0]
        if at - since >= MIN_SPAN_S:
            rate = max(was_free - free, written - was_written, 0) / (at - since)
            self._rate = rate or self._rate  # in a pause the last one is the best guess
        left = free / self._rate if self._rate else None
        self._warn(at, free, left)
        if free < VIDEO_STOPS_BYTES:
            self._video = False
        elif free >= 2 * VIDEO_STOPS_BYTES:
            self._video = True
        return DiskState(free=free, left_s=left, low=self._low, video=self._video)

    def _warn(self, at: float, free: int, left: float | None) -> None:
        ease = 1.1 if self._low else 1.0  # no flapping around the limits
        if left is None or left >= LOW_S * ease:
            self._short = None
        elif self._short is None:
            self._short = at
        lasts = self._short is not None and (self._low or at - self._short >= LASTS_S)
        if free < LOW_BYTES * ease or lasts:
            self._caused, self._low = at, True
        self._low = self._low and at - self._caused < CALM_S
