"""The page of the second look: what is pointed out, taken with one press, refused at its field, told on the matter."""

import pytest

from tests.web import steps
from tests.web.desk_court import Court

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_clerk_takes_the_suggestion_and_says_why_for_another(court: Court) -> None:
    case = await steps.register(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{case.id}/look"
    page = await clerk.open(base)
    assert "建议：先行调解" in page.text and "简易程序规定第十四条第四项" in page.text
    refused = await clerk.post(f"{base}/way", {"way": "filing", "reason": ""})
    assert refused.status == 422 and 'id="e-reason"' in refused.text
    taken = await clerk.post(f"{base}/way", {"way": "mediation"})
    assert taken.location == base
    assert "已决定：先行调解" in (await clerk.open(base)).text
    shown = await clerk.open(f"/desk/matters/{case.id}")
    assert "已定：先行调解" in shown.text and f'href="{base}"' in shown.text


async def test_a_hint_is_answered_once_and_a_wrong_answer_stands_at_its_field(court: Court) -> None:
    first, second = await steps.register(court), await steps.register(court)
    clerk = await court.staff("clerk")
    base = f"/desk/matters/{second.id}/look"
    page = await clerk.open(base)
    assert "可能是同一件事" in page.text and first.number in page.text
    hint = {"kind": "matter", "about": first.id, "once": "0123456789-look"}
    wrong = await clerk.post(f"{base}/hint", hint | {f"outcome-{first.id}": "nonsense"})
    assert wrong.status == 422 and "triage.outcome" in wrong.text
    for _ in range(2):
        await clerk.post(
            f"{base}/hint", hint | {f"outcome-{first.id}": "different", f"note-{first.id}": "路不同"}
        )
    page = await clerk.open(base)
    assert "不是同一件事" in page.text and "路不同" in page.text


async def test_strangers_and_parties_have_no_second_look(court: Court) -> None:
    case = await steps.register(court)
    await steps.assign(court, case)
    stranger = await court.staff("stranger")
    assert (await stranger.get(f"/desk/matters/{case.id}/look")).status == 404
    admin = await court.staff("admin")
    assert (await admin.get(f"/desk/matters/{case.id}/look")).status == 403
