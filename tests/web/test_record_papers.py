"""The note on interruptions and the confirmed value: drafted from the gaps, signed in turn, sealed, registered."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest

from court.domain.hearing import Hearing, HearingKind, Seat
from court.domain.ids import new_id
from court.services import caucus, paper, transcript
from court.store import tables as t
from court.store.database import Tx
from court.store.load import record, signatures
from court.web.keys import AUTHORITY, BLOBS, DB
from documents.pki import trust
from documents.verdict import Verdict
from documents.verify import verify
from signalling.messages import Source
from tests import recorded
from tests.web.record_court import closed, form, parts, text
from tests.web.room_court import Court

PEN = {
    "width": 400,
    "height": 200,
    "strokes": [
        [{"x": 10 + 20 * n, "y": 40 + 3 * (n % 5), "t": 20 * n, "pressure": 0.5} for n in range(15)],
        [{"x": 60, "y": 20 + 9 * n, "t": 400 + 20 * n, "pressure": 0.5} for n in range(12)],
    ],
}


@pytest.fixture
async def court(tmp_path: Path, fonts_dir: Path) -> AsyncIterator[Court]:
    async with closed(tmp_path, fonts_dir) as running:
        yield running


async def made(court: Court) -> record.RecordPaperRow:
    assert court.client.app is not None
    hearing_id = court.case.hearing.id
    found = await court.client.app[DB].read(lambda rx: record.record_papers(rx.conn, hearing_id))
    return found[0]


async def signed(court: Court, who: str) -> tuple[int, dict[str, str]]:
    current = await made(court)
    assert current.turn is not None
    path, signer = f"/desk/record-papers/{current.id}", current.turn.id
    status, taken = await court.post(who, f"{path}/pad", signer_id=signer)
    if status != 200:
        return status, taken
    return await court.post(who, f"{path}/sign", signer_id=signer, turn=taken["turn"], handwriting=PEN)


async def test_a_note_is_drafted_from_the_faults_and_signed_by_the_judge(court: Court) -> None:
    path = f"/desk/recordings/{court.case.hearing.id}/papers"
    assert (await form(court, "stranger", path, paper="note"))[0] == 404
    wanted = {"paper": "note", "remark": "已请被申请人重新进入。"}
    assert (await form(court, "clerk", path, **wanted))[0] == 303
    assert (await form(court, "clerk", path, **wanted))[0] == 409, "one at a time"
    page = f"/desk/record-papers/{(await made(court)).id}"
    status, words = await text(court, "clerk", page)
    assert (status, "本人登录后签名" in words) == (200, True)
    assert (await signed(court, "clerk"))[1]["code"] == "record_paper.own_hand"
    stale = {"signer_id": "0" * 36, "handwriting": PEN}
    assert (await court.post("judge", f"{page}/sign", **stale))[1]["code"] == "record_paper.changed"
    assert await signed(court, "judge") == (200, {"turn": ""})
    status, words = await text(court, "judge", page)
    assert "已完成" in words or "已经完成" in words
    assert (await text(court, "stranger", page))[0] == 404
    await check_registered(court)


async def test_private_talks_are_stated_by_who_held_them(court: Court) -> None:
    assert court.client.app is not None
    app, hearing = court.client.app, court.case.hearing
    path = f"/desk/recordings/{hearing.id}/papers"
    assert (await form(court, "judge", path, paper="caucus"))[0] == 409, "none was held"
    await app[DB].write(_talked, hearing=hearing, seats=court.case.seats)
    status, words = await text(court, "judge", f"/desk/hearings/{hearing.id}")
    assert (status, "背对背调解情况说明" in words) == (200, True)
    assert (await form(court, "clerk", path, paper="caucus", remark="各方均自愿。"))[0] == 303
    assert (await signed(court, "clerk"))[1]["code"] == "record_paper.own_hand"
    assert await signed(court, "judge") == (200, {"turn": ""})
    papers = await app[DB].read(paper.of_subject, subject_id=court.case.matter_id)
    statement = next(one for one in papers if one.kind == "caucus")
    document = pypdfium2.PdfDocument(await app[BLOBS].read(statement.sha256))
    words = "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")
    assert "张德贵" in words and "（9分00秒）" in words and "各方均自愿" in words
    assert "录音录像0秒，串音数据包0个（房间内共传送900个）" in words


async def test_a_transcript_is_signed_by_who_was_there_then_sealed(court: Court) -> None:
    """民事诉讼法 150: the parties sign or their refusal is noted; none of it is sealed empty."""
    assert court.client.app is not None
    app, hearing = court.client.app, court.case.hearing
    path = f"/hearings/{hearing.id}/transcript/signing"
    assert (await form(court, "clerk", path))[0] == 409, "no final text yet"
    await app[DB].write(_written, court=court)
    assert "笔录签名" in (await text(court, "clerk", f"/desk/hearings/{hearing.id}"))[1]
    assert (await form(court, "stranger", path))[0] == 404
    assert (await form(court, "clerk", path))[0] == 303
    assert (await form(court, "clerk", path))[0] == 409, "one at a time"
    found = await made(court)
    assert [one.name for one in found.signers] == ["王秀英", "张德贵", "李正言", "陈书宁"]
    assert "".join(one.text for one in found.paragraphs).count("愿意调解") == 1
    assert (await signed(court, "clerk"))[0] == 200
    await refuses(court)
    for who in ("judge", "clerk"):
        assert (await signed(court, who))[0] == 200
    papers = await app[DB].read(paper.of_subject, subject_id=court.case.matter_id)
    kept = next(one for one in papers if one.kind == "transcript")
    assert kept.title == "调解笔录"
    known = trust(app[AUTHORITY].directory)
    pdf = await app[BLOBS].read(kept.sha256)
    report = await asyncio.to_thread(verify, pdf, known, now=datetime.now(UTC))
    assert report.verdict is Verdict.PASSED, report.reasons
    assert len(report.signatures) == 6, "four people, the seal, the last time-stamp"


def _written(tx: Tx, *, court: Court) -> None:
    """Two lines, and the text is final."""
    clerk, hearing = court.case.people["clerk"].actor(), court.case.hearing
    facts = {"actor": clerk, "now": datetime.now(UTC), "hearing_id": hearing.id}
    for who, said in (("审判员 李正言", "是否自愿？"), ("申请人 王秀英", "愿意调解。")):
        transcript.append(tx, speaker=who, text=said, **facts)  # type: ignore[arg-type]
    transcript.finalise(tx, **facts)  # type: ignore[arg-type]


def _talked(tx: Tx, *, hearing: Hearing, seats: dict[str, Seat]) -> None:
    """One private talk of the judge with the party far away, as the tables have it afterwards."""
    began = hearing.starts_at
    room = {"id": new_id(), "hearing_id": hearing.id, "number": 1, "host_seat_id": seats["judge"].id}
    ended = {"closed_at": began + timedelta(minutes=10), "state": "closed", "complete": True}
    tx.conn.execute(t.caucus.insert().values(room | {"opened_at": began} | ended))
    for name in ("judge", "remote"):
        visit = {"id": new_id(), "caucus_id": room["id"], "seat_id": seats[name].id, "stays": "[]"}
        times = {"from_at": began, "to_at": began + timedelta(minutes=9), "cleared_by": ""}
        tx.conn.execute(t.caucus_visit.insert().values(visit | times))
    found = {"packets": 900, "crossed": 0, "recorded_ms": 0}
    caucus.counted(tx, now=began, caucus_id=str(room["id"]), **found)


async def check_registered(court: Court) -> None:
    assert court.client.app is not None
    app = court.client.app
    papers = await app[DB].read(paper.of_subject, subject_id=court.case.matter_id)
    note = next(one for one in papers if one.kind == "recording_note")
    assert note.hearing_id == court.case.hearing.id
    document = pypdfium2.PdfDocument(await app[BLOBS].read(note.sha256))
    words = "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")
    assert "张德贵的声音和画面：断线" in words
    assert "（2.0秒）" in words
    assert "已请被申请人重新进入" in words
    assert "休庭" not in words.replace("休庭等依法中断", "")


async def test_nothing_is_noted_where_nothing_failed(tmp_path: Path, fonts_dir: Path) -> None:
    def whole(judge: str, remote: str) -> dict[tuple[str, Source], recorded.PARTS]:
        return {(judge, Source.MIC): parts(), (remote, Source.MIC): parts()}

    async with closed(tmp_path, fonts_dir, tracks=whole) as court:
        path = f"/desk/recordings/{court.case.hearing.id}/papers"
        status, words = await form(court, "judge", path, paper="note")
        assert (status, "不需要中断说明" in words) == (409, True)


async def test_the_value_is_signed_by_the_parties_only_in_a_summary_trial_with_consent(court: Court) -> None:
    path = f"/desk/recordings/{court.case.hearing.id}/papers"
    agreed = {"paper": "checksum", "summary": "yes", "consent": "yes", "basis": "各方当事人当庭口头同意"}
    status, words = await form(court, "judge", path, **agreed)
    assert (status, "才能以录音录像替代笔录" in words) == (409, True)
    assert court.client.app is not None
    app = court.client.app

    def trial(tx) -> None:  # type: ignore[no-untyped-def]
        tx.conn.execute(t.hearing.update().values(kind=HearingKind.TRIAL))

    await app[DB].write(trial)
    for missing in ("summary", "consent", "basis"):
        assert (await form(court, "judge", path, **(agreed | {missing: ""})))[0] == 422
    assert (await form(court, "judge", path, **agreed))[0] == 303
    turns = [one.name for one in (await made(court)).signers]
    assert turns == ["王秀英", "张德贵", "李正言", "陈书宁"]
    await expired(court)
    status, words = await signed(court, "clerk")
    assert (status, words["code"]) == (409, "record_paper.identity_missing")
    await checked_again(court)
    assert (await signed(court, "clerk"))[0] == 200
    await refuses(court)
    for who in ("judge", "clerk"):
        assert (await signed(court, who))[0] == 200
    assert (await made(court)).state == "done"
    await stands_all_the_same(court)
    void = f"/desk/record-papers/{(await made(court)).id}/void"
    assert (await form(court, "judge", void))[0] == 409


async def refuses(court: Court) -> None:
    """张德贵 would not sign: noted with reason and witness, the turn goes on (民事诉讼法 150)."""
    current = await made(court)
    assert current.turn is not None and current.turn.name == "张德贵"
    page = f"/desk/record-papers/{current.id}"
    why = {"signer_id": current.turn.id, "refusal-reason": "对时长有异议", "refusal-witness": "李村长"}
    assert (await form(court, "clerk", f"{page}/refuse", **(why | {"refusal-witness": ""})))[0] == 422
    assert (await form(court, "stranger", f"{page}/refuse", **why))[0] == 404
    assert (await form(court, "clerk", f"{page}/refuse", **why))[0] == 303


async def stands_all_the_same(court: Court) -> None:
    """The sealed paper is valid and says who refused; the evidence says who noted it and why there is no still."""
    assert court.client.app is not None
    app = court.client.app
    current = await made(court)
    pdf = await app[BLOBS].read(current.head_sha256)
    known = trust(app[AUTHORITY].directory)
    report = await asyncio.to_thread(verify, pdf, known, now=datetime.now(UTC))
    assert report.verdict is Verdict.PASSED, report.reasons
    assert "被申请人（拒绝签名）" in [s.role for s in report.signatures]
    kept = await app[DB].read(lambda rx: signatures.records(rx.conn, current.id))
    assert [one.manner.value for one in kept] == ["written", "refused", "written", "written"]
    record = json.loads(await app[BLOBS].read(kept[1].record_sha256))["record"]
    assert (record["reason"], record["witness"], record["noted_by"]) == ("对时长有异议", "李村长", "陈书宁")
    assert record["still_missing"] == "not_recorded"


async def expired(court: Court) -> None:
    """Half a day later, as far as identity checks are concerned."""
    past = court.case.hearing.starts_at - timedelta(days=1)
    await court.client.app[DB].write(  # type: ignore[index]
        lambda tx: tx.conn.execute(t.identity_check.update().values(expires_at=past))
    )


async def checked_again(court: Court) -> None:
    """The way on stands on the page itself, and leads to the pad."""
    current = await made(court)
    assert current.turn is not None
    page = f"/desk/record-papers/{current.id}"
    status, words = await text(court, "clerk", page)
    assert status == 200 and "先核验身份" in words and "record-pad" not in words
    facts = {"signer_id": current.turn.id, "method": "known"}
    assert (await form(court, "stranger", f"{page}/identity", **facts))[0] == 404
    status, words = await form(
        court, "clerk", f"{page}/identity", **(facts | {"method": "id_card", "id_number": "1"})
    )
    assert (status, "没有核验成功" in words) == (422, True)
    assert (await form(court, "clerk", f"{page}/identity", **facts))[0] == 303
    assert "record-pad" in (await text(court, "clerk", page))[1]
