"""Keys under which the running parts hang on the application and on a request. Names only, no behaviour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    import jinja2

    from court.config import Config
    from court.store.blobs import Blobs
    from court.store.database import Database
    from court.web.access import Visitor
    from court.web.bridge import Bridge
    from court.web.workers import Checks, Papers
    from documents.data import AuthorityPlace
    from signalling.plane import MediaPlane

Clock = Callable[[], datetime]

CONFIG: web.AppKey[Config] = web.AppKey("CONFIG")
CLOCK: web.AppKey[Clock] = web.AppKey("CLOCK")
DB: web.AppKey[Database] = web.AppKey("DB")
BLOBS: web.AppKey[Blobs] = web.AppKey("BLOBS")
ROOMS: web.AppKey[MediaPlane] = web.AppKey("ROOMS")
BRIDGE: web.AppKey[Bridge] = web.AppKey("BRIDGE")
PAPERS: web.AppKey[Papers] = web.AppKey("PAPERS")
# A process for each file: a stranger's file that hangs or kills it never touches a seal in the making.
CHECKS: web.AppKey[Checks] = web.AppKey("CHECKS")
# Pages of exhibits are drawn apart as well: a file that hangs its worker stops no check, no seal and no page.
SHEETS: web.AppKey[Papers] = web.AppKey("SHEETS")
AUTHORITY: web.AppKey[AuthorityPlace] = web.AppKey("AUTHORITY")
TEMPLATES: web.AppKey[jinja2.Environment] = web.AppKey("TEMPLATES")

VISITOR: web.RequestKey[Visitor] = web.RequestKey("VISITOR")
NOW: web.RequestKey[datetime] = web.RequestKey("NOW")
REQUEST_ID: web.RequestKey[str] = web.RequestKey("REQUEST_ID")
CSRF: web.RequestKey[str] = web.RequestKey("CSRF")
