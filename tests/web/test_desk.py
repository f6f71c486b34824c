"""The lists of a desk on the page: searched, several at once, taken along as a file; restricted ones for nobody else."""

import io
import re
import uuid

import docx
import openpyxl
import pytest

from court.services import matter
from tests.web import steps
from tests.web.desk_court import Court, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")
KEYS = ("/", "J", "K", "Enter", "X", "N", "?")


async def listed(person: Person, number: str) -> str:
    """The list that the search by this number gives."""
    return (await person.open(f"/desk?q={number}")).text


async def picked(court: Court, *cases: steps.Case) -> list[str]:
    found = [await court.read(matter.get, matter_id=case.id) for case in cases]
    return [f"{one.id}:{one.rev}" for one in found]


async def test_a_desk_says_how_it_is_used_by_keyboard(court: Court) -> None:
    page = await (await court.staff("clerk")).open("/desk")
    assert [f"<kbd>{key}</kbd>" in page.text for key in KEYS] == [True] * len(KEYS)


async def test_a_matter_is_found_by_name_initials_village_cause_number_and_tail(court: Court) -> None:
    case = await steps.register(court, applicant=steps.APPLICANT | {"name": "瞿凤鸣"})
    clerk = await court.staff("clerk")
    for typed in ("瞿凤鸣", "qfm", "瞿 红星村", "1234 瞿凤鸣", case.number, "通行 瞿凤"):
        assert case.number in await listed(clerk, typed), typed
    assert case.number not in await listed(clerk, "瞿凤鸣 借款")
    assert "没有找到" in await listed(clerk, "查无此人")


async def test_filters_stand_in_the_address_and_nonsense_is_no_filter(court: Court) -> None:
    clerk = await court.staff("clerk")
    page = await clerk.open("/desk?whose=mine&state=failed&cause=55(2)&lamp=over")
    assert page.text.count(" selected") == 4
    bad = await clerk.open("/desk?tab=x&whose=x&state=x&cause=x&lamp=x&after=x~y&q=%00%ff")
    assert "工作清单" in bad.text


async def test_several_are_assigned_at_once_with_a_line_for_each(court: Court) -> None:
    one, two, stale = [await steps.register(court) for _ in range(3)]
    clerk = await court.staff("clerk")
    picks = await picked(court, one, two)
    form = {
        "pick": [*picks, f"{stale.id}:9", f"{uuid.uuid4()}:1"],
        "mediator_id": court.actors["mediator"].id,
        "act": "assign",
        "once": str(uuid.uuid4()),
    }
    answer = await clerk.post("/desk/bulk", form)
    assert answer.status == 200
    assert answer.text.count("已分派") == 2 and answer.text.count("没有办成") >= 2
    assert "matter.stale" in answer.text and "matter.not_found" in answer.text
    again = await clerk.post("/desk/bulk", form)
    assert again.text.count("已分派") == 2, "a form sent again is done once and says the same"
    for case in (one, two):
        found = await court.read(matter.get, matter_id=case.id)
        assert (found.mediator_id, found.rev) == (court.actors["mediator"].id, 2)
    nothing = await clerk.post("/desk/bulk", {"act": "urge"})
    assert nothing.status == 422 and "desk.none_picked" in nothing.text


async def test_urged_matters_say_so_until_somebody_acts(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    clerk, mediator = await court.staff("clerk"), await court.staff("mediator")
    await clerk.post("/desk/bulk", {"pick": await picked(court, case), "act": "urge"})
    assert "催办" in await listed(mediator, case.number)
    rev = steps.rev_of((await mediator.open(f"/desk/matters/{case.id}")).text)
    await mediator.post(f"/desk/matters/{case.id}/ask-more", {"rev": rev, "ask-more-what": "带上土地证"})
    assert ">催办<" not in await listed(mediator, case.number)


async def test_a_list_is_taken_along_as_excel_and_word_and_formulas_stay_text(court: Court) -> None:
    formula = "=HYPERLINK(A1)"
    case = await steps.register(court, applicant=steps.APPLICANT | {"name": formula})
    clerk = await court.staff("clerk")
    form = {"csrf": clerk.csrf, "once": str(uuid.uuid4())}
    found = {}
    for kind in ("xlsx", "docx"):
        answer = await clerk.client.post(f"/desk/export.{kind}?q={case.number}", data=form)
        assert answer.status == 200 and "attachment" in answer.headers["Content-Disposition"]
        found[kind] = io.BytesIO(await answer.read())
    sheet = openpyxl.load_workbook(found["xlsx"]).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert cells[0].value == case.number
    assert any(formula in str(cell.value) for cell in cells)
    [_, row] = docx.Document(found["docx"]).tables[0].rows
    assert row.cells[0].text == case.number and formula in row.cells[2].text
    assert "desk.exported" in str(
        await court.read(lambda rx: rx.conn.exec_driver_sql("SELECT type FROM journal").all())
    )


async def test_a_restricted_matter_does_not_exist_for_others(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    mediator, officer, stranger = [await court.staff(one) for one in ("mediator", "officer", "stranger")]
    at = f"/desk/matters/{case.id}"
    page = await mediator.open(at)
    form = {"rev": steps.rev_of(page.text), "restricted": "yes", "restrict-reason": "涉及个人隐私"}
    refused = await officer.post(f"{at}/restrict", form)
    assert refused.status == 403
    assert (await mediator.post(f"{at}/restrict", form)).status == 303
    assert "限制查阅" in (await mediator.open(at)).text
    none = f"/desk/matters/{uuid.uuid4()}"
    for person in (officer, stranger):
        seen, missing = await person.get(at), await person.get(none)
        assert (seen.status, missing.status) == (404, 404)
        assert _stripped(seen.text) == _stripped(missing.text)
        assert case.number not in re.sub(r'value="[^"]*"', "", await listed(person, case.number))


def _stripped(text: str) -> str:
    """Without what is new on every page."""
    return re.sub(r"[0-9a-f-]{8,64}", "", text)


async def test_a_protected_person_has_no_name_outside_the_matter(court: Court) -> None:
    case = await steps.register(court, applicant=steps.APPLICANT | {"name": "覃小雨"})
    await steps.assign(court, case)
    clerk, officer = await court.staff("clerk"), await court.staff("officer")
    page = await clerk.open(f"/desk/matters/{case.id}")
    party = re.search(r"/parties/([0-9a-f-]{36})/protect", page.text)
    assert party
    at = f"/desk/matters/{case.id}/parties/{party.group(1)}"
    reason = {f"protect-{party.group(1)}": "未成年人", "protected": "yes", "rev": steps.rev_of(page.text)}
    assert (await clerk.post(f"{at}/protect", reason)).status == 303
    for text in ((await officer.open(f"/desk/matters/{case.id}")).text, await listed(officer, case.number)):
        assert "覃小雨" not in text and "受保护的当事人" in text
    assert case.number not in await listed(officer, "覃小雨")
    assert "覃小雨" in (await clerk.open(f"/desk/matters/{case.id}")).text
    revealed = await officer.post(f"{at}/reveal", {f"purpose-{party.group(1)}": "看看"})
    assert revealed.status == 403
