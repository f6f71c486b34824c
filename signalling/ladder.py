"""What picture one receiver's link carries: high, low, a still now and then, sound only. PURE; times handed in.

Sound is not on the ladder: nothing here ever takes it away. Down at once, up one rung at a time, and after a rung
that did not hold only after a pause that doubles, so that an unsteady link does not make the picture flap.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .outlet import Quality


class Step(StrEnum):
    """As it is said to people and journalled."""

    HIGH = "high"
    LOW = "low"
    STILL = "still"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Rung:
    """`main` is the picture shown large, `rest` all others; the main one is never worse than the rest."""

    step: Step
    main: Quality
    rest: Quality


RUNGS = (
    Rung(Step.SOUND, Quality.NONE, Quality.NONE),
    Rung(Step.STILL, Quality.STILL, Quality.STILL),
    Rung(Step.LOW, Quality.BASE, Quality.STILL),
    Rung(Step.LOW, Quality.LOW, Quality.STILL),
    Rung(Step.LOW, Quality.LOW, Quality.LOW),
    Rung(Step.HIGH, Quality.HIGH, Quality.LOW),
    Rung(Step.HIGH, Quality.HIGH, Quality.HIGH),
)
SOUND, STILL, LOWEST_MOVING, FIRST, TOP = 0, 1, 2, 4, len(RUNGS) - 1

OVER = 0.9  # an estimate below this share of what was sent for a second: the link is full
FAR_OVER = 0.6  # so far below that one estimate will do
OVER_S = 1.0
FIT = 0.95  # of the estimate may be used after a fall
SMALL = 60_000  # bit/s; an estimate says nothing about less
LOSS_BAD = 0.12
LOSS_SEVERE = 0.3
SOUND_SUFFERS = 0.2
LOSS_CALM = 0.08
RTT_BAD_S = 1.0
BAD_TICKS_S = 1.5  # loss and delay must last; an estimate speaks at once
SETTLE_S = 2.0  # after a fall the queues of the network run empty first
CALM_S = 4.0
OPENING_CALM_S = 1.0
OPENING_S = 15.0
PROVEN_S = 60.0  # a rung that held so long was not a failed try
WAIT_MOST_S = 300.0
HELD_S = 5.0  # before a better step is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one receiver's link showed since the last tick; None is unknown.

    `estimate` (REMB) and `sent` (pictures) in bit/s, losses 0..1, `rtt` in seconds. `falling`: the estimate went down
    of late; one that only lags behind what is sent says nothing, as it rises slowly from little.
    """

    estimate: float | None = None
    falling: bool = False
    sent: float = 0.0
    loss: float | None = None
    sound_loss: float | None = None
    rtt: float | None = None


class Ladder:
    """One receiver. `shown` is the step that people are told."""

    def __init__(self, now: float) -> None:
        self.rung = FIRST
        self.shown = Step.HIGH
        self._opening, self._opened = True, now
        self._entered = self._calm_since = now
        self._step_since = now
        self._settled = now
        self._bad_since: float | None = None
        self._over_since: float | None = None
        self._waits = [CALM_S] * len(RUNGS)

    def renewed(self, now: float) -> None:
        """A new connection of the same receiver: what was measured is void, what was learned stays."""
        self._bad_since = self._over_since = None
        self._calm_since, self._settled = now, now + SETTLE_S

    def tick(self, now: float, sample: Sample, need: Callable[[int], float]) -> None:
        """`need(rung)`: bit/s that the pictures of this receiver take on a rung. 0 on all: nothing is shown."""
        if self._opening and need(TOP) <= 0:
            self._opened = now  # alone or in the lobby nothing can be learned: the first try is still to come
        fall = self._fall_to(now, sample, need) if now >= self._settled else None
        if fall is not None:
            self._fall(now, fall)
        elif self._may_climb(now, sample) and need(TOP) > 0:
            self._move(now, self.rung + 1)
        if self.rung == TOP or now - self._opened >= OPENING_S:
            self._opening = False
        self._prove(now)
        self._tell(now)

    # -- down

    def _fall_to(self, now: float, s: Sample, need: Callable[[int], float]) -> int | None:
        if s.estimate is not None and self._over(now, s) and self.rung > STILL:
            fits = FIT * s.estimate
            return next((r for r in range(self.rung - 1, STILL, -1) if need(r) <= fits), STILL)
        if not self._bad(s):
            self._bad_since = None
            return None
        if self._bad_since is None:
            self._bad_since = now
        if now - self._bad_since < BAD_TICKS_S:
            return None
        severe = max(s.loss or 0.0, s.sound_loss or 0.0) >= LOSS_SEVERE
        if self.rung > LOWEST_MOVING:
            return max(LOWEST_MOVING, self.rung - (2 if severe else 1))
        # Loss by chance is not cured by sending less: only where sound itself suffers is the picture given up.
        if severe or (s.sound_loss or 0.0) >= SOUND_SUFFERS or (s.rtt or 0.0) >= RTT_BAD_S:
            return self.rung - 1 if self.rung > SOUND else None
        return None

    def _over(self, now: float, s: Sample) -> bool:
        """Whether the estimate says that the link does not carry what was sent; a busy receiver errs for a moment."""
        if s.estimate is None or not s.falling or s.sent <= SMALL or s.estimate >= OVER * s.sent:
            self._over_since = None
            return False
        self._over_since = now if self._over_since is None else self._over_since
        return s.estimate < FAR_OVER * s.sent or now - self._over_since >= OVER_S

    def _bad(self, s: Sample) -> bool:
        return max(s.loss or 0.0, s.sound_loss or 0.0) >= LOSS_BAD or (s.rtt or 0.0) >= RTT_BAD_S

    def _fall(self, now: float, to: int) -> None:
        early = now - self._entered < PROVEN_S
        for rung in range(to + 1, self.rung + 1):
            longer = self._waits[rung] * 2 if early and not self._opening else 2 * CALM_S
            self._waits[rung] = min(WAIT_MOST_S, longer)
        self._opening = False
        self._bad_since = self._over_since = None
        self._settled = now + SETTLE_S
        self._move(now, to)

    # -- up

    def _calm(self, now: float, s: Sample) -> bool:
        """Nothing speaks against trying more; `_calm_since` is since when."""
        moving = (
            self.rung > STILL and s.sent > SMALL
        )  # stills come in bursts that an estimate says nothing of
        full = s.estimate is not None and s.falling and moving and s.estimate < s.sent
        lossy = max(s.loss or 0.0, s.sound_loss or 0.0) >= LOSS_CALM
        if full or lossy or (s.rtt or 0.0) >= RTT_BAD_S:
            self._calm_since = now
            return False
        return True

    def _may_climb(self, now: float, s: Sample) -> bool:
        if not self._calm(now, s) or self.rung == TOP:
            return False
        return now - self._calm_since >= (OPENING_CALM_S if self._opening else self._waits[self.rung + 1])

    def _prove(self, now: float) -> None:
        if now - self._entered >= PROVEN_S:
            self._waits[self.rung] = CALM_S

    # -- both

    def _move(self, now: float, to: int) -> None:
        if RUNGS[to].step is not RUNGS[self.rung].step:
            self._step_since = now
        self.rung, self._entered, self._calm_since = to, now, now

    def _tell(self, now: float) -> None:
        """Worse is said at once, better when it has held; the first seconds of a connection are no step."""
        step = RUNGS[self.rung].step
        worse = list(Step).index(step) > list(Step).index(self.shown)
        if step is not self.shown and not self._opening and (worse or now - self._step_since >= HELD_S):
            self.shown = step
