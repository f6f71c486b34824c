"""辨认: a called witness sees one picture and nothing else of the evidence, before or after; what he says is kept."""

from typing import Any

from court.domain.admission import AdmissionAction
from court.domain.hearing import SeatRole
from court.services import hearing as hearings
from court.services import order
from court.web.keys import DB
from tests.services.world import bodies
from tests.web.test_exhibit import Table, of_pages, table

__all__ = ["table"]


async def called(table: Table) -> str:
    """A witness by a link of his own, called in by the judge; his seat."""
    await table.witness()
    db, case = table.court.client.app[DB], table.case  # type: ignore[index]
    seats = await db.read(hearings.seats, hearing_id=case.hearing.id)
    seat = next(one.id for one in seats if one.role is SeatRole.WITNESS)
    await let(table, seat, AdmissionAction.ADMIT)
    return str(seat)


async def let(table: Table, seat: str, action: AdmissionAction) -> None:
    facts = {"hearing_id": table.case.hearing.id, "seat_id": seat, "action": action}
    judge, now = table.case.people["judge"].actor(), table.case.hearing.starts_at
    await table.court.client.app[DB].write(order.let, actor=judge, now=now, **facts)  # type: ignore[index]


async def shown(table: Table) -> dict[str, Any] | None:
    status, state = await table.court.get("witness", "/state")
    assert status == 200
    assert state["exhibits"] is None, "nothing of the list or the opinions"
    found: dict[str, Any] | None = state["identify"]
    return found


async def picture(table: Table, who: str, ident: str) -> int:
    return (await table.court.get(who, f"/identify/{ident}/page?w=480"))[0]


async def test_a_called_witness_sees_the_one_page_and_only_while_it_is_shown(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant, of_pages(3))
    seat = await called(table)
    assert await shown(table) is None
    _, bench = await table.court.get("judge", "/exhibits")
    assert [one["caption"] for one in bench["witnesses"]] == ["证人 周证人"]
    await table.refused("access.role", "clerk", f"/{made['id']}/identify", witness=seat, page=1)
    await table.post("judge", f"/{made['id']}/identify", witness=seat, page=1)
    now = await shown(table)
    assert now is not None and set(now) == {"id"}
    assert await picture(table, "witness", now["id"]) == 200
    assert await table.picture("witness", made["id"], 1) in {403, 404}
    for who in ("remote", "judge", "vehicle"):
        assert await picture(table, who, now["id"]) == 404, "his alone"
        assert await table.picture(who, made["id"], 1) == 200, "the others see it as it is shown"
    for path, body in (("/show", {"exhibit": made["id"]}), ("/pointer", {"x": 1, "y": 1})):
        status, _ = await table.court.post("witness", f"/exhibits{path}", **body)
        assert status >= 400, path
    await table.post("judge", "/show")
    assert await shown(table) is None
    assert await picture(table, "witness", now["id"]) == 404
    await table.post("judge", f"/{made['id']}/identify", witness=seat, page=0)
    again = await shown(table)
    assert again is not None and again["id"] != now["id"]
    await let(table, seat, AdmissionAction.EXCUSE)
    assert await picture(table, "witness", again["id"]) in {403, 404}


async def test_what_the_witness_says_of_it_is_kept_with_time_and_presenter(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant, of_pages(2))
    seat = await called(table)
    await table.post("judge", f"/{made['id']}/identify", witness=seat, page=1)
    _, bench = await table.court.get("clerk", "/exhibits")
    ident = bench["identifying"]["id"]
    status, _ = await table.court.post("witness", f"/identify/{ident}/words", words="是我写的")
    assert status in {401, 403}
    for words in ("这是我写的借条。", "这是我写的借条。", "这是我2024年写的借条。"):
        status, told = await table.court.post("clerk", f"/identify/{ident}/words", words=words)
        assert status == 200, told
    (exhibit,) = told["exhibits"]
    assert exhibit["identified"] == ["证人 周证人辨认第2页：这是我2024年写的借条。"]
    assert "对申请人证据1第2页的辨认意见：这是我2024年写的借条。" in [one["text"] for one in told["lines"]]
    status, told = await table.court.post("judge", "/identify/hide")
    assert status == 200 and told["identifying"]["hidden"]
    kinds = [row["type"] for row in await bodies(table.court.client.app[DB])]  # type: ignore[index]
    assert (kinds.count("identify.shown"), kinds.count("identify.said"), kinds.count("identify.hidden")) == (
        1,
        2,
        1,
    )


async def test_who_is_not_called_in_or_is_no_witness_is_shown_nothing(table: Table) -> None:
    made = await table.submit("vehicle", table.applicant, of_pages(1))
    seat = await called(table)
    await let(table, seat, AdmissionAction.DISMISS)
    await table.refused("identify.not_called", "judge", f"/{made['id']}/identify", witness=seat)
    party = table.case.seats["remote"].id
    await table.refused("identify.no_witness", "judge", f"/{made['id']}/identify", witness=party)
    assert (await table.seen("judge"))["showing"] is None, "refused as a whole"
