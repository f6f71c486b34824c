"""Progress by code: four words, the way a receipt gives them, and guessing is slowed."""

import pytest

from tests.web.desk_court import Court
from tests.web.kiosk_walk import PETITION, at_field, at_kiosk

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_code_typed_with_spaces_or_full_width_digits_finds_the_matter(court: Court) -> None:
    kiosk = await at_kiosk(court, "petition")
    await kiosk.walk(PETITION)
    await kiosk.sign()
    code = await kiosk.code()
    person = await court.browser(address="127.0.0.41")
    wide = "".join(chr(ord(c) - 0x30 + 0xFF10) for c in code)
    for typed in (f"{code[:3]} {code[3:6]} {code[6:]}", wide):
        await person.open("/query")
        told = await person.post("/query", {"code": typed})
        assert told.status == 200 and "已收到" in told.text and "访〔" in told.text
        assert "李有田" not in told.text


async def test_the_code_never_stands_in_an_address(court: Court) -> None:
    person = await court.browser(address="127.0.0.42")
    page = await person.open("/query")
    assert 'method="post"' in page.text


async def test_a_malformed_code_is_told_at_the_field_and_stays(court: Court) -> None:
    person = await court.browser(address="127.0.0.43")
    await person.open("/query")
    refused = await person.post("/query", {"code": "12345"})
    assert refused.status == 422 and at_field(refused, "code") and 'value="12345"' in refused.text


async def test_guessing_is_slowed_for_the_guesser_only(court: Court) -> None:
    guesser = await court.browser(address="127.0.0.44")
    await guesser.open("/query")
    answers = [await guesser.post("/query", {"code": f"000000000{n}"}) for n in range(9)]
    assert answers[0].status == 404
    assert answers[-1].status == 429 and int(answers[-1].headers["Retry-After"]) > 0
    other = await court.browser(address="127.0.0.45")
    await other.open("/query")
    assert (await other.post("/query", {"code": "0000000000"})).status == 404
