"""The front door shows four ways in and is not confused by who stands there."""

import pytest

from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_stranger_finds_the_four_doors(court: Court) -> None:
    page = await (await court.browser()).open("/")
    for href in ('href="/kiosk"', 'href="/login"', 'href="/query"', 'href="/verify"'):
        assert href in page.text, href


async def test_who_is_signed_in_goes_straight_to_the_desk(court: Court) -> None:
    page = await (await court.staff("clerk")).open("/")
    assert 'href="/desk"' in page.text and "陈书宁" in page.text
