"""The acts of a track as small forms made from a description: what is asked, how it is read. No rule of law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiohttp import web

from court.domain.errors import CourtError
from court.web import forms, pages
from court.web.writes import write_once


class Widget(StrEnum):
    TEXT = "text"
    LINE = "line"
    CHOICE = "choice"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One field. `to` makes the service's value of a choice; `most` of a text in characters, of a number its bound."""

    name: str
    label: str
    widget: Widget = Widget.TEXT
    hint: str = ""
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    to: Callable[[str], Any] = str
    required: bool = True
    most: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button with what it asks: `verb` is the last part of its address, `do` the service with its fixed facts."""

    verb: str
    title: str
    do: Callable[..., Any]
    asks: tuple[Ask, ...] = ()
    lead: str = ""
    kind: str = "secondary"
    confirm: str = ""
    facts: Mapping[str, Any] | None = None
    shape: Callable[[dict[str, Any]], dict[str, Any]] | None = None


def choices(names: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    """The options of an enumeration with its Chinese names."""
    return tuple((str(value), text) for value, text in names.items())


def read(form: forms.Sent, act: Act) -> dict[str, Any]:
    """What was sent, by the names of the service; every fault at its field at once."""
    return {ask.name: _one(form, f"{act.verb}-{ask.name}", ask) for ask in act.asks}


def _one(form: forms.Sent, field: str, ask: Ask) -> Any:
    match ask.widget:
        case Widget.CHOICE:
            sent = form.raw(field)
            if sent not in {value for value, _ in ask.options}:
                form.fault(field, "form.choice")
                return None
            return ask.to(sent)
        case Widget.DAY:
            found = form.day(field)
            if found is None and ask.required and not form.raw(field):
                form.fault(field, "form.required")
            return found
        case Widget.MOMENT:
            return form.moment(field, f"{field}-time")
        case Widget.MONEY:
            fen = form.fen(field)
            if fen is None and ask.required and not form.raw(field):
                form.fault(field, "form.required")
            return fen
        case Widget.NUMBER:
            return form.number(field, least=0, most=ask.most, fallback=0)
        case Widget.FLAG:
            return form.flag(field)
        case _:
            return form.text(field, required=ask.required, most=ask.most)


async def perform(
    request: web.Request,
    acts: Iterable[Act],
    *,
    verb: str,
    form: forms.Sent,
    subject: Mapping[str, Any],
    back: str,
    again: Callable[..., Any],
) -> web.Response:
    """One act: read, done once, back to the page; a refusal shows the page again with the faults at the fields.

    An act that is not offered now is done nonetheless, so that the table itself refuses it with its reason."""
    act = next((one for one in acts if one.verb == verb), None)
    if act is None:
        raise CourtError("web.not_found")
    try:
        told = read(form, act)
        form.check()
        told = act.shape(told) if act.shape else told
        await write_once(request, form, act.do, **subject, rev=form.rev(), **(act.facts or {}), **told)
    except CourtError as error:
        if error.status in {400, 404}:
            raise
        first = f"{act.verb}-{act.asks[0].name}" if act.asks else "form"
        shown: web.Response = await again(
            status=error.status, errors=forms.errors(error, field=first), values=form.values
        )
        return shown
    return pages.see_other(back)
