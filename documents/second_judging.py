"""One verdict on a second signature: the SM2 record against the paper it came with, offline. Bound it with `apart`."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator.errors import InvalidCertificateError, PathBuildingError, PathValidationError

from documents.certificates import REHEARSAL_POLICY, SEAL_UNIT, fit_name
from documents.coverage import own_form
from documents.errors import PaperError
from documents.known import Known
from documents.second_record import Record, parse
from documents.second_report import SecondJudged
from documents.sm2 import sm3, verified
from documents.sm2_certificates import may_seal, path, public_key, read, signed_by
from documents.trust import Trust
from documents.verdict import FAILED, INDETERMINATE, PASSED

# Of the first fault that is found: EN 319 102-1, 5.1 orders them so.
_FAULTS = {
    "second.malformed": (FAILED, "FORMAT_FAILURE"),
    "second.hash_failure": (FAILED, "HASH_FAILURE"),
    "second.crypto_failure": (FAILED, "SIG_CRYPTO_FAILURE"),
    "second.unsupported": (INDETERMINATE, "GENERIC"),
    "second.unknown_issuer": (INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"),
    "second.wrong_signer": (FAILED, "SIG_CONSTRAINTS_FAILURE"),
    "second.no_time": (INDETERMINATE, "NO_POE"),
    "second.expired": (INDETERMINATE, "OUT_OF_BOUNDS_NO_POE"),
    "second.revoked": (INDETERMINATE, "REVOKED_NO_POE"),
    "second.no_status": (INDETERMINATE, "TRY_LATER"),
}


def judge(data: bytes, paper: bytes, trust: Trust, *, body_name: str, now: datetime) -> SecondJudged:
    """Judge the record `data` of `paper`, which `body_name` sealed ("" where that is unknown); bad input never raises."""
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        record = parse(data)
    except (ValueError, TypeError, KeyError):
        return _fault("second.malformed")
    named = _name(record.certificate, NameOID.ORGANIZATION_NAME) or _name(
        record.certificate, NameOID.COMMON_NAME
    )
    try:
        stamp = _stamped(record, trust, now)
        chain = path(record.certificate, record.issuers, [read(each) for each in trust.sm2_roots])
        fault = next(_faults(record, paper, trust, chain, stamp, body_name), "")
    except PaperError:  # this machine's libcrypto knows no SM2
        return _fault("second.unsupported", signer=named)
    rehearsal = any(_is_rehearsal(each) for each in (record.certificate, *chain))
    told: dict[str, Any] = {
        "signer": named,
        "time": stamp.time.isoformat() if stamp else "",
        "stamped_by": stamp.by if stamp else "",
        "rehearsal": rehearsal,
    }
    return _fault(fault, **told) if fault else SecondJudged(code="second.passed", indication=PASSED, **told)


@dataclass(frozen=True, slots=True)
class _Stamp:
    time: datetime
    by: str


def _fault(code: str, **told: Any) -> SecondJudged:
    indication, sub = _FAULTS[code]
    return SecondJudged(code=code, indication=indication, sub_indication=sub, **told)


def _faults(
    record: Record,
    paper: bytes,
    trust: Trust,
    chain: Sequence[x509.Certificate],
    stamp: _Stamp | None,
    body_name: str,
) -> Iterator[str]:
    # A paper that grew by a renewed archive time-stamp begins with what was signed; the first profile judges the rest.
    if record.length > len(paper) or sm3(paper[: record.length]) != record.digest:
        yield "second.hash_failure"
    if not verified(public_key(record.certificate), record.signature, record.attributes):
        yield "second.crypto_failure"
    if not chain:
        yield "second.unknown_issuer"
    if not may_seal(record.certificate) or not _is_seal_of(record.certificate, body_name):
        yield "second.wrong_signer"
    if stamp is None:
        yield "second.no_time"
        return
    whole = (record.certificate, *chain)
    if not all(each.not_valid_before_utc <= stamp.time <= each.not_valid_after_utc for each in whole):
        yield "second.expired"
    # Nothing else protects the lists: those of somebody else's issuer, or changed ones, were put in later.
    if not all(any(signed_by(x509.load_der_x509_crl(der), each) for each in chain) for der in record.lists):
        yield "second.malformed"
    lists = [x509.load_der_x509_crl(each) for each in (*record.lists, *trust.crls)]
    for certificate, issuer in pairwise(whole):
        yield from _status(certificate, issuer, lists, stamp.time)


def _status(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Sequence[x509.CertificateRevocationList],
    moment: datetime,
) -> Iterator[str]:
    """What lists say of a certificate at the proven time; a list that had ended by then is no proof."""
    told = False
    for each in lists:
        if not signed_by(each, issuer):
            continue
        entry = each.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= moment:
            yield "second.revoked"
        told = told or (each.next_update_utc is not None and each.next_update_utc >= moment)
    if not told:
        yield "second.no_status"


def _stamped(record: Record, trust: Trust, now: datetime) -> _Stamp | None:
    """The time that a believed time-stamp over the signature proves; None where there is none."""
    digest = hashlib.sha256(record.signature).digest()
    try:
        return asyncio.run(_judged_stamp(record.token, digest, Known(None, trust), now))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        NotImplementedError,
        SignatureValidationError,
        PathBuildingError,
        PathValidationError,
        InvalidCertificateError,
    ):
        return None


async def _judged_stamp(token: bytes, digest: bytes, known: Known, now: datetime) -> _Stamp | None:
    signed = cms.ContentInfo.load(token, strict=True)["content"]
    imprint = signed["encap_content_info"]["content"].parsed["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        return None
    context = known.context(now, "soft-fail", stamps=True)
    status = await validate_tst_signed_data(signed, context, lambda _: digest)
    if not (status["valid"] and status["intact"] and status["trust_problem_indic"] is None):
        return None
    own, made = status["signing_cert"], status["timestamp"].astimezone(UTC)
    above = status.get("validation_path") or ()
    if made > now or known.revoked(own, [own, *above], made, now):
        return None
    # Where nothing outside the record protects the token, no byte of it may be free.
    content = signed["encap_content_info"]["content"].contents
    if any(each.dump() in known.own for each in above) and not own_form(token, signed, content):
        return None
    return _Stamp(made, str(own.subject.native.get("common_name", "")))


def _is_seal_of(certificate: x509.Certificate, body_name: str) -> bool:
    """As of the first signature: the embedded authority says 电子印章, of others only those of seals are trusted."""
    organisation = _name(certificate, NameOID.ORGANIZATION_NAME)
    if not body_name:
        return True
    if _name(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME) == SEAL_UNIT:
        return organisation == fit_name(body_name)
    return body_name in (organisation, _name(certificate, NameOID.COMMON_NAME))


def _is_rehearsal(certificate: x509.Certificate) -> bool:
    try:
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return any(each.policy_identifier == REHEARSAL_POLICY for each in policies)


def _name(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    found = certificate.subject.get_attributes_for_oid(kind)
    return str(found[0].value) if found else ""
