"""The relay servers of a room's page with a short-lived credential for them; nobody without a seat gets one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from aiohttp import web

from court.config import Config
from court.web import pages
from court.web.access import Routes
from court.web.keys import CONFIG, NOW
from court.web.room import IN_ROOM, place_of

routes = Routes()

# The page asks again after half of it, and a TURN server checks it only when an allocation is made or refreshed.
CREDENTIAL_SECONDS = 3600


def turn_credential(secret: str, seat_id: str, expires: datetime) -> tuple[str, str]:
    """(user name, password) of TURN REST, draft-uberti-behave-turn-rest-00 §2.2; coturn's static-auth-secret."""
    username = f"{int(expires.timestamp())}:{seat_id}"
    mac = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return username, base64.b64encode(mac.digest()).decode()


@routes.get("/room/{hearing_id}/ice", access=IN_ROOM)
async def ice(request: web.Request) -> web.Response:
    """`servers_for` this seat. Errors: hearing.not_found, room.not_seated."""
    place = await place_of(request)
    return pages.json(servers_for(request.app[CONFIG], request[NOW], place.seat.id))


def servers_for(config: Config, now: datetime, place: str) -> dict[str, object]:
    """{iceServers, iceTransportPolicy, seconds} for RTCPeerConnection."""
    servers = []
    if config.turn_urls:
        expires = datetime.fromtimestamp(now.timestamp() + CREDENTIAL_SECONDS, now.tzinfo)
        username, credential = turn_credential(config.turn_secret, place, expires)
        servers.append({"urls": config.turn_urls, "username": username, "credential": credential})
    policy = "relay" if config.turn_only else "all"
    return {"iceServers": servers, "iceTransportPolicy": policy, "seconds": CREDENTIAL_SECONDS}
