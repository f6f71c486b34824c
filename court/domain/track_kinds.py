"""Which table of steps a kind of track follows; the tables stand in the modules of the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from court.domain.confirmation import CONFIRMATION
from court.domain.enforcement import ENFORCEMENT
from court.domain.errors import CourtError
from court.domain.filing import FILING
from court.domain.lifecycle import Lifecycle
from court.domain.mediation_track import MEDIATION
from court.domain.track import Track, TrackKind

LIFECYCLES: Mapping[TrackKind, Lifecycle[Any, Any]] = {
    TrackKind.MEDIATION: MEDIATION,
    TrackKind.FILING: FILING,
    TrackKind.CONFIRMATION: CONFIRMATION,
    TrackKind.ENFORCEMENT: ENFORCEMENT,
}


def lifecycle_of(kind: TrackKind) -> Lifecycle[Any, Any]:
    """Refuses `track.kind_unknown` for a kind that nothing here works on."""
    found = LIFECYCLES.get(kind)
    if found is None:
        raise CourtError("track.kind_unknown")
    return found


def state_name(track: Track) -> str:
    """The state of a track in Chinese."""
    table = lifecycle_of(track.kind)
    return table.labels[type(table.start)(track.state)]
