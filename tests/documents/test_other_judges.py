"""Our signatures before other people's programs: Poppler's pdfsig, plain pyHanko and, on Java, EU DSS."""

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from documents import kit, pki, registry, signing
from documents.data import AuthorityPlace, SignerSlot
from tests.conftest import need
from tests.documents import attacks as by
from tests.documents.conftest import NOW, VERIFY_URL, Story, agreement, play, sign
from tests.documents.judges import dss

FIVE = (
    SignerSlot(field="party_1", role="申请人", name="王建国"),
    SignerSlot(field="party_2", role="被申请人", name="李䶮𬱟"),
    SignerSlot(field="agent_1", role="委托代理人", name="欧阳骉"),
    SignerSlot(field="mediator", role="调解员", name="张翀"),
    SignerSlot(field="clerk", role="记录员", name="陈昇"),
)


@pytest.fixture(scope="module")
def five(authority: AuthorityPlace, fonts_dir: Path) -> Story:
    return play(agreement(signers=FIVE), authority, fonts_dir)


def pdfsig(path: Path) -> str:
    done = subprocess.run([need("pdfsig"), path], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout


def accepted(said: str, signatures: int) -> bool:
    return said.count("Signature is Valid.") == signatures and "invalid" not in said.lower()


def plain_pyhanko(pdf: bytes, trust: pki.Trust) -> list[bool]:
    """pyHanko's own word on each signature, without our policy: intact, valid, unchanged, trusted."""

    async def judged() -> list[bool]:
        context = ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(root) for root in trust.roots],
            moment=NOW + timedelta(minutes=5),
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        return [
            (await async_validate_pdf_signature(each, context, context)).bottom_line
            for each in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        ]

    return asyncio.run(judged())


def test_five_signers_and_a_seal_stay_valid_at_every_step(
    five: Story, trust: pki.Trust, saved: Callable[[bytes], Path]
) -> None:
    for count, pdf in enumerate((*five.steps[1:], five.sealed), start=1):
        assert accepted(pdfsig(saved(pdf)), count)
        assert plain_pyhanko(pdf, trust) == [True] * count


def signed_whole(name: str, authority: AuthorityPlace, fonts_dir: Path) -> tuple[bytes, int]:
    """A kind's sample signed by all who must, sealed where it bears one; how many signatures that are."""
    paper = replace(registry.sample(name), wet=False)
    pdf = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW).pdf
    for index, slot in enumerate(paper.slots()):
        pdf = sign(pdf, slot, authority, now=NOW + timedelta(seconds=index), seed=index).pdf
    if kit.sealed(paper):
        pki.add_seal(authority, signing.required_fields(pdf)[-1].name, now=NOW - timedelta(hours=1))
        pdf = signing.seal(pdf, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2)).pdf
    return pdf, len(paper.slots()) + kit.sealed(paper)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(registry.kinds()))
def test_every_signature_of_every_kind_is_accepted(
    name: str, authority: AuthorityPlace, trust: pki.Trust, fonts_dir: Path, saved: Callable[[bytes], Path]
) -> None:
    pdf, signatures = signed_whole(name, authority, fonts_dir)
    if signatures:
        assert accepted(pdfsig(saved(pdf)), signatures)
        assert plain_pyhanko(pdf, trust) == [True] * signatures


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_eu_dss_calls_every_sealed_kind_baseline_lta_and_passes_every_signature(
    five: Story, authority: AuthorityPlace, fonts_dir: Path, tmp_path: Path
) -> None:
    files = [tmp_path / "five.pdf"]
    files[0].write_bytes(five.sealed)
    for name in sorted(registry.kinds()):
        if kit.sealed(registry.sample(name)):
            files.append(tmp_path / f"{name}.pdf")
            files[-1].write_bytes(signed_whole(name, authority, fonts_dir)[0])
    said = dss(authority.directory / "root.pem", NOW + timedelta(hours=1), files)
    assert {each.file for each in said} == {file.name for file in files}
    assert [each for each in said if each.indication not in ("TOTAL_PASSED", "PASSED")] == []
    signatures = [each for each in said if not each.field.startswith("time-stamp:")]
    assert {each.level for each in signatures} == {"PAdES-BASELINE-LTA"}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_eu_dss_refuses_a_changed_paper(five: Story, authority: AuthorityPlace, tmp_path: Path) -> None:
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(by.flipped(5000)(five.sealed))
    said = dss(authority.directory / "root.pem", NOW + timedelta(hours=1), [forged])
    assert {each.indication for each in said if not each.field.startswith("time-stamp:")} == {"TOTAL_FAILED"}
