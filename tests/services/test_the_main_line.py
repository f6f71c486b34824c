"""One dispute from the kiosk to a sealed, printed and served agreement, on SQLite and on PostgreSQL."""

from datetime import timedelta

from court.domain.hearing import HearingState
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.matter import MatterState
from court.domain.mediation import AgreementState
from court.domain.paper import PaperKind
from court.domain.printer import Options
from court.domain.printing import PrintState
from court.domain.recording import GapRow, SegmentRow
from court.domain.transcript import TranscriptState, digest
from court.services import (
    hearing,
    matter,
    mediation,
    paper,
    print_work,
    printing,
    query,
    recording,
    transcript,
)
from court.store import journal, views
from court.store.views.desk import DeskQuery, desk_count, desk_page
from tests.services.world import World, bodies


async def test_neighbours_settle_and_take_the_paper_home(either_world: World) -> None:
    world = either_world
    agreement = await world.sealed()
    assert agreement.state is AgreementState.SEALED
    assert agreement.effective_at is not None
    assert [revision.kind for revision in agreement.revisions] == ["base", *["signature"] * 3, "seal"]
    settled = await world.db.read(matter.get, matter_id=agreement.matter_id)
    assert settled.state is MatterState.SETTLED

    hearing_id = agreement.hearing_id
    assert hearing_id is not None
    for number in (1, 2):
        line = await world.do(
            transcript.append,
            "clerk",
            45 + number,
            hearing_id=hearing_id,
            speaker="申请人 王秀英",
            text=f"第{number}句",
            offset_ms=number * 1000,
        )
        assert line.seq == number
    await world.db.write(recording.started, now=world.at(30), hearing_id=hearing_id, directory="r1")
    segment = SegmentRow(
        hearing_id=hearing_id,
        track="v-mic",
        participant="车载法庭",
        media="mic",
        index=0,
        path="v-mic/000.webm",
        sha256="a" * 64,
        size=10,
        start_ms=0,
        end_ms=4000,
    )
    assert await world.db.write(recording.segment_closed, now=world.at(50), segment=segment)
    assert not await world.db.write(recording.segment_closed, now=world.at(50), segment=segment)
    gap = GapRow(
        hearing_id=hearing_id, track="", participant="", reason="adjournment", start_ms=4000, end_ms=9000
    )
    assert await world.db.write(recording.gap_closed, now=world.at(50), gap=gap)
    assert not await world.db.write(recording.gap_closed, now=world.at(50), gap=gap)

    closed = await world.do(hearing.close, "mediator", 60, hearing_id=hearing_id)
    assert closed.state is HearingState.CLOSED
    final = await world.do(transcript.finalise, "clerk", 61, hearing_id=hearing_id)
    assert final.state is TranscriptState.FINAL
    assert final.sha256 == digest(final.lines)
    shown = await world.db.read(views.playback, actor=world.people["mediator"], hearing_id=hearing_id)
    assert (shown.length_ms, [t.track for t in shown.tracks], len(shown.lines)) == (9000, ["v-mic"], 2)

    page = await world.db.read(
        views.agreement_page, actor=world.people["mediator"], agreement_id=agreement.id
    )
    assert page.paper is not None
    assert page.paper.kind is PaperKind.AGREEMENT
    wanted = {"paper_id": page.paper.id, "options": Options(copies=3), "printer": "车上", "once": "k1"}
    job = await world.do(printing.request, "clerk", 62, **wanted)
    assert (await world.do(printing.request, "clerk", 62, **wanted)).id == job.id
    begun = await world.db.write(print_work.start_next, now=world.at(62), printer="车上")
    assert begun is not None
    done = await world.db.write(print_work.finished, now=world.at(63), job_id=begun.id)
    assert (done.state, done.first_copy) == (PrintState.DONE, 1)
    copies = await world.db.read(printing.copies_out, paper_id=page.paper.id)
    assert [one.number for one in copies] == [1, 2, 3]
    assert (await world.db.read(paper.get, paper_id=page.paper.id)).copies == 3

    await world.serves_by_hand("matter", agreement.matter_id, page.paper.id, 64)
    whole = await world.db.read(views.matter_page, actor=world.people["clerk"], matter_id=agreement.matter_id)
    assert [record.party_name for record in whole.services] == ["王秀英", "李某"]
    ended = await world.do(
        matter.close, "clerk", 65, matter_id=agreement.matter_id, rev=settled.rev, note="已送达"
    )
    assert ended.state is MatterState.CLOSED
    answer = await world.db.write(
        query.by_code, now=world.at(70), code=settled.query_code, address="10.0.0.9"
    )
    assert answer.state == "已办结"

    report = await world.db.read(lambda rx: journal.verify(rx.conn))
    assert report.broken_at is None
    assert report.rows > 40
    text = str(await bodies(world.db))
    for secret in ("王秀英", "李某", "11010519491231002X", "13800005678"):
        assert secret not in text


async def test_a_worklist_shows_each_desk_what_needs_it(world: World) -> None:
    agreement = await world.signing()
    for login, kinds in {
        "mediator": {"matter", "hearing", "agreement"},
        "clerk": {"matter", "hearing", "agreement"},
        "officer": {"matter", "hearing"},
        "mediator2": set(),
        "petitions": set(),
        "admin": set(),
    }.items():
        facts = {"actor": world.people[login], "now": world.at(45)}
        listed = await world.db.read(views.worklist, **facts)
        disputes = await world.db.read(desk_page, query=DeskQuery(), **facts)
        assert await world.db.read(desk_count, query=DeskQuery(), **facts) == len(disputes.rows)
        found = {item.subject_kind for item in (*listed.hearings, *listed.agreements)}
        assert found | {row.kind for row in disputes.rows} == kinds, login
        assert listed.hearings_total == len(listed.hearings)
        assert listed.agreements_total == len(listed.agreements)
    mine = await world.db.read(views.worklist, actor=world.people["mediator"], now=world.at(45))
    assert mine.hearings[0].urgent
    assert any(item.subject_id == agreement.id and item.urgent for item in mine.agreements)
    own = await world.db.read(desk_page, actor=world.people["mediator"], now=world.at(45), query=DeskQuery())
    assert own.rows[0].booked == "调解正在进行，进入法庭", "nobody is told to book what stands already"


async def test_a_paper_leaves_only_with_those_it_concerns(world: World) -> None:
    agreement = await world.sealed()
    page = await world.db.read(
        views.agreement_page, actor=world.people["mediator"], agreement_id=agreement.id
    )
    assert page.paper is not None
    opened = await world.do(paper.open_copy, world.kiosk, 50, paper_id=page.paper.id)
    assert opened.sha256 == await world.do(mediation.copy, "mediator", 50, agreement_id=agreement.id)
    stranger = world.people["mediator2"]
    refused = [row for row in await bodies(world.db) if row["actor"] == stranger.id]
    assert refused == []
    try:
        await world.do(paper.open_copy, stranger, 50, paper_id=page.paper.id)
    except Exception as error:
        assert getattr(error, "code", "") == "paper.not_found"
    else:
        raise AssertionError("a mediator of another matter opened the paper")
    assert await world.db.read(paper.by_hash, sha256=agreement.head_sha256) == opened
    assert SYSTEM_ACTOR.name == "系统"
    assert agreement.effective_at is not None
    assert agreement.effective_at - world.at(44) < timedelta(minutes=1)
