"""Who may call a route: every route names its policy when it is declared. It decides entry, not what the law allows.

    routes = Routes()

    @routes.get("/desk", access=staff())                       # any signed-in member of staff
    @routes.post("/room/{id}/open", access=staff(Role.JUDGE, Role.MEDIATOR))
    @routes.get("/room/{id}", access=staff() | TERMINAL | SEAT)
    @routes.get("/verify", access=PUBLIC)
    @routes.post("/verify", access=PUBLIC, upload=True)        # body up to config.max_upload_bytes, else 256 KiB

`actor(request)` is who acts; `visitor(request)` shows every session this browser holds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from court.domain.errors import CourtError
from court.domain.lifecycle import PUBLIC_ACTOR, STAFF, Actor, Role
from court.web.keys import VISITOR


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPass:
    """A remote party's place in one hearing, proved by the cookie that the seat link left on this device."""

    actor: Actor
    hearing_id: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObserverPass:
    """Leave to watch one public session, proved by the cookie that the observer's link left on this device."""

    actor: Actor
    hearing_id: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """The live sessions of this browser; a part is None when there is none. One browser may hold several."""

    staff: Actor | None = None
    terminal: Actor | None = None
    seat: SeatPass | None = None
    observer: ObserverPass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A policy: any one alternative that fits lets the request in. `|` joins two policies."""

    public: bool = False
    roles: frozenset[Role] = frozenset()
    terminal: bool = False
    seat: bool = False
    observer: bool = False

    def __or__(self, other: Access) -> Access:
        return Access(
            public=self.public or other.public,
            roles=self.roles | other.roles,
            terminal=self.terminal or other.terminal,
            seat=self.seat or other.seat,
            observer=self.observer or other.observer,
        )

    def actor(self, visitor: Visitor) -> Actor | None:
        """The session this policy admits: staff before seat before terminal; None when there is none."""
        if visitor.staff and visitor.staff.role in self.roles:
            return visitor.staff
        if self.seat and visitor.seat:
            return visitor.seat.actor
        if self.terminal and visitor.terminal:
            return visitor.terminal
        if self.observer and visitor.observer:
            return visitor.observer.actor
        return None


STAFF_ROLES = STAFF | {Role.ADMIN, Role.OFFICE, Role.PRESIDENT}
PUBLIC = Access(public=True)
TERMINAL = Access(terminal=True)
SEAT = Access(seat=True)
OBSERVER = Access(observer=True)


def staff(*roles: Role) -> Access:
    """Signed-in staff of one of these roles; of any role when none is named."""
    return Access(roles=frozenset(roles) or STAFF_ROLES)


SEAT_COOKIE = "court_seat"
ACTOR: web.RequestKey[Actor] = web.RequestKey("ACTOR")


def visitor(request: web.Request) -> Visitor:
    """Every session this browser holds."""
    return request[VISITOR]


def actor(request: web.Request) -> Actor:
    """Who acts on this route; the public actor where the policy lets anyone in and nobody is signed in."""
    return request[ACTOR]


def _refusal(access: Access, who: Visitor, *, came_by_link: bool) -> CourtError:
    """401 tells to sign in, 403 that this account may not. A party whose link has ended is not sent to the staff's door."""
    if access.seat and came_by_link and not who.staff:
        return CourtError("access.seat")
    if access.roles:
        return CourtError("access.role") if who.staff else CourtError("access.login")
    if access.seat:
        return CourtError("access.seat")
    return CourtError("access.observer") if access.observer else CourtError("access.terminal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a route declared: who may enter, whether its body is an upload (a higher limit), whether a program that
    signs its body calls it (no browser, no cookie, so no token of ours)."""

    access: Access
    upload: bool
    signed: bool = False

    def admit(self, who: Visitor, *, came_by_link: bool = False) -> Actor:
        """The session that acts here. `came_by_link`: this browser once held a seat. Errors: CourtError access.*."""
        found = self.access.actor(who)
        if found is None and not self.access.public:
            raise _refusal(self.access, who, came_by_link=came_by_link)
        return found or who.staff or PUBLIC_ACTOR


def _guarded(handler: Handler, guard: Guard) -> Handler:
    @functools.wraps(handler)
    async def guarded(request: web.Request) -> web.StreamResponse:
        request[ACTOR] = guard.admit(request[VISITOR], came_by_link=SEAT_COOKIE in request.cookies)
        return await handler(request)

    guarded.guard = guard  # type: ignore[attr-defined]
    return guarded


def guard_of(handler: object) -> Guard | None:
    """The guard of a route's handler; None for what aiohttp itself serves (static files, 404)."""
    return getattr(handler, "guard", None)


class Routes:
    """A route table in which no route can be written without its access policy."""

    def __init__(self) -> None:
        self._items: list[web.RouteDef] = []

    def __iter__(self) -> Iterator[web.RouteDef]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def get(self, path: str, *, access: Access) -> Callable[[Handler], Handler]:
        """A page or a piece of data; changes nothing."""
        return self._route("GET", path, access, upload=False)

    def post(
        self, path: str, *, access: Access, upload: bool = False, signed: bool = False
    ) -> Callable[[Handler], Handler]:
        """An act. `upload` raises the body limit from 256 KiB to the configured size of an upload; `signed`: the
        handler itself checks a signature over the body, and neither origin nor token is asked for."""
        return self._route("POST", path, access, upload=upload, signed=signed)

    def put(self, path: str, *, access: Access, upload: bool = False) -> Callable[[Handler], Handler]:
        """Replace something by its whole new content."""
        return self._route("PUT", path, access, upload=upload)

    def delete(self, path: str, *, access: Access) -> Callable[[Handler], Handler]:
        """Take something away."""
        return self._route("DELETE", path, access, upload=False)

    def _route(
        self, method: str, path: str, access: Access, *, upload: bool, signed: bool = False
    ) -> Callable[[Handler], Handler]:
        guard = Guard(access=access, upload=upload, signed=signed)

        def keep(handler: Handler) -> Handler:
            self._items.append(web.RouteDef(method, path, _guarded(handler, guard), {}))
            return handler

        return keep
