"""What the page of an agreement shows of its people and their signatures. Reads, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from court.domain.hearing import METHOD_NAMES
from court.domain.mediation import BOUND, Agreement
from court.domain.outbox import Channel
from court.domain.signature import (
    CHANNEL_NAMES,
    INSTEAD,
    MANNER_NAMES,
    CannotWrite,
    PadTurn,
    Refusal,
    ScanCheck,
    SignatureRecord,
    WitnessCheck,
)
from court.services import hand, pad, scans
from court.store.database import Read
from court.store.load import signatures
from court.web import evidence
from court.web.keys import DB, NOW
from court.web.outbox import CARRIERS

LABELS = {
    "manners": {one: MANNER_NAMES[one] for one in INSTEAD},
    "methods": METHOD_NAMES,
    "channels": CHANNEL_NAMES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What the page shows of them. `codes`: ids of signers who confirm by a code; `held` who has the pad now."""

    unable: dict[str, CannotWrite]
    checks: dict[str, WitnessCheck]
    records: tuple[SignatureRecord, ...]
    refusals: tuple[Refusal, ...]
    held: PadTurn | None
    codes: frozenset[str]
    able: tuple[str, ...]
    scan: ScanCheck | None


def people_of(rx: Read, *, now: datetime, agreement: Agreement) -> People:
    """Read beside the agreement's page, for staff who see it."""
    unable = signatures.cannot_write(rx.conn, agreement.id)
    return People(
        unable=unable,
        checks=signatures.witness_checks(rx.conn, agreement.id),
        records=signatures.records(rx.conn, agreement.id),
        refusals=signatures.refusals(rx.conn, agreement.id),
        held=pad.held(rx, now=now, subject_id=agreement.id),
        codes=frozenset(s.id for s in agreement.signers if hand.needs_code(rx, agreement, s)),
        scan=scans.waiting(rx, subject_id=agreement.id),
        able=tuple(s.id for s in agreement.signers if s.role in BOUND and s.id not in unable),
    )


async def context(request: web.Request, agreement: Agreement) -> dict[str, Any]:
    """For the template: the people, whether each record of evidence still holds, and the names of things."""
    found = await request.app[DB].read(people_of, now=request[NOW], agreement=agreement)
    sms = Channel.SMS in request.app[CARRIERS]
    return {"people": found, "holds": await evidence.states(request, found.records), "sms": sms, **LABELS}
