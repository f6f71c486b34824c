"""Read aloud paragraph by paragraph: who agreed to what and when, what a question stops, what a change voids and keeps."""

from dataclasses import replace
from typing import Any

from court.domain.hearing import IdentityMethod
from court.domain.mediation import FACTS, AgreementState, SignerState
from court.domain.reading import Answer, Ended
from court.domain.signature import Manner
from court.services import cannot_write, mediation
from tests.services.test_mediation import refused
from tests.services.world import CLAUSES, STROKES, World, bodies


async def read(world: World, *, read_aloud: bool = True) -> Any:
    """An agreement that is being read; nobody has answered."""
    live = await world.opened()
    drafted = await world.do(
        mediation.draft,
        "mediator",
        40,
        matter_id=live.subject_id,
        hearing_id=live.id,
        facts="通道争议",
        court_code="渝0235",
        clauses=CLAUSES,
    )
    at = {"agreement_id": drafted.id, "rev": 1, "read_aloud": read_aloud}
    return await world.do(mediation.start_reading, "mediator", 41, **at)


async def test_signing_waits_until_everybody_agreed_to_every_paragraph(world: World) -> None:
    found = await read(world)
    at = {"agreement_id": found.id, "rev": 1}
    base = await world.blob(b"%PDF")
    start = {"base_sha256": base, **at}
    error = await refused(
        world.do(mediation.start_signing, "mediator", 42, **start), "reading.not_acknowledged"
    )
    assert (error.params["name"], error.params["paragraph"]) == ("王秀英", "纠纷事实")
    first = {"paragraph_id": FACTS, "signer_id": found.signers[0].id}
    for _ in range(2):
        await world.do(mediation.acknowledge, world.kiosk, 42, **at, **first)
    heard = [row for row in await bodies(world.db) if row["type"] == "reading.answered"]
    assert len(heard) == 1
    await refused(world.do(mediation.acknowledge, "mediator", 42, **at, **first), "agreement.not_this_signer")
    late = at | {"rev": 9}
    await refused(world.do(mediation.acknowledge, world.kiosk, 42, **late, **first), "agreement.stale")


async def test_a_question_stops_the_signing_until_it_is_answered_and_is_kept(world: World) -> None:
    found = await world.reading()
    at = {"agreement_id": found.id, "rev": found.rev}
    signer, clause = found.signers[0], found.paragraphs[1]
    asks = {"paragraph_id": clause.id, "signer_id": signer.id, "answer": Answer.QUESTION}
    await world.do(
        mediation.acknowledge, world.kiosk, 43, **at, **asks, words="宽度从哪里量？", offset_ms=61_500
    )
    start = {"base_sha256": await world.blob(b"%PDF"), **at}
    error = await refused(world.do(mediation.start_signing, "mediator", 43, **start), "reading.question_open")
    assert (error.params["name"], error.params["paragraph"]) == ("王秀英", "第一条")
    agrees = asks | {"answer": Answer.AGREED, "offset_ms": 90_000}
    after = await world.do(mediation.acknowledge, world.kiosk, 44, **at, **agrees)
    said = [one for one in after.answers if one.label == "第一条" and one.person_id == signer.id]
    assert [(one.answer, one.ended_why, one.offset_ms) for one in said] == [
        (Answer.AGREED, Ended.AGAIN, None),
        (Answer.QUESTION, Ended.AGAIN, 61_500),
        (Answer.AGREED, None, 90_000),
    ]
    assert said[1].words == "宽度从哪里量？"
    await world.do(mediation.start_signing, "mediator", 45, **start)


async def test_only_the_changed_paragraph_is_read_anew_and_everybody_is_told_why(world: World) -> None:
    agreement = await world.sign_next(await world.signing())
    turn = agreement.next_signer()
    assert turn is not None
    pad = await world.pad(agreement, turn, world.kiosk)
    begun = {"agreement_id": agreement.id, "signer_id": turn.id, "turn_id": pad}
    task = await world.do(mediation.begin_signature, world.kiosk, 45, **begun)
    new = (CLAUSES[0], replace(CLAUSES[1], amount_fen=60_000))
    change: dict[str, Any] = {"agreement_id": agreement.id, "rev": agreement.rev, "facts": agreement.facts}
    await refused(world.do(mediation.edit, "mediator", 45, **change, clauses=new), "agreement.reason_missing")
    edited = await world.do(mediation.edit, "mediator", 45, **change, clauses=new, reason="金额商量改为600元")
    assert (edited.state, edited.rev, edited.head_sha256) == (AgreementState.DRAFT, agreement.rev + 1, "")
    assert edited.revisions == ()
    assert all(one.state is SignerState.WAITING for one in edited.signers)
    assert edited.bound[0].acknowledged == {FACTS, edited.clauses[0].id}
    (told,) = edited.changes
    assert (told.signatures, told.paragraphs) == (("王秀英",), ("第二条",))
    assert (told.reason, told.by) == ("金额商量改为600元", world.people["mediator"].name)
    fallen = [one for one in edited.answers if one.ended_why is Ended.CHANGED]
    assert {one.label for one in fallen} == {"第二条"}
    late = {"task": task, "signed_sha256": await world.blob(b"%PDF late"), "strokes_sha256": STROKES}
    await refused(world.do(mediation.finish_signature, world.kiosk, 45, **late), "agreement.base_changed")
    back = {"agreement_id": edited.id, "rev": edited.rev, "facts": edited.facts, "clauses": CLAUSES}
    restored = await world.do(mediation.edit, "mediator", 46, **back)
    assert restored.clauses[1].id not in restored.bound[0].acknowledged, (
        "what fell does not come back by itself"
    )


async def test_who_leads_puts_a_paragraph_before_all_until_everybody_agreed_to_it(world: World) -> None:
    found = await read(world)
    at = {"agreement_id": found.id, "rev": 1}
    assert found.current() == found.paragraphs[0]
    last = found.paragraphs[-1]
    led = await world.do(mediation.lead, "clerk", 42, paragraph_id=last.id, **at)
    assert led.current() == last
    await refused(
        world.do(mediation.lead, world.kiosk, 42, paragraph_id=FACTS, **at), "agreement.not_allowed"
    )
    await refused(world.do(mediation.lead, "clerk", 42, paragraph_id="other", **at), "agreement.stale")
    for signer in found.bound:
        heard = {"paragraph_id": last.id, "signer_id": signer.id}
        led = await world.do(mediation.acknowledge, world.kiosk, 43, **at, **heard)
    assert led.current() == found.paragraphs[0]


async def test_a_kind_that_need_not_be_read_is_signed_without_answers(world: World) -> None:
    found = await read(world, read_aloud=False)
    start = {"agreement_id": found.id, "rev": 1, "base_sha256": await world.blob(b"%PDF")}
    signing = await world.do(mediation.start_signing, "mediator", 42, **start)
    assert signing.state is AgreementState.SIGNING


async def test_who_cannot_read_or_write_is_read_to_whatever_the_setting_says(world: World) -> None:
    found = await read(world, read_aloud=False)
    unable = found.bound[1]
    declared = await world.do(
        cannot_write.declare,
        "mediator",
        42,
        agreement_id=found.id,
        rev=1,
        signer_id=unable.id,
        manner=Manner.FINGERPRINT,
        witness="赵大山",
        witness_about="村民小组长",
        witness_identity=IdentityMethod.KNOWN,
        read_by="周和平",
        read_aloud="逐段念了两遍",
    )
    start = {"agreement_id": found.id, "rev": declared.rev, "base_sha256": await world.blob(b"%PDF")}
    error = await refused(
        world.do(mediation.start_signing, "mediator", 43, **start), "reading.not_acknowledged"
    )
    assert error.params["name"] == unable.name
    for paragraph in found.paragraphs:
        heard = {"paragraph_id": paragraph.id, "signer_id": unable.id}
        await world.do(
            mediation.acknowledge, world.kiosk, 43, agreement_id=found.id, rev=declared.rev, **heard
        )
    await world.do(mediation.start_signing, "mediator", 44, **start)
