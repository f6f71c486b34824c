"""A statement about a session, signed by who held it and sealed: the frame around its own words."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Protocol

from documents import frame as frames
from documents import qr
from documents.archive import Attachment
from documents.data import AuthorityPlace, RecordingFacts, Rendered, SignerSlot
from documents.fonts import FontSet
from documents.layout import Row
from documents.text import chinese_date, clean, local


class Statement(Protocol):
    """What every statement tells of itself."""

    @property
    def number(self) -> str: ...
    @property
    def body_name(self) -> str: ...
    @property
    def signers(self) -> tuple[SignerSlot, ...]: ...
    @property
    def recording(self) -> RecordingFacts: ...
    @property
    def rehearsal(self) -> bool: ...


def render(
    paper: Statement,
    title: str,
    machine: bytes,
    body: list[Row],
    *,
    content_file: str,
    fonts: FontSet,
    authority: AuthorityPlace,
    verify_url: str,
    now: datetime,
) -> Rendered:
    """PDF/A-3b with `machine` attached as `content_file`. Raises GlyphMissing."""
    digest = hashlib.sha256(machine).hexdigest()
    day = local(now).date()
    facts = qr.PaperFacts(
        kind=title,
        number=paper.number,
        names=tuple(slot.name for slot in paper.signers),
        made_on=day.isoformat(),
        content_sha256=digest,
    )
    frame = frames.Frame(
        body_name=paper.body_name,
        title=title,
        number=paper.number,
        date_text=chinese_date(day),
        content_sha256=digest,
        code=qr.issue(facts, authority=authority, verify_url=verify_url),
        rehearsal=paper.rehearsal,
    )
    notes = [f"本文书内容校验值（SHA-256）：{digest}", *frames.recording_notes(paper.recording)]
    rows = [
        *frames.title_block(clean(paper.body_name), title, clean(paper.number), fonts),
        *frames.cling(body),
        *frames.closing_rows(frame, paper.signers, fonts, sealed=True, wet=False, notes=notes),
    ]
    slots = frames.with_seal(paper.signers, paper.body_name, sealed=True)
    attached = [Attachment(name=content_file, data=machine, description=f"{title}（机器可读）")]
    attached += frames.recording_attachment(paper.recording)
    return frames.produce(rows, frame, fonts, slots=slots, attachments=attached, now=now)
