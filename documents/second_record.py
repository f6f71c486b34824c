"""The detached record of a second signature: SignedData of GB/T 35275 with SM2 and SM3 over a finished paper's bytes.

Its form follows from its parts, so that a reader can build it again: no byte is free to change. Judges no trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents.signed_data import attribute_set, der, integer, oid
from documents.sm2 import sm3
from documents.sm2_certificates import read

LARGEST = 256 * 1024
_DER = serialization.Encoding.DER
_MOST_CERTIFICATES, _MOST_LISTS = 5, 5
# GB/T 35275-2017 5: data and signedData of this syntax; GM/T 0006: SM3, and SM2 as a signature.
DATA = oid("1.2.156.10197.6.1.4.2.1")
SIGNED_DATA = oid("1.2.156.10197.6.1.4.2.2")
SM3 = oid("1.2.156.10197.1.401")
SM2_SIGNATURE = oid("1.2.156.10197.1.301.1")
_SM3_ALGORITHM = der(0x30, SM3)
_SM2_ALGORITHM = der(0x30, SM2_SIGNATURE)
_CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
# 2.25.<UUID>: how many bytes were signed. A paper grows when its archive time-stamp is renewed.
_LENGTH = oid("2.25.191853442205706118293846121385307211405")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The parts: `digest` SM3 of the first `length` bytes of the paper; `issuers` above the signer, without the root.

    `lists`: revocation lists of the signer's issuer and those above, DER; `token`: time-stamp over `signature`, DER.
    """

    digest: bytes
    length: int
    certificate: x509.Certificate
    issuers: tuple[x509.Certificate, ...]
    lists: tuple[bytes, ...]
    signature: bytes
    token: bytes

    @property
    def attributes(self) -> bytes:
        return signed_attributes(self.digest, self.length, self.certificate)


def signed_attributes(digest: bytes, length: int, certificate: x509.Certificate) -> bytes:
    """What the signature signs (DER SET): content type, SM3 digest, the signer's certificate by its SM3, the length."""
    named = der(0x30, _SM3_ALGORITHM, der(0x04, sm3(certificate.public_bytes(_DER))))
    return attribute_set(
        (
            (_CONTENT_TYPE, DATA),
            (_MESSAGE_DIGEST, der(0x04, digest)),
            (_SIGNING_CERTIFICATE, der(0x30, der(0x30, named))),
            (_LENGTH, integer(length)),
        )
    )


def assemble(record: Record) -> bytes:
    """DER of the record."""
    certificate = record.certificate
    signer = der(
        0x30,
        integer(1),
        der(0x30, certificate.issuer.public_bytes(), integer(certificate.serial_number)),
        _SM3_ALGORITHM,
        b"\xa0" + record.attributes[1:],
        _SM2_ALGORITHM,
        der(0x04, record.signature),
        der(0xA1, der(0x30, _TIME_STAMP_TOKEN, der(0x31, record.token))) if record.token else b"",
    )
    encoded = sorted(each.public_bytes(_DER) for each in (certificate, *record.issuers))
    signed = der(
        0x30,
        integer(1),
        der(0x31, _SM3_ALGORITHM),
        der(0x30, DATA),
        der(0xA0, *encoded),
        der(0xA1, *sorted(record.lists)) if record.lists else b"",
        der(0x31, signer),
    )
    return der(0x30, SIGNED_DATA, der(0xA0, signed))


def is_record(data: bytes) -> bool:
    """Whether somebody handed in such a record, by its first bytes; damaged or not."""
    return data[:1] == b"\x30" and SIGNED_DATA in data[:24]


def parse(data: bytes) -> Record:
    """The parts of a record in the very form that `assemble` gives. Raises ValueError for anything else; bounded."""
    if len(data) > LARGEST:
        raise ValueError("too large")
    kind, explicit = _parts(_inside(data, 0x30), 2)
    fields = _split(_inside(_inside(explicit, 0xA0), 0x30))
    if kind != SIGNED_DATA or not 5 <= len(fields) <= 6:
        raise ValueError("not SignedData of GB/T 35275")
    certificates = [read(each) for each in _few(_inside(fields[3], 0xA0), _MOST_CERTIFICATES)]
    lists = _few(_inside(fields[4], 0xA1), _MOST_LISTS) if len(fields) == 6 else ()
    for each in lists:
        x509.load_der_x509_crl(each)
    signer = _split(_inside(_inside(fields[-1], 0x31), 0x30))
    record = _record(signer, certificates, lists)
    if assemble(record) != data:
        raise ValueError("another form of record")
    return record


def _record(
    signer: Sequence[bytes], certificates: Sequence[x509.Certificate], lists: tuple[bytes, ...]
) -> Record:
    if not 6 <= len(signer) <= 7:
        raise ValueError("not a signer")
    found = {}
    for each in _few(_inside(signer[3], 0xA0), 8):
        kind, values = _parts(_inside(each, 0x30), 2)
        found[kind] = _inside(values, 0x31)
    own = next((each for each in certificates if _names(signer[1], each)), None)
    if own is None or not {_MESSAGE_DIGEST, _LENGTH} <= found.keys():
        raise ValueError("the signer's certificate or an attribute is missing")
    token = b""
    if len(signer) == 7:
        (attribute,) = _few(_inside(signer[6], 0xA1), 1)
        _, values = _parts(_inside(attribute, 0x30), 2)
        token = _inside(values, 0x31)
    length = core.Integer.load(found[_LENGTH], strict=True).native
    if not 0 < length < 2**32:
        raise ValueError("not a length")
    return Record(
        digest=_inside(found[_MESSAGE_DIGEST], 0x04),
        length=length,
        certificate=own,
        issuers=tuple(each for each in certificates if each is not own),
        lists=lists,
        signature=_inside(signer[5], 0x04),
        token=token,
    )


def _names(identifier: bytes, certificate: x509.Certificate) -> bool:
    named = der(0x30, certificate.issuer.public_bytes(), integer(certificate.serial_number))
    return named == identifier


def _inside(data: bytes, tag: int) -> bytes:
    found = _split(data)
    if len(found) != 1 or data[:1] != bytes((tag,)):
        raise ValueError("another value was to stand here")
    return data[len(data) - _header(data)[1] :]


def _parts(data: bytes, count: int) -> tuple[bytes, ...]:
    found = _split(data)
    if len(found) != count:
        raise ValueError("values are missing or too many")
    return tuple(found)


def _few(data: bytes, most: int) -> tuple[bytes, ...]:
    found = _split(data)
    if not 1 <= len(found) <= most:
        raise ValueError("values are missing or too many")
    return tuple(found)


def _split(data: bytes) -> list[bytes]:
    """DER values one behind the other, each with its header."""
    found: list[bytes] = []
    while data:
        if len(found) == 64:
            raise ValueError("too many values")
        header, length = _header(data)
        if header + length > len(data):
            raise ValueError("a value is cut short")
        found.append(data[: header + length])
        data = data[header + length :]
    return found


def _header(data: bytes) -> tuple[int, int]:
    """(bytes of tag and length, bytes of the value), definite lengths and low tags alone."""
    if len(data) < 2 or data[0] & 0x1F == 0x1F:
        raise ValueError("not DER")
    size = data[1]
    if size < 0x80:
        return 2, size
    count = size & 0x7F
    if not 1 <= count <= 4 or len(data) < 2 + count:
        raise ValueError("not DER")
    return 2 + count, int.from_bytes(data[2 : 2 + count], "big")
