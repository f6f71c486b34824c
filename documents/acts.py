"""Acts on a paper as others order them: each loads its libraries where it runs, in a process that does such work.

Who only orders them (a server of pages) starts without pyHanko. No rule and no work here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from documents.archiving import LastStamp, Renewed
    from documents.data import AuthorityPlace
    from documents.evidence import Evidence
    from documents.hand import HandLeft
    from documents.signing import RequiredField, Signed


def required_fields(pdf: bytes) -> tuple[RequiredField, ...]:
    """`documents.signing.required_fields`."""
    from documents import signing

    return signing.required_fields(pdf)


def sign_field(
    pdf: bytes,
    *,
    field: str,
    left: HandLeft,
    evidence: Evidence,
    authority: AuthorityPlace,
    now: datetime,
    words: Sequence[str] = (),
    fonts_dir: Path | None = None,
) -> Signed:
    """`documents.signing.sign_field`."""
    from documents import signing

    return signing.sign_field(
        pdf,
        field=field,
        left=left,
        evidence=evidence,
        authority=authority,
        now=now,
        words=words,
        fonts_dir=fonts_dir,
    )


def seal(pdf: bytes, *, authority: AuthorityPlace, fonts_dir: Path, now: datetime) -> Signed:
    """`documents.signing.seal`."""
    from documents import signing

    return signing.seal(pdf, authority=authority, fonts_dir=fonts_dir, now=now)


def last_stamp(pdf: bytes) -> LastStamp | None:
    """`documents.archiving.last_stamp`."""
    from documents import archiving

    return archiving.last_stamp(pdf)


def renew(pdf: bytes, *, authority: AuthorityPlace, now: datetime) -> Renewed:
    """`documents.archiving.renew`."""
    from documents import archiving

    return archiving.renew(pdf, authority=authority, now=now)


def timestamp(sha256: bytes, *, authority: AuthorityPlace, now: datetime) -> bytes:
    """`documents.timestamp.timestamp_bytes`."""
    from documents.timestamp import timestamp_bytes

    return timestamp_bytes(sha256, authority=authority, now=now)
