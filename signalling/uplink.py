"""How much one page may send: an estimate by what arrives, told back as REMB. PURE; times are handed in."""

from collections import deque

LEAST = 120_000  # bit/s; below it a camera stops by itself and sound still has room
START = 500_000
MOST_PER_PICTURE = 1_800_000  # both encodings and repeats
GROWTH = 1.08  # per second without trouble
OPENING_GROWTH = 2.0  # before the first trouble, while the page uses what it may
USED = 0.5  # of the rate
BACK_TO = 0.85  # of the most that arrived of late when the link was full
LATE_TICKS = 2  # one alone may have begun before the link was full
QUEUE_S = 0.12  # packets that wait this long in the network delay the voice
LONG_QUEUE_S = 0.4  # and this is seen at once; less must last, as a busy machine is late for a moment
CALM_QUEUE_S = 0.05
LOSS = 0.2  # more than chance: the link drops what it cannot carry
CALM_LOSS = 0.03
REST_S = 1.0  # after a decrease
SUNK_TICKS, OF_TICKS = 6, 8  # so many of the last ones full at the least rate: the picture goes, sound stays
NEAR_LEAST = 1.2  # of the least rate; what a higher one met says nothing about the least
HELD_S, HELD_MOST_S = 15.0, 240.0  # before it is tried again; doubled when that failed
PROVEN_S = 30.0  # a try that held so long did not fail
WINDOW_S = 30.0  # the shortest way of this time is taken for an empty one
WRAP_S = 64.0  # of the send times


class Uplink:
    """`rate` is the ceiling told to the page, bit/s, for everything it sends.

    `carries_pictures`: false where the line is too thin for any picture beside the sound.
    """

    def __init__(self, pictures: int) -> None:
        self.most = max(LEAST, MOST_PER_PICTURE * pictures)
        self.rate = min(START, self.most)
        self._shortest: float | None = None  # transit in this interval
        self._reference: float | None = None
        self._past: deque[tuple[float, float]] = deque()
        self._resting_until = 0.0
        self._full = False
        self._opening = True
        self.carries_pictures = True
        self._fulls: deque[bool] = deque(maxlen=OF_TICKS)
        self._tried, self._wait = -PROVEN_S, HELD_S
        self._received: deque[float] = deque(maxlen=LATE_TICKS)

    def passed(self, sent: float, arrival: float) -> None:
        """One packet: its send time (of the page's clock, wraps at WRAP_S) and its arrival, seconds."""
        transit = (arrival - sent) % WRAP_S
        if self._reference is None:
            self._reference = transit
        change = (transit - self._reference + WRAP_S / 2) % WRAP_S - WRAP_S / 2
        if self._shortest is None or change < self._shortest:
            self._shortest = change

    def tick(self, now: float, seconds: float, received: float, loss: float) -> bool:
        """`received` in bit/s and `loss` (0..1) over the last `seconds`. True when the rate went down."""
        queue = self._queue(now)
        self._received.append(received)
        lasting, self._full = self._full, queue > QUEUE_S or loss > LOSS
        self._hold(now)
        if queue > LONG_QUEUE_S or (self._full and lasting):
            if now < self._resting_until:
                return False
            self._resting_until, self._opening = now + REST_S, False
            carried = max(self._received)
            before, self.rate = self.rate, round(min(self.rate, max(LEAST, BACK_TO * carried)))
            return self.rate < before
        if queue < CALM_QUEUE_S and loss < CALM_LOSS and now >= self._resting_until:
            growth = OPENING_GROWTH if self._opening and received >= USED * self.rate else GROWTH
            self.rate = min(self.most, round(self.rate * growth**seconds + 10_000 * seconds))
        return False

    def _hold(self, now: float) -> None:
        """Where not even the least rate passes, sound would be lost with the picture."""
        if self.carries_pictures and self.rate > NEAR_LEAST * LEAST:
            self._fulls.clear()
            return
        self._fulls.append(self._full)
        full = sum(self._fulls)
        if self.carries_pictures and self.rate <= LEAST and full >= SUNK_TICKS:
            self._wait = min(HELD_MOST_S, 2 * self._wait) if now - self._tried < PROVEN_S else HELD_S
            self.carries_pictures, self._tried = False, now
            self._fulls.clear()
        elif not self.carries_pictures and not full and now - self._tried >= self._wait:
            self.carries_pictures, self._tried, self.rate = True, now, LEAST

    def _queue(self, now: float) -> float:
        """How long packets stood in the network in this interval, at the least; 0 where nothing tells."""
        shortest, self._shortest = self._shortest, None
        if shortest is None:
            return 0.0
        self._past.append((now, shortest))
        while now - self._past[0][0] > WINDOW_S:
            self._past.popleft()
        return shortest - min(one for _, one in self._past)
