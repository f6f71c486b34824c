"""What the element form of a complaint asks for each cause of action (法〔2025〕82号). Data and its lookup, no page."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementForm:
    """`claims` to choose from, `asks` the elements of the facts; `official`: after a model text of the Supreme Court."""

    causes: frozenset[str]
    official: bool
    claims: tuple[str, ...]
    asks: tuple[str, ...]


@cache
def forms() -> tuple[ElementForm, ...]:
    """court/data/elements.toml, in order; the last fits every cause."""
    text = files("court.data").joinpath("elements.toml").read_text(encoding="utf-8")
    return tuple(
        ElementForm(
            causes=frozenset(one["causes"]),
            official=one["official"],
            claims=tuple(one["claims"]),
            asks=tuple(one["asks"]),
        )
        for one in tomllib.loads(text)["form"]
    )


def form_of(cause_name: str) -> ElementForm:
    """The form for a cause of action by its name."""
    return next(one for one in forms() if cause_name in one.causes or not one.causes)
