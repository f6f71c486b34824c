"""What is true of one room, and how each change of it is told to whom it concerns. PURE; decides no order."""

from collections.abc import Callable, Iterator

from . import messages as m
from .effects import Deliver, Effect, Gate, Publication, Remark, Route
from .order import Order, bar
from .peer import Peer
from .slots import allot, wanted
from .terms import LOBBY, MAIN, Channel, OrderEvent, SeatState, Source

REMARK_EVERY_S = 10.0  # of one kind about one seat: the application writes them down

Whom = Callable[[Peer], bool]


class Hall:
    """The seats of a room by id, its order, and the words for both."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self.peers: dict[str, Peer] = {}
        self.order = Order()
        self.recording = False

    # -- what is true now

    def publications(self) -> Iterator[Publication]:
        for peer in self.peers.values():
            yield from peer.publications.values()

    def snapshot(self, viewer: Peer | None = None) -> m.State:
        """What `viewer` may know; everything for None."""
        order = self.order
        inside = viewer is None or viewer.area != LOBBY
        return m.State(
            seq=0,
            phase=order.phase,
            reason=order.reason,
            recording=self.recording,
            seats=tuple(
                self.view(p, viewer)
                for p in self.peers.values()
                if p.state is not SeatState.LEFT and (viewer is None or viewer.may_know_of(p))
            ),
            stage=order.stage,
            opens_at=order.opens_at,
            spotlight=order.spotlight if inside else None,
            layout=order.layout if inside else m.Layout.AUTO,
        )

    def view(self, peer: Peer, viewer: Peer | None = None) -> m.SeatView:
        seat, order = peer.seat, self.order
        masked = viewer is not None and viewer.seat.onlooker
        rendering = order.interpreters.get(seat.seat_id)
        near = viewer is None or viewer is peer or viewer.stands_with(peer)
        return m.SeatView(
            seat=seat.seat_id,
            name="" if masked else seat.name,
            caption=seat.alias if masked else seat.caption,
            role=seat.role,
            state=peer.state,
            area=peer.area,
            quality=peer.quality,
            held=peer.held,
            floor=peer.floor,
            floor_until=peer.floor_until,
            muted=peer.muted,
            locked=peer.locked,
            interprets=rendering.of if rendering is not None else None,
            channel=peer.channel if viewer is peer else Channel.FLOOR,
            sources=tuple(m.SourceView(p.source, p.live) for p in peer.publications.values() if near),
            hand=order.hand(seat.seat_id) if near else None,
        )

    # -- telling

    def broadcast(self, message: m.Sequenced, whom: Whom = lambda _: True) -> list[Effect]:
        return [
            Deliver(seat_id, peer.stamp(message))
            for seat_id, peer in self.peers.items()
            if peer.state is not SeatState.LEFT and whom(peer)
        ]

    def show(self, peer: Peer) -> list[Effect]:
        """This seat is another now, to everyone who may know of it."""
        if peer.state is SeatState.LEFT:
            return self.broadcast(m.SeatGone(seq=0, seat=peer.seat.seat_id), lambda v: v.may_know_of(peer))
        return [
            Deliver(seat_id, viewer.stamp(m.SeatChanged(seq=0, seat=self.view(peer, viewer))))
            for seat_id, viewer in self.peers.items()
            if viewer.state is not SeatState.LEFT and viewer.may_know_of(peer)
        ]

    def show_own(self, peer: Peer) -> list[Effect]:
        """What only this seat itself is told of itself is another."""
        return [Deliver(peer.seat.seat_id, peer.stamp(m.SeatChanged(seq=0, seat=self.view(peer, peer))))]

    def show_all(self, peer: Peer) -> list[Effect]:
        """Everything to this seat, as for a page that knows nothing."""
        if peer.state is SeatState.LEFT:
            return []
        return [Deliver(peer.seat.seat_id, peer.stamp(self.snapshot(peer)))]

    def show_hands(self) -> list[Effect]:
        return [e for seat_id in self.order.hands for e in self.show(self.peers[seat_id])]

    def arranged(self) -> list[Effect]:
        message = m.Arranged(seq=0, spotlight=self.order.spotlight, layout=self.order.layout)
        return self.broadcast(message, lambda v: v.area == MAIN)

    def remark(self, peer: Peer, event: OrderEvent, now: float) -> list[Effect]:
        if now - peer.remarked.get(event, -REMARK_EVERY_S) < REMARK_EVERY_S:
            return []
        peer.remarked[event] = now
        return [Remark(peer.seat.seat_id, event)]

    # -- what follows for the media

    def gates(self) -> list[Effect]:
        """What may pass now and could not before, and the other way round."""
        effects: list[Effect] = []
        for publication in self.publications():
            passes = bar(self.peers[publication.seat_id], publication, self.order) is None
            if passes != publication.passes:
                publication.passes = passes
                effects.append(Gate(publication))
        return effects

    def publish(self, peer: Peer, publications: dict[Source, Publication]) -> list[Effect]:
        """In place of what was published before. A gate is shut on what is given up: it may come back under another order."""
        effects: list[Effect] = []
        for source, old in peer.publications.items():
            if source in publications:
                publications[source].passes = old.passes
            elif old.passes:
                old.passes = False
                effects.append(Gate(old))
        peer.publications = publications
        return effects + self.gates()

    def _wanted(self, viewer: Peer) -> list[Publication]:
        return wanted(viewer, self.peers.values(), self.order.interpreters)

    def routes(self) -> list[Effect]:
        """Whose slots carry something else now."""
        changed: list[Effect] = []
        for seat_id, viewer in self.peers.items():
            spotlight = self.order.spotlight if viewer.area == MAIN else None
            slots = allot(viewer, self._wanted(viewer), self.slots, spotlight)
            if slots != viewer.subscriptions:
                viewer.subscriptions = slots
                changed.append(Route(seat_id))
        return changed
