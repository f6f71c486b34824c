"""The second profile: an SM2 record beside a sealed paper, judged by us and by OpenSSL's command line."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from court import checking
from documents import handed_in, keys, pki, second, signing, sm2_certificates
from documents.data import AuthorityPlace, SecondProfile
from documents.errors import PaperError, SigningRefused
from documents.second_judging import judge
from documents.second_record import LARGEST, Record, assemble, parse
from documents.sm2 import Sm2Key, sm3, verified
from documents.timestamp import LocalTimeStamper, token_over
from documents.verdict import Report
from tests.conftest import need
from tests.documents.conftest import COMMITTEE, COURT, NOW, agreement, make_authority, play
from tests.documents.judges import bouncy_castle

ID = "distid:1234567812345678"
SEALED = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(days=100)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> AuthorityPlace:
    made = replace(make_authority(tmp_path_factory.mktemp("second")), second=SecondProfile.SM2)
    second.found(made, body_name=COURT, other_bodies=(COMMITTEE,), now=NOW - timedelta(days=1))
    return made


@pytest.fixture(scope="module")
def steps(place: AuthorityPlace, fonts_dir: Path) -> tuple[bytes, ...]:
    return play(agreement(), replace(place, second=SecondProfile.NONE), fonts_dir).steps


@pytest.fixture(scope="module")
def sealed(place: AuthorityPlace, steps: tuple[bytes, ...], fonts_dir: Path) -> signing.Signed:
    return signing.seal(steps[-1], authority=place, fonts_dir=fonts_dir, now=SEALED)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [need("openssl"), *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def pem(certificate: x509.Certificate, path: Path) -> Path:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


def openssl_accepts(record: Record, root: x509.Certificate, folder: Path) -> list[bool]:
    """The signature over the attributes, then each certificate against the one above it.

    OpenSSL 3.0 takes the signer's identity for the first certificate alone, so a chain is asked link by link.
    """
    for name, content in (("attributes", record.attributes), ("signature", record.signature)):
        (folder / name).write_bytes(content)
    (folder / "key").write_bytes(sm2_certificates.public_key(record.certificate))
    said = openssl(
        *("pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pubin", "-keyform", "DER"),
        *("-inkey", folder / "key", "-in", folder / "attributes"),
        *("-sigfile", folder / "signature", "-pkeyopt", ID),
    )
    found = ["Signature Verified Successfully" in said.stdout]
    chain = [record.certificate, *record.issuers, root]
    for below, above in pairwise(chain):
        said = openssl(
            *(
                "verify",
                "-x509_strict",
                "-vfyopt",
                ID,
                "-partial_chain",
                "-attime",
                str(int(SEALED.timestamp())),
            ),
            *("-trusted", pem(above, folder / "above.pem"), pem(below, folder / "below.pem")),
        )
        found.append(said.returncode == 0)
    return found


def test_openssl_accepts_the_signature_the_digest_and_the_chain(
    place: AuthorityPlace, sealed: signing.Signed, tmp_path: Path
) -> None:
    record, root = parse(sealed.second), second.open_second(place).root
    assert openssl_accepts(record, root, tmp_path) == [True, True, True]
    (tmp_path / "paper.pdf").write_bytes(sealed.pdf)
    told = openssl("dgst", "-sm3", tmp_path / "paper.pdf").stdout.split()[-1]
    assert told == record.digest.hex()
    assert record.digest in record.attributes
    other = replace(record, length=record.length + 1)
    assert openssl_accepts(other, root, tmp_path)[0] is False


def test_what_openssl_signs_is_accepted_here_and_its_keys_open(tmp_path: Path) -> None:
    key, data, signature = tmp_path / "key.pem", tmp_path / "data", tmp_path / "signature"
    made = openssl("genpkey", "-algorithm", "SM2", "-aes256", "-pass", "pass:a passphrase", "-out", key)
    assert made.returncode == 0, made.stderr
    data.write_bytes(b"\0whatever\0" * 40)
    signed = openssl(
        *("pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-inkey", key, "-passin", "pass:a passphrase"),
        *("-in", data, "-out", signature, "-pkeyopt", ID),
    )
    assert signed.returncode == 0, signed.stderr
    opened = Sm2Key.load(key.read_bytes(), b"a passphrase")
    assert verified(opened.public(), signature.read_bytes(), data.read_bytes())
    assert not verified(opened.public(), signature.read_bytes(), data.read_bytes() + b" ")
    with pytest.raises(ValueError):
        Sm2Key.load(key.read_bytes(), b"another")
    assert sm3(b"abc").hex().startswith("66c7f0f462eeedd9")  # GB/T 32905 A.1


def test_a_record_passes_and_names_who_and_when(place: AuthorityPlace, sealed: signing.Signed) -> None:
    told = judge(sealed.second, sealed.pdf, pki.trust(place.directory), body_name=COMMITTEE, now=LATER)
    assert (told.code, told.indication) == ("second.passed", "TOTAL-PASSED")
    assert told.time == SEALED.isoformat()
    assert told.signer.startswith(COMMITTEE[:6])
    assert len(sealed.second) < 8 * 1024


def told(
    record: bytes, pdf: bytes, place: AuthorityPlace, *, body: str = COMMITTEE, days: int = 100
) -> tuple[str, str]:
    found = judge(record, pdf, pki.trust(place.directory), body_name=body, now=NOW + timedelta(days=days))
    return found.code, found.sub_indication


def test_every_fault_is_told_apart(
    place: AuthorityPlace, sealed: signing.Signed, steps: tuple[bytes, ...], tmp_path: Path
) -> None:
    record, pdf = parse(sealed.second), sealed.pdf
    flipped = pdf[:5000] + bytes((pdf[5000] ^ 1,)) + pdf[5001:]
    for other in (flipped, pdf[:-1], steps[-1], b""):
        assert told(sealed.second, other, place) == ("second.hash_failure", "HASH_FAILURE")
    # What a renewed archive time-stamp appends is the first profile's to judge; the record fits what it begins with.
    assert told(sealed.second, pdf + b"appended", place) == ("second.passed", "")
    wrong = replace(record, signature=Sm2Key.generate().sign(record.attributes))
    assert told(assemble(wrong), pdf, place) == ("second.crypto_failure", "SIG_CRYPTO_FAILURE")
    assert told(sealed.second, pdf, place, body=COURT) == ("second.wrong_signer", "SIG_CONSTRAINTS_FAILURE")
    assert told(assemble(replace(record, issuers=())), pdf, place)[0] == "second.unknown_issuer"
    assert told(assemble(replace(record, lists=())), pdf, place)[0] == "second.no_status"
    assert told(assemble(replace(record, token=b"")), pdf, place)[0] == "second.no_time"
    # A stamp over another signature proves nothing of this one.
    elsewhere = parse(second.sign(pdf, COMMITTEE, place=place, now=SEALED))
    assert told(assemble(replace(record, token=elsewhere.token)), pdf, place)[0] == "second.no_time"
    # A stamp that says a time to come is no proof now.
    assert told(sealed.second, pdf, place, days=-1)[0] == "second.no_time"
    # Another authority of the same names: its chain ends at no root that is believed here.
    impostor = replace(make_authority(tmp_path), second=SecondProfile.SM2)
    second.found(impostor, body_name=COURT, other_bodies=(COMMITTEE,), now=NOW - timedelta(days=1))
    forged = second.sign(pdf, COMMITTEE, place=impostor, now=SEALED)
    assert told(forged, pdf, place)[0] == "second.unknown_issuer"
    assert told(forged, pdf, impostor) == ("second.passed", "")


def test_a_seal_that_had_ended_or_was_revoked_before_is_not_believed_and_one_revoked_later_is(
    sealed: signing.Signed, tmp_path: Path
) -> None:
    own = replace(make_authority(tmp_path), second=SecondProfile.SM2)
    second.found(own, body_name=COURT, other_bodies=(COMMITTEE,), now=NOW - timedelta(days=1))
    pdf, record = sealed.pdf, second.sign(sealed.pdf, COMMITTEE, place=own, now=NOW)
    serial = second.seal(own, COMMITTEE).certificate.serial_number
    keys.revoke(own, serial, now=NOW + timedelta(days=2), at=NOW + timedelta(days=1))
    assert told(record, pdf, own) == ("second.passed", "")
    with pytest.raises(SigningRefused, match=r"signing\.key_revoked"):
        second.sign(pdf, COMMITTEE, place=own, now=NOW + timedelta(days=3))
    made = second.rotate_seal(own, COURT, now=NOW)
    again = second.sign(pdf, COURT, place=own, now=NOW)
    assert told(again, pdf, own, body=COURT) == ("second.passed", "")
    keys.revoke(own, made.serial_number, now=NOW + timedelta(days=1), at=NOW - timedelta(minutes=1))
    assert told(again, pdf, own, body=COURT) == ("second.revoked", "REVOKED_NO_POE")
    # A new issuing authority: what the old one certified goes on being proven.
    second.rotate_court(own, now=NOW + timedelta(days=4))
    assert told(record, pdf, own) == ("second.passed", "")
    second.rotate_seal(own, COMMITTEE, now=NOW + timedelta(days=4))
    late = second.sign(pdf, COMMITTEE, place=own, now=NOW + timedelta(days=5))
    assert told(late, pdf, own) == ("second.passed", "")


def test_a_certificate_out_of_its_time_or_not_for_seals_is_refused(
    place: AuthorityPlace, sealed: signing.Signed
) -> None:
    record, opened = parse(sealed.second), second.open_second(place)

    def signed_by(held: sm2_certificates.HeldSm2Key, **changes: object) -> str:
        made = replace(record, certificate=held.certificate, **changes)
        signature = held.sign(made.attributes)
        token = token_over(signature, LocalTimeStamper(pki.open_authority(place), SEALED))
        return told(assemble(replace(made, signature=signature, token=token)), sealed.pdf, place)[0]

    assert signed_by(second.seal(place, COMMITTEE)) == "second.passed"
    later = sm2_certificates.make_seal(COMMITTEE, opened.issuing, SEALED + timedelta(days=2), False)
    assert signed_by(later) == "second.expired"
    assert signed_by(opened.issuing, issuers=()) == "second.wrong_signer"
    # A seal is no authority: what it certified ends at no root.
    beneath = sm2_certificates.make_seal(COMMITTEE, second.seal(place, COMMITTEE), NOW, False)
    chain = (record.certificate, *record.issuers)
    assert signed_by(beneath, issuers=chain) == "second.unknown_issuer"


def test_records_of_another_form_and_damaged_ones_are_refused_without_a_crash(
    place: AuthorityPlace, sealed: signing.Signed
) -> None:
    good = sealed.second
    for bad in (
        b"",
        b"\x30",
        b"\x30\x80" + good[2:],
        good[:-1],
        good + b"\0",
        good[: len(good) // 2],
        b"\x30\x84\xff\xff\xff\xff" + good[6:],
        b"\x30" * 5000,
        bytes(LARGEST + 1),
    ):
        assert told(bad, sealed.pdf, place) == ("second.malformed", "FORMAT_FAILURE")
    changed = (good[:at] + bytes((good[at] ^ 0x20,)) + good[at + 1 :] for at in range(0, len(good), 61))
    assert [each for each in changed if told(each, sealed.pdf, place)[0] == "second.passed"] == []


def test_a_paper_with_its_record_has_one_verdict_and_the_worse_counts(
    place: AuthorityPlace,
    sealed: signing.Signed,
    steps: tuple[bytes, ...],
    saved: Callable[[bytes], Path],
    tmp_path: Path,
) -> None:
    trusted = pki.trust(place.directory)

    def check(data: bytes, record: bytes) -> tuple[Report, set[str]]:
        found = handed_in.check(data, trusted, now=LATER, second=record)
        return found, {each.code for each in found.reasons}

    both, codes = check(sealed.pdf, sealed.second)
    assert (str(both.verdict), codes) == ("TOTAL-PASSED", {"verify.passed", "second.passed"})
    assert [each.role for each in both.signatures][-2:] == ["时间戳", "国密印章"]
    alone, codes = check(sealed.pdf, b"")
    assert (str(alone.verdict), codes) == ("TOTAL-PASSED", {"verify.passed", "second.not_given"})
    wrong, codes = check(sealed.pdf, sealed.second[:-1])
    assert (str(wrong.verdict), codes) == ("TOTAL-FAILED", {"second.malformed"})
    assert check(sealed.second, b"")[1] == {"second.paper_needed"}
    # A record does not mend a paper: without its seal it stays incomplete.
    unsealed = second.sign(steps[-1], COMMITTEE, place=place, now=SEALED)
    incomplete, codes = check(steps[-1], unsealed)
    assert str(incomplete.verdict) == "TOTAL-FAILED" and "verify.field_empty" in codes
    # On the command line the record is found beside the file, or named; a copy of the public files is enough.
    path, copy = saved(sealed.pdf), tmp_path / "public" / "sm2"
    copy.mkdir(parents=True)
    for file in (
        *place.directory.glob("*.json"),
        *place.directory.glob("*.pem"),
        *place.directory.glob("*.crl"),
    ):
        (copy.parent / file.name).write_bytes(file.read_bytes())
    for name in ("root.pem", "root.crl"):
        (copy / name).write_bytes((second.folder(place) / name).read_bytes())
    path.with_suffix(".p7s").write_bytes(sealed.second)
    by_hand = checking.check(path, copy.parent, now=LATER)
    assert (by_hand["verdict"], by_hand["signatures"][-1]["role"]) == ("TOTAL-PASSED", "国密印章")
    (tmp_path / "other").write_bytes(sealed.second + b" ")
    assert (
        checking.check(path, copy.parent, now=LATER, second=tmp_path / "other")["verdict"] == "TOTAL-FAILED"
    )
    # Other people's program sees the same signatures in the file as without the profile.
    seen = subprocess.run([need("pdfsig"), saved(sealed.pdf)], capture_output=True, text=True, check=False)
    assert seen.stdout.count("Signature is Valid.") == 4


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_bouncy_castle_accepts_digest_signature_chain_and_lists_and_refuses_what_we_refuse(
    place: AuthorityPlace, sealed: signing.Signed, tmp_path: Path
) -> None:
    paper, record = tmp_path / "paper.pdf", tmp_path / "paper.p7s"
    paper.write_bytes(sealed.pdf)
    record.write_bytes(sealed.second)
    changed, wrong = tmp_path / "changed.pdf", tmp_path / "wrong.p7s"
    changed.write_bytes(sealed.pdf + b" ")
    parts = parse(sealed.second)
    wrong.write_bytes(assemble(replace(parts, signature=Sm2Key.generate().sign(parts.attributes))))
    # A list that names the seal: what the key does afterwards is refused by everybody.
    entries = {str(parts.certificate.serial_number): (NOW, x509.ReasonFlags.key_compromise)}
    issuing = second.open_second(place).issuing
    listed = sm2_certificates.revocation_list(issuing, entries, SEALED, SEALED + timedelta(days=7))
    revoked = tmp_path / "revoked.p7s"
    of_root = (second.folder(place) / "root.crl").read_bytes()
    revoked.write_bytes(assemble(replace(parts, lists=(listed, of_root))))
    root = second.folder(place) / "root.pem"
    pairs = [(record, paper), (record, changed), (wrong, paper), (revoked, paper)]
    said = bouncy_castle(root, SEALED + timedelta(minutes=1), pairs)
    assert said[:3] == [("true", "true", "valid"), ("false", "true", "valid"), ("true", "false", "valid")]
    assert said[3][:2] == ("true", "true") and "revo" in said[3][2].lower()
    assert told(revoked.read_bytes(), sealed.pdf, place)[0] == "second.revoked"


def test_a_rehearsals_record_says_so_and_hangs_under_the_same_root(
    place: AuthorityPlace, sealed: signing.Signed, tmp_path: Path
) -> None:
    practice = replace(make_authority(tmp_path, parent=place), second=SecondProfile.SM2)
    later = NOW - timedelta(days=1)
    second.found(practice, body_name=COURT, other_bodies=(COMMITTEE,), now=later, parent=place)
    record = second.sign(sealed.pdf, COMMITTEE, place=practice, now=SEALED)
    found = judge(record, sealed.pdf, pki.trust(place.directory), body_name=COMMITTEE, now=LATER)
    assert (found.code, found.rehearsal) == ("second.passed", True)
    with pytest.raises(PaperError, match=r"keys\.no_root"):
        second.rotate_court(practice, now=NOW)


def test_keys_that_do_not_open_or_are_another_kind_are_refused_in_words(tmp_path: Path) -> None:
    own = replace(make_authority(tmp_path), second=SecondProfile.SM2)
    with pytest.raises(PaperError, match=r"second\.missing"):
        second.sign(b"%PDF", COURT, place=own, now=NOW)
    second.found(own, body_name=COURT, now=NOW - timedelta(days=1))
    with pytest.raises(SigningRefused, match=r"signing\.no_seal"):
        second.sign(b"%PDF", COMMITTEE, place=own, now=NOW)
    # The other profile's key in its place opens with the same passphrase and is no SM2 key.
    role = pki.seal_role(COURT)
    (second.folder(own) / f"{role}.key").write_bytes((own.directory / f"{role}.key").read_bytes())
    with pytest.raises(PaperError, match=r"authority\.locked"):
        second.sign(b"%PDF", COURT, place=own, now=NOW)
    assert (second.folder(own) / f"{role}.key").stat().st_mode & 0o777 == 0o600
