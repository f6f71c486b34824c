"""A lawsuit from the complaint to acceptance: received, corrected once, accepted with its number, or refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from court.domain.errors import CourtError
from court.domain.filing import FilingDetails
from court.domain.lifecycle import ROLE_NAMES, Actor, Role
from court.domain.track import Track, TrackKind
from court.services import clocks, tracks
from court.store.database import Tx

RECEIVERS = frozenset({Role.REGISTRAR, Role.CLERK, Role.JUDGE, Role.OFFICER})


def may_receive(actor: Actor, of_matter: Iterable[Track]) -> bool:
    """Whether this actor may take in a complaint about a matter with these tracks."""
    busy = any(one.kind is TrackKind.FILING and not one.ended_at for one in of_matter)
    return actor.role in RECEIVERS and not busy


def receive(tx: Tx, *, actor: Actor, now: datetime, matter_id: str, known: FilingDetails) -> Track:
    """收到起诉状: the seven days of acceptance begin (民事诉讼法 126). Refuses `filing.received_day`,
    `track.open_already`."""
    if actor.role not in RECEIVERS:
        raise CourtError("filing.not_allowed", role=ROLE_NAMES[actor.role], action="receive")
    if known.received_at > now:
        raise CourtError("filing.received_day")
    made = tracks.open_track(
        tx, actor=actor, now=now, matter_id=matter_id, kind=TrackKind.FILING, known=known
    )
    clocks.start(tx, actor=actor, now=now, track_id=made.id, rule="SU-01", since=known.received_at)
    return made
