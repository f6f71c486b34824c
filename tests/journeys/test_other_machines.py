"""A node that other machines reach: HTTPS by its own authority, and words where a browser keeps the camera back."""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from documents import pki
from tests.journeys.stage import Cast
from tests.node import Node
from tests.web.test_room_browsers import make_case

# What a browser says of a page that came by plain HTTP from another machine.
INSECURE = """
Object.defineProperty(window, "isSecureContext", { get: () => false });
Object.defineProperty(Navigator.prototype, "mediaDevices", { get: () => undefined });
"""


@pytest.fixture(scope="module")
def lan_node(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> Iterator[Node]:
    """For the settings 127.0.0.2 is an address like any other of a network."""
    running = Node(tmp_path_factory.mktemp("lan"), fonts_dir=str(fonts_dir), host="127.0.0.2").start()
    yield running
    running.stop()


def ask(connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
    """The answer's head; the connection is closed whatever comes."""
    with contextlib.closing(connection):
        connection.request("GET", "/login")
        answer = connection.getresponse()
        answer.read()
        return answer


def trusting(node: Node) -> ssl.SSLContext:
    """Knows this node's authority and nobody else."""
    return ssl.create_default_context(cadata=pki.root_pem(node.data / "authority").decode())


def test_other_machines_reach_a_node_by_https_of_its_own_authority(lan_node: Node) -> None:
    context = trusting(lan_node)
    answer = ask(http.client.HTTPSConnection("127.0.0.2", lan_node.port, context=context, timeout=10))
    assert answer.status == 200
    assert answer.getheader("Strict-Transport-Security")
    assert "Secure" in (answer.getheader("Set-Cookie") or "")


def test_a_machine_that_does_not_know_the_authority_is_warned(lan_node: Node) -> None:
    context = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(http.client.HTTPSConnection("127.0.0.2", lan_node.port, context=context, timeout=10))


def test_a_certificate_does_not_pass_for_another_address(lan_node: Node) -> None:
    context = trusting(lan_node)
    with socket.create_connection(("127.0.0.2", lan_node.port), timeout=10) as plain:
        with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
            context.wrap_socket(plain, server_hostname="127.0.0.3")


def test_plain_http_is_refused_where_https_is_spoken(lan_node: Node) -> None:
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(http.client.HTTPConnection("127.0.0.2", lan_node.port, timeout=10))


def test_a_page_without_a_secure_connection_says_why_there_is_no_camera(
    node: Node, new_context: Callable[..., BrowserContext]
) -> None:
    case = make_case(node)
    party = Cast(node, new_context, "insecure").screen("party", viewport={"width": 360, "height": 740})
    party.page.context.add_init_script(INSECURE)
    party.page.context.add_cookies(
        [{"name": name, "value": value, "url": node.url} for name, value in case.cookies["remote"].items()]
    )
    page = party.go(case.path)
    trouble = page.locator("#prejoin-trouble")
    expect(trouble).to_contain_text("不是用安全连接（https）打开的，浏览器不允许它使用摄像头和麦克风")
    expect(trouble).to_contain_text("https 网址")
    expect(page.locator("#enter")).to_have_text("进入法庭（只能看和听）")
    party.look("insecure")
    page.click("#enter")
    expect(page.locator("#own-words")).to_contain_text("没有画面 · 没有声音")
    expect(page.locator("#trouble")).to_contain_text("https")
    party.look("watching")


def test_a_browser_that_knows_the_authority_may_use_the_camera(
    lan_node: Node, new_context: Callable[..., BrowserContext]
) -> None:
    case = make_case(lan_node)
    party = Cast(lan_node, new_context, "lan").screen("party", ignore_https_errors=True)
    party.page.context.add_cookies(
        [{"name": n, "value": v, "url": lan_node.url} for n, v in case.cookies["remote"].items()]
    )
    party.enter_room(case.hearing.id)
    party.look("room")
