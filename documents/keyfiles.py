"""The files of an authority's folder: encrypted keys, certificates, revocations, what is public. Issues nothing."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from documents.certificates import HeldKey, whole_second
from documents.data import AuthorityPlace
from documents.errors import PaperError

PEM = serialization.Encoding.PEM
PUBLIC = "trust.json"
# The root's statement that none of its issuing authorities was revoked.
ROOT_LIST = "root.crl"
_REVOKED = "revoked.json"
_RETIRED = "retired"


def passphrase(place: AuthorityPlace) -> bytes:
    """Raises PaperError `authority.locked`."""
    try:
        secret = place.passphrase_file.read_bytes().strip()
    except OSError:
        secret = b""
    if len(secret) < 16:
        raise PaperError("authority.locked", "电子印章的口令文件不存在或过短，请检查口令文件后重试。")
    return secret


def secret_of(path: Path) -> str:
    """A PIN or bearer token. Raises PaperError `keys.secret_missing`, `keys.secret_open` (readable by others)."""
    try:
        mode, text = path.stat().st_mode, path.read_text().strip()
    except (OSError, ValueError):
        text, mode = "", 0
    if not text:
        raise PaperError(
            "keys.secret_missing", "印章口令文件读不到或是空的，请检查 court.toml 中的路径。", file=path.name
        )
    if mode & 0o077:
        raise PaperError(
            "keys.secret_open",
            f"印章口令文件“{path.name}”可以被其他用户读取，请先执行 chmod 600。",
            file=path.name,
        )
    return text


def keep(directory: Path, role: str, held: HeldKey, secret: bytes) -> None:
    """Key (encrypted PKCS#8, 0600) before certificate, each written whole or not at all."""
    encrypted = held.key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(secret)
    )
    write(directory / f"{role}.key", encrypted, 0o600)
    keep_certificate(directory, role, held.certificate)


def keep_certificate(directory: Path, role: str, certificate: x509.Certificate) -> None:
    write(directory / f"{role}.pem", certificate.public_bytes(PEM), 0o644)


def load(directory: Path, role: str, secret: bytes) -> HeldKey:
    """Raises PaperError `authority.locked`."""
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


def certificate(directory: Path, role: str) -> x509.Certificate | None:
    """The certificate of a role; needs no passphrase."""
    try:
        return x509.load_pem_x509_certificate((directory / f"{role}.pem").read_bytes())
    except (OSError, ValueError):
        return None


def public(directory: Path) -> dict[str, Any]:
    """What anyone may know. Raises PaperError `authority.missing`."""
    try:
        return dict(json.loads((directory / PUBLIC).read_bytes()))
    except (OSError, ValueError):
        raise PaperError("authority.missing", "本机还没有建立电子印章和证书，请先运行 court init。") from None


def write_public(directory: Path, told: dict[str, Any]) -> None:
    """Written last: its presence says that the authority is whole, its time that keys changed."""
    write(directory / PUBLIC, json.dumps(told, ensure_ascii=False).encode(), 0o644)


def revoked(directory: Path) -> dict[str, tuple[datetime, x509.ReasonFlags]]:
    """Serial number (decimal) -> when and why."""
    path = directory / _REVOKED
    if not path.exists():
        return {}
    return {str(serial): _revocation(entry) for serial, entry in json.loads(path.read_bytes()).items()}


def _revocation(entry: str | dict[str, str]) -> tuple[datetime, x509.ReasonFlags]:
    # The first releases wrote the time alone.
    if isinstance(entry, str):
        return datetime.fromisoformat(entry), x509.ReasonFlags.unspecified
    return datetime.fromisoformat(entry["at"]), x509.ReasonFlags(entry["reason"])


def write_revoked(directory: Path, serial: int, at: datetime, reason: x509.ReasonFlags) -> None:
    """The first entry of a serial number stands."""
    entries = revoked(directory)
    entries.setdefault(str(serial), (whole_second(at), reason))
    told = {key: {"at": when.isoformat(), "reason": why.value} for key, (when, why) in entries.items()}
    write(directory / _REVOKED, json.dumps(told).encode(), 0o600)


def retired(directory: Path) -> list[Path]:
    """Folders of earlier issuing generations, oldest first."""
    return sorted((directory / _RETIRED).glob("issuing-*"))


def retire(directory: Path, role: str) -> None:
    """The certificate of a role is kept beside its successor's; its key ends when the successor's takes its place."""
    old = certificate(directory, role)
    if old is not None:
        folder = directory / _RETIRED
        folder.mkdir(mode=0o700, exist_ok=True)
        keep_certificate(folder, f"{role}-{old.serial_number:x}", old)


def retired_certificates(directory: Path) -> list[x509.Certificate]:
    """Certificates of seals and stamps that were replaced."""
    found = sorted((directory / _RETIRED).glob("*.pem"))
    return [x509.load_pem_x509_certificate(path.read_bytes()) for path in found]


def retire_issuing(directory: Path, roles: tuple[str, ...]) -> None:
    """An issuing authority and its responder are kept whole: they go on answering for what they gave out."""
    folder = directory / _RETIRED / f"issuing-{len(retired(directory)) + 1:03d}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for role in roles:
        write(folder / f"{role}.key", (directory / f"{role}.key").read_bytes(), 0o600)
        write(folder / f"{role}.pem", (directory / f"{role}.pem").read_bytes(), 0o644)


def short_hash(data: bytes) -> str:
    """A file name for something long."""
    return hashlib.sha256(data).hexdigest()[:16]


def write(path: Path, data: bytes, mode: int) -> None:
    unfinished = path.with_suffix(path.suffix + ".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)
