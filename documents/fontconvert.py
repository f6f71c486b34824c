"""One OpenType font of cubic outlines as the TrueType font that papers embed. Knows no folder and no style."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.misc.timeTools import timestampNow
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

FULLWIDTH_YEN = 0xFFE5
YEN = 0xA5


def convert(source: Path, target: Path, *, index: int = -1, characters: str = "") -> None:
    """`index` of the font in a collection; `characters` to keep, "" for all of them."""
    font = TTFont(source, fontNumber=index, recalcTimestamp=False)
    if characters:
        options = subset.Options(layout_features=[], hinting=False, desubroutinize=False, notdef_outline=True)
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
    _to_truetype(font)
    _mend_yen(font)
    unfinished = target.with_suffix(".part")
    font.save(unfinished)
    unfinished.replace(target)


def _to_truetype(font: TTFont) -> None:
    """Replace cubic CFF outlines by quadratic ones, at most 1/1000 em off; drops hints and layout tables."""
    order = font.getGlyphOrder()
    glyph_set: Any = font.getGlyphSet()
    tolerance = font["head"].unitsPerEm / 1000
    outlines: dict[str, Glyph] = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, tolerance, reverse_direction=True))
        outlines[name] = pen.glyph()
    glyf = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = outlines
    font["loca"] = newTable("loca")
    font["glyf"] = glyf
    for tag in ("CFF ", "VORG", "GSUB", "GPOS", "GDEF", "BASE", "DSIG", "vhea", "vmtx"):
        if tag in font:
            del font[tag]
    for name, glyph in outlines.items():
        glyph.recalcBounds(glyf)
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in [
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ]:
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    maxp.maxComponentElements = 1
    post = font["post"]
    post.formatType = 3.0
    font["head"].modified = timestampNow()
    font.sfntVersion = "\000\001\000\000"


def _mend_yen(font: TTFont) -> None:
    """Fandol draws ￥ (U+FFE5) as "$": draw it as its own ¥, centred in a full-width box."""
    best = font.getBestCmap()
    if YEN not in best:
        return
    half = best[YEN]
    glyf, hmtx = font["glyf"], font["hmtx"]
    em = font["head"].unitsPerEm
    advance, bearing = hmtx[half]
    component = GlyphComponent()
    component.glyphName = half
    component.x, component.y = (em - advance) // 2, 0
    component.flags = 0x0004  # ROUND_XY_TO_GRID
    wide = Glyph()
    wide.numberOfContours = -1
    wide.components = [component]
    glyf["yen.wide"] = wide
    hmtx["yen.wide"] = (em, bearing + component.x)
    wide.recalcBounds(glyf)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[FULLWIDTH_YEN] = "yen.wide"
