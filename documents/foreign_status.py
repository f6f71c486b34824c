"""Whether certificates of other authorities still stand: OCSP, else a revocation list, over HTTP. Keeps nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from documents.errors import SigningRefused
from documents.fetching import fetch

_SECONDS = 6.0
_LARGEST_OCSP = 64 * 1024
_LARGEST_CRL = 8 * 1024 * 1024
_TOLERANCE = timedelta(minutes=10)
_DER = serialization.Encoding.DER


def issuer_of(certificate: x509.Certificate, pool: Iterable[x509.Certificate]) -> x509.Certificate | None:
    """The one of `pool` whose key signed it."""
    for each in pool:
        try:
            certificate.verify_directly_issued_by(each)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return each
    return None


def proof(
    certificate: x509.Certificate,
    pool: Sequence[x509.Certificate],
    known_lists: Sequence[bytes],
    now: datetime,
) -> tuple[list[bytes], list[bytes]]:
    """(OCSP answers, revocation lists) in DER to embed for one certificate; both empty where it names no source and
    no list at hand speaks of it.

    `known_lists`: lists at hand, used while they are fresh. Raises OSError where a named source gives nothing,
    SigningRefused `signing.key_revoked`.
    """
    answerers, lists = _ocsp_addresses(certificate), _list_addresses(certificate)
    issuer = issuer_of(certificate, pool)
    if issuer is None:
        return [], []
    for der in known_lists:
        if _speaks(der, certificate, issuer, now):
            return [], [der]
    if not (answerers or lists):
        return [], []
    for url in answerers:
        answer = _asked(url, certificate, issuer, now)
        if answer is not None:
            return [answer], []
    for url in lists:
        found = _fetched(url)
        if found is not None and _speaks(found, certificate, issuer, now):
            return [], [found]
    raise OSError("no source tells whether the certificate still stands")


def _asked(url: str, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bytes | None:
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256()).build()
    headers = {"Content-Type": "application/ocsp-request"}
    try:
        answer = fetch(url, request.public_bytes(_DER), headers=headers, seconds=_SECONDS, most=_LARGEST_OCSP)
        said = ocsp.load_der_ocsp_response(answer.body)
        if answer.status != 200 or said.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return None
        if said.serial_number != certificate.serial_number or said.this_update_utc > _late_enough(now):
            return None
    except (OSError, ValueError):
        return None
    if said.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        raise _revoked()
    return answer.body if said.certificate_status is ocsp.OCSPCertStatus.GOOD else None


def _fetched(url: str) -> bytes | None:
    try:
        answer = fetch(url, seconds=_SECONDS, most=_LARGEST_CRL)
        return x509.load_der_x509_crl(answer.body).public_bytes(_DER) if answer.status == 200 else None
    except (OSError, ValueError):
        return None


def _speaks(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    """Fresh, of this issuer and signed by it, and the certificate is not on it."""
    try:
        found = x509.load_der_x509_crl(der)
        until = found.next_update_utc
        if found.issuer != issuer.subject or until is None or until < now:
            return False
        if not found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            return False
    except (ValueError, TypeError):
        return False
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None and entry.revocation_date_utc <= now:
        raise _revoked()
    return True


def _revoked() -> SigningRefused:
    return SigningRefused(
        "signing.key_revoked", "这枚电子印章的证书已被签发机构吊销，不能再用；请与签发机构联系换发。"
    )


def _late_enough(now: datetime) -> datetime:
    """Clocks differ by minutes, not by hours."""
    return now.replace(microsecond=0) + _TOLERANCE


def _ocsp_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    found = [each for each in access if each.access_method == AuthorityInformationAccessOID.OCSP]
    return _http(each.access_location for each in found)


def _list_addresses(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    return _http(name for point in points for name in point.full_name or ())


def _http(names: Iterable[x509.GeneralName]) -> list[str]:
    texts = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [text for text in texts if text.startswith(("http://", "https://"))][:3]
