"""One face of a paper as one composite font (Type 0 over TrueType, Identity-H) with just the glyphs it uses.

reportlab's own TrueType embedding cuts a face into pieces of 256 codes: a Chinese line changes font at every third
character. Here a code is the glyph's number in the one subset, as PDF/A wants it (ISO 19005-3, 6.2.11).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import TTFont, TTFontMaker

# Every blank has a width of its own in em, whatever the face says.
BLANKS = {" ": 0.5, "\u00a0": 0.5, "\u3000": 1.0}
_MORE_COMPONENTS, _WORDS, _SCALE, _TWO_SCALES, _MATRIX = 0x20, 0x01, 0x08, 0x40, 0x80
_COPIED = ("cvt ", "fpgm", "prep")
_SYMBOLIC = 4


@dataclass(slots=True)
class _Use:
    """What one document uses of a face: `codes` of characters; `glyphs` by code, -1 for a blank."""

    name: str = ""
    codes: dict[str, bytes] = field(default_factory=dict)
    characters: list[str] = field(default_factory=lambda: ["\0"])
    glyphs: list[int] = field(default_factory=lambda: [0])


class PaperFont(TTFont):  # type: ignore[misc]
    """A registered face; reportlab asks it for codes, a name on the page and, at the end, its objects."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(name, file)
        self._uses: WeakKeyDictionary[Any, _Use] = WeakKeyDictionary()

    def encode(self, text: str, document: Any) -> bytes:
        """Two bytes a character. The characters must be in the face (FontSet sees to it) or blanks."""
        use = self._uses.get(document)
        if use is None:
            use = self._uses[document] = _Use()
        codes = use.codes
        for character in text:
            if character not in codes:
                codes[character] = struct.pack(">H", len(use.glyphs))
                use.characters.append(character)
                use.glyphs.append(-1 if character in BLANKS else self.face.charToGlyph[ord(character)])
        return b"".join([codes[character] for character in text])

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: N802
        return [(0, self.encode(text, doc))]

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: N802
        use = self._uses.setdefault(doc, _Use())
        if not use.name:
            use.name = f"/F{len(doc.fontMapping) + 1}"
            doc.fontMapping[self.fontName] = use.name
            doc.delayedFonts.append(self)
        return use.name

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        use = self._uses.pop(doc)
        key = use.name[1:]
        name = f"{_tag(use.characters)}+{self.face.name.decode('ascii', 'ignore')}"
        descendant = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": pdfdoc.PDFName(name),
                "CIDSystemInfo": pdfdoc.PDFDictionary(
                    {
                        "Registry": pdfdoc.PDFString("Adobe", enc="raw"),
                        "Ordering": pdfdoc.PDFString("Identity", enc="raw"),
                        "Supplement": 0,
                    }
                ),
                "CIDToGIDMap": "/Identity",
                "DW": 1000,
                "W": pdfdoc.PDFArray([0, pdfdoc.PDFArray([round(w, 3) for w in self._widths(use)])]),
                "FontDescriptor": self._descriptor(doc, name, use),
            }
        )
        whole = pdfdoc.PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": pdfdoc.PDFName(name),
                "Encoding": "/Identity-H",
                "DescendantFonts": pdfdoc.PDFArray([doc.Reference(descendant, f"descendant:{key}")]),
                "ToUnicode": _stream(doc, _unicode_map(use.characters), f"toUnicode:{key}"),
            }
        )
        doc.idToObject["BasicFonts"].dict[key] = doc.Reference(whole, key)

    def _widths(self, use: _Use) -> Iterator[float]:
        """In 1/1000 em, as the embedded program has them."""
        em = self.face.unitsPerEm
        for glyph, character in zip(use.glyphs, use.characters, strict=True):
            yield self._advance(glyph, character) * 1000 / em

    def _advance(self, glyph: int, character: str) -> int:
        """In font units."""
        return (
            round(BLANKS[character] * self.face.unitsPerEm)
            if glyph < 0
            else int(self.face.hmetrics[glyph][0])
        )

    def _descriptor(self, doc: Any, name: str, use: _Use) -> Any:
        face = self.face
        program = subset(
            face, use.glyphs, [self._advance(*pair) for pair in zip(use.glyphs, use.characters, strict=True)]
        )
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": pdfdoc.PDFName(name),
                "Flags": _SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(face.bbox),
                "ItalicAngle": face.italicAngle,
                "Ascent": face.ascent,
                "Descent": face.descent,
                "CapHeight": face.capHeight,
                "StemV": face.stemV,
                "FontFile2": _stream(doc, program, f"fontFile:{name}", Length1=len(program)),
            }
        )
        return doc.Reference(descriptor, f"fontDescriptor:{name}")


def subset(face: Any, glyphs: Sequence[int], advances: Sequence[int]) -> bytes:
    """A TrueType program of `face`'s glyphs in this order, -1 for an empty one, and what they are composed of."""
    data = memoryview(face._ttf_data)
    start = face.get_table_pos("glyf")[0]
    order, widths = list(glyphs), list(advances)
    number: dict[int, int] = {}
    for new, old in enumerate(order):
        number.setdefault(old, new)
    outlines: list[bytes] = []
    index = 0
    while index < len(order):
        old = order[index]
        index += 1
        outline = b"" if old < 0 else bytes(data[start + face.glyphPos[old] : start + face.glyphPos[old + 1]])
        if len(outline) > 10 and outline[0] & 0x80:
            outline = _composed(outline, face, number, order, widths)
        outlines.append(outline + bytes(-len(outline) % 4))
    offsets = [0]
    for outline in outlines:
        offsets.append(offsets[-1] + len(outline))
    bearings = [0 if old < 0 else face.hmetrics[old][1] for old in order]
    metrics = [value & 0xFFFF for pair in zip(widths, bearings, strict=True) for value in pair]
    made = TTFontMaker()
    for tag in _COPIED:
        if tag in face.table:
            made.add(tag, face.get_table(tag))
    made.add("glyf", b"".join(outlines))
    made.add("loca", struct.pack(f">{len(offsets)}L", *offsets))
    made.add("hmtx", struct.pack(f">{len(metrics)}H", *metrics))
    made.add("hhea", _with_short(face.get_table("hhea"), 34, len(order)))
    made.add("maxp", _with_short(face.get_table("maxp"), 4, len(order)))
    made.add("head", _with_short(face.get_table("head"), 50, 1))
    stream: bytes = made.makeStream()
    return stream


def _composed(
    outline: bytes, face: Any, number: dict[int, int], order: list[int], widths: list[int]
) -> bytes:
    """A composite outline with its components' new numbers; unseen components are added to the subset."""
    changed = bytearray(outline)
    position, flags = 10, _MORE_COMPONENTS
    while flags & _MORE_COMPONENTS:
        flags, old = struct.unpack_from(">HH", changed, position)
        if old not in number:
            number[old] = len(order)
            order.append(old)
            widths.append(face.hmetrics[old][0])
        struct.pack_into(">H", changed, position + 2, number[old])
        position += 8 if flags & _WORDS else 6
        position += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return bytes(changed)


def _with_short(table: bytes, offset: int, value: int) -> bytes:
    return table[:offset] + struct.pack(">H", value) + table[offset + 2 :]


def _stream(doc: Any, content: bytes, key: str, **entries: int) -> Any:
    stream = pdfdoc.PDFStream(content=content)
    for name, value in entries.items():
        stream.dictionary[name] = value
    stream.filters = [pdfdoc.PDFZCompress]
    return doc.Reference(stream, key)


def _unicode_map(characters: Sequence[str]) -> bytes:
    """The CMap that lets text be copied and read aloud; blocks of at most 100 entries, code 0 has none."""
    lines = [
        b"<%04X> <%s>" % (code, character.encode("utf-16-be").hex().upper().encode())
        for code, character in enumerate(characters)
        if code
    ]
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        + body
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


def _tag(characters: Sequence[str]) -> str:
    """Six capitals that name this subset (ISO 32000-1, 9.6.4)."""
    value = zlib.crc32("".join(characters).encode())
    letters = ""
    for _ in range(6):
        value, rest = divmod(value, 26)
        letters += chr(65 + rest)
    return letters
