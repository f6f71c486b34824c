"""A certificate written by a stranger is read or refused in one way."""

from datetime import UTC, datetime

import pytest

from documents.certificates import make_root, read

DER = make_root("演示法院", datetime(2026, 1, 1, tzinfo=UTC)).der
VERSION_3 = bytes.fromhex("a003020102")


@pytest.mark.parametrize(
    "der",
    [b"", b"\x30\x03\x02\x01\x01", DER[:-1], DER.replace(VERSION_3, bytes.fromhex("a003020122"), 1)],
    ids=["nothing", "something else", "cut", "version 34"],
)
def test_what_is_no_certificate_is_a_value_error(der: bytes) -> None:
    with pytest.raises(ValueError):
        read(der)


def test_a_certificate_is_read() -> None:
    assert read(DER).subject == read(DER).issuer
