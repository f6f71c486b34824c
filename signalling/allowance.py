"""So much at once and so much a second, then no more (token bucket). PURE; times are handed in."""


class Allowance:
    """Of one sender. `burst` at once, `per_s` regained each second."""

    def __init__(self, burst: float, per_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._left, self._at = burst, 0.0

    def take(self, now: float) -> bool:
        """Whether one more is allowed; `now` in seconds of any clock that does not run back."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) * self._per_s)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
