"""The tracks of a dispute with their clocks, as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from court.domain.calendar import working_calendar
from court.domain.clock import Clock, lamp_words, reckoned
from court.domain.deadline import Step
from court.domain.numbers import day_of
from court.domain.track import Referral, Track
from court.domain.track_kinds import state_name
from court.store.database import Read
from court.store.load import tracks as load


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """A clock as anybody reads it: `words` and `tone` of its lamp, `steps` all the reasons for its last day."""

    clock: Clock
    words: str
    tone: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRow:
    """`clocks`: those that run first, by their end."""

    track: Track
    state_name: str
    clocks: tuple[ClockRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracks:
    """In the order they were opened, the latest last."""

    tracks: tuple[TrackRow, ...]
    referrals: tuple[Referral, ...]


def clock_row(clock: Clock, now: datetime) -> ClockRow:
    """One clock with its lamp and reasons at this moment."""
    words, tone = lamp_words(clock, now)
    due = reckoned(clock, working_calendar(), day_of(now))
    return ClockRow(clock=clock, words=words, tone=tone, steps=due.steps)


def tracks_of(rx: Read, *, matter_id: str, now: datetime) -> Tracks:
    """Everything of one matter; who may see it was asked before."""
    known: dict[str, list[ClockRow]] = {}
    for clock in load.clocks_of_matter(rx.conn, matter_id):
        known.setdefault(clock.track_id, []).append(clock_row(clock, now))
    rows = tuple(
        TrackRow(
            track=track,
            state_name=state_name(track),
            clocks=tuple(
                sorted(known.get(track.id, ()), key=lambda row: (not row.clock.open, row.clock.due_at))
            ),
        )
        for track in load.tracks(rx.conn, matter_id)
    )
    return Tracks(tracks=rows, referrals=load.referrals(rx.conn, matter_id))
