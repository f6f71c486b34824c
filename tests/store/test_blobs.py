"""Uploads: whole or not at all, judged by content, bounded in size; what a hash names has that hash."""

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from court.domain.errors import CourtError
from court.store.blobs import PICTURES, Blobs

LIMIT = 1024 * 1024
PDF = b"%PDF-1.7\n" + b"x" * 100 + b"\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind)
    return out.getvalue()


async def chunks(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("WEBP"), "image/webp"),
        (PDF, "application/pdf"),
    ],
    ids=["jpeg", "png", "webp", "pdf"],
)
async def test_a_good_file_is_stored_under_its_hash(tmp_path: Path, data: bytes, media_type: str) -> None:
    blobs = Blobs(tmp_path)
    blob = await blobs.put(chunks(data), limit=LIMIT)
    assert (blob.sha256, blob.size, blob.media_type) == (
        hashlib.sha256(data).hexdigest(),
        len(data),
        media_type,
    )
    assert await blobs.read(blob.sha256) == data
    assert blobs.path(blob.sha256).stat().st_mode & 0o777 == 0o600
    again = await blobs.put(chunks(data), limit=LIMIT)
    assert again == blob
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "upload.empty"),
        (b"MZ\x90\x00 not a picture", "upload.wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upload.wrong_type"),
        (b"\xff\xd8\xff\xe0 a picture only by its first bytes", "upload.damaged"),
        (picture("JPEG")[:600], "upload.damaged"),
        (picture("PNG")[:-30], "upload.damaged"),
        (PDF[:-8], "upload.damaged"),
    ],
    ids=["empty", "program", "svg", "fake jpeg", "cut jpeg", "cut png", "cut pdf"],
)
async def test_a_bad_file_is_refused_and_leaves_nothing(tmp_path: Path, data: bytes, code: str) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(CourtError) as refused:
        await blobs.put(chunks(data), limit=LIMIT)
    assert refused.value.code == code
    assert files(tmp_path) == []


async def test_a_pdf_is_no_picture_where_only_pictures_are_wanted(tmp_path: Path) -> None:
    with pytest.raises(CourtError) as refused:
        await Blobs(tmp_path).put(chunks(PDF), limit=LIMIT, accept=PICTURES)
    assert refused.value.code == "upload.wrong_type"


async def test_an_endless_upload_is_cut_off_at_the_limit(tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 65536
            yield b"\xff" * 65536

    with pytest.raises(CourtError) as refused:
        await Blobs(tmp_path).put(endless(), limit=LIMIT)
    assert refused.value.code == "upload.too_large"
    assert taken <= LIMIT + 65536
    assert files(tmp_path) == []


async def test_a_picture_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(CourtError) as refused:
        await Blobs(tmp_path, most_pixels=50_000_000).put(chunks(bomb.getvalue()), limit=LIMIT)
    assert refused.value.code == "upload.too_many_pixels"


async def test_a_broken_off_upload_leaves_nothing(tmp_path: Path) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"\xff\xd8\xff"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await Blobs(tmp_path).put(breaks(), limit=LIMIT)
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", ["a" * 64, "../../etc/passwd", "", "A" * 64, "a" * 63 + "/"])
async def test_what_is_not_stored_or_no_hash_is_not_found(tmp_path: Path, name: str) -> None:
    blobs = Blobs(tmp_path)
    assert not blobs.has(name)
    with pytest.raises(CourtError) as refused:
        await blobs.read(name)
    assert refused.value.code == "blob.not_found"


async def test_left_overs_of_a_killed_process_are_swept_at_start(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    kept = await blobs.put_bytes(b"{}", "application/json")
    (tmp_path / "incoming" / "orphan").write_bytes(b"half")
    assert blobs.clean() == 1
    assert blobs.clean() == 0
    assert [path.name for path in files(tmp_path)] == [kept.sha256]
    assert list((tmp_path / "incoming").iterdir()) == []
