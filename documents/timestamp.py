"""RFC 3161 time-stamps: from the embedded authority in this process, or from a configured URL."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper

from documents import asn1_patch
from documents.certificates import read
from documents.data import AuthorityPlace
from documents.errors import PaperError
from documents.pki import Authority, open_authority

asn1_patch.apply()

POLICY = "2.25.58317724408351609873165590412201884173"
_LARGEST_ANSWER = 64 * 1024
_URL_SECONDS = 8


def timestamp_bytes(sha256: bytes, *, authority: AuthorityPlace, now: datetime) -> bytes:
    """DER TimeStampToken over a 32-byte SHA-256 digest, such as that of a recording checkpoint."""
    if len(sha256) != 32:
        raise PaperError("timestamp.not_a_digest", "时间戳只能加在 SHA-256 摘要（32 字节）上。")
    imprint = tsp.MessageImprint({"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256})
    return bytes(_token(imprint, None, open_authority(authority), now).dump())


class LocalTimeStamper(TimeStamper):
    """The embedded authority as pyHanko's time-stamper; every token says the `now` it was given."""

    def __init__(self, authority: Authority, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority = authority
        self.now = now

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        token = _token(req["message_imprint"], req["nonce"].native, self.authority, self.now)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


class UrlTimeStamper(TimeStamper):
    """A time-stamp service by HTTP(S), answers bounded in size and time."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if urlsplit(url).scheme not in ("http", "https"):
            raise PaperError("timestamp.bad_url", "时间戳服务地址必须以 http:// 或 https:// 开头。")
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 (scheme checked above)
            self.url, data=req.dump(), headers={"Content-Type": "application/timestamp-query"}
        )
        return tsp.TimeStampResp.load(await asyncio.to_thread(_fetch, request))


def _fetch(request: urllib.request.Request) -> bytes:
    with urllib.request.urlopen(request, timeout=_URL_SECONDS) as answer:  # noqa: S310
        body: bytes = answer.read(_LARGEST_ANSWER)
    return body


def _token(
    imprint: tsp.MessageImprint, nonce: int | None, authority: Authority, now: datetime
) -> cms.ContentInfo:
    """A TimeStampToken (RFC 3161 2.4.2) with ESSCertIDv2, always carrying the certificates of its path but
    the root."""
    held = authority.held["tsa"]
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": imprint,
            "serial_number": secrets.randbits(63),
            "gen_time": now.astimezone(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
            **({"nonce": nonce} if nonce is not None else {}),
        }
    )
    content = info.dump()
    signature = held.sign(signed_attributes(content, held.der, authority.issuing.der))
    return cms.ContentInfo.load(assemble(content, held.der, authority.issuing.der, signature))


def signed_attributes(content: bytes, certificate: bytes, issuing: bytes) -> bytes:
    """What a token's signature signs (DER SET): content type, digest of the content, ESSCertIDv2 of its path.

    Both certificates are named (RFC 5035 3), so that no byte of the token's certificates is free to change.
    """
    digest = der(0x04, hashlib.sha256(content).digest())
    path = (der(0x30, der(0x04, hashlib.sha256(each).digest())) for each in (certificate, issuing))
    identifier = der(0x30, der(0x30, *path))
    attributes = ((_CONTENT_TYPE, _TST_INFO), (_MESSAGE_DIGEST, digest), (_SIGNING_CERTIFICATE, identifier))
    return der(0x31, *sorted(der(0x30, kind, der(0x31, value)) for kind, value in attributes))


def assemble(content: bytes, certificate: bytes, issuing: bytes, signature: bytes) -> bytes:
    """The one DER form our tokens have (RFC 5652): it follows from these four, so a verifier can rebuild
    it."""
    parsed = read(certificate)
    serial = parsed.serial_number.to_bytes(parsed.serial_number.bit_length() // 8 + 1, "big")
    attributes = signed_attributes(content, certificate, issuing)
    signer = der(
        0x30,
        der(0x02, b"\x01"),
        der(0x30, parsed.issuer.public_bytes(), der(0x02, serial)),
        der(0x30, _SHA256),
        b"\xa0" + attributes[1:],
        der(0x30, _ECDSA_SHA256),
        der(0x04, signature),
    )
    signed = der(
        0x30,
        der(0x02, b"\x03"),
        der(0x31, der(0x30, _SHA256)),
        der(0x30, _TST_INFO, der(0xA0, der(0x04, content))),
        der(0xA0, *sorted((certificate, issuing))),
        der(0x31, signer),
    )
    return der(0x30, _SIGNED_DATA, der(0xA0, signed))


def der(tag: int, *parts: bytes) -> bytes:
    """One DER value with a definite, shortest length."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _oid(dotted: str) -> bytes:
    encoded: bytes = core.ObjectIdentifier(dotted).dump()
    return encoded


_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_TST_INFO = _oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = _oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = _oid("2.16.840.1.101.3.4.2.1")
_ECDSA_SHA256 = _oid("1.2.840.10045.4.3.2")
