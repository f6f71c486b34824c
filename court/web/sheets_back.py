"""Sheets signed by hand that come back, of any paper printed for it: read by their codes, compared side by side by a
person. Which paper, who may, and what the seal makes of it is the caller's: court.web.wet and court.web.by_ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.domain.signature import MANNER_NAMES, Manner, ScanCheck, ScanState, SheetFound
from court.services import scans
from court.web import forms, pages
from court.web.access import actor
from court.web.keys import AUTHORITY, BLOBS, CHECKS, CONFIG, DB, NOW, PAPERS
from court.web.pictures import picture
from court.web.signing import with_files
from documents import printed, scan, sheets_in
from documents.data import PersonFacts
from documents.pki import trust

SHEET_BYTES = 10 * 1024 * 1024
MOST_SHEETS = 60
HANDS = (Manner.WRITTEN, Manner.FINGERPRINT, Manner.MARK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """One line to sign on; `manner` is how the person is expected to."""

    id: str
    role: str
    name: str
    manner: Manner = Manner.WRITTEN

    @property
    def label(self) -> str:
        return f"{self.role} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """A paper that is out to be signed by hand. `home` is its page, `pictures` where its printed pages are drawn.

    `open`: sheets are still awaited; `sha256` the printed file.
    """

    subject_kind: str
    subject_id: str
    title: str
    number: str
    sha256: str
    home: str
    pictures: str
    open: bool
    hands: tuple[Hand, ...]


def sheets(form: forms.Sent) -> tuple[bytes, ...]:
    """The pictures in the order chosen. Errors: upload.*, agreement.sheets."""
    files = form.files("sheets")
    if not files:
        raise CourtError("agreement.sheets")
    if len(files) > MOST_SHEETS:
        raise CourtError("upload.too_large", limit=f"{MOST_SHEETS} 张")
    read = tuple(f.file.read(SHEET_BYTES + 1) for f in files)
    if any(len(data) > SHEET_BYTES for data in read):
        raise CourtError("upload.too_large", limit="10 MB")
    if any(not data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) for data in read):
        raise CourtError("upload.wrong_type")
    return read


async def _printed(request: web.Request, sha256: str) -> printed.Printed:
    data = await request.app[BLOBS].read(sha256)
    found: printed.Printed | None = await request.app[PAPERS].run(printed.read, data)
    if found is None:
        raise CourtError("scan.not_by_hand")
    return found


async def take(request: web.Request, paper: OnPaper, given: tuple[bytes, ...]) -> ScanCheck:
    """The sheets are kept as they came, with what their codes say. Errors: scan.not_by_hand, scan.pages, scan.other_paper."""
    app = request.app
    out = await _printed(request, paper.sha256)
    if len(given) != out.pages:
        raise CourtError("scan.pages", printed=out.pages, given=len(given))
    known = trust(app[AUTHORITY].directory)
    content, most = out.content_sha256, out.pages
    seen = [
        await app[CHECKS].run(sheets_in.look, one, n, content_sha256=content, pages=most, trust=known)
        for n, one in enumerate(given, start=1)
    ]
    other = next((one for one in seen if one.state is sheets_in.SheetState.OTHER), None)
    if other is not None:
        raise CourtError("scan.other_paper", sheet=other.sheet, number=other.number or "别的版本")
    kept = [await app[BLOBS].put_bytes(one, _kind(one)) for one in given]
    order, findings = _placed(seen)
    return await app[DB].write(
        with_files,
        actor=actor(request),
        now=request[NOW],
        files=tuple(kept),
        service=scans.upload,
        subject_kind=paper.subject_kind,
        subject_id=paper.subject_id,
        base_sha256=paper.sha256,
        sheets=[kept[n].sha256 for n in order],
        findings=findings,
    )


def _placed(seen: Sequence[sheets_in.SheetFinding]) -> tuple[Sequence[int], list[SheetFound]]:
    """Chosen in another order than printed: each code says its page, so they are put right."""
    order = sheets_in.order(seen)
    if order is None:
        found = [SheetFound(sheet=o.sheet, page=o.page, state=o.state.value, signed=o.signed) for o in seen]
        return range(len(seen)), found
    return order, [
        SheetFound(sheet=page, page=page, state="found", signed=seen[n].signed)
        for page, n in enumerate(order, start=1)
    ]


def _kind(sheet: bytes) -> str:
    return "image/jpeg" if sheet.startswith(b"\xff\xd8\xff") else "image/png"


def compare(
    request: web.Request,
    paper: OnPaper,
    check: ScanCheck,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: dict[str, Any] | None = None,
    relations: Sequence[tuple[str, str]] = (),
) -> web.Response:
    """Print and scan side by side, page by page. `relations`: it is asked when it was signed, and by whom of these."""
    return pages.render(
        request,
        "papers/scan.html",
        status=status,
        paper=paper,
        check=check,
        open=paper.open and check.state is ScanState.WAITING,
        manners={one: MANNER_NAMES[one] for one in HANDS},
        errors=errors or {},
        values=values or {},
        relations=relations,
    )


async def sheet(request: web.Request, check: ScanCheck) -> web.Response:
    """One sheet as it came back, as a picture. Errors: scan.not_found."""
    number = request.match_info["sheet"]
    if not (number.isascii() and number.isdigit() and 0 < int(number[:4]) <= len(check.sheets)):
        raise CourtError("scan.not_found")
    sha256 = check.sheets[int(number) - 1]
    return await picture(request, sha256, "image/jpeg", most=request.app[CONFIG].max_upload_pixels)


def compared(form: forms.Sent, paper: OnPaper, check: ScanCheck, note: str) -> dict[str, str]:
    """How each one signed, once every page is ticked. Errors: scan.unchecked, text.empty, form.invalid."""
    if not all(form.flag(f"same-{n}") for n in range(1, len(check.sheets) + 1)):
        raise CourtError("scan.unchecked")
    if check.unread and not note:
        raise CourtError("text.empty")
    manners = {
        one.id: (form.choice(f"manner-{one.id}", Manner) or Manner.WRITTEN).value for one in paper.hands
    }
    form.check()
    return manners


async def scanned(
    request: web.Request,
    paper: OnPaper,
    check: ScanCheck,
    *,
    manners: dict[str, str],
    note: str,
    personal_status: bool = False,
) -> scan.ScannedPaper:
    """The compared sheets, to be drawn into one file with the attestation that the seal goes on."""
    out = await _printed(request, paper.sha256)
    return scan.ScannedPaper(
        title=out.title,
        number=paper.number,
        body_name=out.body_name,
        printed_sha256=paper.sha256,
        content_sha256=out.content_sha256,
        sheets=tuple([await request.app[BLOBS].read(sha256) for sha256 in check.sheets]),
        signed_by=tuple(PersonFacts(role=one.role, name=one.name) for one in paper.hands),
        signed_at=check.at,
        scanned_by=actor(request).name,
        manners=tuple(MANNER_NAMES[Manner(manners[one.id])] for one in paper.hands),
        checked=note,
        personal_status=personal_status,
    )
