"""Plain data several papers are made of; everything here pickles. No drawing, no PDF."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from documents.bounds import Line, MaybeLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A party as a paper names it; empty strings are left out of the text."""

    role: Line  # "申请人", "被申请人", "委托代理人" …
    name: Line
    gender: MaybeLine = ""
    nation: MaybeLine = ""
    born: MaybeLine = ""  # "1956年3月5日"
    id_number: MaybeLine = ""
    occupation: MaybeLine = ""
    address: MaybeLine = ""
    phone: MaybeLine = ""
    represents: MaybeLine = ""  # name of the party an agent stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """Somebody of the bench, the committee or the office, as the paper names them."""

    role: Line  # "审判员", "书记员", "调解员", "记录人" …
    name: Line


class Manner(StrEnum):
    """How a person's field is filled. REFUSED: not by that person; the court notes that they would not sign."""

    WRITTEN = "written"
    MARK = "mark"
    FINGERPRINT = "fingerprint"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerSlot:
    """One signature field made before the first signature. The order of the slots is the order of signing.

    `field`: ASCII letters, digits, "_" only, unique in the paper, never "seal" (that one is the seal's).
    """

    field: Line
    role: Line  # "申请人", "调解员", "审判员", "书记员" …
    name: Line
    manner: Manner = Manner.WRITTEN


People = Annotated[tuple[PersonFacts, ...], Meta(min_length=1, max_length=60)]
MaybePeople = Annotated[tuple[PersonFacts, ...], Meta(max_length=60)]
Officials = Annotated[tuple[Official, ...], Meta(min_length=1, max_length=9)]
MaybeOfficials = Annotated[tuple[Official, ...], Meta(max_length=9)]
Slots = Annotated[tuple[SignerSlot, ...], Meta(max_length=60)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFacts:
    """What ties a paper to its recording: the signed checkpoint of the ledger at the moment the paper was
    made."""

    size: int  # leaves in the Merkle tree
    root: str  # RFC 6962 root, hex
    checkpoint: str = ""  # the signed note as text
    begins_at: str = ""  # ISO 8601
    ends_at: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """Pad coordinates in pad pixels (y grows downwards), milliseconds from the first touch, pressure 0…1."""

    x: float
    y: float
    t: int
    pressure: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Handwriting:
    """What the pad delivered for one signature; at most 500 strokes and 20 000 points are accepted."""

    width: float
    height: float
    strokes: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """捺印 in place of a name: the picture as `hand.fingerprint` made it (JPEG)."""

    picture: bytes


class Profile(StrEnum):
    """PAdES baseline levels (ETSI EN 319 142-1): signed; stamped; with proof of status; stamped for the archive."""

    B = "B-B"
    T = "B-T"
    LT = "B-LT"
    LTA = "B-LTA"


class SecondProfile(StrEnum):
    """What a sealed paper gets beside its own signatures: nothing, or a detached record signed with SM2."""

    NONE = "none"
    SM2 = "sm2"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPlace:
    """A body's seal key in a PKCS#11 token (smart card, security module). `pin_file` has mode 0600.

    `label` names the key; "" finds the one whose CKA_ID is the subject key identifier of the seal's certificate.
    `certificate`: PEM chain, the seal's own first; None: the embedded authority certifies the token's key.
    """

    body_name: str
    module: Path
    token: str
    pin_file: Path
    label: str = ""
    certificate: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlace:
    """A body's seal at a signing service by HTTP (docs/signing.md). `secret_file` holds a bearer token, mode 0600.

    `whole`: the service answers a finished CMS and not a bare signature. `seconds` for one attempt.
    """

    body_name: str
    url: str
    secret_file: Path | None = None
    ca_file: Path | None = None
    whole: bool = False
    seconds: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityPlace:
    """Where this node's keys lie and how it signs; the passphrase file has mode 0600.

    `seals`: bodies whose seal key is not an encrypted file of `directory`. `stamp_urls`: RFC 3161 services in the
    order they are asked; the embedded authority stamps when none answers.
    """

    directory: Path
    passphrase_file: Path
    seals: tuple[TokenPlace | ServicePlace, ...] = ()
    stamp_urls: tuple[str, ...] = ()
    person_profile: Profile = Profile.T
    seal_profile: Profile = Profile.LTA
    second: SecondProfile = SecondProfile.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A finished paper: `sha256` of the file, `content_sha256` of its machine-readable content."""

    pdf: bytes
    sha256: str
    content_sha256: str
    pages: int
