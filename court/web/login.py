"""Staff come in and go out: password and one-time code, first password changed, sessions ended. Accounts are elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from court.domain.errors import CourtError
from court.services import accounts, sessions
from court.web import forms, pages
from court.web.access import PUBLIC, Routes, actor, staff, visitor
from court.web.entrance import address_of
from court.web.keys import DB, NOW
from court.web.link import recheck
from court.web.sessions import STAFF_COOKIE, drop_cookie, set_cookie, token_of

routes = Routes()
HOME = "/desk"


def safe_next(path: str) -> str:
    """Where to go after signing in: a path of this node, never another site."""
    ours = (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and path.isprintable()
        and len(path) <= 500
    )
    return path if ours else HOME


def _form(request: web.Request, status: int = 200, **context: object) -> web.Response:
    shown = {"errors": {}, "values": {}, "next": safe_next(request.query.get("next", HOME)), "left": False}
    return pages.render(request, "login/sign_in.html", status=status, **(shown | context))


@routes.get("/login", access=PUBLIC)
async def sign_in(request: web.Request) -> web.Response:
    """The form; who is signed in already goes on."""
    if visitor(request).staff:
        return pages.see_other(safe_next(request.query.get("next", HOME)))
    return _form(request, left="left" in request.query)


@routes.post("/login", access=PUBLIC)
async def log_in(request: web.Request) -> web.Response:
    """Opens a session. A wrong answer never says which of the three was wrong."""
    form = await forms.sent(request)
    onward = safe_next(form.raw("next"))
    login, code = form.text("login", required=True, most=64), form.text("code", most=12)
    password = form.raw("password")
    if not password:
        form.fault("password", "form.required")
    if not code:
        form.fault("code", "form.required")
    try:
        form.check()
        opened = await accounts.log_in(
            request.app[DB],
            now=request[NOW],
            login=login,
            password=password,
            totp="".join(code.split()),
            address=address_of(request),
        )
    except CourtError as error:
        shown = forms.errors(error, field="login")
        answer = _form(request, error.status, errors=shown, values=form.values, next=onward)
        if error.code == "login.slow_down":
            answer.headers["Retry-After"] = str(error.params.get("seconds", 30))
        return answer
    if opened.session.account.one_time:
        onward = f"/login/password?next={quote(onward)}"
    answer = pages.see_other(onward)
    set_cookie(request, answer, STAFF_COOKIE, opened.token)
    return answer


@routes.get("/login/password", access=staff())
async def password_form(request: web.Request) -> web.Response:
    """Own password; asked for at the first sign-in, may be put off."""
    return await _password_page(request, safe_next(request.query.get("next", HOME)))


async def _password_page(
    request: web.Request, onward: str, errors: forms.Errors | None = None, status: int = 200
) -> web.Response:
    account = await request.app[DB].read(accounts.get, account_id=actor(request).id)
    return pages.render(
        request,
        "login/password.html",
        status=status,
        errors=errors or {},
        next=onward,
        one_time=account.one_time,
        login=account.login,
    )


@routes.post("/login/password", access=staff())
async def change_password(request: web.Request) -> web.Response:
    """Changes the own password; every other session of the account ends."""
    form = await forms.sent(request)
    onward = safe_next(form.raw("next"))
    try:
        account = await accounts.change_password(
            request.app[DB],
            actor=actor(request),
            now=request[NOW],
            old=form.raw("old_password"),
            new=form.raw("password"),
            address=address_of(request),
        )
    except CourtError as error:
        return await _password_page(request, onward, forms.errors(error, field="old_password"), error.status)
    opened = await request.app[DB].write(sessions.start, now=request[NOW], account=account)
    await recheck(request.app)
    answer = pages.see_other(onward)
    set_cookie(request, answer, STAFF_COOKIE, opened.token)
    return answer


@routes.post("/logout", access=PUBLIC)
async def log_out(request: web.Request) -> web.Response:
    """Ends the session at the server, then in the browser."""
    token = token_of(request, STAFF_COOKIE)
    if token:
        await request.app[DB].write(sessions.log_out, now=request[NOW], token=token)
        await recheck(request.app)
    answer = pages.see_other("/login?left=1")
    drop_cookie(answer, STAFF_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
