"""What several commands share: the configuration option, and progress on a terminal."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from court import config as settings

FACES = {
    "fang": "仿宋",
    "title": "小标宋",
    "song": "宋体",
    "hei": "黑体",
    "kai": "楷体",
    "kai-light": "楷体（细）",
    "hana-a": "花园明朝甲",
    "hana-b": "花园明朝乙",
}


def _load(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> settings.Config:
    try:
        return settings.load(value)
    except settings.ConfigError as error:
        raise click.ClickException(f"配置有误：{error}") from error


def with_config(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--config FILE`; the command receives a Config as `config`."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=_load,
        help="court.toml to use (default: $COURT_CONFIG, ./court.toml, else the defaults)",
    )(command)


def show_progress(step: str, done: int, total: int) -> None:
    """One line that grows on a terminal, one line a step elsewhere."""
    name = FACES.get(step, step)
    text = f"准备字体 {done}/{total} {name}" if step else f"准备字体 0/{total}（首次约需一分钟）"
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{text}", nl=done == total, err=True)
    else:
        click.echo(text, err=True)
