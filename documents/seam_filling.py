"""Draws the seal's slices into the fields of the 骑缝章, in the revision that the seal signs. Signs nothing."""

from __future__ import annotations

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents import style
from documents.seam import PREFIX, slices


def fill(writer: IncrementalPdfFileWriter, operators: bytes) -> None:
    """Draw the seal's slices into their fields; what is written is signed with the seal. Nothing without fields.

    `operators` draw the seal in a square of `style.SEAL` points.
    """
    listed = writer.root["/AcroForm"]["/Fields"]
    fields = {str(item["/T"]): item for item in (reference.get_object() for reference in listed)}
    pages = sum(1 for name in fields if name.startswith(PREFIX))
    if not pages:
        return
    whole = writer.add_object(_form(operators, style.SEAL, _dictionary({})))
    for each in slices(pages):
        field = fields[each.field]
        shifted = f"q 1 0 0 1 {-each.across:.3f} 0 cm /Seal Do Q".encode()
        resources = _dictionary({"/XObject": _dictionary({"/Seal": whole})})
        drawn = writer.add_object(_form(shifted, each.width, resources))
        field["/AP"] = _dictionary({"/N": drawn})
        field["/V"] = generic.TextStringObject("骑缝章")
        writer.update_container(field)


def _form(content: bytes, width: float, resources: generic.DictionaryObject) -> generic.StreamObject:
    box = (0, 0, round(width, 2), round(style.SEAL, 2))
    entries = {
        pdf_name("/Type"): pdf_name("/XObject"),
        pdf_name("/Subtype"): pdf_name("/Form"),
        pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, box)),
        pdf_name("/Resources"): resources,
    }
    stream = generic.StreamObject(dict_data=entries, stream_data=content)
    stream.compress()  # type: ignore[no-untyped-call]
    return stream


def _dictionary(entries: dict[str, generic.PdfObject]) -> generic.DictionaryObject:
    named = {pdf_name(key): value for key, value in entries.items()}
    return generic.DictionaryObject(named)  # type: ignore[no-untyped-call]
