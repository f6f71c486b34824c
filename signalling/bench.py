"""What the bench orders in a room: who stands where, who may speak and until when, what all pages show. PURE."""

from collections.abc import Mapping
from typing import NamedTuple

from . import messages as m
from .effects import Disconnect, Effect, Kick, Place, Remark
from .hall import Hall
from .order import Interpreting
from .peer import Peer
from .terms import MAIN, Channel, Layout, OrderEvent, Phase, Source, is_area


class Moment(NamedTuple):
    """One instant on two clocks: `now` monotonic seconds, by which the room acts; `at` seconds since 1970."""

    now: float
    at: float

    def deadline(self, at: float) -> float:
        """Monotonic seconds of a moment given in seconds since 1970."""
        return self.now + (at - self.at)


class Bench:
    """Every verb is the application's. Area, word and mute of a seat nobody has taken yet are kept for it."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self._placed: dict[str, str] = {}
        self._words: dict[str, tuple[bool, float | None, Moment]] = {}
        self._mutes: dict[str, tuple[bool, bool]] = {}
        self._newcomers = (False, False)  # muted, locked

    def seated(self, peer: Peer) -> list[Effect]:
        """A seat was taken for the first time: it stands where it was placed, and is muted if all were."""
        seat_id = peer.seat.seat_id
        peer.area = self._placed.get(seat_id, peer.seat.area)
        all_of_them = (False, False) if peer.seat.is_spared else self._newcomers
        peer.muted, peer.locked = self._mutes.pop(seat_id, all_of_them)
        word = self._words.pop(seat_id, None)
        if word is not None:
            self._give(peer, *word)
        return [Place(seat_id, peer.area)]

    # -- areas

    def place(self, seat_id: str, area: str) -> list[Effect]:
        """From now on this seat sees, hears and is heard in `area` alone; kept for a seat not yet taken.

        :raises ValueError: not the name of an area.
        """
        if not is_area(area):
            raise ValueError(f"not an area: {area!r}")
        self._placed[seat_id] = area
        hall, peer = self.hall, self.hall.peers.get(seat_id)
        if peer is None or peer.area == area:
            return []
        # Packets first: nothing is told before it is true.
        peer.area = area
        effects: list[Effect] = [Place(seat_id, area), *hall.gates(), *hall.routes()]
        hands = self._lower(seat_id)
        others = [e for e in hall.show(peer) if getattr(e, "seat_id", "") != seat_id]
        effects += [*others, *hall.show_all(peer), *(hall.show_hands() if hands else [])]
        return effects + (self._dim(seat_id) if area != MAIN else [])

    # -- who may speak

    def floor(self, seat_id: str, allowed: bool, until: float | None, moment: Moment) -> list[Effect]:
        """Who has the word, and for how long. Sound without it reaches nobody and is not recorded.

        :param until: seconds since 1970; None until it is taken.
        """
        hall, peer = self.hall, self.hall.peers.get(seat_id)
        if peer is None:
            self._words[seat_id] = allowed, until, moment
            return []
        before = peer.floor, peer.floor_until
        self._give(peer, allowed, until, moment)
        if before == (peer.floor, peer.floor_until):
            return []
        hands = peer.floor and self._lower(seat_id)
        return hall.gates() + hall.show(peer) + (hall.show_hands() if hands else [])

    def mute(self, seat_id: str | None, muted: bool, locked: bool) -> list[Effect]:
        """Close a microphone, or open it; `locked`: the person may not open it again.

        :param seat_id: None for everyone but the bench and who is no party, also those who come later.
        """
        peers = self.hall.peers
        locked = locked and muted
        if seat_id is None:
            self._newcomers = (muted, locked)
            self._mutes.clear()
            chosen = [p for p in peers.values() if not p.seat.is_spared]
        elif seat_id not in peers:
            self._mutes[seat_id] = muted, locked
            chosen = []
        else:
            chosen = [peers[seat_id]]
        changed = [p for p in chosen if (p.muted, p.locked) != (muted, locked)]
        for peer in changed:
            peer.muted, peer.locked = muted, locked
        return self.hall.gates() + [e for p in changed for e in self.hall.show(p)]

    def lower_hand(self, seat_id: str) -> list[Effect]:
        peer = self.hall.peers.get(seat_id)
        if peer is None or not self._lower(seat_id):
            return []
        return self.hall.show(peer) + self.hall.show_hands()

    def countdown(self, opens_at: float | None, moment: Moment) -> list[Effect]:
        """Microphones of all but moderators stay shut until then; None calls it off."""
        order = self.hall.order
        if opens_at == order.opens_at or (opens_at is not None and order.phase is Phase.CLOSED):
            return []
        order.opens_at = opens_at
        order.opens = moment.deadline(opens_at) if opens_at is not None else None
        return self.hall.gates() + self._tell_countdown()

    # -- what all pages show

    def arrange(self, spotlight: tuple[str, str] | None, layout: str) -> list[Effect]:
        """:raises ValueError: not a source, or not a layout."""
        order = self.hall.order
        lit = m.Spotlight(seat=spotlight[0], source=Source(spotlight[1])) if spotlight is not None else None
        wish = (lit, Layout(layout))
        if wish == (order.spotlight, order.layout):
            return []
        order.spotlight, order.layout = wish
        return self.hall.routes() + self.hall.arranged()

    def interpret(self, links: Mapping[str, tuple[str, bool]]) -> list[Effect]:
        """Who renders whose words, and whether to everybody; the whole of it, by the interpreter's seat."""
        order = self.hall.order
        wish = {seat_id: Interpreting(*link) for seat_id, link in links.items() if seat_id != link[0]}
        if wish == order.interpreters:
            return []
        changed = order.interpreters.keys() | wish.keys()
        order.interpreters = wish
        for seat_id in wish.keys() & self.hall.peers.keys():
            self.hall.peers[seat_id].channel = Channel.FLOOR  # who interprets must hear the floor
        shown = [
            e for s in sorted(changed) if s in self.hall.peers for e in self.hall.show(self.hall.peers[s])
        ]
        return self.hall.routes() + shown

    def stage(self, code: str) -> list[Effect]:
        """A code of the application; empty for none. Told to the lobby too."""
        if code == self.hall.order.stage:
            return []
        self.hall.order.stage = code
        return self.hall.broadcast(m.StageChanged(seq=0, code=code))

    def phase(self, phase: Phase, reason: str) -> list[Effect]:
        """CLOSED sends everyone home; being in session ends a countdown."""
        hall, order = self.hall, self.hall.order
        if (phase, reason) == (order.phase, order.reason):
            return []
        order.phase, order.reason = phase, reason
        effects = hall.broadcast(m.PhaseChanged(seq=0, phase=phase, reason=reason))
        if order.opens is not None and phase is not Phase.WAITING:
            order.end_countdown()
            effects += self._tell_countdown()
        effects += hall.gates()
        if phase is Phase.CLOSED:
            for seat_id, peer in hall.peers.items():
                effects.append(Disconnect(seat_id))
                if peer.page is not None:
                    effects.append(Kick(seat_id, peer.page, m.CloseCode.ROOM_CLOSED))
        return effects

    # -- by itself

    def tick(self, moment: Moment) -> list[Effect]:
        """Take the word whose time is over, and end the countdown."""
        effects: list[Effect] = []
        for seat_id, peer in self.hall.peers.items():
            if peer.floor_ends is not None and moment.now >= peer.floor_ends:
                effects += self.floor(seat_id, False, None, moment)
                effects.append(Remark(seat_id, OrderEvent.FLOOR_ENDED))
        order = self.hall.order
        if order.opens is not None and moment.now >= order.opens:
            order.end_countdown()
            effects += [*self.hall.gates(), *self._tell_countdown(), Remark("", OrderEvent.OPENED)]
        return effects

    def gone(self, seat_id: str) -> list[Effect]:
        """The seat was given up: its hand and its picture are no longer waited for."""
        hands = self._lower(seat_id)
        return self._dim(seat_id) + (self.hall.show_hands() if hands else [])

    # -- inside

    def _give(self, peer: Peer, allowed: bool, until: float | None, moment: Moment) -> None:
        peer.floor = allowed and peer.seat.may_publish
        peer.floor_until = until if peer.floor else None
        peer.floor_ends = moment.deadline(peer.floor_until) if peer.floor_until is not None else None

    def _lower(self, seat_id: str) -> bool:
        hands = self.hall.order.hands
        if seat_id in hands:
            hands.remove(seat_id)
            return True
        return False

    def _dim(self, seat_id: str) -> list[Effect]:
        order = self.hall.order
        if order.spotlight is None or order.spotlight.seat != seat_id:
            return []
        order.spotlight = None
        return self.hall.arranged()

    def _tell_countdown(self) -> list[Effect]:
        return self.hall.broadcast(m.Countdown(seq=0, opens_at=self.hall.order.opens_at))
