"""What a paper says about itself: fields that must be signed, its content's hash, its descriptions. Judges no signature."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

from documents.archive import FIELDS_FILE, SEAL_FIELD
from documents.certificates import REFUSED_WORD, SEAL_UNIT, fit_name
from documents.data import Profile
from documents.verdict import PASSED, Reason, reason

if TYPE_CHECKING:
    from documents.judging import Judged

LARGEST_ATTACHMENT = 32 * 1024 * 1024
_CONTENT_FILES = ("agreement.json", "transcript.json", "content.json")
_MOST_ATTACHMENTS = 20
_PROFILE = re.compile(r"PAdES (B-B|B-T|B-LTA|B-LT)）")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`fields`: field -> (role, name) in signing order, empty for papers of other makers."""

    fields: dict[str, tuple[str, str]] = field(default_factory=dict)
    content_sha256: str = ""

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """Raises ValueError or pikepdf.PdfError for an attachment that cannot be unpacked."""
        with pikepdf.open(BytesIO(data)) as document:
            names = list(document.attachments)[:_MOST_ATTACHMENTS]
            found = {name: document.attachments[name] for name in names}
            listing = found.get(FIELDS_FILE)
            fields = _listed(_unpacked(listing)) if listing is not None else {}
            content = next((found[name] for name in _CONTENT_FILES if name in found), None)
            digest = hashlib.sha256(_unpacked(content)).hexdigest() if content is not None else ""
        return cls(fields, digest)

    def empty_fields(self, filled: set[str]) -> list[Reason]:
        """One reason for each required field that nobody signed."""
        return [
            reason("verify.field_empty", role=role, name=name, what="印章" if each == SEAL_FIELD else "签名")
            for each, (role, name) in self.fields.items()
            if each not in filled
        ]

    def problems(self, judged: Sequence[Judged], *, stamped: bool) -> list[Reason]:
        """Required fields against the signatures that are there: missing, foreign, by others, out of order."""
        if not self.fields:
            return []
        signed = {each.field: each for each in judged if not each.stamp}
        found = self.empty_fields(set(signed))
        for each in signed.values():
            if (wrong := self._signer_problem(each)) is not None:
                found.append(wrong)
        if [name for name in self.fields if name in signed] != [
            name for name in signed if name in self.fields
        ]:
            found.append(reason("verify.order"))
        sealed = signed.get(SEAL_FIELD)
        if sealed is not None and _archived(sealed) and not (stamped and judged[-1].stamp):
            found.append(reason("verify.no_timestamp"))
        return found

    def _signer_problem(self, each: Judged) -> Reason | None:
        if each.field not in self.fields:
            return reason("verify.extra_signature", name=each.signer)
        if not each.signer:  # its data could not be read: that is said already
            return None
        role, name = self.fields[each.field]
        seal = each.field == SEAL_FIELD
        if _is_seal_of(each, name) if seal else _is_signature_of(each, name, role):
            return None
        return reason("verify.wrong_signer", role=role, name=name, found=each.signer)


def _archived(seal: Judged) -> bool:
    """Whether the paper was sealed for the archive: it says so under the seal's signature; the first papers all were."""
    found = _PROFILE.search(seal.reason)
    return found is None or found[1] == Profile.LTA


def _is_seal_of(each: Judged, name: str) -> bool:
    """The embedded authority says 电子印章 in the certificate; of other authorities only those of seals are trusted."""
    if each.own or each.unit == SEAL_UNIT:
        return each.organisation == fit_name(name) and each.unit == SEAL_UNIT
    # One that is not believed has its reason already; under another name it is the wrong one besides.
    return name in (each.organisation, each.signer)


def _is_signature_of(each: Judged, name: str, role: str) -> bool:
    own = each.own or each.indication != PASSED  # then it is named for that
    return (
        own
        and each.signer == fit_name(name)
        and each.unit
        in (
            fit_name(role),
            fit_name(role, REFUSED_WORD),
        )
    )


def _listed(listing: bytes) -> dict[str, tuple[str, str]]:
    """The list of fields; nothing where an attachment of this name is somebody else's."""
    try:
        entries = json.loads(listing)["fields"]
        return {str(each["field"]): (str(each["role"]), str(each["name"])) for each in entries}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _unpacked(attachment: pikepdf.AttachedFileSpec) -> bytes:
    """The attached file, at most LARGEST_ATTACHMENT bytes of it unpacked. Raises ValueError."""
    stream = attachment.get_file().obj
    raw: bytes = stream.read_raw_bytes()
    if "/Filter" in stream:
        if stream.Filter != "/FlateDecode":
            raise ValueError("unusual filter")
        unpacking = zlib.decompressobj()
        raw = unpacking.decompress(raw, LARGEST_ATTACHMENT)
        if unpacking.unconsumed_tail:
            raise ValueError("too large")
    return raw


def descriptions(data: bytes) -> tuple[Any, ...]:
    """Info, XMP and language of a file, to be compared between two of its revisions."""
    with pikepdf.open(BytesIO(data)) as document:
        info = document.trailer.get("/Info")
        pairs = sorted((key, bytes(value)) for key, value in info.items()) if info is not None else []
        xmp = document.Root.get("/Metadata")
        return pairs, xmp.read_raw_bytes() if xmp is not None else b"", bytes(document.Root.get("/Lang", b""))
