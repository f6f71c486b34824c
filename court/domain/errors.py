"""Refusals with a stable code and a Chinese text that says what to do; not for bugs."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One row of the catalogue court/data/problems.csv; texts may hold `{param}` places."""

    code: str
    status: int
    zh: str
    en: str


@cache
def catalogue() -> Mapping[str, Refusal]:
    """Every code this program may answer with, by code. docs/problems.md shows the same table."""
    text = files("court.data").joinpath("problems.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType(
        {
            row["code"]: Refusal(code=row["code"], status=int(row["status"]), zh=row["zh"], en=row["en"])
            for row in rows
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One fault in one field of a form: `field` names the input, `text` is the Chinese message."""

    field: str
    code: str
    text: str


class CourtError(Exception):
    """A refusal. `code` must stand in the catalogue (an unknown code is a bug: KeyError).

    `params` fill the places of the text. `problems` carries the faults of a form, all at once.
    `keep=True` commits what the transaction wrote before the refusal (guess counters, journal).
    """

    def __init__(
        self, code: str, *, keep: bool = False, problems: Iterable[FieldProblem] = (), **params: object
    ) -> None:
        self.refusal = catalogue()[code]
        self.code = code
        self.status = self.refusal.status
        self.params = params
        self.keep = keep
        self.problems = tuple(problems)
        super().__init__(_fill(self.refusal.zh, params))

    def __reduce__(self) -> tuple[object, ...]:
        """Crosses the process pool whole; an exception that cannot be read back breaks the pool for everybody."""
        return (_rebuild, (type(self), self.code, self.keep, self.problems, self.params))

    @property
    def text(self) -> str:
        """The Chinese text for the person, places filled."""
        return _fill(self.refusal.zh, self.params)

    @property
    def text_en(self) -> str:
        """The English text for the integrator, places filled."""
        return _fill(self.refusal.en, self.params)

    def as_problem(self) -> dict[str, object]:
        """RFC 9457 members: type, title, status, detail, code, params, and problems when there are any."""
        body: dict[str, object] = {
            "type": f"urn:court:problem:{self.code}",
            "title": self.text_en,
            "status": self.status,
            "detail": self.text,
            "code": self.code,
            "params": {key: str(value) for key, value in self.params.items()},
        }
        if self.problems:
            body["problems"] = [{"field": p.field, "code": p.code, "text": p.text} for p in self.problems]
        return body


def _rebuild(
    kind: type[CourtError],
    code: str,
    keep: bool,
    problems: tuple[FieldProblem, ...],
    params: dict[str, object],
) -> CourtError:
    return kind(code, keep=keep, problems=problems, **params)


def field_problem(field: str, code: str, **params: object) -> FieldProblem:
    """A fault of one field, its text taken from the catalogue."""
    return FieldProblem(field=field, code=code, text=_fill(catalogue()[code].zh, params))


def places(text: str) -> frozenset[str]:
    """The names of the `{param}` places in a text."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _fill(text: str, params: Mapping[str, object]) -> str:
    return text.format_map({name: params.get(name, "") for name in places(text)})
