"""Straight to an IPP printer: a signed PDF goes out byte for byte; no spooler, no driver, no conversion."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pyipp import IPP
from pyipp.enums import IppOperation
from pyipp.exceptions import IPPConnectionError, IPPError

from court.domain.errors import CourtError

# RFC 8011 5.4.11 printer-state, 5.3.7 job-state.
PRINTER_STATES = {3: "idle", 4: "printing", 5: "stopped"}
JOB_STATES = {
    3: "pending",
    4: "held",
    5: "printing",
    6: "stopped",
    7: "canceled",
    8: "aborted",
    9: "completed",
}
FINISHED = {"canceled", "aborted", "completed"}
SIDES = {"one-sided", "two-sided-long-edge", "two-sided-short-edge"}
SERVER_ERROR_BUSY = 0x0507
REQUEST_SECONDS = 20
MAX_COPIES = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterState:
    """What the printer says of itself; `reasons` are RFC 8011 keywords such as media-empty."""

    name: str
    state: str
    accepting: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintResult:
    """A job that the printer has taken over."""

    job_id: int
    state: str


@asynccontextmanager
async def _printer(uri: str) -> AsyncIterator[IPP]:
    """A client for one printer. Errors: CourtError printer.*, in the clerk's words."""
    if not uri:
        raise CourtError("printer.unset")
    parts = urlsplit(uri)
    if parts.scheme not in {"ipp", "ipps"} or not parts.hostname:
        raise CourtError("printer.unreachable", printer=uri, detail="地址应以 ipp:// 或 ipps:// 开头")
    try:
        async with IPP(host=uri, port=parts.port or 631, request_timeout=REQUEST_SECONDS) as client:
            yield client
    except IPPConnectionError as error:
        raise CourtError("printer.unreachable", printer=uri, detail=str(error)) from error
    except IPPError as error:
        detail = error.args[1] if len(error.args) > 1 else {}
        status = detail.get("status-code", 0) if isinstance(detail, dict) else 0
        code = "printer.busy" if status == SERVER_ERROR_BUSY else "printer.refused"
        raise CourtError(code, printer=uri, detail=f"0x{int(status):04x}") from error


def _keywords(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(str(one) for one in values if one and one != "none")


async def printer_state(uri: str) -> PrinterState:
    """Ask the printer. Errors: CourtError printer.unset, printer.unreachable, printer.refused."""
    async with _printer(uri) as client:
        names = ["printer-name", "printer-state", "printer-state-reasons", "printer-is-accepting-jobs"]
        answer = await client.execute(
            IppOperation.GET_PRINTER_ATTRIBUTES,
            {"operation-attributes-tag": {"requested-attributes": names}},
        )
    told = answer["printers"][0]
    return PrinterState(
        name=str(told.get("printer-name", uri)),
        state=PRINTER_STATES.get(int(told.get("printer-state", 5)), "stopped"),
        accepting=bool(told.get("printer-is-accepting-jobs", True)),
        reasons=_keywords(told.get("printer-state-reasons")),
    )


async def print_pdf(
    uri: str, pdf: bytes, *, job_name: str, copies: int = 1, sides: str = "two-sided-long-edge"
) -> PrintResult:
    """Hand a PDF to the printer as it is. Errors: CourtError printer.*; a busy printer may be tried again."""
    if sides not in SIDES or not 1 <= copies <= MAX_COPIES:
        raise CourtError("printer.refused", printer=uri, detail=f"份数 1–{MAX_COPIES}，单面或双面")
    async with _printer(uri) as client:
        answer = await client.execute(
            IppOperation.PRINT_JOB,
            {
                "operation-attributes-tag": {
                    "requesting-user-name": "mobile-court",
                    "job-name": job_name[:80],
                    "document-format": "application/pdf",
                },
                "job-attributes-tag": {"copies": copies, "sides": sides},
                "data": pdf,
            },
        )
    told = answer["jobs"][0]
    return PrintResult(job_id=int(told["job-id"]), state=JOB_STATES.get(int(told["job-state"]), "pending"))


async def job_state(uri: str, job_id: int) -> str:
    """One of JOB_STATES' words. Errors: CourtError printer.*."""
    async with _printer(uri) as client:
        answer = await client.execute(
            IppOperation.GET_JOB_ATTRIBUTES,
            {
                "operation-attributes-tag": {
                    "job-id": job_id,
                    "requested-attributes": ["job-state", "job-state-reasons"],
                }
            },
        )
    return JOB_STATES.get(int(answer["jobs"][0]["job-state"]), "pending")


async def printed(uri: str, job_id: int, *, within_seconds: float = 60.0) -> str:
    """Wait until the printer is through with a job. Returns its last state; a printer out of paper stays unfinished."""
    state = "pending"
    async with asyncio.timeout(within_seconds):
        while state not in FINISHED:
            state = await job_state(uri, job_id)
            if state not in FINISHED:
                await asyncio.sleep(0.3)
    return state
