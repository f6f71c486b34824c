"""The embedded authority: root, issuing CA, seal, time-stamp and OCSP certificates; event certificates; CRL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.data import AuthorityPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a verifier relies on: DER of root certificates, and DER public keys for QR codes by hex key id."""

    roots: tuple[bytes, ...]
    qr_keys: tuple[tuple[str, bytes], ...] = ()


def found(place: AuthorityPlace, *, body_name: str, now: datetime, parent: AuthorityPlace | None = None) -> None:
    """Make all keys and certificates (encrypted PKCS#8, 0600). Does nothing where they already stand.

    With `parent` this is a rehearsal authority: its issuing CA is certified by the parent's root and says 演练.
    `place.passphrase_file` must exist and hold at least 16 bytes.
    """
    raise RuntimeError("being written")


def trust(directory: Path) -> Trust:
    """The public part of an authority directory; needs no passphrase and no server."""
    raise RuntimeError("being written")


def revoke(place: AuthorityPlace, serial: int, *, now: datetime) -> None:
    """Put a certificate on the authority's revocation list; the next OCSP answers say revoked."""
    raise RuntimeError("being written")
