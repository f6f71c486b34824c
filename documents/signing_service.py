"""A seal at a signing service by HTTP: docs/signing.md has the protocol. A hash goes out, a signature comes back."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from documents.data import ServicePlace
from documents.errors import SigningRefused
from documents.fetching import Answer, fetch
from documents.keyfiles import secret_of
from documents.signer import ECDSA, RSA

ATTEMPTS = 3
PAUSE_SECONDS = 0.5
_LARGEST = 256 * 1024
_REQUESTS = uuid.UUID("6f2a1d1e-7a5e-4f0a-9f57-2f0f6f2f7c11")


@dataclass(frozen=True, slots=True)
class ServiceSigner:
    """A signer whose key is somewhere else; every answer is checked against the service's certificate."""

    place: ServicePlace
    certificate: x509.Certificate
    issuers: tuple[bytes, ...]

    @property
    def algorithm(self) -> str:
        return ECDSA if isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey) else RSA

    def sign(self, data: bytes) -> bytes:
        answer = _ask(self.place, hashlib.sha256(data).digest(), "raw")
        signature = _decoded(self.place, answer, "signature")
        if not _signed(self.certificate, signature, data):
            raise _bad(self.place)
        return signature


@dataclass(frozen=True, slots=True)
class WholeServiceSigner(ServiceSigner):
    """The same where the service builds the CMS itself."""

    def sign_digest(self, digest: bytes) -> bytes:
        der = _decoded(self.place, _ask(self.place, digest, "cms"), "cms")
        try:
            fits = _fits(der, digest, self.certificate)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # asn1crypto: broken DER
            fits = False
        if not fits:
            raise _bad(self.place)
        return der


@lru_cache(maxsize=8)
def open_service(place: ServicePlace) -> ServiceSigner:
    """Asks the service once for its certificates. Raises SigningRefused `signing.service_*`."""
    answer = _call(place, f"{place.url.rstrip('/')}/certificates", None)
    try:
        listed = answer["certificates"][:8]
        chain = [x509.load_der_x509_certificate(base64.b64decode(each, validate=True)) for each in listed]
        key = chain[0].public_key()
    except (KeyError, TypeError, ValueError, IndexError):
        raise _bad(place) from None
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise _bad(place)
    kind = WholeServiceSigner if place.whole else ServiceSigner
    der = serialization.Encoding.DER
    return kind(
        place, chain[0], tuple(each.public_bytes(der) for each in chain[1:] if each.issuer != each.subject)
    )


def _ask(place: ServicePlace, digest: bytes, kind: str) -> dict[str, Any]:
    """One signature. The request's id follows from the digest: asked again, it is the same request."""
    number = str(uuid.uuid5(_REQUESTS, f"{place.body_name}\n{kind}\n{digest.hex()}"))
    body = {
        "request_id": number,
        "body": place.body_name,
        "kind": kind,
        "digest_algorithm": "sha256",
        "digest": base64.b64encode(digest).decode(),
    }
    answer = _call(
        place, f"{place.url.rstrip('/')}/signatures", json.dumps(body, ensure_ascii=False).encode()
    )
    if answer.get("request_id") != number:
        raise _bad(place)
    return answer


def _call(place: ServicePlace, url: str, body: bytes | None) -> dict[str, Any]:
    headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
    if place.secret_file is not None:
        headers["Authorization"] = f"Bearer {secret_of(place.secret_file)}"
    last = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * attempt)
        try:
            answer = fetch(
                url, body, headers=headers, seconds=place.seconds, most=_LARGEST, ca_file=place.ca_file
            )
        except ValueError:
            raise _bad(place) from None
        except OSError as error:
            last = type(error).__name__
            continue
        if answer.status == 200:
            return _parsed(place, answer)
        # 409: the same request is still being worked on; 429 and 5xx: later. All else will not change.
        if answer.status not in (409, 429) and answer.status < 500:
            raise _refused(place, answer)
        last = str(answer.status)
    raise SigningRefused(
        "signing.service_unreachable",
        "签章服务没有应答，印章没有用上；请检查网络后重试，同一请求不会盖两次。",
        detail=last,
    )


def _parsed(place: ServicePlace, answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        raise _bad(place) from None
    if not isinstance(found, dict):
        raise _bad(place)
    return found


def _refused(place: ServicePlace, answer: Answer) -> SigningRefused:
    try:
        said = json.loads(answer.body)
        reason, code = str(said.get("message", ""))[:200], str(said.get("error", ""))[:60]
    except (ValueError, AttributeError):
        reason, code = "", ""
    if answer.status in (401, 403):
        return SigningRefused(
            "signing.service_denied",
            f"签章服务不接受本机的身份，请核对口令文件。{reason}",
            status=answer.status,
            detail=code,
        )
    return SigningRefused(
        "signing.service_refused",
        f"签章服务拒绝了这次用印：{reason or '没有说明理由'}",
        status=answer.status,
        detail=code,
    )


def _bad(place: ServicePlace) -> SigningRefused:
    return SigningRefused(
        "signing.service_bad_answer",
        f"签章服务的应答不可用（签名或证书与“{place.body_name}”的印章不符），没有采用。",
        name=place.body_name,
    )


def _decoded(place: ServicePlace, answer: dict[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(answer[name], validate=True)
    except (KeyError, TypeError, ValueError):
        raise _bad(place) from None


def _fits(der: bytes, digest: bytes, certificate: x509.Certificate) -> bool:
    """One signer, our digest, the seal's certificate named and its signature right."""
    signed = cms.ContentInfo.load(der, strict=True)["content"]
    signer = signed["signer_infos"][0]
    attributes = {each["type"].native: each["values"] for each in signer["signed_attrs"]}
    own = certificate.public_bytes(serialization.Encoding.DER)
    named = attributes["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    return (
        len(signed["signer_infos"]) == 1
        and attributes["message_digest"][0].native == digest
        and named == hashlib.sha256(own).digest()
        and _signed(certificate, signer["signature"].native, signer["signed_attrs"].untag().dump())
    )


def _signed(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
            return True
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            return True
    except InvalidSignature:
        pass
    return False
