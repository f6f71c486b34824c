"""Stops, halts of a vehicle, its crew and roads: entered, planned, moved, cancelled. Sessions on them: planning.py."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from court.domain import text
from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState
from court.domain.ids import new_id
from court.domain.lifecycle import BENCH, ROLE_NAMES, Actor, ActorKind, Role
from court.domain.tour import HALT, PLANNERS, Halt, HaltAction, Stop, halt_conflicts
from court.services import accounts, planning
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import tour as load

_LONGEST = timedelta(hours=16)
_FARTHEST = timedelta(days=366)
MOST_CREW = 8
MOST_MINUTES = 600
MOST_KBPS = 1_000_000


def add_stop(
    tx: Tx, *, actor: Actor, now: datetime, village: str, spot: str, court_minutes: int, road: str
) -> Stop:
    """A place to stand. Refuses `text.empty`, `stop.known` for the same words again."""
    _require_planner(actor)
    words = {"village": _line(village, 80), "spot": _line(spot, 120)}
    same = [t.stop.c[name] == value for name, value in words.items()]
    if load.stops(tx.conn, *same):
        raise CourtError("stop.known")
    row = words | {
        "id": new_id(),
        "court_minutes": min(court_minutes, MOST_MINUTES),
        "road": text.line_clean(road)[:400],
        "up_kbps": 0,
        "measured_at": None,
        "retired": False,
        "rev": 1,
    }
    tx.conn.execute(t.stop.insert().values(row))
    tx.record("stop.added", str(row["id"]), actor, now, words)
    return stop(tx, stop_id=str(row["id"]))


def stop(rx: Read, *, stop_id: str) -> Stop:
    """Refuses `stop.not_found`."""
    found = load.stops(rx.conn, t.stop.c.id == stop_id)
    if not found:
        raise CourtError("stop.not_found")
    return found[0]


def change_stop(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    stop_id: str,
    rev: int,
    court_minutes: int,
    road: str,
    up_kbps: int,
    retired: bool,
) -> Stop:
    """What the crew found out: the road, and what the line carries there. A retired stop is offered no more."""
    _require_planner(actor)
    known = stop(tx, stop_id=stop_id)
    if known.rev != rev:
        raise CourtError("stop.stale")
    measured = up_kbps != known.up_kbps and up_kbps > 0
    changes: dict[str, Any] = {
        "court_minutes": min(court_minutes, MOST_MINUTES),
        "road": text.line_clean(road)[:400],
        "up_kbps": min(up_kbps, MOST_KBPS),
        "measured_at": now if measured else known.measured_at,
        "retired": retired,
        "rev": rev + 1,
    }
    tx.conn.execute(t.stop.update().where(t.stop.c.id == stop_id).values(changes))
    tx.record("stop.changed", stop_id, actor, now, {"kbps": changes["up_kbps"], "retired": retired})
    return stop(tx, stop_id=stop_id)


def set_road(tx: Tx, *, actor: Actor, now: datetime, one_id: str, other_id: str, minutes: int) -> None:
    """How long the vehicle takes between two stops, either way."""
    _require_planner(actor)
    if one_id == other_id:
        raise CourtError("stop.same")
    first, second = sorted((stop(tx, stop_id=one_id).id, stop(tx, stop_id=other_id).id))
    r = t.road
    tx.conn.execute(r.delete().where(r.c.one_id == first, r.c.other_id == second))
    tx.conn.execute(r.insert().values(one_id=first, other_id=second, minutes=min(minutes, MOST_MINUTES)))
    tx.record("road.set", first, actor, now, {"to": second, "minutes": minutes})


def halt(rx: Read, *, halt_id: str) -> Halt:
    """Refuses `halt.not_found`."""
    found = load.halt(rx.conn, halt_id)
    if found is None:
        raise CourtError("halt.not_found")
    return found


def plan(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    stop_id: str,
    vehicle: str,
    arrives_at: datetime,
    leaves_at: datetime,
) -> Halt:
    """The vehicle goes there. Refuses `halt.window`, `halt.in_the_past`, `halt.conflict`, `stop.retired`."""
    _require_planner(actor)
    there = stop(tx, stop_id=stop_id)
    if there.retired:
        raise CourtError("stop.retired")
    row = {
        "id": new_id(),
        "stop_id": stop_id,
        "vehicle": _line(vehicle, 60),
        "arrives_at": arrives_at,
        "leaves_at": leaves_at,
        "state": HALT.start,
        "reason": "",
        "rev": 1,
    }
    _check_window(now, arrives_at, leaves_at)
    tx.conn.execute(t.halt.insert().values(row))
    made = halt(tx, halt_id=str(row["id"]))
    _check_free(tx, made)
    tx.record("halt.planned", made.id, actor, now, {"stop": stop_id, "vehicle": made.vehicle})
    return made


def move(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    halt_id: str,
    rev: int,
    arrives_at: datetime,
    leaves_at: datetime,
    reason: str,
) -> Halt:
    """Another time; sessions that have not begun move along by as much, and everybody in them is told."""
    known = _current(tx, halt_id, rev, actor, HaltAction.MOVE)
    _check_window(now, arrives_at, leaves_at)
    why = text.required(reason, "reason")
    by = arrives_at - known.arrives_at
    changes = {"arrives_at": arrives_at, "leaves_at": leaves_at, "reason": why, "rev": rev + 1}
    tx.conn.execute(t.halt.update().where(t.halt.c.id == halt_id).values(changes))
    moved = halt(tx, halt_id=halt_id)
    _check_free(tx, moved)
    tx.record("halt.move", halt_id, actor, now, {"minutes": int(by.total_seconds()) // 60})
    if by:
        for one in _sessions(tx, actor, halt_id):
            planning.shift(tx, actor=actor, now=now, session=one, by=by)
    return moved


def cancel(tx: Tx, *, actor: Actor, now: datetime, halt_id: str, rev: int, reason: str) -> Halt:
    """The vehicle does not go. Its sessions are cancelled, everybody is told, and they wait for another time first."""
    _current(tx, halt_id, rev, actor, HaltAction.CANCEL)
    why = text.required(reason, "reason")
    for one in _sessions(tx, actor, halt_id):
        planning.put_back(tx, actor=actor, now=now, session=one, reason=why)
    changes = {
        "state": HALT.after(HALT.start, HaltAction.CANCEL, actor.role),
        "reason": why,
        "rev": rev + 1,
    }
    tx.conn.execute(t.halt.update().where(t.halt.c.id == halt_id).values(changes))
    tx.record("halt.cancel", halt_id, actor, now, {})
    return halt(tx, halt_id=halt_id)


def set_crew(
    tx: Tx, *, actor: Actor, now: datetime, vehicle: str, day: date, account_ids: tuple[str, ...]
) -> None:
    """Who goes with the vehicle that day; in place of who was named before."""
    _require_planner(actor)
    if len(account_ids) > MOST_CREW:
        raise CourtError("halt.crew", most=MOST_CREW)
    for account_id in account_ids:
        accounts.get(tx, account_id=account_id)
    c = t.crew
    tx.conn.execute(c.delete().where(c.c.vehicle == vehicle, c.c.day == day))
    for account_id in dict.fromkeys(account_ids):
        tx.conn.execute(c.insert().values(vehicle=vehicle, day=day, account_id=account_id))
    tx.record("crew.named", "crew", actor, now, {"vehicle": vehicle, "day": day.isoformat()})


def _current(rx: Read, halt_id: str, rev: int, actor: Actor, action: HaltAction) -> Halt:
    known = halt(rx, halt_id=halt_id)
    if known.rev != rev:
        raise CourtError("halt.stale")
    HALT.after(known.state, action, actor.role)
    return known


def _sessions(rx: Read, actor: Actor, halt_id: str) -> list[Hearing]:
    """Those not begun that the actor may move; the others are shown to their own people as standing in the way."""
    if actor.role not in BENCH | {Role.CLERK}:
        return []
    return [
        one
        for one in planning.of_halt(rx, actor=actor, halt_id=halt_id)
        if one.state in {HearingState.SCHEDULED, HearingState.ROLL_CALL}
    ]


def _check_window(now: datetime, arrives_at: datetime, leaves_at: datetime) -> None:
    if not timedelta() < leaves_at - arrives_at <= _LONGEST:
        raise CourtError("halt.window", hours=int(_LONGEST.total_seconds()) // 3600)
    if leaves_at <= now or arrives_at > now + _FARTHEST:
        raise CourtError("halt.in_the_past")


def _check_free(rx: Read, made: Halt) -> None:
    v = t.halt
    near = (v.c.arrives_at < made.leaves_at, v.c.arrives_at > made.arrives_at - _LONGEST)
    found = halt_conflicts(made, load.halts(rx.conn, *near))
    if found:
        raise CourtError("halt.conflict", why="".join(found))


def _require_planner(actor: Actor) -> None:
    if actor.kind is not ActorKind.STAFF or actor.role not in PLANNERS:
        raise CourtError("halt.not_allowed", role=ROLE_NAMES[actor.role], action="plan")


def _line(words: str, most: int) -> str:
    line = text.line_clean(words)[:most]
    if not line:
        raise CourtError("text.empty")
    return line
