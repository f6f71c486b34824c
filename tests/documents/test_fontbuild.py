"""The font folder is made once, and says what it lacks."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from fontTools.ttLib import TTFont

from court.cli.fonts import fonts as fonts_command
from documents import fontbuild, fontstatus
from documents.errors import PaperError
from documents.fonts import FontSet


def refuse_work(face: str, done: int, total: int) -> None:
    pytest.fail(f"{face} was made again")


def written(folder: Path) -> dict[str, int]:
    """When each font was written, in ns."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.ttf")}


def test_a_second_start_does_nothing_even_without_the_sources(fonts_dir: Path, tmp_path: Path) -> None:
    before = written(fonts_dir)
    fontbuild.build(tmp_path, fonts_dir, refuse_work)
    assert before and written(fonts_dir) == before


def test_a_missing_source_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fontbuild, "_SYSTEM", ())
    with pytest.raises(PaperError) as refused:
        fontbuild.build(tmp_path, tmp_path / "fonts", refuse_work)
    assert refused.value.code == "fonts.source_missing"
    assert refused.value.params["package"] == "texlive-lang-chinese"


def test_a_folder_not_built_is_named(tmp_path: Path) -> None:
    with pytest.raises(PaperError) as refused:
        FontSet.load(tmp_path / "none")
    assert refused.value.code == "fonts.not_built"


def test_a_licensed_face_stands_first_in_its_chain(fonts_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    shutil.copytree(fonts_dir, folder)
    fontbuild.build(tmp_path, folder, lambda *_: None, {"fang": fonts_dir / "song.ttf"})
    fonts = FontSet.load(folder)
    assert fonts.chains["fang"][:2] == ["licensed-fang", "fang"]
    assert fonts.font("1", "fang").fontName.endswith("licensed-fang")
    assert fonts.font("调", "fang").fontName.endswith("/fang")


def test_converted_faces_are_truetype_and_draw_the_yen_sign_full_width(fonts_dir: Path) -> None:
    with TTFont(fonts_dir / "fang.ttf", lazy=True) as font:
        assert "glyf" in font
        assert "CFF " not in font
        full_width = font.getBestCmap()[0xFFE5]
        assert font["hmtx"][full_width][0] == font["head"].unitsPerEm


def test_every_style_draws_the_whole_standard_table_and_the_rare_names(fonts_dir: Path) -> None:
    faces, styles = fontstatus.survey(fonts_dir)
    assert {face.name for face in faces} >= {"fang", "title", "song", "hei", "kai", "hana-a"}
    assert all(face.licence and face.file for face in faces)
    assert len(fontstatus.standard_characters()) == len(set(fontstatus.standard_characters())) == 8105
    assert len(set(fontbuild.NAME_CHARACTERS)) == 31
    assert [(style.style, style.missing_standard, style.missing_names) for style in styles] == [
        (style, "", "") for style in fontbuild.STYLES
    ]


def test_a_source_with_another_date_and_the_same_bytes_is_not_converted_again(
    fonts_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "fonts"
    shutil.copytree(fonts_dir, folder)
    manifest = json.loads((folder / fontbuild.MANIFEST).read_text())
    for entry in manifest["faces"].values():
        entry["stamp"] = [1, 1]
    (folder / fontbuild.MANIFEST).write_text(json.dumps(manifest))
    before = written(folder)
    fontbuild.build(tmp_path, folder, refuse_work)
    assert before and written(folder) == before


def test_the_command_lists_faces_licences_and_coverage(fonts_dir: Path) -> None:
    done = CliRunner().invoke(fonts_command, env={"COURT_FONTS_DIR": str(fonts_dir)})
    assert done.exit_code == 0, done.output
    assert "FandolFang-Regular.otf" in done.output
    assert "OFL-1.1" in done.output
    assert done.output.count("8105个规范字和人名字都有") == len(fontbuild.STYLES)
