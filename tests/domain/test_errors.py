"""The catalogue of refusals: complete, filled, and the only source of codes."""

import pickle
import re
from pathlib import Path

import pytest

from court.domain.errors import CourtError, catalogue, field_problem, places

COURT = Path(__file__).parents[2] / "court"
RAISED = re.compile(r"""(?:CourtError|field_problem)\(\s*(?:[\w.f"{}\[\]]+,\s*)?"([a-z_]+\.[a-z_]+)\"""")


def test_every_code_has_both_texts_and_a_client_or_server_status() -> None:
    for refusal in catalogue().values():
        assert 400 <= refusal.status < 600
        assert re.search("[一-龥]", refusal.zh), refusal.code
        assert refusal.zh.endswith(("。", "！", "：{detail}", "}")), refusal.code
        assert refusal.en.isascii() or "{" in refusal.en, refusal.code
        assert places(refusal.en) - {"action"} <= places(refusal.zh) | {"printer"}, refusal.code


def test_every_code_raised_in_the_program_stands_in_the_catalogue() -> None:
    raised = {
        code for path in COURT.rglob("*.py") for code in RAISED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(raised) > 80
    assert raised - set(catalogue()) == set()


def test_an_unknown_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        CourtError("nobody.wrote_this")


def test_places_are_filled_and_missing_ones_stay_empty() -> None:
    refused = CourtError("hearing.identity_missing", name="王某")
    assert refused.text.startswith("王某还没有核验身份")
    assert str(refused) == refused.text
    assert CourtError("hearing.identity_missing").text.startswith("还没有核验身份")


def test_a_problem_carries_every_fault_of_the_form() -> None:
    faults = [field_problem("name", "text.empty"), field_problem("facts", "text.too_long", most=5, length=9)]
    body = CourtError("form.invalid", problems=faults).as_problem()
    assert body["status"] == 422
    assert body["problems"] == [
        {"field": "name", "code": "text.empty", "text": "这一项还没有填写，请填写。"},
        {"field": "facts", "code": "text.too_long", "text": "内容太长，最多5个字，现在有9个字，请删减。"},
    ]


def test_a_refusal_crosses_a_process_boundary_whole() -> None:
    problem = field_problem("name", "form.required")
    sent = CourtError("hearing.too_many_seats", keep=True, problems=(problem,), most=24)
    back = pickle.loads(pickle.dumps(sent))
    assert (back.code, back.status, back.keep, back.params) == (sent.code, sent.status, True, {"most": 24})
    assert (back.text, back.problems) == (sent.text, (problem,))
