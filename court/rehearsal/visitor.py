"""A person at a browser without a screen: follows links, fills the page's own forms, keeps cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from lxml import html
from yarl import URL


class Stuck(Exception):
    """The page did not offer what the script wanted, or the server refused; the text says which and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form as the page offers it: every field with its present value."""

    action: str
    method: str
    multipart: bool
    fields: tuple[tuple[str, str], ...]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as a person sees it."""

    url: str
    status: int
    content: bytes
    kind: str
    document: Any = field(repr=False, default=None)

    @property
    def text(self) -> str:
        """The visible text, white space folded."""
        return " ".join(self.document.text_content().split()) if self.document is not None else ""

    def meta(self, name: str) -> str:
        """The content of a <meta>, empty where there is none."""
        found = self.document.xpath("//meta[@name=$name]/@content", name=name)
        return str(found[0]) if found else ""

    def options(self, name: str) -> list[tuple[str, str]]:
        """Value and text of each choice of a <select>."""
        found = self.document.xpath("//select[@name=$name]/option", name=name)
        return [(str(one.get("value", "")), " ".join(one.text_content().split())) for one in found]

    def links(self, part: str, *, beside: str = "") -> list[str]:
        """Absolute addresses of links whose address contains `part`, in the order of the page.

        `beside`: only links whose list item or table row shows this text.
        """
        rows = "ancestor-or-self::*[self::a or self::li or self::tr]"
        found = self.document.xpath(
            f"//a[contains(@href, $part)][$beside = '' or {rows}[contains(., $beside)]]/@href",
            part=part,
            beside=beside,
        )
        return [urljoin(self.url, str(href)) for href in found]

    def forms(self, action: str = "", *, having: str = "") -> list[Form]:
        """Every form whose action contains `action` and that has a field `having`, in the order of the page."""
        found = []
        for element in self.document.forms:
            target = urljoin(self.url, element.action or self.url)
            names = frozenset(str(name) for name in element.fields)
            if action in target and (not having or having in names):
                found.append(
                    Form(
                        action=target,
                        method=element.method,
                        multipart="multipart" in element.get("enctype", ""),
                        fields=tuple((str(k), str(v)) for k, v in element.form_values()),
                        names=names,
                    )
                )
        return found

    def form(self, action: str = "", *, having: str = "") -> Form:
        """The first of `forms`. Errors: Stuck."""
        found = self.forms(action, having=having)
        if not found:
            raise Stuck(f"{urlsplit(self.url).path}: no form “{action or having}”")
        return found[0]


class Visitor:
    """One browser with its own cookies. Refusals (status 400 and above) raise Stuck with the page's words."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        # Cookies of a node on a bare IP address would be dropped by the default jar.
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.page: Page | None = None

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def get(self, path: str) -> Page:
        """Go to a page, following redirects."""
        async with self.session.get(urljoin(self.base_url, path)) as answer:
            return await self._seen(answer)

    async def submit(
        self,
        form: Form,
        values: Mapping[str, str | list[str]],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Page:
        """Fill a form (a list gives one value several times) and send it as the page would."""
        kept = [(name, value) for name, value in form.fields if name not in values]
        filled = kept + [
            (name, one)
            for name, value in values.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        data: Any = filled
        if form.multipart:
            data = aiohttp.FormData(filled)
            for name, (filename, content, kind) in (files or {}).items():
                data.add_field(name, content, filename=filename, content_type=kind)
        async with self.session.request(
            form.method, form.action, data=data, headers={"Origin": self.origin}
        ) as answer:
            return await self._seen(answer)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """What a page script does: JSON in, JSON out, with the CSRF token of the page last seen."""
        token = self.page.meta("csrf") if self.page else ""
        async with self.session.post(
            urljoin(self.base_url, path),
            json=body,
            headers={"Origin": self.origin, "X-CSRF-Token": token, "Accept": "application/json"},
        ) as answer:
            if answer.status >= 400:
                raise Stuck(f"{path}: {answer.status} {(await answer.text())[:300]}")
            return await answer.json()

    async def get_json(self, path: str) -> Any:
        """What a page script reads. Errors: Stuck."""
        async with self.session.get(
            urljoin(self.base_url, path), headers={"Accept": "application/json"}
        ) as answer:
            if answer.status >= 400:
                raise Stuck(f"{path}: {answer.status} {(await answer.text())[:300]}")
            return await answer.json()

    async def fetch(self, path: str) -> bytes:
        """A file. Errors: Stuck."""
        async with self.session.get(urljoin(self.base_url, path)) as answer:
            if answer.status >= 400:
                raise Stuck(f"{path}: {answer.status}")
            return await answer.read()

    @property
    def origin(self) -> str:
        """What a browser sends as Origin."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def cookie_header(self) -> str:
        """The cookies as one header line, for the WebSocket of a peer."""
        held = self.session.cookie_jar.filter_cookies(URL(self.base_url))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in held.items())

    async def _seen(self, answer: aiohttp.ClientResponse) -> Page:
        content = await answer.read()
        document = html.fromstring(content) if answer.content_type == "text/html" and content else None
        page = Page(str(answer.url), answer.status, content, answer.content_type, document)
        if answer.status >= 400:
            raise Stuck(f"{answer.method} {answer.url.path}: {answer.status} {page.text[:300]}")
        if document is not None:
            self.page = page
        return page
