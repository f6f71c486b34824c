"""Who may sign when, what stands in the file, and what other people's programs say of it."""

import asyncio
import hashlib
import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import tsp
from cryptography import x509

from documents import pki, signing, timestamp
from documents.certificates import EVIDENCE_OID
from documents.data import AuthorityPlace, Handwriting, Point, SignerSlot
from documents.errors import SigningRefused
from documents.evidence import hand_record, hand_sha256
from documents.verdict import Verdict
from documents.verify import verify
from tests.conftest import need
from tests.documents.conftest import COMMITTEE, NOW, SLOTS, Story, handwriting, sign


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(SigningRefused) as refused:
        act()
    return refused.value.code


def test_fields_are_listed_in_signing_order_with_the_seal_last(story: Story) -> None:
    before = signing.required_fields(story.steps[0])
    assert [field.field for field in before] == ["party_1", "party_2", "mediator", "seal"]
    assert not any(field.filled for field in before)
    assert [field.filled for field in signing.required_fields(story.steps[2])] == [True, True, False, False]
    assert all(field.filled for field in signing.required_fields(story.sealed))


def test_signing_out_of_turn_is_refused(story: Story, authority: AuthorityPlace, fonts_dir: Path) -> None:
    pdf = story.steps[0]
    assert refusal(lambda: sign(pdf, SLOTS[1], authority)) == "signing.out_of_order"
    assert (
        refusal(lambda: signing.seal(pdf, authority=authority, fonts_dir=fonts_dir, now=NOW))
        == "signing.out_of_order"
    )


def test_signing_twice_or_after_the_seal_is_refused(
    story: Story, authority: AuthorityPlace, fonts_dir: Path
) -> None:
    assert refusal(lambda: sign(story.steps[1], SLOTS[0], authority)) == "signing.already_signed"
    again = SignerSlot(field="party_9", role="申请人", name="王建国")
    assert refusal(lambda: sign(story.steps[1], again, authority)) == "signing.unknown_field"
    assert (
        refusal(lambda: signing.seal(story.sealed, authority=authority, fonts_dir=fonts_dir, now=NOW))
        == "signing.already_signed"
    )


def test_another_persons_name_an_older_paper_or_other_strokes_are_refused(
    story: Story, authority: AuthorityPlace
) -> None:
    pdf = story.steps[0]
    assert refusal(lambda: sign(pdf, SLOTS[0], authority, name="李四")) == "signing.wrong_person"
    assert (
        refusal(lambda: sign(pdf, SLOTS[0], authority, document_sha256="00" * 32)) == "signing.stale_document"
    )
    assert (
        refusal(lambda: sign(pdf, SLOTS[0], authority, strokes_sha256="00" * 32)) == "signing.strokes_differ"
    )


def test_an_empty_or_endless_scrawl_is_refused() -> None:
    from documents.vectors import handwriting_operators

    empty = Handwriting(width=600, height=200, strokes=((Point(1, 1, 0),),))
    assert refusal(lambda: handwriting_operators(empty, 150, 44)) == "signing.no_strokes"
    endless = Handwriting(width=600, height=200, strokes=(tuple(Point(i, i, i) for i in range(20_001)),))
    assert refusal(lambda: handwriting_operators(endless, 150, 44)) == "signing.too_many_strokes"


def test_a_body_without_a_seal_is_refused(authority: AuthorityPlace) -> None:
    assert refusal(lambda: pki.open_authority(authority).seal("别的法院")) == "signing.no_seal"


def test_each_signature_has_a_certificate_of_its_own_that_carries_its_evidence(
    story: Story, authority: AuthorityPlace
) -> None:
    first = sign(story.steps[0], SLOTS[0], authority)
    second = sign(story.steps[0], SLOTS[0], authority)
    issued = [x509.load_der_x509_certificate(each.certificate) for each in (first, second)]
    assert issued[0].public_key() != issued[1].public_key()
    extension = issued[0].extensions.get_extension_for_oid(EVIDENCE_OID).value
    assert isinstance(extension, x509.UnrecognizedExtension)
    assert extension.value[2:].hex() == first.evidence_sha256


def test_evidence_and_strokes_are_hashed_as_kept() -> None:
    strokes = handwriting(3)
    assert hashlib.sha256(hand_record(strokes)).hexdigest() == hand_sha256(strokes)


def test_signing_leaves_title_author_and_producer_alone(story: Story) -> None:
    def described(pdf: bytes) -> tuple[dict[str, str], bytes]:
        with pikepdf.open(BytesIO(pdf)) as document:
            info = {key: str(value) for key, value in document.docinfo.items()}
            return info, document.Root.Metadata.read_bytes()

    assert described(story.sealed) == described(story.steps[0])


def test_each_signature_only_appends(story: Story) -> None:
    for earlier, later in zip((*story.steps, story.sealed), (*story.steps[1:], story.sealed), strict=False):
        assert later.startswith(earlier)


def test_keys_are_encrypted_and_private(authority: AuthorityPlace) -> None:
    keys = list(authority.directory.glob("*.key"))
    assert len(keys) >= 7
    for key in keys:
        assert key.stat().st_mode & 0o777 == 0o600
        assert b"ENCRYPTED PRIVATE KEY" in key.read_bytes()


def test_founding_again_changes_nothing(authority: AuthorityPlace) -> None:
    before = {path.name: path.read_bytes() for path in authority.directory.iterdir()}
    pki.found(authority, body_name="另一个名称", other_bodies=(COMMITTEE,), now=NOW)
    after = {path.name: path.read_bytes() for path in authority.directory.iterdir()}
    # A body more is a name more in what is public.
    told = before.pop("trust.json")
    assert {name: after[name] for name in before} == before
    assert set(json.loads(told)["qr_keys"]) == set(json.loads(after["trust.json"])["qr_keys"])


def test_poppler_finds_every_signature_valid(story: Story, saved: Callable[[bytes], Path]) -> None:
    pdfsig = need("pdfsig")
    for pdf, count in ((story.steps[1], 1), (story.steps[3], 3), (story.sealed, 4)):
        said = subprocess.run(
            [pdfsig, saved(pdf)], capture_output=True, text=True, check=False, timeout=60
        ).stdout
        assert said.count("Signature Validation: Signature is Valid.") == count
        assert "invalid" not in said.lower()


def test_qpdf_and_pdffonts_are_content(story: Story, saved: Callable[[bytes], Path]) -> None:
    path = saved(story.sealed)
    checked = subprocess.run(
        [need("qpdf"), "--check", path], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    fonts = subprocess.run(
        [need("pdffonts"), path], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_openssl_verifies_our_time_stamps(authority: AuthorityPlace, tmp_path: Path) -> None:
    data = tmp_path / "checkpoint"
    data.write_bytes(b"court.example/recording\n128\n")
    token = tmp_path / "token.der"
    digest = hashlib.sha256(data.read_bytes()).digest()
    token.write_bytes(timestamp.timestamp_bytes(digest, authority=authority, now=NOW))
    root = tmp_path / "root.pem"
    root.write_bytes(pki.root_pem(authority.directory))
    moment = str(int((NOW + timedelta(days=1)).timestamp()))
    command = [need("openssl"), "ts", "-verify", "-data", data, "-in", token, "-token_in", "-CAfile", root]
    command += ["-untrusted", authority.directory / "issuing.pem", "-attime", moment]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Verification: OK" in said.stdout + said.stderr
    data.write_bytes(b"another checkpoint")
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Verification: OK" not in said.stdout + said.stderr


def test_openssl_accepts_the_https_certificate(authority: AuthorityPlace, tmp_path: Path) -> None:
    chain, key = pki.server_certificate(authority, ("court.lan", "192.168.1.5"), now=NOW)
    (tmp_path / "chain.pem").write_bytes(chain)
    (tmp_path / "root.pem").write_bytes(pki.root_pem(authority.directory))
    assert b"BEGIN PRIVATE KEY" in key
    moment = str(int((NOW + timedelta(days=1)).timestamp()))
    command = [need("openssl"), "verify", "-attime", moment, "-CAfile", tmp_path / "root.pem"]
    command += ["-untrusted", tmp_path / "chain.pem", "-verify_ip", "192.168.1.5", tmp_path / "chain.pem"]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0


class _Service(BaseHTTPRequestHandler):
    """A time-stamp service of somebody else's, on loopback."""

    authority: AuthorityPlace
    asked = 0

    def do_POST(self) -> None:
        type(self).asked += 1
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        stamper = timestamp.LocalTimeStamper(pki.open_authority(self.authority), NOW + timedelta(minutes=3))
        answer = asyncio.run(stamper.async_request_tsa_response(request)).dump()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return None


def test_a_configured_service_stamps_and_its_absence_does_not_stop_the_seal(
    story: Story, authority: AuthorityPlace, trust: pki.Trust, fonts_dir: Path
) -> None:
    _Service.authority = authority
    with ThreadingHTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        pdf = story.steps[-1]
        asking = replace(authority, stamp_urls=(url,))
        by_url = signing.seal(pdf, authority=asking, fonts_dir=fonts_dir, now=NOW).pdf
        server.shutdown()
        thread.join()
    assert _Service.asked >= 2
    alone = signing.seal(pdf, authority=asking, fonts_dir=fonts_dir, now=NOW).pdf
    for sealed in (by_url, alone):
        assert verify(sealed, trust, now=NOW + timedelta(hours=1)).verdict is Verdict.PASSED
