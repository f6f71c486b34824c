"""The clauses of an agreement as the form shows and sends them: rows that can be added, taken away and moved, templates
to begin with. What is unclear or unlawful court.domain.clause_check tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from court.domain.mediation import Clause, ClauseInput
from court.web.forms import Sent

MOST_CLAUSES = 40
COLUMNS = ("who", "what", "amount", "due", "due_text", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A usual clause; `causes` are the leading numbers of the causes it is for, none means any."""

    name: str
    who: str
    what: str
    due_text: str
    causes: tuple[str, ...] = ()

    def fits(self, cause_code: str) -> bool:
        """Whether it is offered first for this cause."""
        leading = re.match(r"\d+", cause_code)
        return bool(leading and leading.group() in self.causes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One clause as typed."""

    who: str = ""
    what: str = ""
    amount: str = ""
    due: str = ""
    due_text: str = ""
    text: str = ""


@dataclass(slots=True)
class Rows:
    """The rows of one form and what its buttons do to them; nothing is saved here."""

    rows: list[Row] = field(default_factory=list)

    def press(self, button: str, usual: Sequence[Template]) -> str:
        """`add`, `usual-N`, `remove-N`, `up-N`, `down-N` (N from 0); gives the id of the row to look at next."""
        verb, _, number = button.partition("-")
        at = int(number) if number.isdecimal() and len(number) < 4 else 0
        match verb:
            case "add" if len(self.rows) < MOST_CLAUSES:
                self.rows.append(Row())
                return f"clause-{len(self.rows) - 1}"
            case "usual" if len(self.rows) < MOST_CLAUSES and at < len(usual):
                one = usual[at]
                self.rows.append(Row(who=one.who, what=one.what, due_text=one.due_text))
                return f"clause-{len(self.rows) - 1}"
            case "remove" if at < len(self.rows):
                del self.rows[at]
                return f"clause-{max(0, at - 1)}"
            case "up" | "down":
                other = at + (-1 if verb == "up" else 1)
                if at < len(self.rows) and 0 <= other < len(self.rows):
                    self.rows[at], self.rows[other] = self.rows[other], self.rows[at]
                    return f"clause-{other}"
            case _:
                pass
        return "clauses"


@cache
def templates() -> tuple[Template, ...]:
    """court/data/clauses.toml."""
    text = files("court.data").joinpath("clauses.toml").read_text(encoding="utf-8")
    return tuple(Template(**{**one, "causes": tuple(one["causes"])}) for one in tomllib.loads(text)["clause"])


def usual(cause_code: str) -> tuple[Template, ...]:
    """Templates for this cause first, then those for any."""
    return tuple(t for t in templates() if t.fits(cause_code)) + tuple(t for t in templates() if not t.causes)


def from_agreement(clauses: Sequence[Clause]) -> Rows:
    """The saved clauses as rows. A text that is only the composed sentence is left to be composed again."""
    return Rows([_row(c) for c in clauses])


def _row(clause: Clause) -> Row:
    row = Row(
        who=clause.who,
        what=clause.what,
        amount=""
        if clause.amount_fen is None
        else f"{Decimal(clause.amount_fen) / 100:.2f}".removesuffix(".00"),
        due=clause.due.isoformat() if clause.due else "",
        due_text=clause.due_text,
        text=clause.text,
    )
    return replace(row, text="") if row.text == compose(row) else row


def from_form(form: Sent) -> Rows:
    """The rows as typed, whatever is in them."""
    count = form.number("clauses", least=0, most=MOST_CLAUSES, fallback=0)
    return Rows([Row(**{c: form.raw(f"clauses.{n}.{c}")[:2000] for c in COLUMNS}) for n in range(count)])


def compose(row: Row) -> str:
    """The sentence that is read aloud and printed when no own text was typed: who, by when, what, how much."""
    if not (row.who and row.what):
        return ""
    due = f"{_day(row.due)}前" if row.due else row.due_text
    sentence = (
        f"{row.who}于{due}{row.what}"
        if due and due[0].isdigit()
        else f"{row.who}{'在' if due else ''}{due}{row.what}"
    )
    if row.due_text in {"长期", "签字后"} and not row.due:
        sentence = f"{row.who}{row.what}"
    amount = f"，金额{row.amount}元" if row.amount else ""
    return f"{sentence}{amount}。"


def _day(iso: str) -> str:
    year, month, day = iso.split("-") if iso.count("-") == 2 else (iso, "", "")
    return (
        f"{int(year)}年{int(month)}月{int(day)}日"
        if month.isdecimal() and day.isdecimal() and year.isdecimal()
        else iso
    )


def inputs(form: Sent, rows: Rows) -> tuple[ClauseInput, ...]:
    """The rows as the service takes them; faults are noted at their fields."""
    made = []
    for n, row in enumerate(rows.rows):
        made.append(
            ClauseInput(
                who=row.who,
                what=row.what,
                amount_fen=form.fen(f"clauses.{n}.amount"),
                due=form.day(f"clauses.{n}.due"),
                due_text=row.due_text,
                text=row.text or compose(row),
            )
        )
    return tuple(made)


def unchecked(rows: Rows) -> tuple[ClauseInput, ...]:
    """The rows as typed, as far as they can be read: for the checker, which must not wait for a faultless form."""
    return tuple(
        ClauseInput(
            who=row.who,
            what=row.what,
            amount_fen=_fen(row.amount),
            due=_date(row.due),
            due_text=row.due_text,
            text=row.text or compose(row),
        )
        for row in rows.rows
    )


def _fen(typed: str) -> int | None:
    plain = typed.replace(",", "").strip()
    if not re.fullmatch(r"\d{1,11}(\.\d{1,2})?", plain, re.ASCII):
        return None
    return int(Decimal(plain) * 100)


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
