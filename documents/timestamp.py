"""RFC 3161 time-stamps: from the embedded authority in this process, or from a configured URL."""

from __future__ import annotations

import hashlib
import secrets
import urllib.request
from datetime import UTC, datetime
from urllib.parse import urlsplit

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.timestamps import TimeStamper

from documents import asn1_patch
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
        super().__init__()
        self.authority = authority
        self.now = now

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        token = _token(req["message_imprint"], req["nonce"].native, self.authority, self.now)
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


class UrlTimeStamper(TimeStamper):
    """A time-stamp service by HTTP(S), answers bounded in size and time."""

    def __init__(self, url: str) -> None:
        super().__init__()
        if urlsplit(url).scheme not in ("http", "https"):
            raise PaperError("timestamp.bad_url", "时间戳服务地址必须以 http:// 或 https:// 开头。")
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310 (scheme checked above)
            self.url, data=req.dump(), headers={"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request, timeout=_URL_SECONDS) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_LARGEST_ANSWER))


def _token(
    imprint: tsp.MessageImprint, nonce: int | None, authority: Authority, now: datetime
) -> cms.ContentInfo:
    """A TimeStampToken (RFC 3161 2.4.2) with ESSCertIDv2, always carrying the certificates of its path but the root."""
    held = authority.held["tsa"]
    certificate = x509.Certificate.load(held.der)
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
    attributes = signed_attributes(content, held.der)
    return assemble(content, held.der, authority.issuing.der, held.sign(attributes.untag().dump()))


def signed_attributes(content: bytes, certificate: bytes) -> cms.CMSAttributes:
    return cms.CMSAttributes(
        [
            _attribute("content_type", cms.ContentType("tst_info")),
            _attribute("message_digest", core.OctetString(hashlib.sha256(content).digest())),
            _attribute(
                "signing_certificate_v2",
                tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(certificate).digest()}]}),
            ),
        ]
    )


def assemble(content: bytes, certificate: bytes, issuing: bytes, signature: bytes) -> cms.ContentInfo:
    """The one form our tokens have: everything but these four follows from them, so a verifier can rebuild it."""
    parsed = x509.Certificate.load(certificate)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": parsed.issuer, "serial_number": parsed.serial_number}}
            ),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": signed_attributes(content, certificate),
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(content)},
            "certificates": [parsed, x509.Certificate.load(issuing)],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed})


def _attribute(kind: str, value: core.Asn1Value) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": (value,)})
