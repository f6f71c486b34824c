"""Our own UDP transport on real sockets."""

import asyncio
import socket
from typing import Any

from signalling.datagrams import BURST, Datagrams


def bound() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.bind(("127.0.0.1", 0))
    return found


async def test_a_burst_arrives_whole_and_in_order_and_others_have_their_turn() -> None:
    got: list[bytes] = []
    turns: list[int] = []
    transport = Datagrams(bound(), lambda data, _addr: got.append(data), lambda _none: None)
    with bound() as sender:
        for i in range(3 * BURST):
            sender.sendto(str(i).encode(), transport.get_extra_info("sockname"))
    while len(got) < 3 * BURST:
        turns.append(len(got))
        await asyncio.sleep(0)
    assert got == [str(i).encode() for i in range(3 * BURST)]
    assert len(turns) >= 3
    transport.close()
    await asyncio.sleep(0)


async def test_closing_is_told_once_and_nothing_comes_after() -> None:
    got: list[bytes] = []
    lost: list[None] = []
    transport = Datagrams(bound(), lambda data, _addr: got.append(data), lost.append)
    address: Any = transport.get_extra_info("sockname")
    transport.close()
    transport.close()
    with bound() as sender:
        sender.sendto(b"late", address)
    transport.sendto(b"late", address)
    await asyncio.sleep(0.05)
    assert (got, lost, transport.is_closing(), transport.dropped) == ([], [None], True, 1)


async def test_a_datagram_that_does_not_fit_is_dropped_and_counted() -> None:
    transport = Datagrams(bound(), lambda _data, _addr: None, lambda _none: None)
    transport.sendto(bytes(70_000), ("127.0.0.1", 9))
    assert transport.dropped == 1
    transport.close()
    await asyncio.sleep(0)
