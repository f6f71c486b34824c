"""The embedded authority: CAs, seals, time-stamp and OCSP certificates, event certificates. Keeps its files by keyfiles."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents import keyfiles, status
from documents.certificates import (
    EVIDENCE_OID,
    YEAR,
    HeldKey,
    general_name,
    leaf,
    make_issuing,
    make_leaf,
    make_root,
    make_seal,
    signing_usage,
    spki,
    subject_name,
)
from documents.data import AuthorityPlace, ServicePlace, TokenPlace
from documents.errors import SigningRefused
from documents.signer import Signer
from documents.text import local
from documents.trust import Trust, trust

__all__ = ["Authority", "Trust", "found", "open_authority", "trust"]

ISSUING_ROLES = ("issuing", "ocsp")
_ROLES = (*ISSUING_ROLES, "tsa", "qr")
# 民诉法解释 262: papers of a people's tribunal (人民法庭) bear the seal of its basic court.
_TRIBUNALS = ("法庭", "审判庭", "审判点")


@dataclass(slots=True)
class Authority:
    """An opened authority. Keys of CAs and of seals in files stay here; event keys are made, used once and dropped.

    `generations`: issuing CA and its responder, the newest first.
    """

    place: AuthorityPlace
    body_name: str
    rehearsal: bool
    held: dict[str, HeldKey]
    seals: dict[str, Signer]
    generations: tuple[tuple[HeldKey, HeldKey], ...]
    root: x509.Certificate

    @property
    def issuing(self) -> HeldKey:
        return self.held["issuing"]

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing CA and root, DER: what a signature carries beside its own certificate."""
        return (self.issuing.der, self.root.public_bytes(serialization.Encoding.DER))

    @property
    def issuers(self) -> tuple[bytes, ...]:
        """Every issuing CA there was and the root, DER."""
        return (*(issuing.der for issuing, _ in self.generations), self.chain[1])

    def seal(self, body_name: str) -> Signer:
        """The seal of one body. Raises SigningRefused `signing.no_seal`, PaperError where its key cannot be reached."""
        if body_name not in self.seals:
            self.seals[body_name] = self._open_seal(body_name)
        return self.seals[body_name]

    def _open_seal(self, body_name: str) -> Signer:
        role = seal_role(body_name)
        place = next((each for each in self.place.seals if each.body_name == body_name), None)
        if isinstance(place, TokenPlace):
            from documents.hsm import open_token

            return open_token(place, keyfiles.certificate(self.place.directory, role))
        if isinstance(place, ServicePlace):
            from documents.signing_service import open_service

            return open_service(place)
        if not (self.place.directory / f"{role}.key").exists():
            raise SigningRefused(
                "signing.no_seal",
                f"本机没有“{body_name}”的电子印章，请核对出具单位名称。",
                name=body_name,
            )
        return keyfiles.load(self.place.directory, role, keyfiles.passphrase(self.place))

    def issue_event_certificate(self, name: str, role: str, evidence_sha256: bytes, now: datetime) -> HeldKey:
        """A fresh P-256 key certified for one signature of `name`; the certificate carries the evidence
        hash."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = subject_name(name, self.body_name, role)
        builder = leaf(subject, key.public_key(), self.issuing, now, timedelta(days=1095), self.rehearsal)
        builder = builder.add_extension(signing_usage(), critical=True)
        evidence = x509.UnrecognizedExtension(EVIDENCE_OID, b"\x04\x20" + evidence_sha256)
        certificate = builder.add_extension(evidence, critical=False).sign(self.issuing.key, hashes.SHA256())
        return HeldKey(key, certificate)

    def ocsp_response(self, certificate: x509.Certificate, now: datetime) -> bytes | None:
        """DER OCSP answer about a certificate that this authority gave out; None about any other."""
        for issuing, responder in self.generations:
            if certificate.issuer == issuing.certificate.subject:
                return status.ocsp_response(
                    certificate, issuing, responder, keyfiles.revoked(self.place.directory), now
                )
        return None

    def crls(self, now: datetime) -> list[bytes]:
        """DER revocation lists, one of each issuing generation."""
        entries = keyfiles.revoked(self.place.directory)
        return [status.revocation_list(issuing, entries, now) for issuing, _ in self.generations]

    def require_usable(self, certificate: x509.Certificate, now: datetime) -> None:
        """Raises SigningRefused `signing.key_revoked`, `signing.key_expired`, `signing.key_not_yet`."""
        require_standing(certificate, keyfiles.revoked(self.place.directory), now)


def require_standing(certificate: x509.Certificate, entries: status.Revocations, now: datetime) -> None:
    """Raises SigningRefused `signing.key_revoked`, `signing.key_expired`, `signing.key_not_yet`."""
    revoked = entries.get(str(certificate.serial_number))
    if revoked is not None:
        raise SigningRefused(
            "signing.key_revoked",
            f"这枚电子印章的证书已于{local(revoked[0]):%Y年%-m月%-d日}吊销，不能再用；请先更换密钥。",
            reason=revoked[1].value,
        )
    if now > certificate.not_valid_after_utc:
        raise SigningRefused(
            "signing.key_expired",
            f"这枚电子印章的证书已于{local(certificate.not_valid_after_utc):%Y年%-m月%-d日}到期，请换发后再盖章。",
        )
    if now < certificate.not_valid_before_utc:
        raise SigningRefused("signing.key_not_yet", "这枚电子印章的证书还没有生效，请核对本机的日期和时间。")


def found(
    place: AuthorityPlace,
    *,
    body_name: str,
    now: datetime,
    parent: AuthorityPlace | None = None,
    other_bodies: tuple[str, ...] = (),
) -> None:
    """Make all keys and certificates (encrypted PKCS#8, 0600). What already stands is left as it is.

    Every body that seals papers has a seal of its own: `body_name` (the court) and `other_bodies` (the
    committee).
    With `parent` this is a rehearsal authority: its issuing CA is certified by the parent's root and says
    演练.
    `place.passphrase_file` must exist and hold at least 16 bytes.
    """
    if not (place.directory / keyfiles.PUBLIC).exists():
        _found(place, body_name, now, parent)
    if parent is None and not (place.directory / keyfiles.ROOT_LIST).exists():
        root = keyfiles.load(place.directory, "root", keyfiles.passphrase(place))
        keyfiles.write(place.directory / keyfiles.ROOT_LIST, status.root_list(root, now), 0o644)
    for body in (body_name, *other_bodies):
        add_seal(place, body, now=now)


def add_seal(place: AuthorityPlace, body_name: str, *, now: datetime) -> None:
    """A seal key and certificate for one more body, once; none where the key lies elsewhere.

    Raises SigningRefused `signing.tribunal_seal` (民诉法解释 262).
    """
    if body_name.endswith(_TRIBUNALS):
        raise SigningRefused(
            "signing.tribunal_seal",
            f"“{body_name}”不能有自己的院印：人民法庭制作的文书应当加盖所属基层人民法院的印章。",
            name=body_name,
        )
    role = seal_role(body_name)
    public = keyfiles.public(place.directory)
    if body_name not in public.setdefault("bodies", []):
        public["bodies"].append(body_name)
        keyfiles.write_public(place.directory, public)
    if any(each.body_name == body_name for each in place.seals):
        return
    if (place.directory / f"{role}.pem").exists():
        return
    secret = keyfiles.passphrase(place)
    issuing = keyfiles.load(place.directory, "issuing", secret)
    keyfiles.keep(
        place.directory, role, make_seal(body_name, issuing, now, bool(public["rehearsal"])), secret
    )


def seal_role(body_name: str) -> str:
    """File name of a body's seal key."""
    return f"seal-{hashlib.sha256(body_name.encode()).hexdigest()[:12]}"


def server_certificate(
    place: AuthorityPlace, names: tuple[str, ...], *, now: datetime
) -> tuple[bytes, bytes]:
    """HTTPS on a LAN: PEM chain and PEM PKCS#8 key (unencrypted) for DNS names and IP addresses, one year."""
    opened = open_authority(place)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = subject_name(names[0], opened.body_name, "HTTPS")
    builder = leaf(subject, key.public_key(), opened.issuing, now, YEAR, opened.rehearsal, status=False)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False
    )
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    certificate = builder.add_extension(usage, critical=True).sign(opened.issuing.key, hashes.SHA256())
    chain = b"".join(each.public_bytes(keyfiles.PEM) for each in (certificate, opened.issuing.certificate))
    return chain, key.private_bytes(
        keyfiles.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def root_pem(directory: Path) -> bytes:
    """The root certificate, for browsers and other checkers to install."""
    return (directory / "root.pem").read_bytes()


def _found(place: AuthorityPlace, body_name: str, now: datetime, parent: AuthorityPlace | None) -> None:
    directory = place.directory
    secret = keyfiles.passphrase(place)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    rehearsal = parent is not None
    if parent is None:
        root = make_root(body_name, now)
        keyfiles.keep(directory, "root", root, secret)
    else:
        root = keyfiles.load(parent.directory, "root", keyfiles.passphrase(parent))
        keyfiles.write(directory / "root.pem", root.certificate.public_bytes(keyfiles.PEM), 0o644)
        if (told := parent.directory / keyfiles.ROOT_LIST).exists():
            keyfiles.write(directory / keyfiles.ROOT_LIST, told.read_bytes(), 0o644)
    issuing = make_issuing(body_name, root, now, rehearsal)
    made = {"issuing": issuing}
    for role in ("tsa", "ocsp", "qr"):
        made[role] = make_leaf(role, body_name, issuing, now, rehearsal)
    for role, held in made.items():
        keyfiles.keep(directory, role, held, secret)
    public_key = spki(made["qr"])
    public = {
        "body_name": body_name,
        "rehearsal": rehearsal,
        "roots": [root.certificate.public_bytes(serialization.Encoding.DER).hex()],
        "qr_keys": {key_id(public_key): public_key.hex()},
    }
    keyfiles.write_public(directory, public)


def open_authority(place: AuthorityPlace) -> Authority:
    """Per-process cached, opened anew after keys changed. Raises PaperError `authority.missing`, `authority.locked`."""
    public = place.directory / keyfiles.PUBLIC
    return _open(place, public.stat().st_mtime_ns if public.exists() else 0)


def key_id(spki: bytes) -> str:
    return hashlib.sha256(spki).digest()[:8].hex()


@lru_cache(maxsize=4)
def _open(place: AuthorityPlace, _version: int) -> Authority:
    directory = place.directory
    public = keyfiles.public(directory)
    secret = keyfiles.passphrase(place)
    held = {role: keyfiles.load(directory, role, secret) for role in _ROLES}
    generations = [(held["issuing"], held["ocsp"])]
    for folder in reversed(keyfiles.retired(directory)):
        generations.append((keyfiles.load(folder, "issuing", secret), keyfiles.load(folder, "ocsp", secret)))
    root = x509.load_pem_x509_certificate((directory / "root.pem").read_bytes())
    return Authority(
        place=place,
        body_name=public["body_name"],
        rehearsal=public["rehearsal"],
        held=held,
        seals={},
        generations=tuple(generations),
        root=root,
    )
