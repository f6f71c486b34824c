"""The printers of a node as court.toml names them ([[printers]]). Speaks to none."""

from pathlib import Path

import msgspec

from court.domain.printer import PLACE_NAMES, Media, Place, Printer, Sides
from court.ipp_line import Device, check_uri

MOST_PRINTERS = 8
_NAME_MOST = 40


class PrinterSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One printer. `media`: sheets that lie in it (A4, A5), empty for whatever it says itself; `sides` and `source`
    are offered first; `ca_file`: PEM authority of an ipps:// printer with a certificate of its own."""

    name: str
    uri: str
    place: Place = Place.VEHICLE
    media: list[str] = msgspec.field(default_factory=list)
    sides: Sides = Sides.LONG
    source: str = ""
    ca_file: str = ""

    def problem(self) -> str:
        """What cannot be used, in English for the reader of court.toml; "" when all can."""
        if not 1 <= len(self.name) <= _NAME_MOST or not self.name.isprintable():
            return f"`name` takes 1 to {_NAME_MOST} characters"
        if wrong := check_uri(self.uri):
            return f"`uri` takes {wrong}"
        unknown = [one for one in self.media if one not in Media.__members__]
        if unknown:
            return f"`media` takes A4 and A5; {unknown[0]!r} is neither"
        if len(self.source) > 60 or (self.source and not self.source.isprintable()):
            return "`source` is the printer's name of a tray, such as tray-1"
        if self.ca_file and not Path(self.ca_file).is_absolute():
            return "`ca_file` is an absolute path"
        return ""

    def device(self) -> Device:
        """Where it is."""
        return Device(uri=self.uri, name=self.name, ca_file=self.ca_file)

    def printer(self) -> Printer:
        """What it is for."""
        media = frozenset(Media[one] for one in self.media)
        return Printer(name=self.name, place=self.place, media=media, sides=self.sides, source=self.source)


def problem(printers: list[PrinterSetting]) -> str:
    """What is wrong with the list, naming the printer."""
    if len(printers) > MOST_PRINTERS:
        return f"at most {MOST_PRINTERS} printers"
    names = [one.name for one in printers]
    if len(set(names)) != len(names):
        return "two printers have the same name"
    return next((f"{one.name}: {wrong}" for one in printers if (wrong := one.problem())), "")


def single(uri: str) -> PrinterSetting:
    """`printer_uri`: the one printer of a vehicle."""
    return PrinterSetting(name=f"{PLACE_NAMES[Place.VEHICLE]}打印机", uri=uri)
