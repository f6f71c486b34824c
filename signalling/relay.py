"""Carries packets from each publication to its subscribers as they came: forwarded, never decoded."""

import asyncio
import secrets
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any

from . import messages as m
from .areas import Areas
from .connection import Connection
from .ladder import Step
from .messages import Kind, Offer, Source
from .outlet import Outlet, Quality
from .peer import Subscription
from .pictures import Pictures, Slot, layer_for
from .rtp import RtpPacket, SenderReport
from .sdp import read_offer
from .stills import Stills
from .streams import Feed, Inlet
from .terms import Layer
from .told import Listener, Told

TICK_S = 0.5  # reports, estimates and the choice of encodings
LINGER_S = 1.0  # the old connection after its successor took over
MAX_WAITING = 2  # connections of one seat that are not yet, or no longer, in use

Track = tuple[str, Source]


class Relay:
    """The media of one room."""

    def __init__(self, listener: Listener) -> None:
        self.loop = asyncio.get_running_loop()
        self.areas = Areas()
        self.pictures = Pictures()
        self._listener = listener
        self._current: dict[str, Connection] = {}
        self._all: list[Connection] = []
        self._passing: set[Track] = set()
        self._wanted: dict[str, dict[tuple[Kind, int], Subscription]] = {}
        self._told = Told(listener)
        self._stills = Stills(self.loop, self._outlets)
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_ssrc = secrets.randbits(28) << 3 | 1
        self._ticks = self.loop.call_later(TICK_S, self._tick)
        self.forwarded = 0  # packets sent to viewers

    # -- connections

    async def connect(self, seat_id: str, offer: Offer) -> tuple[str, list[tuple[str, Kind, int]]]:
        """(answer, slots of this connection as (mid, kind, index)).

        :raises Malformed: the offer is not usable.
        """
        session = read_offer(offer, self._next_ssrc)
        self._next_ssrc = (self._next_ssrc + len(session.lines)) & 0x7FFFFFFF
        connection = Connection(self, seat_id, offer.connection, session)
        self._all.append(connection)
        waiting = [c for c in self._all if c.seat_id == seat_id and c is not self._current.get(seat_id)]
        for stale in waiting[:-MAX_WAITING]:
            self.spawn(self._retire(stale, 0))
        text = await connection.answer()
        return text, [(s.mid, s.kind, s.index) for s in session.slots]

    def connection_changed(self, connection: Connection, state: str) -> None:
        seat_id = connection.seat_id
        if state == "connected":
            older = self._current.get(seat_id)
            if older is not None and connection.born < older.born:
                self.spawn(
                    self._retire(connection, 0)
                )  # its page has made another since, which stands already
                return
            self._current[seat_id] = connection
            self.pictures.ladder(seat_id, self.loop.time()).renewed(self.loop.time())
            self._rewire()
            if older is not None:
                self.spawn(self._retire(older, LINGER_S))
            return
        if self._current.get(seat_id) is connection:
            del self._current[seat_id]
            self._rewire()
        self._listener.media_lost(seat_id, connection.name)
        self.spawn(self._retire(connection, 0))

    async def _retire(self, connection: Connection, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await connection.transport.close()
        self._told.forget(connection)
        self.pictures.forget(connection.inlets)
        if connection in self._all:
            self._all.remove(connection)

    def tell_again(self, seat_id: str, name: str) -> None:
        """The page may not have heard what was told of its connections. `name`: the newest it knows of."""
        own = [c for c in self._all if c.seat_id == seat_id]
        for connection in own:
            self._told.forget(connection)
        if all(c.name != name for c in own):
            self._listener.media_lost(seat_id, name)

    def disconnect(self, seat_id: str) -> None:
        for connection in [c for c in self._all if c.seat_id == seat_id]:
            self.spawn(self._retire(connection, 0))

    async def close(self) -> None:
        self._ticks.cancel()
        self._stills.close()
        await asyncio.gather(*(c.transport.close() for c in list(self._all)))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what the room decided

    def place(self, seat_id: str, area: str, at: float) -> None:
        """`at`: seconds since 1970."""
        self.areas.place(seat_id, area, at)
        for connection in self._all:
            if connection.seat_id == seat_id:
                for outlet in connection.outlets.values():
                    outlet.forget()
        self._rewire()

    def gate(self, seat_id: str, source: Source, *, passes: bool) -> None:
        track = (seat_id, source)
        if passes:
            self._passing.add(track)
        else:
            self._passing.discard(track)
        feed = self.feed(track)
        for inlet in feed.layers.values() if feed is not None else ():
            inlet.passes = passes
            for outlet in () if passes else inlet.outlets:
                outlet.pause()

    def route(self, seat_id: str, wanted: dict[tuple[Kind, int], Subscription]) -> None:
        self._wanted[seat_id] = dict(wanted)
        self._rewire()

    def watch(self, seat_id: str, watch: m.Watch) -> None:
        """What the page of a viewer shows."""
        self.pictures.watch(seat_id, watch)
        self._rewire()

    def _rewire(self) -> None:
        """Plug every outlet into the inlet it should carry now, and ask for the key frames that takes."""
        now = self.loop.time()
        for connection in self._all:
            is_current = self._current.get(connection.seat_id) is connection
            for inlet in connection.inlets:
                inlet.passes = is_current and (inlet.seat_id, inlet.source) in self._passing
                inlet.outlets.clear()
                inlet.wished = False
        for seat_id, viewer in self._current.items():
            wanted = self._wanted.get(seat_id, {})
            for place, outlet in viewer.outlets.items():
                subscription = wanted.get(place)
                feed = self.feed((subscription.seat_id, subscription.source)) if subscription else None
                if feed is None:
                    outlet.carry(None)
                elif outlet.line.kind is Kind.AUDIO:
                    outlet.carry(feed.recorded)
                    feed.recorded.outlets.append(outlet)
            rung = self.pictures.ladder(seat_id, now).rung
            for slot, quality in self.pictures.plan(seat_id, self._slots(viewer), rung):
                slot.outlet.show(quality, now)
                self._plug(slot, now)

    def _plug(self, slot: Slot, now: float) -> None:
        outlet, layers = slot.outlet, slot.feed.layers
        layer = layer_for(outlet.quality)
        if outlet.quality is not Quality.NONE:
            (layers.get(layer) or layers[Layer.HIGH]).wished = True
        inlet = slot.feed.pick(layer, now)
        if outlet.inlet not in layers.values():
            outlet.carry(inlet)
        outlet.change_to(inlet, slot.feed.follows(inlet, layer, now))
        for source in (outlet.inlet, outlet.next):
            if source is not None:
                source.outlets.append(outlet)
        if outlet.wants_key_frame(now):
            self.ask_key_frame(inlet)

    def _slots(self, viewer: Connection) -> list[Slot]:
        """The video slots of a viewer that carry something."""
        wanted = self._wanted.get(viewer.seat_id, {})
        found = []
        for place, outlet in viewer.outlets.items():
            subscription = wanted.get(place) if outlet.line.kind is Kind.VIDEO else None
            feed = self.feed((subscription.seat_id, subscription.source)) if subscription else None
            if feed is not None:
                found.append(Slot(outlet, feed))
        return found

    # -- packets

    def forward(self, inlet: Inlet, packet: RtpPacket, arrival: float) -> None:
        standing = self.areas.standing
        area = standing.get(inlet.seat_id)
        if not inlet.passes or area is None:
            return
        for outlet in inlet.outlets:
            there = standing.get(outlet.seat_id)
            if there is not area:
                area.crossed += 1
                if there is not None:
                    there.crossed += 1
            elif outlet.inlet is inlet or outlet.takes(inlet, packet):
                sent = outlet.forward(packet, arrival)
                if sent:
                    self.forwarded += sent
                    area.inside += sent
                elif outlet.waits_for_key_frame:
                    self.ask_key_frame(inlet)
        if inlet.recorded or self._recorded_next(inlet, packet):
            area.passed(inlet, packet, arrival)

    def _recorded_next(self, inlet: Inlet, packet: RtpPacket) -> bool:
        feed = self.feed((inlet.seat_id, inlet.source))
        return feed is not None and feed.hears(inlet, packet)

    def feed(self, track: Track) -> Feed | None:
        connection = self._current.get(track[0])
        return connection.feeds.get(track[1]) if connection is not None else None

    def inlet(self, track: Track) -> Inlet | None:
        """The encoding that the recorder hears."""
        feed = self.feed(track)
        return feed.recorded if feed is not None else None

    def connection(self, seat_id: str) -> Connection | None:
        """The one that serves a seat now."""
        return self._current.get(seat_id)

    def inlets(self) -> list[Inlet]:
        """One of each source: the encoding that the recorder hears."""
        return [feed.recorded for c in self._current.values() for feed in c.feeds.values()]

    def ask_key_frame(self, inlet: Inlet) -> None:
        """Throttled per source; a request that comes too early is made when its time comes."""
        connection = self._current.get(inlet.seat_id)
        if inlet.kind is not Kind.VIDEO or not inlet.ssrc or connection is None or inlet.key_frames.planned:
            return
        wait = inlet.key_frames.due(self.loop.time(), connection.uplink.rate)
        if wait > 0:
            inlet.key_frames.planned = True
            self.loop.call_later(wait, self._ask_planned, inlet)
        else:
            connection.ask_key_frame(inlet)

    def _ask_planned(self, inlet: Inlet) -> None:
        inlet.key_frames.planned = False
        self.ask_key_frame(inlet)

    def carry_report(self, inlet: Inlet, report: SenderReport) -> None:
        area = self.areas.of(inlet.seat_id)
        if area is not None and inlet.recorded:
            area.reported(inlet, report)
        for outlet in inlet.outlets:
            if outlet.inlet is not inlet or self.areas.of(outlet.seat_id) is not area:
                continue
            viewer = self._current.get(outlet.seat_id)
            data = outlet.sender_report(report.ntp, report.timestamp, self.loop.time())
            if data is not None and viewer is not None:
                viewer.transport.send_rtcp(data)

    # -- regularly

    def _tick(self) -> None:
        now, main = self.loop.time(), self.areas.main
        for connection in self._current.values():
            connection.measure(now)
            connection.report(now)
        for seat_id, viewer in self._current.items():
            self._climb(seat_id, viewer, now)
        self._rewire()
        for connection in self._current.values():
            for feed in connection.feeds.values():
                if (awaited := feed.choose_recorded(now, running=main.tap is not None)) is not None:
                    self.ask_key_frame(awaited)
            recorded = main.tap is not None and self.areas.of(connection.seat_id) is main
            wanted = self.pictures.encodings(connection.feeds.values(), recording=recorded, now=now)
            self._told.encodings(connection, wanted)
            self._told.arrivals(connection, now)
        self._stills.go()
        self._ticks = self.loop.call_later(TICK_S, self._tick)

    def _outlets(self) -> Iterator[Iterable[Outlet]]:
        """Of each viewer."""
        return (viewer.outlets.values() for viewer in self._current.values())

    def _climb(self, seat_id: str, viewer: Connection, now: float) -> None:
        ladder, slots = self.pictures.ladder(seat_id, now), self._slots(viewer)
        ladder.tick(
            now, viewer.downlink.sample(now), lambda rung: self.pictures.need(seat_id, slots, rung, now)
        )
        step = ladder.shown if slots else Step.HIGH  # where no picture is due, none is missing
        self._told.step(seat_id, step)
