"""A room in figures, as bench and clerk ask for them: who is there, what comes in, how each line is. Only reads."""

from .recorder import Recording
from .relay import Relay
from .room import Room
from .segments import Track
from .status import LinkStatus, RoomStatus, TrackStatus


def room_status(
    room: Room, relay: Relay, recording: Recording | None, problem: str, now: float
) -> RoomStatus:
    """`now`: the event loop's clock, seconds."""
    snapshot = room.hall.snapshot()
    disk = recording.disk if recording is not None else None
    return RoomStatus(
        room_id=room.room_id,
        phase=snapshot.phase,
        reason=snapshot.reason,
        recording=recording.state if recording is not None else "off",
        recorded_s=recording.elapsed() if recording is not None else 0.0,
        problem=problem,
        seats=snapshot.seats,
        tracks=_tracks(relay, recording, now),
        links=_links(room, relay),
        disk_free=disk.free if disk else None,
        disk_left_s=disk.left_s if disk else None,
    )


def _tracks(relay: Relay, recording: Recording | None, now: float) -> tuple[TrackStatus, ...]:
    return tuple(
        TrackStatus(
            seat_id=i.seat_id,
            source=i.source,
            packets=i.packets,
            lost=max(0, i.reception.expected - i.reception.received),
            level=i.level,
            silent_s=round(now - i.last_arrival, 3) if i.packets else float("inf"),
            durable_s=recording.durable(Track(i.seat_id, i.source)) if recording else None,
        )
        for i in relay.inlets()
    )


def _links(room: Room, relay: Relay) -> tuple[LinkStatus, ...]:
    found = []
    for seat_id, peer in room.peers.items():
        connection = relay.connection(seat_id)
        found.append(
            LinkStatus(
                seat_id=seat_id,
                rtt_ms=peer.link.rtt_ms,
                loss=peer.link.loss,
                media=connection is not None,
                path=connection.path(peer.link.path) if connection is not None else "",
            )
        )
    return tuple(found)
