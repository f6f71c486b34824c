"""PDFs of other makers: their signatures are reported, what can be said is said, and their forgeries are caught."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.trust import Trust
from documents.verdict import Report, Verdict
from documents.verify import verify
from tests.documents import attacks as by

MADE = datetime.now(UTC)
LATER = MADE + timedelta(minutes=5)


@pytest.fixture(scope="module")
def maker() -> tuple[signers.SimpleSigner, bytes]:
    """A company's own RSA certificate: another algorithm, another life, no authority of ours."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example Power Company")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(MADE - timedelta(days=1)).not_valid_after(MADE + timedelta(days=900))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    pem = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(der),
        signing_key=load_private_key_from_pemder_data(pem, passphrase=None),
        cert_registry=SimpleCertificateStore(),
    )
    return signer, der


def contract() -> bytes:
    """A contract with a picture over a sentence, as the first step of a shadow attack leaves it."""
    out = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        text = document.make_stream(b"BT /F1 20 Tf 60 700 Td (pay 100) Tj ET")
        cover = document.make_stream(b"1 1 1 rg 50 650 300 100 re f")
        page.obj.Contents = pikepdf.Array([text, cover])
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        document.save(out)
    return out.getvalue()


def signed(maker: tuple[signers.SimpleSigner, bytes], *, permissions: fields.MDPPerm | None = None) -> bytes:
    """Signed by pyHanko's plain signer; with `permissions` certified (DocMDP)."""
    meta = signers.PdfSignatureMetadata(
        field_name="Signature1",
        certify=permissions is not None,
        **({"docmdp_permissions": permissions} if permissions else {}),
    )
    writer = IncrementalPdfFileWriter(BytesIO(contract()))
    return bytes(signers.sign_pdf(writer, meta, signer=maker[0]).getvalue())


def codes(report: Report) -> list[str]:
    return [each.code for each in report.reasons]


def trusting(maker: tuple[signers.SimpleSigner, bytes]) -> Trust:
    return Trust(roots=(maker[1],))


def test_a_strangers_signature_is_reported_but_not_believed(
    maker: tuple[signers.SimpleSigner, bytes], trust: Trust
) -> None:
    report = verify(signed(maker), trust, now=LATER, registered=frozenset())
    assert report.verdict is Verdict.INDETERMINATE and not report.ours
    assert codes(report) == ["verify.unknown_issuer"]
    (one,) = report.signatures
    assert (one.signer, one.sub_indication) == ("Example Power Company", "NO_CERTIFICATE_CHAIN_FOUND")


def test_with_the_makers_root_it_passes_and_says_that_it_is_not_ours(
    maker: tuple[signers.SimpleSigner, bytes],
) -> None:
    report = verify(signed(maker), trusting(maker), now=LATER)
    assert report.verdict is Verdict.PASSED and not report.ours
    assert codes(report) == ["verify.passed_other"]


def test_a_file_that_strays_from_the_standard_gets_a_reason(
    maker: tuple[signers.SimpleSigner, bytes],
) -> None:
    stray = b"junk before the header\n" + contract()
    report = verify(stray, trusting(maker), now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert set(codes(report)) & {"verify.no_signature", "verify.unreadable"}


@pytest.mark.parametrize("permissions", [None, fields.MDPPerm.FILL_FORMS, fields.MDPPerm.ANNOTATE])
@pytest.mark.parametrize(
    "forge",
    [
        by.update(by.annotation("/FreeText")),
        by.update(by.annotation("/Stamp")),
        by.update(by.form_field("/Sig")),
        by.update(by.form_field("/Tx")),
        by.update(by.page_text),
        by.freed("/Contents"),
        by.new_catalog,
    ],
    ids=["evil text", "evil stamp", "sneaky signature", "field", "replace", "hide", "hide and replace"],
)
def test_shadows_and_overlays_on_signed_and_certified_files_never_pass(
    maker: tuple[signers.SimpleSigner, bytes], permissions: fields.MDPPerm | None, forge: by.Forge
) -> None:
    report = verify(forge(signed(maker, permissions=permissions)), trusting(maker), now=LATER)
    assert report.verdict is not Verdict.PASSED
    named = {"verify.changed_after_signing", "verify.added_later", "verify.hidden", "verify.unreadable"}
    assert set(codes(report)) & named


@pytest.mark.parametrize("tail", [b"9 0 obj\n<</X 1>>\nendobj\n", b"%%EOF\nmore\n"])
def test_what_hangs_behind_the_end_of_a_strangers_file_is_named(
    maker: tuple[signers.SimpleSigner, bytes], tail: bytes
) -> None:
    whole = signed(maker)
    report = verify(whole + tail + whole[whole.rindex(b"startxref") :], trusting(maker), now=LATER)
    assert report.verdict is Verdict.FAILED
    assert "verify.outside" in codes(report)


def test_a_form_of_signature_nobody_here_can_check_is_said(maker: tuple[signers.SimpleSigner, bytes]) -> None:
    odd = signed(maker).replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")
    report = verify(odd, trusting(maker), now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert set(codes(report)) & {"verify.unsupported", "verify.hash_failure"}
