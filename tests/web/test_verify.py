"""Anyone can check a paper: one verdict in plain words, nothing kept, every kind of wrong file told apart."""

import asyncio
import base64
import io
import json

import pypdfium2
import pytest
import pytest_asyncio
from aiohttp import FormData
from cryptography.hazmat.primitives.serialization import load_der_public_key
from reportlab.pdfgen.canvas import Canvas

from documents import apart
from documents.second_record import is_record
from tests.web import steps
from tests.web.desk_court import Answer, Court
from tests.web.kiosk_walk import at_field

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def check(court: Court, data: bytes | None, *, second: bytes | None = None, **headers: str) -> Answer:
    person = await court.browser()
    await person.open("/verify")
    form = FormData(quote_fields=False)
    form.add_field("csrf", person.csrf)
    if data is not None:
        form.add_field("paper", io.BytesIO(data), filename="文书.pdf", content_type="application/pdf")
    if second is not None:
        form.add_field("second", io.BytesIO(second), filename="文书.p7s")
    return await person._read(await person.client.post("/verify", data=form, headers=headers))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sealed(court: Court) -> bytes:
    case = await steps.ready_to_sign(court)
    await steps.sign_all(court, case)
    mediator = await court.staff("mediator")
    paper = json.loads((await mediator.send(f"/agreements/{case.agreement}/seal", {})).text)["paper_id"]
    record = await (await mediator.client.get(f"/papers/{paper}.p7s")).read()
    assert is_record(record) and "国密签名文件" in (await mediator.get(f"/desk/papers/{paper}")).text
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
    # The court keeps the second signature of what it sealed and judges it too.
    own = next(each for each in script["signatures"] if each["field"] == "sm2")
    assert (own["role"], own["indication"]) == ("国密印章", "TOTAL-PASSED")
    damaged = json.loads(
        (await check(court, sealed, second=b"\x30no record", Accept="application/json")).text
    )
    assert damaged["verdict"] == "TOTAL-FAILED" and "second.malformed" in damaged["reasons"][0]


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
    [(b"GIF89a a drawing", "verify.not_pdf"), (b"", "upload.empty"), (None, "verify.no_file")],
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


async def test_a_file_that_kills_its_checker_is_told_and_the_next_is_checked(
    court: Court, sealed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MEMORY", 60 * 1024 * 1024)  # less than the libraries alone take
    monkeypatch.setattr(
        apart.apart, "__kwdefaults__", dict(apart.apart.__kwdefaults__) | {"memory": apart.MEMORY}
    )
    told = await check(court, sealed)
    assert told.status == 200 and "verify.too_costly" in told.text and "是真的" not in told.text
    monkeypatch.undo()
    assert "是真的，没有被改过" in (await check(court, sealed)).text


async def test_half_a_gigabyte_is_refused_before_it_is_sent(court: Court) -> None:
    person = await court.browser()
    await person.open("/verify")
    cookies = "; ".join(f"{c.key}={c.value}" for c in person.client.session.cookie_jar)
    server = person.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(
        f"POST /verify HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nCookie: {cookies}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 524288000\r\n\r\n--x\r\n".encode()
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
    writer.close()
    assert b" 413 " in head


async def test_a_photograph_of_a_paper_shows_its_signed_facts(court: Court, sealed: bytes) -> None:
    told = await check(court, photographed(sealed))
    assert told.status == 200 and "二维码是真的" in told.text and "code.signed" in told.text
    script = json.loads((await check(court, photographed(sealed), Accept="application/json")).text)
    assert script["verdict"] == "INDETERMINATE" and script["code"]["names"]


def photographed(pdf: bytes) -> bytes:
    """The last page as a somewhat crooked photograph."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[len(document) - 1].render(scale=150 / 72).to_pil().convert("RGB")
    out = io.BytesIO()
    page.rotate(3, expand=True, fillcolor="white").save(out, "JPEG", quality=70)
    return out.getvalue()
