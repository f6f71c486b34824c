"""RFC 3161 time-stamps: from the embedded authority in this process, or from a configured URL."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from documents import asn1_patch
from documents.certificates import read
from documents.data import AuthorityPlace
from documents.errors import PaperError, SigningRefused
from documents.fetching import fetch
from documents.pki import Authority, open_authority
from documents.signed_data import (
    CONTENT_TYPE,
    ECDSA_SHA256,
    MESSAGE_DIGEST,
    SHA256,
    SIGNED_DATA,
    SIGNING_CERTIFICATE,
    attribute_set,
    der,
    integer,
    oid,
)
from documents.trust import Trust, trust

asn1_patch.apply()

POLICY = "2.25.58317724408351609873165590412201884173"
REST_SECONDS = 60.0
_LARGEST_ANSWER = 64 * 1024
_URL_SECONDS = 5.0
# Services that did not answer, until when (monotonic): a vehicle without a network must not wait for each signature.
_resting: dict[str, float] = {}


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
    """A time-stamp service by HTTP(S), answers bounded in size and time and checked before they are used.

    `trusted` names the authorities it is believed by. A service that failed is left alone for REST_SECONDS.
    """

    def __init__(self, url: str, trusted: Trust) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if urlsplit(url).scheme not in ("http", "https"):
            raise PaperError("timestamp.bad_url", "时间戳服务地址必须以 http:// 或 https:// 开头。")
        self.url = url
        self.trusted = trusted

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        if time.monotonic() < _resting.get(self.url, 0.0):
            raise OSError(f"{self.url} did not answer a moment ago")
        try:
            answer = await asyncio.to_thread(
                fetch,
                self.url,
                req.dump(),
                headers={"Content-Type": "application/timestamp-query"},
                seconds=_URL_SECONDS,
                most=_LARGEST_ANSWER,
            )
            if answer.status != 200:
                raise OSError(f"{self.url} answered {answer.status}")
            response = tsp.TimeStampResp.load(answer.body, strict=True)
            await _require_believed(response, req["message_imprint"]["hashed_message"].native, self.trusted)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            _resting[self.url] = time.monotonic() + REST_SECONDS
            raise OSError(str(error)) from error
        return response


class FirstThatAnswers(TimeStamper):
    """Several sources in order; the last one, the embedded authority, always answers."""

    def __init__(self, sources: Sequence[TimeStamper]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.sources = sources

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        for source in self.sources[:-1]:
            try:
                return await source.async_request_tsa_response(req)
            except OSError:
                continue
        return await self.sources[-1].async_request_tsa_response(req)


def token_over(signature: bytes, stamper: TimeStamper) -> bytes:
    """DER TimeStampToken over a signature's bytes, by SHA-256."""
    return bytes(asyncio.run(stamper.async_timestamp(hashlib.sha256(signature).digest(), "sha256")).dump())


def sources(authority: Authority, now: datetime) -> list[TimeStamper]:
    """The configured services in order, the embedded authority last."""
    place = authority.place
    trusted = trust(place.directory) if place.stamp_urls else Trust(roots=())
    return [*(UrlTimeStamper(url, trusted) for url in place.stamp_urls), LocalTimeStamper(authority, now)]


def probe(url: str, place: AuthorityPlace) -> str:
    """What is wrong with a time-stamp service, in Chinese; "" when it stamps and is believed here."""
    try:
        stamper = UrlTimeStamper(url, trust(place.directory))
        asyncio.run(stamper.async_dummy_response("sha256"))
    except PaperError as error:
        return error.text
    except OSError as error:
        return f"没有得到可用的时间戳（{error}）。证书不受信任的，请用 court keys trust 导入其根证书。"
    return ""


def stamp_certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    """What a token carries, the stamp's own first."""
    serial = signed["signer_infos"][0]["sid"].chosen["serial_number"].native
    return sorted(certificates_of(signed), key=lambda each: each.serial_number != serial)


def certificates_of(signed: cms.SignedData) -> list[x509.Certificate]:
    """At most sixteen, as they stand there."""
    chosen = [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
    return [read(each.dump()) for each in chosen[:16]]


async def _require_believed(response: tsp.TimeStampResp, digest: bytes, trusted: Trust) -> None:
    """Raises ValueError for a token that a checker would not accept."""
    if response["status"]["status"].native not in ("granted", "granted_with_mods"):
        raise ValueError("not granted")
    signed = response["time_stamp_token"]["content"]
    imprint = signed["encap_content_info"]["content"].parsed["message_imprint"]["hashed_message"].native
    if imprint != digest:
        raise ValueError("another digest was stamped")
    made = signed["encap_content_info"]["content"].parsed["gen_time"].native
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(each) for each in (*trusted.roots, *trusted.stamp_roots)],
        moment=made,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    status = await validate_tst_signed_data(signed, context, lambda _: digest)
    if not (status["valid"] and status["intact"] and status["trust_problem_indic"] is None):
        raise ValueError("the stamp's certificate is not trusted here")


def _token(
    imprint: tsp.MessageImprint, nonce: int | None, authority: Authority, now: datetime
) -> cms.ContentInfo:
    """A TimeStampToken (RFC 3161 2.4.2) with ESSCertIDv2, always carrying the certificates of its path but
    the root."""
    held = authority.held["tsa"]
    try:
        authority.require_usable(held.certificate, now)
    except SigningRefused:
        raise SigningRefused(
            "timestamp.unusable", "本机的时间戳证书已吊销或到期，请先运行 court keys rotate tsa。"
        ) from None
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
    path = (der(0x30, der(0x04, hashlib.sha256(each).digest())) for each in (certificate, issuing))
    return attribute_set(
        (
            (CONTENT_TYPE, _TST_INFO),
            (MESSAGE_DIGEST, der(0x04, hashlib.sha256(content).digest())),
            (SIGNING_CERTIFICATE, der(0x30, der(0x30, *path))),
        )
    )


def assemble(content: bytes, certificate: bytes, issuing: bytes, signature: bytes) -> bytes:
    """The one DER form our tokens have (RFC 5652): it follows from these four, so a verifier can rebuild
    it."""
    parsed = read(certificate)
    attributes = signed_attributes(content, certificate, issuing)
    signer = der(
        0x30,
        integer(1),
        der(0x30, parsed.issuer.public_bytes(), integer(parsed.serial_number)),
        der(0x30, SHA256),
        b"\xa0" + attributes[1:],
        der(0x30, ECDSA_SHA256),
        der(0x04, signature),
    )
    signed = der(
        0x30,
        integer(3),
        der(0x31, der(0x30, SHA256)),
        der(0x30, _TST_INFO, der(0xA0, der(0x04, content))),
        der(0xA0, *sorted((certificate, issuing))),
        der(0x31, signer),
    )
    return der(0x30, SIGNED_DATA, der(0xA0, signed))


_TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
