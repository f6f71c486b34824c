"""DER of CMS SignedData (RFC 5652) as PAdES wants it, written in one go. Signs nothing, asks nobody.

asn1crypto builds the same bytes object by object, which took a third of a paper's signing; a test compares the two.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from asn1crypto import core
from cryptography import x509

from documents.signer import ECDSA, RSA


def der(tag: int, *parts: bytes) -> bytes:
    """One DER value with a definite, shortest length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


def integer(value: int) -> bytes:
    """Of a number that is not negative."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def attribute_set(values: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Attributes of one value each, (type, value) in DER, as the DER SET that is signed."""
    return der(0x31, *sorted(der(0x30, kind, der(0x31, value)) for kind, value in values))


def signed_attributes(digest: bytes, certificate: x509.Certificate, encoded: bytes) -> bytes:
    """What a signature over a document of this SHA-256 `digest` signs (DER SET).

    Content type, digest and ESSCertIDv2 of the signer's certificate, `encoded` in DER; no signing time
    (EN 319 142-1 6.3).
    """
    issuer = der(0x30, der(0xA4, certificate.issuer.public_bytes()))
    identifier = der(
        0x30,
        der(0x04, hashlib.sha256(encoded).digest()),
        der(0x30, issuer, integer(certificate.serial_number)),
    )
    return attribute_set(
        (
            (CONTENT_TYPE, DATA),
            (MESSAGE_DIGEST, der(0x04, digest)),
            (SIGNING_CERTIFICATE, der(0x30, der(0x30, identifier))),
        )
    )


def detached(
    certificate: x509.Certificate,
    *,
    certificates: Sequence[bytes],
    attributes: bytes,
    algorithm: str,
    signature: bytes,
    token: bytes = b"",
) -> bytes:
    """ContentInfo of one signer over a document that is not inside.

    `certificates` in DER, the signer's own among them; `attributes` as they were signed; `algorithm` of Signer;
    `token`: DER time-stamp token over the signature, b"" without one.
    """
    hashing = der(0x30, SHA256, _NULL)
    signer = der(
        0x30,
        _VERSION_1,
        der(0x30, certificate.issuer.public_bytes(), integer(certificate.serial_number)),
        hashing,
        b"\xa0" + attributes[1:],
        _ALGORITHMS[algorithm],
        der(0x04, signature),
        der(0xA1, der(0x30, _TIME_STAMP_TOKEN, der(0x31, token))) if token else b"",
    )
    signed = der(
        0x30,
        _VERSION_1,
        der(0x31, hashing),
        der(0x30, DATA),
        der(0xA0, *sorted(set(certificates))),
        der(0x31, signer),
    )
    return der(0x30, SIGNED_DATA, der(0xA0, signed))


_NULL = b"\x05\x00"
_VERSION_1 = b"\x02\x01\x01"
DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
CONTENT_TYPE = oid("1.2.840.113549.1.9.3")
MESSAGE_DIGEST = oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE = oid("1.2.840.113549.1.9.16.2.47")
SHA256 = oid("2.16.840.1.101.3.4.2.1")
ECDSA_SHA256 = oid("1.2.840.10045.4.3.2")
_TIME_STAMP_TOKEN = oid("1.2.840.113549.1.9.16.2.14")
_ALGORITHMS = {
    ECDSA: der(0x30, ECDSA_SHA256),
    RSA: der(0x30, oid("1.2.840.113549.1.1.11"), _NULL),
}
