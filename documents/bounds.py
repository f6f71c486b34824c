"""Bounds of the fields of papers as types; documents.facts checks them before anything is drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

Line = Annotated[str, Meta(pattern=r"\S", max_length=300)]
MaybeLine = Annotated[str, Meta(max_length=300)]
Words = Annotated[str, Meta(pattern=r"\S", max_length=20_000)]
MaybeWords = Annotated[str, Meta(max_length=20_000)]
Money = Annotated[str, Meta(pattern=r"^\d{1,12}(\.\d{2})?$")]
MaybeMoney = Annotated[str, Meta(pattern=r"^(\d{1,12}(\.\d{2})?)?$")]
Count = Annotated[int, Meta(ge=1, le=999)]
Moment = Annotated[datetime, Meta(tz=True)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Points = Annotated[tuple[Words, ...], Meta(min_length=1, max_length=60)]
MaybePoints = Annotated[tuple[Words, ...], Meta(max_length=60)]
