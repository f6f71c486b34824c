"""The public list of withdrawn papers beside the authority's other public files; marks a report by it. No server needed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec

from court.domain.withdrawal import Withdrawal, told
from court.installation import write_durably
from documents.verdict import Reason, Report, Verdict

FILE = "withdrawn.json"
CODE = "verify.withdrawn"
GENUINE = "签名是真的，不等于还有效：这份文书已经撤回。"
_USABLE = frozenset({"verify.passed", "verify.passed_other", "code.signed"})
LARGEST = 16 * 1024 * 1024
HALF = 32  # hex digits of a content hash that a code on paper carries


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`files` and `content` are SHA-256 in hex; `successor` a number, "" while there is none. Names nobody."""

    kind: str
    number: str
    at: datetime
    successor: str
    content: str
    files: list[str]


class _List(msgspec.Struct, frozen=True, kw_only=True):
    withdrawn: list[Entry]


def entry(one: Withdrawal) -> Entry:
    """What the public may know of a withdrawal."""
    return Entry(
        kind=one.kind_name,
        number=one.number,
        at=one.at,
        successor=one.successor_number,
        content=one.content_sha256,
        files=list(one.files),
    )


def write(directory: Path, withdrawn: Iterable[Withdrawal]) -> None:
    """The whole list anew, in one step; nothing when it says so already."""
    listed = msgspec.to_builtins(_List(withdrawn=[entry(one) for one in withdrawn]))
    data = (json.dumps(listed, ensure_ascii=False, indent=1) + "\n").encode()
    path = directory / FILE
    if not path.exists() or path.read_bytes() != data:
        write_durably(path, data, 0o644)


def read(directory: Path) -> tuple[Entry, ...]:
    """The list of this folder; none where there is no list. Raises ValueError for a list that cannot be read."""
    path = directory / FILE
    if not path.is_file():
        return ()
    if path.stat().st_size > LARGEST:
        raise ValueError("the list of withdrawn papers is too large")
    try:
        return tuple(msgspec.json.decode(path.read_bytes(), type=_List).withdrawn)
    except msgspec.DecodeError as error:
        raise ValueError("the list of withdrawn papers cannot be read") from error


def of(report: Report, entries: Iterable[Entry], *, sha256: str) -> Entry | None:
    """The entry that this file, or the paper whose code was photographed, stands under."""
    half = report.facts.content_sha256 if report.facts is not None else ""
    for one in entries:
        if sha256 in one.files:
            return one
        if one.content and (one.content == report.content_sha256 or one.content[:HALF] == half):
            return one
    return None


def marked(report: Report, found: Entry | None) -> Report:
    """The report with the withdrawal as its first reason: what was signed stays signed, and is in force no more."""
    if found is None:
        return report
    todo = (
        f"请向出具单位取{found.successor}文书。" if found.successor else "请向出具单位询问以哪一份文书为准。"
    )
    why = Reason(code=CODE, text=told(found.at, found.successor) + "。", todo=todo)
    # Genuine is not in force: no reason may tell the reader to use it.
    others = tuple(replace(one, todo=GENUINE) if one.code in _USABLE else one for one in report.reasons)
    return replace(report, verdict=Verdict.FAILED, reasons=(why, *others))
