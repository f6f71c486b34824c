"""PDF/A-3b finish of a set paper: XMP, output intent, attachments, signature fields. Signs nothing.

Part 3 and not 2: only part 3 may carry attachments that are no PDF/A themselves (ISO 19005-3, 6.8).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from documents.data import SignerSlot
from documents.layout import Place
from documents.text import local

FIELDS_FILE = "fields.json"
SEAL_FIELD = "seal"
_PROFILES = (Path("/usr/share/color/icc/sRGB.icc"), Path("/usr/share/color/icc/ghostscript/srgb.icc"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF; `relation` is an AFRelationship: Data, Source, Supplement …"""

    name: str
    data: bytes
    mime: str = "application/json"
    relation: str = "Data"
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    title: str
    author: str
    subject: str
    now: datetime


def canonical(value: object) -> bytes:
    """The one JSON form that is hashed and attached: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def finish(
    pdf: bytes,
    *,
    meta: Meta,
    slots: Sequence[SignerSlot] = (),
    places: Sequence[Place] = (),
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The same pages as PDF/A-3b, an empty signature field for each slot, their list as fields.json."""
    if slots:
        listing = canonical({"fields": [{"field": s.field, "name": s.name, "role": s.role} for s in slots]})
        attachments = [*attachments, Attachment(name=FIELDS_FILE, data=listing, description="必签栏目清单")]
    with Pdf.open(BytesIO(pdf)) as document:
        _drop_helvetica(document)
        _clean_unicode_maps(document)
        _describe(document, meta)
        _output_intent(document)
        for attachment in attachments:
            _attach(document, attachment, meta.now)
        if slots:
            _add_fields(document, slots, {place.name: place for place in places})
        out = BytesIO()
        document.save(
            out,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=True,
            deterministic_id=True,
        )
    return out.getvalue()


def _drop_helvetica(document: Pdf) -> None:
    """reportlab registers Helvetica in every page; PDF/A wants embedded fonts only. Nothing may use it."""
    for page in document.pages:
        fonts = page.obj.get(Name.Resources, Dictionary()).get(Name.Font)
        if fonts is None:
            continue
        content = b"".join(
            stream.read_bytes()
            for stream in (page.Contents if isinstance(page.Contents, Array) else [page.Contents])
        )
        for key in list(fonts.keys()):
            if Name.FontFile2 in fonts[key].get(Name.FontDescriptor, Dictionary()):
                continue
            if re.search(rb"%s\s+[\d.]+\s+Tf" % re.escape(key.encode()), content):
                raise RuntimeError(f"page uses a font that is not embedded: {fonts[key].get(Name.BaseFont)}")
            del fonts[key]


def _clean_unicode_maps(document: Pdf) -> None:
    """Drop codes mapped to nothing; write characters above U+FFFF as the surrogate pairs that PDF wants."""
    for item in document.objects:
        if isinstance(item, Dictionary) and item.get(Name.Type) == Name.Font and Name.ToUnicode in item:
            text = item.ToUnicode.read_bytes()
            head, opening, rest = text.partition(b"beginbfchar")
            if opening:
                entries = re.findall(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,6})>", rest)
                tail = rest[rest.rindex(b"endbfchar") + len(b"endbfchar") :]
                item.ToUnicode.write(re.sub(rb"\d+ $", b"", head) + _bfchars(entries) + tail)


def _bfchars(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Blocks of at most 100 entries, as the CMap format wants."""
    lines = [
        b"<%s> <%s>" % (code, chr(int(character, 16)).encode("utf-16-be").hex().upper().encode())
        for code, character in entries
        if int(character, 16)
    ]
    blocks = (lines[start : start + 100] for start in range(0, len(lines), 100))
    return b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)


def _describe(document: Pdf, meta: Meta) -> None:
    moment = local(meta.now).replace(microsecond=0)
    stamp = moment.strftime("D:%Y%m%d%H%M%S+08'00'")
    with_info = {
        "/Title": meta.title,
        "/Author": meta.author,
        "/Subject": meta.subject,
        "/CreationDate": stamp,
        "/ModDate": stamp,
        "/Producer": "mobile-court",
        "/Creator": "mobile-court",
    }
    document.trailer.Info = document.make_indirect(Dictionary({k: String(v) for k, v in with_info.items()}))
    root = document.Root
    root.Lang = String("zh-CN")
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    root.MarkInfo = Dictionary(Marked=False)
    xmp = document.make_stream(_xmp(meta, moment).encode())
    xmp.Type, xmp.Subtype = Name.Metadata, Name.XML
    root.Metadata = xmp


def _xmp(meta: Meta, moment: datetime) -> str:
    """One rdf:Description per schema, as validators of PDF/A want it."""
    iso = moment.isoformat()
    parts = (
        (
            "pdfaid",
            "http://www.aiim.org/pdfa/ns/id/",
            "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        ),
        (
            "dc",
            "http://purl.org/dc/elements/1.1/",
            "<dc:format>application/pdf</dc:format>"
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(meta.title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:creator><rdf:Seq><rdf:li>{escape(meta.author)}</rdf:li></rdf:Seq></dc:creator>"
            f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(meta.subject)}</rdf:li>'
            "</rdf:Alt></dc:description><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>",
        ),
        (
            "xmp",
            "http://ns.adobe.com/xap/1.0/",
            f"<xmp:CreatorTool>mobile-court</xmp:CreatorTool><xmp:CreateDate>{iso}</xmp:CreateDate>"
            f"<xmp:ModifyDate>{iso}</xmp:ModifyDate>",
        ),
        ("pdf", "http://ns.adobe.com/pdf/1.3/", "<pdf:Producer>mobile-court</pdf:Producer>"),
    )
    described = "".join(
        f'<rdf:Description rdf:about="" xmlns:{prefix}="{uri}">{body}</rdf:Description>\n'
        for prefix, uri, body in parts
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n{described}</rdf:RDF>\n</x:xmpmeta>\n'
        '<?xpacket end="r"?>'
    )


def _output_intent(document: Pdf) -> None:
    profile = document.make_stream(_srgb())
    profile.N = 3
    profile.Alternate = Name.DeviceRGB
    document.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=profile,
            )
        ]
    )


@lru_cache(maxsize=1)
def _srgb() -> bytes:
    for path in _PROFILES:
        if path.is_file():
            return path.read_bytes()
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _attach(document: Pdf, attachment: Attachment, now: datetime) -> None:
    stream = document.make_stream(attachment.data)
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name("/" + attachment.mime)
    stamp = String(local(now).strftime("D:%Y%m%d%H%M%S+08'00'"))
    stream.Params = Dictionary(
        Size=len(attachment.data),
        ModDate=stamp,
        CheckSum=String(hashlib.md5(attachment.data, usedforsecurity=False).digest()),
    )
    specification = document.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(attachment.name),
            UF=String(attachment.name),
            Desc=String(attachment.description or attachment.name),
            AFRelationship=Name("/" + attachment.relation),
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    root = document.Root
    if Name.AF not in root:
        root.AF = Array()
        root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array()))
    root.AF.append(specification)
    names = [*_pairs(root.Names.EmbeddedFiles.Names), (attachment.name, specification)]
    flat: list[object] = []
    for name, item in sorted(names, key=lambda pair: pair[0]):
        flat += [String(name), item]
    root.Names.EmbeddedFiles.Names = Array(flat)


def _pairs(names: pikepdf.Object) -> list[tuple[str, pikepdf.Object]]:
    items = list(Array(names))
    return [(str(items[i]), items[i + 1]) for i in range(0, len(items), 2)]


def _add_fields(document: Pdf, slots: Sequence[SignerSlot], places: dict[str, Place]) -> None:
    fields = []
    for slot in slots:
        place = places[slot.field]
        page = document.pages[place.page]
        blank = document.make_stream(b"")
        blank.Type, blank.Subtype = Name.XObject, Name.Form
        blank.BBox = Array([0, 0, round(place.right - place.left, 2), round(place.top - place.bottom, 2)])
        blank.Resources = Dictionary()
        widget = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(slot.field),
            TU=String(f"{slot.role} {slot.name}"),
            F=132,  # print, locked
            P=page.obj,
            Rect=Array([round(v, 2) for v in (place.left, place.bottom, place.right, place.top)]),
            AP=Dictionary(N=blank),
        )
        if slot.field == SEAL_FIELD:
            # FieldMDP over all fields, and P 1: no change at all once the seal stands.
            widget.Lock = document.make_indirect(Dictionary(Type=Name.SigFieldLock, Action=Name.All, P=1))
        widget = document.make_indirect(widget)
        if Name.Annots not in page.obj:
            page.obj.Annots = Array()
        page.obj.Annots.append(widget)
        fields.append(widget)
    document.Root.AcroForm = document.make_indirect(Dictionary(Fields=Array(fields), SigFlags=3))
