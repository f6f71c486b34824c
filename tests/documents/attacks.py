"""What attackers do to signed files, made by code: each function takes honest bytes and gives forged ones."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import timestamp
from documents.data import AuthorityPlace

MOMENT = datetime(2026, 11, 22, 5, 0, 0, tzinfo=UTC)
Forge = Callable[[bytes], bytes]
name, text, number = generic.pdf_name, generic.pdf_string, generic.NumberObject
RANGE = re.compile(rb"/ByteRange\s*\[[^\]]*\]")
CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{1000,})>")
END = re.compile(rb"%%EOF\r?\n?")


def update(change: Callable[[IncrementalPdfFileWriter], None]) -> Callable[[bytes], bytes]:
    """An incremental update as an attacker appends it."""

    def forge(data: bytes) -> bytes:
        writer = IncrementalPdfFileWriter(BytesIO(data), strict=False)
        change(writer)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    return forge


def dictionary(**items: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({name(f"/{key}"): value for key, value in items.items()})


def box(*sides: int) -> generic.ArrayObject:
    return generic.ArrayObject([number(side) for side in sides])


def drawing(data: bytes = b"1 1 1 rg 0 0 500 500 re f") -> generic.StreamObject:
    form = generic.StreamObject(stream_data=data)
    form.update(dictionary(Type=name("/XObject"), Subtype=name("/Form"), BBox=box(0, 0, 500, 500)))
    return form


def first_page(writer: IncrementalPdfFileWriter) -> Any:
    page = writer.root["/Pages"]["/Kids"][0]
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    return page


def field(writer: IncrementalPdfFileWriter, wanted: str) -> Any:
    for reference in writer.root["/AcroForm"]["/Fields"]:
        item = reference.get_object()
        if item["/T"] == wanted:
            writer.mark_update(item.container_ref)
            return item
    raise LookupError(wanted)


def page_text(writer: IncrementalPdfFileWriter) -> None:
    content = writer.add_object(generic.StreamObject(stream_data=b"0 0 1 rg 100 100 200 200 re f"))
    first_page(writer)[name("/Contents")] = content


def appearance(writer: IncrementalPdfFileWriter) -> None:
    item = field(writer, "party_1")
    item[name("/AP")] = dictionary(N=writer.add_object(drawing()))


def moved_seal(writer: IncrementalPdfFileWriter) -> None:
    field(writer, "seal")[name("/Rect")] = box(0, 0, 400, 400)


def attachment(wanted: str, data: bytes) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        specification = names[list(names).index(wanted) + 1].get_object()
        stream = writer.add_object(generic.StreamObject(stream_data=data))
        specification[name("/EF")] = dictionary(F=stream, UF=stream)
        writer.mark_update(specification.container_ref)

    return change


def font(writer: IncrementalPdfFileWriter) -> None:
    fonts = first_page(writer)["/Resources"]["/Font"]
    descriptor = next(fonts[key] for key in fonts)["/DescendantFonts"][0]["/FontDescriptor"]
    descriptor[name("/FontFile2")] = writer.add_object(generic.StreamObject(stream_data=b"another font"))
    writer.mark_update(descriptor.container_ref)


def added_page(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/Pages"]
    page = dictionary(Type=name("/Page"), MediaBox=box(0, 0, 595, 842), Parent=writer.root.raw_get("/Pages"))
    tree["/Kids"].append(writer.add_object(page))
    tree[name("/Count")] = number(int(tree["/Count"]) + 1)
    writer.mark_update(writer.root.raw_get("/Pages"))


def removed_page(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/Pages"]
    del tree["/Kids"][0]
    tree[name("/Count")] = number(int(tree["/Count"]) - 1)
    writer.mark_update(writer.root.raw_get("/Pages"))


def action(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/OpenAction")] = dictionary(S=name("/JavaScript"), JS=text("app.alert(1)"))
    writer.update_root()


def page_action(writer: IncrementalPdfFileWriter) -> None:
    link = dictionary(O=dictionary(S=name("/URI"), URI=text("http://attacker.example")))
    first_page(writer)[name("/AA")] = link


def layers(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/OCProperties")] = dictionary(OCGs=generic.ArrayObject(), D=dictionary())
    writer.update_root()


def annotation(kind: str) -> Callable[[IncrementalPdfFileWriter], None]:
    """Evil annotation attack: a note drawn over the text."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        look = dictionary(N=writer.add_object(drawing()))
        note = dictionary(Type=name("/Annot"), Subtype=name(kind), Rect=box(0, 0, 500, 500), AP=look)
        page = first_page(writer)
        page[name("/Annots")] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(note)])

    return change


def form_field(kind: str) -> Callable[[IncrementalPdfFileWriter], None]:
    """A field that was not there; as "/Sig" it is the sneaky signature attack: a widget that covers the text."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        widget = dictionary(
            Type=name("/Annot"), Subtype=name("/Widget"), FT=name(kind), T=text("sneaky"), F=number(4),
            Rect=box(0, 0, 500, 500), AP=dictionary(N=writer.add_object(drawing())), V=text("覆盖"),
        )  # fmt: skip
        if kind == "/Sig":
            del widget["/V"]
        reference = writer.add_object(widget)
        page[name("/Annots")] = generic.ArrayObject([*page.get("/Annots", []), reference])
        form = (
            writer.root["/AcroForm"]
            if "/AcroForm" in writer.root
            else dictionary(Fields=generic.ArrayObject())
        )
        form["/Fields"].append(reference)
        if "/AcroForm" not in writer.root:
            writer.root[name("/AcroForm")] = writer.add_object(form)
            writer.update_root()
        else:
            writer.update_container(form["/Fields"])

    return change


def removed_field(writer: IncrementalPdfFileWriter) -> None:
    form = writer.root["/AcroForm"]
    del form["/Fields"][1]
    writer.update_container(form["/Fields"])


def emptied_proofs(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/DSS")] = writer.add_object(dictionary())
    writer.update_root()


def title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(dictionary(Title=text("别的文书")))


def xmp(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    stream.update(dictionary(Type=name("/Metadata"), Subtype=name("/XML")))
    writer.root[name("/Metadata")] = writer.add_object(stream)
    writer.update_root()


def new_catalog(data: bytes) -> bytes:
    """Hide and replace: a trailer that names another catalogue with another page."""
    size = int(PdfFileReader(BytesIO(data), strict=False).trailer["/Size"])
    before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    out, rows = bytearray(data), b""
    for index, body in enumerate(
        (
            b"<</Type/Catalog/Pages %d 0 R>>" % (size + 1),
            b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (size + 2),
            b"<</Type/Page/MediaBox[0 0 595 842]/Parent %d 0 R>>" % (size + 1),
        )
    ):
        rows += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (size + index, body)
    at = len(out)
    out += b"xref\n%d 3\n%strailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, rows, size + 3, size, before)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % at)


def freed(wanted: str) -> Callable[[bytes], bytes]:
    """Hide: the update marks an object of the first page free, so that what lay under it shows."""

    def forge(data: bytes) -> bytes:
        reader = PdfFileReader(BytesIO(data), strict=False)
        page = reader.root["/Pages"]["/Kids"][0]
        contents = page.raw_get(wanted)
        target = contents.raw_get(-1) if isinstance(contents, generic.ArrayObject) else contents
        size, root = int(reader.trailer["/Size"]), reader.trailer.raw_get("/Root").idnum
        before = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
        table = b"xref\n0 1\n%010d 65535 f \n%d 1\n0000000000 00001 f \n" % (target.idnum, target.idnum)
        tail = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
        return data + table + tail % (size, root, before, len(data))

    return forge


def flipped(position: int, bit: int = 0) -> Callable[[bytes], bytes]:
    def forge(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[position % len(data)] ^= 1 << bit
        return bytes(changed)

    return forge


def replaced(
    pattern: re.Pattern[bytes], which: int, change: Callable[[bytes], bytes]
) -> Callable[[bytes], bytes]:
    """The `which`-th match of a pattern changed without changing its length."""

    def forge(data: bytes) -> bytes:
        match = list(pattern.finditer(data))[which]
        new = change(match.group(0))
        assert len(new) == len(match.group(0))
        return data[: match.start()] + new + data[match.end() :]

    return forge


def byte_range(*values: int) -> Callable[[bytes], bytes]:
    """Another /ByteRange of the same width."""
    return lambda old: (
        (b"/ByteRange [" + b" ".join(b"%d" % value for value in values)).ljust(len(old) - 1) + b"]"
    )


def rolled_back(revisions: int) -> Callable[[bytes], bytes]:
    """The file as it was before its last `revisions` updates."""
    return lambda data: data[: [match.end() for match in END.finditer(data)][-1 - revisions]]


def wrapped(which: int) -> Callable[[bytes], bytes]:
    """Signature wrapping: an object of the attacker's in the room that a signature keeps for itself, lengths kept."""

    def change(old: bytes) -> bytes:
        evil = b">\n900 0 obj\n<</Type/Catalog/Evil true>>\nendobj\n<"
        assert old[-1 - len(evil) : -1].strip(b"0") == b""
        return old[: -1 - len(evil) - 8] + evil + b"00000000>"

    return replaced(CONTENTS, which, change)


def planted(authority: AuthorityPlace) -> Callable[[bytes], bytes]:
    """A comment behind the end that looks like our last time-stamp and covers all, by the attacker's authority."""

    def forge(data: bytes) -> bytes:
        size = len(timestamp.timestamp_bytes(bytes(32), authority=authority, now=MOMENT)) * 2 + 40
        room = b"%%/ByteRange [0 %010d %010d %010d] /Contents "
        first = len(data) + len(room % (0, 0, 0))
        tail = b"\n" + data[data.rindex(b"startxref") :]
        head = data + room % (first, first + size + 2, len(tail))
        digest = hashlib.sha256(head + tail).digest()
        token = timestamp.timestamp_bytes(digest, authority=authority, now=MOMENT)
        return head + b"<" + token.hex().upper().encode().ljust(size, b"0") + b">" + tail

    return forge


def transplanted(which: int, other: bytes) -> Callable[[bytes], bytes]:
    """The signature of another file, put into this file's field."""
    foreign = list(CONTENTS.finditer(other))[which].group(1)

    def change(old: bytes) -> bytes:
        room = len(old) - len(b"/Contents <>")
        return b"/Contents <" + foreign[:room].ljust(room, b"0") + b">"

    return replaced(CONTENTS, which, change)


def broken_value(which: int) -> Callable[[bytes], bytes]:
    """One bit of the signature value inside the CMS."""

    def change(old: bytes) -> bytes:
        head, hexes = old.split(b"<")
        raw = bytearray.fromhex(hexes[:-1].decode())
        signed = cms.ContentInfo.load(bytes(raw))["content"]
        value = signed["signer_infos"][0]["signature"].native
        raw[bytes(raw).index(value) + len(value) - 3] ^= 1
        return head + b"<" + raw.hex().upper().encode() + b">"

    return replaced(CONTENTS, which, change)


def zeroed(which: int) -> Callable[[bytes], bytes]:
    return replaced(CONTENTS, which, lambda old: old[:11] + b"0" * (len(old) - 12) + b">")
