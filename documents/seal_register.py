"""用印登记簿 for a span of time, as an auditor takes it along. Facts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from documents.bounds import Line, MaybeLine, MaybeWords, Moment
from documents.kit import By, Facts, Family, Pattern

MOST_USES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredUse:
    """One use. `allowed` names who approved or by whose leave; `state` is in words."""

    asked_at: Moment
    paper: Line
    number: MaybeLine
    user: Line
    allowed: MaybeLine
    state: Line
    used_at: Moment | None = None
    pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRegister(Facts):
    """`span` and `choice` say what was chosen, in words; `total` counts the uses made."""

    seal: Line
    span: Line
    choice: MaybeWords
    total: int
    auditor: Line
    uses: Annotated[tuple[RegisteredUse, ...], Meta(max_length=MOST_USES)]

    pattern: ClassVar[Pattern] = Pattern(
        kind="seal_register",
        title="用印登记簿",
        family=Family.SESSION,
        by=By.BODY,
        chinese_dates=False,
        sealed=False,
        table_size=9.0,
    )


PAPERS = (SealRegister,)
