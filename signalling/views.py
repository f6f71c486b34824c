"""What pages are shown of a seat, its sources and the slots that carry them. Structures only."""

import msgspec

from .terms import Channel, Kind, SeatState, Source


class SourceView(msgspec.Struct, frozen=True):
    source: Source
    live: bool


class SeatView(msgspec.Struct, frozen=True):
    """`hand` is the place in the queue of raised hands, from 1. `floor_until`: seconds since 1970.

    `muted` by the bench; `locked`: the person may not undo it. A viewer in another area is shown neither `sources`
    nor `hand`. `interprets`: the seat whose words this one renders. `quality`: what the seat's link carries of others'
    pictures: high, low, still or sound (none). `channel`: what the viewer itself listens to; of others it says nothing.
    `held`: the seat's own pictures are not sent, for its sound's sake.
    """

    seat: str
    name: str
    caption: str
    role: str
    state: SeatState
    floor: bool
    area: str
    sources: tuple[SourceView, ...] = ()
    hand: int | None = None
    muted: bool = False
    locked: bool = False
    floor_until: float | None = None
    quality: str = "high"
    held: bool = False
    interprets: str | None = None
    channel: Channel = Channel.FLOOR


class Spotlight(msgspec.Struct, frozen=True):
    """The picture everyone in the main room shall see large."""

    seat: str
    source: Source


class SlotView(msgspec.Struct, frozen=True):
    """What an incoming m-line of the page carries now."""

    mid: str
    kind: Kind
    seat: str
    source: Source
