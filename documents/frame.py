"""What all papers share: title, page furniture, signature area, seal, check lines, and the way to a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from documents import archive, page_code, qr, style
from documents.data import Manner, RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from documents.fonts import FontSet
from documents.layout import (
    Mark,
    Row,
    Sheet,
    baseline,
    draw_text,
    gap,
    glue,
    glue_first,
    paragraph,
    set_pages,
    text_width,
)
from documents.linebreak import Span, break_lines
from documents.metadata import Meta
from documents.tags import Element, PaperCanvas, Role

_SIGN_LINE = 1.75 * style.LINE
_FIELD_LEFT = 11 * style.SIZE_3
_FIELD_WIDTH = 150.0
_FIELD_HEIGHT = 44.0
# A longer signature area may break between two signers.
_KEPT_TOGETHER = 8
_MANNERS = {
    Manner.WRITTEN: "签名",
    Manner.MARK: "画押",
    Manner.FINGERPRINT: "捺印",
    Manner.REFUSED: "签名",
}
MOST_SIGNERS = 60
GREY = 0.42
RECORDING_FILE = "recording.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The outer facts of a paper. `date_text` as its class of paper writes dates; `code` is the QR code's text;
    `page_codes`: each page says which one it is to a scanner, for papers that come back signed by hand."""

    body_name: str
    title: str
    number: str
    date_text: str
    content_sha256: str
    code: str = ""
    rehearsal: bool = False
    page_codes: bool = False


def title_block(body_name: str, title: str, number: str, fonts: FontSet) -> list[Row]:
    """Body and paper name in 二号小标宋 on two lines, number at the right, two characters in."""
    rows: list[Row] = []
    named: tuple[tuple[str, Role], ...] = ((body_name, "P"), (title, "H1"))
    for text, role in (each for each in named if each[0]):
        rows += paragraph(
            text, fonts, size=style.SIZE_2, align="center", face="title", line=1.25 * style.LINE, role=role
        )
    rows += [gap(0.25 * style.LINE)]
    if number:
        rows += paragraph(number, fonts, align="right", indent=2)
    return glue(rows)


def closing_rows(
    frame: Frame,
    slots: Sequence[SignerSlot],
    fonts: FontSet,
    *,
    sealed: bool,
    wet: bool,
    notes: Sequence[str],
) -> list[Row]:
    """Signature area, seal block with the QR code, check block; clings to the last two lines before it."""
    if len(slots) > MOST_SIGNERS:
        raise PaperError("paper.too_many_signers", f"一份文书最多{MOST_SIGNERS}人签名。", limit=MOST_SIGNERS)
    labels = [f"{slot.role}（{'签名或捺印' if wet else _MANNERS[slot.manner]}）：" for slot in slots]
    widest = max((text_width(each, fonts, size=style.SIZE_3) for each in labels), default=0.0)
    left = min(max(_FIELD_LEFT, widest + 2.3 * style.SIZE_3), style.WIDTH - _FIELD_WIDTH)
    rows = [_sign_row(*pair, left, fonts, wet=wet) for pair in zip(slots, labels, strict=True)]
    free_from = len(rows) if len(rows) <= _KEPT_TOGETHER else 1
    rows = [replace(row, glued=index < free_from or index == len(rows) - 1) for index, row in enumerate(rows)]
    seal = _seal_row(frame, fonts, sealed=sealed and not wet)
    rows.append(replace(seal, glued=True))
    rows += glue_first(note_rows(notes, fonts), 99)
    return rows


def cling(body: Sequence[Row]) -> list[Row]:
    """The last two rows of the body stay together, so that a glued block after them is never alone on a
    page."""
    rows = list(body)
    if len(rows) > 1:
        rows[-1] = replace(rows[-1], glued=True)
    return rows


def _sign_row(slot: SignerSlot, label: str, left: float, fonts: FontSet, *, wet: bool) -> Row:
    width = min(_FIELD_WIDTH, style.WIDTH - left)
    across, up, size = _name_place(slot.name, left, width, fonts)
    # A very long role is set smaller: the place to sign keeps its width.
    room = left - 2.3 * style.SIZE_3
    label_size = min(style.SIZE_3, style.SIZE_3 * room / text_width(label, fonts, size=style.SIZE_3))
    element = Element()

    def draw(canvas: PaperCanvas, x: float, top: float) -> None:
        canvas.setLineWidth(0.5)
        canvas.setStrokeGray(0.55)
        canvas.line(x + left, top - _SIGN_LINE + 3, x + left + width, top - _SIGN_LINE + 3)
        with canvas.inside(element):
            draw_text(
                canvas,
                label,
                fonts,
                size=label_size,
                x=x + 2 * style.SIZE_3,
                y=baseline(top, _SIGN_LINE, label_size),
            )
            canvas.setFillGray(GREY)
            draw_text(canvas, slot.name, fonts, size=size, x=x + across, y=top - _SIGN_LINE + up, face="kai")
            canvas.setFillGray(0)

    mark = Mark(slot.field, left, _SIGN_LINE - 4 - _FIELD_HEIGHT, width, _FIELD_HEIGHT)
    return Row(height=_SIGN_LINE, draw=draw, marks=() if wet else (mark,), element=None)


def _name_place(name: str, left: float, width: float, fonts: FontSet) -> tuple[float, float, float]:
    """Where a signer's printed name stands (across, above the row's foot, size): behind the line, or, where it is too
    long for that, below the label."""
    size = style.SIZE_SMALL + 1
    long = text_width(name, fonts, size=size, face="kai")
    if left + width + 4 + long <= style.WIDTH + 2 * style.SIZE_3:
        return left + width + 4, 4.0, size
    indent = 2 * style.SIZE_3
    return indent, -1.0, max(5.5, min(size, size * (left - indent - 6) / long))


def _seal_row(frame: Frame, fonts: FontSet, *, sealed: bool) -> Row:
    """Body name and date at the right with the seal over the date (骑年盖月), the QR code at the left."""
    # Without a seal the code alone gives the height.
    height = style.SEAL + 0.35 * style.LINE if sealed else style.QR_SIDE + 14
    date_width = text_width(frame.date_text, fonts, size=style.SIZE_3)
    # The name of a body with a long one stands in two lines, clear of the code.
    room = style.WIDTH - style.QR_SIDE - style.SIZE_3
    names = [line.text for line in break_lines([Span(frame.body_name)], fonts, size=style.SIZE_3, width=room)]
    name_width = max(text_width(name, fonts, size=style.SIZE_3) for name in names)
    date_right = style.WIDTH - 4 * style.SIZE_3
    centre = min(date_right - date_width / 2, style.WIDTH - name_width / 2)
    seal_top = 0.35 * style.LINE
    date_top = seal_top + style.SEAL / 2 - 0.05 * style.LINE

    code = Element(role="Figure", alt="二维码：扫码核对签发内容")

    def draw(canvas: PaperCanvas, x: float, top: float) -> None:
        lines: list[tuple[str, float]] = []
        for above, text in enumerate((frame.date_text, *reversed(names))):
            y = baseline(top - date_top + above * style.LINE, style.LINE, style.SIZE_3)
            lines.append((text, y))
        with canvas.inside(Element()):
            for text, y in reversed(lines):
                draw_text(canvas, text, fonts, size=style.SIZE_3, x=x + centre, y=y, anchor=0.5)
        if frame.code:
            bottom = top - height
            with canvas.inside(code, (x, bottom + 12, x + style.QR_SIDE, bottom + 12 + style.QR_SIDE)):
                qr.draw(canvas, frame.code, x, bottom + 12, style.QR_SIDE)
            with canvas.inside(Element()):
                _caption(canvas, fonts, x + style.QR_SIDE / 2, bottom + 2)

    mark = Mark(archive.SEAL_FIELD, centre - style.SEAL / 2, seal_top, style.SEAL, style.SEAL)
    return Row(height=height, draw=draw, marks=(mark,) if sealed else (), element=None)


def _caption(canvas: PaperCanvas, fonts: FontSet, x: float, y: float) -> None:
    canvas.setFillGray(GREY)
    text = "扫码核对签发内容"
    draw_text(canvas, text, fonts, size=style.SIZE_SMALL, x=x, y=y, face="hei", anchor=0.5)
    canvas.setFillGray(0)


def note_rows(notes: Sequence[str], fonts: FontSet) -> list[Row]:
    """Small grey lines below a rule: what ties the paper to transcript and recording."""
    if not notes:
        return []

    def rule(canvas: PaperCanvas, x: float, top: float) -> None:
        canvas.setLineWidth(0.4)
        canvas.setStrokeGray(0.6)
        canvas.line(x, top - 5, x + style.WIDTH, top - 5)

    rows = [Row(height=8, draw=rule, element=None)]
    for note in notes:
        rows += paragraph(note, fonts, size=style.SIZE_SMALL, indent=0, line=10.5, align="left")
    return rows


def recording_notes(recording: RecordingFacts | None) -> list[str]:
    """The line that ties a printed paper to its recording."""
    return [f"录音录像校验值（RFC 6962，{recording.size}段）：{recording.root}"] if recording else []


def recording_attachment(recording: RecordingFacts | None) -> list[archive.Attachment]:
    """The checkpoint of the recording as recording.json."""
    if recording is None:
        return []
    data = archive.canonical(asdict(recording))
    return [archive.Attachment(name=RECORDING_FILE, data=data, description="录音录像校验值")]


def furniture(frame: Frame, fonts: FontSet) -> Callable[[PaperCanvas, int, int], None]:
    """Page number with 一字线 on the outer side; n/N and a short content hash in the middle; 演练 where it
    is one."""

    def draw(canvas: PaperCanvas, number: int, total: int) -> None:
        width, height = style.A4
        y = height - style.TOP - style.HEIGHT - 7 * style.MM - 0.5 * style.SIZE_4
        text = f"— {number} —"
        outer = style.LEFT + style.WIDTH - style.SIZE_4 if number % 2 else style.LEFT + style.SIZE_4
        draw_text(
            canvas,
            text,
            fonts,
            size=style.SIZE_4,
            x=outer,
            y=y,
            face="song",
            anchor=1.0 if number % 2 else 0.0,
        )
        canvas.setFillGray(GREY)
        small = f"第{number}页/共{total}页　内容校验 {frame.content_sha256[:16]}"
        middle = style.LEFT + style.WIDTH / 2
        draw_text(canvas, small, fonts, size=style.SIZE_SMALL, x=middle, y=y + 2, face="hei", anchor=0.5)
        if frame.page_codes:
            inner = style.LEFT if number % 2 else style.LEFT + style.WIDTH - page_code.SIDE
            foot = height - style.TOP - style.HEIGHT - 6 * style.MM - page_code.SIDE
            canvas.setFillGray(0)
            page_code.draw(canvas, number, total, frame.content_sha256, inner, foot)
        if frame.rehearsal:
            _rehearsal_word(canvas, fonts, width, height)
        canvas.setFillGray(0)

    return draw


def _rehearsal_word(canvas: PaperCanvas, fonts: FontSet, width: float, height: float) -> None:
    canvas.saveState()
    canvas.setFillGray(0.92)
    canvas.translate(width / 2, height / 2)
    canvas.rotate(45)
    draw_text(canvas, "演练样本　不具效力", fonts, size=56, x=0, y=0, face="hei", anchor=0.5)
    canvas.restoreState()


def produce(
    rows: Sequence[Row],
    frame: Frame,
    fonts: FontSet,
    *,
    slots: Sequence[SignerSlot],
    attachments: Sequence[archive.Attachment],
    now: datetime,
) -> Rendered:
    """Pages, archive finish and fields of an A4 paper."""
    setting = set_pages(rows, fonts, Sheet(furniture=furniture(frame, fonts)))
    meta = Meta(
        title=f"{frame.title}{frame.number}",
        author=frame.body_name,
        subject=f"内容校验 {frame.content_sha256}",
        now=now,
    )
    pdf = archive.finish(setting, meta=meta, slots=slots, attachments=attachments)
    return Rendered(
        pdf=pdf,
        sha256=hashlib.sha256(pdf).hexdigest(),
        content_sha256=frame.content_sha256,
        pages=setting.pages,
    )


def with_seal(slots: Sequence[SignerSlot], body_name: str, sealed: bool) -> tuple[SignerSlot, ...]:
    """The slots in signing order with the seal last. Raises PaperError `paper.bad_slot`."""
    names = [slot.field for slot in slots]
    if len(set(names)) != len(names) or any(not _plain(name) for name in names):
        raise PaperError("paper.bad_slot", "签名栏的名称重复或不合规。")
    seal = (SignerSlot(field=archive.SEAL_FIELD, role="印章", name=body_name),) if sealed else ()
    return (*slots, *seal)


def _plain(name: str) -> bool:
    return (
        name.isascii() and name.replace("_", "").isalnum() and name not in (archive.SEAL_FIELD, "timestamp")
    )
