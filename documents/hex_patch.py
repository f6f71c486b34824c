"""Lets pyHanko read a hex string in one go; it takes one digit at a time, a third of a paper's signing. No other change."""

from __future__ import annotations

import binascii
import os
from typing import BinaryIO

from pyhanko import version
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

_CHUNK = 16 * 1024
_BLANKS = b"\x00\t\n\x0c\r "


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


def apply() -> None:
    """Patch the version this was written against; another one is left as it is."""
    if version.__version__ == "0.38.0":
        generic.read_hex_string_from_stream = read_hex_string  # type: ignore[assignment]
