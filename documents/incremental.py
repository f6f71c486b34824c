"""Writes one signature or time-stamp as an incremental update with pyHanko. Knows no order of signing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, Protocol

from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfResources, RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, LayoutError, Margins, SimpleBoxLayoutRule
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents import asn1_patch
from documents.archive import SEAL_FIELD
from documents.pki import Authority

asn1_patch.apply()

# Hex digits kept free: a P-256 CMS with its time-stamp takes about 9 000, a bare time-stamp 5 000.
_CMS_HEX = 12_288
_TIMESTAMP_HEX = 8_192
TIMESTAMP_FIELD = "timestamp"
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN,
    y_align=AxisAlignment.ALIGN_MIN,
    margins=Margins.uniform(0),  # type: ignore[no-untyped-call]
)


class SigningKey(Protocol):
    """A key held in a file, in a token or by a service: P-256 with SHA-256, DER signatures."""

    @property
    def der(self) -> bytes:
        """The certificate."""
        ...

    def sign(self, data: bytes) -> bytes: ...


class _Quiet(IncrementalPdfFileWriter):
    """Leaves Info and XMP as they are: they are part of what was read and agreed."""

    def _update_meta(self) -> None:
        return None


class _DatedSigner(signers.PdfSigner):
    """Signs at the `now` it is given; nothing here reads a clock."""

    now: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.now
        return session


class _KeySigner(signers.Signer):
    """pyHanko's view of a SigningKey; keeps the key object, so it is never loaded again."""

    def __init__(self, key: SigningKey, chain: Sequence[bytes]) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([asn1_x509.Certificate.load(der) for der in chain])
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(key.der),
            cert_registry=store,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=False,
        )
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return bytes(72) if dry_run else self.key.sign(data)


def writer_for(pdf: bytes) -> IncrementalPdfFileWriter:
    return _Quiet(BytesIO(pdf))


def sign_incrementally(
    writer: IncrementalPdfFileWriter,
    field: str,
    key: SigningKey,
    authority: Authority,
    *,
    stamper: TimeStamper,
    stamp: StaticStampStyle,
    now: datetime,
    certify: bool,
) -> bytes:
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=(fields.MDPPerm.NO_CHANGES if field == SEAL_FIELD else fields.MDPPerm.FILL_FORMS),
    )
    signer = _DatedSigner(meta, _KeySigner(key, authority.chain[:1]), timestamper=stamper, stamp_style=stamp)
    signer.now = now
    out = asyncio.run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=_CMS_HEX))
    return bytes(out.getvalue())


def add_archive_timestamp(pdf: bytes, authority: Authority, stamper: TimeStamper, now: datetime) -> bytes:
    """Certificates and OCSP answers of every signature, and the document time-stamp over the whole file,
    together."""
    writer = writer_for(pdf)
    embedded = writer.prev.embedded_signatures
    certificates = {authority.held[role].der: authority.held[role].certificate for role in ("tsa", "ocsp")}
    for signature in embedded:
        der = signature.signer_cert.dump()
        certificates[der] = x509.load_der_x509_certificate(der)
    answers = [
        asn1_ocsp.OCSPResponse.load(authority.ocsp_response(certificate, now))
        for certificate in certificates.values()
        if certificate.issuer == authority.issuing.certificate.subject
        and certificate != authority.held["ocsp"].certificate
    ]
    known = [asn1_x509.Certificate.load(der) for der in (*certificates, *authority.chain)]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=known, ocsps=answers)
    timestamper = signers.PdfTimeStamper(stamper, field_name=TIMESTAMP_FIELD)
    out = asyncio.run(timestamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=_TIMESTAMP_HEX))
    return bytes(out.getvalue())


def field_box(writer: IncrementalPdfFileWriter, field: str) -> tuple[float, float]:
    for each in writer.prev.root["/AcroForm"]["/Fields"]:
        item = each.get_object()
        if item["/T"] == field:
            left, bottom, right, top = (float(value) for value in item["/Rect"])
            return right - left, top - bottom
    raise LayoutError(f"field {field} has no place")


def appearance(operators: bytes, width: float, height: float) -> StaticStampStyle:
    resources = PdfResources()  # type: ignore[no-untyped-call]
    # Red ink is translucent: the date under the seal stays readable.
    ink = {generic.pdf_name("/BM"): generic.pdf_name("/Multiply")}
    resources.ext_g_state["/Ink"] = generic.DictionaryObject(ink)  # type: ignore[no-untyped-call]
    content = RawContent(b"q %s Q" % operators, box=BoxConstraints(width, height), resources=resources)
    return StaticStampStyle(background=content, border_width=0, background_layout=_FILL)
