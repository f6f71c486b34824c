"""Hex strings and names are read as pyHanko reads them, only faster."""

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError, PdfStreamError

from documents import incremental, reading_patch


@given(
    st.text(alphabet="0123456789abcdefABCDEF \n\r\t", max_size=200),
    st.sampled_from([b"", b" /Next", b">", b"> <41>"]),
)
def test_what_follows_is_left_in_the_stream(digits: str, rest: bytes) -> None:
    stream = BytesIO(b"<" + digits.encode() + b">" + rest)
    said = reading_patch.read_hex_string(stream)
    plain = "".join(digits.split())
    assert said.original_bytes == bytes.fromhex(plain + "0" * (len(plain) % 2))  # type: ignore[attr-defined]
    assert stream.read() == rest


def test_a_string_longer_than_a_chunk_is_whole() -> None:
    said = reading_patch.read_hex_string(BytesIO(b"<" + b"ab" * 100_000 + b">"))
    assert said.original_bytes == b"\xab" * 100_000  # type: ignore[attr-defined]


@pytest.mark.parametrize("broken", [b"<12", b"<12xy>", b"<", b"<<12>"])
def test_a_broken_string_is_refused(broken: bytes) -> None:
    with pytest.raises(PdfStreamError):
        reading_patch.read_hex_string(BytesIO(broken))


def test_signing_and_verifying_read_that_way() -> None:
    assert incremental.writer_for is not None
    assert generic.read_hex_string_from_stream is reading_patch.read_hex_string
    assert generic.NameObject.read_from_stream is reading_patch.read_name


@given(st.binary(max_size=80), st.sampled_from([b"", b" ", b"/Next", b">", b"\x00", b"%"]))
def test_a_name_is_what_pyhanko_reads(name: bytes, rest: bytes) -> None:
    data = b"/" + name + rest
    assert read(reading_patch._read_any_name, data) == read(reading_patch.read_name, data)


@pytest.mark.parametrize("name", [b"", b"#41#20", b"a" * 63, b"a" * 64, b"a" * 5000, b"A#4", b"\xe4\xbd\xa0"])
def test_an_odd_name_as_well(name: bytes) -> None:
    data = b"/" + name + b" 1"
    assert read(reading_patch._read_any_name, data) == read(reading_patch.read_name, data)


def read(how: Callable[[BytesIO], object], data: bytes) -> object:
    """What was read and what is left, or what was said against it."""
    stream = BytesIO(data)
    try:
        return how(stream), stream.read()
    except PdfError as error:
        return type(error), str(error)
