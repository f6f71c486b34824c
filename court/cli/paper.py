"""`court paper`: what papers there are, the fields of one, and one drawn from a JSON file of facts. Signs nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from court import installation
from court.cli.options import show_progress, with_config
from court.config import Config
from documents import facts as reading
from documents import kit, registry
from documents.errors import PaperError

FAMILIES = {
    kit.Family.MEDIATION: "调解",
    kit.Family.LITIGATION: "诉讼",
    kit.Family.SESSION: "庭审、调解、接访现场",
    kit.Family.PETITION: "信访",
    kit.Family.ENFORCEMENT: "执行",
}
TYPES = {
    "text": "文字",
    "number": "整数",
    "flag": "是否",
    "date": "日期",
    "moment": "时间",
    "choice": "选项",
    "group": "一组",
    "list": "列表",
}


@click.command()
@click.argument("kind", required=False)
@click.option(
    "--facts", "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON facts"
)
@click.option("--sample", is_flag=True, help="draw the sample of this kind, marked as a rehearsal")
@click.option("--fields", is_flag=True, help="list the fields of this kind")
@click.option("--schema", is_flag=True, help="print the JSON Schema of the facts of this kind")
@click.option("--example", is_flag=True, help="print the sample's facts as JSON, to begin from")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="PDF (default: KIND.pdf)"
)
@with_config
def paper(
    kind: str | None,
    file: Path | None,
    sample: bool,
    fields: bool,
    schema: bool,
    example: bool,
    output: Path | None,
    config: Config,
) -> None:
    """列出全部文书种类；按JSON内容生成一份未签名、未盖章的文书。"""
    try:
        if kind is None:
            _list()
        elif schema:
            click.echo(json.dumps(reading.schema(registry.kind(kind)), ensure_ascii=False, indent=2))
        elif example:
            click.echo(registry.sample_json(kind).decode(), nl=False)
        elif fields:
            click.echo(f"{registry.kind(kind).pattern.title}（{kind}）")
            _fields(registry.fields(kind), "  ")
        else:
            _draw(_facts(kind, file, sample), output or Path(f"{kind}.pdf"), config)
    except PaperError as error:
        raise click.ClickException(error.text) from None
    except OSError as error:
        raise click.ClickException(f"文件不能读写：{error.strerror}") from None


def _facts(kind: str, file: Path | None, sample: bool) -> kit.Facts:
    registry.kind(kind)
    if sample == (file is not None):
        raise click.UsageError("请用 --facts 文件.json 给出内容，或者用 --sample 生成样本（二者选一）。")
    return registry.read(kind, file.read_bytes()) if file else registry.sample(kind)


def _draw(facts: kit.Facts, output: Path, config: Config) -> None:
    kit.check(facts)
    if not config.authority_dir.is_dir():
        raise click.ClickException("这台机器还没有法院的密钥，请先运行 court init。")
    now = datetime.now(UTC)
    installation.make_fonts(config, show_progress)
    rendered = kit.render(
        facts,
        fonts_dir=config.fonts_dir,
        authority=installation.place(config),
        verify_url=config.base_url + "/v",
        now=now,
    )
    output.write_bytes(rendered.pdf)
    click.echo(f"{output}　{facts.pattern.title}，{rendered.pages}页，SHA-256 {rendered.sha256}")


def _list() -> None:
    for family, name in FAMILIES.items():
        kinds = registry.of_family(family)
        if kinds:
            click.echo(f"{name}：")
        for each in kinds:
            click.echo(f"  {each.pattern.kind:<24}{each.pattern.title}")
    click.echo(
        "court paper 种类 --fields 看要填什么，--example 取一份样本内容，--facts 文件.json -o 文件.pdf 生成。"
    )


def _fields(fields: tuple[reading.Field, ...], indent: str) -> None:
    for field in fields:
        facts = [
            TYPES[field.type],
            "必填" if field.required else "",
            f"至多{field.most}" if field.most else "",
        ]
        facts.append("、".join(field.choices))
        click.echo(f"{indent}{field.name:<18}{field.label}　{'，'.join(each for each in facts if each)}")
        if field.fields and field.name not in ("signers", "recording"):
            _fields(field.fields, indent + "    ")
