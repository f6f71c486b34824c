"""Exhibits through their services: numbers, who may do what, showing, opinions, marks, stills, suggested lines."""

import asyncio
from typing import Any

import pytest

from court.domain.admission import AdmissionAction
from court.domain.errors import CourtError
from court.domain.exhibit import ExhibitState, Origin, OriginalResult, Stance
from court.domain.exhibit_mark import MarkKind
from court.domain.exhibit_moment import MomentKind
from court.domain.hearing import Hearing, Place, SeatInput, SeatRole, SuspendReason
from court.domain.ids import new_id
from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import (
    exhibit,
    exhibit_capture,
    exhibit_examination,
    exhibit_moments,
    exhibit_showing,
    matter,
    order,
    papers_in,
    transcript,
)
from court.services import hearing as hearings
from tests.services.world import ID_OTHER, World, bodies

YES = {"authentic": Stance.ACCEPTED, "lawful": Stance.ACCEPTED, "relevant": Stance.ACCEPTED}


class Table:
    """A live mediation: the applicant in the vehicle, the respondent by a link."""

    def __init__(self, world: World, live: Hearing, applicant: str, remote: Actor, respondent: str) -> None:
        self.world, self.live, self.remote = world, live, remote
        self.applicant, self.respondent = applicant, respondent
        self.files = 0

    async def do(self, verb: Any, who: str | Actor, after: float = 60, **facts: Any) -> Any:
        return await self.world.do(verb, who, after, hearing_id=self.live.id, **facts)

    async def submitted(self, who: str | Actor, party: str | None, title: str = "借条", **facts: Any) -> Any:
        self.files += 1
        sha256 = await self.world.blob(f"%PDF {self.live.id} {self.files}".encode())
        given = {"purpose": "证明借款事实", "origin": Origin.FILE, "sha256": sha256, "pages": 3} | facts
        return await self.do(exhibit.submit, who, title=title, party_id=party, **given)

    async def shown(self) -> Any:
        made = await self.submitted(self.world.kiosk, self.applicant)
        await self.do(exhibit_showing.show, "mediator", exhibit_id=made.id)
        return made

    async def refused(self, code: str, verb: Any, who: str | Actor, **facts: Any) -> CourtError:
        with pytest.raises(CourtError) as found:
            await self.do(verb, who, **facts)
        assert found.value.code == code
        return found.value


async def sitting(world: World, **changes: Any) -> Table:
    live = await world.opened(remote=True, **changes)
    applicant, respondent = await world.parties(live.subject_id)
    seats = await world.db.read(hearings.seats, hearing_id=live.id)
    seat = next(one for one in seats if one.party_id == respondent.id)
    await world.do(
        order.let, "mediator", 31, hearing_id=live.id, seat_id=seat.id, action=AdmissionAction.ADMIT
    )
    remote = Actor(kind=ActorKind.SEAT, id=seat.id, role=Role.PARTY, name=seat.name)
    return Table(world, live, applicant.id, remote, respondent.id)


@pytest.fixture
async def table(world: World) -> Table:
    return await sitting(world)


@pytest.fixture
async def either_table(either_world: World) -> Table:
    return await sitting(either_world)


async def test_numbers_run_per_side_and_are_never_given_twice(table: Table) -> None:
    first = await table.submitted(table.world.kiosk, table.applicant)
    second = await table.submitted(table.world.kiosk, table.applicant)
    other = await table.submitted(table.remote, table.respondent)
    own = await table.submitted("mediator", None)
    assert [e.label(table.live.kind) for e in (first, second, other, own)] == [
        "申请人证据1",
        "申请人证据2",
        "被申请人证据1",
        "法庭调取证据1",
    ]
    await table.do(exhibit.withdraw, table.world.kiosk, exhibit_id=second.id)
    third = await table.submitted("clerk", table.applicant)
    assert third.position == 3


async def test_two_at_once_get_two_numbers(either_table: Table) -> None:
    table = either_table
    made = await asyncio.gather(*(table.submitted("mediator", table.applicant) for _ in range(6)))
    assert sorted(one.position for one in made) == [1, 2, 3, 4, 5, 6]


async def test_the_same_file_of_one_side_is_one_exhibit(table: Table) -> None:
    first = await table.submitted("mediator", table.applicant)
    again = await table.submitted("mediator", table.applicant, sha256=first.sha256)
    other = await table.submitted("mediator", table.respondent, sha256=first.sha256)
    assert again.id == first.id
    assert other.id != first.id


async def test_nobody_submits_for_the_other_side(table: Table) -> None:
    for who, party in (
        (table.remote, table.applicant),
        (table.world.kiosk, table.respondent),
        (table.remote, None),
        (table.world.kiosk, None),
    ):
        with pytest.raises(CourtError) as refused:
            await table.submitted(who, party)
        assert refused.value.code == "exhibit.not_yours"
    for stranger, code in (("judge2", "hearing.not_found"), ("petitions", "hearing.not_found")):
        with pytest.raises(CourtError) as refused:
            await table.submitted(stranger, table.applicant)
        assert refused.value.code == code


async def test_the_officer_of_the_vehicle_submits_for_those_in_it(table: Table) -> None:
    made = await table.submitted("officer", table.applicant)
    assert made.party_id == table.applicant
    with pytest.raises(CourtError):
        await table.submitted("officer", table.respondent)


async def test_nothing_is_submitted_after_the_end(table: Table) -> None:
    await table.do(hearings.close, "mediator")
    with pytest.raises(CourtError) as refused:
        await table.submitted("mediator", table.applicant)
    assert refused.value.code == "exhibit.closed"


async def test_a_paper_of_the_case_is_taken_over_with_its_comparison(table: Table) -> None:
    world = table.world
    sha256 = await world.blob(b"%PDF photographed at the kiosk")
    paper = await world.do(
        papers_in.add, world.kiosk, subject_id=table.live.subject_id, label="宅基地证", sha256=sha256
    )
    await world.do(matter.check_original, "mediator", material_id=paper.id, same=True)
    facts = {"material_id": paper.id, "pages": 1, "party_id": table.applicant}
    made = await table.do(exhibit.take_over, "mediator", **facts)
    again = await table.do(exhibit.take_over, "mediator", **facts)
    assert (made.title, made.origin, again.id) == ("宅基地证", Origin.MATERIAL, made.id)
    checks = await world.db.read(lambda rx: exhibit_examination.originals(rx, exhibit_id=made.id))
    assert [one.result for one in checks] == [OriginalResult.SAME]
    await table.refused("exhibit.not_allowed", exhibit.take_over, table.remote, **facts)


async def test_only_the_bench_decides_what_everybody_sees(table: Table) -> None:
    made = await table.submitted(table.world.kiosk, table.applicant)
    for who in (table.remote, table.world.kiosk, "clerk"):
        await table.refused("exhibit.not_allowed", exhibit_showing.show, who, exhibit_id=made.id)
    await table.refused("exhibit.no_page", exhibit_showing.show, "mediator", exhibit_id=made.id, page=3)
    shown = await table.do(exhibit_showing.show, "mediator", exhibit_id=made.id, page=1, offset_ms=4_000)
    assert (shown.exhibit_id, shown.page) == (made.id, 1)
    await table.do(exhibit_showing.show, "mediator", exhibit_id=made.id, page=2, offset_ms=5_000)
    await table.refused("exhibit.not_allowed", exhibit_showing.hide, table.remote)
    hidden = await table.do(exhibit_showing.hide, "mediator", offset_ms=9_000)
    assert hidden.empty
    kinds = [entry["type"] for entry in await bodies(table.world.db) if entry["type"].startswith("exhibit.")]
    assert kinds == ["exhibit.submitted", "exhibit.shown", "exhibit.turned", "exhibit.hidden"]
    found = await table.world.db.read(exhibit_moments.moments, hearing_id=table.live.id)
    assert [(m.kind, m.offset_ms) for m in found] == [
        (MomentKind.SUBMITTED, None),
        (MomentKind.SHOWN, 4_000),
        (MomentKind.HIDDEN, 9_000),
    ]


async def test_in_private_evidence_is_still_shown_in_a_plain_break_it_is_not(table: Table) -> None:
    made = await table.submitted("mediator", table.applicant)
    await table.do(hearings.suspend, "mediator", reason=SuspendReason.ADJOURNMENT)
    await table.refused("exhibit.not_live", exhibit_showing.show, "mediator", exhibit_id=made.id)
    await table.do(hearings.resume, "mediator")
    await table.do(hearings.suspend, "mediator", reason=SuspendReason.CLOSED_EVIDENCE)
    assert await table.do(exhibit_showing.show, "mediator", exhibit_id=made.id)


async def test_each_party_gives_its_own_opinion_on_what_was_shown(either_table: Table) -> None:
    table = either_table
    made = await table.submitted(table.world.kiosk, table.applicant)
    facts = {"exhibit_id": made.id, "party_id": table.respondent, **YES}
    opine = exhibit_examination.give_opinion
    await table.refused("exhibit.wrong_state", opine, table.remote, **facts)
    await table.do(exhibit_showing.show, "mediator", exhibit_id=made.id)
    await table.refused("exhibit.not_yours", opine, table.world.kiosk, **facts)
    await table.refused("exhibit.own_side", opine, table.world.kiosk, **facts | {"party_id": table.applicant})
    first = await table.do(opine, table.remote, **facts)
    second = await table.do(
        opine, "clerk", **facts | {"relevant": Stance.OBJECTED, "text": "与本案无关"}, offset_ms=7
    )
    assert (first.rev, second.rev, second.by) == (1, 2, "某clerk")
    open_lines = await table.world.db.read(exhibit_moments.open_lines, hearing_id=table.live.id)
    assert open_lines[-1].words == (
        "对申请人证据1的质证意见：真实性认可，合法性认可，关联性有异议。理由：与本案无关"
    )
    assert "李某" in open_lines[-1].speaker


async def test_the_bench_ends_the_examination_and_is_told_who_said_nothing(table: Table) -> None:
    made = await table.shown()
    examine = exhibit_examination.examine
    await table.refused("exhibit.not_allowed", examine, "clerk", exhibit_id=made.id)
    refusal = await table.refused("exhibit.opinions_missing", examine, "mediator", exhibit_id=made.id)
    assert "李某" in refusal.text
    done = await table.do(examine, "mediator", exhibit_id=made.id, anyway=True)
    assert done.state is ExhibitState.EXAMINED
    await table.refused("exhibit.wrong_state", exhibit.withdraw, "mediator", exhibit_id=made.id)


async def test_the_original_is_compared_by_the_court_or_its_officer_only(table: Table) -> None:
    made = await table.shown()
    check = exhibit_examination.check_original
    for who in (table.remote, table.world.kiosk):
        await table.refused("exhibit.not_allowed", check, who, exhibit_id=made.id, result=OriginalResult.SAME)
    await table.do(check, "officer", exhibit_id=made.id, result=OriginalResult.ABSENT)
    await table.do(check, "mediator", exhibit_id=made.id, result=OriginalResult.SAME, note="当庭核对")
    found = await table.world.db.read(lambda rx: exhibit_examination.originals(rx, exhibit_id=made.id))
    assert [(one.result, one.by) for one in found] == [
        (OriginalResult.ABSENT, "某officer"),
        (OriginalResult.SAME, "某mediator"),
    ]


async def test_marks_stand_on_the_page_on_show_with_who_and_when(either_table: Table) -> None:
    table = either_table
    made = await table.shown()
    stroke = {"exhibit_id": made.id, "page": 0, "kind": MarkKind.PEN, "points": ((10, 20), (30, 40))}
    mark, undo, clear = exhibit_showing.mark, exhibit_showing.undo_mark, exhibit_showing.clear_marks
    once = new_id()
    first = await table.do(mark, "mediator", **stroke, once=once)
    assert await table.do(mark, "mediator", **stroke, once=once) == first
    theirs = await table.do(mark, table.remote, **stroke, once=new_id())
    await table.refused("mark.malformed", mark, table.remote, **stroke, once=once)
    await table.refused("mark.not_on_show", mark, "mediator", **stroke | {"page": 1}, once=new_id())
    place = {"exhibit_id": made.id, "page": 0}
    assert (await table.do(undo, "mediator", **place)).id == first.id
    assert await table.do(undo, "mediator", **place) is None
    await table.refused("exhibit.not_allowed", clear, table.remote, **place)
    left = await table.world.db.read(exhibit_showing.marks, **place)
    assert [one.id for one in left] == [theirs.id]
    assert left[0].by
    assert await table.do(clear, "mediator", **place) == 1
    assert await table.world.db.read(exhibit_showing.marks, **place) == ()


async def test_a_still_is_asked_for_by_the_court_and_taken_by_the_vehicle_once(table: Table) -> None:
    world, ask, take = table.world, exhibit_capture.ask, exhibit_capture.take
    await table.refused("exhibit.not_allowed", ask, table.remote, title="土地证")
    old = await table.do(ask, "clerk", title="土地证")
    asked = await table.do(ask, "mediator", title="土地证", party_id=table.applicant)
    sha256 = await world.blob(b"a still", "image/jpeg")
    await table.refused("capture.wrong_state", take, world.kiosk, capture_id=old.id, sha256=sha256)
    await table.refused("exhibit.not_yours", take, table.remote, capture_id=asked.id, sha256=sha256)
    made = await table.do(take, world.kiosk, capture_id=asked.id, sha256=sha256, offset_ms=1_234)
    again = await table.do(take, world.kiosk, capture_id=asked.id, sha256=sha256)
    assert (made.id, made.origin, made.offset_ms) == (again.id, Origin.CAMERA, 1_234)
    own = await table.do(ask, "mediator", title="现场照片")
    assert (await table.do(take, world.kiosk, capture_id=own.id, sha256=sha256)).side == "court"
    late = await table.do(ask, "mediator", title="过期")
    with pytest.raises(CourtError) as refused:
        await table.do(take, world.kiosk, 90, capture_id=late.id, sha256=sha256)
    assert refused.value.code == "capture.late"


async def test_a_suggested_line_is_written_once_at_its_own_moment(either_table: Table) -> None:
    table = either_table
    await table.shown()
    moment = (await table.world.db.read(exhibit_moments.open_lines, hearing_id=table.live.id))[0]
    assert moment.words == "出示申请人证据1：借条，证明目的：证明借款事实。"
    write = exhibit_moments.write_line
    facts = {"moment_id": moment.id, "speaker": moment.speaker, "text": "出示借条。"}
    await table.refused("suggestion.not_allowed", write, table.remote, **facts)
    line = await table.do(write, "mediator", 65, **facts)
    assert (await table.do(write, "mediator", 66, **facts)).id == line.id
    assert line.at == moment.at
    written = await table.world.db.read(transcript.get, hearing_id=table.live.id)
    assert [one.text for one in written.lines] == ["出示借条。"]
    assert await table.world.db.read(exhibit_moments.open_lines, hearing_id=table.live.id) == ()


async def test_who_waits_before_the_door_hands_in_but_neither_draws_nor_speaks(table: Table) -> None:
    made = await table.shown()
    sent_out = {"seat_id": table.remote.id, "action": AdmissionAction.DISMISS}
    await table.do(order.let, "mediator", **sent_out)
    opine, said = exhibit_examination.give_opinion, {"exhibit_id": made.id, "party_id": table.respondent}
    await table.refused("exhibit.outside", opine, table.remote, **said, **YES)
    stroke = {"page": 0, "kind": MarkKind.PEN, "points": ((1, 1),), "once": new_id()}
    await table.refused("exhibit.outside", exhibit_showing.mark, table.remote, exhibit_id=made.id, **stroke)
    assert (await table.submitted(table.remote, table.respondent)).position == 1
    await table.do(order.let, "mediator", **sent_out | {"action": AdmissionAction.REMOVE})
    with pytest.raises(CourtError):
        await table.submitted(table.remote, table.respondent)


async def test_a_witness_neither_sees_nor_does_anything_with_exhibits(table: Table) -> None:
    world = table.world
    seat = await world.do(
        hearings.add_seat,
        "mediator",
        50,
        hearing_id=table.live.id,
        seat=SeatInput(role=SeatRole.WITNESS, name="周证人", place=Place.REMOTE),
    )
    witness = Actor(kind=ActorKind.SEAT, id=seat.id, role=Role.PARTY, name=seat.name)
    with pytest.raises(CourtError) as refused:
        await table.submitted(witness, table.applicant)
    assert refused.value.code == "exhibit.not_for_witness"


async def test_an_exhibit_of_another_case_does_not_exist_here(table: Table) -> None:
    other = await sitting(
        table.world, applicant={"name": "赵大山", "id_number": ID_OTHER, "phone": "13700001111"}
    )
    foreign = await other.submitted("mediator", other.applicant)
    for verb, facts in (
        (exhibit_showing.show, {}),
        (exhibit_examination.check_original, {"result": OriginalResult.SAME}),
        (exhibit.withdraw, {}),
    ):
        await table.refused("exhibit.not_found", verb, "mediator", exhibit_id=foreign.id, **facts)
