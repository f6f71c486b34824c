"""Papers about a recording: every fault with its time and reason, and the value that the parties sign."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from documents.data import RecordingFacts, Rendered, SignerSlot
from documents.errors import PaperError
from documents.recording_note import MOST_GAPS, NotedGap, RecordChecksum, RecordFacts, RecordNote
from tests.documents.conftest import COURT, NOW
from tests.documents.test_papers import make as make
from tests.documents.test_papers import words

Make = Callable[[object], Rendered]
ROOT = hashlib.sha256(b"root").hexdigest()
JUDGE = SignerSlot(field="judge", role="审判员", name="李正言")


def gap(number: int) -> NotedGap:
    begins = NOW + timedelta(seconds=90 * number)
    ends = begins + timedelta(seconds=2.5 + number)
    return NotedGap(
        who="被申请人张德贵", what="声音和画面", begins_at=begins, ends_at=ends, reason="断线（保留席位）"
    )


def paper(kind: type[RecordFacts], **changes: object) -> RecordFacts:
    facts: dict[str, object] = {
        "number": "纠〔2026〕000001号", "cause": "相邻通行纠纷", "body_name": COURT, "session": "庭审",
        "place": "兴隆镇龙洞村", "begins_at": NOW, "ends_at": NOW + timedelta(hours=1), "signers": (JUDGE,),
        "recording": RecordingFacts(size=120, root=ROOT, checkpoint="note"),
    }  # fmt: skip
    return kind(**(facts | changes))  # type: ignore[arg-type]


def local(at: datetime) -> str:
    here = at + timedelta(hours=8)
    return f"{here.hour}时{here.minute:02}分{here.second:02}秒"


def test_a_note_names_each_fault_and_waits_for_the_judge(make: Make) -> None:
    gaps = tuple(gap(number) for number in range(12))
    made = make(
        paper(
            RecordNote,
            gaps=gaps,
            more_gaps=3,
            remark="已请被申请人重新进入，并复述了中断期间的发言。",
        ),
    )
    text = words(made.pdf)
    assert "录音录像中断情况说明" in text
    assert f"{local(gaps[0].begins_at)}至{local(gaps[0].ends_at)}（2.5秒）" in text
    assert "（14秒），被申请人张德贵的声音和画面：断线（保留席位）" in text
    assert "另有3处不足一秒的缺失" in text
    assert "第四条" in text
    assert made.content_sha256 in text


def test_a_confirmation_prints_the_value_for_the_parties_to_sign(make: Make) -> None:
    signers = (
        SignerSlot(field="party_1", role="原告", name="王建国"),
        SignerSlot(field="party_2", role="被告", name="张德贵"),
        JUDGE,
    )
    made = make(
        paper(
            RecordChecksum, signers=signers, basis="各方当事人当庭口头同意（录音 00:03:12）",
            persons=("原告王建国", "被告张德贵", "审判员李正言"),
        ),
    )  # fmt: skip
    text = words(made.pdf).replace("\n", "").replace(" ", "")
    assert ROOT in text
    assert "第八条" in text
    assert "第九条" in text


def test_a_note_without_a_signer_or_without_end_is_refused(make: Make) -> None:
    with pytest.raises(PaperError):
        make(paper(RecordNote, signers=()))
    with pytest.raises(PaperError):
        make(paper(RecordNote, gaps=(gap(1),) * (MOST_GAPS + 1)))
