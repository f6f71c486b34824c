"""Certificates and keys of the embedded authority as values: who may do what, for how long. Keeps no files."""

from __future__ import annotations

import stringprep
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from documents.signer import ECDSA

# OIDs under 2.25 (ITU-T X.667) need no registration: 2.25.<UUID as number>.
EVIDENCE_OID = x509.ObjectIdentifier("2.25.207314190472634163174926133411903870141")
REHEARSAL_POLICY = x509.ObjectIdentifier("2.25.118250413968745131276301498571938246017")
# Nobody fetches this: answers travel inside the papers. It only tells validators that OCSP answers exist.
OCSP_URL = "http://ocsp.mobile-court.invalid/"
REHEARSAL_WORD = "演练"
DEMONSTRATION_WORD = "演示专用"
SEAL_UNIT = "电子印章"
# Behind the role in the certificate of a field that the court filled in for one who would not sign.
REFUSED_WORD = "（拒绝签名）"
YEAR = timedelta(days=365)
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A signer whose P-256 key is in this process; `sign` is ECDSA with SHA-256, DER."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def issuers(self) -> tuple[bytes, ...]:
        return ()

    @property
    def algorithm(self) -> str:
        return ECDSA

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def make_root(body_name: str, now: datetime) -> HeldKey:
    key = ec.generate_private_key(ec.SECP256R1())
    name = subject_name(fit_name(body_name, f"根（{DEMONSTRATION_WORD}）"), body_name, "根证书")
    builder = _authority(name, name, key, now, 40 * YEAR, path_length=None)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    return HeldKey(key, builder.sign(key, hashes.SHA256()))


def make_issuing(
    body_name: str, root: HeldKey, now: datetime, rehearsal: bool, generation: int = 1
) -> HeldKey:
    """`generation` stands in the name: validators look for issuers by name."""
    key = ec.generate_private_key(ec.SECP256R1())
    word = REHEARSAL_WORD if rehearsal else DEMONSTRATION_WORD
    count = str(generation) if generation > 1 else ""
    name = subject_name(fit_name(body_name, f"签发{count}（{word}）"), body_name, "签发机构")
    builder = _authority(name, root.certificate.subject, key, now, 35 * YEAR, path_length=0)
    builder = builder.add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    builder = builder.add_extension(authority_key_id(root), critical=False)
    if rehearsal:
        builder = builder.add_extension(rehearsal_policies(), critical=False)
    return HeldKey(key, builder.sign(root.key, hashes.SHA256()))


def make_leaf(role: str, body_name: str, issuing: HeldKey, now: datetime, rehearsal: bool) -> HeldKey:
    word = REHEARSAL_WORD if rehearsal else DEMONSTRATION_WORD
    titles = {"tsa": "时间戳", "ocsp": "证书状态", "qr": "二维码"}
    key = ec.generate_private_key(ec.SECP256R1())
    subject = subject_name(fit_name(body_name, f"（{word}）"), body_name, titles[role])
    public = key.public_key()
    builder = leaf(subject, public, issuing, now, 30 * YEAR, rehearsal, status=role != "ocsp")
    if role == "tsa":
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    if role == "ocsp":
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False
        )
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    builder = builder.add_extension(signing_usage(), critical=True)
    return HeldKey(key, builder.sign(issuing.key, hashes.SHA256()))


def make_seal(body_name: str, issuing: HeldKey, now: datetime, rehearsal: bool) -> HeldKey:
    key = ec.generate_private_key(ec.SECP256R1())
    return HeldKey(key, certify_seal(body_name, key.public_key(), issuing, now, rehearsal))


def certify_seal(
    body_name: str, key: PublicKey, issuing: HeldKey, now: datetime, rehearsal: bool
) -> x509.Certificate:
    """The certificate of a body's seal, whoever holds the key."""
    word = REHEARSAL_WORD if rehearsal else DEMONSTRATION_WORD
    subject = subject_name(fit_name(body_name, f"（{word}）"), body_name, SEAL_UNIT)
    builder = leaf(subject, key, issuing, now, 30 * YEAR, rehearsal)
    return builder.add_extension(signing_usage(), critical=True).sign(issuing.key, hashes.SHA256())


def _authority(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    life: timedelta,
    path_length: int | None,
) -> x509.CertificateBuilder:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    builder = _certificate(subject, issuer, key.public_key(), now, life)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
    return builder.add_extension(usage, critical=True)


def leaf(
    subject: x509.Name,
    key: PublicKey,
    issuing: HeldKey,
    now: datetime,
    life: timedelta,
    rehearsal: bool,
    status: bool = True,
) -> x509.CertificateBuilder:
    builder = _certificate(subject, issuing.certificate.subject, key, now, life)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    builder = builder.add_extension(authority_key_id(issuing), critical=False)
    if rehearsal:
        builder = builder.add_extension(rehearsal_policies(), critical=False)
    if status:
        access = x509.AccessDescription(
            x509.oid.AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(OCSP_URL)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return builder


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: PublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    # An hour back: the vehicle's clock may have been set between founding and the first signature.
    begin = whole_second(now) - timedelta(hours=1)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(begin).not_valid_after(begin + life)


def subject_name(common: str, organisation: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, fit_name(organisation)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, fit_name(unit)),
            x509.NameAttribute(NameOID.COMMON_NAME, fit_name(common)),
        ]
    )


def fit_name(text: str, suffix: str = "") -> str:
    """`text` and `suffix` as a certificate's name: within 64 bytes of UTF-8, cut before the suffix.

    64 is how cryptography reads X.520's bound. Characters newer than Unicode 3.2 (RFC 4518 2.2 forbids them in names;
    validators refuse the certificate) are written as "(U+2CC5F)"; the paper's list of fields has the true
    name.
    """
    room = 64 - len(suffix.encode())
    text = "".join(f"(U+{ord(c):04X})" if stringprep.in_table_a1(c) else c for c in text)
    return text.encode()[:room].decode(errors="ignore") + suffix


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def signing_usage() -> x509.KeyUsage:
    return x509.KeyUsage(True, True, False, False, False, False, False, False, False)


def rehearsal_policies() -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(REHEARSAL_POLICY, None)])


def authority_key_id(issuer: HeldKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.certificate.public_key())  # type: ignore[arg-type]


def spki(held: HeldKey) -> bytes:
    return held.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def whole_second(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(microsecond=0)


def read(der: bytes) -> x509.Certificate:
    """A certificate that a stranger may have written.

    :raises ValueError: broken, of a version that does not exist, or with a key nobody knows.
    """
    certificate = parsed(der)
    try:
        certificate.public_key()
    except (UnsupportedAlgorithm, TypeError) as error:
        raise ValueError("not a certificate") from error
    return certificate


def parsed(der: bytes) -> x509.Certificate:
    """The same, whatever its key. Raises ValueError."""
    try:
        with warnings.catch_warnings():
            # What the library only warns of (a serial number below one) no honest issuer writes.
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            return x509.load_der_x509_certificate(der)
    except (x509.InvalidVersion, TypeError, CryptographyDeprecationWarning) as error:
        raise ValueError("not a certificate") from error
