"""What a checker knows when it judges a file: roots, and the file's own certificates and proofs of status. No verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, ValidationInfoReadingError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from documents.certificates import read
from documents.pki import Trust

# After these a stamp of before stays good; after all others its key may have been in other hands (RFC 3161 4).
_HARMLESS = frozenset(
    {
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)


# The status of the certificate itself is asked, that of authorities only where they name a source.
_BY_LIST = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
    intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED,
)


class Known:
    """Roots, and certificates, OCSP answers and CRLs found in the file's security store or given by the caller.

    `own`: DER of the embedded authority's roots. `reader` None: of what is no PDF nothing comes from the file.
    """

    def __init__(self, reader: PdfFileReader | None, trust: Trust) -> None:
        self.own = set(trust.roots)
        self._lists = [x509.load_der_x509_crl(each) for each in trust.crls]
        self._given = [asn1_crl.CertificateList.load(each) for each in trust.crls]
        self._signers = [asn1_x509.Certificate.load(each) for each in (*trust.roots, *trust.seal_roots)]
        self._stampers = [asn1_x509.Certificate.load(each) for each in (*trust.roots, *trust.stamp_roots)]
        self._crls: list[Any] = []
        self._certificates: list[Any] = []
        self._ocsps: list[Any] = []
        if reader is None:
            return
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except (NoDSSFoundError, ValidationInfoReadingError):
            return
        self._certificates = list(store.load_certs())
        self._ocsps = [asn1_ocsp.OCSPResponse.load(each.get_object().data) for each in store.ocsps]
        self._crls = [asn1_crl.CertificateList.load(each.get_object().data) for each in store.crls]

    def context(
        self,
        moment: datetime,
        mode: str,
        *,
        stamps: bool,
        fresh_about: int | None = None,
        about: tuple[Any, int] | None = None,
    ) -> ValidationContext:
        """pyHanko's view at `moment`; authorities of time-stamps are believed for `stamps` alone.

        `fresh_about`: a serial number; of OCSP answers out of date only one that revokes it is taken. `about`: issuer
        and serial number of whose status is asked; where no OCSP answer tells it, lists of that issuer do, the
        caller's too and whether the certificate names an address or not (EN 319 102-1 5.2.6: whatever is at hand).
        """
        lists = self._lists_about(about[0]) if about and not self._answered(about[1]) else []
        policy = CertRevTrustPolicy(_BY_LIST, retroactive_revinfo=True) if lists else None
        return ValidationContext(
            trust_roots=self._stampers if stamps else self._signers,
            other_certs=self._certificates,
            moment=moment,
            best_signature_time=moment,
            ocsps=[
                each for each in self._ocsps if fresh_about is None or _speaks_at(each, moment, fresh_about)
            ],
            crls=[*self._crls, *lists],
            allow_fetching=False,
            revocation_mode=mode,
            revinfo_policy=policy,
            # Answers are made at the sealing, after the signatures they speak of.
            retroactive_revinfo=True,
        )

    def _answered(self, serial: int) -> bool:
        return any(_about(each) == serial for each in self._ocsps)

    def _lists_about(self, issuer: Any) -> list[Any]:
        """The lists of an issuer, from the file and from the caller."""
        name = issuer.dump()
        return [each for each in (*self._crls, *self._given) if each.issuer.dump() == name]

    def revoked_authority(self, path: Sequence[Any], exists_since: datetime) -> bool:
        """True if a list given by the caller names one of the authorities above a certificate."""
        return any(self.revoked(each, path, exists_since, exists_since) for each in path)

    def revoked(self, certificate: Any, path: Sequence[Any], made: datetime, exists_since: datetime) -> bool:
        """True if a list given by the caller names the certificate in time, whatever the file itself says.

        What may have been made by a stolen key counts from when it is known to exist, not from what it says itself.
        """
        parsed = read(certificate.dump())
        above = [read(each.dump()) for each in (*path, *self._certificates, *self._signers, *self._stampers)]
        for listed in self._lists:
            entry = listed.get_revoked_certificate_by_serial_number(parsed.serial_number)
            if entry is None or listed.issuer != parsed.issuer:
                continue
            if entry.revocation_date_utc > (made if _harmless(entry) else exists_since):
                continue
            if any(_lists(issuer, listed, parsed) for issuer in above):
                return True
        return False

    def leads_to_root(self, certificate: Any, embedded: EmbeddedPdfSignature) -> bool:
        """True if a chain of correct signatures joins the certificate to a root; names alone prove nothing."""
        pool = [read(each.dump()) for each in (*self._certificates, *embedded.other_embedded_certs)]
        roots = [read(each.dump()) for each in (*self._signers, *self._stampers)]
        current = read(certificate.dump())
        for _ in range(8):
            if any(_issued_by(current, root) for root in roots):
                return True
            above = next((c for c in pool if c != current and _issued_by(current, c)), None)
            if above is None:
                return False
            current = above
        return False


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _about(answer: Any) -> int:
    """The serial number that an OCSP answer speaks of, -1 where it cannot be read."""
    try:
        single = answer.basic_ocsp_response["tbs_response_data"]["responses"][0]
        return int(single["cert_id"]["serial_number"].native)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return -1


def _speaks_at(answer: Any, moment: datetime, serial: int) -> bool:
    single = answer.basic_ocsp_response["tbs_response_data"]["responses"][0]
    until = single["next_update"].native
    if until is None or until >= moment:
        return True
    return single["cert_status"].name != "good" and _about(answer) == serial


def _harmless(entry: x509.RevokedCertificate) -> bool:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason in _HARMLESS
    except x509.ExtensionNotFound:
        return False


def _lists(
    issuer: x509.Certificate, listed: x509.CertificateRevocationList, certificate: x509.Certificate
) -> bool:
    try:
        return _issued_by(certificate, issuer) and listed.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except TypeError:
        return False
