"""The last time-stamp against every byte of the file: nothing outside, nothing loose. Judges no trust."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from asn1crypto import cms, tsp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents.certificates import read
from documents.timestamp import assemble, signed_attributes

_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEX = re.compile(rb"[0-9A-Fa-f]{200,}")
_MOST_RANGES = 1000


@dataclass(frozen=True, slots=True)
class Coverage:
    """`whole`: the last signature's ranges leave out only its own contents. `loose`: a byte there is free.

    `digest_differs`: the covered bytes are not those that were stamped. `stamped`: it is a time-stamp token.
    `own_form`: the token is the embedded authority's and no byte of it is free.
    `start` of the signature's contents in the file, `span` its /ByteRange.
    """

    whole: bool
    stamped: bool = False
    digest_differs: bool = False
    loose: bool = False
    own_form: bool = False
    start: int = 0
    span: tuple[int, ...] = ()


def coverage(data: bytes) -> Coverage:
    """Of the last signature dictionary in the file. Bounded, never raises."""
    ranges = _RANGE.findall(data)
    if not ranges:
        return Coverage(False)
    span = tuple(int(number) for number in ranges[-1])
    return replace(_coverage(data, *span), span=span)


def _coverage(data: bytes, zero: int, length: int, second: int, rest: int) -> Coverage:
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
    if not canonical:
        return Coverage(True, loose=True, start=length)
    digest = hashlib.sha256(data[:length] + data[second:]).digest()
    return _token(raw[:size], digest, length)


def hidden_signatures(data: bytes, known: Sequence[tuple[int, ...]]) -> bool:
    """True if the bytes hold a signature at its place that is none of the `known` ranges the reader came upon."""
    for match in islice(_RANGE.finditer(data), _MOST_RANGES):
        zero, length, second, rest = span = tuple(int(number) for number in match.groups())
        if span in known or zero or not length < second <= second + rest <= len(data):
            continue
        between = data[length:second]
        if between[:1] == b"<" and between[-1:] == b">" and _HEX.fullmatch(between[1:-1]):
            return True
    return False


def _token(der: bytes, digest: bytes, start: int) -> Coverage:
    try:
        signed = cms.ContentInfo.load(der, strict=True)["content"]
        if signed["encap_content_info"]["content_type"].native != "tst_info":
            return Coverage(True, start=start)
        content = signed["encap_content_info"]["content"].contents
        imprint = tsp.TSTInfo.load(content)["message_imprint"]
        sha256 = imprint["hash_algorithm"]["algorithm"].native == "sha256"
        if sha256 and imprint["hashed_message"].native != digest:
            return Coverage(True, stamped=True, digest_differs=True, start=start)
        own = own_form(der, signed, content)
        return Coverage(True, stamped=True, own_form=own, start=start)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ):  # asn1crypto's ways to say: broken DER
        return Coverage(True, loose=True, start=start)


def own_form(der: bytes, signed: cms.SignedData, content: bytes) -> bool:
    """True if the token is one of the embedded authority's: rebuilt from what its signature protects, it is the same.

    Nothing in it is then free to change. Tokens of other services are judged by path validation alone.
    """
    certificates = [choice.chosen.dump() for choice in signed["certificates"]][:8]
    signature = signed["signer_infos"][0]["signature"].native
    for certificate in certificates:
        for issuing in certificates:
            if certificate != issuing and assemble(content, certificate, issuing, signature) == der:
                return _signed(certificate, signed_attributes(content, certificate, issuing), signature)
    return False


def _signed(certificate: bytes, attributes: bytes, signature: bytes) -> bool:
    key = read(certificate).public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
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
