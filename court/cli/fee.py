"""`court fee`: what a case costs after State Council order 481, with every step of the sum."""

import json
from decimal import Decimal

import click

from court.domain import fees
from court.domain.amount import yuan
from court.domain.chinese import typed_sum
from court.domain.errors import CourtError

_LONGEST = 40


@click.command()
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in fees.FeeKind]))
@click.option("--amount", metavar="YUAN", help="what is in dispute: 30000, 30,000.50, 3万元, 叁万元整")
@click.option("--base", metavar="YUAN", help="the province's rate where the order gives a range")
@click.option(
    "--procedure", default="ordinary", show_default=True, type=click.Choice([p.value for p in fees.Procedure])
)
@click.option(
    "--relief", default="none", show_default=True, type=click.Choice([r.value for r in fees.Relief])
)
@click.option("--percent", type=int, default=30, show_default=True, help="what a reduction takes off")
@click.option("--json", "as_json", is_flag=True, help="amount, payable and steps as JSON")
def fee(
    kind: str,
    amount: str | None,
    base: str | None,
    procedure: str,
    relief: str,
    percent: int,
    as_json: bool,
) -> None:
    """诉讼费用：按《诉讼费用交纳办法》计算，写明每一步。"""
    try:
        found = fees.fee(
            fees.FeeKind(kind),
            amount=_yuan(amount),
            base=_yuan(base),
            procedure=fees.Procedure(procedure),
            relief=fees.Relief(relief),
            percent=percent,
        )
    except CourtError as error:
        raise click.ClickException(f"{error}（{error.code}）") from None
    if as_json:
        told = {"amount": _number(found.amount), "payable": _number(found.payable), "steps": found.steps}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for number, step in enumerate(found.steps, 1):
        click.echo(f"{number}. {step}")
    click.echo(f"应交：{yuan(found.payable)}元")


def _yuan(text: str | None) -> Decimal | None:
    """A sum as people write it. Refuses `fee.not_a_sum`."""
    if text is None:
        return None
    found = typed_sum(text)
    if found is None:
        raise CourtError("fee.not_a_sum", text=text[:_LONGEST])
    return found


def _number(amount: Decimal) -> int | float:
    return int(amount) if amount == amount.to_integral_value() else float(amount)
