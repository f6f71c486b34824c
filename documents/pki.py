"""The embedded authority: CAs, seals, time-stamp and OCSP certificates, event certificates, revocation."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from documents.certificates import (
    EVIDENCE_OID,
    YEAR,
    HeldKey,
    authority_key_id,
    general_name,
    leaf,
    make_issuing,
    make_leaf,
    make_root,
    signing_usage,
    spki,
    subject_name,
    whole_second,
)
from documents.data import AuthorityPlace
from documents.errors import PaperError, SigningRefused

_ROLES = ("issuing", "tsa", "ocsp", "qr")
_PEM = serialization.Encoding.PEM
_REVOKED = "revoked.json"
_PUBLIC = "trust.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a verifier relies on: DER of root certificates, DER public keys for QR codes by hex key id, DER
    CRLs.

    `stamp_roots`: DER roots of time-stamp services other than the embedded one, where papers use such.
    """

    roots: tuple[bytes, ...]
    qr_keys: tuple[tuple[str, bytes], ...] = ()
    crls: tuple[bytes, ...] = ()
    stamp_roots: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Authority:
    """An opened authority. Keys of CAs and of the seal stay here; event keys are made, used once and
    dropped."""

    place: AuthorityPlace
    body_name: str
    rehearsal: bool
    held: dict[str, HeldKey]
    root: x509.Certificate

    @property
    def issuing(self) -> HeldKey:
        return self.held["issuing"]

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuing CA and root, DER: what a signature carries beside its own certificate."""
        return (self.issuing.der, self.root.public_bytes(serialization.Encoding.DER))

    def seal(self, body_name: str) -> HeldKey:
        """The seal of one body. Raises SigningRefused `signing.no_seal`."""
        role = seal_role(body_name)
        if role not in self.held:
            if not (self.place.directory / f"{role}.key").exists():
                raise SigningRefused(
                    "signing.no_seal",
                    f"本机没有“{body_name}”的电子印章，请核对出具单位名称。",
                    name=body_name,
                )
            self.held[role] = _load(self.place.directory, role, _passphrase(self.place))
        return self.held[role]

    def issue_event_certificate(self, name: str, role: str, evidence_sha256: bytes, now: datetime) -> HeldKey:
        """A fresh P-256 key certified for one signature of `name`; the certificate carries the evidence
        hash."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = subject_name(name, self.body_name, role)
        builder = leaf(subject, key, self.issuing, now, timedelta(days=1095), self.rehearsal)
        builder = builder.add_extension(signing_usage(), critical=True)
        evidence = x509.UnrecognizedExtension(EVIDENCE_OID, b"\x04\x20" + evidence_sha256)
        certificate = builder.add_extension(evidence, critical=False).sign(self.issuing.key, hashes.SHA256())
        return HeldKey(key, certificate)

    def ocsp_response(self, certificate: x509.Certificate, now: datetime) -> bytes:
        """DER OCSP answer of the delegated responder about a certificate of the issuing CA."""
        revoked_at = self._revoked().get(str(certificate.serial_number))
        status = ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD
        moment = whole_second(now)
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=self.issuing.certificate,
            algorithm=hashes.SHA256(),
            cert_status=status,
            this_update=moment,
            next_update=moment + timedelta(days=7),
            revocation_time=datetime.fromisoformat(revoked_at) if revoked_at else None,
            revocation_reason=x509.ReasonFlags.unspecified if revoked_at else None,
        )
        responder = self.held["ocsp"]
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        builder = builder.certificates([responder.certificate])
        return builder.sign(responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def crl(self, now: datetime) -> bytes:
        """DER revocation list of the issuing CA."""
        moment = whole_second(now)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.issuing.certificate.subject)
        builder = builder.last_update(moment).next_update(moment + timedelta(days=7))
        for serial, revoked_at in self._revoked().items():
            entry = x509.RevokedCertificateBuilder().serial_number(int(serial))
            builder = builder.add_revoked_certificate(
                entry.revocation_date(datetime.fromisoformat(revoked_at)).build()
            )
        builder = builder.add_extension(authority_key_id(self.issuing), critical=False)
        builder = builder.add_extension(x509.CRLNumber(int(moment.timestamp())), critical=False)
        return builder.sign(self.issuing.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _revoked(self) -> dict[str, str]:
        return _read_revoked(self.place.directory)


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
    if not (place.directory / _PUBLIC).exists():
        _found(place, body_name, now, parent)
    for body in (body_name, *other_bodies):
        add_seal(place, body, now=now)


def add_seal(place: AuthorityPlace, body_name: str, *, now: datetime) -> None:
    """A seal certificate for one more body, once."""
    role = seal_role(body_name)
    if (place.directory / f"{role}.pem").exists():
        return
    secret = _passphrase(place)
    rehearsal = bool(_public(place.directory)["rehearsal"])
    issuing = _load(place.directory, "issuing", secret)
    _keep(place.directory, role, make_leaf("seal", body_name, issuing, now, rehearsal), secret)


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
    builder = leaf(subject, key, opened.issuing, now, YEAR, opened.rehearsal, status=False)
    builder = builder.add_extension(
        x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False
    )
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    certificate = builder.add_extension(usage, critical=True).sign(opened.issuing.key, hashes.SHA256())
    chain = b"".join(each.public_bytes(_PEM) for each in (certificate, opened.issuing.certificate))
    return chain, key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def root_pem(directory: Path) -> bytes:
    """The root certificate, for browsers and other checkers to install."""
    return (directory / "root.pem").read_bytes()


def _found(place: AuthorityPlace, body_name: str, now: datetime, parent: AuthorityPlace | None) -> None:
    directory = place.directory
    secret = _passphrase(place)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    rehearsal = parent is not None
    if parent is None:
        root = make_root(body_name, now)
        _keep(directory, "root", root, secret)
    else:
        root = _load(parent.directory, "root", _passphrase(parent))
        _write(directory / "root.pem", root.certificate.public_bytes(_PEM), 0o644)
    issuing = make_issuing(body_name, root, now, rehearsal)
    made = {"issuing": issuing}
    for role in ("tsa", "ocsp", "qr"):
        made[role] = make_leaf(role, body_name, issuing, now, rehearsal)
    for role, held in made.items():
        _keep(directory, role, held, secret)
    public_key = spki(made["qr"])
    public = {
        "body_name": body_name,
        "rehearsal": rehearsal,
        "roots": [root.certificate.public_bytes(serialization.Encoding.DER).hex()],
        "qr_keys": {key_id(public_key): public_key.hex()},
    }
    # Written last: its presence says that the authority is whole.
    _write(directory / _PUBLIC, json.dumps(public, ensure_ascii=False).encode(), 0o644)


def trust(directory: Path) -> Trust:
    """The public part of an authority directory; needs no passphrase and no server."""
    public = _public(directory)
    return Trust(
        roots=tuple(bytes.fromhex(root) for root in public["roots"]),
        qr_keys=tuple((kid, bytes.fromhex(key)) for kid, key in public["qr_keys"].items()),
    )


def revoke(place: AuthorityPlace, serial: int, *, now: datetime) -> None:
    """Put a certificate on the authority's revocation list; the next OCSP answers say revoked."""
    revoked = _read_revoked(place.directory)
    revoked.setdefault(str(serial), whole_second(now).isoformat())
    _write(place.directory / _REVOKED, json.dumps(revoked).encode(), 0o600)


def open_authority(place: AuthorityPlace) -> Authority:
    """Per-process cached. Raises PaperError `authority.missing` or `authority.locked`."""
    public = place.directory / _PUBLIC
    return _open(place.directory, place.passphrase_file, public.stat().st_mtime_ns if public.exists() else 0)


def key_id(spki: bytes) -> str:
    return hashlib.sha256(spki).digest()[:8].hex()


@lru_cache(maxsize=4)
def _open(directory: Path, passphrase_file: Path, _version: int) -> Authority:
    place = AuthorityPlace(directory=directory, passphrase_file=passphrase_file)
    public = _public(directory)
    secret = _passphrase(place)
    held = {role: _load(directory, role, secret) for role in _ROLES}
    root = x509.load_pem_x509_certificate((directory / "root.pem").read_bytes())
    return Authority(place, public["body_name"], public["rehearsal"], held, root)


def _passphrase(place: AuthorityPlace) -> bytes:
    try:
        secret = place.passphrase_file.read_bytes().strip()
    except OSError:
        secret = b""
    if len(secret) < 16:
        raise PaperError("authority.locked", "电子印章的口令文件不存在或过短，请检查口令文件后重试。")
    return secret


def _keep(directory: Path, role: str, held: HeldKey, secret: bytes) -> None:
    encrypted = held.key.private_bytes(
        _PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret),
    )
    _write(directory / f"{role}.key", encrypted, 0o600)
    _write(directory / f"{role}.pem", held.certificate.public_bytes(_PEM), 0o644)


def _load(directory: Path, role: str, secret: bytes) -> HeldKey:
    try:
        key = serialization.load_pem_private_key((directory / f"{role}.key").read_bytes(), secret)
        certificate = x509.load_pem_x509_certificate((directory / f"{role}.pem").read_bytes())
    except (OSError, ValueError):
        raise PaperError(
            "authority.locked", "电子印章的密钥打不开：文件缺失、损坏或口令不对。", role=role
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise PaperError("authority.locked", "电子印章的密钥种类不对。", role=role)
    return HeldKey(key, certificate)


def _public(directory: Path) -> dict[str, Any]:
    try:
        return dict(json.loads((directory / _PUBLIC).read_bytes()))
    except (OSError, ValueError):
        raise PaperError("authority.missing", "本机还没有建立电子印章和证书，请先运行 court init。") from None


def _read_revoked(directory: Path) -> dict[str, str]:
    path = directory / _REVOKED
    if not path.exists():
        return {}
    loaded = json.loads(path.read_bytes())
    return {str(serial): str(moment) for serial, moment in loaded.items()}


def _write(path: Path, data: bytes, mode: int) -> None:
    unfinished = path.with_suffix(path.suffix + ".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
