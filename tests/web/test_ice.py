"""Relay credentials over HTTP: for those who have a seat, for a short time, checked as the TURN server does."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from court.web.ice import CREDENTIAL_SECONDS, turn_credential
from court.web.keys import CLOCK, CONFIG
from tests.turn import SECRET
from tests.web.room_court import Court, sitting

URLS = ["turn:court.example:3478?transport=udp", "turn:court.example:443?transport=tcp"]


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Court]:
    monkeypatch.setenv("COURT_TURN_SECRET", SECRET)
    async with sitting(tmp_path, fonts_dir, turn_urls=URLS) as running:
        yield running


async def test_whoever_has_a_seat_gets_a_credential_of_the_secret_for_an_hour(court: Court) -> None:
    status, told = await court.get("vehicle", "/ice")
    assert status == 200
    (server,) = told["iceServers"]
    assert server["urls"] == URLS
    expires, _, seat = server["username"].partition(":")
    assert seat == court.case.seats["vehicle"].id
    now = court.client.app[CLOCK]().timestamp()
    assert now + CREDENTIAL_SECONDS - 60 < int(expires) <= now + CREDENTIAL_SECONDS
    mac = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert server["credential"] == base64.b64encode(mac).decode()
    assert SECRET not in msgspec.json.encode(told).decode()
    assert told["iceTransportPolicy"] == "all"


async def test_nobody_else_gets_one(court: Court) -> None:
    status, refused = await court.get("stranger", "/ice")
    assert (status, refused["code"]) == (404, "hearing.not_found")
    async with court.client.get(f"{court.case.path}/ice", headers={"Accept": "application/json"}) as answer:
        assert answer.status == 401


async def test_a_node_without_a_turn_server_names_none(tmp_path: Path, fonts_dir: Path) -> None:
    async with sitting(tmp_path, fonts_dir) as court:
        _, told = await court.get("judge", "/ice")
        assert told["iceServers"] == []
        _, page = await court.get("judge")
        assert b"data-relayed" not in page


async def test_the_switch_for_emergencies_leaves_only_the_relay(court: Court) -> None:
    court.client.app._state[CONFIG] = msgspec.structs.replace(court.client.app[CONFIG], turn_only=True)
    _, told = await court.get("judge", "/ice")
    assert told["iceTransportPolicy"] == "relay"


def test_two_seats_never_share_a_credential() -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert turn_credential(SECRET, "a", at) != turn_credential(SECRET, "b", at)
