"""The papers themselves: what stands on them, what is attached, what is refused."""

import hashlib
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from documents import kit, mediation, pki, preview, qr, receipt, scan, service, signing, transcript
from documents.data import AuthorityPlace, Rendered, SignerSlot
from documents.errors import GlyphMissing, PaperError
from documents.verdict import Verdict
from documents.verify import verify
from tests.documents.conftest import COURT, NOW, SLOTS, VERIFY_URL, Story, agreement

Make = Callable[..., Rendered]


@pytest.fixture
def make(authority: AuthorityPlace, fonts_dir: Path) -> Make:
    """Render any paper with the tests' authority."""

    def render(paper: kit.Facts) -> Rendered:
        return kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW)

    return render


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_bounded() for page in document).replace("\r\n", "")


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(PaperError) as refused:
        act()
    return refused.value.code


def test_an_agreement_says_everything_and_carries_its_data(make: Make) -> None:
    paper = agreement()
    rendered = make(paper)
    text = words(rendered.pdf)
    for phrase in (
        "人民调解协议书",
        "李䶮𬱟",
        "㛃家院子",
        "￥3,000.00元",
        "一、",
        "二、",
        "《中华人民共和国人民调解法》第三十一条",
    ):
        assert phrase in text
    assert rendered.content_sha256 == hashlib.sha256(kit.content(paper)).hexdigest()
    with pikepdf.open(BytesIO(rendered.pdf)) as document:
        attached = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
        assert document.Root.Lang == "zh-CN"
        assert b"<pdfaid:part>3</pdfaid:part>" in document.Root.Metadata.read_bytes()
        assert len(document.Root.AF) == 3
    assert attached["agreement.json"] == kit.content(paper)
    assert json.loads(attached["recording.json"])["root"] == "cd" * 32
    assert [field["field"] for field in json.loads(attached["fields.json"])["fields"]][-1] == "seal"


def test_rendering_twice_gives_the_same_pages(make: Make) -> None:
    first, second = make(agreement()), make(agreement())
    assert first.content_sha256 == second.content_sha256
    assert words(first.pdf) == words(second.pdf)


def test_an_emoji_in_a_name_is_refused_before_anything_is_printed(make: Make) -> None:
    party = replace(agreement().parties[0], name="王😀")
    with pytest.raises(GlyphMissing) as refused:
        make(agreement(parties=(party,)))
    assert "U+1F600" in refused.value.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clauses": ()}, "paper.incomplete"),
        ({"clauses": (mediation.ClauseFacts(number=1, text="  "),)}, "paper.incomplete"),
        ({"clauses": (mediation.ClauseFacts(number=2, text="付款。"),)}, "paper.clause_numbers"),
        ({"facts": "长" * 20_001}, "paper.too_long"),
        ({"signers": (SLOTS[0], SLOTS[0])}, "paper.bad_slot"),
        ({"signers": (SignerSlot(field="seal", role="申请人", name="王"),)}, "paper.bad_slot"),
    ],
)
def test_an_impossible_agreement_is_refused(make: Make, changes: dict[str, object], code: str) -> None:
    assert code_of(lambda: make(agreement(**changes))) == code


def test_text_of_users_cannot_become_marks_of_the_template(make: Make) -> None:
    text = words(make(agreement(facts="{{ 7*7 }}\x01{% raw %}\x02甲\x03")).pdf)
    assert "{{ 7*7 }}{% raw %}甲" in text


def test_thirty_parties_fit(make: Make) -> None:
    slots = tuple(SignerSlot(field=f"party_{i}", role="申请人", name=f"王{i}") for i in range(30))
    parties = tuple(replace(agreement().parties[0], name=f"王{i}") for i in range(30))
    rendered = make(agreement(parties=parties, signers=slots))
    with pikepdf.open(BytesIO(rendered.pdf)) as document:
        fields = [field for field in document.Root.AcroForm.Fields if field.FT == "/Sig"]
        assert len(fields) == 31
        for field in fields:
            left, bottom, right, top = (float(value) for value in field.Rect)
            assert 0 < left < right < 596
            assert 60 < bottom < top < 842


def test_the_signature_block_is_never_alone_on_its_page(make: Make) -> None:
    for length in range(0, 600, 60):
        rendered = make(agreement(facts="两家相邻多年，因通行发生争议。" * (1 + length // 15)))
        last = pypdfium2.PdfDocument(rendered.pdf)[rendered.pages - 1].get_textpage().get_text_bounded()
        before = last.split("申请人（签名）")[0]
        assert len([line for line in before.splitlines() if len(line) > 3]) >= 2


def test_the_seal_stands_over_the_date(make: Make) -> None:
    rendered = make(agreement())
    with pikepdf.open(BytesIO(rendered.pdf)) as document:
        seal = next(field for field in document.Root.AcroForm.Fields if field.T == "seal")
        left, bottom, right, top = (float(v) for v in seal.Rect)
    page = pypdfium2.PdfDocument(rendered.pdf)[rendered.pages - 1].get_textpage()
    start = page.get_text_bounded().rindex("2026年11月22日")
    found = page.search("2026年11月22日")
    places = []
    while (hit := found.get_next()) is not None:
        places.append(page.get_charbox(hit[0]))
    assert start > 0
    date = places[-1]
    assert left < date[0] < right
    assert bottom < date[1] < date[3] < top
    assert round(right - left) == round(42 * 72 / 25.4)


def test_a_transcript_of_any_length_is_set(make: Make) -> None:
    lines = tuple(
        transcript.SpokenLine(speaker="申请人王建国", text=f"第{i}句，路被堵了。", at=NOW, offset_ms=1000 * i)
        for i in range(700)
    )
    paper = transcript.MediationTranscript(
        number="纠〔2026〕000001号",
        cause="相邻通行纠纷",
        body_name=COURT,
        begins_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        place="兴隆镇龙洞村",
        public=False,
        attendance=(
            transcript.Attendance(role="申请人", name="王建国", mode="车载现场", identity="身份证核验"),
        ),
        lines=lines,
        signers=SLOTS,
    )
    rendered = make(paper)
    text = words(rendered.pdf)
    assert rendered.pages > 30
    assert f"第{rendered.pages}页/共{rendered.pages}页" in text
    assert "第699句，路被堵了。〔00:11:39〕" in text
    assert rendered.content_sha256 == hashlib.sha256(kit.content(paper)).hexdigest()


@pytest.mark.parametrize("sheet", list(receipt.Sheet))
@pytest.mark.parametrize("kind", list(receipt.ReceiptKind))
def test_a_receipt_is_one_page_with_its_code(
    fonts_dir: Path, kind: receipt.ReceiptKind, sheet: receipt.Sheet
) -> None:
    paper = receipt.ReceiptPaper(
        kind=kind,
        number="纠〔2026〕000001号",
        query_code="4821900357",
        query_url="https://court.example/query#4821900357",
        name="李䶮𬱟",
        other_side="王建国",
        summary="邻居堆砖石占了通道，三轮车过不去。" * 10,
        registered_at=NOW,
        body_name=COURT,
        phone="12368",
        materials=12,
        sheet=sheet,
    )
    rendered = receipt.render(paper, fonts_dir=fonts_dir, now=NOW)
    assert rendered.pages == 1
    assert "48219 00357" in words(rendered.pdf)
    assert read_code(rendered.pdf, 0) == paper.query_url


def test_a_service_return_is_one_page_with_two_signers(make: Make) -> None:
    paper = service.ServiceReturn(
        number="（2026）渝0235送1号",
        matter_number="纠〔2026〕000001号",
        cause="相邻通行纠纷",
        body_name=COURT,
        recipient="李䶮𬱟",
        place="兴隆镇龙洞村",
        papers=(service.ServedPaper(name="调解协议", copies=1),),
        method="直接送达",
        served_at=NOW,
        signers=(
            SignerSlot(field="recipient", role="受送达人", name="李䶮𬱟"),
            SignerSlot(field="server", role="送达人", name="赵昇"),
        ),
    )
    rendered = make(paper)
    assert rendered.pages == 1
    assert "调解协议　1份" in words(rendered.pdf)


def read_code(pdf: bytes, page: int, dpi: int = 150) -> str:
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil()
    codes = zxingcpp.read_barcodes(picture)
    assert len(codes) == 1
    text: str = codes[0].text
    return text


def test_the_code_reads_back_from_150_dpi_and_ties_to_the_attached_content(
    story: Story, trust: pki.Trust
) -> None:
    pages = preview.page_count(story.sealed)
    facts = qr.check(read_code(story.sealed, pages - 1), trust)
    assert facts.number == "（2026）兴隆人调字第12号"
    assert facts.names == ("王建国", "李䶮𬱟")
    assert verify(story.sealed, trust, now=NOW + timedelta(hours=1)).content_sha256.startswith(
        facts.content_sha256
    )


def test_a_forged_foreign_or_broken_code_is_named(authority: AuthorityPlace, trust: pki.Trust) -> None:
    facts = qr.PaperFacts(
        kind="调解协议", number="1", names=("王",), made_on="2026-11-22", content_sha256="ab" * 32
    )
    text = qr.issue(facts, authority=authority, verify_url=VERIFY_URL)
    assert qr.check(text, trust).names == ("王",)
    assert code_of(lambda: qr.check(text, replace(trust, qr_keys=()))) == "qr.unknown_key"
    for index in range(len(VERIFY_URL) + 1, len(text), 7):
        changed = text[:index] + ("B" if text[index] == "A" else "A") + text[index + 1 :]
        assert code_of(lambda text=changed: qr.check(text, trust)).startswith("qr.")  # type: ignore[misc]
    for nonsense in ("", "#", "https://court.example/", "#%%%", "#" + "A" * 5000, "#😀"):
        assert code_of(lambda text=nonsense: qr.check(text, trust)) == "qr.malformed"  # type: ignore[misc]


def test_many_names_are_cut_to_fit_300_bytes(authority: AuthorityPlace, trust: pki.Trust) -> None:
    names = tuple(f"欧阳建国{i}" for i in range(40))
    facts = qr.PaperFacts(
        kind="调解协议", number="1", names=names, made_on="2026-11-22", content_sha256="ab" * 32
    )
    read = qr.check(qr.issue(facts, authority=authority, verify_url=VERIFY_URL), trust)
    assert read.names[-1] == "等40人"
    assert read.names[0] == names[0]


def picture(mode: str = "JPEG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (1240, 1754), (250, 250, 246)).save(out, mode)
    return out.getvalue()


def scanned(sheets: tuple[bytes, ...]) -> scan.ScannedPaper:
    return scan.ScannedPaper(
        title="调解协议",
        number="（2026）渝0235调1号",
        body_name=COURT,
        printed_sha256="ab" * 32,
        content_sha256="cd" * 32,
        sheets=sheets,
        signed_by=agreement().parties,
        signed_at=NOW,
        scanned_by="赵昇",
    )


@pytest.fixture
def scan_of(authority: AuthorityPlace, fonts_dir: Path) -> Callable[[scan.ScannedPaper], Rendered]:
    """Draw a scanned paper with the tests' authority."""

    def render(paper: scan.ScannedPaper) -> Rendered:
        return scan.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW)

    return render


def test_a_scanned_paper_is_sealed_and_passes(
    scan_of: Make, authority: AuthorityPlace, trust: pki.Trust, fonts_dir: Path
) -> None:
    rendered = scan_of(scanned((picture("JPEG"), picture("PNG"))))
    assert rendered.pages == 3
    sealed = signing.seal(rendered.pdf, authority=authority, fonts_dir=fonts_dir, now=NOW).pdf
    report = verify(sealed, trust, now=NOW + timedelta(hours=1))
    assert report.verdict is Verdict.PASSED
    assert report.content_sha256 == rendered.content_sha256


def test_what_is_no_picture_is_not_scanned(scan_of: Make) -> None:
    assert code_of(lambda: scan_of(scanned((b"%PDF-1.7",)))) == "scan.not_image"
    assert code_of(lambda: scan_of(scanned(()))) == "scan.too_many"
    assert code_of(lambda: scan_of(scanned((picture()[:400],)))) == "scan.not_image"
    assert code_of(lambda: scan_of(scanned((bytes(10 * 1024 * 1024 + 1),)))) == "scan.too_large"


def test_a_wet_paper_has_lines_and_no_fields(make: Make) -> None:
    rendered = make(agreement(wet=True))
    assert "申请人（签名或捺印）" in words(rendered.pdf)
    assert code_of(lambda: signing.required_fields(rendered.pdf)) == "signing.no_fields"


def test_preview_is_a_picture_with_the_seal_and_bounded(story: Story) -> None:
    last = preview.page_count(story.sealed) - 1
    with Image.open(BytesIO(preview.page_png(story.sealed, last, width=5000))) as image:
        assert image.width == 2400
        colours = image.convert("RGB").resize((600, 849)).getcolors(600 * 849) or []
    assert sum(count for count, (red, green, blue) in colours if red > 150 and green < 90 and blue < 90) > 200
    assert code_of(lambda: preview.page_png(story.sealed, 99)) == "preview.no_page"
    for nonsense in (b"", b"\xff\xd8\xff", b"%PDF-1.7\n"):
        assert code_of(lambda data=nonsense: preview.page_count(data)) == "preview.unreadable"  # type: ignore[misc]


def test_errors_cross_the_process_pool() -> None:
    import pickle

    from documents.errors import glyph_missing

    error = pickle.loads(pickle.dumps(glyph_missing("😀")))
    assert (error.code, error.params["codepoint"]) == ("paper.glyph_missing", "U+1F600")


def test_poppler_draws_every_page_without_complaint(story: Story, saved: Callable[[bytes], Path]) -> None:
    from tests.conftest import need

    said = subprocess.run(
        [need("pdftoppm"), "-r", "30", "-png", saved(story.sealed)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert said.stderr == b""
