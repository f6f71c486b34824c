"""One more seat over HTTP while the session stands: in the room with its link, on the desk by the form."""

from court.services import hearing as hearings
from court.web.keys import DB
from tests.web.room_court import TOKEN
from tests.web.test_exhibit import Table, table

__all__ = ["table"]


async def test_bench_and_clerk_add_a_person_and_hand_out_the_link(table: Table) -> None:
    court = table.court
    for who in ("vehicle", "remote", "stranger"):
        status, _ = await court.post(who, "/seating", role="witness", place="remote", name="周证人")
        assert status in {401, 403, 404}, who
    assert await court.get("clerk", "/seating") == (200, []), "every party has a seat"
    status, made = await court.post("clerk", "/seating", role="witness", place="remote", name="周证人")
    assert status == 200 and "/seat/" in made["link"]
    async with court.client.get(f"/seat/{made['link'].rpartition('/')[2]}", allow_redirects=False) as answer:
        assert answer.status == 303
    court.client.session.cookie_jar.clear()
    status, order = await court.get("judge", "/order")
    (door,) = [one for one in order["doors"] if one["seat"] == made["seat"]]
    assert door["seating"] == ["link", "to_vehicle", "withdraw"]
    status, again = await court.post("judge", "/seating/change", seat=made["seat"], act="link")
    assert status == 200 and again["link"] != made["link"]
    status, _ = await court.post("judge", "/seating/change", seat=made["seat"], act="withdraw")
    assert status == 200
    status, gone = await court.post("judge", "/seating/change", seat=made["seat"], act="withdraw")
    assert (status, gone["code"]) == (404, "seat.not_found")


async def test_the_desk_adds_one_by_its_form(table: Table) -> None:
    base = f"/desk/hearings/{table.case.hearing.id}"
    headers = table.court.headers("clerk") | {"Accept": "text/html"}
    sent = {"seat-role": "interpreter", "seat-name": "石翻译", "seat-place": "vehicle"}
    form = {"csrf": TOKEN, "once": "0123456789abcdef"} | sent
    for _ in range(2):
        async with table.court.client.post(
            f"{base}/seats", data=form, headers=headers, allow_redirects=False
        ) as answer:
            assert answer.status == 303
    db = table.court.client.app[DB]  # type: ignore[index]
    seats = await db.read(hearings.seats, hearing_id=table.case.hearing.id)
    (added,) = [one for one in seats if one.name == "石翻译"]
    async with table.court.client.get(base, headers=headers) as answer:
        page = await answer.text()
    assert answer.status == 200 and "改用自己的设备参加" in page and "还没有核验" in page
    form |= {"once": "1123456789abcdef", "seat_id": added.id, "act": "withdraw"}
    async with table.court.client.post(
        f"{base}/seats/change", data=form, headers=headers, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    assert added.id not in {s.id for s in await db.read(hearings.seats, hearing_id=table.case.hearing.id)}
