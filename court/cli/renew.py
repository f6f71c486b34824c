"""`court renew`: one more archive time-stamp on a paper, or on all of the register that need it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from court import installation, renewing
from court.cli.options import with_config
from court.config import Config
from court.installation import write_durably
from court.store.blobs import Blobs
from court.store.database import Database
from court.web.pages import date_cn
from documents import archiving
from documents.errors import PaperError

LARGEST = 64 * 1024 * 1024


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--all-due", is_flag=True, help="every paper of the register whose stamp ends soon (renew_before_days)"
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="write FILE's successor here")
@with_config
def renew(config: Config, file: Path | None, all_due: bool, out: Path | None) -> None:
    """给文书续加归档时间戳：在最后一个时间戳的证书到期以前运行。FILE 原地续期，或写到 --out。"""
    now = datetime.now(UTC)
    if (file is None) is not all_due:
        raise click.ClickException("请给出一个文件，或用 --all-due 处理登记簿中将到期的全部文书。")
    if file is None:
        found = asyncio.run(_all_due(config, now))
        click.echo(f"查看 {found.looked_up} 份，续期 {found.renewed} 份。")
        for paper, code in found.failed:
            click.echo(f"  没有续成：文书 {paper}（{code}）")
        raise SystemExit(1 if found.failed else 0)
    if file.stat().st_size > LARGEST:
        raise click.ClickException("文件超过 64 MB，不是本系统的文书。")
    try:
        made = archiving.renew(file.read_bytes(), authority=installation.place(config), now=now)
    except PaperError as error:
        raise click.ClickException(f"{error.text}（{error.code}）") from error
    write_durably(out or file, made.pdf, 0o644)
    click.echo(f"已续期：时间戳由 {made.stamped_by} 签发，其证书至 {date_cn(made.until)}。")


async def _all_due(config: Config, now: datetime) -> renewing.Pass:
    db = Database.open(config.database)
    blobs = Blobs(config.blobs_dir, most_pixels=config.max_upload_pixels)
    place, before = installation.place(config), timedelta(days=config.renew_before_days)
    try:
        return await renewing.renew_due(db, blobs, place, asyncio.to_thread, now=now, before=before)
    finally:
        await db.close()
