"""Links as tables of what they show second by second, and the steps a receiver takes on them."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from signalling.downlink import Downlink
from signalling.ladder import FIRST, RUNGS, SOUND, STILL, TOP, WAIT_MOST_S, Ladder, Sample, Step
from signalling.outlet import Quality
from tests.signalling.test_streams import outlet

TICK = 0.5
# bit/s of three pictures: one large, two small
RATES = {
    Quality.NONE: 0.0,
    Quality.STILL: 25e3,
    Quality.BASE: 150e3,
    Quality.LOW: 250e3,
    Quality.HIGH: 1.2e6,
}


def need(rung: int) -> float:
    return RATES[RUNGS[rung].main] + 2 * RATES[RUNGS[rung].rest]


@dataclass
class Receiver:
    """A link of so many bit/s: what exceeds it makes an estimate of what gets through; stills make none."""

    ladder: Ladder = field(default_factory=lambda: Ladder(0.0))
    now: float = 0.0
    steps: list[tuple[float, Step]] = field(default_factory=list)
    rungs: list[int] = field(default_factory=list)
    fitted: float | None = None
    fell: float = -9.0

    def sample(self, capacity: float, loss: float, sound_loss: float, rtt: float) -> Sample:
        sent = need(self.ladder.rung) if self.ladder.rung > STILL else 0.0
        if sent > capacity:
            self.fitted = 0.85 * capacity
            self.fell = self.now
        elif self.fitted is not None:
            self.fitted = max(self.fitted, min(self.fitted * 1.04, 1.5 * sent))
        falling = self.now - self.fell < 3
        return Sample(
            estimate=self.fitted, falling=falling, sent=sent, loss=loss, sound_loss=sound_loss, rtt=rtt
        )

    def lives(
        self,
        seconds: float,
        capacity: float | Callable[[float], float],
        *,
        loss: float = 0.0,
        sound_loss: float = 0.0,
        rtt: float = 0.05,
    ) -> "Receiver":
        until = self.now + seconds
        while self.now < until:
            self.now += TICK
            carries = capacity(self.now) if callable(capacity) else capacity
            before = self.ladder.shown
            self.ladder.tick(self.now, self.sample(carries, loss, sound_loss, rtt), need)
            self.rungs.append(self.ladder.rung)
            if self.ladder.shown is not before:
                self.steps.append((self.now, self.ladder.shown))
        return self


PLENTY = 5e6


def test_the_main_picture_is_never_worse_than_the_others_and_sound_is_no_rung() -> None:
    assert all(r.main >= r.rest for r in RUNGS)
    values = [(r.main, r.rest) for r in RUNGS]
    assert values == sorted(values)
    assert [r.step for r in RUNGS] == sorted((r.step for r in RUNGS), key=list(Step).index, reverse=True)


def test_a_good_link_reaches_the_top_within_seconds_and_nothing_is_said() -> None:
    receiver = Receiver().lives(5, PLENTY)
    assert receiver.rungs[0] == FIRST and receiver.ladder.rung == TOP
    assert receiver.steps == []


@pytest.mark.parametrize(
    ("capacity", "loss", "sound_loss", "rtt", "step"),
    [
        (PLENTY, 0.0, 0.0, 0.05, Step.HIGH),
        (2.0e6, 0.0, 0.0, 0.05, Step.HIGH),
        (900e3, 0.0, 0.0, 0.05, Step.LOW),
        (400e3, 0.0, 0.0, 0.05, Step.LOW),
        (240e3, 0.0, 0.0, 0.05, Step.LOW),
        (110e3, 0.0, 0.0, 0.05, Step.STILL),
        (110e3, 0.2, 0.25, 0.05, Step.SOUND),
        (PLENTY, 0.06, 0.06, 0.05, Step.HIGH),  # chance
        (PLENTY, 0.15, 0.15, 0.05, Step.LOW),  # less is sent, but chance does not take the picture away
        (PLENTY, 0.4, 0.4, 0.05, Step.SOUND),
        (PLENTY, 0.0, 0.0, 1.4, Step.SOUND),
    ],
)
def test_a_steady_link_settles_on_its_step(
    capacity: float, loss: float, sound_loss: float, rtt: float, step: Step
) -> None:
    receiver = Receiver().lives(20, PLENTY)
    receiver.lives(40, capacity, loss=loss, sound_loss=sound_loss, rtt=rtt)
    assert receiver.ladder.shown is step


def test_a_link_that_breaks_in_is_followed_at_once() -> None:
    receiver = Receiver().lives(20, PLENTY)
    receiver.lives(1.5, 300e3)
    assert receiver.ladder.shown is Step.LOW and need(receiver.ladder.rung) <= 300e3


def test_a_link_that_recovers_climbs_one_rung_at_a_time_to_the_top() -> None:
    receiver = Receiver().lives(20, PLENTY).lives(30, 110e3, loss=0.3, sound_loss=0.3)
    assert receiver.ladder.rung == SOUND
    start = len(receiver.rungs)
    receiver.lives(120, PLENTY)
    climbed = receiver.rungs[start:]
    assert climbed[-1] == TOP and receiver.ladder.shown is Step.HIGH
    assert all(0 <= b - a <= 1 for a, b in itertools.pairwise(climbed))


def test_a_thin_link_is_tried_ever_more_seldom() -> None:
    receiver = Receiver().lives(20, PLENTY).lives(1800, 400e3)
    falls = [i for i in range(1, len(receiver.rungs)) if receiver.rungs[i] < receiver.rungs[i - 1]]
    pauses = [(b - a) * TICK for a, b in itertools.pairwise(falls)]
    assert pauses == sorted(pauses) and pauses[-1] >= WAIT_MOST_S
    assert len(receiver.steps) == 1, "people are told once: low"


def test_an_oscillating_link_does_not_make_the_picture_flap() -> None:
    receiver = Receiver().lives(20, PLENTY)
    receiver.lives(1800, lambda now: PLENTY if now % 20 < 10 else 400e3)
    ups = [at for at, step in receiver.steps if step is Step.HIGH]
    assert len(ups) <= 8
    assert sum(at > 920 for at in ups) <= 3, "in the second quarter of an hour hardly any more"


def test_one_odd_estimate_is_no_reason() -> None:
    ladder = Ladder(0.0)
    for i in range(40):
        ladder.tick(i * TICK, Sample(estimate=5e6, sent=1.5e6), need)
    ladder.tick(20.5, Sample(estimate=1.2e6, falling=True, sent=1.5e6), need)
    ladder.tick(21.0, Sample(estimate=1.6e6, sent=1.5e6), need)
    ladder.tick(21.5, Sample(estimate=1.2e6, falling=True, sent=1.5e6), need)
    assert ladder.rung == TOP


def test_an_estimate_that_lags_behind_a_good_link_is_no_reason() -> None:
    receiver = Receiver().lives(20, PLENTY).lives(30, 110e3, loss=0.3, sound_loss=0.3)
    receiver.fitted = 40e3
    receiver.lives(90, PLENTY)
    assert receiver.ladder.rung == TOP


def test_a_new_connection_keeps_what_was_learned_and_forgets_what_was_measured() -> None:
    receiver = Receiver().lives(20, PLENTY).lives(300, 400e3)
    rung = receiver.ladder.rung
    receiver.ladder.renewed(receiver.now)
    receiver.lives(2, 400e3)
    assert receiver.ladder.rung == rung and receiver.ladder.shown is Step.LOW


def test_where_no_picture_is_shown_nothing_is_tried() -> None:
    ladder = Ladder(0.0)
    for i in range(200):
        ladder.tick(i * TICK, Sample(), lambda _rung: 0.0)
    assert ladder.rung == FIRST


def test_who_is_shown_nothing_at_first_is_not_told_of_a_weak_link_and_still_has_the_first_try() -> None:
    ladder = Ladder(0.0)
    for i in range(80):  # in the lobby
        ladder.tick(i * TICK, Sample(), lambda _rung: 0.0)
        assert ladder.shown is Step.HIGH
    for i in range(80, 90):
        ladder.tick(i * TICK, Sample(estimate=PLENTY, sent=1e6), need)
        assert ladder.shown is Step.HIGH
    assert ladder.rung == TOP


def test_pictures_that_a_publishers_line_held_back_do_not_look_like_a_rate() -> None:
    """They come to the viewer in one go: beside its estimate half a second of them would look like a full link."""
    slot, _ = outlet()
    link = Downlink([slot], 0.0)
    for now, octets in ((0.5, 10_000), (1.0, 0), (1.5, 20_000)):
        slot.octets += octets
        assert link.sample(now).sent <= 20_000 * 8
