"""When a publisher may be asked for a key frame: so rarely that its link has room for what lies between. PURE."""

EVERY_S = 0.5
MOST_S = 3.0
BITS = 100_000  # of one, as browsers make them where the link is thin
SHARE = 0.3  # of what the page may send


class KeyFrames:
    """Of one source. A browser that is asked for one encoding gives a key frame of each."""

    def __init__(self) -> None:
        self.planned = False  # a request that came too early waits for its time
        self._asked = -MOST_S

    def due(self, now: float, rate: float) -> float:
        """Seconds until the publisher may be asked again; 0 counts as asked now. `rate`: bit/s that it may send."""
        wait = self._asked + min(MOST_S, max(EVERY_S, BITS / (SHARE * rate))) - now
        if wait <= 0:
            self._asked = now
            return 0.0
        return wait
