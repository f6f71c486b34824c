"""Registering at the kiosk: one question at a time, nothing lost, nothing shown to the next person."""

import asyncio
import re
import uuid
from datetime import timedelta

import pyotp
import pytest

from court.domain.lifecycle import Actor, ActorKind, Role
from court.services import draft as drafts
from court.services import matter
from court.web.keys import DB
from court.web.sessions import STAFF_COOKIE
from tests.web.desk_court import Court
from tests.web.kiosk_walk import DISPUTE, NUMBER, PETITION, Kiosk, at_field, at_kiosk, strokes

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def draft_of(court: Court, kiosk: Kiosk, step: str = "identity"):
    fields = await kiosk.fields(step)
    return await court.read(drafts.get, draft_id=fields["draft"])


async def test_a_dispute_becomes_a_matter_with_receipt_and_query_code(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    assert (await kiosk.sign()).location == "/kiosk/receipt"
    page = await kiosk.person.open("/kiosk/receipt")
    assert "相邻通行纠纷" in page.text and "王秀英" in page.text and "纠〔" in page.text
    code = await kiosk.code()
    assert len(code) == 10
    public = await court.browser()
    await public.open("/query")
    told = await public.post("/query", {"code": code})
    assert told.status == 200 and "已收到" in told.text
    assert "张大贵" not in told.text


async def test_the_read_back_says_every_answer_and_a_change_comes_back_to_it(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="review")
    page = await kiosk.page("review")
    for said in (
        "我叫王秀英",
        "1949年12月31日出生",
        "110105********002X",
        "黎明村3组",
        "张大贵",
        "我没有交材料",
    ):
        assert said in page.text, said
    assert NUMBER not in page.text
    changed = await kiosk.answer("place", place="水井上面", returning="yes")
    assert changed.location == "/kiosk/steps/review"
    assert "水井上面" in (await kiosk.page("review")).text


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("110105194912310021", "identity.checksum"),
        ("11010519491231", "identity.malformed"),
        ("", "identity.missing"),
        ("110105199002290010", "identity.date"),
    ],
)
async def test_a_wrong_number_is_told_at_the_field_and_stays_there(
    court: Court, number: str, code: str
) -> None:
    kiosk = await at_kiosk(court)
    refused = await kiosk.answer("identity", id_number=number)
    assert refused.status == 422
    assert at_field(refused, "id_number") and code in refused.text
    assert f'value="{number}"' in refused.text


async def test_a_number_typed_with_spaces_and_full_width_digits_is_understood(court: Court) -> None:
    kiosk = await at_kiosk(court)
    went = await kiosk.answer("identity", id_number="１１０１０\uff15 19491231 002x")
    assert went.location == "/kiosk/steps/name"
    assert "女，1949年12月31日出生" in (await kiosk.page("name")).text


async def test_too_long_a_story_is_refused_with_every_character_kept(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="facts")
    story = "路" * 10_001
    refused = await kiosk.answer("facts", facts=story)
    assert refused.status == 422 and "text.too_long" in refused.text and story in refused.text
    assert (await kiosk.answer("facts", facts=story[:-1])).status == 303


async def test_rare_characters_survive_and_an_emoji_is_refused_where_a_paper_needs_text(court: Court) -> None:
    kiosk = await at_kiosk(court)
    answers = tuple((s, {**said, "name": "䶮㛃𬱟"} if s == "name" else said) for s, said in DISPUTE)
    await kiosk.walk(answers, until="request")
    refused = await kiosk.answer("request", request="修好😀")
    assert refused.status == 422 and "text.emoji" in at_field(refused, "request") + refused.text
    assert "修好😀" in refused.text
    await kiosk.answer("request", request="修好")
    await kiosk.walk(answers[8:])
    await kiosk.sign()
    assert "䶮㛃𬱟" in (await kiosk.person.open("/kiosk/receipt")).text


async def test_a_jump_ahead_leads_back_to_the_first_open_question(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="contact")
    assert (await kiosk.page("sign")).location == "/kiosk/steps/cause"
    assert (await kiosk.page("nonsense")).status == 404


async def test_the_same_form_sent_twice_counts_once(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="contact")
    fields = await kiosk.fields("contact")
    said = {"phone": "13812345678", "address": "黎明村"}
    first = await kiosk.person.post("/kiosk/steps/contact", fields | said)
    again = await kiosk.person.post("/kiosk/steps/contact", fields | said)
    assert first.location == again.location == "/kiosk/steps/topic"


async def test_a_stale_form_overwrites_nothing_and_keeps_what_was_typed(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="contact")
    old = await kiosk.fields("contact")
    await kiosk.answer("contact", phone="13812345678", address="先写的地方")
    late = await kiosk.person.post("/kiosk/steps/contact", old | {"phone": "", "address": "后写的地方"})
    assert late.status == 409 and "后写的地方" in late.text and "请再核对一次" in late.text
    draft = await draft_of(court, kiosk)
    assert draft.answers.applicant.address == "先写的地方"
    assert late.hidden["revision"] == str(draft.version)


async def test_a_form_of_an_earlier_registration_changes_nothing(court: Court) -> None:
    kiosk = await at_kiosk(court)
    old = await kiosk.fields("identity")
    await kiosk.start()
    late = await kiosk.person.post("/kiosk/steps/identity", old | {"id_number": NUMBER})
    assert late.status == 409 and "前一份" in late.text
    assert (await draft_of(court, kiosk)).answers.applicant.id_number == ""


async def test_several_people_on_the_other_side_one_taken_out_or_nobody_known(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="other")
    assert (await kiosk.answer("other", act="", name="")).status == 422
    for name in ("张大贵", "张小贵"):
        await kiosk.answer("other", act="add", name=name, phone="", address="")
    page = await kiosk.page("other")
    assert "张大贵" in page.text and "张小贵" in page.text
    await kiosk.answer(
        "other", act="add", name="张小贵", phone="", address=""
    )  # the answer was lost, he tells it again
    assert len((await draft_of(court, kiosk)).answers.respondents) == 2
    await kiosk.answer("other", act="remove-0")
    draft = await draft_of(court, kiosk)
    assert [p.name for p in draft.answers.respondents] == ["张小贵"]
    assert (await kiosk.answer("other", act="unknown")).location == "/kiosk/steps/materials"
    assert (await draft_of(court, kiosk)).answers.respondent_unknown


async def test_consent_is_asked_for_each_step_and_one_step_left_open_is_named(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="consent")
    refused = await kiosk.answer(
        "consent", consent_filing="yes", consent_mediation="yes", consent_service="no"
    )
    assert refused.status == 422 and "隔着屏幕开庭" in at_field(refused, "consent_hearing")
    assert not at_field(refused, "consent_filing")
    paper = await kiosk.answer(
        "consent", **{f"consent_{s}": "no" for s in ("filing", "mediation", "hearing", "service")}
    )
    assert paper.status == 422 and "consent.required" in paper.text


async def test_what_was_consented_to_and_the_handwriting_are_kept_with_the_matter(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="consent")
    await kiosk.answer(
        "consent", consent_filing="yes", consent_mediation="yes", consent_hearing="no", consent_service="yes"
    )
    await kiosk.answer("review")
    draft_id = (await kiosk.fields("sign"))["draft"]
    await kiosk.sign()
    draft = await court.read(drafts.get, draft_id=draft_id)
    parties = await court.read(matter.parties, subject_id=draft.subject_id)
    from court.services import consent

    given = {c.step: c.given for c in await court.read(consent.of_subject, subject_id=draft.subject_id)}
    assert given == {"filing": True, "mediation": True, "hearing": False, "service": True}
    assert [p.name for p in parties] == ["王秀英", "张大贵"]


@pytest.mark.parametrize(
    ("hand", "code"),
    [
        ("", "kiosk.signature_malformed"),
        ("{}", "kiosk.signature_malformed"),
        ('{"width":1200,"height":400,"strokes":[]}', "kiosk.signature_short"),
        (strokes(points=3), "kiosk.signature_short"),
        (strokes(width=100), "kiosk.signature_malformed"),
        (strokes(points=8).replace('"t": 16', '"t": -1'), "kiosk.signature_malformed"),
    ],
)
async def test_what_is_no_name_is_not_taken_as_a_signature(court: Court, hand: str, code: str) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    refused = await kiosk.sign(hand)
    assert refused.status == 422 and code in refused.text
    assert (await kiosk.sign()).location == "/kiosk/receipt"


async def test_signing_twice_gives_one_matter(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    fields = await kiosk.fields("sign") | {"strokes": strokes()}
    assert (await kiosk.person.post("/kiosk/steps/sign", fields)).location == "/kiosk/receipt"
    code = await kiosk.code()
    assert (await kiosk.person.post("/kiosk/steps/sign", fields)).location == "/kiosk/receipt"
    assert await kiosk.code() == code
    assert (await kiosk.page("name")).location == "/kiosk/receipt"


async def test_finishing_leaves_nothing_for_the_next_person(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    await kiosk.sign()
    done = await kiosk.person.post("/kiosk/finish")
    assert done.location == "/kiosk/goodbye" and "cache" in done.headers["Clear-Site-Data"]
    for path in ("/kiosk/receipt", "/kiosk/receipt.pdf", "/kiosk/steps/name", "/kiosk/steps/review"):
        assert (await kiosk.person.get(path)).location == "/kiosk/away", path
    assert "王秀英" not in (await kiosk.person.open("/kiosk/officer")).text


async def test_pages_of_a_person_are_never_kept_by_the_browser(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="contact")
    assert (await kiosk.page("name")).headers["Cache-Control"] == "no-store"


async def test_put_away_it_waits_for_an_officer_who_proves_himself(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="facts")
    draft_id = (await kiosk.fields("facts"))["draft"]
    await kiosk.person.post("/kiosk/lock")
    assert (await kiosk.page("facts")).location == "/kiosk/away"
    listed = await kiosk.person.open("/kiosk/officer")
    assert draft_id in listed.text and "王某某" in listed.text and "王秀英" not in listed.text
    secret = court.secrets["officer"]
    wrong = await kiosk.person.post(
        "/kiosk/officer", {"draft": draft_id, "login": "officer", "password": "no no no no", "totp": "000000"}
    )
    assert wrong.status == 401 and "login.refused" in wrong.text
    assert (await kiosk.page("facts")).location == "/kiosk/away"
    code = pyotp.TOTP(secret.totp_secret).at(court.now())
    taken = await kiosk.person.post(
        "/kiosk/officer", {"draft": draft_id, "login": "officer", "password": secret.password, "totp": code}
    )
    assert taken.status == 303 and taken.location.startswith("/kiosk/steps/")
    page = await kiosk.person.open("/kiosk/steps/facts")
    assert "郑行远 正在代为填写" in page.text
    assert STAFF_COOKIE not in {c.key for c in kiosk.person.client.session.cookie_jar}
    assert (await kiosk.person.get("/desk")).status in {303, 401, 403}


async def test_an_officer_witnesses_for_somebody_who_cannot_write(court: Court) -> None:
    court.clock.ahead += timedelta(seconds=60)
    kiosk = await at_kiosk(court, "petition")
    await kiosk.walk(PETITION)
    missing = await kiosk.answer("mark", manner="cannot_write", reason="", login="", password="", totp="")
    assert missing.status == 422 and at_field(missing, "reason")
    secret = court.secrets["clerk"]
    proof = {
        "login": "clerk",
        "password": secret.password,
        "totp": pyotp.TOTP(secret.totp_secret).at(court.now()),
    }
    draft_id = (await kiosk.fields("mark"))["draft"]
    done = await kiosk.answer("mark", manner="cannot_write", reason="手受伤", **proof)
    assert done.location == "/kiosk/receipt", done.text[-2000:]
    draft = await court.read(drafts.get, draft_id=draft_id)
    assert draft.officer_name == "陈书宁"
    assert "访〔" in (await kiosk.person.open("/kiosk/receipt")).text


async def test_a_petition_has_its_own_questions_number_and_receipt(court: Court) -> None:
    kiosk = await at_kiosk(court, "petition")
    assert (await kiosk.page("other")).status == 404
    await kiosk.walk(PETITION)
    await kiosk.sign()
    page = await kiosk.person.open("/kiosk/receipt")
    assert "访〔" in page.text and "申诉求决" in page.text


async def test_the_receipt_prints_as_a_real_pdf_and_is_drawn_once(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    await kiosk.sign()
    first = await (await kiosk.person.client.get("/kiosk/receipt.pdf")).read()
    again = await (await kiosk.person.client.get("/kiosk/receipt.pdf")).read()
    assert first.startswith(b"%PDF-") and first == again


async def test_another_terminal_cannot_open_the_registration(court: Court) -> None:
    from court.domain.lifecycle import SYSTEM_ACTOR
    from court.services import terminal

    kiosk = await at_kiosk(court)
    draft_id = (await kiosk.fields("identity"))["draft"]
    invited = await court.write(
        terminal.invite, actor=SYSTEM_ACTOR, now=court.now(), name="另一台", vehicle="渝B"
    )
    token = (await court.write(terminal.enrol, now=court.now(), code=invited.code, address="127.0.0.1")).token
    other = await court.browser(court_terminal=token, court_draft=draft_id)
    assert (await other.get("/kiosk/steps/identity")).location == "/kiosk/away"


async def test_calling_for_help_keeps_the_registration_and_is_recorded(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE, until="contact")
    with court.application[DB].subscribe() as events:
        assert (await kiosk.person.post("/kiosk/call")).location == "/kiosk/called"
        assert (await anext(aiter(events))).type == "kiosk.called"
    assert (await kiosk.page("contact")).status == 200


async def test_larger_type_is_remembered_and_leads_back(court: Court) -> None:
    kiosk = await at_kiosk(court)
    went = await kiosk.person.post("/kiosk/size", {"back": "/kiosk/steps/identity"})
    assert went.location == "/kiosk/steps/identity"
    assert "kiosk--large" in (await kiosk.page("identity")).text
    away = await kiosk.person.post("/kiosk/size", {"back": "https://elsewhere.example/"})
    assert away.location == "/kiosk"


async def test_a_beginning_pressed_twice_begins_once_and_brings_nobody_elses_answers_back(
    court: Court,
) -> None:
    vehicle = await court.vehicle()
    sent = {"kind": "dispute", "once": str(uuid.uuid4())}
    await vehicle.open("/kiosk")
    before = len(await court.read(drafts.open_drafts))
    for _ in range(2):
        answer = await vehicle.post("/kiosk/start", sent)
        assert (answer.status, answer.location) == (303, "/kiosk/steps/identity")
    begun = await court.read(drafts.open_drafts)
    assert len(begun) == min(50, before + 1)
    terminal = Actor(kind=ActorKind.TERMINAL, id=begun[0].terminal_id or "", role=Role.PARTY, name="")
    await court.write(
        drafts.save, actor=terminal, now=court.now(), draft_id=begun[0].id, version=1, step="x", changes={}
    )
    assert (await vehicle.post("/kiosk/start", sent)).location == "/kiosk"


async def test_a_receipt_that_cannot_be_printed_says_so_and_the_crew_sees_what_to_do(court: Court) -> None:
    kiosk = await at_kiosk(court)
    await kiosk.walk(DISPUTE)
    await kiosk.sign()
    assert (await kiosk.person.post("/kiosk/print")).location == "/kiosk/receipt"
    async with asyncio.timeout(30):
        while "请叫工作人员" not in (await kiosk.person.open("/kiosk/receipt")).text:
            await asyncio.sleep(0.1)
    page = await kiosk.person.open("/kiosk/printing")
    assert "车上打印机" in page.text and "法院打印机" not in page.text
    assert "登记回执" in page.text and "王秀英" not in page.text
    retry = re.search(r'action="(/kiosk/printing/[^"]+/retry)"', page.text)
    assert retry, page.text[-2000:]
    assert (await kiosk.person.post(retry.group(1))).location == "/kiosk/printing"
