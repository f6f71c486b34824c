"""PDF/A-3 finish of a set paper: output intent, attachments, fields, structure. Signs nothing.

Part 3 and not 2: only part 3 may carry attachments that are no PDF/A themselves (ISO 19005-3, 6.8).
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from documents import seam
from documents.data import SignerSlot
from documents.layout import Place, Setting
from documents.metadata import Meta, describe
from documents.structure import add_structure
from documents.tags import Element, Piece
from documents.text import local

FIELDS_FILE = "fields.json"
SEAL_FIELD = "seal"
# Behind the reason of a seal whose paper has a second signature beside it, so that a checker can ask for it.
SECOND_WORD = "，另有国密签名文件"
# The archive time-stamp and its renewals through the years.
STAMP_FIELDS = ("timestamp", *(f"timestamp_{number}" for number in range(2, 13)))
_PROFILES = (Path("/usr/share/color/icc/sRGB.icc"), Path("/usr/share/color/icc/ghostscript/srgb.icc"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF; `relation` is an AFRelationship: Data, Source, Supplement …"""

    name: str
    data: bytes
    mime: str = "application/json"
    relation: str = "Data"
    description: str = ""


def canonical(value: object) -> bytes:
    """The one JSON form that is hashed and attached: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def finish(
    setting: Setting,
    *,
    meta: Meta,
    slots: Sequence[SignerSlot] = (),
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The same pages as tagged PDF/A-3, an empty signature field for each slot, their list as fields.json."""
    if slots:
        listing = canonical({"fields": [{"field": s.field, "name": s.name, "role": s.role} for s in slots]})
        attachments = [*attachments, Attachment(name=FIELDS_FILE, data=listing, description="必签栏目清单")]
    with Pdf.open(BytesIO(setting.pdf)) as document:
        _drop_helvetica(document)
        describe(document, meta)
        _output_intent(document)
        for attachment in attachments:
            _attach(document, attachment, meta.now)
        widgets = _add_fields(document, slots, {place.name: place for place in setting.places})
        edges = (Piece(Element(role="Form"), index, field=name) for index, name in enumerate(widgets.seam))
        add_structure(document, [*setting.pieces, *edges], widgets.signatures | widgets.seam)
        out = BytesIO()
        document.save(
            out,
            min_version="1.7",
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            # Ours are compressed where they are made; the empty appearances stay as their successors will be.
            compress_streams=False,
            deterministic_id=True,
        )
    return out.getvalue()


def _drop_helvetica(document: Pdf) -> None:
    """reportlab registers Helvetica in every page; PDF/A wants embedded fonts only. Nothing may use it.

    The faces of papers are composite fonts, always embedded.
    """
    for page in document.pages:
        fonts = page.obj.get(Name.Resources, Dictionary()).get(Name.Font)
        if fonts is None:
            continue
        content = b"".join(
            stream.read_bytes()
            for stream in (page.Contents if isinstance(page.Contents, Array) else [page.Contents])
        )
        for key in list(fonts.keys()):
            if fonts[key].Subtype == Name.Type0:
                continue
            if re.search(rb"%s\s+[\d.]+\s+Tf" % re.escape(key.encode()), content):
                raise RuntimeError(f"page uses a font that is not embedded: {fonts[key].get(Name.BaseFont)}")
            del fonts[key]


def _output_intent(document: Pdf) -> None:
    profile = _compressed(document, _srgb())
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


def _compressed(document: Pdf, data: bytes) -> pikepdf.Stream:
    return document.make_stream(zlib.compress(data), Filter=Name.FlateDecode)


def _attach(document: Pdf, attachment: Attachment, now: datetime) -> None:
    stream = _compressed(document, attachment.data)
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


@dataclass(frozen=True, slots=True)
class _Widgets:
    """Form fields by name."""

    signatures: dict[str, pikepdf.Object]
    seam: dict[str, pikepdf.Object]


def _add_fields(document: Pdf, slots: Sequence[SignerSlot], places: dict[str, Place]) -> _Widgets:
    made = _Widgets({slot.field: _signature_field(document, slot, places[slot.field]) for slot in slots}, {})
    if not made.signatures:
        return made
    form = Dictionary(SigFlags=3)
    if SEAL_FIELD in made.signatures:
        made.seam.update(seam.add_fields(document))
    if made.seam:
        # A text field names a font even where nothing is typed into it.
        fonts = document.pages[0].Resources.Font
        first = next(iter(fonts.keys()))
        form.DR = Dictionary(Font=Dictionary({first: fonts[first]}))
        form.DA = String(f"{first} 9 Tf 0 g")
    form.Fields = Array([*made.signatures.values(), *made.seam.values()])
    document.Root.AcroForm = document.make_indirect(form)
    return made


def _signature_field(document: Pdf, slot: SignerSlot, place: Place) -> pikepdf.Object:
    page = document.pages[place.page]
    blank = document.make_stream(b"")
    blank.Type, blank.Subtype = Name.XObject, Name.Form
    # Corners in pyHanko's order: the signature's appearance takes the place of this one and changes nothing else.
    blank.BBox = Array([0, round(place.top - place.bottom, 2), round(place.right - place.left, 2), 0])
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
        # FieldMDP over all fields but those of the time-stamps to come; P 1: no other change once the seal stands.
        stamps = Array([String(name) for name in STAMP_FIELDS])
        widget.Lock = document.make_indirect(
            Dictionary(Type=Name.SigFieldLock, Action=Name.Exclude, Fields=stamps, P=1)
        )
    field = document.make_indirect(widget)
    if Name.Annots not in page.obj:
        page.obj.Annots = Array()
    page.obj.Annots.append(field)
    return field
