"""Anyone can check a paper: one verdict in plain words, nothing kept, every kind of wrong file told apart."""

import asyncio
import base64
import io
import json
import os
import time

import pytest
import pytest_asyncio
from aiohttp import FormData
from cryptography.hazmat.primitives.serialization import load_der_public_key
from reportlab.pdfgen.canvas import Canvas

from court.domain.errors import CourtError
from court.web.keys import CHECKS, PAPERS
from tests.web import steps
from tests.web.desk_court import Answer, Court
from tests.web.kiosk_walk import at_field

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def check(court: Court, data: bytes | None, **headers: str) -> Answer:
    person = await court.browser()
    await person.open("/verify")
    form = FormData(quote_fields=False)
    form.add_field("csrf", person.csrf)
    if data is not None:
        form.add_field("paper", io.BytesIO(data), filename="文书.pdf", content_type="application/pdf")
    return await person._read(await person.client.post("/verify", data=form, headers=headers))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sealed(court: Court) -> bytes:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    paper = json.loads((await mediator.send(f"/agreements/{case.agreement}/seal", {})).text)["paper_id"]
    return await (await mediator.client.get(f"/papers/{paper}.pdf")).read()


async def test_a_sealed_agreement_is_told_to_be_true_with_every_signature(
    court: Court, sealed: bytes
) -> None:
    told = await check(court, sealed)
    assert told.status == 200 and "是真的，没有被改过" in told.text
    assert told.text.count('scope="row"') >= 3
    script = json.loads((await check(court, sealed, Accept="application/json")).text)
    assert script["verdict"] == "TOTAL-PASSED"
    assert {"field", "signer", "role", "time", "indication", "sub_indication"} <= script["signatures"][
        0
    ].keys()


async def test_one_changed_byte_is_not_believed(court: Court, sealed: bytes) -> None:
    at = sealed.index(b"stream") + 40
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    told = await check(court, changed)
    assert told.status == 200 and "不要采信" in told.text and "是真的" not in told.text


async def test_a_paper_without_signatures_is_never_called_true(court: Court) -> None:
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 100, "nothing signed")
    canvas.save()
    told = await check(court, out.getvalue())
    assert told.status == 200 and "是真的" not in told.text and "没有签名" in told.text


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xff\xd8\xff\xe0 a photograph", "verify.not_pdf"), (b"", "upload.empty"), (None, "verify.no_file")],
)
async def test_what_is_no_paper_is_told_at_the_field(court: Court, data: bytes | None, code: str) -> None:
    refused = await check(court, data)
    assert refused.status in {415, 422} and code in refused.text and at_field(refused, "paper")


async def test_a_broken_pdf_gets_a_verdict_and_no_error(court: Court) -> None:
    told = await check(court, b"%PDF-1.7\n" + b"garbage" * 500)
    assert told.status == 200 and "是真的" not in told.text


async def test_the_keys_of_the_qr_codes_are_public_and_usable(court: Court) -> None:
    person = await court.browser()
    told = json.loads((await person.get("/verify/keys.json")).text)
    assert told["issuer"] and told["keys"]
    for key in told["keys"]:
        load_der_public_key(base64.b64decode(key["spki"]))


async def test_the_page_of_the_qr_code_asks_nothing_of_the_server(court: Court) -> None:
    person = await court.browser()
    page = await person.open("/v")
    assert "<form" not in page.text and "verify-code.js" in page.text


async def test_a_file_that_kills_its_checker_touches_no_paper_in_the_making(court: Court) -> None:
    papers, checks = court.application[PAPERS], court.application[CHECKS]
    drawing = asyncio.create_task(papers.run(time.sleep, 2))
    with pytest.raises(CourtError) as caught:
        await checks.run(os._exit, 1)
    assert caught.value.code == "web.unavailable"
    await drawing
    assert await checks.run(abs, -1) == 1
