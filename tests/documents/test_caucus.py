"""背对背调解情况说明: rooms, persons, times, and figures that hide nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from documents.caucus import CaucusPaper, Stay, TalkRoom
from documents.data import RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from tests.documents.conftest import COURT, NOW
from tests.documents.test_papers import make as make
from tests.documents.test_papers import words

Make = Callable[[object], Rendered]
HOST = SignerSlot(field="signer_1", role="调解员", name="周和平")
ROOM = TalkRoom(
    number=1,
    from_at=NOW,
    to_at=NOW + timedelta(minutes=10),
    stays=(
        Stay(who="被申请人 张德贵", from_at=NOW + timedelta(seconds=20), to_at=NOW + timedelta(seconds=585)),
        Stay(who="调解员 周和平", from_at=NOW + timedelta(seconds=30), to_at=NOW + timedelta(seconds=600)),
    ),
    packets=28_431,
    crossed=0,
    recorded_ms=0,
    complete=True,
)
PAPER = CaucusPaper(
    number="纠〔2026〕000001号",
    cause="相邻通行纠纷",
    body_name=COURT,
    session="调解",
    place="兴隆镇龙洞村",
    begins_at=NOW,
    ends_at=NOW + timedelta(hours=1),
    rooms=(ROOM,),
    signers=(HOST,),
    recording=RecordingFacts(size=120, root="0" * 64, checkpoint="note"),
)


def test_it_names_rooms_persons_times_and_the_two_zeros(make: Make) -> None:
    vehicle = Stay(
        who="车载终端",
        from_at=NOW,
        to_at=NOW + timedelta(seconds=45),
        vehicle=("申请人 王秀英",),
        cleared_by="周和平",
    )
    text = words(make(replace(PAPER, rooms=(ROOM, replace(ROOM, number=2, stays=(vehicle,))))).pdf)
    assert "背对背谈话2次" in text
    assert "（9分25秒）" in text
    assert "录音录像0秒，串音数据包0个（房间内共传送28431个）" in text
    assert "留在车上的是申请人王秀英，周和平确认车上其他人已离开" in text.replace(" ", "")
    assert "请注意" not in text and "不完整" not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"crossed": 7}, "串音数据包7个（均已拦截）"),
        ({"recorded_ms": 1500}, "录音录像1.5秒"),
        ({"complete": False}, "计数的程序在谈话期间中断过"),
        ({"packets": None, "crossed": None, "recorded_ms": None, "complete": False}, "没有完整数据"),
    ],
)
def test_it_says_plainly_what_is_wrong(make: Make, changes: dict[str, object], said: str) -> None:
    text = words(make(replace(PAPER, rooms=(replace(ROOM, **changes),))).pdf)  # type: ignore[arg-type]
    assert said in text
    assert "请注意" in text and "不能据此认定" in text


def test_a_statement_without_a_talk_or_without_end_is_refused(make: Make) -> None:
    for rooms, code in (((), "paper.incomplete"), ((ROOM,) * 41, "paper.too_many")):
        with pytest.raises(PaperError) as caught:
            make(replace(PAPER, rooms=rooms))
        assert caught.value.code == code
