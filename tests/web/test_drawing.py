"""Papers drawn up on the page of a dispute: filled from the register, every gap named, sealed only as previewed."""

import io
import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pikepdf
import pytest

from court.domain import drawing
from court.domain.lifecycle import Role
from court.domain.paper import PAPER_NAMES
from court.services import paper
from court.store.views import matter_page
from court.web.keys import BLOBS
from documents import kit, registry
from tests.web import steps
from tests.web.desk_court import Answer, Court, Person
from tests.web.test_seals import end_leaves, give_leave, waiting_of

_FIELD = re.compile(
    r'<input class="input[^"]*" id="f-(\w+)" name="\w+" type="[\w-]+" value="([^"]*)"'
    r'|<textarea class="input textarea" id="f-(\w+)"[^>]*>\n(.*?)</textarea>'
    r'|<textarea name="(\w+)" hidden[^>]*>\n(.*?)</textarea>',
    re.DOTALL,
)


def filled(page: Answer) -> dict[str, str]:
    """What the fields of a form hold, typed and hidden."""
    found = {}
    for a, b, c, d, e, f in _FIELD.findall(page.text):
        found[a or c or e] = unescape(b or d or f)
    for name, options in re.findall(
        r'<select class="input select" id="f-(\w+)".*?>(.*?)</select>', page.text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen.group(1)) if chosen else ""
    return found


async def case_of(court: Court) -> steps.Case:
    case = await steps.register(court)
    await steps.assign(court, case)
    await steps.book(court, case)
    return case


async def content_of(court: Court, paper_id: str) -> dict[str, object]:
    """The data attached to a registered paper."""
    found = await court.read(paper.get, paper_id=paper_id)
    with pikepdf.open(io.BytesIO(await court.application[BLOBS].read(found.sha256))) as document:
        told: dict[str, object] = json.loads(document.attachments[kit.CONTENT_FILE].get_file().read_bytes())
        return told


@pytest.mark.asyncio(loop_scope="session")
async def test_a_summons_is_filled_in_previewed_and_sealed(court: Court) -> None:
    case = await case_of(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/draw"
    assert "传票" in (await clerk.open(base)).text
    form = filled(await clerk.open(f"{base}/summons"))
    assert form["summoned"] == "张德贵"
    assert form["place"] == "凤鸣镇红星村村委会院坝"
    gaps = await clerk.post(f"{base}/summons", form)
    assert gaps.status == 422
    assert 'href="#f-bench"' in gaps.text and "还没有填写“审判人员”" in gaps.text
    form |= {"bench": "审判员 李正言", "address": "凤鸣镇红星村3组", "number": "（2026）渝0235民初1号"}
    shown = await clerk.post(f"{base}/summons", form)
    assert shown.status == 200, shown.text[-1500:]
    assert "data:image/png;base64," in shown.text
    ready = filled(shown)
    changed = await clerk.post(f"{base}/summons/finish", ready | {"place": "别处"})
    assert changed.status == 422 and "drawing.changed" in changed.text
    done = await clerk.post(f"{base}/summons/finish", ready)
    assert done.status == 303, done.text[-1500:]
    told = await content_of(court, done.location.rsplit("/", 1)[1])
    assert (told["paper"], told["summoned"]) == ("summons", "张德贵")
    checked = await clerk.open(done.location)
    assert "传票" in checked.text
    assert "传票" in (await clerk.open(f"/desk/matters/{case.id}")).text


@pytest.mark.asyncio(loop_scope="session")
async def test_an_application_of_both_sides_is_registered_for_signing_by_hand(court: Court) -> None:
    case = await case_of(court)
    mediator = await court.staff("mediator")
    base = f"/desk/matters/{case.id}/draw/confirmation_application"
    form = filled(await mediator.open(base)) | {
        "mediation_body": "云阳县凤鸣镇人民调解委员会",
        "agreed_on": "2026-11-20",
        "effective_on": "2026-11-20",
        "clauses": "张德贵于2026年12月31日前搬走砂石。\n双方再无其他争议。",
        "materials": "人民调解协议书｜2\n身份证复印件｜2",
    }
    shown = await mediator.post(base, form)
    assert shown.status == 200, shown.text[-1500:]
    done = await mediator.post(f"{base}/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    told = await content_of(court, done.location.rsplit("/", 1)[1])
    assert [one["role"] for one in told["applicants"]] == ["申请人", "申请人"]  # type: ignore[attr-defined]
    assert told["applicants"][0]["id_number"] == steps.APPLICANT["id_number"]  # type: ignore[index]
    assert told["materials"] == [
        {"copies": 2, "name": "人民调解协议书"},
        {"copies": 2, "name": "身份证复印件"},
    ]
    assert told["wet"] is True


@pytest.mark.asyncio(loop_scope="session")
async def test_what_people_sign_first_is_printed_for_them_and_never_sealed_empty(court: Court) -> None:
    case = await case_of(court)
    mediator = await court.staff("mediator")
    base = f"/desk/matters/{case.id}/draw/rights_notice"
    offered = (await mediator.open(f"/desk/matters/{case.id}/draw")).text
    told = offered[offered.index("/draw/rights_notice") :]
    assert "手写签名" in told[: told.index("</li>")]
    form = filled(await mediator.open(base)) | {"mediators": "人民调解员｜周丽"}
    shown = await mediator.post(base, form)
    assert shown.status == 200, shown.text[-1500:]
    assert "手写签名" in shown.text
    done = await mediator.post(f"{base}/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    found = await court.read(paper.get, paper_id=done.location.rsplit("/", 1)[1])
    with pikepdf.open(io.BytesIO(await court.application[BLOBS].read(found.sha256))) as document:
        assert "/Sig" not in {
            field.get("/FT") for field in document.Root.get("/AcroForm", {}).get("/Fields", [])
        }


@pytest.mark.asyncio(loop_scope="session")
async def test_a_rule_of_the_paper_stands_at_its_field(court: Court) -> None:
    case = await case_of(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/draw/address_confirmation"
    form = filled(await clerk.open(base)) | {
        "address": "红星村3组",
        "phone": "13900005678",
        "electronic": "yes",
    }
    refused = await clerk.post(base, form)
    assert refused.status == 422 and "同意电子送达的" in refused.text
    shown = await clerk.post(base, form | {"mobile": "13900005678"})
    assert shown.status == 200, shown.text[-1500:]
    back = await clerk.post(base, filled(shown) | {"edit": "yes"})
    assert filled(back)["mobile"] == "13900005678"


@pytest.mark.asyncio(loop_scope="session")
async def test_every_form_opens_for_who_may_draw_it_and_for_nobody_else(court: Court) -> None:
    case = await case_of(court)
    clerk, stranger = await court.staff("clerk"), await court.staff("stranger")
    for kind in drawing.DRAWABLE:
        allowed = Role.CLERK in drawing.DRAWABLE[kind]
        answer = await clerk.get(f"/desk/matters/{case.id}/draw/{kind.value}")
        assert answer.status == (200 if allowed else 403), kind
    assert (await clerk.get(f"/desk/matters/{case.id}/draw/receipt")).status == 404
    assert (await stranger.get(f"/desk/matters/{case.id}/draw/complaint")).status == 404
    page = await court.read(matter_page, actor=court.actors["clerk"], matter_id=case.id)
    assert page.papers == ()


@pytest.mark.asyncio(loop_scope="session")
async def test_an_order_of_enforcement_names_its_title_and_is_sealed(court: Court) -> None:
    case = await case_of(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/draw/enforcement_notice"
    form = filled(await clerk.open(base))
    assert (form["recipient"], form["applicant_names"], form["number"]) == ("张德贵", "王秀英", "")
    form |= {
        "number": "（2026）渝0235执1123号",
        "title": "重庆市云阳县人民法院｜民事调解书｜（2026）渝0235诉前调书1号｜2026-08-20",
        "filed_on": "2026-11-23",
        "duties": "支付王秀英补偿款35000元",
        "days": "3",
        "account": "重庆市云阳县人民法院｜中国农业银行云阳支行｜31540101040012345",
    }
    wrong = await clerk.post(base, form | {"title": "民事调解书"})
    assert wrong.status == 422 and 'href="#f-title"' in wrong.text
    shown = await clerk.post(base, form)
    assert shown.status == 200, shown.text[-1500:]
    done = await clerk.post(f"{base}/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    told = await content_of(court, done.location.rsplit("/", 1)[1])
    assert told["title"]["effective_on"] == "2026-08-20"  # type: ignore[index]
    assert told["account"]["account_number"] == "31540101040012345"  # type: ignore[index]


@pytest.mark.asyncio(loop_scope="session")
async def test_the_petition_office_accepts_in_writing_under_its_seal(court: Court) -> None:
    case = await steps.petition_of(court)
    official = await court.staff("petition")
    base = f"/desk/petitions/{case.id}/draw"
    assert f'href="{base}"' in (await official.open(f"/desk/petitions/{case.id}")).text
    listed = (await official.open(base)).text
    assert "信访事项受理告知书" in listed and "传票" not in listed
    form = filled(await official.open(f"{base}/petition_acceptance"))
    assert form["recipient"] == "王秀英" and form["route"] == "信访程序"
    form |= {"number": "云信受〔2026〕12号", "matter": "灌溉渠恢复通水", "handler": "立案庭"}
    late = await official.post(f"{base}/petition_acceptance", form | {"due": "2036-01-01"})
    assert late.status == 422 and "办结期限应当在受理之日起60日内" in late.text
    shown = await official.post(f"{base}/petition_acceptance", form)
    assert shown.status == 200, shown.text[-1500:]
    done = await official.post(f"{base}/petition_acceptance/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    told = await content_of(court, done.location.rsplit("/", 1)[1])
    assert (told["paper"], told["recipient"]) == ("petition_acceptance", "王秀英")
    assert told["body_name"] == "云阳县信访局"
    assert "信访事项受理告知书" in (await official.open(f"/desk/petitions/{case.id}")).text


@pytest.mark.asyncio(loop_scope="session")
async def test_a_letter_about_an_accusation_is_not_filled_with_what_it_must_not_tell(court: Court) -> None:
    """信访工作条例 30."""
    case = await steps.petition_of(court, "accusation")
    official = await court.staff("petition")
    base = f"/desk/petitions/{case.id}/draw/petition_forwarding"
    form = filled(await official.open(base))
    assert form["nature"] == "检举控告"
    assert (form["petitioner"], form["summary"], form["recipient"]) == ("", "", "")
    form |= {"number": "云信转〔2026〕31号", "recipient": "云阳县纪律检查委员会", "sealed_pages": "12"}
    unchecked = await official.post(base, form)
    assert unchecked.status == 422 and "核对收件单位不是被检举控告的人员或者单位" in unchecked.text
    form |= {"recipient_checked": "yes"}
    shown = await official.post(base, form)
    assert shown.status == 200, shown.text[-1500:]
    done = await official.post(f"{base}/finish", filled(shown))
    assert done.status == 303, done.text[-1500:]
    told = json.dumps(await content_of(court, done.location.rsplit("/", 1)[1]), ensure_ascii=False)
    assert "王秀英" not in told and "砂石" not in told


@pytest.mark.asyncio(loop_scope="session")
async def test_papers_of_a_petition_are_drawn_by_its_office_alone(court: Court) -> None:
    case = await steps.petition_of(court)
    official, clerk = await court.staff("petition"), await court.staff("clerk")
    for kind in drawing.offered(Role.PETITION_OFFICIAL):
        assert (await official.get(f"/desk/petitions/{case.id}/draw/{kind.value}")).status == 200, kind
        assert (await clerk.get(f"/desk/petitions/{case.id}/draw/{kind.value}")).status == 403, kind
    assert (await clerk.get(f"/desk/petitions/{case.id}/draw/summons")).status == 404
    assert (await official.get(f"/desk/petitions/{case.id}/draw/summons")).status == 403


def test_what_is_drawn_is_a_kind_of_paper_of_the_same_name() -> None:
    for kind in drawing.DRAWABLE:
        assert registry.kind(kind.value).pattern.title == PAPER_NAMES[kind]


@pytest.mark.asyncio(loop_scope="session")
async def test_without_leave_the_drawn_paper_waits_and_that_very_paper_is_sealed(court: Court) -> None:
    case = await case_of(court)
    clerk, keeper = await court.staff("clerk"), await court.staff("keeper")
    base = f"/desk/matters/{case.id}/draw"
    form = filled(await clerk.open(f"{base}/summons")) | {"bench": "审判员 李正言", "address": "红星村3组"}
    ready = filled(await clerk.post(f"{base}/summons", form))
    await court.write(end_leaves, court=court)
    try:
        asked = await clerk.post(f"{base}/summons/finish", ready)
        assert (asked.status, asked.location) == (303, base)
        page = await clerk.open(base)
        assert "等用印的文书" in page.text and "盖章并登记" not in page.text
        use = waiting_of(page.text)
        assert (await keeper.post(f"/desk/seals/uses/{use}/approve")).status == 303
        other = filled(await clerk.post(f"{base}/summons", form | {"summoned": "王秀英"}))
        assert (await clerk.post(f"{base}/summons/finish", other)).location == base
        done = await clerk.post(f"{base}/uses/{use}/seal")
        assert done.status == 303, done.text[-1500:]
        told = await content_of(court, done.location.rsplit("/", 1)[1])
        assert told["summoned"] == "张德贵"
    finally:
        await give_leave(court)


PEN = {
    "width": 400,
    "height": 200,
    "strokes": [
        [{"x": 10 + 20 * n, "y": 40 + 3 * (n % 5), "t": 20 * n, "pressure": 0.5} for n in range(15)],
        [{"x": 60, "y": 20 + 9 * n, "t": 400 + 20 * n, "pressure": 0.5} for n in range(12)],
    ],
}


async def heard(court: Court, mediator: Person, location: str) -> None:
    """Read aloud: nobody bound signs before every paragraph has the own yes; a question keeps the pad away."""
    at = location.removeprefix("/desk")
    assert (await mediator.send(f"{at}/acknowledge", {"paragraph_id": "0", "signer_id": "x"})).status == 409
    assert (await mediator.post(f"{at}/read", {})).status == 303
    told = json.loads((await mediator.get(f"{at}.json")).text)
    assert [one["name"] for one in told["signers"]] == ["王秀英", "张德贵"]
    assert told["state"] == "reading" and told["current"] == "0"
    spoken = "".join(one["text"] for one in told["paragraphs"])
    assert steps.APPLICANT["id_number"] not in spoken and "您有权" in spoken
    first = told["signers"][0]["id"]
    blocked = await mediator.send(f"{location}/pad", {"signer_id": first})
    assert (blocked.status, json.loads(blocked.text)["code"]) in {
        (409, "reading.not_acknowledged"),
        (409, "record_paper.identity_missing"),
    }
    assert "先听读" in (await mediator.open(location)).text
    stranger = await court.staff("stranger")
    assert (await stranger.get(f"{at}.json")).status == 404
    for person in told["signers"]:
        assert person["here"]
        for paragraph in told["paragraphs"]:
            sent = {"paragraph_id": paragraph["id"], "signer_id": person["id"], "answer": "agreed"}
            assert (await mediator.send(f"{at}/acknowledge", sent)).status == 200
    asks = {"paragraph_id": "1", "signer_id": first, "answer": "question", "words": "这一句什么意思"}
    told = json.loads((await mediator.send(f"{at}/acknowledge", asks)).text)
    assert told["current"] == "1" and told["signers"][0]["questions"] == ["1"]
    blocked = await mediator.send(f"{location}/pad", {"signer_id": first})
    assert json.loads(blocked.text)["code"] == "reading.question_open"
    told = json.loads((await mediator.send(f"{at}/acknowledge", asks | {"answer": "agreed"})).text)
    assert told["heard"]
    assert "已逐段宣读" in (await mediator.open(location)).text


async def sign_drawn(mediator: Person, location: str) -> list[str]:
    """Everybody signs in turn at the mediator's screen; whose turn came after each."""
    names = []
    for number in (steps.APPLICANT["id_number"], steps.RESPONDENT.get("id_number", ""), ""):
        page = (await mediator.open(location)).text
        signer = re.search(r'name="signer_id" value="([^"]+)"|data-signer="([^"]+)"', page)
        assert signer, page[-2000:]
        who = signer[1] or signer[2]
        if "先核验身份" in page:
            sent = {"signer_id": who, "method": "id_card" if number else "known", "id_number": number}
            assert (await mediator.post(f"{location}/identity", sent)).status == 303
        turn = json.loads((await mediator.send(f"{location}/pad", {"signer_id": who})).text)["turn"]
        sent_pen = {"signer_id": who, "turn": turn, "handwriting": PEN}
        names.append(json.loads((await mediator.send(f"{location}/sign", sent_pen)).text)["turn"])
    return names


@pytest.mark.asyncio(loop_scope="session")
async def test_a_drawn_paper_is_signed_on_the_pad_in_turn_then_sealed_and_pdfsig_agrees(
    court: Court, tmp_path: Path
) -> None:
    case = await case_of(court)
    mediator = await court.staff("mediator")
    base = f"/desk/matters/{case.id}/draw"
    form = filled(await mediator.open(f"{base}/rights_notice")) | {"signing": "pad"}
    form["mediators"] = f"人民调解员｜{court.actors['mediator'].name}"
    shown = await mediator.post(f"{base}/rights_notice", form)
    assert shown.status == 200 and "去签名" in shown.text, shown.text[-1500:]
    started = await mediator.post(f"{base}/rights_notice/finish", filled(shown))
    assert started.status == 303 and "/desk/record-papers/" in started.location, started.text[-1500:]
    assert "轮到王秀英" in (await mediator.open(base)).text
    await heard(court, mediator, started.location)
    names = await sign_drawn(mediator, started.location)
    assert names == ["张德贵", court.actors["mediator"].name, ""]
    assert "已经完成" in (await mediator.open(started.location)).text
    listed = await court.read(paper.of_subject, subject_id=case.id)
    kept = next(one for one in listed if one.kind == "rights_notice")
    file = tmp_path / "notice.pdf"
    file.write_bytes(await court.application[BLOBS].read(kept.sha256))
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature is Valid.") == 4, told
    assert "正在签名的文书" not in (await mediator.open(base)).text
