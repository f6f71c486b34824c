"""How papers end: printed names of the bench around the sealed date, or a party's signature and date. Draws rows only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from documents import frame as frames
from documents import style
from documents.data import Official, SignerSlot
from documents.fonts import FontSet
from documents.layout import Row, baseline, draw_text, glue_first, paragraph, text_width
from documents.tags import Element, PaperCanvas
from documents.text import clean

STAMP = "本件与原本核对无异"
_NAME = 3  # em: names of two and three characters end at the same edge


def bench(
    frame: frames.Frame,
    judges: Sequence[Official],
    clerks: Sequence[Official],
    fonts: FontSet,
    *,
    stamp: str,
    notes: Sequence[str],
) -> list[Row]:
    """Judges, the date under the seal, the stamp at the left, clerks (法〔2016〕221号). Clings to the lines before it."""
    rows = [_named(judge, fonts) for judge in judges]
    # Without signature lines closing_rows gives the sealed date and the check lines.
    sealed, *small = frames.closing_rows(
        replace(frame, body_name=""), (), fonts, sealed=True, wet=False, notes=notes
    )
    rows.append(sealed)
    below = [_named(clerk, fonts) for clerk in clerks] or [
        Row(height=style.LINE, draw=_nothing, element=None)
    ]
    rows += [_stamped(below[0], stamp, fonts) if stamp else below[0], *below[1:]]
    return [*glue_first(rows, len(rows)), *small]


def party(
    frame: frames.Frame, slots: Sequence[SignerSlot], fonts: FontSet, *, wet: bool, notes: Sequence[str]
) -> list[Row]:
    """Who signs, then the day; no seal and no code."""
    *signed, _sealed_date = frames.closing_rows(frame, slots, fonts, sealed=False, wet=wet, notes=())
    day = paragraph(frame.date_text, fonts, align="right", indent=4)
    return [*signed, *glue_first(day, len(day)), *glue_first(frames.note_rows(notes, fonts), 99)]


def _named(official: Official, fonts: FontSet) -> Row:
    """审判员　李正言, ending four characters from the right; short names are spread to three characters."""
    name = clean(official.name)
    spread = "　".join(name) if len(name) == 2 else name
    right = style.WIDTH - 4 * style.SIZE_3
    left = right - max(_NAME * style.SIZE_3, text_width(spread, fonts, size=style.SIZE_3))
    role = clean(official.role)
    wide = "　".join(role) if len(role) == 3 else role

    def draw(canvas: PaperCanvas, x: float, top: float) -> None:
        y = baseline(top, style.LINE, style.SIZE_3)
        draw_text(canvas, spread, fonts, size=style.SIZE_3, x=x + left, y=y)
        draw_text(canvas, wide, fonts, size=style.SIZE_3, x=x + left - 2 * style.SIZE_3, y=y, anchor=1)

    return Row(height=style.LINE, draw=draw, element=Element())


def _stamped(row: Row, stamp: str, fonts: FontSet) -> Row:
    """The stamp stands left of the clerk, below the date, in the red of the seal."""
    element = Element()

    def draw(canvas: PaperCanvas, x: float, top: float) -> None:
        with canvas.inside(row.element):
            row.draw(canvas, x, top)
        y = baseline(top, style.LINE, style.SIZE_4)
        with canvas.inside(element):
            canvas.setFillColorRGB(*style.SEAL_RED)
            draw_text(canvas, stamp, fonts, size=style.SIZE_4, x=x, y=y, face="song")
            canvas.setFillGray(0)

    return replace(row, draw=draw, element=None)


def _nothing(canvas: PaperCanvas, left: float, top: float) -> None:
    return None
