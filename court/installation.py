"""What must stand before a node can serve: folders, first keys, fonts, database. Safe to run at every start."""

import os
import secrets
import ssl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from court.config import Config
from documents import fontbuild, pki, second
from documents.data import AuthorityPlace, Profile, SecondProfile

Progress = Callable[[str, int, int], None]
RECORDING_KEY = "recording.key"
RECORDING_PUBLIC_KEY = "recording.pub"


def place(config: Config) -> AuthorityPlace:
    """Where this node's own authority and its seals lie, and how they sign."""
    return AuthorityPlace(
        directory=config.authority_dir,
        passphrase_file=config.passphrase_file,
        seals=tuple(key.place() for key in config.seal_keys),
        stamp_urls=tuple(config.timestamp_urls),
        person_profile=Profile(config.person_profile),
        seal_profile=Profile(config.seal_profile),
        second=SecondProfile(config.second_profile),
    )


def make_folders(config: Config) -> None:
    """The data folder and its parts, readable by this user only."""
    for folder in (config.data_dir, config.blobs_dir, config.recordings_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def make_passphrase(path: Path) -> None:
    """A fresh random secret, once; never overwritten, since the keys depend on it."""
    if path.exists():
        return
    write_durably(path, secrets.token_urlsafe(32).encode(), 0o600)


def make_fonts(config: Config, progress: Progress) -> None:
    """Convert the Chinese fonts once; seconds when nothing changed."""
    fontbuild.build(config.font_sources, config.fonts_dir, progress, licensed=config.licensed_fonts)


def make_authority(config: Config, now: datetime, parent: Config | None = None) -> None:
    """First keys: certificate, time-stamp and OCSP authority, and the seals."""
    make_passphrase(config.passphrase_file)
    above = place(parent) if parent else None
    court, *others = config.seal_bodies
    own = place(config)
    pki.found(own, body_name=court, other_bodies=tuple(others), now=now, parent=above)
    if own.second is SecondProfile.SM2:
        second.found(own, body_name=court, other_bodies=tuple(others), now=now, parent=above)


def make_recording_key(config: Config, same_as: Config | None = None) -> None:
    """The Ed25519 key that signs the checkpoints of recordings; its public half lies beside the certificates.

    `same_as`: the installation that a rehearsal belongs to, so that its recording verifies there.
    """
    key_file, public_file = config.authority_dir / RECORDING_KEY, config.authority_dir / RECORDING_PUBLIC_KEY
    if key_file.exists():
        return
    key = recording_key(same_as) if same_as else Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(config.passphrase_file.read_bytes().strip()),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    write_durably(public_file, public, 0o644)
    write_durably(key_file, private, 0o600)


def recording_key(config: Config) -> Ed25519PrivateKey:
    """The key made at first start."""
    password = config.passphrase_file.read_bytes().strip()
    key = serialization.load_pem_private_key((config.authority_dir / RECORDING_KEY).read_bytes(), password)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def recording_public_key(authority_dir: Path) -> Ed25519PublicKey | None:
    """The public half in an authority's folder, None where there is none; needs no secret."""
    path = authority_dir / RECORDING_PUBLIC_KEY
    if not path.is_file():
        return None
    key = serialization.load_pem_public_key(path.read_bytes())
    assert isinstance(key, Ed25519PublicKey)
    return key


def write_durably(path: Path, content: bytes, mode: int) -> None:
    """Write a whole file or none: a sibling first, synced, then renamed."""
    sibling = path.with_name(f".{path.name}.part")
    sibling.unlink(missing_ok=True)
    descriptor = os.open(sibling, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sibling.replace(path)


def prepare(config: Config, now: datetime, progress: Progress, *, parent: Config | None = None) -> None:
    """Everything, in order; `parent` is the installation that a rehearsal belongs to.

    Errors: PaperError, OSError.
    """
    make_folders(config)
    make_fonts(config, progress)
    make_authority(config, now, parent)
    make_recording_key(config, same_as=parent)


def tls_context(config: Config, now: datetime) -> ssl.SSLContext | None:
    """HTTPS as configured: a given certificate, or one of the own authority for a LAN; None on plain loopback."""
    if not config.uses_tls:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if config.tls_cert:
        context.load_cert_chain(config.tls_cert, config.tls_key)
        return context
    certificate, key = config.data_dir / "https.pem", config.data_dir / "https.key"
    chain, private = pki.server_certificate(place(config), tuple(config.lan_names or [config.host]), now=now)
    for path, content in ((certificate, chain), (key, private)):
        write_durably(path, content, 0o600)
    context.load_cert_chain(certificate, key)
    return context
