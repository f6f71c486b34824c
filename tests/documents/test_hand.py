"""One who cannot write, one who would not sign: what stands in the field, what the checkers say, and the signed record."""

import base64
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from documents import handed_in, kit, signing
from documents.data import AuthorityPlace, Fingerprint, Manner, SignerSlot
from documents.errors import PaperError, SigningRefused
from documents.evidence import check_record, hand_record, with_files
from documents.hand import fingerprint
from documents.pki import Trust
from documents.verdict import Verdict
from documents.verify import verify
from tests.conftest import need
from tests.documents.conftest import NOW, SLOTS, VERIFY_URL, agreement, handwriting, make_authority, sign

CANNOT = replace(SLOTS[0], manner=Manner.FINGERPRINT)
WITNESS = SignerSlot(field="witness_1", role="见证人", name="李大爷")
REFUSES = SLOTS[1]
WORDS = ("王建国不会书写，", "本人捺印", "见证人李大爷")


def inked(size: tuple[int, int] = (1200, 900)) -> bytes:
    """A thumb on a sheet under the document camera: ridges on grey paper."""
    sheet = Image.new("RGB", size, (205, 203, 198))
    pen = ImageDraw.Draw(sheet)
    x, y = size[0] * 0.55, size[1] * 0.45
    for ring in range(14, 150, 9):
        box = (x - ring * 0.7, y - ring, x + ring * 0.7, y + ring)
        pen.arc(box, 20 + ring % 40, 330 - ring % 30, fill=(150, 30, 35), width=5)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture(scope="module")
def steps(authority: AuthorityPlace, fonts_dir: Path) -> list[signing.Signed]:
    return played(authority, fonts_dir)


def played(authority: AuthorityPlace, fonts_dir: Path) -> list[signing.Signed]:
    """A print, its witness, one who would not sign, the mediator; then the seal."""
    paper = agreement(signers=(CANNOT, WITNESS, REFUSES, SLOTS[2]))
    pdf = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW).pdf
    left = fingerprint(inked())
    made = [
        sign(
            pdf,
            CANNOT,
            authority,
            left=left,
            words=WORDS,
            fonts_dir=fonts_dir,
            manner=Manner.FINGERPRINT,
            witness="李大爷",
            read_aloud="调解员张翀逐条宣读全文，本人表示听清并同意。",
        )
    ]
    made.append(sign(made[-1].pdf, WITNESS, authority, now=NOW + timedelta(seconds=20), seed=2))
    refusal = {"manner": Manner.REFUSED, "reason": "认为金额太低", "noted_by": "陈书宁"}
    said = ("李䶮𬱟拒绝签名，", "记明人陈书宁", "见证人李大爷")
    made.append(
        sign(
            made[-1].pdf,
            REFUSES,
            authority,
            now=NOW + timedelta(seconds=40),
            words=said,
            fonts_dir=fonts_dir,
            **refusal,
        )
    )
    made.append(sign(made[-1].pdf, SLOTS[2], authority, now=NOW + timedelta(minutes=1), seed=4))
    made.append(
        signing.seal(made[-1].pdf, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2))
    )
    return made


def test_poppler_and_our_own_checker_accept_every_step(
    steps: list[signing.Signed], saved: Callable[[bytes], Path], trust: Trust
) -> None:
    pdfsig = need("pdfsig")
    for count, step in enumerate(steps, start=1):
        said = subprocess.run(
            [pdfsig, saved(step.pdf)], capture_output=True, text=True, check=False, timeout=60
        ).stdout
        assert said.count("Signature Validation: Signature is Valid.") == count
    report = verify(steps[-1].pdf, trust, now=NOW + timedelta(minutes=5))
    assert report.verdict is Verdict.PASSED, report.reasons
    assert [s.role for s in report.signatures][:4] == ["申请人", "见证人", "被申请人（拒绝签名）", "调解员"]
    assert len(steps[-1].pdf) < 550_000


def test_the_field_shows_the_print_and_the_words(
    steps: list[signing.Signed], saved: Callable[[bytes], Path], tmp_path: Path
) -> None:
    drawn = tmp_path / "page"
    subprocess.run(
        [need("pdftoppm"), "-r", "100", "-png", saved(steps[-2].pdf), drawn], check=True, timeout=60
    )
    pages = [Image.open(each).convert("RGB") for each in sorted(tmp_path.glob("page*.png"))]
    red = [ImageChops.subtract(*page.split()[:2]).point(lambda v: v > 60 and 255) for page in pages]
    assert max(each.histogram()[255] for each in red) > 400, "a red print stands on the page"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0broken"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PaperError) as refused:
        fingerprint(data)
    assert refused.value.code == "print.not_picture"


@pytest.mark.parametrize("grey", [255, 120])
def test_an_empty_sheet_is_no_print(grey: int) -> None:
    out = BytesIO()
    Image.new("L", (800, 600), grey).save(out, "PNG")
    with pytest.raises(PaperError) as refused:
        fingerprint(out.getvalue())
    assert refused.value.code == "print.empty"


def test_a_mark_needs_ink_and_a_name_needs_strokes(authority: AuthorityPlace, fonts_dir: Path) -> None:
    pdf = kit.render(
        agreement(), fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW
    ).pdf
    with pytest.raises(SigningRefused) as refused:
        sign(pdf, SLOTS[0], authority, left=Fingerprint(picture=b"no jpeg"), manner=Manner.WRITTEN)
    assert refused.value.code == "signing.no_strokes"


def test_the_signed_record_stands_alone_and_any_change_is_told(
    steps: list[signing.Signed], trust: Trust, tmp_path_factory: pytest.TempPathFactory
) -> None:
    hand = hand_record(fingerprint(inked()))
    whole = with_files(steps[0].record, {"hand": hand})
    told = check_record(whole, trust)
    assert (told.problems, told.files) == ((), ("hand",))
    assert told.record["witness"] == "李大爷"
    changed = json.loads(whole)
    changed["record"]["witness"] = "别人"
    assert check_record(json.dumps(changed).encode(), trust).problems == ("evidence.changed",)
    changed = json.loads(whole)
    changed["files"]["hand"] = base64.b64encode(b"other").decode()
    assert check_record(json.dumps(changed).encode(), trust).problems == ("evidence.file_changed",)
    stranger = make_authority(tmp_path_factory.mktemp("stranger"))
    from documents import pki

    assert check_record(whole, pki.trust(stranger.directory)).problems == ("evidence.unknown_issuer",)
    for hostile in (b"", b"{", b'{"record": []}', b"[" * 10_000, b'{"record":{},"certificate":"AA=="}'):
        assert check_record(hostile, trust).problems == ("evidence.unreadable",)


def test_the_check_of_files_takes_records_too(steps: list[signing.Signed], trust: Trust) -> None:
    whole = with_files(steps[0].record, {"hand": hand_record(fingerprint(inked()))})
    for data, verdict, code in (
        (whole, Verdict.PASSED, "evidence.passed"),
        (steps[0].record, Verdict.INDETERMINATE, "evidence.file_missing"),
        (whole.replace("李大爷".encode(), "李二爷".encode()), Verdict.FAILED, "evidence.changed"),
        (whole[: len(whole) // 2] + b'"kind":"signing-evidence"', Verdict.FAILED, "evidence.unreadable"),
    ):
        report = handed_in.check(data, trust, now=NOW)
        assert (report.verdict, report.reasons[0].code) == (verdict, code)


def test_a_written_name_is_recorded_the_same_way(steps: list[signing.Signed], trust: Trust) -> None:
    told = check_record(with_files(steps[1].record, {"hand": hand_record(handwriting(2))}), trust)
    assert told.problems == ()
    assert told.record["manner"] == "written"
