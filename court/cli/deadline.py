"""`court deadline`: the last day of a limit of the law, with every reason; without a rule the list of them."""

import json
from datetime import date, datetime

import click

from court.domain import deadline as law
from court.domain.calendar import working_calendar
from court.domain.errors import CourtError
from court.domain.reckoning import reckon, written


@click.command()
@click.argument("rule", required=False)
@click.option(
    "--from", "since", metavar="DATE", help="day of the start event (with a time for limits in hours)"
)
@click.option("--variant", default="", help="which term of a rule that has several, by name")
@click.option("--pause", "pauses", multiple=True, metavar="A..B", help="days not counted, both included")
@click.option("--extend", "extended", type=int, default=0, metavar="N", help="in the unit of the extension")
@click.option("--days", type=int, default=None, help="the term where only the order itself sets one")
@click.option("--json", "as_json", is_flag=True, help="rule, due and steps as JSON")
def deadline(
    rule: str | None,
    since: str | None,
    variant: str,
    pauses: tuple[str, ...],
    extended: int,
    days: int | None,
    as_json: bool,
) -> None:
    """期限：最后一天是哪一天，为什么。不写规则编号时列出全部规则。"""
    try:
        if rule is None:
            _list()
            return
        chosen = law.rule(rule)
        if since is None:
            raise click.UsageError(
                f"请用 --from 写明{chosen.start or '起算'}的日期，例如 --from 2026-03-05。"
            )
        due = reckon(
            chosen,
            since=_moment(since),
            calendar=working_calendar(),
            variant=variant,
            pauses=tuple(_pause(text) for text in pauses),
            extended=extended,
            ordered=days,
        )
    except CourtError as error:
        raise click.ClickException(f"{error}（{error.code}）") from None
    if as_json:
        told = {"rule": chosen.id, "due": due.at.isoformat(), "steps": [step.text for step in due.steps]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{chosen.id}　{due.term.act or chosen.act}{f'（{due.term.name}）' if due.term.name else ''}")
    for number, step in enumerate(due.steps, 1):
        click.echo(f"  {number}. {step.text}")
    end = due.at
    click.echo(f"届满：{end:%Y-%m-%d %H:%M}" if isinstance(end, datetime) else f"最后一天：{written(end)}")


def _moment(text: str) -> date | datetime:
    """2026-03-05, or with a time. Refuses `deadline.bad_date`."""
    try:
        return date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        raise CourtError("deadline.bad_date", text=text[:40]) from None


def _pause(text: str) -> law.Pause:
    first, dots, last = text.partition("..")
    try:
        return law.Pause(first=date.fromisoformat(first), last=date.fromisoformat(last if dots else first))
    except ValueError:
        raise CourtError("deadline.bad_date", text=text[:40]) from None


def _list() -> None:
    for one in law.rules().values():
        terms = "；".join(
            f"{term.name}{'　' if term.name else ''}"
            + (
                f"{term.amount}{law.UNIT_NAMES[term.unit]}{'前' if one.before else ''}"
                if term.amount is not None
                else "由文书载明"
            )
            for term in one.terms
        )
        click.echo(f"{one.id}　{one.start}→{one.act}：{terms}" if one.terms else f"{one.id}　{one.note}")
