"""`court rehearse`: the dress rehearsal (彩排) a crew runs before leaving."""

import asyncio
import json
import logging
import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click

from court import installation, logs
from court.cli.options import show_progress, with_config
from court.config import Config
from court.rehearsal.play import Play
from court.rehearsal.steps import Outcome, StepLine

STOPPED = 130  # as shells tell an interruption


def _tell(line: StepLine) -> None:
    mark = "✓" if line["ok"] else "✗"
    click.echo(f"  {mark} {line['name']:<12} {line['seconds']:6.2f} 秒  {line['detail']}", err=True)


def _folder(out: Path | None) -> Path:
    if out is None:
        return Path(tempfile.mkdtemp(prefix="court-rehearsal-"))
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise click.ClickException(f"{out} 不是空文件夹；请换一个，或先清空。")
    return out.resolve()


async def _play(play: Play) -> Outcome:
    """Told to stop, the private node is taken down first. Errors: CancelledError."""
    loop, playing = asyncio.get_running_loop(), asyncio.current_task()
    assert playing is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, playing.cancel)
    return await play.run()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="print the report as JSON")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="empty folder for the results")
@click.option("--printer", default="", help="ipp:// address to print to (default: to a file)")
@with_config
def rehearse(config: Config, as_json: bool, out: Path | None, printer: str) -> None:
    """出车前彩排：用真实的音视频、录音录像、签名和打印，把整条流程走一遍。"""
    logs.configure(level=logging.WARNING)
    folder = _folder(out)
    installation.prepare(config, datetime.now(UTC), show_progress)
    play = Play(config, folder, printer=printer, told=_tell if not as_json else lambda _line: None)
    try:
        outcome = asyncio.run(_play(play))
    except asyncio.CancelledError:
        click.echo(f"\n  彩排中途停止，没有做完；请重新彩排。已有的结果在 {folder}", err=True)
        raise SystemExit(STOPPED) from None
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=2))
    else:
        total = sum(line["seconds"] for line in outcome["steps"])
        words = "彩排通过，可以出车。" if outcome["ok"] else "彩排没有通过，请按上面打叉的一步检查。"
        click.echo(f"\n  {words}共 {total:.0f} 秒。结果在 {folder}")
    raise SystemExit(0 if outcome["ok"] else 1)
