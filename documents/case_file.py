"""电子卷宗目录: every file of a case with its hash, and the check list of the file. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, Moment, Sha256
from documents.kit import By, Facts, Family, Pattern

MOST_FILES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPaper:
    """One file of the folder; `folder` and `name` are its place in it."""

    folder: Line
    name: Line
    at: Moment
    pages: int = 0
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCheck:
    """One of the twelve items (民事诉讼法解释 263); `state` in words."""

    item: Line
    state: Line
    reason: MaybeLine = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFileIndex(Facts):
    """`filed_by` made the list; `filed_at` is the newest thing in the file."""

    cause: Line
    procedure: Line
    parties: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=200)]
    filed_by: Line
    filed_at: Moment
    checks: Annotated[tuple[FileCheck, ...], Meta(max_length=40)]
    files: Annotated[tuple[FiledPaper, ...], Meta(min_length=1, max_length=MOST_FILES)]

    pattern: ClassVar[Pattern] = Pattern(
        kind="case_file_index",
        title="电子卷宗目录",
        family=Family.LITIGATION,
        by=By.BODY,
        table_size=9.0,
    )


PAPERS = (CaseFileIndex,)
