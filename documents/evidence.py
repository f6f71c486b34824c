"""Why a signature is this person's: one record, signed with the key of the signature itself, checkable beside the paper.

A signed record is a JSON object: `record` (below), `certificate` and `issuers` (DER in base64), `signature` (ECDSA with
SHA-256 over the canonical JSON of `record`, DER in base64). The certificate carries the hash of `record`, and the same
certificate made the signature in the paper: the paper's time-stamps are the record's. A copy that is handed out has
`files` besides: name -> content in base64, each named by its hash in the record.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents.archive import canonical
from documents.certificates import EVIDENCE_OID, HeldKey, read
from documents.data import Fingerprint, Handwriting, Manner
from documents.hand import HandLeft
from documents.pki import Authority, Trust

KIND = "signing-evidence"
LARGEST = 40 * 1024 * 1024
# Names of the files a record speaks of, by the field that has their hash.
FILES = {
    "strokes_sha256": "hand",
    "source_sha256": "hand_source",
    "still_sha256": "still",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Hashed (canonical JSON) into the event certificate and kept by court.

    `document_sha256` is the file hash of the paper as shown to the signer, that is, before this signature;
    `strokes_sha256` of what the hand left (strokes as JSON, or the picture of the print), "" for a refusal.
    `source_sha256`: the photograph a print was taken from. `still_sha256`: the person in the session's own picture at
    that moment; where there is none `still_missing` says why. `confirmation`: id of the one-time code, `confirmed_by`
    how it was told. `read_aloud`: what was read to one who cannot write, by whom. `noted_by`: who notes a refusal.
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
    still_missing: str = ""
    manner: str = Manner.WRITTEN.value
    source_sha256: str = ""
    witness: str = ""
    read_aloud: str = ""
    confirmation: str = ""
    confirmed_by: str = ""
    reason: str = ""
    noted_by: str = ""
    facts: tuple[tuple[str, str], ...] = ()


def evidence_record(evidence: Evidence) -> bytes:
    """The evidence as canonical JSON: keep these bytes, their hash stands in the event certificate."""
    return canonical(asdict(evidence))


def evidence_sha256(evidence: Evidence) -> str:
    return hashlib.sha256(evidence_record(evidence)).hexdigest()


def hand_record(left: HandLeft) -> bytes:
    """What the hand left, as it is kept: pad data as canonical JSON, the picture of a print, nothing for a refusal."""
    match left:
        case Fingerprint(picture=picture):
            return picture
        case Handwriting():
            strokes = [[[p.x, p.y, p.t, p.pressure] for p in stroke] for stroke in left.strokes]
            return canonical({"width": left.width, "height": left.height, "strokes": strokes})
        case None:
            return b""


def hand_sha256(left: HandLeft) -> str:
    return hashlib.sha256(hand_record(left)).hexdigest() if left is not None else ""


def sign_record(evidence: Evidence, held: HeldKey, authority: Authority) -> bytes:
    """The signed record; `held` is the event key that signs the paper."""
    record = evidence_record(evidence)
    made = {
        "kind": KIND,
        "version": 1,
        "record": json.loads(record),
        "certificate": _text(held.der),
        "issuers": [_text(der) for der in authority.chain],
        "signature": _text(held.sign(record)),
    }
    return canonical(made)


def with_files(record: bytes, files: Mapping[str, bytes]) -> bytes:
    """A copy to hand out: `files` are those that the record names, by FILES."""
    made = json.loads(record)
    made["files"] = {name: _text(data) for name, data in sorted(files.items())}
    return canonical(made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`problems` are codes of REASONS in `verdict`; `files` whether each file that is there has its hash."""

    record: dict[str, Any]
    problems: tuple[str, ...]
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def is_record(data: bytes) -> bool:
    """Whether somebody handed in a signed record, by its first bytes; damaged or not."""
    return data[:1] == b"{" and b'"kind":"%s"' % KIND.encode() in data


def check_record(data: bytes, trust: Trust) -> Checked:
    """Judge a signed record by itself; never raises for bad input. Its time is proven by the paper, not here."""
    try:
        if len(data) > LARGEST:
            raise ValueError("too large")
        made = json.loads(data)
        record, files = made["record"], made.get("files", {})
        certificate = read(_bytes(made["certificate"]))
        issuers = [read(_bytes(each)) for each in made["issuers"][:4]]
        signature = _bytes(made["signature"])
        if not isinstance(record, dict) or not isinstance(files, dict) or len(files) > len(FILES):
            raise ValueError("not a record")
        held = {name: _bytes(text) for name, text in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return Checked(record={}, problems=("evidence.unreadable",))
    problems = [*_signature_problems(canonical(record), certificate, signature)]
    if not _is_trusted(certificate, issuers, trust, str(record.get("signed_at", ""))):
        problems.append("evidence.unknown_issuer")
    named = {name: str(record.get(field) or "") for field, name in FILES.items()}
    for name, content in held.items():
        if named.get(name) != hashlib.sha256(content).hexdigest():
            problems.append("evidence.file_changed")
    return Checked(
        record=record,
        problems=tuple(dict.fromkeys(problems)),
        files=tuple(name for name in named.keys() & held.keys()),
        missing=tuple(name for name, digest in named.items() if digest and name not in held),
    )


def _signature_problems(record: bytes, certificate: x509.Certificate, signature: bytes) -> list[str]:
    key = certificate.public_key()
    try:
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        key.verify(signature, record, ec.ECDSA(hashes.SHA256()))
        said = certificate.extensions.get_extension_for_oid(EVIDENCE_OID).value
        if not isinstance(said, x509.UnrecognizedExtension):
            raise InvalidSignature
        if said.value[2:] != hashlib.sha256(record).digest():
            raise InvalidSignature
    except (InvalidSignature, x509.ExtensionNotFound, ValueError):
        return ["evidence.changed"]
    return []


def _is_trusted(
    certificate: x509.Certificate, issuers: list[x509.Certificate], trust: Trust, signed_at: str
) -> bool:
    """Leaf, issuing authority, root that is trusted here; each in force when the record says it was made."""
    roots = [read(der) for der in trust.roots]
    try:
        at = datetime.fromisoformat(signed_at)
        chain = [certificate]
        while len(chain) < 4:
            last = chain[-1]
            if not last.not_valid_before_utc <= at <= last.not_valid_after_utc:
                return False
            if any(_issued(last, root) for root in roots):
                return True
            above = next((each for each in issuers if _issued(last, each) and _is_authority(each)), None)
            if above is None:
                return False
            chain.append(above)
    except (ValueError, TypeError):
        return False
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
