"""One signature by hand on any paper with fields: what the hand left, the still of the session, the signed evidence record.

The public call is `sign_by_hand`. Who may sign, and whose turn it is, the caller's service has decided; what comes back is
stored by the caller in one transaction: `files` remembered, `columns` kept by `services.hand.keep_record`.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as of
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Place, Seat, SeatRole
from court.domain.signature import Manner, StillMissing
from court.services import hearing as hearings
from court.store.blobs import Blob
from court.store.database import Read
from court.video import still
from court.web.keys import AUTHORITY, BLOBS, BRIDGE, CONFIG, DB, NOW, PAPERS
from court.web.pad import handwriting_of, picture_of
from documents import acts, evidence, hand
from documents.data import Fingerprint, Handwriting
from documents.data import Manner as PaperManner


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What a person left at the screen: strokes or a print with the photograph it was taken from; nothing for a refusal."""

    hand: Handwriting | Fingerprint | None = None
    source: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Whose field is filled, in which manner, and every fact that goes into the evidence.

    `party_id`, `account_id` or `seat_id`: whose seat the still is taken from; a witness has the party's they stand beside.
    `base_sha256`: the stored file as it was shown. `facts`: more of them, as text.
    """

    base_sha256: str
    field: str
    name: str
    role: str
    left: Left
    manner: Manner = Manner.WRITTEN
    identity: tuple[str, str] = ("", "")
    hearing_id: str = ""
    party_id: str | None = None
    account_id: str | None = None
    seat_id: str | None = None
    witness: str = ""
    read_aloud: str = ""
    confirmation: str = ""
    confirmed_by: str = ""
    reason: str = ""
    noted_by: str = ""
    facts: dict[str, str] = of(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedByHand:
    """`sha256` is the new file; `columns` those of `signature_record`."""

    sha256: str
    strokes_sha256: str
    evidence_sha256: str
    files: tuple[Blob, ...]
    columns: dict[str, Any]


async def left_of(request: web.Request, fields: dict[str, Any], manner: Manner) -> Left:
    """What the page sent: {handwriting} or {print: JPEG or PNG in base64}. Errors: agreement.no_strokes, hand.missing,
    PaperError print.*."""
    if manner is Manner.FINGERPRINT:
        source = picture_of(fields.get("print"))
        made = await request.app[PAPERS].run(hand.fingerprint, source)
        return Left(hand=made, source=source)
    return Left(hand=handwriting_of(fields.get("handwriting")))


async def sign_by_hand(request: web.Request, act: Act) -> SignedByHand:
    """The field is filled and the evidence recorded. Errors: SigningRefused, PaperError, web.unavailable."""
    app, now = request.app, request[NOW]
    blobs = app[BLOBS]
    kind = "image/jpeg" if isinstance(act.left.hand, Fingerprint) else "application/json"
    files: list[Blob] = []
    strokes = source = None
    if act.left.hand is not None:
        strokes = await blobs.put_bytes(evidence.hand_record(act.left.hand), kind)
        files.append(strokes)
    if act.left.source:
        source = await blobs.put_bytes(act.left.source, "image/jpeg")
        files.append(source)
    offset = offset_ms(request, act.hearing_id)
    picture, missing = await _still(request, act, offset)
    shown = await blobs.put_bytes(picture, "image/jpeg") if picture else None
    files += [shown] if shown else []
    made = evidence.Evidence(
        name=act.name,
        role=act.role,
        identity_check_id=act.identity[0],
        identity_method=act.identity[1],
        document_sha256=act.base_sha256,
        strokes_sha256=strokes.sha256 if strokes else "",
        signed_at=now.isoformat(),
        hearing_id=act.hearing_id,
        recording_offset_ms=offset,
        still_sha256=shown.sha256 if shown else "",
        still_missing=missing,
        manner=act.manner.value,
        source_sha256=source.sha256 if source else "",
        witness=act.witness,
        read_aloud=act.read_aloud,
        confirmation=act.confirmation,
        confirmed_by=act.confirmed_by,
        reason=act.reason,
        noted_by=act.noted_by,
        facts=tuple(sorted(act.facts.items())),
    )
    signed = await app[PAPERS].run(
        acts.sign_field,
        await blobs.read(act.base_sha256),
        field=act.field,
        left=act.left.hand,
        evidence=made,
        authority=app[AUTHORITY],
        now=now,
        words=words(act),
        fonts_dir=app[CONFIG].fonts_dir,
    )
    record = await blobs.put_bytes(signed.record, "application/json")
    paper = await blobs.put_bytes(signed.pdf, "application/pdf")
    return SignedByHand(
        sha256=paper.sha256,
        strokes_sha256=made.strokes_sha256,
        evidence_sha256=signed.evidence_sha256,
        files=(*files, record, paper),
        columns={
            "name": act.name,
            "role": act.role,
            "manner": act.manner,
            "record_sha256": record.sha256,
            "strokes_sha256": made.strokes_sha256,
            "source_sha256": made.source_sha256,
            "still_sha256": made.still_sha256,
            "still_missing": missing,
            "confirmed_by": act.confirmed_by,
        },
    )


def words(act: Act) -> tuple[str, ...]:
    """The lines beside a print, a mark or a refusal."""
    match act.manner:
        case Manner.WRITTEN:
            return ()
        case Manner.REFUSED:
            return (f"{act.name}拒绝签名，", f"记明人{act.noted_by}", f"见证人{act.witness}")
        case _:
            done = "本人捺印" if act.manner is Manner.FINGERPRINT else "本人画押"
            return (f"{act.name}不会书写，", done, f"见证人{act.witness}")


def offset_ms(request: web.Request, hearing_id: str | None) -> int | None:
    """Milliseconds since the recording of the session began; None while nothing is recorded."""
    seconds = request.app[BRIDGE].rooms.recording_offset(hearing_id) if hearing_id else None
    return None if seconds is None else int(seconds * 1000)


async def _still(request: web.Request, act: Act, offset: int | None) -> tuple[bytes, str]:
    """The person's picture out of the recording, or why there is none."""
    if not act.hearing_id:
        return b"", StillMissing.NO_SESSION.value
    if offset is None:
        return b"", StillMissing.NOT_RECORDED.value
    seat = await request.app[DB].read(_camera_of, act=act)
    if seat is None:
        return b"", StillMissing.CAMERA_OFF.value
    folder = request.app[CONFIG].recordings_dir / act.hearing_id
    try:
        found = await request.app[PAPERS].run(still.still_at, folder, seat.id, offset)
    except (CourtError, OSError):
        # The signature is worth no less without it; that it is missing is said.
        return b"", StillMissing.UNREADABLE.value
    if found.jpeg:
        return found.jpeg, ""
    return b"", (StillMissing.UNREADABLE if found.unreadable else StillMissing.CAMERA_OFF).value


def _camera_of(rx: Read, *, act: Act) -> Seat | None:
    """Several people sit before the vehicle's one camera; everybody else has the own one."""
    seats = hearings.seats(rx, hearing_id=act.hearing_id)
    mine = next(
        (
            seat
            for seat in seats
            if (act.party_id is not None and seat.party_id == act.party_id)
            or (act.account_id is not None and seat.account_id == act.account_id)
            or seat.id == act.seat_id
        ),
        None,
    )
    if mine is not None and mine.place is Place.VEHICLE and mine.account_id is None:
        return next((seat for seat in seats if seat.role is SeatRole.VEHICLE), mine)
    return mine


assert {m.value for m in Manner} == {m.value for m in PaperManner}
