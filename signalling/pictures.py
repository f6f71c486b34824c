"""Which picture in which quality each viewer is shown, and so which encodings a publisher has to send.

By what the viewer's page shows, what its link carries (the ladder) and what arrives; nothing is sent from here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import messages as m
from .ladder import RUNGS, Ladder, Step
from .messages import Kind
from .outlet import Outlet, Quality
from .streams import Feed, Inlet
from .terms import Layer

# bit/s of an encoding that is not sent at present, as link-peer.js bounds it
USUAL = {Layer.HIGH: 1_200_000.0, Layer.LOW: 250_000.0}
STILL_RATE = 25_000.0  # one key frame of the low encoding every four seconds
BASE_SHARE = 0.6  # of the low encoding without its upper temporal layer
UNNEEDED_S = 5.0  # before an encoding is stopped; it is started at once


@dataclass(frozen=True, slots=True)
class Slot:
    """One video slot of a viewer and what it carries."""

    outlet: Outlet
    feed: Feed


class Pictures:
    """Of one room; by seat, so that a new connection of a seat keeps what was learned of its link."""

    def __init__(self) -> None:
        self._ladders: dict[str, Ladder] = {}
        self._watching: dict[str, m.Watch] = {}
        self._needed: dict[Inlet, float] = {}  # when it was needed last

    def watch(self, seat_id: str, watch: m.Watch) -> None:
        self._watching[seat_id] = watch

    def step(self, seat_id: str) -> Step:
        ladder = self._ladders.get(seat_id)
        return ladder.shown if ladder is not None else Step.HIGH

    def ladder(self, seat_id: str, now: float) -> Ladder:
        if seat_id not in self._ladders:
            self._ladders[seat_id] = Ladder(now)
        return self._ladders[seat_id]

    def plan(self, seat_id: str, slots: Sequence[Slot], rung: int) -> list[tuple[Slot, Quality]]:
        """The quality of each slot, the picture shown large first."""
        watch = self._watching.get(seat_id)
        if watch is None or (watch.large is None and not watch.hidden):
            return [(s, RUNGS[rung].rest if n else RUNGS[rung].main) for n, s in enumerate(slots)]
        if watch.hidden:
            return [(s, Quality.NONE) for s in slots]
        large = [(p.seat, p.source) for p in watch.large or ()]
        place = {picture: n for n, picture in enumerate(large)}
        found = []
        for slot in sorted(slots, key=lambda s: place.get((s.feed.seat_id, s.feed.source), len(large))):
            n = place.get((slot.feed.seat_id, slot.feed.source))
            wanted = RUNGS[rung].main if n == 0 else RUNGS[rung].rest
            found.append((slot, wanted if n is not None else min(wanted, Quality.LOW)))
        return found

    def need(self, seat_id: str, slots: Sequence[Slot], rung: int, now: float) -> float:
        """bit/s that all pictures of a viewer take on a rung."""
        return sum(_rate(slot.feed, quality, now) for slot, quality in self.plan(seat_id, slots, rung))

    def encodings(self, feeds: Iterable[Feed], *, recording: bool, now: float) -> tuple[m.Encoding, ...]:
        """What a publisher has to send; what nobody watched for some seconds is not."""
        found = []
        for feed in feeds:
            if feed.source.kind is not Kind.VIDEO:
                continue
            for layer, inlet in feed.layers.items():
                # Its wish, not what it has to make do with while the other encoding does not arrive.
                if inlet.passes and (inlet.wished or (recording and layer is Layer.HIGH)):
                    self._needed[inlet] = now
            sent = {
                layer: now - self._needed.setdefault(inlet, now) < UNNEEDED_S
                for layer, inlet in feed.layers.items()
            }
            high = sent[Layer.HIGH]
            found.append(m.Encoding(source=feed.source, high=high, low=sent.get(Layer.LOW, high)))
        return tuple(found)

    def forget(self, inlets: Iterable[Inlet]) -> None:
        for inlet in inlets:
            self._needed.pop(inlet, None)


def layer_for(quality: Quality) -> Layer:
    return Layer.HIGH if quality is Quality.HIGH else Layer.LOW


def _rate(feed: Feed, quality: Quality, now: float) -> float:
    if quality is Quality.NONE:
        return 0.0
    if quality is Quality.STILL:
        return STILL_RATE
    both = len(feed.layers) > 1
    layer = layer_for(quality) if both else Layer.HIGH
    inlet = feed.layers[layer]
    rate = inlet.rate if inlet.arrives(now) else USUAL[layer]
    return rate * BASE_SHARE if quality is Quality.BASE and both else rate
