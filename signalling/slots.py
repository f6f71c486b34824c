"""Which slot of a viewer carries which publication. PURE; what stays keeps its slot."""

from collections.abc import Iterable, Mapping

from .effects import Publication
from .messages import Spotlight
from .order import Interpreting
from .peer import Peer, Subscription
from .terms import Channel, Kind, Source

Slots = dict[tuple[Kind, int], Subscription]
BESIDE_NOBODY = (Source.ROOM, Source.DOCUMENT)  # pictures that go with nobody's voice


def wanted(
    viewer: Peer, peers: Iterable[Peer], interpreters: Mapping[str, Interpreting]
) -> list[Publication]:
    """What of the viewer's own area the viewer is to see and hear."""
    others = [p for p in peers if p is not viewer and viewer.stands_with(p)]
    # Who is rendered by somebody who can be heard now.
    rendered = {
        interpreters[p.seat.seat_id].of
        for p in others
        if p.seat.seat_id in interpreters and Source.MIC in p.publications
    }
    return [
        publication
        for peer in others
        for publication in peer.publications.values()
        if publication.source is not Source.MIC or _hears(viewer, peer, interpreters, rendered)
    ]


def _hears(viewer: Peer, speaker: Peer, interpreters: Mapping[str, Interpreting], rendered: set[str]) -> bool:
    """An interpreter is heard by who listens to the channel, or by all when so ordered; both may be heard, and one in
    place of the other."""
    known = interpreters.get(speaker.seat.seat_id)
    if known is not None:
        return known.to_all or viewer.channel is not Channel.FLOOR
    return viewer.channel is not Channel.INTERPRETER or speaker.seat.seat_id not in rendered


def allot(viewer: Peer, publications: list[Publication], count: int, spotlight: Spotlight | None) -> Slots:
    """The viewer's slots from now on; `count` of each kind. The spotlit picture always has one."""
    asked = {(p.seat_id, p.source) for p in publications}
    slots = {k: s for k, s in viewer.subscriptions.items() if (s.seat_id, s.source) in asked}
    placed = {(s.seat_id, s.source) for s in slots.values()}
    lit = (spotlight.seat, spotlight.source) if spotlight is not None else None
    # The overview of a place takes what persons and papers leave.
    for p in sorted(publications, key=lambda p: ((p.seat_id, p.source) != lit, p.source is Source.ROOM)):
        if (p.seat_id, p.source) in placed:
            continue
        index = _free_index(slots, p, count)
        if index is None and (p.seat_id, p.source) == lit:
            index = count - 1  # somebody else goes without
        if index is not None:
            slots[p.source.kind, index] = Subscription(p.source.kind, index, p.seat_id, p.source)
    return slots


def _free_index(slots: Slots, p: Publication, count: int) -> int | None:
    kind = p.source.kind
    other = Kind.VIDEO if kind is Kind.AUDIO else Kind.AUDIO
    free = [i for i in range(count) if (kind, i) not in slots]
    if p.source in BESIDE_NOBODY:
        free.reverse()
    # Lip sync: sound and picture of one person share an index and so a stream.
    beside = [
        s.index for s in slots.values() if (s.kind, s.seat_id) == (other, p.seat_id) and s.index in free
    ]
    if beside and p.source not in BESIDE_NOBODY:
        return beside[0]
    lonely = [i for i in free if (other, i) not in slots]
    return next(iter(lonely or free), None)
