"""Each signature by pyHanko at the time its time-stamp proves: indication, sub-indication. No policy."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESStatus
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints

from documents import name_patch, reading_patch
from documents.certificates import EVIDENCE_OID, REHEARSAL_POLICY
from documents.known import Known
from documents.pki import Trust
from documents.verdict import FAILED, INDETERMINATE, PASSED

name_patch.apply()
reading_patch.apply()
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
_END = re.compile(rb"startxref\s+\d{1,10}\s+%%EOF[\r\n ]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One signature or document time-stamp.

    `changed`: something was added after it that it does not allow; `added`: something it does allow but nobody
    signed. `disjoint`: its byte ranges leave out more than its own contents. `stamped_by`: whose time-stamp proves the
    time. `own`: under the embedded authority's root. `reason`: what the signer says it is for.
    """

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
    added: bool = False
    disjoint: bool = False
    stamped_by: str = ""
    own: bool = False
    reason: str = ""


def collected(reader: PdfFileReader) -> tuple[list[EmbeddedPdfSignature], list[Judged]]:
    """Signatures in signing order, and those whose data cannot even be read."""
    readable: list[EmbeddedPdfSignature] = []
    broken: list[Judged] = []
    for name, value, field in enumerate_sig_fields(reader, filled_status=True):
        said = value.get_object()
        stamp = said.get("/Type") == "/DocTimeStamp" if isinstance(said, dict) else False
        try:
            SigSeedSubFilter(str(said["/SubFilter"]))
        except (KeyError, ValueError, TypeError):
            broken.append(_unjudged(name, INDETERMINATE, "GENERIC", stamp=stamp))
            continue
        try:
            readable.append(EmbeddedPdfSignature(reader, field, name))
        except (PdfError, ValueError, KeyError, TypeError, AttributeError, AssertionError, IndexError):
            broken.append(_unjudged(name, FAILED, "FORMAT_FAILURE", stamp=stamp))
    return sorted(readable, key=lambda each: each.signed_revision), broken


def judge(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], trust: Trust, now: datetime
) -> list[Judged]:
    """Each in order. The last document time-stamp is judged at `now`, what is before it at its time."""
    return asyncio.run(_judge(reader, signatures, trust, now))


async def _judge(
    reader: PdfFileReader, signatures: Sequence[EmbeddedPdfSignature], trust: Trust, now: datetime
) -> list[Judged]:
    known = Known(reader, trust)
    results: list[Judged] = []
    proven = now
    for embedded in reversed(signatures):
        stamp = embedded.sig_object_type == "/DocTimeStamp"
        try:
            if stamp:
                judged = await _stamp(embedded, known, proven, last=proven is now)
            else:
                judged = await _signature(embedded, known, proven)
        except SignatureValidationError as error:
            judged = _refused(embedded, error, stamp=stamp)
        except (PdfError, ValueError, KeyError, TypeError, AttributeError, NotImplementedError):
            judged = _unjudged(embedded.field_name, FAILED, "FORMAT_FAILURE", stamp=stamp)
        if stamp and judged.indication == PASSED and judged.time is not None:
            proven = judged.time
        results.append(judged)
    return results[::-1]


def tail_is_loose(data: bytes, reader: PdfFileReader) -> bool:
    """True if anything but the end mark stands behind the newest cross-reference section."""
    newest = reader.xrefs.get_xref_container_info(reader.xrefs.total_revisions - 1)
    mark = _END.search(data, newest.end_location)
    return mark is None or mark.end() != len(data)


def _unjudged(field: str, indication: str, sub: str, *, stamp: bool = False) -> Judged:
    return Judged(
        field=field,
        stamp=stamp,
        signer="",
        unit="",
        organisation="",
        time=None,
        indication=indication,
        sub_indication=sub,
        changed=False,
        rehearsal=False,
    )


def _refused(embedded: EmbeddedPdfSignature, error: SignatureValidationError, *, stamp: bool) -> Judged:
    """pyHanko says why a signature cannot be judged."""
    problem = error.ades_subindication
    indication = FAILED if problem.status is AdESStatus.FAILED else INDETERMINATE
    return _unjudged(embedded.field_name, indication, problem.standard_name, stamp=stamp)


def _disjoint(embedded: EmbeddedPdfSignature) -> bool:
    """True unless the signature covers everything from the first byte on but its own contents."""
    ranges = [int(number) for number in embedded.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or not 0 < ranges[1] < ranges[2] or ranges[3] < 0:
        return True
    stream = embedded.reader.stream
    stream.seek(ranges[1])
    between = stream.read(ranges[2] - ranges[1])
    if between[:1] != b"<" or between[-1:] != b">":
        return True
    try:
        return bytes.fromhex(between[1:-1].decode("ascii")) != embedded.pkcs7_content
    except ValueError:
        return True


async def _stamp(embedded: EmbeddedPdfSignature, known: Known, moment: datetime, *, last: bool) -> Judged:
    # Offline nobody knows today's revocation state of the last stamp's certificate: an answer out of date
    # is no
    # proof against it, a list of revocations given by the caller is.
    context = (
        known.context(moment, "soft-fail", stamps=True, fresh_about=embedded.signer_cert.serial_number)
        if last
        else known.context(moment, "hard-fail", stamps=True, about=_about(embedded.signer_cert))
    )
    status = await async_validate_pdf_timestamp(embedded, context)
    made = getattr(status, "timestamp", None)
    return _unless_revoked(_judged(embedded, known, status, made, stamp=True), known, status, moment)


async def _signature(embedded: EmbeddedPdfSignature, known: Known, proven: datetime) -> Judged:
    moment = _stamped_at(embedded)
    status = await async_validate_pdf_signature(
        embedded,
        known.context(
            min(moment or proven, proven), "hard-fail", stamps=False, about=_about(embedded.signer_cert)
        ),
        known.context(proven, "hard-fail", stamps=True, about=_stamper(embedded)),
        key_usage_settings=_USAGE,
    )
    validity = status.timestamp_validity
    judged = _judged(embedded, known, status, None, stamp=False)
    if validity is not None:
        judged = replace(judged, stamped_by=_common_name(validity.signing_cert))
    if validity is not None and not (validity.valid and validity.intact and validity.trusted):
        if judged.indication != FAILED:
            indication, sub = _indication(validity, embedded, known, None)
            judged = replace(judged, indication=indication, sub_indication=sub)
        return judged
    said = validity.timestamp if validity is not None else status.signer_reported_dt
    judged = replace(judged, time=said.astimezone(UTC) if said else None)
    # What no stamp proves is known to exist since the stamp after it.
    return _unless_revoked(judged, known, status, (said if validity is not None else None) or proven)


def _unless_revoked(judged: Judged, known: Known, status: Any, exists_since: datetime) -> Judged:
    path = [status.signing_cert, *(status.validation_path or ())]
    made = judged.time if judged.stamp and judged.time else exists_since
    if judged.indication == PASSED and known.revoked(status.signing_cert, path, made, exists_since):
        return replace(judged, indication=INDETERMINATE, sub_indication="REVOKED_NO_POE")
    if judged.indication == PASSED and known.revoked_authority(path[1:], exists_since):
        return replace(judged, indication=INDETERMINATE, sub_indication="REVOKED_CA_NO_POE")
    return judged


def _about(certificate: Any) -> tuple[Any, int]:
    return certificate.issuer, certificate.serial_number


def _stamper(embedded: EmbeddedPdfSignature) -> tuple[Any, int] | None:
    """Issuer and serial number of the certificate on the signature's own time-stamp, as the token says them."""
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        named = token["signer_infos"][0]["sid"].chosen
        return named["issuer"], int(named["serial_number"].native)
    return None


def _stamped_at(embedded: EmbeddedPdfSignature) -> datetime | None:
    """Time of the signature's own time-stamp, not yet judged."""
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
        return moment
    return None


def _judged(
    embedded: EmbeddedPdfSignature, known: Known, status: Any, time: datetime | None, *, stamp: bool
) -> Judged:
    certificate = status.signing_cert
    moment = None if stamp else _stamped_at(embedded)
    indication, sub = _indication(status, embedded, known, moment)
    subject = certificate.subject.native
    level = status.modification_level
    disjoint = _disjoint(embedded)
    changed = disjoint or level is ModificationLevel.OTHER or status.docmdp_ok is False
    path = [certificate, *(status.validation_path or ())]
    return Judged(
        field=embedded.field_name,
        stamp=stamp,
        signer=_text(subject.get("common_name")),
        unit=_text(subject.get("organizational_unit_name")),
        organisation=_text(subject.get("organization_name")),
        time=time.astimezone(UTC) if time else None,
        # What was slipped in is worse than what cannot be proven yet.
        indication=FAILED if changed else indication,
        sub_indication="FORMAT_FAILURE" if changed and indication != FAILED else sub,
        changed=changed,
        added=level in (ModificationLevel.FORM_FILLING, ModificationLevel.ANNOTATIONS),
        disjoint=disjoint,
        rehearsal=any(_has_policy(each) for each in path),
        evidence_sha256=_evidence(certificate),
        stamped_by=_text(subject.get("common_name")) if stamp else "",
        own=any(each.dump() in known.own for each in path),
        reason=_text(embedded.sig_object.get("/Reason", "")),
    )


def _indication(
    status: Any, embedded: EmbeddedPdfSignature, known: Known, moment: datetime | None
) -> tuple[str, str]:
    """Indication and sub-indication; `moment` is what the signature's own time-stamp says, None without one."""
    if not status.intact:
        return FAILED, "HASH_FAILURE"
    if not status.valid:
        return FAILED, "SIG_CRYPTO_FAILURE"
    problem = status.trust_problem_indic
    if problem is None:
        return (PASSED, "") if status.trusted else (INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND")
    if problem is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        return INDETERMINATE, _chain_problem(status, embedded, known, moment)
    unjoined = problem is AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE
    if unjoined and not known.leads_to_root(status.signing_cert, embedded):
        return INDETERMINATE, "NO_CERTIFICATE_CHAIN_FOUND"
    return (FAILED if problem.status is AdESStatus.FAILED else INDETERMINATE), problem.standard_name


def _chain_problem(status: Any, embedded: EmbeddedPdfSignature, known: Known, moment: datetime | None) -> str:
    """What pyHanko only calls a general failure of the chain, in the words of EN 319 102-1, 5.2.6 and 5.5.4."""
    certificate = status.signing_cert
    if not known.leads_to_root(certificate, embedded):
        return "NO_CERTIFICATE_CHAIN_FOUND"
    at = moment or status.validation_time
    if at is not None and not certificate.not_valid_before <= at <= certificate.not_valid_after:
        # A time-stamp proves that the signature was there by then, not that it was made before the expiry.
        return "OUT_OF_BOUNDS_NO_POE"
    # Everything fits but nobody says whether the certificate was revoked: an unsealed paper, mostly.
    return "TRY_LATER"


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


def _common_name(certificate: Any) -> str:
    return _text(certificate.subject.native.get("common_name"))


def _text(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return str(value[0]) if value else ""
    return str(value or "")
