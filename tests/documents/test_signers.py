"""A seal's key in a token or at a service: papers are as good as those of a file, and every failure has clear words."""

import asyncio
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from documents import keys, pki, signing, signing_service, timestamp
from documents.certificates import HeldKey
from documents.data import AuthorityPlace, ServicePlace, TokenPlace
from documents.errors import PaperError
from documents.trust import TrustedFor, believe, believe_list
from documents.verify import Verdict, verify
from tests.conftest import need
from tests.documents.conftest import COMMITTEE, NOW, Story
from tests.documents.signing_server import SECRET, Foreign, Service, serving

MODULE = next(
    (
        path
        for path in (
            Path("/usr/lib/softhsm/libsofthsm2.so"),
            Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
            Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
        )
        if path.exists()
    ),
    Path("/nowhere"),
)
PIN = "482913"
LATER = NOW + timedelta(hours=2)


def copy_of(authority: AuthorityPlace, folder: Path) -> AuthorityPlace:
    shutil.copytree(authority.directory, folder / "authority")
    return replace(authority, directory=folder / "authority")


def sealed(story: Story, place: AuthorityPlace, fonts_dir: Path, now: datetime = NOW) -> bytes:
    return signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=now).pdf


def refusal(story: Story, place: AuthorityPlace, fonts_dir: Path) -> PaperError:
    with pytest.raises(PaperError) as refused:
        sealed(story, place, fonts_dir)
    return refused.value


@pytest.fixture(scope="module")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A token "court" with a user PIN, in a folder of this module's own."""
    tool = need("softhsm2-util")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    command = [tool, "--init-token", "--free", "--label", "court", "--pin", PIN, "--so-pin", "73519264"]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    pin = folder / "pin"
    pin.write_text(PIN)
    pin.chmod(0o600)
    yield folder
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def test_a_seal_in_a_token_is_enrolled_used_changed_and_refused_in_words(
    story: Story, authority: AuthorityPlace, softhsm: Path, tmp_path: Path, fonts_dir: Path
) -> None:
    token = TokenPlace(body_name=COMMITTEE, module=MODULE, token="court", pin_file=softhsm / "pin")
    place = replace(copy_of(authority, tmp_path), seals=(token,))
    wrong_pin = tmp_path / "wrong"
    wrong_pin.write_text("000000")
    wrong_pin.chmod(0o644)
    wrong = replace(place, seals=(replace(token, pin_file=wrong_pin),))
    assert refusal(story, wrong, fonts_dir).code == "keys.secret_open"
    wrong_pin.chmod(0o600)
    # Often refused, offered once: the token would lock itself.
    for _ in range(12):
        assert refusal(story, wrong, fonts_dir).code == "signing.pin_wrong"
    # The certificate of the file's key does not fit what is in the token.
    assert refusal(story, place, fonts_dir).code == "signing.token_no_key"
    first = keys.rotate_seal(place, COMMITTEE, now=NOW - timedelta(hours=1))
    before = sealed(story, place, fonts_dir)
    assert pki.open_authority(place).seal(COMMITTEE).certificate == first
    second = keys.rotate_seal(place, COMMITTEE, now=NOW)
    after = sealed(story, place, fonts_dir, NOW + timedelta(minutes=1))
    assert first.serial_number != second.serial_number
    trust = pki.trust(place.directory)
    for pdf in (before, after):
        for days in (1, 800):
            report = verify(pdf, trust, now=NOW + timedelta(days=days))
            assert report.verdict is Verdict.PASSED, report.reasons
    rows = {row.owner: row for row in keys.report(place, now=LATER) if row.role == "印章"}
    assert rows[COMMITTEE].held == "密码设备 court"
    assert rows[COMMITTEE].state is keys.KeyState.GOOD

    absent = replace(place, seals=(replace(token, token="another"),))
    gone = refusal(story, absent, fonts_dir)
    assert gone.code == "signing.token_missing", gone.params
    broken = replace(place, seals=(replace(token, module=tmp_path / "nothing.so"),))
    assert refusal(story, broken, fonts_dir).code == "signing.token_failed"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(Service(Foreign(NOW), COMMITTEE, ec.generate_private_key(ec.SECP256R1()))) as running:
        yield running


def at_service(
    authority: AuthorityPlace, service: Service, folder: Path, *, whole: bool = False, seconds: int = 5
) -> AuthorityPlace:
    secret = folder / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    place = ServicePlace(
        body_name=COMMITTEE, url=service.url, secret_file=secret, whole=whole, seconds=seconds
    )
    return replace(copy_of(authority, folder), seals=(place,))


@pytest.mark.parametrize("whole", [False, True], ids=["raw signature", "whole CMS"])
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_seal_at_a_service_verifies_once_its_authority_is_believed(
    story: Story, authority: AuthorityPlace, tmp_path: Path, fonts_dir: Path, whole: bool, kind: str
) -> None:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    with serving(Service(Foreign(NOW), COMMITTEE, key)) as service:
        place = at_service(authority, service, tmp_path, whole=whole)
        root = service.authority.root.public_bytes(Encoding.PEM)
        believe(place.directory, root, TrustedFor.SEAL)
        pdf = sealed(story, place, fonts_dir)
        assert service.uses == 1
    report = verify(pdf, pki.trust(place.directory), now=LATER)
    assert report.verdict is Verdict.PASSED, report.reasons
    # Its own certificate ends in three years; the archive stamp carries the paper on.
    later = NOW + timedelta(days=4 * 365)
    assert verify(pdf, pki.trust(place.directory), now=later).verdict is Verdict.PASSED
    stranger = verify(pdf, pki.trust(authority.directory), now=LATER)
    assert "verify.unknown_issuer" in {reason.code for reason in stranger.reasons}


def test_a_seal_whose_status_only_a_revocation_list_tells_verifies_for_years(
    story: Story, authority: AuthorityPlace, tmp_path: Path, fonts_dir: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with serving(Service(Foreign(NOW), COMMITTEE, key, by_list=True)) as service:
        place = at_service(authority, service, tmp_path)
        believe(place.directory, service.authority.root.public_bytes(Encoding.PEM), TrustedFor.SEAL)
        pdf = sealed(story, place, fonts_dir)
        assert service.certificate
        service.crl = service.authority.listed(service.certificate, at=NOW - timedelta(minutes=1))
        assert refusal(story, place, fonts_dir).code == "signing.key_revoked"
        service.crl = b""
        assert refusal(story, place, fonts_dir).code == "signing.status_unavailable"
    trusted = pki.trust(place.directory)
    # The list ends in a week, the certificate in three years.
    for days in (0, 10, 800, 4 * 365):
        report = verify(pdf, trusted, now=LATER + timedelta(days=days))
        assert report.verdict is Verdict.PASSED, (days, report.reasons)
    told = service.authority.listed(service.certificate, at=NOW - timedelta(hours=1))
    warned = replace(trusted, crls=(*trusted.crls, told))
    report = verify(pdf, warned, now=LATER)
    assert "verify.revoked" in {reason.code for reason in report.reasons}


def test_a_seal_that_names_no_source_of_its_status_is_judged_by_the_lists_taken_in(
    story: Story, authority: AuthorityPlace, tmp_path: Path, fonts_dir: Path
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with serving(Service(Foreign(NOW), COMMITTEE, key, by_list=True)) as service:
        service.certificate = service.authority.issue(COMMITTEE, key)
        place = at_service(authority, service, tmp_path)
        believe(place.directory, service.authority.root.public_bytes(Encoding.PEM), TrustedFor.SEAL)
        bare = sealed(story, place, fonts_dir)
        believe_list(place.directory, service.authority.listed())
        listed = sealed(story, place, fonts_dir, NOW + timedelta(minutes=1))
        believe_list(place.directory, service.authority.listed(service.certificate, at=NOW))
        assert refusal(story, place, fonts_dir).code == "signing.key_revoked"
    trusted = pki.trust(place.directory)
    without = replace(trusted, crls=())
    # Nothing says where its status is told, and nobody has a list: it is taken as it stands.
    assert verify(bare, without, now=LATER).verdict is Verdict.PASSED
    # The list that was at hand went into the file and proves it for years.
    assert listed.count(b"/CRLs") > 0
    for days in (0, 800, 4 * 365):
        assert verify(listed, without, now=LATER + timedelta(days=days)).verdict is Verdict.PASSED
    told = verify(listed, trusted, now=LATER)
    assert "verify.revoked" in {each.code for each in told.reasons}
    early = service.authority.listed(service.certificate, at=NOW - timedelta(hours=1))
    told = verify(bare, replace(trusted, crls=(early,)), now=LATER)
    assert (told.verdict, {each.code for each in told.reasons}) == (Verdict.INDETERMINATE, {"verify.revoked"})
    foreign = Foreign(NOW).listed(service.certificate, at=NOW - timedelta(hours=1))
    assert verify(bare, replace(trusted, crls=(foreign,)), now=LATER).verdict is not Verdict.PASSED


def test_a_service_that_fails_or_is_slow_signs_once(
    story: Story,
    authority: AuthorityPlace,
    tmp_path: Path,
    fonts_dir: Path,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing_service, "PAUSE_SECONDS", 0.01)
    place = at_service(authority, service, tmp_path, seconds=1)
    believe(place.directory, service.authority.root.public_bytes(Encoding.PEM), TrustedFor.SEAL)
    service.fail = [503, 429]
    sealed(story, place, fonts_dir)
    assert service.uses == 1
    # It signed, but the answer came too late: the same request is asked for again, not a second seal.
    service.slow = 2.0
    sealed(story, place, fonts_dir, NOW + timedelta(minutes=1))
    assert service.uses == 2
    service.fail = [500, 500, 500]
    assert refusal(story, place, fonts_dir).code == "signing.service_unreachable"
    service.fail = [422]
    refused = refusal(story, place, fonts_dir)
    assert (refused.code, "稍后再试" in refused.text) == ("signing.service_refused", True)
    service.spoil = True
    other = replace(place, person_profile=place.person_profile)
    with pytest.raises(PaperError) as spoilt:
        sealed(story, other, fonts_dir, NOW + timedelta(minutes=9))
    assert spoilt.value.code == "signing.service_bad_answer"


def test_a_service_that_does_not_know_us_or_is_away_is_named(
    story: Story,
    authority: AuthorityPlace,
    tmp_path: Path,
    fonts_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing_service, "PAUSE_SECONDS", 0.01)
    with serving(Service(Foreign(NOW), COMMITTEE, ec.generate_private_key(ec.SECP256R1()))) as service:
        place = at_service(authority, service, tmp_path)
        secret = tmp_path / "secret"
        secret.write_text("not the token")
        assert refusal(story, place, fonts_dir).code == "signing.service_denied"
        with pytest.raises(PaperError, match=r"keys\.elsewhere"):
            keys.rotate_seal(place, COMMITTEE, now=NOW)
    assert refusal(story, place, fonts_dir).code == "signing.service_unreachable"
    row = next(row for row in keys.report(place, now=NOW) if row.owner == COMMITTEE)
    assert row.state is keys.KeyState.UNREACHABLE


class _Stamping(BaseHTTPRequestHandler):
    """A time-stamp service under somebody else's root."""

    stamper: timestamp.LocalTimeStamper

    def do_POST(self) -> None:
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        answer = asyncio.run(self.stamper.async_request_tsa_response(request)).dump()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return None


def test_stamps_of_another_authority_are_used_and_believed_for_time_alone(
    story: Story, authority: AuthorityPlace, tmp_path: Path, fonts_dir: Path
) -> None:
    foreign, key = Foreign(NOW), ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "theirs").mkdir()
    theirs = pki.open_authority(copy_of(authority, tmp_path / "theirs"))
    theirs.held["tsa"] = HeldKey(key, foreign.issue("某省授时中心", key, stamp=True))
    _Stamping.stamper = timestamp.LocalTimeStamper(theirs, NOW)
    (tmp_path / "ours").mkdir()
    ours = copy_of(authority, tmp_path / "ours")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Stamping) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        place = replace(ours, stamp_urls=("http://127.0.0.1:1/", url))
        assert "court keys trust" in timestamp.probe(url, place)
        unbelieved = signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=NOW)
        believe(ours.directory, foreign.root.public_bytes(Encoding.PEM), TrustedFor.STAMP)
        timestamp._resting.clear()
        assert timestamp.probe(url, place) == ""
        done = signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=NOW)
        server.shutdown()
        thread.join()
    assert "某省授时中心" not in unbelieved.stamped_by
    assert done.stamped_by[-1] == "某省授时中心"
    report = verify(done.pdf, pki.trust(ours.directory), now=LATER)
    assert report.verdict is Verdict.PASSED, report.reasons
    assert {row.stamped_by for row in report.signatures[-2:]} == {"某省授时中心"}
    stranger = verify(done.pdf, pki.trust(authority.directory), now=LATER)
    assert stranger.verdict is not Verdict.PASSED
