"""What a print form offers and how it is read: only what the chosen printer says it can do. Orders nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote, unquote

from aiohttp import web

from court.domain import printer as printers
from court.domain.errors import CourtError
from court.domain.lifecycle import ActorKind, Role
from court.domain.paper import Paper
from court.domain.printer import (
    COLOUR_NAMES,
    MEDIA_NAMES,
    MOST_COPIES,
    PLACE_NAMES,
    SIDES_NAMES,
    Colour,
    Media,
    Options,
    Place,
    Printer,
    PrinterStatus,
    Sides,
)
from court.web import forms
from court.web.access import actor
from court.web.keys import CONFIG
from court.web.machines import MACHINES, Machines

# The printer last chosen at this machine: it stands where the machine stands.
COOKIE = "court_printer"
_YEAR = 365 * 24 * 3600
AS_IT_DOES = ("", "打印机默认")
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The chosen printer, how it stands, the others, and what may be asked of it."""

    printer: Printer
    status: PrinterStatus
    media: Media
    printers: Choices
    sides: Choices
    sources: Choices
    colours: Choices
    pages: bool
    most_copies: int

    @property
    def defaults(self) -> dict[str, str]:
        """What stands in the form before anybody chose."""
        offered = {value for value, _ in self.sources}
        sides = {value for value, _ in self.sides}
        return {
            "copies": "1",
            "sides": self.printer.sides.value if self.printer.sides in sides else "",
            "source": self.printer.source if self.printer.source in offered else "",
            "colour": "",
            "first": "",
            "last": "",
        }


def _place(request: web.Request) -> Place:
    """Terminals and officers are at the vehicle, everybody else is taken to be in the courthouse."""
    who = actor(request)
    here = who.kind is ActorKind.TERMINAL or who.role is Role.OFFICER
    return Place.VEHICLE if here else Place.COURT


def choose(request: web.Request, media: Media, wanted: str = "") -> Printer | None:
    """The printer for this sheet: the one named, else the one last chosen at this machine where it has the sheet, else
    the best by sheet and place; None when the node has none. Errors: printing.no_printer for an unknown name."""
    machines = request.app[MACHINES]
    if wanted:
        if wanted not in machines.settings:
            raise CourtError("printing.no_printer")
        return machines.settings[wanted].printer()
    last = machines.settings.get(unquote(request.cookies.get(COOKIE, "")[:400]))
    if last is not None and (not last.media or MEDIA_NAMES[media] in last.media):
        return last.printer()
    ranked = printers.suited(machines.printers, _place(request), media)
    return ranked[0] if ranked else None


def remember(request: web.Request, response: web.StreamResponse, printer: str) -> None:
    """This machine's printer from now on."""
    response.set_cookie(
        COOKIE,
        quote(printer),
        path="/desk",
        max_age=_YEAR,
        httponly=True,
        samesite="Strict",
        secure=request.app[CONFIG].base_url.startswith("https:"),
    )


def offer(request: web.Request, media: Media, wanted: str = "") -> Offer | None:
    """None when the node has no printer. Errors: printing.no_printer."""
    machines: Machines = request.app[MACHINES]
    printer = choose(request, media, wanted)
    if printer is None:
        return None
    status = machines.status[printer.name]
    can = status.can or printers.Capabilities(copies=MOST_COPIES)
    return Offer(
        printer=printer,
        status=status,
        media=media,
        printers=[
            (one.name, f"{one.name}（{PLACE_NAMES[one.place]}）")
            for one in printers.suited(machines.printers, printer.place, media)
        ],
        sides=_named([(one.value, SIDES_NAMES[one]) for one in can.sides]),
        sources=_named([(one, printers.source_name(one)) for one in can.sources]),
        colours=_named([(one.value, COLOUR_NAMES[one]) for one in can.colours]),
        pages=can.pages,
        most_copies=min(can.copies, MOST_COPIES),
    )


def _named(choices: Choices) -> Choices:
    """Nothing to choose where there is only one way."""
    return [AS_IT_DOES, *choices] if len(choices) > 1 else []


def read(form: forms.Sent, found: Paper | None = None) -> Options:
    """The options of a sent form; faults are noted in it. Whether the printer can do them is `checked`."""
    copies = form.number("copies", least=1, most=MOST_COPIES, fallback=1)
    most = found.pages if found and found.pages else printers.MOST_PAGE
    first = form.number("first", least=1, most=most, fallback=0)
    last = form.number("last", least=1, most=most, fallback=0)
    source = form.text("source", most=120)
    return Options(
        copies=copies,
        sides=_value(form, "sides", Sides),
        source=source,
        colour=_value(form, "colour", Colour),
        first=first or (1 if last else 0),
        last=last or (most if first else 0),
    )


E = TypeVar("E", Sides, Colour)


def _value(form: forms.Sent, name: str, kind: type[E]) -> E | None:
    return form.choice(name, kind) if form.raw(name) else None


def checked(request: web.Request, printer: str, options: Options, pages: int) -> None:
    """Refuses what the printer is known not to do: printing.cannot, printing.pages, printing.copies."""
    printers.check(options, request.app[MACHINES].status[printer].can, pages)


def adapted(options: Options, status: PrinterStatus) -> Options:
    """The same order for another printer: what that one cannot do is left to itself. Errors: printing.cannot for a
    part of a paper that it cannot print."""
    can = status.can
    if can is None:
        return options
    kept = Options(
        copies=options.copies,
        sides=options.sides if options.sides in can.sides else None,
        source="",
        colour=options.colour if options.colour in can.colours else None,
        first=options.first,
        last=options.last,
    )
    printers.check(kept, can, 0)
    return kept


def statuses(request: web.Request) -> list[tuple[Printer, PrinterStatus, str]]:
    """Every printer, how it stands, and the colour of that."""
    machines = request.app[MACHINES]
    return [(one, machines.status[one.name], tone(machines.status[one.name])) for one in machines.printers]


def tone(status: PrinterStatus) -> str:
    """Colour of a status; the words say the same."""
    if status.state is printers.PrinterState.UNKNOWN:
        return "neutral"
    if not status.ready:
        return "bad"
    return "warn" if status.troubles else "good"


def values(found: Offer | None, sent: Mapping[str, str] | None = None) -> dict[str, str]:
    """What stands in the form."""
    return (found.defaults if found else {"copies": "1"}) | dict(sent or {})
