"""`court deadline` and `court fee`: what they print is what a program can read and a villager can follow."""

import json
import tomllib
from importlib.resources import files

import pytest
from click.testing import CliRunner

from court.cli.deadline import deadline
from court.cli.fee import fee


def test_a_limit_as_json_and_in_words() -> None:
    sent = ["MD-05", "--from", "2026-03-01", "--pause", "2026-03-05..2026-03-10", "--extend", "15"]
    told = json.loads(CliRunner().invoke(deadline, [*sent, "--json"]).output)
    assert (told["rule"], told["due"]) == ("MD-05", "2026-04-21")
    assert "在线调解规则" in told["steps"][0]
    assert "最后一天：2026年4月21日（星期二）" in CliRunner().invoke(deadline, sent).output


def test_the_list_has_every_rule() -> None:
    listed = CliRunner().invoke(deadline, []).output
    data = tomllib.loads(files("court.data").joinpath("deadlines.toml").read_text(encoding="utf-8"))
    assert all(rule["id"] in listed for rule in data["rule"]) and len(data["rule"]) == 62


@pytest.mark.parametrize(
    "amount", ["30000", "30,000", "30000.00元", "3万", "3万元", "叁万元整", "人民币30000元"]
)
def test_a_fee_for_a_sum_as_people_write_it(amount: str) -> None:
    sent = ["--kind", "property", "--amount", amount, "--procedure", "simple", "--json"]
    told = json.loads(CliRunner().invoke(fee, sent).output)
    assert (told["amount"], told["payable"]) == (550, 275)
    assert any("减半" in step for step in told["steps"])


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (["NN-99", "--from", "2026-03-01"], "deadline.unknown"),
        (["SU-15", "--from", "三月五日"], "deadline.bad_date"),
        (["SU-15", "--from", "2026-02-30"], "deadline.bad_date"),
        (["SU-15", "--from", "1800-01-01"], "deadline.out_of_range"),
        (["MD-05", "--from", "2026-03-01", "--pause", "2026-03-05"], ""),
        (["MD-05", "--from", "2026-03-01", "--pause", "x..y"], "deadline.bad_date"),
    ],
)
def test_bad_input_has_a_code_and_no_traceback(sent: list[str], code: str) -> None:
    found = CliRunner().invoke(deadline, sent)
    assert found.exit_code == (1 if code else 0), found.output
    assert code in found.output


@pytest.mark.parametrize("amount", ["", "很多", "-5", "NaN", "1e999", "9" * 60, "3万元或者4万元"])
def test_what_is_no_sum_is_refused(amount: str) -> None:
    found = CliRunner().invoke(fee, ["--kind", "property", "--amount", amount])
    assert (found.exit_code, "fee." in found.output) == (1, True)
