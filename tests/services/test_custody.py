"""Keeper, user and auditor are three people; no use of a seal without a yes or a leave, and none uncounted."""

import asyncio
import hashlib
from collections.abc import Awaitable
from typing import Any

import pytest

from court.domain.custody import CustodyRole, Purpose, SealUse, UseState
from court.domain.errors import CourtError
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.paper import PaperKind
from court.services import custody
from court.store.views import RegisterFilter, seal_register, seals_page
from tests.services.world import World

BODY = "重庆市云阳县人民法院"
PARTS = {"petitions": CustodyRole.KEEPER, "mediator": CustodyRole.USER, "officer": CustodyRole.AUDITOR}


async def refusal(work: Awaitable[Any]) -> str:
    with pytest.raises(CourtError) as refused:
        await work
    return refused.value.code


async def assign(world: World, login: str, role: CustodyRole, body: str = BODY, by: str = "admin") -> Any:
    return await world.do(custody.assign, by, body=body, role=role, account_id=world.people[login].id)


async def appointed(world: World) -> None:
    for login, role in PARTS.items():
        await assign(world, login, role)


def purpose(kind: PaperKind = PaperKind.TRANSCRIPT, subject: str = "matter-1") -> Purpose:
    return Purpose(
        kind=kind, title=str(kind), number="纠〔2026〕000001号", subject_kind="matter", subject_id=subject
    )


async def ask(
    world: World,
    who: str = "mediator",
    after: float = 0,
    wanted: Purpose | None = None,
    paper: bytes = b"paper",
) -> SealUse:
    base = await world.blob(paper)
    found: SealUse = await world.do(
        custody.ask, who, after, body=BODY, purpose=wanted or purpose(), base_sha256=base
    )
    return found


async def leave(world: World, after: float = 0, **changes: Any) -> Any:
    terms = {"body": BODY, "until_at": world.at(after + 60), "most": 2} | changes
    return await world.do(custody.delegate, "petitions", after, **terms)


async def test_two_parts_in_one_person_are_refused_whatever_the_seal(either_world: World) -> None:
    world = either_world
    await appointed(world)
    assert await refusal(assign(world, "petitions", CustodyRole.USER)) == "custody.conflict"
    assert (
        await refusal(assign(world, "petitions", CustodyRole.AUDITOR, body="某委员会")) == "custody.conflict"
    )
    assert await refusal(assign(world, "admin", CustodyRole.KEEPER)) == "custody.admin"
    assert await refusal(assign(world, "judge", CustodyRole.USER, by="judge")) == "custody.not_assigner"
    tribunal = "重庆市云阳县人民法院凤鸣人民法庭"
    assert await refusal(assign(world, "judge", CustodyRole.USER, body=tribunal)) == "custody.tribunal"
    again = await assign(world, "mediator", CustodyRole.USER)
    page = await world.db.read(seals_page, actor=world.people["admin"], now=world.at())
    assert [a.id for a in page.assignments].count(again.id) == 1
    await world.do(custody.dismiss, "admin", assignment_id=again.id)
    await assign(world, "mediator", CustodyRole.AUDITOR)


async def test_a_use_waits_for_the_keeper_and_is_counted_when_made(either_world: World) -> None:
    world = either_world
    await appointed(world)
    assert await refusal(ask(world, "judge")) == "custody.not_user"
    use = await ask(world)
    assert use.state is UseState.ASKED
    assert (await ask(world, paper=b"drawn anew")).base_sha256 == use.base_sha256
    facts = {"use_id": use.id, "sealed_sha256": "ab" * 32, "pages": 3}
    assert await refusal(world.do(custody.used, "mediator", **facts)) == "custody.wrong_state"
    decide = {"use_id": use.id, "approve": True}
    for stranger in ("mediator", "officer", "judge"):
        assert await refusal(world.do(custody.decide, stranger, **decide)) == "custody.not_yours"
    no_reason = {"use_id": use.id, "approve": False}
    assert await refusal(world.do(custody.decide, "petitions", **no_reason)) == "custody.reason"
    approved = await world.do(custody.decide, "petitions", **decide)
    assert approved.state is UseState.APPROVED
    used = await world.do(custody.used, "mediator", 1, **facts)
    assert (used.state, used.pages, used.decided_name) == (
        UseState.USED,
        3,
        world.people["petitions"].name,
    )
    assert await refusal(world.do(custody.used, "mediator", 1, **facts)) == "custody.wrong_state"
    assert (await ask(world, after=2)).id != use.id
    assert await refusal(world.db.read(custody.seen, actor=world.people["judge"], use_id=use.id)) == (
        "custody.not_found"
    )


async def test_a_refusal_and_a_withdrawal_end_a_request(world: World) -> None:
    await appointed(world)
    use = await ask(world)
    refused = await world.do(custody.decide, "petitions", use_id=use.id, approve=False, reason="缺签名")
    assert (refused.state, refused.reason) == (UseState.REFUSED, "缺签名")
    second = await ask(world)
    await world.do(custody.decide, "petitions", use_id=second.id, approve=True)
    taken = await world.do(custody.decide, "petitions", use_id=second.id, approve=False, reason="先核对")
    assert taken.state is UseState.REFUSED
    third = await ask(world)
    assert await refusal(world.do(custody.withdraw, "judge", use_id=third.id)) == "custody.not_found"
    assert (await world.do(custody.withdraw, "mediator", use_id=third.id)).state is UseState.WITHDRAWN


async def test_a_leave_covers_its_kinds_person_time_and_number_and_no_more(either_world: World) -> None:
    world = either_world
    await appointed(world)
    await assign(world, "mediator2", CustodyRole.USER)
    late = {"until_at": world.at(), "most": 2}
    assert await refusal(leave(world, **late)) == "custody.delegation_bounds"
    assert await refusal(leave(world, most=0)) == "custody.delegation_bounds"
    assert await refusal(leave(world, user_id=world.people["judge"].id)) == "custody.not_a_user"
    given = await leave(world, kinds=frozenset({PaperKind.TRANSCRIPT}), user_id=world.people["mediator"].id)
    uses = [await ask(world, after=1, wanted=purpose(subject=f"matter-{n}")) for n in range(3)]
    assert [use.state for use in uses] == [UseState.APPROVED, UseState.APPROVED, UseState.ASKED]
    assert uses[0].delegation_id == given.id
    assert (await ask(world, after=1, wanted=purpose(PaperKind.EXHIBITS))).state is UseState.ASKED
    assert (await ask(world, "mediator2", after=1, wanted=purpose(subject="other"))).state is UseState.ASKED
    # Cut off before the seal and drawn anew: the new drawing, and no second turn.
    redrawn = await ask(world, after=1, wanted=purpose(subject="matter-1"), paper=b"drawn anew")
    assert (redrawn.id, redrawn.base_sha256 != uses[1].base_sha256) == (uses[1].id, True)
    # A failed sealing gives its turn back.
    await world.do(custody.dropped, "mediator", 2, use_id=uses[0].id)
    assert (await ask(world, after=3, wanted=purpose(subject="matter-2"))).state is UseState.APPROVED
    wide = await leave(world, 4, most=9)
    assert (await ask(world, after=70, wanted=purpose(subject="late"))).state is UseState.ASKED
    assert (await ask(world, after=5, wanted=purpose(subject="early"))).delegation_id == wide.id
    assert (
        await refusal(world.do(custody.revoke_delegation, "officer", 6, delegation_id=wide.id))
        == "custody.not_yours"
    )
    await world.do(custody.revoke_delegation, "petitions", 6, delegation_id=wide.id)
    assert (await ask(world, after=7, wanted=purpose(subject="after"))).state is UseState.ASKED


async def test_parallel_uses_never_exceed_a_leave(world: World) -> None:
    await appointed(world)
    await leave(world, most=3)
    base = await world.blob(b"paper")
    made = await asyncio.gather(
        *(
            world.do(
                custody.ask,
                "mediator",
                1,
                body=BODY,
                purpose=purpose(subject=f"matter-{n}"),
                base_sha256=base,
            )
            for n in range(8)
        )
    )
    assert [use.state for use in made].count(UseState.APPROVED) == 3


async def test_a_keepers_leaves_end_with_his_part_and_without_a_keeper_nothing_is_sealed(
    world: World,
) -> None:
    await appointed(world)
    await leave(world)
    page = await world.db.read(seals_page, actor=world.people["admin"], now=world.at())
    keeper = next(a for a in page.assignments if a.role is CustodyRole.KEEPER)
    await world.do(custody.dismiss, "admin", 1, assignment_id=keeper.id)
    assert await refusal(ask(world, after=2)) == "custody.no_keeper"
    await assign(world, "judge", CustodyRole.KEEPER)
    assert (await ask(world, after=3)).state is UseState.ASKED


async def test_the_register_is_for_keeper_and_auditor_and_can_be_filtered(world: World) -> None:
    await appointed(world)
    await leave(world, most=9)
    for n, kind in enumerate((PaperKind.TRANSCRIPT, PaperKind.EXHIBITS, PaperKind.AGREEMENT)):
        use = await ask(world, after=10 * n, wanted=purpose(kind, subject=f"matter-{n}"))
        digest = hashlib.sha256(str(n).encode()).hexdigest()
        await world.do(custody.used, "mediator", 10 * n + 1, use_id=use.id, sealed_sha256=digest, pages=1)

    async def lines(who: str, **wanted: Any) -> list[PaperKind]:
        found = await world.db.read(seal_register, actor=world.people[who], wanted=RegisterFilter(**wanted))
        return [use.kind for use in found.uses]

    everything = [PaperKind.AGREEMENT, PaperKind.EXHIBITS, PaperKind.TRANSCRIPT]
    assert await lines("officer") == await lines("petitions") == everything
    assert await lines("officer", kind=PaperKind.EXHIBITS) == [PaperKind.EXHIBITS]
    assert await lines("officer", from_at=world.at(5), until_at=world.at(20)) == [PaperKind.EXHIBITS]
    assert await lines("officer", state=UseState.REFUSED) == []
    assert await lines("officer", user_id=world.people["judge"].id) == []
    for stranger in ("mediator", "judge", "admin"):
        assert await refusal(lines(stranger)) == "custody.not_found"


async def test_only_the_demonstration_has_leave_from_the_program(world: World) -> None:
    await appointed(world)
    terms = {"body": BODY, "until_at": world.at(60), "most": 5}
    assert await refusal(world.do(custody.delegate, SYSTEM_ACTOR, **terms)) == "custody.not_yours"
    given = await world.do(custody.delegate, SYSTEM_ACTOR, keeper_id=world.people["petitions"].id, **terms)
    assert given.demonstration
    use = await ask(world, after=1)
    assert "演示授权" in use.decided_name
    # Nobody can give a leave in a keeper's name.
    other = {**terms, "keeper_id": world.people["petitions"].id}
    assert await refusal(world.do(custody.delegate, "mediator", **other)) == "custody.not_yours"
