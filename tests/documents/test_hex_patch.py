"""Hex strings are read as pyHanko reads them, only faster."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfStreamError

from documents import hex_patch, incremental


@given(
    st.text(alphabet="0123456789abcdefABCDEF \n\r\t", max_size=200),
    st.sampled_from([b"", b" /Next", b">", b"> <41>"]),
)
def test_what_follows_is_left_in_the_stream(digits: str, rest: bytes) -> None:
    stream = BytesIO(b"<" + digits.encode() + b">" + rest)
    said = hex_patch.read_hex_string(stream)
    plain = "".join(digits.split())
    assert said.original_bytes == bytes.fromhex(plain + "0" * (len(plain) % 2))  # type: ignore[attr-defined]
    assert stream.read() == rest


def test_a_string_longer_than_a_chunk_is_whole() -> None:
    said = hex_patch.read_hex_string(BytesIO(b"<" + b"ab" * 100_000 + b">"))
    assert said.original_bytes == b"\xab" * 100_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("broken", [b"<12", b"<12xy>", b"<", b"<<12>"])
def test_a_broken_string_is_refused(broken: bytes) -> None:
    with pytest.raises(PdfStreamError):
        hex_patch.read_hex_string(BytesIO(broken))


def test_signing_and_verifying_read_that_way() -> None:
    assert incremental.writer_for is not None
    assert generic.read_hex_string_from_stream is hex_patch.read_hex_string
