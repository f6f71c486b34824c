"""What a checker says of honest, damaged, hostile and strange files."""

import random
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from documents import keys, pki, signing
from documents.coverage import coverage
from documents.data import AuthorityPlace
from documents.verdict import Report, Verdict
from documents.verify import verify
from tests.documents.conftest import NOW, SLOTS, Story, agreement, make_authority, play, sign

LATER = NOW + timedelta(hours=1)


def codes(report: Report) -> set[str]:
    return {reason.code for reason in report.reasons}


def test_a_sealed_paper_passes_and_names_every_signer(story: Story, trust: pki.Trust) -> None:
    report = verify(story.sealed, trust, now=LATER)
    assert report.verdict is Verdict.PASSED
    assert [(s.field, s.signer, s.role) for s in report.signatures[:3]] == [
        (slot.field, slot.name, slot.role) for slot in SLOTS
    ]
    assert [s.field for s in report.signatures] == ["party_1", "party_2", "mediator", "seal", "timestamp"]
    assert {s.indication for s in report.signatures} == {"TOTAL-PASSED"}
    assert report.content_sha256 == story.content_sha256
    assert report.as_json()["verdict"] == "TOTAL-PASSED"


@pytest.mark.parametrize("days", [10, 300, 800, 3650, 10_000])
def test_a_sealed_paper_still_passes_after_the_signers_certificates_expired(
    story: Story, trust: pki.Trust, days: int
) -> None:
    assert verify(story.sealed, trust, now=NOW + timedelta(days=days)).verdict is Verdict.PASSED


def test_a_paper_rolled_back_before_its_seal_fails(story: Story, trust: pki.Trust) -> None:
    ends = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", story.sealed)]
    assert len(ends) == 6
    for end in ends[:-1]:
        report = verify(story.sealed[:end], trust, now=LATER)
        assert report.verdict is not Verdict.PASSED
        assert codes(report) & {"verify.field_empty", "verify.no_timestamp"}


def test_every_step_on_the_way_is_incomplete_but_unharmed(story: Story, trust: pki.Trust) -> None:
    for step in story.steps[1:]:
        report = verify(step, trust, now=LATER)
        assert "verify.field_empty" in codes(report)
        assert not codes(report) & {"verify.hash_failure", "verify.changed_after_signing", "verify.outside"}


def test_a_signature_without_proof_of_status_is_left_open_and_the_reader_is_told_to_wait_for_the_seal(
    story: Story, trust: pki.Trust
) -> None:
    """B-T carries no proof of status: EN 319 102-1 says TRY_LATER, "additional revocation information" may prove it."""
    report = verify(story.steps[-1], trust, now=LATER)
    assert {(each.indication, each.sub_indication) for each in report.signatures} == {
        ("INDETERMINATE", "TRY_LATER")
    }
    (told,) = {each.todo for each in report.reasons if each.code == "verify.no_status"}
    assert "等盖章后再查" in told


def flipped(data: bytes, position: int, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[position] ^= 1 << bit
    return bytes(changed)


@pytest.mark.parametrize(
    "step", [5, pytest.param(1, marks=pytest.mark.slow)], ids=["every fifth", "every one"]
)
def test_any_flipped_byte_of_the_last_revision_is_found(story: Story, step: int) -> None:
    data = story.sealed
    start = [match.end() for match in re.finditer(rb"%%EOF\r?\n?", data)][-2]
    chance = random.Random(4)
    positions = range(start + chance.randrange(step), len(data), step)
    assert [p for p in positions if not caught(flipped(data, p, chance.randrange(8)))] == []


def caught(data: bytes) -> bool:
    seen = coverage(data)
    return not seen.whole or not seen.stamped or seen.digest_differs or seen.loose or not seen.own_form


def test_any_flipped_byte_elsewhere_is_found(story: Story) -> None:
    chance = random.Random(5)
    positions = [chance.randrange(len(story.sealed)) for _ in range(600)]
    assert [p for p in positions if not caught(flipped(story.sealed, p, chance.randrange(8)))] == []


def test_a_flipped_byte_fails_the_whole_verdict(story: Story, trust: pki.Trust) -> None:
    chance = random.Random(6)
    size = len(story.sealed)
    places = [
        0,
        6,
        size - 1,
        size - 9,
        coverage(story.sealed).start,
        *(chance.randrange(size) for _ in range(12)),
    ]
    for position in places:
        report = verify(flipped(story.sealed, position, chance.randrange(8)), trust, now=LATER)
        assert report.verdict is not Verdict.PASSED, position


@pytest.mark.parametrize("tail", [b"\n", b" ", b"%%EOF\n", b"9 0 obj\n<</X 1>>\nendobj\n"])
def test_junk_after_the_end_fails(story: Story, trust: pki.Trust, tail: bytes) -> None:
    report = verify(story.sealed + tail, trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    assert "verify.outside" in codes(report) or "verify.unreadable" in codes(report)


def updated(data: bytes, change: str) -> bytes:
    """An incremental update as an attacker would append it."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(data))
    name = generic.pdf_name
    if change == "page":
        page = writer.root["/Pages"]["/Kids"][0]
        stream = writer.add_object(generic.StreamObject(stream_data=b"0 0 1 rg 100 100 200 200 re f"))
        page[name("/Contents")] = stream
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    elif change == "action":
        writer.root[name("/OpenAction")] = generic.DictionaryObject(
            {name("/S"): name("/JavaScript"), name("/JS"): generic.pdf_string("app.alert(1)")}
        )
        writer.update_root()
    elif change == "title":
        writer.set_info(generic.DictionaryObject({name("/Title"): generic.pdf_string("别的文书")}))
    elif change == "annotation":
        page = writer.root["/Pages"]["/Kids"][0]
        stamp = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name("/Stamp"),
                name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 300, 300)]),
            }
        )
        page[name("/Annots")] = generic.ArrayObject([*page.get("/Annots", []), writer.add_object(stamp)])
        writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("change", ["page", "action", "title", "annotation"])
def test_an_update_after_the_seal_fails(story: Story, trust: pki.Trust, change: str) -> None:
    assert verify(updated(story.sealed, change), trust, now=LATER).verdict is Verdict.FAILED


@pytest.mark.parametrize("change", ["page", "action", "annotation"])
def test_an_update_between_signatures_fails_even_when_the_seal_follows(
    story: Story, trust: pki.Trust, authority: AuthorityPlace, fonts_dir: Path, change: str
) -> None:
    slipped = updated(story.steps[-1], change)
    sealed = signing.seal(
        slipped, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=3)
    ).pdf
    report = verify(sealed, trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    assert "verify.changed_after_signing" in codes(report)


def test_replaced_metadata_between_signatures_is_named(
    story: Story, trust: pki.Trust, authority: AuthorityPlace, fonts_dir: Path
) -> None:
    slipped = updated(story.steps[-1], "title")
    sealed = signing.seal(
        slipped, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=3)
    ).pdf
    assert "verify.metadata" in codes(verify(sealed, trust, now=LATER))


def test_an_impostor_authority_of_the_same_name_is_not_believed(
    tmp_path: Path, trust: pki.Trust, fonts_dir: Path
) -> None:
    impostor = make_authority(tmp_path / "impostor")
    forged = play(agreement(), impostor, fonts_dir)
    report = verify(forged.sealed, trust, now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert "verify.unknown_issuer" in codes(report)
    assert {s.sub_indication for s in report.signatures} == {"NO_CERTIFICATE_CHAIN_FOUND"}


def test_a_signature_by_another_person_is_named(
    story: Story,
    trust: pki.Trust,
    authority: AuthorityPlace,
    fonts_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issue = pki.Authority.issue_event_certificate
    with monkeypatch.context() as patch:
        patch.setattr(
            pki.Authority,
            "issue_event_certificate",
            lambda self, name, role, digest, now: issue(self, "赵昇", role, digest, now),
        )
        wrong = sign(story.steps[2], SLOTS[2], authority).pdf
    sealed = signing.seal(wrong, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2)).pdf
    report = verify(sealed, trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    assert "verify.wrong_signer" in codes(report)


def test_a_certificate_revoked_before_the_signature_is_named(tmp_path: Path, fonts_dir: Path) -> None:
    place = make_authority(tmp_path / "revoking")
    story = play(agreement(), place, fonts_dir)
    opened = pki.open_authority(place)
    seal = opened.seal(agreement().body_name).certificate
    later = NOW + timedelta(minutes=3)
    resealed = signing.seal(
        story.steps[-1], authority=place, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=5)
    ).pdf
    assert verify(resealed, pki.trust(place.directory), now=LATER).verdict is Verdict.PASSED
    keys.revoke(place, seal.serial_number, now=LATER, at=later, reason=keys.REASONS["compromise"])
    report = verify(resealed, pki.trust(place.directory), now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert "verify.revoked" in codes(report)
    # What was sealed before stays proven.
    assert verify(story.sealed, pki.trust(place.directory), now=LATER).verdict is Verdict.PASSED


def test_a_rehearsal_paper_passes_under_the_installations_root_but_says_so(
    tmp_path: Path, authority: AuthorityPlace, trust: pki.Trust, fonts_dir: Path
) -> None:
    rehearsal = make_authority(tmp_path / "rehearsal", parent=authority)
    story = play(agreement(rehearsal=True), rehearsal, fonts_dir)
    report = verify(story.sealed, trust, now=LATER)
    assert report.verdict is Verdict.PASSED
    assert report.rehearsal
    assert "verify.rehearsal" in codes(report)


def test_a_file_outside_the_register_is_not_confirmed(story: Story, trust: pki.Trust) -> None:
    passed = verify(story.sealed, trust, now=LATER)
    assert (
        verify(story.sealed, trust, now=LATER, registered=frozenset({passed.sha256})).verdict
        is Verdict.PASSED
    )
    report = verify(story.sealed, trust, now=LATER, registered=frozenset({"00" * 32}))
    assert report.verdict is Verdict.INDETERMINATE
    assert "verify.not_registered" in codes(report)


def encrypted() -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def bomb() -> bytes:
    """A list of fields that unpacks to 100 MB."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["fields.json"] = pikepdf.AttachedFileSpec(document, b" " * 100_000_000)
        document.save(out, compress_streams=True)
    return out.getvalue()


def recursive() -> bytes:
    nest = b"<</A " * 5000 + b"1" + b">>" * 5000
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm " + nest + b">>\nendobj\n"
    return (
        body
        + b"2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 1>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "verify.empty"),
        (b"\xff\xd8\xff\xe0JFIF", "verify.not_pdf"),
        (b"%PDF-1.7\n", "verify.unreadable"),
        (b"%PDF-1.7\n" + b"\x00" * 5_000_000, "verify.unreadable"),
        (b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * 200_000, "verify.unreadable"),
        (bomb(), "verify.unreadable"),
        (encrypted(), "verify.encrypted"),
        (recursive(), "verify.unreadable"),
    ],
    ids=["empty", "jpeg", "header only", "zeros", "ranges", "bomb", "encrypted", "recursive"],
)
def test_absurd_files_get_a_clear_reason(data: bytes, code: str, trust: pki.Trust) -> None:
    report = verify(data, trust, now=LATER)
    assert report.verdict is not Verdict.PASSED
    assert code in codes(report)


def test_truncated_and_shuffled_files_never_raise(story: Story, trust: pki.Trust) -> None:
    chance = random.Random(7)
    for _ in range(40):
        cut = chance.randrange(10, len(story.sealed))
        assert verify(story.sealed[:cut], trust, now=LATER).verdict is not Verdict.PASSED
        swapped = story.sealed[cut:] + story.sealed[:cut]
        assert verify(swapped, trust, now=LATER).verdict is not Verdict.PASSED


def test_an_unsigned_foreign_file_is_not_confirmed(trust: pki.Trust) -> None:
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out)
    report = verify(out.getvalue(), trust, now=LATER)
    assert report.verdict is Verdict.INDETERMINATE
    assert codes(report) == {"verify.no_signature"}
