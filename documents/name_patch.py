"""Lets asn1crypto prepare a distinguished name for comparison (RFC 4518) once and not each time. No other change.

Judging one paper compares some ten names two thousand times; each time every part of both was prepared anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import asn1crypto
from asn1crypto import x509

# Names of honest issuers take some hundred bytes; what a stranger makes longer is not kept.
_LONGEST = 2048
_KEPT = 512
_compared = x509.RDNSequence.__eq__
_hashed = x509.RDNSequence.hashable.fget


def same(self: Any, other: Any) -> bool:
    """As asn1crypto compares two sequences of a name. Raises ValueError for characters no name may have."""
    if isinstance(other, x509.RDNSequence):
        mine, theirs = self.dump(), other.dump()
        if len(mine) + len(theirs) <= _LONGEST:
            return _same(mine, theirs)
    return bool(_compared(self, other))


def hashable(self: Any) -> str:
    """As asn1crypto makes a key of the sequences of a name. Raises ValueError likewise."""
    encoded = self.dump()
    return _hashable(encoded) if len(encoded) <= _LONGEST else str(_hashed(self))


@lru_cache(maxsize=_KEPT)
def _same(mine: bytes, theirs: bytes) -> bool:
    return bool(_compared(x509.RDNSequence.load(mine), x509.RDNSequence.load(theirs)))


@lru_cache(maxsize=_KEPT)
def _hashable(encoded: bytes) -> str:
    return str(_hashed(x509.RDNSequence.load(encoded)))


def apply() -> None:
    """Patch the version this was written against; another one is left as it is."""
    if asn1crypto.__version__ == "1.5.1":
        x509.RDNSequence.__eq__ = same
        x509.RDNSequence.hashable = property(hashable)
