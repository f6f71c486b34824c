"""The protocol on the wire: bounded, and every word of it documented."""

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from signalling import messages as m

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"ping"',
        '{"type":"nothing"}',
        '{"type":"ping"}',
        '{"type":"ping","n":-1}',
        '{"type":"ping","n":1e400}',
        '{"type":"hello","page":""}',
        '{"type":"hello","page":"a b"}',
        '{"type":"hello","page":"' + "x" * 65 + '"}',
        '{"type":"live","source":"screen","live":true}',
        '{"type":"offer","connection":"c","sdp":"","sends":[]}',
        '{"type":"offer","connection":"c","sdp":"' + "x" * 70_000 + '","sends":[]}',
        '{"type":"hand","raised":"yes"}',
        "[" * 50_000,
        "\ud800",
    ],
)
def test_what_is_no_message_is_refused_with_a_stable_code(text: str) -> None:
    with pytest.raises(m.Malformed) as refused:
        m.decode(text)
    assert refused.value.code == "signal.malformed"


def test_a_message_beyond_the_bound_is_not_even_parsed() -> None:
    with pytest.raises(m.Malformed, match=r"signal\.too_long"):
        m.decode("x" * (m.MAX_MESSAGE_BYTES + 1))


def tags(union: Any) -> set[str]:
    return {str(msgspec.inspect.type_info(x).tag) for x in get_args(union)}  # type: ignore[union-attr]


@pytest.mark.parametrize("tag", sorted(tags(m.ClientMessage)))
def test_every_client_message_is_documented(tag: str) -> None:
    client = DOCUMENT.read_text().split("## From the page")[1].split("## From the court")[0]
    assert f"| `{tag}` |" in client


@pytest.mark.parametrize("tag", sorted(tags(m.ServerMessage)))
def test_every_server_message_is_documented(tag: str) -> None:
    assert f"| `{tag}` |" in DOCUMENT.read_text().split("## From the court")[1]


@pytest.mark.parametrize("code", sorted(m.REFUSALS))
def test_every_refusal_is_documented(code: str) -> None:
    assert f"| `{code}` |" in DOCUMENT.read_text()


@pytest.mark.parametrize("name", [n for n in vars(m.CloseCode) if n.isupper()])
def test_every_close_code_is_documented(name: str) -> None:
    assert f"| {getattr(m.CloseCode, name)} |" in DOCUMENT.read_text()
