"""`court fonts`: convert the Chinese fonts that papers need, and tell what they cover. `court serve` converts by itself."""

import sys

import click

from court import installation
from court.cli.options import FACES, show_progress, with_config
from court.config import Config
from documents.fontbuild import NAME_CHARACTERS
from documents.fontstatus import StyleStatus, standard_characters, survey


@click.command()
@click.option("--quiet", is_flag=True, help="转换后不列表，只报缺字")
@with_config
def fonts(config: Config, quiet: bool) -> None:
    """转换文书所用的中文字体（只在首次需要），并列出字库、许可和收字。"""
    installation.make_fonts(config, show_progress)
    faces, styles = survey(config.fonts_dir)
    standard = len(standard_characters())
    if not quiet:
        click.echo(f"规范字：通用规范汉字表{standard}字；人名字：{len(NAME_CHARACTERS)}个生僻人名用字")
        click.echo("\n字体            规范字  人名字  许可                       来源文件")
        for face in faces:
            name = FACES.get(face.name, face.name)
            blanks = " " * (16 - len(name.encode("gbk")))
            click.echo(f"{name}{blanks}{face.standard:>6}  {face.names:>6}  {face.licence:<25}  {face.file}")
        click.echo("\n文书用字（前一种字体缺字时用后一种）")
    short = [style for style in styles if style.missing_standard or style.missing_names]
    for style in short if quiet else styles:
        click.echo(_chain(style, standard))
    sys.exit(1 if short else 0)


def _chain(style: StyleStatus, standard: int) -> str:
    faces = " → ".join(FACES.get(name, name) for name in style.faces)
    lacking = style.missing_standard + style.missing_names
    told = f"缺{len(lacking)}字：{lacking[:20]}" if lacking else f"{standard}个规范字和人名字都有"
    return f"{FACES[style.style]}：{faces}；{told}"
