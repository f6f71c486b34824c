"""A lawsuit by the book: what each article says happens, with the day it counts from."""

from datetime import date
from typing import Any

import pytest

from court.domain import filing_rules as rules
from court.domain.clock import ClockState
from court.domain.enforcement import CheckItem, Closing
from court.domain.errors import CourtError
from court.domain.fees import Procedure, Relief
from court.domain.filing import DecisionKind, FilingState, RefusalGround
from court.domain.matter import MatterState
from court.domain.paper import PaperKind
from court.services import (
    clocks,
    enforcing,
    filing,
    filing_effect,
    filing_fee,
    filing_trial,
    matter,
    tracks,
)
from tests.services.suit import COURT, DAY, PRESIDENT, begun, later
from tests.services.world import World, bodies


async def refused(call: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as error:
        await call
    assert error.value.code == code
    return error.value


async def test_a_correction_is_told_once_and_the_seven_days_begin_anew(world: World) -> None:
    suit = await begun(world)
    assert (await suit.clock("SU-01")).due_on == date(2026, 11, 30)
    await suit.do(filing.ask_correction, "clerk", 2, what="请补充借条原件和被告住址。")
    assert [one.state for one in await suit.clocks("SU-01")] == [ClockState.DROPPED]
    await refused(suit.do(filing.supply, "clerk", 5, note="交来借条", at=later(1)), "filing.received_day")
    await suit.do(filing.supply, "clerk", 5, note="交来借条", at=later(5))
    # Received on Friday 27 November: the seventh day after is Friday 4 December.
    assert (await suit.clock("SU-01")).due_on == date(2026, 12, 4)
    await refused(suit.do(filing.ask_correction, "clerk", 6, what="再补一次"), "filing.corrected_once")


async def test_acceptance_gives_the_number_once_and_a_stale_page_is_told(world: World) -> None:
    suit = await begun(world)
    before = await suit.track()
    done = await suit.accepted()
    assert done.number == "（2026）渝0235民初1号"
    assert (done.state, done.procedure) == (FilingState.ACCEPTED, "small")
    facts = {"court_code": COURT, "fee_kind": "property", "claim": 1, "procedure": Procedure.SMALL}
    again = world.do(filing.accept, "clerk", track_id=suit.track_id, rev=before.rev, reason="x", **facts)
    await refused(again, "track.stale")
    assert (await suit.clock("SU-01")).state is ClockState.MET
    assert (await suit.clock("SU-17")).due_on == date(2027, 1, 25)  # 23 January is a Saturday
    assert (await suit.clock("SU-03")).due_on == date(2026, 11, 30)
    assert (await world.db.read(matter.get, matter_id=suit.id)).state is MatterState.IN_PROGRESS


async def test_two_suits_never_share_a_number_and_one_matter_has_one_suit(world: World) -> None:
    one, other = await begun(world), await begun(world, facts="另一笔借款没有还，多次催要。")
    numbers = {(await one.accepted()).number, (await other.accepted()).number}
    assert numbers == {"（2026）渝0235民初1号", "（2026）渝0235民初2号"}
    known = await one.known()
    await refused(world.do(filing.receive, "clerk", matter_id=one.id, known=known), "track.open_already")


async def test_only_a_judge_refuses_and_the_ruling_may_be_appealed_by_the_plaintiff(world: World) -> None:
    suit = await begun(world)
    facts = {"ground": RefusalGround.NO_JURISDICTION, "words": "被告住所地和合同履行地都不在本县。"}
    await refused(suit.do(filing.refuse, "clerk", 3, **facts), "filing.not_allowed")
    done = await suit.do(filing.refuse, "judge", 3, **facts)
    assert done.ended_at is not None and done.state == FilingState.REFUSED
    ruling = await suit.paper(PaperKind.RULING, 3)
    await suit.serve(ruling, suit.parties[0], 4)
    window = await suit.clock("SU-16")
    assert (window.due_on, window.about) == (date(2026, 12, 7), "王秀英")  # the tenth day is a Sunday


async def test_the_fee_is_halved_paid_on_the_spot_and_the_limit_is_met(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    await refused(suit.do(filing_fee.pay, "clerk", 1, paid=100, receipt="渝财001"), "filing.no_fee")
    await suit.do(filing_fee.notify, "clerk", 1)
    known = await suit.known()
    assert known.fee is not None and (known.fee.amount, known.fee.payable) == (55_000, 27_500)
    assert (await suit.clock("SU-06")).due_on == date(2026, 11, 30)
    await refused(suit.do(filing_fee.pay, "officer", 2, paid=27_501, receipt="渝财001"), "filing.fee_sum")
    await refused(suit.do(filing_fee.pay, "officer", 2, paid=27_500, receipt=" "), "text.empty")
    await suit.do(filing_fee.pay, "officer", 2, paid=27_500, receipt="渝财001", on_the_spot=True)
    met = await suit.clock("SU-06")
    assert met.state is ClockState.MET and "当场" in met.note
    await refused(
        suit.do(filing_trial.deem_withdrawn, "judge", 20, why=rules.Deemed.FEE_UNPAID, words="x"),
        "filing.fee_not_overdue",
    )


@pytest.mark.parametrize(
    ("relief", "percent", "payable", "settled"),
    [(Relief.EXEMPT, 0, 0, True), (Relief.DEFERRED, 0, 27_500, True), (Relief.REDUCED, 40, 16_500, False)],
)
async def test_who_cannot_pay_is_helped(
    world: World, relief: Relief, percent: int, payable: int, settled: bool
) -> None:
    suit = await begun(world)
    await suit.accepted()
    await suit.do(filing_fee.notify, "clerk", 1)
    facts = {"relief": relief, "percent": percent, "reason": "享受最低生活保障"}
    await refused(suit.do(filing_fee.relieve, "clerk", 2, **facts), "filing.not_allowed")
    await suit.do(filing_fee.relieve, PRESIDENT, 2, **facts)
    fee = (await suit.known()).fee
    assert fee is not None and (fee.payable, fee.settled, fee.relieved_by) == (payable, settled, "王公明")
    assert ((await suit.clock("SU-06")).state is ClockState.MET) is settled


async def test_an_unpaid_fee_is_a_withdrawal_only_when_the_judge_says_so(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    await suit.do(filing_fee.notify, "clerk", 1)
    facts = {"why": rules.Deemed.FEE_UNPAID, "words": "两次电话提醒后仍没有交"}
    await refused(suit.do(filing_trial.deem_withdrawn, "judge", 7, **facts), "filing.fee_not_overdue")
    await world.db.write(clocks.sweep, now=later(20))
    assert (await suit.track()).state == FilingState.ACCEPTED
    done = await suit.do(filing_trial.deem_withdrawn, "judge", 20, **facts)
    assert (done.state, done.outcome) == (FilingState.WITHDRAWN, "withdrawn")
    assert not any(one.open for one in await world.db.read(clocks.of_track, track_id=suit.track_id))


async def test_an_absent_plaintiff_counts_as_withdrawn_only_with_proof_of_a_summons(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    facts = {"why": rules.Deemed.ABSENT, "words": "开庭三十分钟后仍没有到"}
    await refused(suit.do(filing_trial.deem_withdrawn, "judge", 10, **facts), "filing.no_summons")
    await suit.serve(await suit.paper(PaperKind.SUMMONS, 2), suit.parties[0], 3)
    done = await suit.do(filing_trial.deem_withdrawn, "judge", 10, **facts)
    assert done.state == FilingState.WITHDRAWN


async def test_answer_and_evidence_count_from_each_defendants_own_service(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    plaintiff, defendant = suit.parties
    notice = await suit.paper(PaperKind.RESPONSE_NOTICE, 2)
    await suit.serve(notice, plaintiff, 2)
    assert await suit.clocks("SU-04") == []
    await suit.serve(notice, defendant, 3)
    assert (await suit.clock("SU-04")).due_on == date(2026, 12, 10)
    assert (await suit.clock("SU-03")).state is ClockState.MET
    await suit.serve(await suit.paper(PaperKind.EVIDENCE_NOTICE, 3), defendant, 3)
    assert (await suit.clock("SU-12")).due_on == date(2026, 12, 2)
    await suit.do(
        filing_trial.answer, "clerk", 5, party_id=defendant.id, at=later(4), note="口头答辩，记入笔录"
    )
    assert (await suit.clock("SU-04")).state is ClockState.MET
    assert (await suit.clock("SU-05")).due_on == date(2026, 12, 1)
    call = suit.do(filing_trial.answer, "clerk", 5, party_id=plaintiff.id, at=later(4), note="")
    await refused(call, "filing.not_a_defendant")


async def test_the_procedure_changes_with_its_reason_its_term_and_its_fee(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    await suit.do(filing_fee.notify, "clerk", 1)
    await suit.do(filing_fee.pay, "clerk", 1, paid=27_500, receipt="渝财001")
    change = {"procedure": Procedure.ORDINARY, "reason": "被告提出反诉，案情复杂"}
    await refused(suit.do(filing_trial.change_procedure, "clerk", 10, **change), "filing.not_allowed")
    done = await suit.do(filing_trial.change_procedure, "judge", 10, **change)
    assert done.procedure == "ordinary"
    # 解释 258: the new term counts from acceptance, not from the change.
    assert (await suit.clock("SU-19")).due_on == date(2027, 5, 24)  # 23 May is a Sunday
    assert (await suit.clock("SU-17")).state is ClockState.DROPPED
    fee = (await suit.known()).fee
    assert fee is not None and (fee.payable, fee.paid, fee.settled) == (55_000, 27_500, False)
    assert (await suit.clock("SU-06")).about == "转换程序后补交差额"
    back = {"procedure": Procedure.SIMPLE, "reason": "双方同意"}
    await refused(suit.do(filing_trial.change_procedure, "judge", 11, **back), "filing.change_needs_consent")
    await suit.do(filing_trial.change_procedure, "judge", 11, agreed=True, **back)


async def test_a_stay_stops_the_term_and_the_president_alone_extends_it(world: World) -> None:
    suit = await begun(world)
    await suit.accepted(Procedure.SIMPLE)
    stay = {"since": later(10).date(), "ground": rules.StayGround.DIED, "words": "被告去世"}
    await suit.do(filing_trial.stay, "judge", 10, **stay)
    assert (await suit.clock("SU-18")).state is ClockState.PAUSED
    await suit.do(filing_trial.resume, "judge", 30, on=later(30).date())
    term = await suit.clock("SU-18")
    assert term.due_on == date(2027, 3, 15)  # 23 February and 20 days
    await world.do(clocks.ask, "judge", 40 * DAY, clock_id=term.id, amount=1, reason="等待继承人")
    await refused(
        world.do(clocks.decide, "judge", 41 * DAY, clock_id=term.id, grant=True), "clock.president_only"
    )
    done = await world.do(clocks.decide, PRESIDENT, 41 * DAY, clock_id=term.id, grant=False, note="理由不足")
    assert done.due_on == term.due_on


async def test_each_party_has_its_own_window_and_nobody_appealing_makes_it_final(world: World) -> None:
    suit = await begun(world)
    await suit.accepted(Procedure.SIMPLE)
    judgment = await suit.decided(20)
    assert (await suit.clock("SU-18")).state is ClockState.MET
    assert (await suit.clock("SU-14")).due_on == date(2026, 12, 22)
    await suit.serve(judgment, suit.parties[0], 20)
    await refused(suit.do(filing_effect.take_effect, "clerk", 60), "filing.not_effective_yet")
    await suit.serve(judgment, suit.parties[1], 24)
    windows = {one.about: one.due_on for one in await suit.clocks("SU-15")}
    assert windows == {"王秀英": date(2026, 12, 28), "李某": date(2026, 12, 31)}
    assert (await suit.clock("SU-14")).state is ClockState.MET
    assert await world.db.write(filing_effect.sweep, now=later(39)) == 0
    assert await world.db.write(filing_effect.sweep, now=later(40)) == 1
    assert await world.db.write(filing_effect.sweep, now=later(40)) == 0
    known = await suit.known()
    assert known.effective_on == date(2027, 1, 1)
    assert (await suit.track()).state == FilingState.EFFECTIVE
    # Ten days to perform, then two years: until 11 January 2029.
    assert (await suit.clock("ZX-02")).due_on == date(2029, 1, 11)


async def test_an_appeal_in_the_window_stops_it_and_a_late_one_is_refused(world: World) -> None:
    suit = await begun(world)
    await suit.accepted(Procedure.ORDINARY)
    judgment = await suit.decided(20)
    for party in suit.parties:
        await suit.serve(judgment, party, 20)
    late = {"party_id": suit.parties[1].id, "at": later(37), "note": ""}
    await refused(suit.do(filing_effect.appeal, "clerk", 38, **late), "filing.appeal_late")
    await suit.do(filing_effect.appeal, "clerk", 38, **(late | {"at": later(36)}))
    assert await world.db.write(filing_effect.sweep, now=later(90)) == 0
    await refused(suit.do(filing_effect.take_effect, "clerk", 90), "filing.effect_day")
    done = await suit.do(filing_effect.take_effect, "clerk", 90, on=later(80).date())
    assert done.state == FilingState.EFFECTIVE


async def test_a_service_that_falls_takes_its_window_away(world: World) -> None:
    suit = await begun(world)
    await suit.accepted(Procedure.SIMPLE)
    judgment = await suit.decided(20)
    await suit.serve(judgment, suit.parties[1], 21)
    assert (await suit.clock("SU-15")).open
    gone = {"subject_id": suit.id, "paper_id": judgment.id, "party_id": suit.parties[1].id}
    await world.do(filing_effect.undone, "clerk", 22 * DAY, **gone)
    assert (await suit.clock("SU-15")).state is ClockState.DROPPED


async def test_a_dismissal_has_ten_days_and_a_small_claim_none(world: World) -> None:
    ordinary = await begun(world)
    await ordinary.accepted(Procedure.ORDINARY)
    ruling = await ordinary.decided(5, DecisionKind.RULING)
    await ordinary.serve(ruling, ordinary.parties[0], 5)
    assert (await ordinary.clock("SU-16")).due_on == date(2026, 12, 7)
    small = await begun(world)
    await small.accepted(Procedure.SMALL)
    await small.serve(await small.decided(5), small.parties[0], 5)
    assert await small.clocks("SU-15") == []
    late = {"party_id": small.parties[0].id, "at": later(6), "note": ""}
    await refused(small.do(filing_effect.appeal, "clerk", 6, **late), "filing.no_appeal")


async def test_a_loan_goes_from_small_claim_to_an_application_for_enforcement(world: World) -> None:
    suit = await begun(world)
    await suit.accepted()
    await suit.do(filing_fee.notify, "clerk", 1)
    await suit.do(filing_fee.pay, "officer", 1, paid=27_500, receipt="渝财001", on_the_spot=True)
    judgment = await suit.decided(6)
    for party in suit.parties:
        await suit.serve(judgment, party, 6)
    await suit.do(filing_effect.take_effect, "clerk", 6)
    creditor = suit.parties[0].id
    begin = {"matter_id": suit.id, "applicant_id": creditor}
    await refused(world.do(enforcing.prepare, "clerk", 10 * DAY, **begin), "enforcement.performs_later")
    track = await world.do(enforcing.prepare, "clerk", 17 * DAY, **begin)
    about = {"track_id": track.id}
    error = await refused(
        world.do(enforcing.apply, "clerk", 17 * DAY, rev=1, **about), "enforcement.incomplete"
    )
    assert "没有履行" in error.text and "申请执行书" in error.text and "已经生效" not in error.text
    ticked = {item: "当面核对" for item in CheckItem if item is not CheckItem.SUCCESSION}
    await world.do(
        enforcing.check, "clerk", 17 * DAY, rev=1, ticked=ticked, leads="在镇上有一家小卖部", **about
    )
    applied = await world.do(enforcing.apply, "clerk", 17 * DAY, rev=2, **about)
    assert (await suit.clock("ZX-02")).state is ClockState.MET
    accepted = await world.do(enforcing.accept, "clerk", 18 * DAY, rev=applied.rev, court_code=COURT, **about)
    assert accepted.number == "（2026）渝0235执1号"
    noted = await world.do(enforcing.notify, "clerk", 19 * DAY, rev=accepted.rev, **about)
    close = {"words": "没有可供执行的财产", "closing": Closing.NOTHING_FOUND, "rev": noted.rev} | about
    await refused(world.do(enforcing.close, "judge", 60 * DAY, **close), "enforcement.too_soon")
    done = await world.do(enforcing.close, "judge", 60 * DAY, **(close | {"closing": Closing.PERFORMED}))
    assert done.outcome == "执行完毕"
    kinds = [one.kind for one in await world.db.read(tracks.referrals, matter_id=suit.id)]
    assert kinds == ["to_enforcement"]
    told = " ".join(str(row) for row in await bodies(world.db))
    assert "王秀英" not in told and "小卖部" not in told
