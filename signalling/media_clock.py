"""Where a frame belongs on the recording's time line, by RTP, sender reports and arrival. PURE; never touches media.

A packet is never early: the least of (arrival - source time) is its clock's offset plus the shortest way to us, and
everything above it is jitter. Sender reports (RFC 3550 §6.4.1) put the tracks of one sender on its one clock, so that
they share one offset and lips stay with voices. Reports that contradict arrival are not believed.
"""

from .rtp import ts_diff

MAX_DRIFT = 500e-6  # a device's clock against ours; better ones are under 100e-6
STEP_MS, STEP_AFTER_MS = (
    60.0,
    10_000.0,
)  # later than expected for so long: the source stood still, not the network
LIP_MS = 500.0  # a report may move a track this far from where arrival alone would put it
SETTLE_MS = 300.0  # of a new stream, before its first offset is trusted
STEADY_MS, DRIFT_OVER_MS = 30_000.0, 60_000.0
_NTP_MS = 1000 / 2**32


class Offset:
    """The lower edge of a stream of samples (ms), rising no faster than MAX_DRIFT unless it stepped."""

    def __init__(self) -> None:
        self._value: float | None = None
        self._at = 0.0
        self._late: tuple[float, float] | None = None  # (since, least sample since then)

    def add(self, sample: float, at: float) -> None:
        """`at` in ms on the clock of the recording."""
        edge = self.at(at)
        if edge is None or sample <= edge:
            self._value, self._at, self._late = sample, at, None
        elif sample - edge < STEP_MS:
            self._late = None
        elif self._late is None:
            self._late = (at, sample)
        else:
            since, least = self._late
            self._late = (since, min(least, sample))
            if at - since > STEP_AFTER_MS:
                self._value, self._at, self._late = min(least, sample), at, None

    def at(self, now: float) -> float | None:
        """None before the first sample."""
        if self._value is None:
            return None
        return self._value + max(0.0, now - self._at) * MAX_DRIFT


class SenderClock:
    """What the tracks of one seat share: our time minus the sender's, while its reports are believed."""

    def __init__(self) -> None:
        self.offset = Offset()
        self._believed: set[int] = set()

    def believe(self, track: int, yes: bool) -> None:
        if yes:
            self._believed.add(track)
            return
        self._believed.discard(track)
        if not self._believed:
            self.offset = Offset()


class MediaClock:
    """One stream's RTP time. `timestamp` is unwrapped, in ticks; times in ms since the recording began."""

    def __init__(self, ticks_per_ms: int, sender: SenderClock) -> None:
        self._ticks, self._sender = ticks_per_ms, sender
        self.restart()

    def restart(self) -> None:
        """Another stream: nothing is known of it."""
        self._own = Offset()
        self._now = 0.0
        self._last = 0
        self._first: float | None = None  # arrival
        self._steady: tuple[float, float] | None = None  # (when, offset then), to measure the drift from
        self._relation: float | None = None  # the sender's NTP time minus RTP time
        self._sender.believe(id(self), False)

    def heard(self, timestamp: int, arrival: float) -> None:
        """A frame came."""
        source = timestamp / self._ticks
        self._last, self._now = timestamp, max(self._now, arrival)
        self._own.add(arrival - source, arrival)
        if self._first is None:
            self._first = arrival
        if self._steady is None and arrival - self._first > STEADY_MS:
            self._steady = (arrival, self.aim(timestamp) - source)
        if self._relation is not None:
            self._sender.offset.add(arrival - source - self._relation, arrival)

    def reported(self, ntp: int, timestamp: int) -> None:
        """A sender report of this stream: 64-bit NTP time and the RTP timestamp (32 bits) of the same moment."""
        own = self._own.at(self._now)
        if own is None or not ntp:
            return
        ticks = self._last + ts_diff(timestamp, self._last & 0xFFFFFFFF)
        relation = ntp * _NTP_MS - ticks / self._ticks
        common = self._sender.offset.at(self._now)
        if common is None:
            self._sender.offset.add(own - relation, self._now)
        elif abs(relation + common - own) > LIP_MS:
            self._distrust()
            return
        self._relation = relation
        self._sender.believe(id(self), True)

    def aim(self, timestamp: int) -> float:
        """Where this frame belongs."""
        source = timestamp / self._ticks
        own = self._own.at(self._now) or 0.0
        common = self._sender.offset.at(self._now)
        if self._relation is None or common is None:
            return source + own
        if abs(self._relation + common - own) > LIP_MS:
            self._distrust()
            return source + own
        return source + self._relation + common

    def settled(self, now: float) -> bool:
        return self._first is not None and now - self._first >= SETTLE_MS

    def sender_ms(self, timestamp: int) -> int | None:
        """The sender's own wall time of a frame, ms since 1900 (NTP), as its reports have it."""
        return None if self._relation is None else round(timestamp / self._ticks + self._relation)

    @property
    def drift_ppm(self) -> int | None:
        """How much slower (+) or faster (-) the device's clock runs than ours; None in the first minute and a half."""
        if self._steady is None or self._now - self._steady[0] < DRIFT_OVER_MS:
            return None
        since, before = self._steady
        offset = self.aim(self._last) - self._last / self._ticks
        return round((offset - before) / (self._now - since) * 1e6)

    def _distrust(self) -> None:
        self._relation = None
        self._sender.believe(id(self), False)
