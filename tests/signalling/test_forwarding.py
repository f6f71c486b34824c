"""Packets between real peers: forwarded, never decoded."""

from signalling.messages import Source
from tests.signalling.conftest import Court


async def test_two_peers_see_and_hear_each_other(court: Court) -> None:
    judge, party = await court.joined("judge", "party")
    await judge.wait_for(lambda p: p.frames("party", Source.CAMERA) > 5 and p.frames("party", Source.MIC) > 5)
    await party.wait_for(lambda p: p.frames("judge", Source.CAMERA) > 5 and p.frames("judge", Source.MIC) > 5)
    assert court.rooms.status("room").seats[0].state == "joined"
