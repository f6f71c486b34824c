"""Clocks of a track: started, paused, resumed, extended by who may, met, dropped; the sweep that announces them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from court.domain import clock as domain
from court.domain import text
from court.domain.calendar import working_calendar
from court.domain.clock import CLOCK, Clock, ClockAction, ClockExtension, ClockPause, ClockState, Lamp
from court.domain.deadline import UNIT_NAMES
from court.domain.deadline import rule as law
from court.domain.errors import CourtError
from court.domain.ids import new_id
from court.domain.lifecycle import SYSTEM_ACTOR, Actor, Role
from court.domain.numbers import day_of
from court.domain.reckoning import reckon
from court.services import due, tracks
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import tracks as load

_DAY = timedelta(days=1)
# One sweep announces at most so many; the next one goes on (every ten minutes).
SWEPT_MOST = 2000
_ANNOUNCED = {Lamp.SOON: "clock.soon", Lamp.TODAY: "clock.due_today", Lamp.OVERDUE: "clock.overdue"}


def get(rx: Read, *, clock_id: str) -> Clock:
    """Refuses `clock.not_found`."""
    found = load.clock(rx.conn, clock_id)
    if found is None:
        raise CourtError("clock.not_found")
    return found


def of_track(rx: Read, *, track_id: str) -> tuple[Clock, ...]:
    """Every clock of a track, in the order they were started."""
    return load.clocks_of_track(rx.conn, track_id)


def running(rx: Read, *, track_id: str, rule: str, party_id: str | None = None) -> Clock | None:
    """The open clock of this rule (and party, when one is named)."""
    return next(
        (
            one
            for one in of_track(rx, track_id=track_id)
            if one.open and one.rule == rule and (party_id is None or one.party_id == party_id)
        ),
        None,
    )


def start(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rule: str,
    since: datetime,
    variant: str = "",
    ordered: int | None = None,
    party_id: str | None = None,
    about: str = "",
) -> Clock:
    """A clock of this rule from the event at `since`. The same one, still open, is given back (safe to retry).

    Refuses `deadline.*` for what the rule does not allow."""
    for one in of_track(tx, track_id=track_id):
        same = (one.rule, one.variant, one.party_id, one.since) == (rule, variant, party_id, since)
        if one.open and same:
            return one
    track = tracks.get(tx, track_id=track_id)
    fresh = Clock(
        id=new_id(),
        track_id=track_id,
        matter_id=track.matter_id,
        party_id=party_id,
        rule=law(rule).id,
        variant=variant,
        ordered=ordered,
        about=text.within(about, "address"),
        since=since,
        state=CLOCK.start,
        due_on=since.date(),
        due_at=since,
        provisional=False,
        told=Lamp.OK,
        met_at=None,
        note="",
        by=actor.name,
        started_at=now,
        rev=1,
    )
    made = _settled(fresh, now)
    tx.conn.execute(t.clock.insert().values(_row(made)))
    _record(tx, "clock.started", actor, now, made, due=made.due_on.isoformat())
    return made


def pause(
    tx: Tx, *, actor: Actor, now: datetime, clock_id: str, first: date, reason: str, rev: int | None = None
) -> Clock:
    """Not counted from `first` on until it is resumed. Refuses `deadline.no_pause` where the law knows none."""
    found = _open(tx, clock_id, rev)
    if not found.law.pause:
        raise CourtError("deadline.no_pause", rule=found.rule)
    since = day_of(found.since)
    latest = max((one.last for one in found.pauses if one.last), default=since)
    if first <= latest or first > day_of(now):
        raise CourtError("clock.pause_day")
    one = ClockPause(first=first, last=None, reason=text.required(reason, "reason"), by=actor.name)
    row = {"id": new_id(), "clock_id": clock_id, "first": first, "last": None, "reason": one.reason}
    tx.conn.execute(t.clock_pause.insert().values(row | {"by": one.by}))
    return _take(tx, actor, now, replace(found, pauses=(*found.pauses, one)), ClockAction.PAUSE)


def resume(tx: Tx, *, actor: Actor, now: datetime, clock_id: str, on: date, rev: int | None = None) -> Clock:
    """Counted again from `on`, the first day that counts. A pause of no whole day leaves no trace in the count."""
    found = _open(tx, clock_id, rev)
    CLOCK.after(found.state, ClockAction.RESUME, actor.role)
    lasting = found.pauses[-1]
    if not lasting.first <= on <= day_of(now):
        raise CourtError("clock.pause_day")
    p = t.clock_pause
    mine = (p.c.clock_id == clock_id, p.c.last.is_(None))
    if on == lasting.first:
        tx.conn.execute(p.delete().where(*mine))
        pauses = found.pauses[:-1]
    else:
        tx.conn.execute(p.update().where(*mine).values(last=on - _DAY))
        pauses = (*found.pauses[:-1], replace(lasting, last=on - _DAY))
    return _take(tx, actor, now, replace(found, pauses=pauses), ClockAction.RESUME)


def taken_over(tx: Tx, *, actor: Actor, now: datetime, clock_id: str, pause: ClockPause) -> Clock:
    """A pause of the limit this one took the place of; one that lasts goes on lasting."""
    found = get(tx, clock_id=clock_id)
    row = {"id": new_id(), "clock_id": clock_id, "first": pause.first, "last": pause.last}
    tx.conn.execute(t.clock_pause.insert().values(row | {"reason": pause.reason, "by": pause.by}))
    state = ClockState.PAUSED if pause.last is None else found.state
    moved = _settled(replace(found, state=state, pauses=(*found.pauses, pause)), now)
    tx.conn.execute(t.clock.update().where(t.clock.c.id == clock_id).values(_row(moved)))
    _record(tx, "clock.pause", actor, now, moved)
    return moved


def ask(
    tx: Tx, *, actor: Actor, now: datetime, clock_id: str, amount: int, reason: str, rev: int | None = None
) -> Clock:
    """An extension is asked for; somebody else decides. Refuses `deadline.no_extension`, `clock.asked_already`."""
    found = _open(tx, clock_id, rev)
    CLOCK.after(found.state, ClockAction.EXTEND, actor.role)
    if found.asked is not None:
        raise CourtError("clock.asked_already")
    one = ClockExtension(
        id=new_id(),
        amount=amount,
        reason=text.required(reason, "reason"),
        asked_by=actor.name,
        asked_at=now,
        granted=None,
        decided_by="",
        decided_at=None,
        decision="",
    )
    # What could never be granted is refused before anybody is asked.
    _settled(replace(found, extensions=(*found.extensions, replace(one, granted=True, decided_at=now))), now)
    row = {name: getattr(one, name) for name in ClockExtension.__dataclass_fields__}
    tx.conn.execute(t.clock_extension.insert().values(row | {"clock_id": clock_id}))
    asked = replace(found, extensions=(*found.extensions, one), rev=found.rev + 1)
    tx.conn.execute(t.clock.update().where(t.clock.c.id == clock_id).values(rev=asked.rev))
    _record(tx, "clock.extension_asked", actor, now, asked, amount=amount)
    return asked


def decide(
    tx: Tx, *, actor: Actor, now: datetime, clock_id: str, grant: bool, note: str = "", rev: int | None = None
) -> Clock:
    """The answer to an extension asked for. Where the law leaves it to the president of the court, nobody else may.

    Refuses `clock.president_only`, `clock.nothing_asked`."""
    found = _open(tx, clock_id, rev)
    extend = found.law.extend
    if extend is not None and "院长" in extend.who and actor.role is not Role.PRESIDENT:
        raise CourtError("clock.president_only")
    asked = found.asked
    if asked is None:
        raise CourtError("clock.nothing_asked")
    decided = {"granted": grant, "decided_by": actor.name, "decided_at": now}
    decided["decision"] = text.within(note, "reason")
    e = t.clock_extension
    tx.conn.execute(e.update().where(e.c.id == asked.id).values(decided))
    changed = get(tx, clock_id=clock_id)
    facts = {"granted": grant, "amount": asked.amount}
    return _take(tx, actor, now, changed, ClockAction.EXTEND, **facts)


def extend(
    tx: Tx, *, actor: Actor, now: datetime, clock_id: str, amount: int, reason: str, decided_by: str
) -> Clock:
    """An extension that needs no leave but the parties' consent or the court's own word; `decided_by` in words.

    Refuses `clock.president_only` where the law leaves it to the president of the court."""
    ask(tx, actor=actor, now=now, clock_id=clock_id, amount=amount, reason=reason)
    note = text.within(decided_by, "reason")
    return decide(tx, actor=actor, now=now, clock_id=clock_id, grant=True, note=note)


def meet(
    tx: Tx, *, actor: Actor, now: datetime, clock_id: str, at: datetime | None = None, note: str = ""
) -> Clock:
    """What had to be done is done, `at` when it was done. A clock met already stays as it is (safe to retry)."""
    found = get(tx, clock_id=clock_id)
    if found.state is ClockState.MET:
        return found
    met = replace(found, met_at=at or now, note=text.within(note, "reason"))
    return _take(tx, actor, now, met, ClockAction.MEET)


def meet_rule(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rule: str,
    at: datetime | None = None,
    note: str = "",
    party_id: str | None = None,
) -> None:
    """Every open clock of this rule (and party, when one is named) is met."""
    for one in of_track(tx, track_id=track_id):
        if one.open and one.rule == rule and (party_id is None or one.party_id == party_id):
            meet(tx, actor=actor, now=now, clock_id=one.id, at=at, note=note)


def drop(tx: Tx, *, actor: Actor, now: datetime, clock_id: str, reason: str) -> Clock:
    """It no longer counts: its ground fell away, or the law starts it anew."""
    found = get(tx, clock_id=clock_id)
    if found.state is ClockState.DROPPED:
        return found
    dropped = replace(found, note=text.required(reason, "reason"))
    return _take(tx, actor, now, dropped, ClockAction.DROP)


def drop_all(tx: Tx, *, actor: Actor, now: datetime, track_id: str, reason: str) -> None:
    """The track is over: what still ran counts no more."""
    for one in of_track(tx, track_id=track_id):
        if one.open:
            drop(tx, actor=actor, now=now, clock_id=one.id, reason=reason)


def restart(tx: Tx, *, actor: Actor, now: datetime, clock_id: str, since: datetime, reason: str) -> Clock:
    """Counted anew from another event (补正, 时效中断, a service that moved); the old one stays with its reason."""
    old = get(tx, clock_id=clock_id)
    if old.since == since and old.open:
        return old
    if old.open:
        drop(tx, actor=actor, now=now, clock_id=clock_id, reason=reason)
    return start(
        tx,
        actor=actor,
        now=now,
        track_id=old.track_id,
        rule=old.rule,
        since=since,
        variant=old.variant,
        ordered=old.ordered,
        party_id=old.party_id,
        about=old.about,
    )


def sweep(tx: Tx, *, now: datetime) -> int:
    """Announces in the journal every lamp that became more urgent, once; recounts ends that a later notice of
    holidays may have moved. Says how many changed; the same moment again changes nothing."""
    c = t.clock
    live = c.c.state == ClockState.RUNNING
    turned = sa.select(c).where(live, c.c.told_next_at <= now).order_by(c.c.told_next_at).limit(SWEPT_MOST)
    changed = 0
    for one in load.clocks(tx.conn, turned):
        changed += _announce(tx, one, now)
    known = max(working_calendar().years, default=0)
    waiting = sa.select(c).where(live, c.c.provisional, c.c.due_on < date(known + 1, 1, 1)).limit(SWEPT_MOST)
    for one in load.clocks(tx.conn, waiting):
        moved = _settled(one, now)
        tx.conn.execute(c.update().where(c.c.id == one.id).values(_row(moved)))
        _record(tx, "clock.recounted", SYSTEM_ACTOR, now, moved, due=moved.due_on.isoformat())
        changed += 1
    return changed


def _announce(tx: Tx, one: Clock, now: datetime) -> int:
    lit = domain.lamp(one, now)
    told = replace(one, told=max(lit, one.told))
    values = {"told": told.told, "told_next_at": domain.next_turn(told)}
    tx.conn.execute(t.clock.update().where(t.clock.c.id == one.id).values(values))
    due.refresh(tx, matter_id=one.matter_id)
    if lit <= one.told:
        return 0
    _record(tx, _ANNOUNCED[lit], SYSTEM_ACTOR, now, one, due=one.due_on.isoformat())
    return 1


def reckoned_day(*, rule: str, since: datetime) -> date:
    """The last day of a limit that no track has to keep, such as one that must have run before an act."""
    due = reckon(law(rule), since=day_of(since), calendar=working_calendar())
    assert isinstance(due.at, date)
    return due.at


def unit_of_extension(clock: Clock) -> str:
    """日, 个月: what an extension of this clock is counted in; "" where the law knows none."""
    return UNIT_NAMES[clock.law.extend.unit] if clock.law.extend else ""


def _open(tx: Tx, clock_id: str, rev: int | None) -> Clock:
    found = get(tx, clock_id=clock_id)
    if rev is not None and rev != found.rev:
        raise CourtError("clock.stale")
    return found


def _settled(clock: Clock, now: datetime) -> Clock:
    """With its last day by the rules of now."""
    calendar = working_calendar()
    due = domain.reckoned(clock, calendar, day_of(now))
    return replace(
        clock,
        due_on=domain.last_day(due),
        due_at=domain.over_at(due),
        provisional=domain.provisional(due, calendar),
    )


def _row(clock: Clock) -> dict[str, Any]:
    kept = {name: getattr(clock, name) for name in Clock.__dataclass_fields__}
    del kept["pauses"], kept["extensions"]
    return kept | {"told": int(clock.told), "told_next_at": domain.next_turn(clock)}


def _take(tx: Tx, actor: Actor, now: datetime, clock: Clock, action: ClockAction, **facts: object) -> Clock:
    state = CLOCK.after(clock.state, action, actor.role)
    moved = replace(clock, state=state, rev=clock.rev + 1)
    if moved.open:
        moved = _settled(moved, now)
        # A later end is announced again when it comes near.
        moved = replace(moved, told=min(moved.told, domain.lamp(moved, now)))
    tx.conn.execute(t.clock.update().where(t.clock.c.id == clock.id).values(_row(moved)))
    _record(tx, f"clock.{action}", actor, now, moved, **facts)
    return moved


def _record(tx: Tx, type_: str, actor: Actor, now: datetime, clock: Clock, **facts: object) -> None:
    told = {"clock": clock.id, "rule": clock.rule, "track": clock.track_id}
    tx.record(type_, clock.matter_id, actor, now, told | facts)
    due.refresh(tx, matter_id=clock.matter_id)
