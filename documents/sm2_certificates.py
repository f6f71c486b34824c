"""Certificates and revocation lists signed with SM2 (GM/T 0015, GB/T 20518), made and checked as values. Keeps no files.

`cryptography` reads these but neither makes nor verifies them; names and extensions are its own encodings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtensionOID

from documents.certificates import (
    DEMONSTRATION_WORD,
    REHEARSAL_WORD,
    SEAL_UNIT,
    YEAR,
    fit_name,
    parsed,
    rehearsal_policies,
    signing_usage,
    subject_name,
    whole_second,
)
from documents.signed_data import der, integer, oid
from documents.signer import SM2
from documents.sm2 import SPKI_PREFIX, Sm2Key, verified
from documents.status import Revocations

SM2_WITH_SM3 = "1.2.156.10197.1.501"
_ALGORITHM = der(0x30, oid(SM2_WITH_SM3))
_DER = serialization.Encoding.DER
# Extensions this checker understands; a critical one beside them makes a certificate unusable (RFC 5280 4.2).
_UNDERSTOOD = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
    }
)
_LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class HeldSm2Key:
    """A signer whose SM2 key is in this process; `sign` is SM2 with SM3, DER."""

    key: Sm2Key
    certificate: x509.Certificate

    @property
    def issuers(self) -> tuple[bytes, ...]:
        return ()

    @property
    def algorithm(self) -> str:
        return SM2

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(_DER)

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


def make_root(body_name: str, now: datetime) -> HeldSm2Key:
    """The root of the second profile."""
    key = Sm2Key.generate()
    name = subject_name(fit_name(body_name, f"国密根（{DEMONSTRATION_WORD}）"), body_name, "国密根证书")
    return HeldSm2Key(key, _authority(name, key.public(), None, key, now, 40 * YEAR, path_length=None))


def make_issuing(
    body_name: str, root: HeldSm2Key, now: datetime, rehearsal: bool, generation: int = 1
) -> HeldSm2Key:
    """The authority that certifies seals; `generation` stands in its name."""
    key = Sm2Key.generate()
    word = REHEARSAL_WORD if rehearsal else DEMONSTRATION_WORD
    count = str(generation) if generation > 1 else ""
    name = subject_name(fit_name(body_name, f"国密签发{count}（{word}）"), body_name, "国密签发机构")
    more = [_extension(rehearsal_policies())] if rehearsal else []
    made = _authority(name, key.public(), root, root.key, now, 35 * YEAR, path_length=0, more=more)
    return HeldSm2Key(key, made)


def make_seal(body_name: str, issuing: HeldSm2Key, now: datetime, rehearsal: bool) -> HeldSm2Key:
    """A body's second seal key and its certificate."""
    key = Sm2Key.generate()
    return HeldSm2Key(key, certify_seal(body_name, key.public(), issuing, now, rehearsal))


def certify_seal(
    body_name: str, public: bytes, issuing: HeldSm2Key, now: datetime, rehearsal: bool
) -> x509.Certificate:
    """The certificate of a body's second seal, whoever holds the key (`public`: DER SubjectPublicKeyInfo)."""
    word = REHEARSAL_WORD if rehearsal else DEMONSTRATION_WORD
    subject = subject_name(fit_name(body_name, f"国密（{word}）"), body_name, SEAL_UNIT)
    extensions = [
        _extension(x509.BasicConstraints(ca=False, path_length=None), critical=True),
        _key_id(public),
        _issuer_id(issuing.certificate),
        _extension(signing_usage(), critical=True),
    ]
    if rehearsal:
        extensions.append(_extension(rehearsal_policies()))
    return _certificate(subject, public, issuing.certificate.subject, issuing.key, now, 30 * YEAR, extensions)


def revocation_list(issuing: HeldSm2Key, revoked: Revocations, now: datetime, until: datetime) -> bytes:
    """DER list of one authority, with the serial numbers in `revoked`."""
    moment = whole_second(now)
    entries = [
        der(0x30, integer(int(serial)), _time(at), *_reason(why)) for serial, (at, why) in revoked.items()
    ]
    extensions = [_issuer_id(issuing.certificate), _extension(x509.CRLNumber(int(moment.timestamp())))]
    body = der(
        0x30,
        integer(1),
        _ALGORITHM,
        issuing.certificate.subject.public_bytes(),
        _time(moment),
        _time(until),
        *([der(0x30, *entries)] if entries else []),
        der(0xA0, der(0x30, *extensions)),
    )
    return _signed(body, issuing.key)


def read(der: bytes) -> x509.Certificate:
    """An SM2 certificate that a stranger may have written. Raises ValueError."""
    certificate = parsed(der)
    try:
        readable = is_sm2(certificate) and certificate.issuer and certificate.subject
        len(certificate.extensions)
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as error:
        raise ValueError("not a certificate") from error
    if not readable:
        raise ValueError("not an SM2 certificate")
    return certificate


def public_key(certificate: x509.Certificate) -> bytes:
    """DER SubjectPublicKeyInfo of an SM2 certificate, b"" of any other; `cryptography` cannot load the key."""
    start = certificate.tbs_certificate_bytes.find(SPKI_PREFIX)
    found = certificate.tbs_certificate_bytes[start : start + len(SPKI_PREFIX) + 64] if start >= 0 else b""
    return found if certificate.public_key_algorithm_oid.dotted_string == _EC else b""


def is_sm2(certificate: x509.Certificate) -> bool:
    """Whether it has an SM2 key."""
    return bool(public_key(certificate))


def signed_by(signed: x509.Certificate | x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether the issuer's SM2 key signed a certificate or a list that names it."""
    try:
        named = signed.issuer == issuer.subject
        if not named or signed.signature_algorithm_oid.dotted_string != SM2_WITH_SM3:
            return False
    except ValueError:  # names are read late
        return False
    body = signed.tbs_certificate_bytes if isinstance(signed, x509.Certificate) else signed.tbs_certlist_bytes
    return verified(public_key(issuer), signed.signature, body)


def path(
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
) -> tuple[x509.Certificate, ...]:
    """From the certificate's issuer up to one of `roots`; () where no chain of SM2 signatures leads there.

    RFC 5280 6.1 without policies and name constraints, which are refused where they are critical. Says nothing of time.
    """
    found: list[x509.Certificate] = []
    current = certificate
    while len(found) < _LONGEST_CHAIN:
        root = next((each for each in roots if signed_by(current, each)), None)
        above = root or next((c for c in others if c != current and signed_by(current, c)), None)
        if above is None or not _may_issue(above, below=len(found)):
            return ()
        found.append(above)
        if root is not None:
            return tuple(found)
        current = above
    return ()


def may_seal(certificate: x509.Certificate) -> bool:
    """Whether this certificate is one of a signature (RFC 5280 4.2.1.3), with nothing critical that is not understood."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        return (usage.digital_signature or usage.content_commitment) and _understood(certificate)
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may_issue(authority: x509.Certificate, *, below: int) -> bool:
    try:
        limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    short_enough = limits.path_length is None or below <= limits.path_length
    return limits.ca and usage.key_cert_sign and short_enough and _understood(authority)


def _understood(certificate: x509.Certificate) -> bool:
    return all(each.oid in _UNDERSTOOD for each in certificate.extensions if each.critical)


def _authority(
    subject: x509.Name,
    public: bytes,
    above: HeldSm2Key | None,
    key: Sm2Key,
    now: datetime,
    life: timedelta,
    *,
    path_length: int | None,
    more: Sequence[bytes] = (),
) -> x509.Certificate:
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    extensions = [
        _extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True),
        _extension(usage, critical=True),
        _key_id(public),
        *([_issuer_id(above.certificate)] if above else []),
        *more,
    ]
    issuer = above.certificate.subject if above else subject
    return _certificate(subject, public, issuer, key, now, life, extensions)


def _certificate(
    subject: x509.Name,
    public: bytes,
    issuer: x509.Name,
    key: Sm2Key,
    now: datetime,
    life: timedelta,
    extensions: Sequence[bytes],
) -> x509.Certificate:
    # An hour back, as all certificates here: the vehicle's clock may have been set since.
    begin = whole_second(now) - timedelta(hours=1)
    body = der(
        0x30,
        der(0xA0, integer(2)),
        integer(x509.random_serial_number()),
        _ALGORITHM,
        issuer.public_bytes(),
        der(0x30, _time(begin), _time(begin + life)),
        subject.public_bytes(),
        public,
        der(0xA3, der(0x30, *extensions)),
    )
    return x509.load_der_x509_certificate(_signed(body, key))


def _signed(body: bytes, key: Sm2Key) -> bytes:
    return der(0x30, body, _ALGORITHM, der(0x03, b"\x00", key.sign(body)))


def _time(moment: datetime) -> bytes:
    """RFC 5280 4.1.2.5: two digits of the year until 2049."""
    moment = whole_second(moment)
    if moment.year < 2050:
        return der(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return der(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _extension(value: x509.ExtensionType, *, critical: bool = False) -> bytes:
    flag = b"\x01\x01\xff" if critical else b""
    return der(0x30, oid(value.oid.dotted_string), flag, der(0x04, value.public_bytes()))


def _key_id(public: bytes) -> bytes:
    return _extension(x509.SubjectKeyIdentifier(_short(public)))


def _issuer_id(issuer: x509.Certificate) -> bytes:
    named = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return _extension(x509.AuthorityKeyIdentifier(named, None, None))


def _short(public: bytes) -> bytes:
    """RFC 7093 2 (1): the left 160 bits of SHA-256 of the key's bits, an identifier and no security."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public[-65:])
    return digest.finalize()[:20]


def _reason(why: x509.ReasonFlags) -> tuple[bytes, ...]:
    if why is x509.ReasonFlags.unspecified:  # RFC 5280 5.3.1: left out, not written
        return ()
    return (der(0x30, _extension(x509.CRLReason(why))),)


_EC = "1.2.840.10045.2.1"
