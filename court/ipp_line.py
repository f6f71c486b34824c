"""One IPP exchange with a printer, bounded in time and size; what is asked and what it means is elsewhere."""

import asyncio
import itertools
import ssl
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from court import ipp
from court.domain.errors import CourtError
from court.ipp import Attribute, Operation, Tag

ASK_SECONDS, CONNECT_SECONDS, SEND_SECONDS = 10.0, 4.0, 90.0
_OK, _NOT_FOUND = 0x0100, 0x0406
# server-error-busy, -temporary-error, -not-accepting-jobs, -service-unavailable: nothing was taken, later it may be.
_LATER = frozenset({0x0507, 0x0505, 0x0506, 0x0502})
_requests = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where a printer is. `ca_file`: the PEM authority of an ipps:// printer, empty for the system's."""

    uri: str
    name: str = ""
    ca_file: str = ""

    @property
    def shown(self) -> str:
        return self.name or self.uri


class Unsent(CourtError):
    """`printer.unreachable` before a single octet went out: whatever was asked has not been done."""


def check_uri(uri: str) -> str:
    """What is wrong with a printer's address; empty when nothing is."""
    try:
        parts = URL(uri)
        good = parts.scheme in {"ipp", "ipps"} and bool(parts.host) and not parts.user
    except ValueError:
        good = False
    return "" if good else "an address such as ipp://printer/ipp/print or ipps://…, without a password"


def _address(device: Device) -> URL:
    if not device.uri:
        raise CourtError("printer.unset")
    if check_uri(device.uri):
        raise CourtError("printer.address", printer=device.shown)
    uri = URL(device.uri)
    scheme = "https" if uri.scheme == "ipps" else "http"
    return uri.with_scheme(scheme).with_port(uri.explicit_port or 631)


def _trust(device: Device) -> ssl.SSLContext | bool:
    if not device.uri.startswith("ipps://"):
        return True
    return ssl.create_default_context(cafile=device.ca_file or None)


async def ask(
    device: Device,
    operation: Operation,
    told: Iterable[Attribute] = (),
    *,
    job: Iterable[Attribute] = (),
    document: bytes = b"",
) -> ipp.Answer:
    """One exchange. Errors: CourtError printer.*; Unsent when nothing can have been done."""
    url = _address(device)
    head = [
        Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),
        Attribute(Tag.LANGUAGE, "attributes-natural-language", ("zh-cn",)),
        Attribute(Tag.URI, "printer-uri", (device.uri,)),
        *told,
    ]
    groups = [(Tag.OPERATION, head)] + ([(Tag.JOB, list(job))] if job else [])
    number = next(_requests) & 0x7FFFFFFF
    body = ipp.encode(operation, number, groups) + document
    try:
        async with asyncio.timeout(SEND_SECONDS if document else ASK_SECONDS):
            answer = ipp.decode(await _post(device, url, body))
    except ipp.Garbled as error:
        raise CourtError("printer.garbled", printer=device.shown, detail=str(error)) from error
    except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
        raise Unsent("printer.unreachable", printer=device.shown) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise CourtError("printer.unreachable", printer=device.shown) from error
    if answer.request_id != number:
        raise CourtError("printer.garbled", printer=device.shown, detail="another request's answer")
    if answer.status >= _OK:
        _refuse(device, answer)
    return answer


async def _post(device: Device, url: URL, body: bytes) -> bytes:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
    # Nothing is unpacked and no redirect followed: a printer has no reason for either.
    async with aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as session:
        headers = {"Content-Type": "application/ipp", "Accept-Encoding": "identity"}
        async with session.post(
            url, data=body, headers=headers, ssl=_trust(device), allow_redirects=False
        ) as response:
            if response.status != 200:
                raise CourtError("printer.refused", printer=device.shown, detail=f"HTTP {response.status}")
            if response.content_type != "application/ipp":
                raise ipp.Garbled("no IPP answer")
            data = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                data += chunk
                if len(data) > ipp.MOST_OCTETS:
                    raise ipp.Garbled("too long")
            return bytes(data)


def _refuse(device: Device, answer: ipp.Answer) -> None:
    code = "printer.busy" if answer.status in _LATER else "printer.refused"
    if answer.status == _NOT_FOUND:
        code = "printer.job_unknown"
    raise CourtError(code, printer=device.shown, detail=f"0x{answer.status:04x}")
