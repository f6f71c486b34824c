"""What lets a signed paper outlive its certificates: proofs of status, archive time-stamps, their renewal. Signs nothing."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from documents import asn1_patch, foreign_status, keyfiles
from documents.certificates import read
from documents.data import AuthorityPlace
from documents.errors import PaperError, SigningRefused
from documents.incremental import writer_for
from documents.pki import Authority, open_authority
from documents.timestamp import LocalTimeStamper, certificates_of, sources, stamp_certificates
from documents.trust import trust

asn1_patch.apply()

TIMESTAMP_FIELD = "timestamp"
_STAMP = "/DocTimeStamp"
_DER = Encoding.DER
# Hex digits kept free for a token: ours takes about 5 000, others' carry RSA chains.
_OWN_HEX, _FOREIGN_HEX = 8_192, 32_768


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """`stamped_by`: common name on the new stamp; `until`: when its certificate ends."""

    pdf: bytes
    sha256: str
    stamped_by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """`stamped_by`: common names on the time-stamps of each signature and of the file, in order, without repeats.

    `newest`: that of the file, `until`: when its certificate ends.
    """

    pdf: bytes
    stamped_by: tuple[str, ...]
    newest: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LastStamp:
    """The newest archive time-stamp of a file: whose it is, and until when its certificate runs."""

    stamped_by: str
    made: datetime
    until: datetime


def add_proofs(
    pdf: bytes, authority: Authority, signer: x509.Certificate, stamper: TimeStamper, now: datetime
) -> bytes:
    """B-LT: certificates, OCSP answers and lists of every signature so far and of the one that `signer` makes next.

    They come before it, so that the signature covers the whole file. Raises SigningRefused
    `signing.status_unavailable`.
    """
    writer = writer_for(pdf)
    token = asyncio.run(stamper.async_dummy_response("sha256"))
    carried = [*_certificates(_brought(writer.prev)), signer, *stamp_certificates(token["content"])]
    try:
        _supply(writer, authority, carried, now)
    except OSError as error:
        raise _unknown(error) from error
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def add_archive_stamp(pdf: bytes, authority: Authority, now: datetime) -> Archived:
    """B-LTA: the same, and a document time-stamp over the whole file in one update.

    Services are asked in the configured order; one whose certificate's status nobody tells is passed over.
    Raises SigningRefused `signing.status_unavailable` where that of a signature's own certificate is not told.
    """
    stampers = sources(authority, now)
    for stamper in stampers[:-1]:
        try:
            return _stamped(pdf, authority, stamper, now, _FOREIGN_HEX)
        except OSError:
            continue
    try:
        return _stamped(pdf, authority, stampers[-1], now, _OWN_HEX)
    except OSError as error:
        raise _unknown(error) from error


def renew(pdf: bytes, *, authority: AuthorityPlace, now: datetime) -> Renewed:
    """One more archive time-stamp over everything, before the last one's certificate ends (EN 319 142-1 5.5).

    Raises PaperError `renew.no_stamp` (nothing to renew), `renew.too_late` (its certificate has ended),
    `renew.unreadable`.
    """
    last = last_stamp(pdf)
    if last is None:
        raise PaperError("renew.no_stamp", "这份文件没有归档时间戳，不需要也不能续期。")
    if now >= last.until:
        raise PaperError("renew.too_late", "最后一个归档时间戳的证书已经到期，续期已无法补救。")
    opened = open_authority(authority)
    try:
        renewed = add_archive_stamp(pdf, opened, now)
    except PdfError:
        raise _unreadable() from None
    digest = hashlib.sha256(renewed.pdf).hexdigest()
    return Renewed(pdf=renewed.pdf, sha256=digest, stamped_by=renewed.newest, until=renewed.until)


def last_stamp(pdf: bytes) -> LastStamp | None:
    """None where the last thing in the file is no document time-stamp. Raises PaperError `renew.unreadable`."""
    try:
        embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if not embedded or embedded[-1].sig_object_type != _STAMP:
            return None
        token = embedded[-1].signed_data
        certificate = read(embedded[-1].signer_cert.dump())
        made: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    except (PdfError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _unreadable() from None
    return LastStamp(stamped_by=common_name(certificate), made=made, until=certificate.not_valid_after_utc)


def common_name(certificate: x509.Certificate) -> str:
    """Whose certificate it is, "" where it does not say."""
    found = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else ""


def stamps_of(pdf: bytes) -> list[str]:
    """Who stamped each signature and the file, in order, without repeats."""
    return list(dict.fromkeys(_stamps(_brought(PdfFileReader(BytesIO(pdf))))))


class _Kept(TimeStamper):
    """A time-stamper that keeps the last token it gave."""

    def __init__(self, inner: TimeStamper) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.inner = inner
        self.token: Any = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        self.token = await self.inner.async_timestamp(message_digest, md_algorithm)
        return self.token


def _stamped(pdf: bytes, authority: Authority, stamper: TimeStamper, now: datetime, room: int) -> Archived:
    writer = writer_for(pdf)
    brought = _brought(writer.prev)
    carried = _certificates(brought)
    if not isinstance(stamper, LocalTimeStamper):
        # Its certificates are proven in the same update that it will cover.
        carried += stamp_certificates(asyncio.run(stamper.async_dummy_response("sha256"))["content"])
    _supply(writer, authority, carried, now)
    kept = _Kept(stamper)
    timestamper = signers.PdfTimeStamper(kept, field_name=_free({each.field for each in brought}))
    out = asyncio.run(timestamper.async_timestamp_pdf(writer, "sha256", bytes_reserved=room))
    certificate = stamp_certificates(kept.token["content"])[0]
    newest = common_name(certificate)
    return Archived(
        pdf=bytes(out.getvalue()),
        stamped_by=tuple(dict.fromkeys((*_stamps(brought), newest))),
        newest=newest,
        until=certificate.not_valid_after_utc,
    )


def _free(used: set[str]) -> str:
    names = (TIMESTAMP_FIELD, *(f"{TIMESTAMP_FIELD}_{n}" for n in range(2, len(used) + 3)))
    return next(name for name in names if name not in used)


def _supply(writer: Any, authority: Authority, carried: list[x509.Certificate], now: datetime) -> None:
    own = [authority.held[role].certificate for role in ("tsa", "ocsp")]
    issuers = [read(der) for der in authority.issuers]
    everyone = list(dict.fromkeys([*own, *carried, *issuers]))
    responders = {responder.certificate for _, responder in authority.generations}
    trusted = trust(authority.place.directory)
    pool = [*everyone, *(read(der) for der in (*trusted.stamp_roots, *trusted.seal_roots))]
    answers: list[bytes] = []
    root_list = authority.place.directory / keyfiles.ROOT_LIST
    lists = [root_list.read_bytes()] if root_list.exists() else []
    for certificate in everyone:
        if certificate in responders or now > certificate.not_valid_after_utc:
            continue
        mine = authority.ocsp_response(certificate, now)
        if mine is not None:
            answers.append(mine)
            continue
        if certificate not in issuers:
            told, listed = foreign_status.proof(certificate, pool, trusted.crls, now)
            answers += told
            lists += listed
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1_x509.Certificate.load(each.public_bytes(_DER)) for each in everyone],
        ocsps=[asn1_ocsp.OCSPResponse.load(each) for each in answers],
        crls=[asn1_crl.CertificateList.load(each) for each in lists],
    )


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a signature or time-stamp brings along, and where the bytes it covers end; a stamp's own certificate first."""

    field: str
    end: int
    stamp: bool
    certificates: list[x509.Certificate]
    tokens: list[list[x509.Certificate]]


def _brought(reader: PdfFileReader) -> list[_Brought]:
    """Of every signature in the file, in signing order."""
    found: list[_Brought] = []
    for name, value, _ in enumerate_sig_fields(reader, filled_status=True):
        said = value.get_object()
        signed = cms.ContentInfo.load(said.raw_get("/Contents").original_bytes)["content"]
        stamp = said.get("/Type") == _STAMP
        tokens = [] if stamp else extract_tst_data_iter(signed["signer_infos"][0], signed=False)
        _, _, second, rest = said["/ByteRange"]
        found.append(
            _Brought(
                name,
                int(second) + int(rest),
                stamp,
                stamp_certificates(signed) if stamp else certificates_of(signed),
                [stamp_certificates(each) for each in tokens],
            )
        )
    return sorted(found, key=lambda each: each.end)


def _certificates(brought: list[_Brought]) -> list[x509.Certificate]:
    lists = (chain for each in brought for chain in (each.certificates, *each.tokens))
    return [certificate for chain in lists for certificate in chain]


def _stamps(brought: list[_Brought]) -> Iterator[str]:
    for each in brought:
        if each.stamp:
            yield common_name(each.certificates[0])
        yield from (common_name(token[0]) for token in each.tokens)


def _unreadable() -> PaperError:
    return PaperError("renew.unreadable", "文件读不出来，不能续期；请先校验它。")


def _unknown(error: OSError) -> SigningRefused:
    return SigningRefused(
        "signing.status_unavailable",
        "此刻查不到印章证书的吊销状态，盖出的文书将无法长期验证；请接通网络后重试。",
        detail=type(error).__name__,
    )
