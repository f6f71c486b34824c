"""Agreements: clear clauses, acknowledged, signed in order, in two phases that a crash cannot tear."""

from dataclasses import replace
from typing import Any

import pytest

from court.domain.errors import CourtError
from court.domain.lifecycle import ActorKind
from court.domain.mediation import AgreementState, ClauseInput, SignerRole
from court.domain.paper import PaperKind
from court.services import hand, hearing, mediation, paper
from court.store import views
from tests.services.world import CLAUSES, STROKES, World, bodies


async def refused(doing: Any, code: str) -> CourtError:
    with pytest.raises(CourtError) as caught:
        await doing
    assert caught.value.code == code
    return caught.value


async def test_an_unclear_clause_is_not_read_aloud(world: World) -> None:
    live = await world.opened()
    facts = {"matter_id": live.subject_id, "hearing_id": live.id, "facts": "通道争议"}
    facts["court_code"] = "渝0235"
    vague = ClauseInput(who="", what="支付赔偿款")
    drafted = await world.do(mediation.draft, "mediator", 40, clauses=(*CLAUSES, vague), **facts)
    assert [s.role for s in drafted.signers] == [
        SignerRole.PARTY,
        SignerRole.PARTY,
        SignerRole.MEDIATOR,
        SignerRole.SEAL,
    ]
    error = await refused(
        world.do(mediation.start_reading, "mediator", 41, agreement_id=drafted.id, rev=1), "form.invalid"
    )
    assert [(p.field, p.code) for p in error.problems] == [
        ("clauses.2.who", "agreement.clause_who"),
        ("clauses.2.due", "agreement.clause_due"),
        ("clauses.2.amount", "agreement.clause_money"),
    ]
    await refused(world.do(mediation.draft, "mediator", 41, **facts), "agreement.exists")
    emoji = replace(CLAUSES[0], what="和好👍")
    error = await refused(
        world.do(mediation.edit, "mediator", 41, agreement_id=drafted.id, rev=1, facts="x", clauses=(emoji,)),
        "form.invalid",
    )
    assert error.problems[0].code == "text.emoji"


async def test_signatures_come_in_order_and_no_half_signed_copy_leaves(world: World) -> None:
    agreement = await world.signing()
    second = agreement.signers[1]
    error = await refused(
        world.do(mediation.begin_signature, world.kiosk, 44, agreement_id=agreement.id, signer_id=second.id),
        "agreement.not_your_turn",
    )
    assert error.params["name"] == "王秀英"
    await refused(
        world.do(
            mediation.begin_signature,
            "mediator",
            44,
            agreement_id=agreement.id,
            signer_id=agreement.signers[0].id,
        ),
        "agreement.not_this_signer",
    )
    half = await world.sign_next(agreement)
    turn = half.next_signer()
    assert turn is not None
    assert turn.id == second.id
    error = await refused(
        world.do(mediation.copy, "mediator", 45, agreement_id=agreement.id), "agreement.no_copy"
    )
    assert error.status == 404
    assert [row["type"] for row in await bodies(world.db)].count("agreement.copy_refused") == 1
    shown = await world.db.read(mediation.preview, actor=world.kiosk, agreement_id=agreement.id)
    assert shown == half.head_sha256


async def test_a_lease_keeps_the_turn_and_a_lost_one_writes_nothing(world: World) -> None:
    agreement = await world.signing()
    turn = agreement.next_signer()
    assert turn is not None
    pad = await world.pad(agreement, turn, world.kiosk)
    begin = {"agreement_id": agreement.id, "signer_id": turn.id, "turn_id": pad}
    lost = await world.do(mediation.begin_signature, world.kiosk, 44, **begin)
    assert lost.facts["identity_method"] == "known"
    assert lost.base_sha256 == agreement.head_sha256
    await refused(world.do(mediation.begin_signature, "officer", 44.5, **begin), "pad.taken")
    await world.do(hand.give_pad_back, world.kiosk, 44.6, agreement_id=agreement.id)
    begin["turn_id"] = await world.pad(agreement, turn, "officer", 44.7)
    await refused(world.do(mediation.begin_signature, "officer", 44.8, **begin), "agreement.busy")
    fresh = await world.do(mediation.begin_signature, "officer", 46, **begin)
    signed = await world.blob(b"%PDF signed")
    done = {"signed_sha256": signed, "strokes_sha256": STROKES}
    await refused(
        world.do(mediation.finish_signature, world.kiosk, 46, task=lost, **done), "agreement.lease_lost"
    )
    still = await world.db.read(mediation.get, agreement_id=agreement.id)
    assert still.head_sha256 == agreement.head_sha256
    await refused(
        world.do(mediation.finish_signature, "officer", 46, task=fresh, signed_sha256=signed),
        "agreement.no_strokes",
    )
    once = await world.do(mediation.finish_signature, "officer", 46, task=fresh, **done)
    again = await world.do(mediation.finish_signature, "officer", 47, task=fresh, **done)
    assert once == again
    assert len(again.revisions) == 2


async def test_a_signature_dropped_outside_frees_the_turn_at_once(world: World) -> None:
    agreement = await world.signing()
    turn = agreement.next_signer()
    assert turn is not None
    begin = {"agreement_id": agreement.id, "signer_id": turn.id}
    pad = await world.pad(agreement, turn, world.kiosk)
    task = await world.do(mediation.begin_signature, world.kiosk, 44, turn_id=pad, **begin)
    await world.do(mediation.release_lease, world.kiosk, 44, task=task)
    await world.do(hand.give_pad_back, world.kiosk, 44, agreement_id=agreement.id)
    pad = await world.pad(agreement, turn, "officer")
    other = await world.do(mediation.begin_signature, "officer", 44, turn_id=pad, **begin)
    await world.do(mediation.release_lease, world.kiosk, 44, task=task)
    signed = await world.blob(b"%PDF signed")
    await world.do(
        mediation.finish_signature,
        "officer",
        44,
        task=other,
        signed_sha256=signed,
        strokes_sha256=STROKES,
    )


async def test_parties_sign_only_in_a_live_session(world: World) -> None:
    agreement = await world.signing()
    assert agreement.hearing_id is not None
    await world.do(hearing.close, "mediator", 44, hearing_id=agreement.hearing_id)
    turn = agreement.next_signer()
    assert turn is not None
    await refused(
        world.do(mediation.begin_signature, world.kiosk, 45, agreement_id=agreement.id, signer_id=turn.id),
        "agreement.hearing_closed",
    )


async def test_a_sealed_agreement_cannot_be_changed_or_voided(world: World) -> None:
    sealed = await world.sealed()
    await refused(
        world.do(mediation.void, "mediator", 50, agreement_id=sealed.id, reason="x"),
        "agreement.wrong_state",
    )
    await refused(
        world.do(
            mediation.edit,
            "mediator",
            50,
            agreement_id=sealed.id,
            rev=sealed.rev,
            facts="x",
            clauses=(),
        ),
        "agreement.wrong_state",
    )
    assert await world.do(mediation.copy, world.kiosk, 50, agreement_id=sealed.id) == sealed.head_sha256


async def test_personal_status_goes_the_paper_way(world: World) -> None:
    read = await world.reading(cause_code="24")
    base = await world.blob(b"%PDF wet")
    at = {"agreement_id": read.id, "rev": read.rev, "base_sha256": base}
    await refused(world.do(mediation.start_signing, "mediator", 43, **at), "agreement.wet_only")
    printed = await world.do(mediation.start_wet, "mediator", 43, **at)
    assert (printed.state, printed.wet) == (AgreementState.WET_PRINT, True)
    (blank,) = await world.db.read(paper.of_subject, subject_id=read.matter_id)
    assert "手写签名" in blank.title
    await refused(world.do(mediation.copy, "mediator", 44, agreement_id=read.id), "agreement.no_copy")
    scan = await world.blob(b"scan", "image/jpeg")
    sealed = await world.do(mediation.upload_scan, "mediator", 50, agreement_id=read.id, scan_sha256=scan)
    assert (sealed.state, sealed.effective_at) == (AgreementState.SEALED, world.at(50))
    page = await world.db.read(views.agreement_page, actor=world.people["mediator"], agreement_id=read.id)
    assert page.paper is not None
    assert page.paper.kind is PaperKind.SCAN


async def test_a_seat_signs_for_its_own_party_only(world: World) -> None:
    agreement = await world.signing(remote=True)
    assert agreement.hearing_id is not None
    seats = await world.db.read(hearing.seats, hearing_id=agreement.hearing_id)
    mine = next(s for s in seats if s.party_id == agreement.signers[1].party_id)
    remote = replace(world.kiosk, kind=ActorKind.SEAT, id=mine.id)
    first, second = agreement.signers[:2]
    at = {"agreement_id": agreement.id}
    await refused(
        world.do(mediation.begin_signature, remote, 44, signer_id=first.id, **at),
        "agreement.not_this_signer",
    )
    await world.sign_next(agreement)
    await refused(
        world.do(mediation.begin_signature, world.kiosk, 45, signer_id=second.id, **at),
        "agreement.not_this_signer",
    )
    half = await world.db.read(mediation.get, agreement_id=agreement.id)
    await refused(world.do(hand.take_pad, remote, 45, signer_id=second.id, **at), "signing_code.needed")
    pad = await world.pad(half, second, remote, 45)
    task = await world.do(mediation.begin_signature, remote, 45, signer_id=second.id, turn_id=pad, **at)
    assert task.signer.id == second.id
