"""`court fonts`: convert the Chinese fonts that papers need. `court serve` does the same by itself."""

import click

from court import installation
from court.cli.options import show_progress, with_config
from court.config import Config


@click.command()
@with_config
def fonts(config: Config) -> None:
    """转换文书所用的中文字体（只在首次需要）。"""
    installation.make_fonts(config, show_progress)
