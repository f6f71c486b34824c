"""The last time-stamp against every byte of the file: nothing outside it, nothing loose inside it. Judges no trust."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents.timestamp import assemble, signed_attributes

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, slots=True)
class Coverage:
    """`whole`: the last signature's ranges leave out nothing but its own contents. `loose`: a byte there is free.

    `digest_differs`: the covered bytes are not those that were stamped. `stamped`: it is a time-stamp token.
    `start` of the signature's contents in the file.
    """

    whole: bool
    stamped: bool = False
    digest_differs: bool = False
    loose: bool = False
    start: int = 0


def coverage(data: bytes) -> Coverage:
    """Of the last signature dictionary in the file. Bounded, never raises."""
    found = None
    for found in _RANGE.finditer(data):
        pass
    if found is None:
        return Coverage(False)
    zero, length, second, rest = (int(number) for number in found.groups())
    if zero or not length < second or second + rest != len(data):
        return Coverage(False, start=length)
    contents = data[length:second]
    if contents[:1] != b"<" or contents[-1:] != b">":
        return Coverage(False, start=length)
    try:
        raw = bytes.fromhex(contents[1:-1].decode("ascii"))
    except ValueError:
        return Coverage(True, loose=True, start=length)
    size = _der_size(raw)
    # pyHanko writes capital digits; a small one is a changed byte.
    canonical = contents[1:-1] == raw.hex().upper().encode() and 0 < size <= len(raw) and not any(raw[size:])
    digest = hashlib.sha256(data[:length] + data[second:]).digest()
    return _token(raw[:size], digest, length, canonical)


def _token(der: bytes, digest: bytes, start: int, canonical: bool) -> Coverage:
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        content = signed["encap_content_info"]["content"]
        if signed["encap_content_info"]["content_type"].native != "tst_info":
            return Coverage(True, loose=not canonical, start=start)
        info = tsp.TSTInfo.load(content.contents)
        imprint = info["message_imprint"]
        differs = imprint["hash_algorithm"]["algorithm"].native == "sha256" and imprint["hashed_message"].native != digest
        loose = not canonical or not _determined(der, signed, content.contents)
        return Coverage(True, stamped=True, digest_differs=differs, loose=loose, start=start)
    except Exception:  # noqa: BLE001 (asn1crypto raises many kinds on broken DER; each means the same here)
        return Coverage(True, loose=True, start=start)


def _determined(der: bytes, signed: cms.SignedData, content: bytes) -> bool:
    """True if every byte of the token follows from what its signature protects.

    Tokens of the embedded authority are rebuilt and compared. Of other services' tokens only what the signature and
    the DER rules fix is known; their certificates are checked by path validation.
    """
    certificates = [choice.chosen.dump() for choice in signed["certificates"]]
    signer = signed["signer_infos"][0]
    signature = signer["signature"].native
    for certificate in certificates:
        for issuing in certificates:
            if certificate != issuing and assemble(content, certificate, issuing, signature).dump() == der:
                return _issued(certificate, issuing) and _signed(certificate, content, signature)
    return bool(signed.dump(force=False) in der) and not signer["unsigned_attrs"]


def _issued(certificate: bytes, issuing: bytes) -> bool:
    """The issuing certificate's own bytes are protected: it is the one that path validation will use."""
    try:
        x509.load_der_x509_certificate(certificate).verify_directly_issued_by(x509.load_der_x509_certificate(issuing))
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _signed(certificate: bytes, content: bytes, signature: bytes) -> bool:
    key = x509.load_der_x509_certificate(certificate).public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed_attributes(content, certificate).untag().dump(), ec.ECDSA(hashes.SHA256()))
            return True
    except InvalidSignature:
        pass
    return False


def _der_size(raw: bytes) -> int:
    """Length of the first DER value with its header, 0 if there is none."""
    if len(raw) < 2:
        return 0
    if raw[1] < 0x80:
        return 2 + raw[1]
    count = raw[1] & 0x7F
    if not 1 <= count <= 4 or len(raw) < 2 + count:
        return 0
    return 2 + count + int.from_bytes(raw[2 : 2 + count], "big")
