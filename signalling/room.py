"""Who is in the room and who sees and hears whom. Message in, effects out; no sockets, no clock, no I/O."""

from collections.abc import Iterable, Iterator
from typing import Any, assert_never

from . import messages as m
from .effects import Connect, Deliver, Disconnect, Effect, Gate, Kick, Publication, Route, Tell
from .messages import Kind, Phase, SeatState, Source
from .peer import Peer, Subscription
from .seat import Seat

GRACE_S = 6.0  # three pings
MAX_SEATS = 32

# (state, event) -> (next state, what the application is told)
SEAT_STEPS: dict[tuple[SeatState, str], tuple[SeatState, str | None]] = {
    (SeatState.EMPTY, "hello"): (SeatState.JOINED, "joined"),
    (SeatState.JOINED, "hello"): (SeatState.JOINED, None),
    (SeatState.LOST, "hello"): (SeatState.JOINED, "back"),
    (SeatState.LEFT, "hello"): (SeatState.JOINED, "joined"),
    # 在线诉讼规则 25: a dropped link is not absence, so silence never reaches `left`.
    (SeatState.JOINED, "silence"): (SeatState.LOST, "lost"),
    (SeatState.JOINED, "leave"): (SeatState.LEFT, "left"),
    (SeatState.LOST, "leave"): (SeatState.LEFT, "left"),
}


class Room:
    """Times are monotonic seconds handed in by the caller."""

    def __init__(self, room_id: str, *, slots: int = 5, grace_s: float = GRACE_S) -> None:
        self.room_id = room_id
        self.slots = slots
        self.grace_s = grace_s
        self.phase = Phase.WAITING
        self.reason = ""
        self.recording = False
        self.peers: dict[str, Peer] = {}
        self.hands: list[str] = []

    # -- what pages say

    def hello(self, seat: Seat, hello: m.Hello, now: float) -> list[Effect]:
        """A page takes its seat; a second page of the same seat takes over from the first."""
        if self.phase is Phase.CLOSED:
            return [Kick(seat.seat_id, hello.page, m.CloseCode.ROOM_CLOSED, m.refusal("room.closed"))]
        known = self.peers.get(seat.seat_id)
        if known is None and len(self.peers) >= MAX_SEATS:
            return [Kick(seat.seat_id, hello.page, m.CloseCode.NOT_ADMITTED, m.refusal("room.full"))]
        peer = known or self.peers.setdefault(seat.seat_id, Peer(seat, floor=seat.may_publish))
        effects: list[Effect] = []
        same_page = peer.page == hello.page
        if peer.page is not None and not same_page:
            effects.append(Kick(seat.seat_id, peer.page, m.CloseCode.TAKEN_OVER, m.TakenOver()))
            effects.append(Disconnect(seat.seat_id))
        peer.seat, peer.page, peer.heard = seat, hello.page, now
        missed = peer.missed_since(hello.last_seq) if same_page else None
        welcome = m.Welcome(room=self.room_id, seat=seat.seat_id, resumed=missed is not None)
        effects.append(Deliver(seat.seat_id, welcome))
        stepped = self._step(peer, "hello")
        if missed is None:
            effects += [*stepped, Deliver(seat.seat_id, peer.stamp(self.snapshot()))]
        else:
            effects += [*(Deliver(seat.seat_id, x) for x in missed), *stepped]
        return effects + self._route_all()

    def message(self, seat_id: str, message: m.ClientMessage, now: float) -> list[Effect]:
        """Everything after `hello`. Unknown seats are the caller's bug."""
        peer = self.peers[seat_id]
        peer.heard = now
        effects = self._step(peer, "hello") if peer.state is SeatState.LOST else []
        match message:
            case m.Hello():
                effects.append(Deliver(seat_id, m.refusal("signal.malformed", "hello")))
            case m.Ping():
                peer.link = (message.rtt_ms, message.loss)
            case m.Offer():
                effects += self._offer(peer, message)
            case m.Live():
                effects += self._live(peer, message)
            case m.Hand():
                effects += self._hand(peer, raised=message.raised)
            case m.Floor():
                effects += self._ask_floor(peer, message)
            case m.Leave():
                effects += self.leave(seat_id)
            case _:
                assert_never(message)
        return effects

    def tick(self, now: float) -> list[Effect]:
        """Silent past the grace period is `lost`, not `left`: the seat is kept."""
        effects: list[Effect] = []
        for peer in self.peers.values():
            if peer.state is SeatState.JOINED and now - peer.heard > self.grace_s:
                effects += self._step(peer, "silence")
        return effects

    def leave(self, seat_id: str) -> list[Effect]:
        peer = self.peers.get(seat_id)
        if peer is None or (peer.state, "leave") not in SEAT_STEPS:
            return []
        peer.publications.clear()
        if seat_id in self.hands:
            self.hands.remove(seat_id)
        effects: list[Effect] = [*self._step(peer, "leave"), Disconnect(seat_id)]
        return effects + self._route_all()

    # -- what the application says

    def evict(self, seat_id: str) -> list[Effect]:
        """The seat's right to be here has ended: its page is sent away and its media with it."""
        peer = self.peers.get(seat_id)
        if peer is None or peer.page is None:
            return []
        page, peer.page = peer.page, None
        return [Kick(seat_id, page, m.CloseCode.NOT_ADMITTED), *self.leave(seat_id)]

    def set_phase(self, phase: Phase, reason: str) -> list[Effect]:
        if (phase, reason) == (self.phase, self.reason):
            return []
        self.phase, self.reason = phase, reason
        effects = self._broadcast(m.PhaseChanged(seq=0, phase=phase, reason=reason))
        effects += self._gates()
        if phase is Phase.CLOSED:
            for seat_id, peer in self.peers.items():
                effects.append(Disconnect(seat_id))
                if peer.page is not None:
                    effects.append(Kick(seat_id, peer.page, m.CloseCode.ROOM_CLOSED))
        return effects

    def set_recording(self, on: bool) -> list[Effect]:
        self.recording = on
        return self._broadcast(m.RecordingChanged(seq=0, on=on))

    def set_floor(self, seat_id: str, allowed: bool) -> list[Effect]:
        """Who may speak. Sound of a seat without the floor reaches nobody and is not recorded."""
        peer = self.peers.get(seat_id)
        if peer is None or peer.floor == (allowed and peer.seat.may_publish):
            return []
        peer.floor = allowed and peer.seat.may_publish
        if allowed and seat_id in self.hands:
            self.hands.remove(seat_id)
        return self._gates() + self._show(peer) + self._renumber()

    def notify(self, topic: str, body: Any, only: Iterable[str] | None = None) -> list[Effect]:
        return self._broadcast(m.Notice(seq=0, topic=topic, body=body), only)

    # -- what is true now

    def snapshot(self) -> m.State:
        seats = tuple(self.view(p) for p in self.peers.values() if p.state is not SeatState.LEFT)
        return m.State(seq=0, phase=self.phase, reason=self.reason, recording=self.recording, seats=seats)

    def view(self, peer: Peer) -> m.SeatView:
        seat = peer.seat
        return m.SeatView(
            seat=seat.seat_id,
            name=seat.name,
            caption=seat.caption,
            role=seat.role,
            state=peer.state,
            floor=peer.floor,
            sources=tuple(m.SourceView(p.source, p.live) for p in peer.publications.values()),
            hand=self.hands.index(seat.seat_id) + 1 if seat.seat_id in self.hands else None,
        )

    def publications(self) -> Iterator[Publication]:
        for peer in self.peers.values():
            yield from peer.publications.values()

    def absence(self, seat_id: str, source: Source) -> str:
        """Why nothing of this source may be arriving: link, mute, not_joined or loss."""
        peer = self.peers.get(seat_id)
        if peer is None or peer.state in (SeatState.EMPTY, SeatState.LEFT):
            return "not_joined"
        publication = peer.publications.get(source)
        if peer.state is SeatState.LOST:
            return "link"
        if publication is None:
            return "device"
        return "loss" if publication.passes else "mute"

    # -- inside

    def _step(self, peer: Peer, event: str) -> list[Effect]:
        state, told = SEAT_STEPS[peer.state, event]
        if state is peer.state:
            return []
        peer.state = state
        effects: list[Effect] = [Tell(peer.seat.seat_id, told)] if told else []
        return effects + self._show(peer)

    def _offer(self, peer: Peer, offer: m.Offer) -> list[Effect]:
        if self.phase is Phase.CLOSED:
            return [Deliver(peer.seat.seat_id, m.refusal("room.closed", "offer"))]
        if offer.sends and not peer.seat.may_publish:
            return [Deliver(peer.seat.seat_id, m.refusal("media.not_allowed", "offer"))]
        seat_id = peer.seat.seat_id
        peer.publications = {s.source: Publication(seat_id, s.source, s.live) for s in offer.sends}
        effects: list[Effect] = [Connect(seat_id, offer), *self._gates(), *self._show(peer)]
        return effects + self._route_all()

    def _live(self, peer: Peer, message: m.Live) -> list[Effect]:
        publication = peer.publications.get(message.source)
        if publication is None or publication.live == message.live:
            return []
        publication.live = message.live
        return self._gates() + self._show(peer)

    def _hand(self, peer: Peer, *, raised: bool) -> list[Effect]:
        seat_id = peer.seat.seat_id
        if raised == (seat_id in self.hands):
            return []
        if raised:
            self.hands.append(seat_id)
            return self._show(peer)
        self.hands.remove(seat_id)
        return self._show(peer) + self._renumber()

    def _renumber(self) -> list[Effect]:
        return [e for seat_id in self.hands for e in self._show(self.peers[seat_id])]

    def _ask_floor(self, peer: Peer, message: m.Floor) -> list[Effect]:
        seat_id = peer.seat.seat_id
        if not peer.seat.may_moderate:
            return [Deliver(seat_id, m.refusal("room.not_moderator", "floor"))]
        if message.seat not in self.peers:
            return [Deliver(seat_id, m.refusal("room.unknown_seat", "floor"))]
        return self.set_floor(message.seat, message.allowed)

    def _gates(self) -> list[Effect]:
        """Recompute what may pass, and say what changed."""
        effects: list[Effect] = []
        for publication in self.publications():
            peer = self.peers[publication.seat_id]
            passes = publication.live and peer.seat.may_publish and self.phase is not Phase.CLOSED
            if publication.source is Source.MIC:
                passes = passes and peer.floor
            if passes != publication.passes:
                publication.passes = passes
                effects.append(Gate(publication))
        return effects

    def _route_all(self) -> list[Effect]:
        return [Route(seat_id) for seat_id, peer in self.peers.items() if self._allot(peer)]

    def _allot(self, viewer: Peer) -> bool:
        """Map publications onto the viewer's slots; what stays keeps its slot. True if anything changed."""
        wanted = [p for p in self.publications() if p.seat_id != viewer.seat.seat_id]
        before = dict(viewer.subscriptions)
        keep = {(p.seat_id, p.source) for p in wanted}
        slots = {k: s for k, s in before.items() if (s.seat_id, s.source) in keep}
        placed = {(s.seat_id, s.source) for s in slots.values()}
        for p in wanted:
            if (p.seat_id, p.source) in placed:
                continue
            index = self._free_index(slots, p)
            if index is not None:
                slots[p.source.kind, index] = Subscription(p.source.kind, index, p.seat_id, p.source)
        viewer.subscriptions = slots
        return slots != before

    def _free_index(self, slots: dict[tuple[Kind, int], Subscription], p: Publication) -> int | None:
        kind = p.source.kind
        other = Kind.VIDEO if kind is Kind.AUDIO else Kind.AUDIO
        free = [i for i in range(self.slots) if (kind, i) not in slots]
        if p.source is Source.DOCUMENT:
            free.reverse()
        # Lip sync: sound and picture of one person share an index and so a stream.
        beside = [
            s.index for s in slots.values() if (s.kind, s.seat_id) == (other, p.seat_id) and s.index in free
        ]
        if beside and p.source is not Source.DOCUMENT:
            return beside[0]
        lonely = [i for i in free if (other, i) not in slots]
        return next(iter(lonely or free), None)

    def _show(self, peer: Peer) -> list[Effect]:
        if peer.state is SeatState.LEFT:
            return self._broadcast(m.SeatGone(seq=0, seat=peer.seat.seat_id))
        return self._broadcast(m.SeatChanged(seq=0, seat=self.view(peer)))

    def _broadcast(self, message: m.Sequenced, only: Iterable[str] | None = None) -> list[Effect]:
        chosen = self.peers.keys() if only is None else [s for s in only if s in self.peers]
        return [
            Deliver(s, self.peers[s].stamp(message))
            for s in chosen
            if self.peers[s].state is not SeatState.LEFT
        ]
