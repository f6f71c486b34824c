"""Reads a posted form into bounded, typed values and collects every fault at once. What is lawful the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar

from aiohttp import web
from aiohttp.web_request import FileField
from multidict import MultiDictProxy

from court.domain.chinese import typed_sum
from court.domain.errors import CourtError, FieldProblem, field_problem
from court.web.pages import SHANGHAI

E = TypeVar("E", bound=StrEnum)
Errors = dict[str, tuple[str, str]]
# Longest text of a field unless the caller says otherwise; longer is a fault at the field, never cut.
TEXT_MOST = 200


class Sent:
    """One posted form. Readers note a fault and go on with an empty value; `check` refuses them all together."""

    def __init__(self, data: MultiDictProxy[str | bytes | bytearray | FileField]) -> None:
        self._data = data
        self.problems: list[FieldProblem] = []

    @property
    def values(self) -> dict[str, str]:
        """What was typed, for showing the form again; never files, never the password."""
        return {
            name: value
            for name, value in self._data.items()
            if isinstance(value, str) and name not in {"password", "csrf", "new_password"}
        }

    def fault(self, field: str, code: str, **params: object) -> None:
        """Note a fault of a field."""
        self.problems.append(field_problem(field, code, **params))

    def raw(self, name: str) -> str:
        """The field as sent, stripped; missing is empty."""
        value = self._data.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def text(self, name: str, *, required: bool = False, most: int = TEXT_MOST) -> str:
        """A text of at most `most` characters without control characters (line breaks stay)."""
        value = self.raw(name).replace("\r\n", "\n")
        if required and not value:
            self.fault(name, "form.required")
        if len(value) > most:
            self.fault(name, "form.too_long", most=most)
            return ""
        return "".join(c for c in value if c == "\n" or c >= " ")

    def choice(self, name: str, kind: type[E]) -> E | None:
        """One value of an enumeration; None, with a fault, when it is none of them."""
        try:
            return kind(self.raw(name))
        except ValueError:
            self.fault(name, "form.choice")
            return None

    def number(self, name: str, *, least: int, most: int, fallback: int) -> int:
        """A whole number within bounds; empty means `fallback`."""
        value = self.raw(name)
        if not value:
            return fallback
        if value.isascii() and value.isdigit() and len(value) <= 9 and least <= int(value) <= most:
            return int(value)
        self.fault(name, "form.number", least=least, most=most)
        return fallback

    def day(self, name: str) -> date | None:
        """A date as the browser sends it (2026-11-22); empty is None."""
        value = self.raw(name)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, "form.date")
            return None

    def moment(self, day_name: str, time_name: str) -> datetime | None:
        """A day and a time on the court's clock, as an aware instant; a fault when either is missing."""
        day = self.day(day_name)
        try:
            at = time.fromisoformat(self.raw(time_name))
        except ValueError:
            self.fault(time_name, "form.time")
            return None
        if day is None:
            if not self.raw(day_name):
                self.fault(day_name, "form.required")
            return None
        return datetime.combine(day, at, SHANGHAI)

    def fen(self, name: str) -> int | None:
        """A sum as people write it (3万, 1,200.50, 叁万元整) in fen; empty is None."""
        value = self.raw(name)
        if not value:
            return None
        found = typed_sum(value)
        if not found:
            self.fault(name, "form.amount")
            return None
        return int(found * 100)

    def all(self, name: str, *, most: int = 100) -> list[str]:
        """Every value of a repeated field."""
        return [v for v in self._data.getall(name, []) if isinstance(v, str)][:most]

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.raw(name) not in {"", "no", "0"}

    def file(self, name: str) -> FileField | None:
        """An uploaded file; None when none was chosen."""
        value = self._data.get(name)
        return value if isinstance(value, FileField) and value.filename else None

    def files(self, name: str) -> list[FileField]:
        """All files of a repeated field, in the order sent."""
        return [v for v in self._data.getall(name, []) if isinstance(v, FileField) and v.filename]

    def once(self) -> str:
        """The idempotency key of the form; a form without one is malformed."""
        key = self.raw("once")
        if not 8 <= len(key) <= 64:
            raise CourtError("web.bad_request")
        return key

    def rev(self, name: str = "rev") -> int:
        """The revision the form was shown with."""
        value = self.raw(name)
        if not value.isascii() or not value.isdigit() or len(value) > 9:
            raise CourtError("web.bad_request")
        return int(value)

    def check(self) -> None:
        """Refuse the form when anything in it was at fault. Errors: CourtError `form.invalid` with its problems."""
        if self.problems:
            raise CourtError("form.invalid", problems=self.problems)


async def sent(request: web.Request) -> Sent:
    """The posted form (already read and bounded by the middleware)."""
    return Sent(await request.post())


def errors(error: CourtError | Iterable[FieldProblem], field: str = "form") -> Errors:
    """Faults as the templates want them, the first one per field; a refusal without fields stands at `field`."""
    problems = error.problems if isinstance(error, CourtError) else tuple(error)
    found: Errors = {}
    for problem in problems:
        found.setdefault(problem.field, (problem.code, problem.text))
    if isinstance(error, CourtError) and not found:
        found[field] = (error.code, error.text)
    return found
