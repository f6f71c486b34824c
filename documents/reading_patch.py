"""Lets pyHanko read a hex string or a name in one go; byte by byte they are half of its reading. No other change."""

from __future__ import annotations

import binascii
import os
import re
from typing import BinaryIO

from pyhanko import version
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

_CHUNK = 16 * 1024
_BLANKS = b"\x00\t\n\x0c\r "
# A name of regular characters without escapes, and the blank or delimiter that ends it (ISO 32000-1, 7.2.2, 7.3.5).
_NAME = re.compile(rb"/[!\"$&'*+,\-.0-9:;=?@A-Z\\^_`a-z|~]+(?=[\x00\t\n\x0c\r ()<>\[\]{}/%])")
_LONGEST_NAME = 64
_read_any_name = generic.NameObject.read_from_stream


def read_hex_string(stream: BinaryIO) -> generic.PdfObject:
    """The string whose "<" comes next; the stream stands behind its ">" afterwards. Raises PdfStreamError."""
    stream.read(1)
    found: list[bytes] = []
    while True:
        chunk = stream.read(_CHUNK)
        end = chunk.find(b">")
        if end >= 0:
            stream.seek(end + 1 - len(chunk), os.SEEK_CUR)
            found.append(chunk[:end])
            break
        if not chunk:
            raise PdfStreamError("hex string without end")
        found.append(chunk)
    digits = b"".join(found).translate(None, _BLANKS)
    try:
        return generic.pdf_string(binascii.unhexlify(digits + b"0" * (len(digits) % 2)))
    except binascii.Error:
        raise PdfStreamError("unexpected token in hex string") from None


def read_name(stream: BinaryIO) -> generic.NameObject:
    """The name that comes next; long or odd ones are left to pyHanko. Raises PdfReadError."""
    start = stream.tell()
    found = _NAME.match(stream.read(_LONGEST_NAME))
    if found is None:
        stream.seek(start)
        return _read_any_name(stream)  # type: ignore[no-untyped-call,no-any-return]
    stream.seek(start + found.end())
    return generic.NameObject(found[0].decode("ascii"))


def apply() -> None:
    """Patch the version this was written against; another one is left as it is."""
    if version.__version__ == "0.38.0":
        generic.read_hex_string_from_stream = read_hex_string  # type: ignore[assignment]
        generic.NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
