"""The printers of this node as the pages and the printing tasks share them. Asks none."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from court.domain.printer import Printer, PrinterState, PrinterStatus
from court.printers import PrinterSetting


@dataclass(slots=True)
class Machines:
    """The printers of this node, how each one stands, and the bells of their tasks."""

    settings: dict[str, PrinterSetting]
    status: dict[str, PrinterStatus] = field(default_factory=dict)
    bells: dict[str, asyncio.Event] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: list[PrinterSetting]) -> Machines:
        """Nothing is asked yet."""
        by_name = {one.name: one for one in settings}
        unknown = {name: PrinterStatus(name=name, state=PrinterState.UNKNOWN) for name in by_name}
        return cls(settings=by_name, status=unknown, bells={name: asyncio.Event() for name in by_name})

    @property
    def printers(self) -> tuple[Printer, ...]:
        return tuple(one.printer() for one in self.settings.values())

    def ring(self, name: str = "") -> None:
        """There is something to do for this printer; for all without a name."""
        for known, bell in self.bells.items():
            if name in {"", known}:
                bell.set()


MACHINES: web.AppKey[Machines] = web.AppKey("PRINT_MACHINES", Machines)
