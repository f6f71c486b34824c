"""Who is in the room and who sees and hears whom. Message in, effects out; no sockets, no clock, no I/O."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, assert_never

from . import messages as m
from .bench import Bench, Moment
from .effects import Connect, Deliver, Disconnect, Effect, Kick, Publication, Remark, Spoke, Tell, Watching
from .hall import Hall
from .order import BY_THE_BENCH, absence, bar
from .peer import Peer
from .seat import Seat
from .terms import LOBBY, MAIN, Channel, OrderEvent, Phase, SeatState, Source
from .turns import LOUD

GRACE_S = 6.0  # three pings
MAX_SEATS = 32
MAX_ONLOOKERS = 32
CHOICE_S = 1.0  # between two changes of a seat's channel

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
    """`hall` is what is true, `bench` what the application orders; here is what pages say, and silence."""

    def __init__(self, room_id: str, *, slots: int = 5, grace_s: float = GRACE_S) -> None:
        self.room_id = room_id
        self.grace_s = grace_s
        self.hall = Hall(slots)
        self.bench = Bench(self.hall)

    @property
    def peers(self) -> dict[str, Peer]:
        return self.hall.peers

    # -- what pages say

    def hello(self, seat: Seat, hello: m.Hello, now: float) -> list[Effect]:
        """A page takes its seat; from another page that is here now only if it says so."""
        turned_away = self._turned_away(seat, hello)
        if turned_away is not None:
            return [turned_away]
        effects: list[Effect] = []
        peer = self.peers.get(seat.seat_id)
        if peer is None:
            peer = self.peers[seat.seat_id] = Peer(seat, floor=seat.may_publish)
            effects += self.bench.seated(peer)
        same_page = peer.page == hello.page
        if peer.page is not None and not same_page:
            effects.insert(0, Kick(seat.seat_id, peer.page, m.CloseCode.TAKEN_OVER, m.TakenOver()))
            effects.append(Disconnect(seat.seat_id))
        peer.seat, peer.page, peer.plugged, peer.heard = seat, hello.page, True, now
        missed = peer.missed_since(hello.last_seq) if same_page else None
        welcome = m.Welcome(room=self.room_id, seat=seat.seat_id, resumed=missed is not None)
        effects.append(Deliver(seat.seat_id, welcome))
        stepped = self._step(peer, "hello")
        if missed is None:
            effects += [*stepped, *self.hall.show_all(peer)]
        else:
            effects += [*(Deliver(seat.seat_id, x) for x in missed), *stepped]
        return effects + self.hall.routes()

    def _turned_away(self, seat: Seat, hello: m.Hello) -> Kick | None:
        if self.hall.order.phase is Phase.CLOSED:
            return Kick(seat.seat_id, hello.page, m.CloseCode.ROOM_CLOSED, m.refusal("room.closed"))
        peer = self.peers.get(seat.seat_id)
        if peer is None:
            alike = sum(p.seat.onlooker == seat.onlooker for p in self.peers.values())
            full = alike >= (MAX_ONLOOKERS if seat.onlooker else MAX_SEATS)
            refused = Kick(seat.seat_id, hello.page, m.CloseCode.NOT_ADMITTED, m.refusal("room.full"))
            return refused if full else None
        elsewhere = peer.plugged and peer.state is SeatState.JOINED and peer.page not in (None, hello.page)
        if elsewhere and not hello.take_over:
            return Kick(seat.seat_id, hello.page, m.CloseCode.ELSEWHERE, m.Elsewhere())
        return None

    def unplugged(self, seat_id: str) -> None:
        """The page's socket is gone; the seat stays its, but is free for another page."""
        if seat_id in self.peers:
            self.peers[seat_id].plugged = False

    def message(self, seat_id: str, message: m.ClientMessage, moment: Moment) -> list[Effect]:
        """Everything after `hello`. Unknown seats are the caller's bug."""
        peer = self.peers[seat_id]
        peer.heard = moment.now
        effects = self._step(peer, "hello") if peer.state is SeatState.LOST else []
        match message:
            case m.Hello():
                effects.append(Deliver(seat_id, m.refusal("signal.malformed", "hello")))
            case m.Watch():
                effects.append(Watching(seat_id, message))
            case m.Ping():
                peer.link = message
            case m.Offer():
                effects += self._offer(peer, message, moment.now)
            case m.Live():
                effects += self._live(peer, message)
            case m.Hand():
                effects += self._hand(peer, moment.now, raised=message.raised)
            case m.Unmute():
                effects += self._unmute(peer, moment.now)
            case m.Listen():
                effects += self._listen(peer, message.channel, moment.now)
            case m.Leave():
                effects += self.leave(seat_id)
            case _:
                assert_never(message)
        return effects

    def excuse(self, now: float) -> None:
        """Nobody could be heard up to now: silence is counted from here."""
        for peer in self.peers.values():
            peer.heard = now

    def leave(self, seat_id: str) -> list[Effect]:
        peer = self.peers.get(seat_id)
        if peer is None or (peer.state, "leave") not in SEAT_STEPS:
            return []
        effects = [*self.hall.publish(peer, {}), *self._step(peer, "leave"), Disconnect(seat_id)]
        return effects + self.bench.gone(seat_id) + self.hall.routes()

    # -- what the application says, beside the bench

    def evict(self, seat_id: str) -> list[Effect]:
        """The seat's right to be here has ended: its page is sent away and its media with it."""
        peer = self.peers.get(seat_id)
        if peer is None or peer.page is None:
            return []
        page, peer.page = peer.page, None
        return [Kick(seat_id, page, m.CloseCode.NOT_ADMITTED), *self.leave(seat_id)]

    def set_recording(self, on: bool) -> list[Effect]:
        self.hall.recording = on
        return self.hall.broadcast(m.RecordingChanged(seq=0, on=on))

    def set_quality(self, seat_id: str, quality: str) -> list[Effect]:
        """What the link of a seat carries of pictures is another."""
        peer = self.peers[seat_id]
        peer.quality = quality
        return self.hall.show(peer)

    def hold_pictures(self, seat_id: str, held: bool) -> list[Effect]:
        """The line of a seat carries (no) pictures from it beside its sound."""
        peer = self.peers[seat_id]
        if peer.held is held:
            return []
        peer.held = held
        event = OrderEvent.PICTURE_HELD if held else OrderEvent.PICTURE_BACK
        return [*self.hall.show(peer), Remark(seat_id, event)]

    def notify(
        self, topic: str, body: Any, only: Iterable[str] | None = None, areas: Collection[str] = (MAIN,)
    ) -> list[Effect]:
        """To the seats named, wherever they stand; otherwise to everyone in the areas named, but to no onlooker: what
        happens inside may name people."""
        chosen = None if only is None else frozenset(only)
        notice = m.Notice(seq=0, topic=topic, body=body)
        if chosen is None:
            return self.hall.broadcast(notice, lambda p: p.area in areas and not p.seat.onlooker)
        return self.hall.broadcast(notice, lambda p: p.seat.seat_id in chosen)

    # -- what happens by itself

    def tick(self, moment: Moment) -> list[Effect]:
        """Silent past the grace period is `lost`, not `left`: the seat is kept."""
        effects: list[Effect] = []
        for peer in self.peers.values():
            if peer.state is SeatState.JOINED and moment.now - peer.heard > self.grace_s:
                effects += self._step(peer, "silence")
        return effects + self.bench.tick(moment)

    def sound(self, levels: Mapping[str, int], now: float) -> list[Effect]:
        """The loudest level (-dBov) of each microphone since the last call, several times a second."""
        effects: list[Effect] = []
        for seat_id, peer in self.peers.items():
            publication = peer.publications.get(Source.MIC)
            loud = publication is not None and levels.get(seat_id, 127) <= LOUD
            heard = loud and publication is not None and publication.passes and peer.area == MAIN
            turn = peer.ear.sample(heard, now)
            if turn is not None:
                effects.append(Spoke(seat_id, turn))
            why = bar(peer, publication, self.hall.order) if publication is not None and loud else None
            if why in BY_THE_BENCH:
                effects += self.hall.remark(peer, OrderEvent.MUTED_SOUND, now)
        return effects

    # -- what is true now

    def publications(self) -> Iterable[Publication]:
        return self.hall.publications()

    def absence(self, seat_id: str, source: Source) -> str:
        """Why nothing of this source may be reaching the recording."""
        return absence(self.peers.get(seat_id), source)

    # -- inside

    def _step(self, peer: Peer, event: str) -> list[Effect]:
        state, told = SEAT_STEPS[peer.state, event]
        if state is peer.state:
            return []
        peer.state = state
        effects: list[Effect] = [Tell(peer.seat.seat_id, told)] if told else []
        return effects + self.hall.show(peer)

    def _refuse(self, peer: Peer, code: str, about: str, now: float) -> list[Effect]:
        """A page asked for what its page would not let it ask."""
        told = Deliver(peer.seat.seat_id, m.refusal(code, about))
        return [told, *self.hall.remark(peer, OrderEvent.ATTEMPT, now)]

    def _offer(self, peer: Peer, offer: m.Offer, now: float) -> list[Effect]:
        seat_id = peer.seat.seat_id
        if self.hall.order.phase is Phase.CLOSED:
            return [Deliver(seat_id, m.refusal("room.closed", "offer"))]
        if offer.sends and not peer.seat.may_publish:
            return self._refuse(peer, "media.not_allowed", "offer", now)
        if not peer.offers.take(now):
            return [Deliver(seat_id, m.refusal("signal.too_many_offers", "offer"))]
        gates = self.hall.publish(
            peer, {s.source: Publication(seat_id, s.source, s.live) for s in offer.sends}
        )
        return [*gates, Connect(seat_id, offer), *self.hall.show(peer), *self.hall.routes()]

    def _live(self, peer: Peer, message: m.Live) -> list[Effect]:
        publication = peer.publications.get(message.source)
        if publication is None or publication.live == message.live:
            return []
        publication.live = message.live
        return self.hall.gates() + self.hall.show(peer)

    def _listen(self, peer: Peer, channel: Channel, now: float) -> list[Effect]:
        """Onlookers hear what everybody hears; who interprets must hear the floor."""
        if channel is peer.channel:
            return []
        if not peer.seat.may_publish or peer.seat.seat_id in self.hall.order.interpreters:
            return self._refuse(peer, "room.channel", "listen", now)
        if now - peer.chosen < CHOICE_S:
            return [Deliver(peer.seat.seat_id, m.refusal("signal.too_fast", "listen"))]
        peer.channel, peer.chosen = channel, now
        told = Remark(peer.seat.seat_id, OrderEvent(f"hears_{channel}"))
        return [*self.hall.routes(), *self.hall.show_own(peer), told]

    def _unmute(self, peer: Peer, now: float) -> list[Effect]:
        if peer.locked:
            return self._refuse(peer, "room.locked", "unmute", now)
        effects = self.bench.mute(peer.seat.seat_id, False, False)
        return effects + (self.hall.remark(peer, OrderEvent.UNMUTED, now) if effects else [])

    def _hand(self, peer: Peer, now: float, *, raised: bool) -> list[Effect]:
        if not peer.seat.may_publish:
            return self._refuse(peer, "media.not_allowed", "hand", now)
        seat_id, hands = peer.seat.seat_id, self.hall.order.hands
        if not raised:
            return self.bench.lower_hand(seat_id)
        if seat_id in hands or peer.area == LOBBY:
            return []
        hands.append(seat_id)
        return self.hall.show(peer)
