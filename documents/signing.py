"""Signs one field of a paper as its own incremental PAdES update; the seal last. Does not judge: see verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents.data import AuthorityPlace, Handwriting


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why this signature is this person's: hashed (canonical JSON) into the event certificate and kept by court.

    `document_sha256` is the file hash of the paper as shown to the signer, that is, before this signature.
    """

    name: str
    role: str
    identity_check_id: str
    identity_method: str
    document_sha256: str
    strokes_sha256: str
    signed_at: str  # ISO 8601, UTC
    hearing_id: str = ""
    recording_offset_ms: int | None = None
    still_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The new file, its hash, who signed, and the event certificate (DER) whose private key is gone."""

    pdf: bytes
    sha256: str
    field: str
    certificate: bytes
    evidence_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    field: str
    role: str
    name: str
    filled: bool


def required_fields(pdf: bytes) -> tuple[RequiredField, ...]:
    """The paper's own list of fields in signing order, and which are filled."""
    raise RuntimeError("being written")


def strokes_sha256(handwriting: Handwriting) -> str:
    """Hash of the canonical JSON of the pad data, for Evidence and for keeping."""
    raise RuntimeError("being written")


def sign_field(
    pdf: bytes, *, field: str, handwriting: Handwriting, evidence: Evidence, authority: AuthorityPlace, now: datetime
) -> Signed:
    """PAdES B-T by a fresh P-256 event certificate, the handwriting as vectors in the field.

    Raises SigningRefused: `signing.unknown_field`, `signing.out_of_order`, `signing.already_signed`,
    `signing.wrong_person`, `signing.stale_document`, `signing.sealed`, `signing.no_strokes`.
    """
    raise RuntimeError("being written")


def seal(
    pdf: bytes, *, authority: AuthorityPlace, fonts_dir: Path, now: datetime, timestamp_url: str = ""
) -> Signed:
    """PAdES B-LTA seal over everything; locks all fields, nothing may be added afterwards.

    Raises SigningRefused `signing.out_of_order` while a required signature is missing.
    """
    raise RuntimeError("being written")
