"""The page of a dispute: masked until asked for, acts done once, others' matters do not exist."""

import pytest

from court.services import matter
from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_numbers_are_masked_until_revealed_with_a_purpose(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/matters/{case.id}")
    assert "11010519491231002X" not in page.text and "13800001234" not in page.text
    party = (await court.read(matter.parties, subject_id=case.id))[0]
    base = f"/desk/matters/{case.id}/parties/{party.id}/reveal"
    without = await clerk.post(base, {f"purpose-{party.id}": ""})
    assert without.status == 422
    assert "11010519491231002X" not in without.text
    shown = await clerk.post(base, {f"purpose-{party.id}": "核对身份"})
    assert shown.status == 200
    assert "11010519491231002X" in shown.text and "13800001234" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    again = await clerk.open(f"/desk/matters/{case.id}")
    assert "11010519491231002X" not in again.text
    assert "查看了完整身份信息" in again.text


async def test_a_matter_of_another_mediator_does_not_exist(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    stranger = await court.staff("stranger")
    for path in (f"/desk/matters/{case.id}", "/desk/matters/no-such-id"):
        answer = await stranger.get(path, headers={"Accept": "text/html"})
        assert answer.status == 404
        assert "matter.not_found" in answer.text


async def test_assigning_twice_with_one_form_is_one_act_and_a_stale_form_is_told(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk/matters/{case.id}")
    sent = {
        "rev": steps.rev_of(page.text),
        "mediator_id": court.actors["mediator"].id,
        "once": "one-key-for-one-form",
    }
    assert (await clerk.post(f"/desk/matters/{case.id}/assign", sent)).status == 303
    rev = (await court.read(matter.get, matter_id=case.id)).rev
    assert (await clerk.post(f"/desk/matters/{case.id}/assign", sent)).status == 303
    assert (await court.read(matter.get, matter_id=case.id)).rev == rev
    stale = await clerk.post(f"/desk/matters/{case.id}/assign", sent | {"once": "another-key-here"})
    assert stale.status == 409
    assert "matter.stale" in stale.text


async def test_a_mediator_takes_an_unassigned_matter(court: Court) -> None:
    case = await steps.register(court)
    mediator = await court.staff("mediator")
    page = await mediator.open(f"/desk/matters/{case.id}")
    assert "我来办理" in page.text
    answer = await mediator.post(f"/desk/matters/{case.id}/take", {"rev": steps.rev_of(page.text)})
    assert answer.status == 303
    assert (await court.read(matter.get, matter_id=case.id)).mediator_id == court.actors["mediator"].id


async def test_what_is_missing_is_asked_in_words_and_an_empty_text_stands_at_its_field(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    rev = steps.rev_of((await clerk.open(f"/desk/matters/{case.id}")).text)
    base = f"/desk/matters/{case.id}/ask-more"
    empty = await clerk.post(base, {"rev": rev, "ask-more-what": " "})
    assert empty.status == 422
    assert 'href="#f-ask-more-what"' in empty.text
    long = await clerk.post(base, {"rev": rev, "ask-more-what": "长" * 10_000})
    assert long.status == 422
    asked = await clerk.post(base, {"rev": rev, "ask-more-what": "请补交房产证复印件。"})
    assert asked.status == 303
    assert "待补充" in (await clerk.open(f"/desk/matters/{case.id}")).text


async def test_who_was_overtaken_sees_what_changed_and_keeps_what_was_typed(court: Court) -> None:
    case = await steps.register(court)
    clerk, officer = await court.staff("clerk"), await court.staff("officer")
    at = f"/desk/matters/{case.id}"
    rev = steps.rev_of((await clerk.open(at)).text)
    await steps.assign(court, case)
    late = await officer.post(f"{at}/ask-more", {"rev": rev, "ask-more-what": "请带上宅基地使用证"})
    assert late.status in {403, 409}
    late = await clerk.post(f"{at}/ask-more", {"rev": rev, "ask-more-what": "请带上宅基地使用证"})
    assert late.status == 409 and "matter.stale" in late.text
    assert "别人改了这件纠纷" in late.text and "书记员：分派承办人" in late.text
    assert "请带上宅基地使用证" in late.text
    again = await clerk.post(
        f"{at}/ask-more", {"rev": steps.rev_of(late.text), "ask-more-what": "请带上宅基地使用证"}
    )
    assert again.status == 303


async def test_a_new_matter_appears_in_the_worklist_with_what_to_do(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    page = await clerk.open(f"/desk?q={case.number}")
    assert case.number in page.text and "分派承办人" in page.text
    assert 'data-live="*"' in page.text
    officer = await court.staff("officer")
    assert (await officer.open("/desk?tab=nonsense")).status == 200
    admin = await court.staff("admin")
    assert (await admin.get("/desk")).location == "/desk/accounts"


@pytest.mark.parametrize("name", ["䶮㛃𬱟", "<script>alert(1)</script>"])
async def test_rare_characters_and_markup_in_a_name_are_text(court: Court, name: str) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    answer = await clerk.post(
        f"/desk/matters/{case.id}/parties", {"side": "third", "name": name, "address": "红星村"}
    )
    page = await clerk.open(f"/desk/matters/{case.id}")
    assert "<script>alert" not in page.text
    if name.startswith("䶮"):
        assert answer.status == 303, answer.text
        assert name in page.text
