"""A drawn paper that people sign on the pad before any seal: on which session, who signs which field. Draws nothing."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.hearing import Hearing, HearingState, SeatRole
from court.domain.lifecycle import BENCH, Role
from court.domain.paper import PaperKind
from court.domain.pledge import rules
from court.domain.record_paper import RecordPaperKind, RecordPaperRow, SignerInput
from court.domain.withdrawal import Withdrawal
from court.services import record_papers
from court.store.blobs import remember
from court.store.database import Tx
from court.store.views import HearingPage, hearing_page
from court.web import pages
from court.web.access import actor
from court.web.drawing_subject import Subject
from court.web.keys import BLOBS, CONFIG, DB, NOW
from documents import kit, registry, spoken
from documents.data import Rendered, SignerSlot

# The field of the form, and its values: by hand on the print, or on the pad.
FIELD, HAND, PAD = "signing", "hand", "pad"
_RUNNING = {HearingState.ROLL_CALL, HearingState.IN_SESSION, HearingState.SUSPENDED}


def session_of(hearings: Sequence[Hearing]) -> Hearing | None:
    """The session whose identity checks and camera a signature leans on: the running one, else the latest that is not
    cancelled. None: no session yet, the paper is signed by hand."""
    known = [one for one in hearings if one.state is not HearingState.CANCELLED]
    running = [one for one in known if one.state in _RUNNING]
    return max(running or known, key=lambda one: one.starts_at, default=None)


def ways(kind: PaperKind, about: Subject, role: Role) -> tuple[tuple[str, str], ...]:
    """How this paper can be signed; empty where nobody signs it. The pad is with the bench and its clerk."""
    if not registry.kind(kind.value).pattern.signs:
        return ()
    on_paper = (HAND, "打印出来，当事人在纸上签名、捺印")
    if role not in BENCH | {Role.CLERK} or session_of(about.hearings) is None:
        return (on_paper,)
    return ((PAD, "在签名板上依次签名"), on_paper)


async def pledged(request: web.Request, about: Subject, seat_id: str) -> dict[str, str]:
    """The 保证书 of the witness with this seat, else of the only one, as the form wants it."""
    found = {"pledge": rules().text}
    session = session_of(about.hearings)
    if session is None:
        return found
    page = await request.app[DB].read(
        hearing_page, actor=actor(request), now=request[NOW], hearing_id=session.id
    )
    witnesses = [row.seat for row in page.rows if row.seat.role is SeatRole.WITNESS]
    asked = [one for one in witnesses if one.id == seat_id]
    if asked or len(witnesses) == 1:
        found["witness"] = f"证人｜{(asked or witnesses)[0].name}"
    return found


async def start(
    request: web.Request,
    about: Subject,
    kind: PaperKind,
    facts: kit.Facts,
    drawn: Rendered,
    replaced: Withdrawal | None = None,
) -> web.Response:
    """Kept with its empty fields; its own page is where it is signed. Refuses `drawing.no_session`, `drawing.signer`."""
    app, who, now = request.app, actor(request), request[NOW]
    session = session_of(about.hearings)
    if session is None:
        raise CourtError("drawing.no_session")
    page = await app[DB].read(hearing_page, actor=who, now=now, hearing_id=session.id)
    signers = tuple((slot.field, _signer(slot, about, page)) for slot in facts.slots())
    blob = await app[BLOBS].put_bytes(drawn.pdf, "application/pdf")

    def write(tx: Tx) -> RecordPaperRow:
        remember(tx, actor=who, now=now, blob=blob)
        return record_papers.make(
            tx,
            actor=who,
            now=now,
            hearing_id=session.id,
            kind=RecordPaperKind.DRAWN,
            base_sha256=blob.sha256,
            signers=signers,
            drawn=(kind, facts.number or about.number),
            paragraphs=spoken.paragraphs(facts),
            read_aloud=kind.value in app[CONFIG].read_aloud,
            replaces_id=replaced.paper_id if replaced else None,
        )

    made = await app[DB].write(write)
    return pages.see_other(f"/desk/record-papers/{made.id}")


def _signer(slot: SignerSlot, about: Subject, page: HearingPage) -> SignerInput:
    """The registered party of this name, else who sits in the session under it: staff, or a witness."""
    party = next((one for one in about.parties if one.name == slot.name), None)
    if party is not None:
        return SignerInput(role=slot.role, name=slot.name, party_id=party.id)
    seats = [row.seat for row in page.rows if row.seat.name == slot.name]
    staff = next((seat for seat in seats if seat.account_id), None)
    if staff is not None:
        return SignerInput(role=slot.role, name=slot.name, account_id=staff.account_id)
    witness = next((seat for seat in seats if seat.role is SeatRole.WITNESS), None)
    if witness is None:
        raise CourtError("drawing.signer", name=slot.name)
    return SignerInput(role=slot.role, name=slot.name, seat_id=witness.id)
