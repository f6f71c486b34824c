"""How much one address may hold open at once, and which address a request comes from. Knows no route and no person."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum

from aiohttp import web

from court.config import Config
from court.domain.errors import CourtError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# A household or a phone has a whole network of IPv6 addresses, so that one of them says nothing.
IPV6_HOME = 64
# Proxies in a row; a longer header was made up.
MOST_HOPS = 10


class Held(StrEnum):
    """What is counted."""

    CONNECTIONS = "connections"
    SOCKETS = "sockets"
    UPLOADS = "uploads"


class Entrances:
    """Of one node; `most` of each kind for one address. A vehicle's network and a court's NAT are one address each."""

    def __init__(self, config: Config) -> None:
        self._proxies = [ipaddress.ip_network(one, strict=False) for one in config.trusted_proxies]
        self.most = {
            Held.CONNECTIONS: config.connections_per_address,
            Held.SOCKETS: config.sockets_per_address,
            Held.UPLOADS: config.uploads_per_address,
        }
        self._held: Counter[tuple[Held, str]] = Counter()

    def address(self, peer: str, forwarded: Sequence[str] = ()) -> str:
        """The caller: the peer, or what a trusted proxy says of it (X-Forwarded-For), nearest proxy last."""
        hops = [hop.strip() for header in forwarded for hop in header.split(",")][-MOST_HOPS:]
        found = peer
        while hops and self._trusted(found):
            nearer = _parsed(hops.pop())
            if nearer is None:
                break
            found = str(nearer)
        return found

    def is_proxy(self, peer: str) -> bool:
        """Whether many callers come from there."""
        return self._trusted(peer)

    def take(self, kind: Held, address: str) -> bool:
        """Whether one more may be open; what was taken is given back."""
        key = kind, _home(address)
        if self._held[key] >= self.most[kind]:
            return False
        self._held[key] += 1
        return True

    def held(self, kind: Held, address: str) -> int:
        """How many are open."""
        return self._held[kind, _home(address)]

    def give_back(self, kind: Held, address: str) -> None:
        """One is closed."""
        key = kind, _home(address)
        self._held[key] -= 1
        if self._held[key] <= 0:
            del self._held[key]

    @contextmanager
    def holding(self, kind: Held, address: str) -> Iterator[None]:
        """While it is open. Refuses `web.too_many_sockets`, `web.too_many_uploads`."""
        if not self.take(kind, address):
            raise CourtError(f"web.too_many_{kind}", most=self.most[kind])
        try:
            yield
        finally:
            self.give_back(kind, address)

    def _trusted(self, text: str) -> bool:
        address = _parsed(text)
        return address is not None and any(address in network for network in self._proxies)


ENTRANCES: web.AppKey[Entrances] = web.AppKey("ENTRANCES", Entrances)


def address_of(request: web.Request) -> str:
    """The caller's address, behind a trusted proxy too; empty where there is none (a Unix socket)."""
    return request.app[ENTRANCES].address(request.remote or "", request.headers.getall("X-Forwarded-For", ()))


def _parsed(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _home(text: str) -> str:
    address = _parsed(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_HOME), strict=False))
    return str(address) if address is not None else text
