"""The court's own addresses as NAT shows them outside. For the whole process; opens nothing."""

from collections.abc import Sequence
from typing import Any

from aiortc.rtcicetransport import RTCIceCandidate as Candidate

_public_addresses: list[str] = []


def announce_addresses(addresses: Sequence[str]) -> None:
    """What the outside sees of this machine behind NAT, for the whole process: told beside the own addresses.

    The ports are the own ones: NAT must map them one to one.
    """
    _public_addresses[:] = addresses


def seen_outside(own: Sequence[Any]) -> list[Candidate]:
    """The own candidates as NAT shows them, after the own: who is inside takes the short way."""
    return [
        Candidate(
            component=c.component,
            foundation=f"{c.foundation}n{number}"[:32],
            ip=address,
            port=c.port,
            priority=c.priority // 2,
            protocol=c.protocol,
            type="srflx",
            relatedAddress=c.ip,
            relatedPort=c.port,
        )
        for number, address in enumerate(_public_addresses)
        for c in own
        if (":" in c.ip) == (":" in address)
    ]
