"""Signs one field as its own incremental PAdES update, the seal last. Does not judge: see verify."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
from pyhanko.sign.timestamps import TimeStamper

from documents import seam_filling
from documents.archive import FIELDS_FILE, SEAL_FIELD, SECOND_WORD
from documents.archiving import add_archive_stamp, add_proofs, stamps_of
from documents.certificates import DEMONSTRATION_WORD, REFUSED_WORD, fit_name
from documents.data import AuthorityPlace, Manner, Profile, SecondProfile
from documents.errors import PaperError, SigningRefused
from documents.evidence import Evidence, evidence_sha256, hand_sha256, sign_record
from documents.fonts import FontSet
from documents.hand import HandLeft
from documents.hand_shown import stamp_for
from documents.incremental import appearance, der_of, field_box, sign_incrementally, writer_for
from documents.pki import Authority, open_authority
from documents.signer import Signer
from documents.timestamp import FirstThatAnswers, sources
from documents.vectors import seal_operators


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The new file, its hash, and the signer's certificate (DER); an event certificate's private key is gone.

    `record`: the evidence, signed with the same key, for `evidence.check_record`; empty for a seal.
    `stamped_by`: whose time-stamps the file has so far; `stamp_until`: when the last archive time-stamp's certificate
    ends, None where there is none. `second`: DER of the second signature's record over `pdf`, b"" without that profile.
    """

    pdf: bytes
    sha256: str
    field: str
    certificate: bytes
    evidence_sha256: str
    record: bytes = b""
    stamped_by: tuple[str, ...] = ()
    stamp_until: datetime | None = None
    second: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredField:
    field: str
    role: str
    name: str
    filled: bool


def required_fields(pdf: bytes) -> tuple[RequiredField, ...]:
    """The paper's own list of fields in signing order, and which are filled. Raises PaperError
    `signing.no_fields`."""
    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            listing = json.loads(document.attachments[FIELDS_FILE].get_file().read_bytes())
            filled = {
                str(field.T)
                for field in document.Root.AcroForm.Fields
                if field.get("/FT") == "/Sig" and "/V" in field
            }
        return tuple(
            RequiredField(field=e["field"], role=e["role"], name=e["name"], filled=e["field"] in filled)
            for e in listing["fields"]
        )
    except (pikepdf.PdfError, KeyError, AttributeError, ValueError, TypeError):
        raise PaperError("signing.no_fields", "这份文件没有本系统的签名栏目，不能在此签名。") from None


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
    """PAdES (B-T unless configured) by a fresh P-256 event certificate, what the hand left in the field.

    `words` stand beside a print, a mark or a refusal (`evidence.manner`) and are drawn from `fonts_dir`.
    Raises SigningRefused: `signing.unknown_field`, `signing.out_of_order`, `signing.already_signed`,
    `signing.wrong_person`, `signing.stale_document`, `signing.sealed`, `signing.no_strokes`.
    """
    required = required_fields(pdf)
    slot = _next_slot(required, field)
    if (evidence.name, evidence.role) != (slot.name, slot.role):
        raise SigningRefused(
            "signing.wrong_person",
            f"此栏应由{slot.role}{slot.name}签名，请核对签名人。",
            name=slot.name,
            role=slot.role,
        )
    if evidence.document_sha256 != hashlib.sha256(pdf).hexdigest():
        raise SigningRefused("signing.stale_document", "文书在阅读后有变化，请重新阅读后再签名。")
    if evidence.strokes_sha256 != hand_sha256(left):
        raise SigningRefused("signing.strokes_differ", "签名笔迹与证据记录不一致，请重新签名。")
    opened = open_authority(authority)
    digest = evidence_sha256(evidence)
    manner = Manner(evidence.manner)
    unit = fit_name(slot.role, REFUSED_WORD) if manner is Manner.REFUSED else slot.role
    held = opened.issue_event_certificate(slot.name, unit, bytes.fromhex(digest), now)
    profile, stamper = authority.person_profile, FirstThatAnswers(sources(opened, now))
    writer = writer_for(_prepared(pdf, opened, held, profile, stamper, now))
    width, height = field_box(writer, field)
    signed = sign_incrementally(
        writer,
        field,
        held,
        opened,
        stamper=None if profile is Profile.B else stamper,
        stamp=stamp_for(writer, left, width, height, manner=manner, words=words, fonts_dir=fonts_dir),
        now=now,
        certify=not any(r.filled for r in required),
    )
    finished = add_archive_stamp(signed, opened, now).pdf if profile is Profile.LTA else signed
    return Signed(
        pdf=finished,
        sha256=_hex(finished),
        field=field,
        certificate=held.der,
        evidence_sha256=digest,
        record=sign_record(evidence, held, opened),
    )


def seal(pdf: bytes, *, authority: AuthorityPlace, fonts_dir: Path, now: datetime) -> Signed:
    """The seal over everything, PAdES B-LTA unless configured; locks all fields, nothing may be added afterwards.

    Raises SigningRefused `signing.out_of_order` while a required signature is missing, `signing.no_seal`,
    `signing.key_*`, `signing.token_*`, `signing.service_*`, `signing.status_unavailable`; with the second profile
    `second.missing`, `sm2.*`.
    """
    required = required_fields(pdf)
    slot = _next_slot(required, SEAL_FIELD)
    opened = open_authority(authority)
    held = opened.seal(slot.name)
    opened.require_usable(held.certificate, now)
    profile, stamper = authority.seal_profile, FirstThatAnswers(sources(opened, now))
    writer = writer_for(_prepared(pdf, opened, held, profile, stamper, now))
    width, height = field_box(writer, SEAL_FIELD)
    operators = seal_operators(slot.name, DEMONSTRATION_WORD, FontSet.load(fonts_dir), min(width, height))
    seam_filling.fill(writer, operators)
    signed = sign_incrementally(
        writer,
        SEAL_FIELD,
        held,
        opened,
        stamper=None if profile is Profile.B else stamper,
        stamp=appearance(b"/Ink gs " + operators, width, height),
        now=now,
        certify=not any(r.filled for r in required),
        # Under the signature: a checker then misses what this profile would have and the file has not.
        reason=f"用印（PAdES {profile}）" + SECOND_WORD * (authority.second is SecondProfile.SM2),
    )
    archived = add_archive_stamp(signed, opened, now) if profile is Profile.LTA else None
    finished = archived.pdf if archived else signed
    return Signed(
        pdf=finished,
        sha256=_hex(finished),
        field=SEAL_FIELD,
        certificate=der_of(held),
        evidence_sha256="",
        stamped_by=archived.stamped_by if archived else tuple(stamps_of(finished)),
        stamp_until=archived.until if archived else None,
        second=_second(finished, slot.name, authority, now),
    )


def _prepared(
    pdf: bytes, authority: Authority, key: Signer, profile: Profile, stamper: TimeStamper, now: datetime
) -> bytes:
    """With proofs of status where the profile ends with the signature; an archive stamp brings them itself."""
    return add_proofs(pdf, authority, key.certificate, stamper, now) if profile is Profile.LT else pdf


def _second(pdf: bytes, body_name: str, authority: AuthorityPlace, now: datetime) -> bytes:
    if authority.second is SecondProfile.NONE:
        return b""
    from documents import second

    return second.sign(pdf, body_name, place=authority, now=now)


def _next_slot(required: Sequence[RequiredField], field: str) -> RequiredField:
    slot = next((r for r in required if r.field == field), None)
    if slot is None:
        raise SigningRefused("signing.unknown_field", "文书上没有这个签名栏。", field=field)
    if slot.filled:
        raise SigningRefused("signing.already_signed", f"{slot.role}{slot.name}已经签过名。", name=slot.name)
    if any(r.field == SEAL_FIELD and r.filled for r in required):
        raise SigningRefused("signing.sealed", "文书已经盖章，不能再签名。")
    waiting = next(r for r in required if not r.filled)
    if waiting.field != field:
        raise SigningRefused(
            "signing.out_of_order",
            f"请先由{waiting.role}{waiting.name}签名。",
            name=waiting.name,
            role=waiting.role,
        )
    return slot


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
