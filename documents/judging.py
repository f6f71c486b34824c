"""Each signature by pyHanko at the time its time-stamp proves: indication, sub-indication. No policy."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESStatus
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from documents.certificates import EVIDENCE_OID, REHEARSAL_POLICY, read
from documents.pki import Trust

_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
PASSED, INDETERMINATE, FAILED = "TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One signature or document time-stamp. `changed`: something was added after it that it does not
    allow."""

    field: str
    stamp: bool
    signer: str
    unit: str
    organisation: str
    time: datetime | None
    indication: str
    sub_indication: str
    changed: bool
    rehearsal: bool
    evidence_sha256: str = ""


def judge(reader: PdfFileReader, trust: Trust, now: datetime) -> list[Judged]:
    """All signatures in order. The last document time-stamp is judged at `now`, what is before it at its
    time."""
    return asyncio.run(_judge(reader, trust, now))


async def _judge(reader: PdfFileReader, trust: Trust, now: datetime) -> list[Judged]:
    known = _Known(reader, trust)
    results: list[Judged] = []
    proven = now
    for embedded in reversed(list(reader.embedded_signatures)):
        if embedded.sig_object_type == "/DocTimeStamp":
            judged = await _stamp(embedded, known, proven, last=proven is now)
            if judged.indication == PASSED and judged.time is not None:
                proven = judged.time
        else:
            judged = await _signature(embedded, known, proven)
        results.append(judged)
    return results[::-1]


class _Known:
    """Roots, and certificates, OCSP answers and CRLs found in the file's security store or given by the
    caller."""

    def __init__(self, reader: PdfFileReader, trust: Trust) -> None:
        self.roots = [asn1_x509.Certificate.load(root) for root in (*trust.roots, *trust.stamp_roots)]
        self.crls: list[Any] = [asn1_crl.CertificateList.load(each) for each in trust.crls]
        self.certificates: list[Any] = []
        self.ocsps: list[Any] = []
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except (NoDSSFoundError, ValidationInfoReadingError):
            return
        self.certificates = list(store.load_certs())
        self.ocsps = [_ocsp(reference) for reference in store.ocsps]
        self.crls += [asn1_crl.CertificateList.load(reference.get_object().data) for reference in store.crls]

    def context(self, moment: datetime, mode: str, *, fresh_only: bool = False) -> ValidationContext:
        return ValidationContext(
            trust_roots=self.roots,
            other_certs=self.certificates,
            moment=moment,
            best_signature_time=moment,
            ocsps=[each for each in self.ocsps if not fresh_only or _speaks_at(each, moment)],
            crls=self.crls,
            allow_fetching=False,
            revocation_mode=mode,
            # Answers are made at the sealing, after the signatures they speak of.
            retroactive_revinfo=True,
        )

    def leads_to_root(self, certificate: Any, embedded: EmbeddedPdfSignature) -> bool:
        """True if a chain of correct signatures joins the certificate to a root; names alone prove
        nothing."""
        pool = [read(c.dump()) for c in (*self.certificates, *embedded.other_embedded_certs)]
        roots = [read(root.dump()) for root in self.roots]
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


def _ocsp(reference: Any) -> Any:
    return asn1_ocsp.OCSPResponse.load(reference.get_object().data)


def _speaks_at(answer: Any, moment: datetime) -> bool:
    single = answer.basic_ocsp_response["tbs_response_data"]["responses"][0]
    until = single["next_update"].native
    return single["cert_status"].name != "good" or until is None or until >= moment


async def _stamp(embedded: EmbeddedPdfSignature, known: _Known, moment: datetime, *, last: bool) -> Judged:
    # Offline nobody knows today's revocation state of the last stamp's certificate: an answer out of date
    # is no
    # proof against it, a list of revocations given by the caller is.
    context = (
        known.context(moment, "soft-fail", fresh_only=True) if last else known.context(moment, "hard-fail")
    )
    status = await async_validate_pdf_timestamp(embedded, context)
    return _judged(embedded, known, status, getattr(status, "timestamp", None), stamp=True)


async def _signature(embedded: EmbeddedPdfSignature, known: _Known, proven: datetime) -> Judged:
    moment = _stamped_at(embedded)
    status = await async_validate_pdf_signature(
        embedded,
        known.context(min(moment or proven, proven), "hard-fail"),
        known.context(proven, "hard-fail"),
        key_usage_settings=_USAGE,
    )
    validity = status.timestamp_validity
    if validity is not None and not (validity.valid and validity.intact and validity.trusted):
        judged = _judged(embedded, known, status, None, stamp=False)
        indication, sub = _indication(validity, embedded, known)
        return replace(judged, indication=indication, sub_indication=sub)
    said = validity.timestamp if validity is not None else status.signer_reported_dt
    return _judged(embedded, known, status, said, stamp=False)


def _stamped_at(embedded: EmbeddedPdfSignature) -> datetime | None:
    """Time of the signature's own time-stamp, not yet judged."""
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        return moment
    return None


def _judged(
    embedded: EmbeddedPdfSignature, known: _Known, status: Any, time: datetime | None, *, stamp: bool
) -> Judged:
    certificate = status.signing_cert
    indication, sub = _indication(status, embedded, known)
    subject = certificate.subject.native
    changed = status.modification_level is ModificationLevel.OTHER or status.docmdp_ok is False
    path = [certificate, *(status.validation_path or ())]
    return Judged(
        field=embedded.field_name,
        stamp=stamp,
        signer=_text(subject.get("common_name")),
        unit=_text(subject.get("organizational_unit_name")),
        organisation=_text(subject.get("organization_name")),
        time=time.astimezone(UTC) if time else None,
        indication=FAILED if changed and indication == PASSED else indication,
        sub_indication="FORMAT_FAILURE" if changed and indication == PASSED else sub,
        changed=changed,
        rehearsal=any(_has_policy(each) for each in path),
        evidence_sha256=_evidence(certificate),
    )


def _indication(status: Any, embedded: EmbeddedPdfSignature, known: _Known) -> tuple[str, str]:
    if not status.intact:
        return FAILED, "HASH_FAILURE"
    if not status.valid:
        return FAILED, "SIG_CRYPTO_FAILURE"
    problem = status.trust_problem_indic
    if problem is not None:
        unjoined = problem is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE and not known.leads_to_root(
            status.signing_cert, embedded
        )
        if unjoined:
            return INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"
        return (FAILED if problem.status is AdESStatus.FAILED else INDETERMINATE), problem.standard_name
    return (PASSED, "") if status.trusted else (INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")


def _has_policy(certificate: Any) -> bool:
    policies = getattr(certificate, "certificate_policies_value", None)
    return policies is not None and any(
        policy["policy_identifier"].dotted == REHEARSAL_POLICY.dotted_string for policy in policies
    )


def _evidence(certificate: Any) -> str:
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == EVIDENCE_OID.dotted_string:
            return bytes(extension["extn_value"].contents[2:]).hex()
    return ""


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return str(value[0]) if value else ""
    return str(value or "")
