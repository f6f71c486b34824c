"""The font folder is made once, and says what it lacks."""

import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from documents import fontbuild
from documents.errors import PaperError
from documents.fonts import FontSet


def refuse_work(face: str, done: int, total: int) -> None:
    pytest.fail(f"{face} was made again")


def test_a_second_start_does_nothing_even_without_the_sources(fonts_dir: Path, tmp_path: Path) -> None:
    fontbuild.build(tmp_path, fonts_dir, refuse_work)


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
