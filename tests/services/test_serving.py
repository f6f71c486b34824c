"""送达: orders for several people and channels, numbered copies, links, receipts, and the moment published once."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from court import jobs
from court.domain.copies import SignedHow
from court.domain.errors import CourtError
from court.domain.matter import Party, PartyInput, Side
from court.domain.outbox import Channel
from court.domain.paper import Paper, PaperKind
from court.domain.service import Attempt, ServiceMethod, ServiceState
from court.domain.service_address import AddressInput
from court.domain.service_fact import AddressBasis, Fact, FactKind, Relation, ReturnReason
from court.services import (
    copies,
    matter,
    outbox,
    paper,
    service_access,
    service_address,
    service_receipts,
    serving,
)
from court.services.service_order import Batch, ServiceOrder
from court.store import tables as t
from court.store import views
from tests.services.world import World, bodies

F, M = FactKind, ServiceMethod
PHONE = "13900001234"


@dataclass
class Case:
    """A dispute with its parties and papers; the respondent has confirmed his addresses."""

    world: World
    id: str
    parties: tuple[Party, ...]

    async def paper(self, kind: PaperKind, copies_made: int = 5) -> Paper:
        world = self.world
        sha256 = await world.blob(f"%PDF {self.id} {kind}".encode())
        facts = {"subject_kind": "matter", "subject_id": self.id, "kind": kind, "number": "1"}
        made = await world.do(paper.register, "clerk", title=kind.value, sha256=sha256, pages=1, **facts)
        if not copies_made:
            return made  # type: ignore[no-any-return]
        return await world.do(  # type: ignore[no-any-return]
            copies.enter, "clerk", paper_id=made.id, copies=copies_made, reason="办公室打印"
        )

    async def serve(
        self, method: ServiceMethod, *papers: Paper, people: tuple[Party, ...] = (), **more: Any
    ) -> Batch:
        order = ServiceOrder(
            method=method,
            paper_ids=tuple(one.id for one in papers),
            party_ids=tuple(one.id for one in people or self.parties),
            **more,
        )
        return await self.world.served("matter", self.id, order, 10)

    async def note(self, service_id: str, kind: FactKind, after: float = 20, **more: Any) -> Attempt:
        fact = Fact(kind=kind, at=self.world.at(after), **more)
        return await self.world.do(serving.note, "clerk", after, service_id=service_id, fact=fact)  # type: ignore[no-any-return]

    async def get(self, service_id: str) -> Attempt:
        clerk = self.world.people["clerk"]
        return await self.world.db.read(serving.get, actor=clerk, service_id=service_id)

    async def refused(self, method: ServiceMethod, *papers: Paper, **more: Any) -> set[str]:
        with pytest.raises(CourtError) as error:
            await self.serve(method, *papers, **more)
        return {problem.code for problem in error.value.problems} or {error.value.code}

    async def messages(self, batch: Batch) -> dict[Channel, Any]:
        return {m.channel: m for m in await self.world.db.read(outbox.of_ref, refs=batch.attempts)}


async def _case(world: World, *, judgments: bool = True) -> Case:
    receipt = await world.assigned()
    parties = await world.parties(receipt.id)
    given = AddressInput(
        basis=AddressBasis.CONFIRMED,
        place="红星村2组7号",
        mobile=PHONE,
        mail="li@mail.test",
        electronic=True,
        judgments=judgments,
    )
    facts = {"subject_kind": "matter", "subject_id": receipt.id, "party_id": parties[1].id}
    await world.do(service_address.confirm, "clerk", given=given, **facts)
    return Case(world, receipt.id, parties)


def _token(message: Any) -> str:
    return str(message.body.rsplit("/served/", 1)[1])


async def _enter(world: World, token: str, typed: str, device: str | None = None, after: float = 15) -> Any:
    return await world.db.write(
        service_access.enter, now=world.at(after), token=token, typed=typed, device=device
    )


async def test_each_person_gets_the_next_numbered_copy_and_signs_for_it(world: World) -> None:
    case = await _case(world)
    ruling = await case.paper(PaperKind.RULING, 0)
    assert await case.refused(M.DIRECT, ruling) == {"copy.none_left"}
    with pytest.raises(CourtError, match="份数"):
        await world.do(copies.enter, "clerk", paper_id=ruling.id, copies=0, reason="x")
    await world.do(copies.enter, "clerk", paper_id=ruling.id, copies=2, reason="打印机缺纸，在办公室打印")
    batch = await case.serve(M.DIRECT, ruling)
    assert await case.refused(M.DIRECT, ruling, people=case.parties[:1]) == {"copy.none_left"}
    first, second = batch.attempts
    await case.note(first, F.SIGNED)
    away = await case.note(second, F.ABSENT)
    assert away.state is ServiceState.FAILED and "换时间" in away.papers[0].next_step
    known = await world.db.read(copies.of_paper, paper_id=ruling.id)
    assert [(c.number, c.party_name, c.how) for c in known] == [(1, "王秀英", SignedHow.RETURN)]
    # The same attempt finds him later: the copy goes out again and is signed for by another.
    wife = {"relation": Relation.FAMILY, "receiver": "李妻"}
    assert (await case.note(second, F.SIGNED, 40, **wife)).state is ServiceState.SERVED
    known = await world.db.read(copies.of_paper, paper_id=ruling.id)
    assert [(c.number, c.party_name, c.receiver) for c in known] == [
        (1, "王秀英", "王秀英"),
        (2, "李某", "李妻"),
    ]
    (extra,) = await world.db.read(copies.elsewhere, paper_id=ruling.id)
    assert (extra.first, extra.copies, extra.reason) == (1, 2, "打印机缺纸，在办公室打印")


async def test_two_channels_at_once_count_by_the_first_that_arrives_and_it_is_published(world: World) -> None:
    case = await _case(world)
    ruling = await case.paper(PaperKind.RULING, 0)
    batch = await case.serve(
        M.ELECTRONIC, ruling, people=case.parties[1:], channels=(Channel.SMS, Channel.MAIL)
    )
    sent = await case.messages(batch)
    for message in sent.values():
        taken = await world.db.write(outbox.take, now=world.at(11))
        assert taken is not None
        late = 11 if taken.channel is Channel.SMS else 14
        await world.db.write(
            service_receipts.taken_over,
            now=world.at(late),
            message_id=taken.id,
            gateway_id=f"g-{taken.channel}",
        )
        assert message.body
    assert {m.body for m in (await case.messages(batch)).values()} == {""}
    by_mail = await world.db.read(views.moments, case.id)
    assert [(one.at, one.rule) for one in by_mail] == [(world.at(14), "delivered")]
    receipt = {"channel": Channel.SMS, "key": "", "gateway_id": "g-sms", "arrived": True, "at": world.at(12)}
    assert await world.db.write(service_receipts.told, now=world.at(16), **receipt)
    assert not await world.db.write(service_receipts.told, now=world.at(17), **receipt)
    (moment,) = await world.db.read(views.moments, case.id)
    assert (moment.at, moment.rule, moment.party_name) == (world.at(12), "arrived", "李某")
    assert "第三十一条第一款" in moment.ground
    told = [row for row in await bodies(world.db) if row["type"] == "service.served"]
    assert {(row["paper"], row["party"], row["at"]) for row in told} >= {
        (ruling.id, case.parties[1].id, world.at(12).isoformat())
    }
    assert PHONE not in str(await bodies(world.db)) and "mail.test" not in str(await bodies(world.db))


async def test_who_did_not_agree_gets_nothing_electronically_and_every_fault_is_told_at_once(
    world: World,
) -> None:
    case = await _case(world, judgments=False)
    ruling, notice = await case.paper(PaperKind.RULING, 0), await case.paper(PaperKind.EVIDENCE_NOTICE, 0)
    sms = {"channels": (Channel.SMS,)}
    assert await case.refused(M.ELECTRONIC, ruling, people=case.parties[1:], **sms) == {
        "service.judgment_no_consent"
    }
    both = {"channels": (Channel.SMS, Channel.MAIL)}
    assert await case.refused(M.ELECTRONIC, notice, **both) == {"service.no_mail"}
    refusing = AddressInput(basis=AddressBasis.CONFIRMED, place="红星村")
    facts = {"subject_kind": "matter", "subject_id": case.id, "party_id": case.parties[1].id}
    await world.do(service_address.confirm, "clerk", given=refusing, **facts)
    assert await case.refused(M.ELECTRONIC, notice, people=case.parties[1:], **sms) == {
        "service.no_consent",
        "service.no_mobile",
    }
    agreement = await case.paper(PaperKind.AGREEMENT)
    assert await case.refused(M.LEFT, agreement) == {"service.may_not_be_left"}
    assert await case.refused(M.ANNOUNCED, agreement) == {
        "service.may_not_be_announced",
        "service.summary",
        "service.cause",
    }
    assert await case.refused(M.ENTRUSTED, notice, place="x") == {"service.cause", "service.through"}
    assert await case.refused(M.POST, agreement, tracking="EMS 1") == {
        "service.tracking",
        "service.tracking_one",
    }
    for given, codes in (
        (AddressInput(basis=AddressBasis.KNOWN, electronic=True, mobile="12"), {
            "service.address", "service.mobile", "service.basis_not_own"}),
        (AddressInput(basis=AddressBasis.CONFIRMED, place="x", mail="a@b", judgments=True), {
            "service.mail", "service.judgments_alone"}),
    ):  # fmt: skip
        with pytest.raises(CourtError) as error:
            await world.do(service_address.confirm, "clerk", given=given, **facts)
        assert {problem.code for problem in error.value.problems} == codes


async def test_a_mail_that_comes_back_later_undoes_the_service_by_its_sending(world: World) -> None:
    """The mail server took it (解释 135), then its notification said that nobody has this mail box."""
    case = await _case(world)
    ruling = await case.paper(PaperKind.RULING, 0)
    batch = await case.serve(M.ELECTRONIC, ruling, people=case.parties[1:], channels=(Channel.MAIL,))
    taken = await world.db.write(outbox.take, now=world.at(11))
    assert taken is not None
    accepted = {"message_id": taken.id, "gateway_id": "<a@court.test>"}
    await world.db.write(service_receipts.taken_over, now=world.at(11), **accepted)
    assert [one.rule for one in await world.db.read(views.moments, case.id)] == ["delivered"]
    told = {
        "key": "",
        "gateway_id": "<a@court.test>",
        "arrived": False,
        "at": world.at(20),
        "detail": "5.1.1",
    }
    with pytest.raises(CourtError, match="没有这条消息"):
        await world.db.write(service_receipts.told, now=world.at(20), channel=Channel.SMS, **told)
    assert await world.db.write(service_receipts.told, now=world.at(20), channel=Channel.MAIL, **told)
    assert await world.db.read(views.moments, case.id) == ()
    (message,) = (await case.messages(batch)).values()
    assert (message.state, message.detail) == ("failed", "5.1.1")
    assert not await world.db.write(service_receipts.told, now=world.at(21), channel=Channel.MAIL, **told)


async def test_the_link_opens_for_the_right_answer_on_one_device_and_reading_is_the_receipt(
    world: World,
) -> None:
    case = await _case(world)
    ruling, notice = await case.paper(PaperKind.RULING, 0), await case.paper(PaperKind.EVIDENCE_NOTICE, 0)
    batch = await case.serve(
        M.ELECTRONIC, ruling, notice, people=case.parties[1:], channels=(Channel.SMS, Channel.MAIL)
    )
    sent = await case.messages(batch)
    token, other = _token(sent[Channel.SMS]), _token(sent[Channel.MAIL])
    asked = await world.db.read(service_access.by_link, now=world.at(11), token=token)
    assert (asked.by_number, asked.left) == (False, 5)
    for typed in ("张三", ""):
        with pytest.raises(CourtError) as wrong:
            await _enter(world, token, typed)
        assert wrong.value.code == "served.proof_wrong"
    opened = await _enter(world, token, "李 某")
    with pytest.raises(CourtError) as second:
        await _enter(world, token, "李某", device="another")
    assert second.value.code == "served.other_device"
    assert (await _enter(world, other, "李某", device=opened.device)).device == opened.device
    here = {"device": opened.device, "service_id": opened.service_id}
    for after in (16, 18):
        await world.db.write(service_access.open_paper, now=world.at(after), paper_id=ruling.id, **here)
    found = await case.get(opened.service_id)
    assert [(f.kind, f.paper_id, f.at) for f in found.facts] == [(F.OPENED, ruling.id, world.at(16))]
    states = {one.paper_id: one.state for one in found.papers}
    assert states == {ruling.id: ServiceState.SERVED, notice.id: ServiceState.OPEN}
    await world.db.write(service_access.answer, now=world.at(19), kind=F.REPLIED, **here)
    after = await world.db.write(service_access.answer, now=world.at(20), kind=F.PAPER_ASKED, **here)
    assert after.state is ServiceState.SERVED
    with pytest.raises(CourtError) as forged:
        await world.db.write(service_access.answer, now=world.at(20), kind=F.ACTED, **here)
    assert forged.value.code == "served.answer"
    with pytest.raises(CourtError) as stranger:
        await world.db.read(
            service_access.delivered, now=world.at(20), device="x", service_id=opened.service_id
        )
    assert stranger.value.code == "served.not_yours"
    with pytest.raises(CourtError) as late:
        await world.db.read(service_access.delivered, now=world.at(60 * 24 * 31), **here)
    assert late.value.code == "served.ended"


async def test_a_link_locks_after_five_wrong_answers_and_a_withdrawn_service_ends_it(world: World) -> None:
    case = await _case(world)
    notice = await case.paper(PaperKind.EVIDENCE_NOTICE, 0)
    batch = await case.serve(M.ELECTRONIC, notice, people=case.parties[:1], channels=(Channel.SMS,))
    token = _token((await case.messages(batch))[Channel.SMS])
    codes = Counter()
    for _ in range(6):
        with pytest.raises(CourtError) as wrong:
            await _enter(world, token, "0000")
        codes[wrong.value.code] += 1
    assert codes == {"served.proof_wrong": 4, "served.locked": 2}
    withdrawn = await world.do(serving.withdraw, "clerk", 20, service_id=batch.attempts[0])
    assert withdrawn.state is ServiceState.WITHDRAWN
    assert await world.db.write(outbox.take, now=world.at(30)) is None
    with pytest.raises(CourtError) as gone:
        await _enter(world, token, "002X")
    assert gone.value.code == "served.link_unknown"
    with pytest.raises(CourtError) as again:
        await world.do(serving.withdraw, "clerk", 21, service_id=batch.attempts[0])
    assert again.value.code == "service.wrong_state"


async def test_what_failed_by_message_says_what_to_do_and_post_that_came_back_may_count(world: World) -> None:
    case = await _case(world)
    notice = await case.paper(PaperKind.EVIDENCE_NOTICE)
    batch = await case.serve(M.ELECTRONIC, notice, people=case.parties[1:], channels=(Channel.SMS,))
    message = (await case.messages(batch))[Channel.SMS]
    await world.db.write(outbox.take, now=world.at(11))
    gone = {"message_id": message.id, "detail": "sms.400", "permanent": True}
    await world.db.write(service_receipts.not_sent, now=world.at(12), **gone)
    found = await case.get(batch.attempts[0])
    assert found.state is ServiceState.FAILED and "直接送达" in found.papers[0].next_step
    posted = await case.serve(M.POST, notice, people=case.parties[1:], tracking="EMS123456789")
    (service_id,) = posted.attempts
    await case.note(service_id, F.SENT, 20)
    back = await case.note(service_id, F.RETURNED, 30, reason=ReturnReason.MOVED)
    assert (back.papers[0].rule, back.papers[0].served_at) == ("post_returned", world.at(30))
    undone = await case.note(service_id, F.REBUTTED, 40)
    assert undone.state is ServiceState.FAILED
    assert {row["type"] for row in await bodies(world.db)} >= {
        "service.served",
        "service.undone",
        "service.failed",
    }
    page = await world.db.read(
        views.service_page, actor=world.people["clerk"], subject_kind="matter", subject_id=case.id
    )
    assert [s.moment for s in page.standings] == [None, None]
    assert page.contacts[case.parties[1].id].mobile == "139****1234"
    assert page.contacts[case.parties[1].id].mail == "l***@mail.test"
    assert {one.address for one in page.attempts} == {"139****1234", "红星村2组7号"}


async def test_an_announcement_is_served_by_the_sweep_when_its_term_is_over(world: World) -> None:
    case = await _case(world)
    notice = await case.paper(PaperKind.EVIDENCE_NOTICE, 0)
    batch = await case.serve(
        M.ANNOUNCED, notice, people=case.parties[1:], cause="多次上门、邮寄均找不到人", ordinary=True
    )
    await case.note(batch.attempts[0], F.PUBLISHED, 20, words="村委会公告栏")
    for days, state in ((30, ServiceState.OPEN), (31, ServiceState.SERVED)):
        await jobs.sweep(world.db, lambda days=days: world.at(0) + timedelta(days=days))  # type: ignore[misc]
        assert (await case.get(batch.attempts[0])).state is state


async def test_facts_that_do_not_belong_and_people_who_may_not_are_refused(world: World) -> None:
    case = await _case(world)
    notice = await case.paper(PaperKind.EVIDENCE_NOTICE)
    (service_id,) = (await case.serve(M.DIRECT, notice, people=case.parties[1:])).attempts
    for kind, after, more, code in (
        (F.ARRIVED, 20, {}, "service.fact_unfit"),
        (F.SIGNED, 20, {"relation": Relation.FAMILY}, "form.invalid"),
    ):
        with pytest.raises(CourtError) as refused:
            await case.note(service_id, kind, after, **more)
        assert refused.value.code == code
    future = Fact(kind=F.SIGNED, at=world.at(90))
    for who, fact, code in (
        ("clerk", future, "service.in_the_future"),
        ("mediator2", replace_at(future, world), "service.not_found"),
        ("admin", replace_at(future, world), "service.not_found"),
    ):
        with pytest.raises(CourtError) as refused:
            await world.do(serving.note, who, 20, service_id=service_id, fact=fact)
        assert refused.value.code == code
    # Whoever is on the other side takes nothing for him.
    taken = await case.note(service_id, F.SIGNED, relation=Relation.FAMILY, receiver="王秀英")
    assert (taken.state, taken.papers[0].rule) == (ServiceState.FAILED, "signed_by_other")


def replace_at(fact: Fact, world: World) -> Fact:
    return Fact(kind=fact.kind, at=world.at(20))


async def test_sixty_people_are_one_order_and_its_progress_is_counted(world: World) -> None:
    case = await _case(world)
    for n in range(28):
        person = PartyInput(side=Side.THIRD, name=f"第三人{n}", address="红星村")
        await world.do(matter.add_party, "clerk", matter_id=case.id, person=person)
    case.parties = await world.parties(case.id)
    notice = await case.paper(PaperKind.EVIDENCE_NOTICE, 30)
    batch = await case.serve(M.DIRECT, notice)
    for one in batch.attempts[:10]:
        await case.note(one, F.SIGNED)
    await case.note(batch.attempts[10], F.REFUSED, words="不收")
    page = await world.db.read(
        views.service_page, actor=world.people["clerk"], subject_kind="matter", subject_id=case.id
    )
    (progress,) = page.batches
    assert (progress.total, progress.served, progress.failed) == (30, 10, 1)
    used = sa.select(sa.func.count()).select_from(t.paper_copy)
    assert await world.db.read(lambda rx: rx.conn.execute(used).scalar()) == 29
