"""Straight to an IPP printer: a signed PDF goes out byte for byte; no spooler, no driver, no conversion."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from court import ipp
from court.domain.errors import CourtError
from court.domain.printer import MEDIA_SIZES, Capabilities, Colour, Media, Options, PrinterState, Sides
from court.ipp import Attribute, Attributes, Operation, Tag, keywords
from court.ipp_line import Device, ask

USER = "mobile-court"
# Job names reach the printer's display; NAME holds 255 octets (RFC 8011 5.1.3).
NAME_MOST = 80
_SUBSTITUTED, _NOT_POSSIBLE = 0x0001, 0x0404
_ASKED = (
    "printer-name", "printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "queued-job-count",
    "operations-supported", "document-format-supported", "copies-supported", "sides-supported",
    "media-supported", "media-source-supported", "media-col-supported", "page-ranges-supported",
    "print-color-mode-supported", "print-scaling-supported", "multiple-document-handling-supported",
    "marker-names", "marker-levels", "printer-supply", "printer-supply-description",
)  # fmt: skip
_STATES = {3: PrinterState.IDLE, 4: PrinterState.BUSY, 5: PrinterState.STOPPED}
# RFC 8011 5.3.7.
_JOB_STATES = {
    3: "pending",
    4: "held",
    5: "printing",
    6: "stopped",
    7: "canceled",
    8: "aborted",
    9: "completed",
}
FINISHED = frozenset({"canceled", "aborted", "completed"})
_COLLATED = "separate-documents-collated-copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a printer says of itself. `reasons` are RFC 8011 keywords such as media-empty; `levels` in percent."""

    name: str
    state: PrinterState
    accepting: bool
    reasons: tuple[str, ...]
    levels: tuple[tuple[str, int], ...]
    queued: int
    can: Capabilities


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteJob:
    """A job as the printer tells it; `state` is a word of RFC 8011 5.3.7, `reasons` its keywords."""

    job_id: int
    state: str
    reasons: tuple[str, ...] = ()
    name: str = ""
    ignored: tuple[str, ...] = ()


def _first(told: Attributes, name: str, kind: type[Any], fallback: Any) -> Any:
    """The first value when it is of this kind: a printer's word is checked, never believed."""
    values = told.get(name, ())
    return values[0] if values and type(values[0]) is kind else fallback


def _words(told: Attributes, name: str, most: int = 200) -> tuple[str, ...]:
    return tuple(
        one[:120] for one in told.get(name, ())[:most] if isinstance(one, str) and one.isprintable() and one
    )


async def tell(device: Device) -> Told:
    """State and capabilities, freshly asked. Errors: CourtError printer.*."""
    answer = await ask(device, Operation.GET_PRINTER, [keywords("requested-attributes", *_ASKED)])
    told = answer.group(Tag.PRINTER)
    state = _STATES.get(_first(told, "printer-state", int, 0))
    if state is None:
        raise CourtError("printer.garbled", printer=device.shown, detail="no printer-state")
    return Told(
        name=_first(told, "printer-name", str, device.shown)[:120],
        state=state,
        accepting=_first(told, "printer-is-accepting-jobs", bool, True),
        reasons=tuple(one for one in _words(told, "printer-state-reasons", 20) if one != "none"),
        levels=_levels(told),
        queued=max(0, _first(told, "queued-job-count", int, 0)),
        can=_capabilities(told),
    )


def _capabilities(told: Attributes) -> Capabilities:
    operations = set(told.get("operations-supported", ()))
    most = _first(told, "copies-supported", tuple, (1, 1))[1]
    formats = _words(told, "document-format-supported")
    trays = "media-source" in _words(told, "media-col-supported")
    return Capabilities(
        copies=max(1, most),
        sides=tuple(one for one in Sides if one in _words(told, "sides-supported")),
        sources=_words(told, "media-source-supported", 20) if trays else (),
        colours=tuple(one for one in Colour if one in _words(told, "print-color-mode-supported")),
        media=_words(told, "media-supported"),
        pages=_first(told, "page-ranges-supported", bool, False),
        pdf=not formats or "application/pdf" in formats,
        collates=_COLLATED in _words(told, "multiple-document-handling-supported"),
        scalings=_words(told, "print-scaling-supported"),
        creates={Operation.CREATE_JOB, Operation.SEND_DOCUMENT} <= operations,
        lists=Operation.GET_JOBS in operations,
        cancels=Operation.CANCEL_JOB in operations,
    )


def _levels(told: Attributes) -> tuple[tuple[str, int], ...]:
    """PWG 5100.9: marker-levels, or the level of each printer-supply that is used up; -1 and less is unknown."""
    names, levels = _words(told, "marker-names", 16), told.get("marker-levels", ())[:16]
    if not levels:
        names, levels = _words(told, "printer-supply-description", 16), ()
        supplies = [one for one in told.get("printer-supply", ())[:16] if isinstance(one, bytes)]
        fields = [
            dict(part.split("=", 1) for part in one.decode("ascii", "replace").split(";") if "=" in part)
            for one in supplies
        ]
        read = [
            int(one["level"])
            if one.get("class") == "supplyThatIsConsumed" and one.get("level", "").isdigit()
            else -1
            for one in fields
        ]
        levels = tuple(read)
    pairs = zip(names, levels, strict=False)
    return tuple((name, level) for name, level in pairs if isinstance(level, int) and 0 <= level <= 100)


def job_attributes(options: Options, media: Media, can: Capabilities | None, *, fit: bool) -> list[Attribute]:
    """What of a job the printer is told; what it cannot do is left out (`printer.check` has refused it before)."""
    told = [Attribute(Tag.INTEGER, "copies", (options.copies,))]
    if options.sides:
        told.append(keywords("sides", options.sides))
    if options.colour:
        told.append(keywords("print-color-mode", options.colour))
    if options.first:
        told.append(Attribute(Tag.RANGE, "page-ranges", ((options.first, options.last),)))
    if can and can.collates and options.copies > 1:
        told.append(keywords("multiple-document-handling", _COLLATED))
    scaling = "fit" if fit else "none"
    if can and scaling in can.scalings:
        told.append(keywords("print-scaling", scaling))
    if options.source:
        width, height = MEDIA_SIZES[media]
        size = (
            Attribute(Tag.INTEGER, "x-dimension", (width,)),
            Attribute(Tag.INTEGER, "y-dimension", (height,)),
        )
        column = (
            Attribute(Tag.COLLECTION, "media-size", (size,)),
            keywords("media-source", options.source),
        )
        told.append(Attribute(Tag.COLLECTION, "media-col", (column,)))
    elif can is None or not can.media or media in can.media:
        told.append(keywords("media", media))
    return told


def _names(job_name: str) -> list[Attribute]:
    return [
        Attribute(Tag.NAME, "requesting-user-name", (USER,)),
        Attribute(Tag.NAME, "job-name", (job_name[:NAME_MOST],)),
    ]


def _job(device: Device, told: Attributes, answer: ipp.Answer) -> RemoteJob:
    job_id = _first(told, "job-id", int, 0)
    if job_id <= 0:
        raise CourtError("printer.garbled", printer=device.shown, detail="no job-id")
    return RemoteJob(
        job_id=job_id,
        state=_JOB_STATES.get(_first(told, "job-state", int, 3), "pending"),
        reasons=_words(told, "job-state-reasons", 20),
        name=_first(told, "job-name", str, ""),
        ignored=tuple(answer.group(Tag.UNSUPPORTED)) if answer.status == _SUBSTITUTED else (),
    )


async def create(device: Device, *, job_name: str, job: Iterable[Attribute]) -> RemoteJob:
    """A job without its document: nothing can come out yet. Errors: CourtError printer.*."""
    answer = await ask(device, Operation.CREATE_JOB, _names(job_name), job=job)
    return _job(device, answer.group(Tag.JOB), answer)


async def send(device: Device, job_id: int, pdf: bytes) -> None:
    """The document of a created job, its last. Errors: CourtError printer.*; after one it may or may not have arrived."""
    told = [
        Attribute(Tag.INTEGER, "job-id", (job_id,)),
        Attribute(Tag.NAME, "requesting-user-name", (USER,)),
        Attribute(Tag.MIME, "document-format", ("application/pdf",)),
        Attribute(Tag.BOOLEAN, "last-document", (True,)),
    ]
    await ask(device, Operation.SEND_DOCUMENT, told, document=pdf)


async def print_pdf(device: Device, pdf: bytes, *, job_name: str, job: Iterable[Attribute] = ()) -> RemoteJob:
    """Job and document at once, for printers without Create-Job. Errors: CourtError printer.*."""
    told = [*_names(job_name), Attribute(Tag.MIME, "document-format", ("application/pdf",))]
    answer = await ask(device, Operation.PRINT_JOB, told, job=job, document=pdf)
    return _job(device, answer.group(Tag.JOB), answer)


async def job(device: Device, job_id: int) -> RemoteJob:
    """How a job stands. Errors: CourtError printer.job_unknown when the printer has forgotten it, printer.*."""
    told = [
        Attribute(Tag.INTEGER, "job-id", (job_id,)),
        keywords("requested-attributes", "job-id", "job-state", "job-state-reasons", "job-name"),
    ]
    answer = await ask(device, Operation.GET_JOB, told)
    return _job(device, answer.group(Tag.JOB), answer)


async def find(device: Device, job_name: str) -> RemoteJob | None:
    """Our job of this name, running or over; None when the printer lists none. Errors: CourtError printer.*."""
    for which in ("not-completed", "completed"):
        told = [
            Attribute(Tag.NAME, "requesting-user-name", (USER,)),
            keywords("which-jobs", which),
            keywords("requested-attributes", "job-id", "job-state", "job-state-reasons", "job-name"),
        ]
        answer = await ask(device, Operation.GET_JOBS, told)
        for listed in answer.all(Tag.JOB):
            if _first(listed, "job-name", str, "") == job_name[:NAME_MOST]:
                return _job(device, listed, answer)
    return None


async def cancel(device: Device, job_id: int) -> None:
    """Stop a job. One that is over already is no error; ask `job` what came of it. Errors: CourtError printer.*."""
    told = [
        Attribute(Tag.INTEGER, "job-id", (job_id,)),
        Attribute(Tag.NAME, "requesting-user-name", (USER,)),
    ]
    try:
        await ask(device, Operation.CANCEL_JOB, told)
    except CourtError as error:
        if error.params.get("detail") != f"0x{_NOT_POSSIBLE:04x}":
            raise


async def printed(device: Device, job_id: int, *, within_seconds: float = 60.0) -> str:
    """Wait until the printer is through with a job. Returns its last state. Errors: TimeoutError, CourtError printer.*."""
    async with asyncio.timeout(within_seconds):
        while (state := (await job(device, job_id)).state) not in FINISHED:
            await asyncio.sleep(0.3)
    return state
