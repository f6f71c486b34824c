"""`court keys`: how seals and authority stand; keys changed, certificates revoked, other authorities believed."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from cryptography import x509

from court import installation
from court.cli.options import with_config
from court.config import Config
from court.web.pages import date_cn, local
from documents import keys as authority_keys
from documents import pki, second, trust
from documents.errors import PaperError
from documents.keys import KeyState
from documents.timestamp import probe

T = TypeVar("T")
STATES = {
    KeyState.GOOD: "正常",
    KeyState.ENDING: "将到期",
    KeyState.EXPIRED: "已到期",
    KeyState.REVOKED: "已吊销",
    KeyState.UNREACHABLE: "用不了",
}
LARGEST = 8 * 1024 * 1024


def _do(work: Callable[..., T], *args: Any, **facts: Any) -> T:
    try:
        return work(*args, **facts)
    except PaperError as error:
        raise click.ClickException(f"{error.text}（{error.code}）") from error


@click.group(invoke_without_command=True)
@with_config
@click.pass_context
def keys(context: click.Context, config: Config) -> None:
    """电子印章和签发机构的密钥：查看、更换、吊销、信任。不带子命令时列出现状。"""
    if context.invoked_subcommand is None:
        context.exit(show(config))


def show(config: Config) -> int:
    """Print how everything stands; 0 when all is well. Tokens, seal and stamp services are really asked."""
    now, place = datetime.now(UTC), installation.place(config)
    rows = _do(authority_keys.report, place, now=now)
    for row in rows:
        until = f"  至 {date_cn(row.not_after)}" if row.not_after else ""
        click.echo(f"{STATES[row.state]}  {row.role} {row.owner}  [{row.held}]{until}")
        if row.serial:
            click.echo(f"        证书 {row.serial}")
        if row.problem:
            click.echo(f"        {row.problem}")
    faults = 0
    for url in config.timestamp_urls:
        trouble = probe(url, place)
        faults += bool(trouble)
        click.echo(f"{'用不了' if trouble else '正常'}  时间戳服务 {url}")
        if trouble:
            click.echo(f"        {trouble}")
    also = "，另做国密签名（SM2）" if config.second_profile == "sm2" else ""
    click.echo(f"签名级别  个人 {config.person_profile}，印章 {config.seal_profile}{also}")
    return 1 if faults or any(row.state not in {KeyState.GOOD, KeyState.ENDING} for row in rows) else 0


@keys.command()
@click.argument("what", type=click.Choice(["seal", "court", "tsa"]))
@click.option("--body", help="whose seal (default: the court's)")
@click.option("--sm2", is_flag=True, help="the keys of the second profile")
@with_config
def rotate(config: Config, what: str, body: str | None, sm2: bool) -> None:
    """更换密钥：seal 一枚印章，tsa 时间戳，court 签发机构（连同其下的印章）；加 --sm2 换国密的。以前的文书照样有效。"""
    now, place = datetime.now(UTC), installation.place(config)
    if sm2 and what == "tsa":
        raise click.ClickException("国密签名用的也是本机的时间戳，没有另外的国密时间戳密钥。")
    if sm2:
        made = (
            _do(second.rotate_seal, place, body or config.court_name, now=now)
            if what == "seal"
            else _do(second.rotate_court, place, now=now)
        )
    elif what == "seal":
        made = _do(authority_keys.rotate_seal, place, body or config.court_name, now=now)
    elif what == "tsa":
        made = _do(authority_keys.rotate_stamp, place, now=now)
    else:
        made = _do(authority_keys.rotate_court, place, now=now)
    click.echo(f"已更换。新证书 {made.serial_number:x}，至 {date_cn(made.not_valid_after_utc)}。")


@keys.command()
@click.argument("what")
@click.option("--body", help="whose seal, when WHAT is seal (default: the court's)")
@click.option("--sm2", is_flag=True, help="with seal: the seal of the second profile")
@click.option(
    "--reason", type=click.Choice(sorted(authority_keys.REASONS)), required=True, help="why (RFC 5280)"
)
@click.option(
    "--at", "since", help="since when it is not to be believed, e.g. 2026-11-22T10:30 (default: now)"
)
@with_config
def revoke(config: Config, what: str, body: str | None, reason: str, since: str | None, sm2: bool) -> None:
    """吊销证书：WHAT 是 seal、tsa 或证书编号（十六进制）。此前已加时间戳的文书仍然有效。"""
    now, place = datetime.now(UTC), installation.place(config)
    serial = (
        _do(second.seal, place, body or config.court_name).certificate.serial_number
        if sm2 and what == "seal"
        else _serial(config, what, body)
    )
    _do(
        authority_keys.revoke,
        place,
        serial,
        now=now,
        at=_moment(since) if since else None,
        reason=authority_keys.REASONS[reason],
    )
    click.echo(f"已吊销证书 {serial:x}。接着请运行 court keys rotate 更换密钥。")


def _serial(config: Config, what: str, body: str | None) -> int:
    opened = _do(pki.open_authority, installation.place(config))
    if what == "seal":
        return _do(opened.seal, body or config.court_name).certificate.serial_number
    if what == "tsa":
        return opened.held["tsa"].certificate.serial_number
    try:
        return int(what, 16)
    except ValueError:
        raise click.ClickException(
            "WHAT 应是 seal、tsa 或十六进制的证书编号（court keys 会列出）。"
        ) from None


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException("时间写成 2026-11-22T10:30 这样。") from None
    return found if found.tzinfo else found.replace(tzinfo=local(datetime.now(UTC)).tzinfo)


@keys.command(name="trust")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--for", "purpose", type=click.Choice(["seal", "stamp", "sm2"]), help="what its certificates are for"
)
@with_config
def trust_file(config: Config, file: Path, purpose: str | None) -> None:
    """信任别的签发机构：FILE 是它的根证书（配 --for：seal 印章，stamp 时间戳，sm2 国密印章）或吊销列表（CRL）。"""
    if file.stat().st_size > LARGEST:
        raise click.ClickException("文件超过 8 MB。")
    data, directory = file.read_bytes(), installation.place(config).directory
    if trust.is_revocation_list(data):
        listed = _do(trust.believe_list, directory, data)
        click.echo(f"已导入吊销列表：{listed.issuer.rfc4514_string()}")
        return
    if purpose is None:
        raise click.ClickException(
            "请用 --for seal（印章）、--for stamp（时间戳）或 --for sm2（国密印章）说明信任它做什么。"
        )
    for each in _do(trust.believe, directory, data, trust.TrustedFor(purpose)):
        click.echo(f"已信任：{each.subject.rfc4514_string()}\n  SHA-256 {_fingerprint(each)}")


def _fingerprint(certificate: x509.Certificate) -> str:
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex(":")
