"""The file of a lawsuit gathered from the register: its files in order, its list, what a person marks, its export."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from court.domain import text
from court.domain.case_file import (
    FOLDERS,
    Filed,
    Held,
    Item,
    checklist,
    file_name,
    folder_named,
    folder_of,
)
from court.domain.clock import Lamp, lamp
from court.domain.filing import FileItem, FileMark, FileState, FilingAction, FilingDetails
from court.domain.hearing import HearingKind, HearingState, SeatRole
from court.domain.lifecycle import Actor
from court.domain.matter import IdKind
from court.domain.paper import Paper, PaperKind
from court.domain.sealed_off import shows_paper
from court.domain.track import Track, TrackKind
from court.services import clocks, tracks
from court.services.filing import step, taken
from court.store import tables as t
from court.store.database import Read, Tx
from court.store.load import casework, exhibits, hearings, papers, withdrawals
from court.store.views import moments


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """`files` in the order of the folders; `index` the sealed list of exactly these files, None while there is none."""

    items: tuple[Item, ...]
    files: tuple[Filed, ...]
    index: Paper | None


def gather(rx: Read, track: Track, known: FilingDetails, now: datetime) -> CaseFile:
    """What is there now. What mediation said is not in it (在线调解规则 18), nor what was withdrawn."""
    kept = _papers(rx, track.matter_id)
    files = _files(rx, track.matter_id, kept)
    made = [one for one in papers.papers(rx.conn, track.matter_id) if one.kind is PaperKind.CASE_FILE]
    latest = max((one.at for one in files), default=None)
    index = made[-1] if made and (latest is None or made[-1].at >= latest) else None
    return CaseFile(items=checklist(known, _held(rx, track, known, kept, now)), files=files, index=index)


def mark(
    tx: Tx,
    *,
    actor: Actor,
    now: datetime,
    track_id: str,
    rev: int,
    item: FileItem,
    state: FileState,
    reason: str,
) -> Track:
    """A person says of an item that it is on paper only, or not needed, and why."""
    track, known = taken(tx, actor, track_id, rev, FilingAction.MARK_FILE)
    one = FileMark(item=item, state=state, reason=text.required(reason, "reason"), by=actor.name, at=now)
    known = replace(known, marks=(*(old for old in known.marks if old.item is not item), one))
    return step(tx, actor, now, track, FilingAction.MARK_FILE, known, {"item": item, "as": state})


def exported(tx: Tx, *, actor: Actor, now: datetime, track_id: str, index_id: str, files: int) -> None:
    """That somebody took the file along stands in the journal (个人信息保护法 51)."""
    track = tracks.seen(tx, actor=actor, track_id=track_id)
    facts = {"track": track_id, "index": index_id, "files": files}
    tx.record("filing.exported", track.matter_id, actor, now, facts)


def _papers(rx: Read, matter_id: str) -> list[Paper]:
    talks = {one.id for one in hearings.of_subject(rx.conn, matter_id) if one.kind is HearingKind.MEDIATION}
    gone = withdrawals.of_subject(rx.conn, matter_id)
    return [
        one
        for one in papers.papers(rx.conn, matter_id)
        if one.id not in gone
        and one.kind is not PaperKind.CASE_FILE
        and shows_paper(one.kind, of_talks=one.hearing_id in talks, sealed=True)
    ]


def _files(rx: Read, matter_id: str, kept: list[Paper]) -> tuple[Filed, ...]:
    b = t.blob.c
    wanted = sa.select(b.sha256, b.media_type).where(b.sha256.in_([one.sha256 for one in kept]))
    types = {row.sha256: row.media_type for row in rx.conn.execute(wanted)}
    found = [
        (folder_of(one.kind), one.at, one.title, one.sha256, types[one.sha256], one.pages) for one in kept
    ]
    found += [
        (folder_named(one.label), one.added_at, one.label, one.sha256, one.media_type, 0)
        for one in casework.materials(rx.conn, matter_id)
    ]
    found.sort(key=lambda one: (FOLDERS.index(one[0]), one[1]))
    return tuple(
        Filed(
            folder=folder,
            name=file_name(number, title, media_type),
            sha256=sha256,
            media_type=media_type,
            at=at,
            pages=sheets,
        )
        for number, (folder, at, title, sha256, media_type, sheets) in enumerate(found, 1)
    )


def _held(rx: Read, track: Track, known: FilingDetails, kept: list[Paper], now: datetime) -> Held:
    people = casework.parties(rx.conn, track.matter_id)
    trials = [one for one in hearings.of_subject(rx.conn, track.matter_id) if one.kind is HearingKind.TRIAL]
    got = {(one.paper_id, one.party_id) for one in moments(rx, track.matter_id)}
    decision = known.decision.paper_id if known.decision else None
    windows = [one for one in clocks.of_track(rx, track_id=track.id) if one.rule == "SU-04"]
    return Held(
        papers=frozenset(one.kind for one in kept),
        materials=tuple(one.label for one in casework.materials(rx.conn, track.matter_id)),
        all_identified=all(one.id_kind in {IdKind.RESIDENT, IdKind.ORGANISATION} for one in people),
        agents=any(seat.role is SeatRole.AGENT for one in trials for seat in hearings.seats(rx.conn, one.id)),
        evidence=bool(
            exhibits.exhibits(rx.conn, track.matter_id) or casework.materials(rx.conn, track.matter_id)
        ),
        trial_held=any(one.state is HearingState.CLOSED for one in trials),
        decision_served=decision is not None and all((decision, one.id) in got for one in people),
        answer_over=bool(windows) and all(lamp(one, now) is Lamp.OVERDUE or not one.open for one in windows),
        enforcement=any(
            one.kind is TrackKind.ENFORCEMENT for one in tracks.of_matter(rx, matter_id=track.matter_id)
        ),
    )
