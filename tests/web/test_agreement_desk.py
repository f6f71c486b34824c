"""Drafting an agreement: rows that move without being lost, hints, faults at their fields; the paper path."""

import io
import json
import re
import uuid

import pypdfium2
import pytest
import segno
from aiohttp import FormData
from PIL import Image, ImageDraw

from court.domain.errors import CourtError
from court.services import mediation
from court.web import clauses
from court.web.keys import BLOBS
from court.web.pad import handwriting_of
from documents import page_code, preview
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")
Row = clauses.Row


async def test_rows_are_added_moved_and_taken_away() -> None:
    rows = clauses.Rows([Row(who="甲"), Row(who="乙")])
    assert rows.press("down-0", ()) == "clause-1"
    assert [r.who for r in rows.rows] == ["乙", "甲"]
    assert rows.press("up-0", ()) == "clauses"
    rows.press("remove-0", ())
    rows.press("add", ())
    rows.press("usual-0", clauses.usual("55(2)"))
    assert [r.who for r in rows.rows] == ["甲", "", "被申请人"]
    rows.press("remove-99", ())
    rows.press("usual-999", ())
    assert len(rows.rows) == 3


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row(who="张某", what="搬走砂石", due="2027-01-31"), "张某于2027年1月31日前搬走砂石。"),
        (
            Row(who="张某", what="支付货款", amount="1200", due_text="签字当日"),
            "张某在签字当日支付货款，金额1200元。",
        ),
        (Row(who="双方", what="共同维护道路", due_text="长期"), "双方共同维护道路。"),
        (Row(who="张某"), ""),
    ],
)
async def test_a_clause_becomes_a_sentence(row: Row, sentence: str) -> None:
    assert clauses.compose(row) == sentence


async def test_digits_that_are_no_numbers_break_nothing() -> None:
    row = Row(who="甲", what="付款", due="²-²-²")
    assert "²-²-²" in clauses.compose(row)
    assert clauses.Rows([row]).press("remove-²", ()) == "clause-0"


async def test_templates_of_the_cause_come_first() -> None:
    assert clauses.usual("55(2)")[0].name == "恢复通行"
    assert all(not t.causes for t in clauses.usual("9999"))


async def _draft(court: Court, **more: object) -> tuple[steps.Case, str]:
    case = await steps.register(court, **more)
    await steps.assign(court, case)
    mediator = await court.staff("mediator")
    answer = await mediator.post("/desk/agreements", {"matter": case.id})
    case.agreement = answer.location.rsplit("/", 1)[1]
    return case, steps.rev_of((await mediator.open(answer.location)).text)


async def test_a_button_changes_the_rows_on_the_page_and_saves_nothing(court: Court) -> None:
    case, rev = await _draft(court)
    mediator = await court.staff("mediator")
    sent = {"rev": rev, "facts": "还没有保存的经过", "do": "down-0"} | steps.CLAUSE
    answer = await mediator.post(f"/desk/agreements/{case.agreement}", sent)
    assert answer.status == 200
    assert answer.text.index("向王秀英支付误工费") < answer.text.index("将堆放在路边的砂石")
    assert "还没有保存的经过" in answer.text
    found = await court.read(mediation.get, agreement_id=case.agreement)
    assert found.clauses == ()


async def test_faults_stand_at_their_clause_and_the_typed_text_stays(court: Court) -> None:
    case, rev = await _draft(court)
    mediator = await court.staff("mediator")
    wrong = {"clauses.0.who": "", "clauses.1.amount": "很多", "clauses.1.due": "明天"}
    sent = {"rev": rev, "facts": "经过", "do": "read"} | steps.CLAUSE | wrong
    answer = await mediator.post(f"/desk/agreements/{case.agreement}", sent)
    assert answer.status == 422
    assert 'href="#f-clauses.1.amount"' in answer.text
    assert 'value="很多"' in answer.text
    sent = {"rev": rev, "facts": "经过", "do": "read"} | steps.CLAUSE | {"clauses.0.who": ""}
    answer = await mediator.post(f"/desk/agreements/{case.agreement}", sent)
    assert answer.status == 422
    assert 'href="#f-clauses.0.who"' in answer.text


async def test_findings_stand_at_their_clause_and_are_put_right_or_kept_with_a_reason(court: Court) -> None:
    case, rev = await _draft(court)
    mediator = await court.staff("mediator")
    at = f"/desk/agreements/{case.agreement}"
    bad = {"clauses.0.what": "在还清以前不得离开本村", "clauses.1.what": "尽快向王秀英支付误工费"}
    sent = {"rev": rev, "facts": "经过", "do": "save"} | steps.CLAUSE | bad
    assert (await mediator.post(at, sent)).status == 303
    page = await mediator.open(at)
    assert "限制人身自由" in page.text and 'href="#clause-0"' in page.text and "说不清是哪一天" in page.text
    refused = await mediator.send(f"/agreements/{case.agreement}/read", {"rev": steps.rev_of(page.text)})
    assert refused.status == 409 and "agreement.clause_forbidden" in refused.text
    found = dict(re.findall(r'name="finding" value="((\w+):\w+)"', page.text))
    vague = next(one for one, code in found.items() if code == "vague_due")
    assert not any(code == "freedom" for code in found.values()), "what is forbidden cannot be kept"
    empty = await mediator.post(f"{at}/finding", {"finding": vague, "keep-reason": ""})
    assert empty.status == 422
    kept = await mediator.post(f"{at}/finding", {"finding": vague, "keep-reason": "双方约定以卖猪为准"})
    assert kept.status == 303
    assert "双方约定以卖猪为准" in (await mediator.open(at)).text
    gone = await mediator.post(f"{at}/finding", {"finding": "vague_due:0", "keep-reason": "没有这条"})
    assert gone.status == 409 and "agreement.no_finding" in gone.text


async def test_an_emoji_or_a_missing_glyph_never_reaches_the_paper(court: Court) -> None:
    case, rev = await _draft(court)
    mediator = await court.staff("mediator")
    sent = {"rev": rev, "facts": "握手言和🤝", "do": "save"} | steps.CLAUSE
    answer = await mediator.post(f"/desk/agreements/{case.agreement}", sent)
    assert answer.status == 422, answer.status


async def test_personal_status_goes_on_paper_only_and_its_scan_is_sealed(court: Court) -> None:
    case = await steps.read_aloud(court, cause_code="14")
    mediator = await court.staff("mediator")
    assert "手写签名" in (await mediator.open(f"/desk/agreements/{case.agreement}")).text
    told = await steps.progress(mediator, case)
    refused = await mediator.send(f"/agreements/{case.agreement}/signing", {"rev": told["rev"]})
    assert refused.status == 409
    assert json.loads(refused.text)["code"] == "agreement.wet_only"
    wet = await mediator.post(f"/desk/agreements/{case.agreement}/wet", {"rev": str(told["rev"])})
    assert wet.status == 303, wet.text[-900:]
    page = await mediator.open(f"/desk/agreements/{case.agreement}")
    assert "/desk/papers/" in page.text
    await _comes_back_signed(court, case)


async def _comes_back_signed(court: Court, case: steps.Case) -> None:
    """Pages in the wrong order are put right, another paper's are refused, a person compares before the seal."""
    mediator = await court.staff("mediator")
    found = await court.read(mediation.get, agreement_id=case.agreement)
    at = f"/desk/agreements/{case.agreement}"
    printed = await court.application[BLOBS].read(found.head_sha256)
    signed = [signed_sheet(printed, n) for n in range(preview.page_count(printed))]
    short = await mediator.post(f"{at}/scan", scan_form(mediator.csrf, signed[:-1]))
    assert (short.status, "scan.pages" in short.text) == (422, True)
    other = await mediator.post(f"{at}/scan", scan_form(mediator.csrf, [_other(printed)] * len(signed)))
    assert (other.status, "scan.other_paper" in other.text) == (422, True)
    sent = await mediator.post(f"{at}/scan", scan_form(mediator.csrf, signed[::-1]))
    assert sent.status == 303, sent.text[-900:]
    page = await mediator.open(sent.location)
    assert page.text.count("二维码核对一致") == len(signed)
    assert (await mediator.get(f"{sent.location}/1.png?width=400")).status == 200
    assert (await mediator.get(f"{sent.location}/9.png")).status == 404
    unticked = await mediator.post(sent.location, {"do": "accept"})
    assert (unticked.status, "scan.unchecked" in unticked.text) == (422, True)
    ticks = {f"same-{n}": "yes" for n in range(1, len(signed) + 1)}
    hands = ("fingerprint", "written", "written")
    manners = {f"manner-{s.id}": hand for s, hand in zip(found.signers, hands, strict=False)}
    done = await mediator.post(sent.location, {"do": "accept"} | ticks | manners)
    assert done.status == 303, done.text[-900:]
    after = await court.read(mediation.get, agreement_id=case.agreement)
    assert after.state == "sealed"
    pdf = pypdfium2.PdfDocument(await court.application[BLOBS].read(after.head_sha256))
    said = "".join(each.get_textpage().get_text_bounded() for each in pdf).replace("\r\n", "")
    assert "王秀英（捺印）" in said and "张德贵（手写签名）" in said
    pdf.close()


async def test_sheets_without_a_readable_code_are_answered_for_or_sent_back(court: Court) -> None:
    case = await steps.read_aloud(court)
    mediator = await court.staff("mediator")
    at = f"/desk/agreements/{case.agreement}"
    told = await steps.progress(mediator, case)
    assert (await mediator.post(f"{at}/wet", {"rev": str(told["rev"])})).status == 303
    found = await court.read(mediation.get, agreement_id=case.agreement)
    blank = [_blank()] * preview.page_count(await court.application[BLOBS].read(found.head_sha256))
    sent = await mediator.post(f"{at}/scan", scan_form(mediator.csrf, blank))
    ticks = {f"same-{n}": "yes" for n in range(1, len(blank) + 1)}
    assert "没有读到" in (await mediator.open(sent.location)).text
    assert (await mediator.post(sent.location, {"do": "accept"} | ticks)).status == 422, "explained first"
    back = await mediator.post(sent.location, {"do": "reject", "note": "看不清，重新扫"})
    assert back.status == 303
    assert "已退回" in (await mediator.open(sent.location)).text
    late = await mediator.post(sent.location, {"do": "accept", "note": "逐字核对"} | ticks)
    assert (late.status, "scan.checked" in late.text) == (409, True)
    assert (await court.read(mediation.get, agreement_id=case.agreement)).state == "wet_print"


def signed_sheet(printed: bytes, page: int) -> bytes:
    """A page out of the printer, signed, and photographed a little askew."""
    sheet = Image.open(io.BytesIO(preview.page_png(printed, page, width=1240))).convert("RGB")
    ImageDraw.Draw(sheet).line((600, 1000, 800, 960), fill="black", width=6)
    return _jpeg(sheet.rotate(0.8, fillcolor="white"))


def _other(printed: bytes) -> bytes:
    """The same page with the code of another paper over its own."""
    sheet = Image.open(io.BytesIO(preview.page_png(printed, 0, width=1240))).convert("RGB")
    ImageDraw.Draw(sheet).rectangle((0, 1450, 1240, 1754), fill="white")
    code = segno.make(page_code.text(1, 2, "ab" * 32), error="m", micro=False)
    out = io.BytesIO()
    code.save(out, kind="png", scale=5)
    sheet.paste(Image.open(out).convert("RGB"), (160, 1500))
    return _jpeg(sheet)


def _blank() -> bytes:
    return _jpeg(Image.new("RGB", (900, 1270), "white"))


def _jpeg(sheet: Image.Image) -> bytes:
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=80)
    return out.getvalue()


def scan_form(csrf: str, sheets: list[bytes]) -> FormData:
    form = FormData()
    form.add_field("csrf", csrf)
    form.add_field("once", str(uuid.uuid4()))
    for n, sheet in enumerate(sheets, start=1):
        form.add_field("sheets", sheet, filename=f"{n}.jpg", content_type="image/jpeg")
    return form


@pytest.mark.parametrize(
    "sent", [None, {}, {"width": 1, "height": 1, "strokes": [[{"x": 1, "y": 1, "t": 0}]]}, {"width": "a"}]
)
async def test_a_pad_without_strokes_is_no_signature(sent: object) -> None:
    with pytest.raises(CourtError) as refusal:
        handwriting_of(sent)
    assert refusal.value.code in {"agreement.no_strokes", "web.bad_request"}


async def test_endless_strokes_are_refused() -> None:
    point = {"x": 1.0, "y": 1.0, "t": 0}
    with pytest.raises(CourtError) as refusal:
        handwriting_of({"width": 10, "height": 10, "strokes": [[point] * 20_001]})
    assert refusal.value.code == "web.too_large"
