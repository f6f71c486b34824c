"""The agreement: drafted, read aloud, signed on the pad in turn, sealed, fetched, printed. And the transcript's paper."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from court.rehearsal.kiosk import APPLICANT, RESPONDENT, handwriting
from court.rehearsal.steps import Failed
from court.rehearsal.visitor import Visitor

CLAUSES = (
    (RESPONDENT, "拆除石板路上所砌墙体，恢复不少于一米宽的通道", "", 15),
    (APPLICANT, "承担恢复路面所需的石料费用，直接支付给张𬱟山", "300", 30),
)


def clauses() -> dict[str, str | list[str]]:
    """The fields of the draft's form, filled with both clauses."""
    today = datetime.now(UTC) + timedelta(hours=8)
    filled: dict[str, str | list[str]] = {"clauses": str(len(CLAUSES)), "do": "save"}
    for n, (who, what, amount, days) in enumerate(CLAUSES):
        filled[f"clauses.{n}.who"] = who
        filled[f"clauses.{n}.what"] = what
        filled[f"clauses.{n}.amount"] = amount
        filled[f"clauses.{n}.due"] = f"{today + timedelta(days=days):%Y-%m-%d}"
    return filled


async def draft(bench: Visitor, matter_url: str) -> str:
    """A draft with two clauses; then the reading begins. Returns the agreement's id."""
    page = await bench.get(matter_url)
    page = await bench.submit(page.form("/desk/agreements"), {})
    agreement_id = page.url.split("#")[0].rsplit("/", 1)[-1]
    form = page.form(f"/desk/agreements/{agreement_id}", having="clauses")
    page = await bench.submit(form, clauses())
    told = await progress(bench, agreement_id)
    await bench.post(f"/agreements/{agreement_id}/read", {"rev": told["rev"]})
    return agreement_id


async def progress(visitor: Visitor, agreement_id: str) -> Any:
    """How far the agreement is, as every screen at the table is told."""
    return await visitor.get_json(f"/agreements/{agreement_id}.json")


async def read_aloud(vehicle: Visitor, bench: Visitor, hearing_id: str, agreement_id: str) -> int:
    """Each party agrees to each paragraph at the vehicle. Returns the number of acknowledgements."""
    await vehicle.get(f"/room/{hearing_id}")
    told = await progress(vehicle, agreement_id)
    count = 0
    for paragraph in told["paragraphs"]:
        for signer in told["signers"]:
            if signer["role"] in {"party", "agent"}:
                await vehicle.post(
                    f"/agreements/{agreement_id}/acknowledge",
                    {"rev": told["rev"], "paragraph_id": paragraph["id"], "signer_id": signer["id"]},
                )
                count += 1
    told = await progress(bench, agreement_id)
    await bench.post(f"/agreements/{agreement_id}/signing", {"rev": told["rev"]})
    return count


async def sign_in_turn(vehicle: Visitor, bench: Visitor, agreement_id: str) -> list[tuple[str, float]]:
    """Parties sign on the vehicle's pad, the bench at its own screen.

    Returns (name, monotonic seconds when the strokes were sent) in order.
    """
    names: list[tuple[str, float]] = []
    while True:
        told = await progress(bench, agreement_id)
        turn = next((s for s in told["signers"] if s["id"] == told["turn"]), None)
        if turn is None or turn["role"] == "seal":
            return names
        pad = vehicle if turn["role"] in {"party", "agent"} else bench
        names.append((turn["name"], time.monotonic()))
        await sign_once(pad, agreement_id, turn["id"], handwriting(1.0 + len(names)))


async def sign_once(pad: Visitor, agreement_id: str, signer_id: str, hand: Any) -> None:
    """One person takes the pad and writes."""
    turn = await pad.post(f"/agreements/{agreement_id}/pad", {"signer_id": signer_id})
    sent = {"signer_id": signer_id, "turn": turn["turn"], "handwriting": hand}
    await pad.post(f"/agreements/{agreement_id}/sign", sent)


async def half_signed_stays(vehicle: Visitor, agreement_id: str) -> None:
    """No copy may leave before the seal. Errors: Failed."""
    told = await progress(vehicle, agreement_id)
    if told["paper_id"] is not None:
        raise Failed("a paper was registered before the seal")


async def seal(bench: Visitor, agreement_id: str) -> str:
    """盖章. Returns the id of the registered paper."""
    told = await bench.post(f"/agreements/{agreement_id}/seal", {})
    if told["state"] != "sealed" or not told["paper_id"]:
        raise Failed(f"the agreement is {told['state']}")
    return str(told["paper_id"])


async def transcript_paper(clerk: Visitor, hearing_id: str) -> str:
    """Make the transcript final and have its paper made. Returns the paper's id."""
    await clerk.get(f"/room/{hearing_id}")
    await clerk.post(f"/room/{hearing_id}/transcript/finalise", {})
    made = await clerk.post(f"/hearings/{hearing_id}/transcript/paper", {})
    return str(made["paper_id"])
