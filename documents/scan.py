"""Wet-ink path: scanned sheets of a hand-signed paper become one PDF, to be sealed like the rest."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader

from documents import frame as frames
from documents import qr, style
from documents.archive import Attachment, canonical
from documents.blocks import blocks
from documents.data import AuthorityPlace, PersonFacts, Rendered
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import Row
from documents.setting import block_rows
from documents.tags import Element, PaperCanvas
from documents.text import chinese_date, clean, local

CONTENT_FILE = "content.json"
MOST_SHEETS = 60
LARGEST_SHEET = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # A4 at 600 dpi is 35 million
_KEPT_PIXELS = 2480  # A4 at 300 dpi across: enough to read a fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedPaper:
    """Sheets as JPEG or PNG bytes in page order (at most 60, 10 MiB each) and the version that was
    printed."""

    title: str
    number: str
    body_name: str
    printed_sha256: str  # file hash of the printed version
    content_sha256: str
    sheets: tuple[bytes, ...]
    signed_by: tuple[PersonFacts, ...]  # who signed by hand, role and name
    signed_at: datetime
    scanned_by: str
    manners: tuple[str, ...] = ()  # of each in `signed_by`: "手写签名", "捺印（见证人李某）" …
    checked: str = ""  # how sheets whose code could not be read were compared
    personal_status: bool = True
    rehearsal: bool = False


def content(paper: ScannedPaper) -> bytes:
    """Machine-readable content as canonical JSON: every sheet by its hash."""
    record = asdict(paper) | {"signed_at": paper.signed_at.astimezone(UTC).isoformat()}
    record["sheets"] = [hashlib.sha256(sheet).hexdigest() for sheet in paper.sheets]
    return canonical(record)


def render(
    paper: ScannedPaper, *, fonts_dir: Path, authority: AuthorityPlace, verify_url: str, now: datetime
) -> Rendered:
    """Scanned sheets, then one page of attestation with the seal's field; then call `signing.seal`.

    Raises PaperError `scan.not_image`, `scan.too_large`, `scan.too_many`.
    """
    if not 0 < len(paper.sheets) <= MOST_SHEETS:
        raise PaperError("scan.too_many", f"扫描件应为1至{MOST_SHEETS}页。", limit=MOST_SHEETS)
    pictures = [_picture(sheet, index) for index, sheet in enumerate(paper.sheets, start=1)]
    fonts = FontSet.load(fonts_dir)
    machine = content(paper)
    digest = hashlib.sha256(machine).hexdigest()
    day = local(paper.signed_at).date()
    facts = qr.PaperFacts(
        kind=paper.title,
        number=paper.number,
        names=tuple(each.name for each in paper.signed_by),
        made_on=day.isoformat(),
        content_sha256=digest,
    )
    frame = frames.Frame(
        body_name=paper.body_name,
        title="扫描件核对说明",
        number=paper.number,
        date_text=chinese_date(local(now).date()),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    notes = [f"打印版文件校验值（SHA-256）：{paper.printed_sha256}", f"扫描件内容校验值（SHA-256）：{digest}"]
    rows = [
        *(_sheet_row(picture, number) for number, picture in enumerate(pictures, start=1)),
        *frames.title_block(clean(paper.body_name), frame.title, clean(paper.number), fonts),
        *frames.cling(block_rows(blocks("scan.txt.j2", p=paper), fonts)),
        *frames.closing_rows(frame, (), fonts, sealed=True, wet=False, notes=notes),
    ]
    slots = frames.with_seal((), paper.body_name, sealed=True)
    attached = [Attachment(name=CONTENT_FILE, data=machine, description="扫描件内容（机器可读）")]
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)


def _picture(sheet: bytes, number: int) -> Image.Image:
    """RGB without alpha, turned as the scanner says, at most 300 dpi."""
    if len(sheet) > LARGEST_SHEET:
        raise PaperError(
            "scan.too_large", f"第{number}页扫描件超过10 MB，请降低分辨率后重新扫描。", page=number
        )
    try:
        with Image.open(BytesIO(sheet), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PaperError(
                    "scan.too_large", f"第{number}页扫描件像素过多，请降低分辨率后重新扫描。", page=number
                )
            picture = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        raise PaperError(
            "scan.not_image", f"第{number}页不是JPEG或PNG图片，或已损坏。", page=number
        ) from None
    if picture.width > _KEPT_PIXELS:
        picture = picture.resize((_KEPT_PIXELS, round(picture.height * _KEPT_PIXELS / picture.width)))
    return picture


def _sheet_row(picture: Image.Image, number: int) -> Row:
    """The whole page behind the furniture: the scan keeps its own margins."""
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=82)
    page_width, page_height = style.A4
    scale = min(page_width / picture.width, page_height / picture.height)
    width, height = picture.width * scale, picture.height * scale
    x, y = (page_width - width) / 2, (page_height - height) / 2
    sheet = Element(role="Figure", alt=f"签名捺印的纸质文书第{number}页扫描件")

    def draw(canvas: PaperCanvas, left: float, top: float) -> None:
        with canvas.inside(sheet, (x, y, x + width, y + height)):
            canvas.drawImage(ImageReader(BytesIO(jpeg.getvalue())), x, y, width, height)

    return Row(height=style.HEIGHT, draw=draw, element=None)
