"""`court verify FILE`: one verdict on a paper, a photograph of one, a signature's record or a recording; no server."""

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from court import checking, withdrawn
from court.cli.options import with_config
from court.config import Config

WORDS = {
    "TOTAL-PASSED": "有效：签名、印章和时间戳齐全，文件自签署以来没有改动。",
    "INDETERMINATE": "无法确定：缺少判断所需的依据，见下。",
    "TOTAL-FAILED": "无效：文件不完整或已被改动，见下。",
}
EVIDENCE = "有效：这份签名证据记录没有改动，见下。"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
@click.option(
    "--trust",
    type=click.Path(path_type=Path, exists=True),
    help="folder with the authority's certificates, or a PEM file of roots (default: this node's own)",
)
@click.option(
    "--second",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="file of its SM2 signature (default: the .p7s of the same name beside it)",
)
@with_config
def verify(file: Path, as_json: bool, trust: Path | None, second: Path | None, config: Config) -> None:
    """校验一份文书（PDF）、纸质文书的照片或扫描件、一份签名证据，或一个录音录像文件夹。只有完全有效时退出码为 0。"""
    report = checking.check(file, trust or config.authority_dir, now=datetime.now(UTC), second=second)
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(report)
    raise SystemExit(0 if report["verdict"] == "TOTAL-PASSED" else 1)


def _print(report: checking.Report) -> None:
    if report["reasons"] and report["reasons"][0].startswith(withdrawn.CODE):
        click.echo("已撤回：不要再用。签名和印章的情况见下。")
    elif report["code"]:
        _print_code(report["code"])
    else:
        record = any(reason.startswith("evidence.passed") for reason in report["reasons"])
        click.echo(EVIDENCE if record else WORDS[report["verdict"]])
    for reason in report["reasons"]:
        click.echo(f"  · {reason}")
    for signature in report["signatures"]:
        sub = f"（{signature['sub_indication']}）" if signature["sub_indication"] else ""
        click.echo(
            f"  {signature['role']} {signature['signer']}  {signature['time']}  {signature['indication']}{sub}"
        )
        if signature["stamped_by"] and signature["role"] != "时间戳":
            click.echo(f"      时间由 {signature['stamped_by']} 的时间戳证明")


def _print_code(code: checking.CodeFacts) -> None:
    click.echo("二维码是真的。请把下面几项与纸上逐项核对：")
    for term, said in (
        ("文书", code["kind"]),
        ("编号", code["number"]),
        ("姓名", "、".join(code["names"])),
        ("日期", code["made_on"]),
        ("内容校验（印在每页下方）", code["content_sha256"][:16]),
    ):
        click.echo(f"  {term}：{said}")
