"""Accounts and vehicle terminals, for administrators (terminals also for officers). No content of cases is shown here."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import segno
from aiohttp import web
from markupsafe import Markup

from court.domain.errors import CourtError
from court.domain.lifecycle import ROLE_NAMES, Role
from court.services import accounts, sessions, terminal
from court.web import forms, pages
from court.web.access import STAFF_ROLES, Routes, actor, staff
from court.web.keys import CONFIG, DB, NOW
from court.web.link import recheck
from court.web.writes import write_once

routes = Routes()
ADMIN = staff(Role.ADMIN)
FLEET = staff(Role.ADMIN, Role.OFFICER)
ROLES = {role: ROLE_NAMES[role] for role in Role if role in STAFF_ROLES}


def enrolment_qr(issuer: str, login: str, secret: str) -> Markup:
    """The picture an authenticator app reads (otpauth://, RFC 6238 defaults), as SVG without inline style."""
    label = f"{quote(issuer)}:{quote(login)}"
    address = (
        f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&algorithm=SHA1&digits=6&period=30"
    )
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2)
    return Markup(out.getvalue().decode())  # noqa: S704  # our own drawing; the address is data inside the modules


async def _page(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    return pages.render(
        request,
        "desk/accounts.html",
        status=status,
        accounts=await request.app[DB].read(accounts.everyone),
        roles=ROLES,
        errors=errors or {},
        values=dict(values or {}),
    )


@routes.get("/desk/accounts", access=ADMIN)
async def show(request: web.Request) -> web.Response:
    """Everybody who can sign in."""
    return await _page(request)


def _handed_over(request: web.Request, account: Any, credentials: accounts.Credentials) -> web.Response:
    """The one page that ever shows a one-time password and the TOTP secret; it is not stored anywhere readable."""
    return pages.render(
        request,
        "desk/credentials.html",
        account=account,
        password=credentials.password,
        secret=credentials.totp_secret,
        qr=enrolment_qr(request.app[CONFIG].court_name, account.login, credentials.totp_secret),
    )


async def _fresh() -> accounts.Credentials:
    return await asyncio.to_thread(accounts.new_credentials)


@routes.post("/desk/accounts", access=ADMIN)
async def create(request: web.Request) -> web.Response:
    """A new member of staff."""
    form = await forms.sent(request)
    role = form.choice("role", Role)
    login, name = form.text("login", required=True, most=64), form.text("name", required=True, most=60)
    try:
        form.check()
        if role not in ROLES:
            raise CourtError("account.wrong_role")
        credentials = await _fresh()
        account = await request.app[DB].write(
            accounts.create,
            actor=actor(request),
            now=request[NOW],
            login=login,
            name=name,
            role=role or Role.CLERK,
            credentials=credentials,
        )
    except CourtError as error:
        return await _page(
            request, status=error.status, errors=forms.errors(error, field="login"), values=form.values
        )
    return _handed_over(request, account, credentials)


@routes.post("/desk/accounts/{id}/reset", access=ADMIN)
async def reset(request: web.Request) -> web.Response:
    """A lost password or a new phone: both are made anew and every session of the account ends."""
    credentials = await _fresh()
    account = await request.app[DB].write(
        accounts.reset,
        actor=actor(request),
        now=request[NOW],
        account_id=request.match_info["id"],
        credentials=credentials,
    )
    await recheck(request.app)
    return _handed_over(request, account, credentials)


@routes.post("/desk/accounts/{id}/{verb:lock|unlock|end}", access=ADMIN)
async def change(request: web.Request) -> web.Response:
    """Lock, unlock, or end all sessions."""
    form = await forms.sent(request)
    account_id, verb = request.match_info["id"], request.match_info["verb"]
    if verb == "end":
        await write_once(request, form, sessions.end_sessions, account_id=account_id)
    else:
        await write_once(request, form, accounts.disable, account_id=account_id, disabled=verb == "lock")
    await recheck(request.app)
    return pages.see_other("/desk/accounts")


async def _terminals(
    request: web.Request,
    *,
    status: int = 200,
    errors: forms.Errors | None = None,
    made: Any = None,
    values: Mapping[str, str] | None = None,
) -> web.Response:
    return pages.render(
        request,
        "desk/terminals.html",
        status=status,
        terminals=await request.app[DB].read(terminal.everyone),
        made=made,
        errors=errors or {},
        values={"vehicle": request.app[CONFIG].vehicle_name} | dict(values or {}),
        address=f"{request.app[CONFIG].base_url}/kiosk",
    )


@routes.get("/desk/terminals", access=FLEET)
async def terminals(request: web.Request) -> web.Response:
    """The enrolled vehicle terminals."""
    return await _terminals(request)


@routes.post("/desk/terminals", access=FLEET)
async def invite(request: web.Request) -> web.Response:
    """A one-time code, shown on this answer only."""
    form = await forms.sent(request)
    name = form.text("name", required=True, most=60)
    vehicle = form.text("vehicle", required=True, most=60)
    try:
        form.check()
        made = await request.app[DB].write(
            terminal.invite, actor=actor(request), now=request[NOW], name=name, vehicle=vehicle
        )
    except CourtError as error:
        return await _terminals(
            request, status=error.status, errors=forms.errors(error, field="name"), values=form.values
        )
    return await _terminals(request, made=made)


@routes.post("/desk/terminals/{id}/revoke", access=FLEET)
async def revoke(request: web.Request) -> web.Response:
    """A lost or replaced terminal."""
    form = await forms.sent(request)
    await write_once(request, form, terminal.revoke, terminal_id=request.match_info["id"])
    await recheck(request.app)
    return pages.see_other("/desk/terminals")
