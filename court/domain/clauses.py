"""What a clause of an agreement must say to be performed: who, what, how much, by when. Pure checks and wording."""

import re
from collections.abc import Sequence

from court.domain import text
from court.domain.amount import of_fen
from court.domain.errors import FieldProblem, field_problem
from court.domain.mediation import ClauseInput

MAX_CLAUSES = 40
MAX_COPIES = 20
# Fen; beyond this a typing slip is likelier than a village dispute.
_MOST_FEN = 10**13
_MONEY = re.compile("支付|给付|付清|付给|赔偿|补偿|偿还|归还借款")


def limit_problems(facts: str, clauses: Sequence[ClauseInput]) -> tuple[FieldProblem, ...]:
    """What no stored version may have: too long, unprintable, impossible amounts."""
    found = [text.too_long("facts", facts, "facts"), text.paper_problem("facts", facts)]
    if len(clauses) > MAX_CLAUSES:
        found.append(field_problem("clauses", "agreement.too_many_clauses", most=MAX_CLAUSES))
    for position, clause in enumerate(clauses):
        for name, limit in (("who", "place"), ("what", "clause"), ("due_text", "place"), ("text", "clause")):
            field, value = f"clauses.{position}.{name}", getattr(clause, name)
            found += [text.too_long(field, value, limit), text.paper_problem(field, value)]
        if clause.amount_fen is not None and not 0 < clause.amount_fen <= _MOST_FEN:
            field = f"clauses.{position}.amount"
            found.append(field_problem(field, "agreement.clause_amount", number=position + 1))
    return tuple(problem for problem in found if problem is not None)


def reading_problems(facts: str, clauses: Sequence[ClauseInput]) -> tuple[FieldProblem, ...]:
    """What must be put right before it is read aloud: an unclear agreement is refused confirmation (解释 358)."""
    found = [text.missing("facts", facts), *limit_problems(facts, clauses)]
    if not clauses:
        found.append(field_problem("clauses", "agreement.no_clauses"))
    for position, clause in enumerate(clauses):
        found += _unclear(position, clause)
    return tuple(problem for problem in found if problem is not None)


def wording(clause: ClauseInput) -> str:
    """The sentence that is read and printed: the typed one, else put together from the parts."""
    typed = text.clean(clause.text)
    if typed:
        return typed
    when = due_words(clause)
    amount = f"，金额{of_fen(clause.amount_fen)}" if clause.amount_fen is not None else ""
    return f"{clause.who}{'于' + when if when else ''}{clause.what}{amount}。"


def due_words(clause: ClauseInput) -> str:
    """2026年12月31日前, or the words given."""
    if clause.due is not None:
        return f"{clause.due.year}年{clause.due.month}月{clause.due.day}日前"
    return clause.due_text


def _unclear(position: int, clause: ClauseInput) -> list[FieldProblem]:
    field, number = f"clauses.{position}", position + 1
    found = []
    if not clause.who.strip():
        found.append(field_problem(f"{field}.who", "agreement.clause_who", number=number))
    if not clause.what.strip():
        found.append(field_problem(f"{field}.what", "agreement.clause_what", number=number))
    if clause.due is None and not clause.due_text.strip():
        found.append(field_problem(f"{field}.due", "agreement.clause_due", number=number))
    if clause.amount_fen is None and _MONEY.search(clause.what + clause.text):
        found.append(field_problem(f"{field}.amount", "agreement.clause_money", number=number))
    return found
