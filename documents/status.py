"""What an issuing authority says of its certificates: OCSP answers and revocation lists. Keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from documents.certificates import HeldKey, authority_key_id, whole_second

Revocations = Mapping[str, tuple[datetime, x509.ReasonFlags]]
VALID = timedelta(days=7)
_DER = serialization.Encoding.DER


def ocsp_response(
    certificate: x509.Certificate, issuing: HeldKey, responder: HeldKey, revoked: Revocations, now: datetime
) -> bytes:
    """DER answer of the delegated responder (RFC 6960 4.2.2.2) at `now`."""
    entry = revoked.get(str(certificate.serial_number))
    moment = whole_second(now)
    # Told before it happens (a revocation dated ahead): still good at this moment.
    gone = entry is not None and entry[0] <= moment
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=issuing.certificate,
        algorithm=hashes.SHA256(),
        cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
        this_update=moment,
        next_update=moment + VALID,
        revocation_time=entry[0] if entry and gone else None,
        revocation_reason=entry[1] if entry and gone else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
    builder = builder.certificates([responder.certificate])
    return builder.sign(responder.key, hashes.SHA256()).public_bytes(_DER)


def root_list(root: HeldKey, now: datetime) -> bytes:
    """DER list of the root, for its whole life: its key signs nothing in daily work."""
    return _list(root, {}, now, root.certificate.not_valid_after_utc)


def revocation_list(issuing: HeldKey, revoked: Revocations, now: datetime) -> bytes:
    """DER list (RFC 5280 5) of one issuing authority; serial numbers of others' do no harm, they are random."""
    return _list(issuing, revoked, now, whole_second(now) + VALID)


def _list(issuing: HeldKey, revoked: Revocations, now: datetime, until: datetime) -> bytes:
    moment = whole_second(now)
    builder = x509.CertificateRevocationListBuilder().issuer_name(issuing.certificate.subject)
    builder = builder.last_update(moment).next_update(until)
    for serial, (at, reason) in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(int(serial)).revocation_date(at)
        if reason is not x509.ReasonFlags.unspecified:  # RFC 5280 5.3.1: left out, not written
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    builder = builder.add_extension(authority_key_id(issuing), critical=False)
    builder = builder.add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
    return builder.sign(issuing.key, hashes.SHA256()).public_bytes(_DER)
