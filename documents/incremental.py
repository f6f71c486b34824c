"""Writes one signature as an incremental update with pyHanko. Knows no order of signing, no archive."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import PdfResources, RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, LayoutError, Margins, SimpleBoxLayoutRule
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.stamp import StaticStampStyle

from documents import asn1_patch, name_patch, reading_patch
from documents.archive import SEAL_FIELD
from documents.certificates import HeldKey
from documents.pki import Authority
from documents.signed_data import detached, signed_attributes
from documents.signer import CmsSigner, Signer

asn1_patch.apply()
name_patch.apply()
reading_patch.apply()

# Hex digits kept free: a P-256 CMS with its time-stamp takes about 9 000, a bare time-stamp 5 000.
_CMS_HEX = 12_288
# Tokens and chains of other services: RSA keys, several certificates.
_FOREIGN_HEX = 40_960
_FILL = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN,
    y_align=AxisAlignment.ALIGN_MIN,
    margins=Margins.uniform(0),  # type: ignore[no-untyped-call]
)


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
    """pyHanko's view of a Signer; keeps the key object, so it is never loaded again.

    `chain`: DER certificates above its own that go along, no root.
    """

    def __init__(self, key: Signer, chain: Sequence[bytes]) -> None:
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(der_of(key)),
            signature_mechanism=SignedDigestAlgorithm({"algorithm": key.algorithm}),
        )
        self.key = key
        self.chain = chain

    async def async_sign(  # type: ignore[override]  # PAdES and this key decide what the other parameters would
        self, data_digest: bytes, digest_algorithm: str, **how: Any
    ) -> cms.ContentInfo:
        certificate, encoded = self.key.certificate, der_of(self.key)
        attributes = signed_attributes(data_digest, certificate, encoded)
        signature = self.key.sign(attributes)
        stamper: TimeStamper | None = how.get("timestamper")
        token = b""
        if stamper is not None:
            token = (await stamper.async_timestamp(hashlib.sha256(signature).digest(), "sha256")).dump()
        made = detached(
            certificate,
            certificates=(encoded, *self.chain),
            attributes=attributes,
            algorithm=self.key.algorithm,
            signature=signature,
            token=token,
        )
        return cms.ContentInfo.load(made)


class _WholeSigner(_KeySigner):
    """The CMS is made by the service that holds the key; the time-stamp of its signature is added here."""

    async def async_sign(  # type: ignore[override]  # the service decides what the other parameters would
        self, data_digest: bytes, digest_algorithm: str, **how: Any
    ) -> cms.ContentInfo:
        assert isinstance(self.key, CmsSigner)
        made = cms.ContentInfo.load(self.key.sign_digest(data_digest))
        stamper: TimeStamper | None = how.get("timestamper")
        if stamper is not None:
            info = made["content"]["signer_infos"][0]
            digest = hashlib.sha256(info["signature"].native).digest()
            token = await stamper.async_timestamp(digest, "sha256")
            info["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [token]}]
        return made


def writer_for(pdf: bytes) -> IncrementalPdfFileWriter:
    return _Quiet(BytesIO(pdf))


def der_of(key: Signer) -> bytes:
    """The signer's certificate."""
    return key.certificate.public_bytes(Encoding.DER)


def sign_incrementally(
    writer: IncrementalPdfFileWriter,
    field: str,
    key: Signer,
    authority: Authority,
    *,
    stamper: TimeStamper | None,
    stamp: StaticStampStyle,
    now: datetime,
    certify: bool,
    reason: str | None = None,
) -> bytes:
    """One signature; `stamper` None leaves it without a time-stamp (B-B)."""
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=(fields.MDPPerm.NO_CHANGES if field == SEAL_FIELD else fields.MDPPerm.FILL_FORMS),
        reason=reason,
    )
    kind = _WholeSigner if isinstance(key, CmsSigner) else _KeySigner
    signer = _DatedSigner(
        meta, kind(key, key.issuers or authority.chain[:1]), timestamper=stamper, stamp_style=stamp
    )
    signer.now = now
    room = _CMS_HEX if isinstance(key, HeldKey) and not authority.place.stamp_urls else _FOREIGN_HEX
    out = asyncio.run(signer.async_sign_pdf(writer, existing_fields_only=True, bytes_reserved=room))
    return bytes(out.getvalue())


def field_box(writer: IncrementalPdfFileWriter, field: str) -> tuple[float, float]:
    for each in writer.prev.root["/AcroForm"]["/Fields"]:
        item = each.get_object()
        if item["/T"] == field:
            left, bottom, right, top = (float(value) for value in item["/Rect"])
            return round(right - left, 2), round(top - bottom, 2)
    raise LayoutError(f"field {field} has no place")


def appearance(
    operators: bytes,
    width: float,
    height: float,
    pictures: Mapping[str, generic.IndirectObject] | None = None,
) -> StaticStampStyle:
    """`pictures`: image XObjects of the same writer by the name that the operators call them."""
    resources = PdfResources()  # type: ignore[no-untyped-call]
    for name, picture in (pictures or {}).items():
        resources.xobject[name] = picture
    # Red ink is translucent: the date under the seal stays readable.
    ink = {generic.pdf_name("/BM"): generic.pdf_name("/Multiply")}
    resources.ext_g_state["/Ink"] = generic.DictionaryObject(ink)  # type: ignore[no-untyped-call]
    content = RawContent(b"q %s Q" % operators, box=BoxConstraints(width, height), resources=resources)
    return StaticStampStyle(background=content, border_width=0, background_layout=_FILL)
