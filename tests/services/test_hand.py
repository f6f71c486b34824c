"""One-time codes of people elsewhere, and what stands before and after the signing for those who cannot write."""

import pytest
import sqlalchemy as sa

from court.domain.errors import CourtError
from court.domain.hearing import IdentityMethod
from court.domain.lifecycle import Actor
from court.domain.mediation import Agreement, Signer
from court.domain.signature import CODE_TRIES, CodeChannel, Manner
from court.services import cannot_write, code_told, hand, mediation
from court.store import tables as t
from tests.services.world import World, bodies


async def refused(act: object, code: str) -> CourtError:
    with pytest.raises(CourtError) as raised:
        await act  # type: ignore[misc]
    assert raised.value.code == code
    return raised.value


async def _remote_turn(world: World) -> tuple[Agreement, Signer, Actor]:
    """The first party has signed in the vehicle; the second one sits elsewhere."""
    agreement = await world.sign_next(await world.signing(remote=True))
    turn = agreement.next_signer()
    assert turn is not None
    return agreement, turn, await world.hand_of(agreement, turn)


async def _code(world: World, agreement: Agreement, signer: Signer, minutes: float) -> str:
    issue = {"agreement_id": agreement.id, "signer_id": signer.id, "channel": CodeChannel.SPOKEN}
    return str(await world.do(hand.issue_code, "mediator", minutes, **issue))


async def test_a_code_is_for_one_person_one_file_once_and_dies_of_three_guesses(world: World) -> None:
    agreement, signer, remote = await _remote_turn(world)
    take = {"agreement_id": agreement.id, "signer_id": signer.id}
    await refused(world.do(hand.take_pad, remote, 45, **take), "signing_code.needed")
    await refused(world.do(hand.take_pad, remote, 45, **take, code="123456"), "signing_code.over")
    digits = await _code(world, agreement, signer, 45)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for left in range(CODE_TRIES - 1, 0, -1):
        error = await refused(world.do(hand.take_pad, remote, 45, **take, code=wrong), "signing_code.wrong")
        assert error.params["left"] == left
    await refused(world.do(hand.take_pad, remote, 45, **take, code=wrong), "signing_code.over")
    await refused(world.do(hand.take_pad, remote, 45, **take, code=digits), "signing_code.over")
    late = await _code(world, agreement, signer, 46)
    await refused(world.do(hand.take_pad, remote, 51.1, **take, code=late), "signing_code.over")
    old = await _code(world, agreement, signer, 52)
    new = await _code(world, agreement, signer, 52.1)
    if old != new:
        await refused(world.do(hand.take_pad, remote, 52.2, **take, code=old), "signing_code.wrong")
    turn = await world.do(hand.take_pad, remote, 52.3, **take, code=new)
    assert (turn.confirmed_by, bool(turn.confirmation)) == ("spoken", True)
    await world.do(hand.give_pad_back, remote, 52.4, agreement_id=agreement.id)
    await refused(world.do(hand.take_pad, remote, 52.5, **take, code=new), "signing_code.over")
    kept = await world.db.read(
        lambda rx: rx.conn.execute(sa.select(t.signing_code.c.code_hash)).scalars().all()
    )
    journal = repr(await bodies(world.db))
    assert all(digits not in one for one in kept) and f'"{digits}"' not in journal


async def test_a_code_goes_to_the_registered_phone_in_the_same_breath(world: World) -> None:
    agreement, signer, remote = await _remote_turn(world)
    facts = {"agreement_id": agreement.id, "signer_id": signer.id, "channel": CodeChannel.SMS}
    digits, name = await world.do(code_told.told, "mediator", 45, **facts)
    queued = await world.db.read(lambda rx: rx.conn.execute(sa.select(t.outbox)).all())
    assert name == signer.name
    assert [(m.purpose, m.channel, digits in m.body, m.state) for m in queued] == [
        ("code", "sms", True, "queued")
    ]
    take = {"agreement_id": agreement.id, "signer_id": signer.id, "code": digits}
    turn = await world.do(hand.take_pad, remote, 45, **take)
    assert turn.confirmed_by == "sms"


async def test_a_code_for_another_state_of_the_paper_is_worth_nothing(world: World) -> None:
    agreement, signer, remote = await _remote_turn(world)
    digits = await _code(world, agreement, signer, 45)
    changed = await world.blob(b"%PDF another state")

    def replaced(tx: object) -> None:
        tx.conn.execute(t.agreement.update().values(head_sha256=changed))  # type: ignore[attr-defined]

    await world.db.write(replaced)
    take = {"agreement_id": agreement.id, "signer_id": signer.id, "code": digits}
    await refused(world.do(hand.take_pad, remote, 45, **take), "signing_code.over")


async def test_who_is_on_site_gets_no_code_and_only_bench_and_clerk_give_one(world: World) -> None:
    agreement = await world.signing(remote=True)
    first = agreement.next_signer()
    assert first is not None
    issue = {"agreement_id": agreement.id, "signer_id": first.id, "channel": CodeChannel.SPOKEN}
    await refused(world.do(hand.issue_code, "mediator", 44, **issue), "signing_code.not_needed")
    half, second, remote = await _remote_turn_of(world, agreement)
    issue = {"agreement_id": half.id, "signer_id": second.id, "channel": CodeChannel.SPOKEN}
    await refused(world.do(hand.issue_code, remote, 45, **issue), "agreement.not_allowed")


async def _remote_turn_of(world: World, agreement: Agreement) -> tuple[Agreement, Signer, Actor]:
    half = await world.sign_next(agreement)
    turn = half.next_signer()
    assert turn is not None
    return half, turn, await world.hand_of(half, turn)


async def test_a_declaration_can_be_taken_back_until_the_signing_begins(world: World) -> None:
    agreement = await world.reading()
    signer = agreement.signers[0]
    facts = {
        "agreement_id": agreement.id,
        "rev": agreement.rev,
        "signer_id": signer.id,
        "manner": Manner.MARK,
        "witness": "李大爷",
        "witness_about": "邻村村民",
        "witness_identity": IdentityMethod.KNOWN,
        "read_by": "周和平",
        "read_aloud": "全文",
    }
    for wrong, code in (
        ({"manner": Manner.WRITTEN}, "hand.manner"),
        ({"signer_id": agreement.signers[2].id}, "hand.not_a_party"),
        ({"witness": "  "}, "text.empty"),
        ({"rev": 99}, "agreement.stale"),
    ):
        await refused(world.do(cannot_write.declare, "mediator", 43, **(facts | wrong)), code)
    await refused(world.do(cannot_write.declare, world.kiosk, 43, **facts), "agreement.not_allowed")
    made = await world.do(cannot_write.declare, "mediator", 43, **facts)
    assert [s.name for s in made.signers[:2]] == [signer.name, "李大爷"]
    assert (made.signers[0].cannot_write, made.signers[1].witness_of) == (True, signer.id)
    await refused(world.do(cannot_write.declare, "mediator", 43, **facts), "hand.declared")
    back = {"agreement_id": agreement.id, "signer_id": signer.id}
    undone = await world.do(cannot_write.can_write, "mediator", 43, **back)
    assert [s.name for s in undone.signers] == [s.name for s in agreement.signers]
    again = await world.do(cannot_write.declare, "mediator", 43, **facts)
    base = await world.blob(b"%PDF base of a mark")
    started = {"agreement_id": again.id, "rev": again.rev, "base_sha256": base}
    signing = await world.do(mediation.start_signing, "mediator", 44, **started)
    await refused(world.do(cannot_write.can_write, "mediator", 44, **back), "hand.too_late")
    half = await world.sign_next(await world.sign_next(signing))
    assert [s.state.value for s in half.signers[:3]] == ["signed", "signed", "waiting"]
