"""`court bounce`: hands a delivery status notification of the mail server, read from standard input, to the running node."""

import sys
import time
import urllib.error
import urllib.request

import click

from court.cli.options import with_config
from court.config import Config
from court.domain.bounce import MOST_BYTES
from court.sending import signature

# sysexits.h: the mail server keeps the notification and tries again.
TRY_AGAIN = 75
SECONDS = 20


@click.command()
@click.option("--url", default="", help="address of the node; by default the configured one")
@with_config
def bounce(config: Config, url: str) -> None:
    """退信：邮件服务器的投递通知（RFC 3464）从标准输入交给运行中的节点，对应的送达随之记下。"""
    if not config.mail_bounce_secret:
        raise click.ClickException("请先设置 COURT_MAIL_BOUNCE_SECRET。")
    mail = sys.stdin.buffer.read(MOST_BYTES + 1)
    stamp = str(int(time.time()))
    headers = {
        "X-Court-Time": stamp,
        "X-Court-Signature": signature(config.mail_bounce_secret, stamp, mail),
        "Content-Type": "message/rfc822",
        "Accept": "application/json",
    }
    address = (url or config.base_url).rstrip("/") + "/gateway/mail/bounces"
    request = urllib.request.Request(address, data=mail, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            click.echo(answer.read(2000).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        told = error.read(2000).decode("utf-8", "replace")
        click.echo(told, err=True)
        sys.exit(TRY_AGAIN if error.code >= 500 else 0 if error.code in {404, 409, 422} else 1)
    except OSError as error:
        click.echo(f"节点没有应答：{type(error).__name__}", err=True)
        sys.exit(TRY_AGAIN)
