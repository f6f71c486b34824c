"""Keys change and certificates are revoked: what was sealed before stays proven, what comes after is refused."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from documents import archiving, certificates, keyfiles, keys, pki, signing, status
from documents.data import AuthorityPlace, Profile
from documents.errors import PaperError
from documents.verify import Report, Verdict, verify
from tests.documents.conftest import (
    COMMITTEE,
    COURT,
    NOW,
    SLOTS,
    VERIFY_URL,
    Story,
    agreement,
    make_authority,
    play,
    sign,
)

MINUTE = timedelta(minutes=1)
DAYS = (10, 300, 800)


def judged(pdf: bytes, place: AuthorityPlace, now: datetime) -> Report:
    return verify(pdf, pki.trust(place.directory), now=now)


def seal_of(place: AuthorityPlace, body: str = COMMITTEE) -> x509.Certificate:
    return pki.open_authority(place).seal(body).certificate


def sealed_at(story: Story, place: AuthorityPlace, fonts_dir: Path, now: datetime) -> bytes:
    return signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=now).pdf


def refusal(story: Story, place: AuthorityPlace, fonts_dir: Path, now: datetime) -> str:
    with pytest.raises(PaperError) as refused:
        sealed_at(story, place, fonts_dir, now)
    return refused.value.code


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, fonts_dir: Path) -> tuple[AuthorityPlace, Story]:
    """An authority of this module's own, whose keys change from test to test, and a paper it sealed at the start."""
    place = make_authority(tmp_path_factory.mktemp("keys"))
    return place, play(agreement(), place, fonts_dir)


def test_after_every_kind_of_change_old_and_new_papers_are_proven(
    own: tuple[AuthorityPlace, Story], fonts_dir: Path
) -> None:
    place, story = own
    before = {seal_of(place).serial_number}
    for turn, change in enumerate((keys.rotate_stamp, keys.rotate_court, None), start=1):
        moment = NOW + turn * 10 * MINUTE
        if change is None:
            keys.rotate_seal(place, COMMITTEE, now=moment)
        else:
            change(place, now=moment)
        fresh = sealed_at(story, place, fonts_dir, moment + MINUTE)
        before.add(seal_of(place).serial_number)
        for days in DAYS:
            assert judged(fresh, place, NOW + timedelta(days=days)).verdict is Verdict.PASSED, change
            assert judged(story.sealed, place, NOW + timedelta(days=days)).verdict is Verdict.PASSED, change
    assert len(before) == 3
    assert sorted(keys.bodies(place)) == sorted([COURT, COMMITTEE])
    kept = {each.serial_number for each in keyfiles.retired_certificates(place.directory)}
    assert len(before & kept) == 2


def test_a_revoked_seal_signs_no_more_and_its_papers_of_before_stay_proven(
    own: tuple[AuthorityPlace, Story], fonts_dir: Path
) -> None:
    place, story = own
    keys.rotate_seal(place, COMMITTEE, now=NOW + 60 * MINUTE)
    early = sealed_at(story, place, fonts_dir, NOW + 61 * MINUTE)
    late = sealed_at(story, place, fonts_dir, NOW + 70 * MINUTE)
    now = NOW + 90 * MINUTE
    serial = seal_of(place).serial_number
    keys.revoke(place, serial, now=now, at=NOW + 65 * MINUTE, reason=keys.REASONS["compromise"])
    assert refusal(story, place, fonts_dir, now) == "signing.key_revoked"
    for days in DAYS:
        moment = NOW + timedelta(days=days)
        assert judged(early, place, moment).verdict is Verdict.PASSED
        report = judged(late, place, moment)
        assert report.verdict is not Verdict.PASSED
        assert "verify.revoked" in {reason.code for reason in report.reasons}
    with pytest.raises(PaperError, match=r"keys\.later"):
        keys.revoke(place, serial, now=now, at=now + MINUTE)
    keys.rotate_seal(place, COMMITTEE, now=now)
    assert judged(sealed_at(story, place, fonts_dir, now + MINUTE), place, now + 60 * MINUTE).verdict is (
        Verdict.PASSED
    )
    states = {row.owner: row.state for row in keys.report(place, now=now) if row.role == "印章"}
    assert states == {COURT: keys.KeyState.GOOD, COMMITTEE: keys.KeyState.GOOD}


def test_a_stamp_of_a_stolen_key_proves_nothing_any_more(tmp_path: Path, fonts_dir: Path) -> None:
    place = make_authority(tmp_path / "stolen")
    story = play(agreement(), place, fonts_dir)
    stolen = pki.open_authority(place).held["tsa"].certificate
    now = NOW + timedelta(days=10)
    keys.rotate_stamp(place, now=now)
    renewed = archiving.renew(story.sealed, authority=place, now=now)
    keys.revoke(place, stolen.serial_number, now=now + MINUTE, reason=keys.REASONS["compromise"])
    later = now + timedelta(days=1)
    assert judged(story.sealed, place, later).verdict is not Verdict.PASSED
    # Stamped over by another key before: it is known to have existed then.
    assert judged(renewed.pdf, place, later).verdict is Verdict.PASSED


def test_a_tribunal_has_no_seal_of_its_own(authority: AuthorityPlace) -> None:
    with pytest.raises(PaperError, match=r"signing\.tribunal_seal"):
        pki.add_seal(authority, "重庆市云阳县人民法院凤鸣人民法庭", now=NOW)


def test_renewal_carries_a_paper_past_the_end_of_every_certificate(
    story: Story, authority: AuthorityPlace, tmp_path: Path
) -> None:
    last = archiving.last_stamp(story.sealed)
    assert last is not None
    shortly_before = last.until - timedelta(days=30)
    assert judged(story.sealed, authority, last.until + timedelta(days=1)).verdict is not Verdict.PASSED
    with pytest.raises(PaperError, match=r"renew\.too_late"):
        archiving.renew(story.sealed, authority=authority, now=last.until)
    shutil.copytree(authority.directory, tmp_path / "copy")
    place = replace(authority, directory=tmp_path / "copy")
    keys.rotate_court(place, now=shortly_before - timedelta(days=1))
    renewed = archiving.renew(story.sealed, authority=place, now=shortly_before)
    assert renewed.pdf.startswith(story.sealed)
    assert renewed.until > last.until + timedelta(days=300)
    for moment in (shortly_before, last.until + timedelta(days=400)):
        report = judged(renewed.pdf, place, moment)
        assert report.verdict is Verdict.PASSED, report.reasons
    twice = archiving.renew(renewed.pdf, authority=place, now=last.until)
    assert judged(twice.pdf, place, last.until + timedelta(days=400)).verdict is Verdict.PASSED
    for unstamped in (story.steps[0], story.steps[-1]):
        with pytest.raises(PaperError, match=r"renew\.no_stamp"):
            archiving.renew(unstamped, authority=place, now=NOW)
    with pytest.raises(PaperError, match=r"renew\.unreadable"):
        archiving.renew(b"%PDF-1.7\nnothing", authority=place, now=NOW)


@pytest.mark.parametrize("profile", list(Profile))
def test_each_profile_is_what_it_says(
    story: Story, authority: AuthorityPlace, fonts_dir: Path, profile: Profile
) -> None:
    place = replace(authority, seal_profile=profile, person_profile=profile)
    signed = sign(story.steps[2], SLOTS[2], place).pdf
    done = signing.seal(signed, authority=place, fonts_dir=fonts_dir, now=NOW + MINUTE)
    report = judged(done.pdf, place, NOW + 2 * MINUTE)
    stamps = [row for row in report.signatures if row.role == "时间戳"]
    assert len(stamps) == (2 if profile is Profile.LTA else 0)
    assert (b"/DSS" in done.pdf) is (profile in {Profile.LT, Profile.LTA})
    assert (done.stamp_until is not None) is (profile is Profile.LTA)
    if profile in {Profile.LT, Profile.LTA}:
        assert report.verdict is Verdict.PASSED, report.reasons
    assert all(row.stamped_by for row in report.signatures if row.field == "seal") is (
        profile is not Profile.B
    )


@pytest.mark.parametrize("profile", [Profile.B, Profile.T])
def test_a_paper_without_proofs_is_judged_by_the_lists_at_hand(
    story: Story, authority: AuthorityPlace, trust: pki.Trust, fonts_dir: Path, profile: Profile
) -> None:
    """EN 319 102-1 5.2.6: status from whatever tells it; while nothing does, TRY_LATER and no more than that."""
    place = replace(authority, seal_profile=profile)
    pdf = signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=NOW + MINUTE).pdf
    opened = pki.open_authority(place)
    own = opened.seal(COMMITTEE).certificate.serial_number
    gone = {str(own): (NOW - timedelta(days=1), x509.ReasonFlags.key_compromise)}

    def told(lists: list[bytes], days: int = 1) -> tuple[Verdict, set[str], str]:
        now = NOW + timedelta(days=days)
        report = verify(pdf, replace(trust, crls=tuple(lists)), now=now)
        seal = next(row for row in report.signatures if row.field == "seal")
        return report.verdict, {each.code for each in report.reasons}, seal.sub_indication

    assert told([]) == (Verdict.INDETERMINATE, {"verify.no_status"}, "TRY_LATER")
    fresh = opened.crls(NOW + timedelta(hours=1))
    assert told(fresh) == (Verdict.PASSED, {"verify.passed"}, "")
    # A list that has ended says nothing of today, neither of the seal nor of who stamped it.
    assert told(fresh, days=30)[0] is Verdict.INDETERMINATE
    revoked = status.revocation_list(opened.issuing, gone, NOW + timedelta(hours=1))
    verdict, codes, sub = told([revoked])
    assert (verdict, "verify.revoked" in codes) == (Verdict.INDETERMINATE, True)
    assert sub == "REVOKED_NO_POE"
    # Somebody else's list under the same name proves nothing.
    stranger = certificates.make_issuing(COURT, certificates.make_root(COURT, NOW), NOW, False)
    assert told([status.revocation_list(stranger, {}, NOW)])[0] is Verdict.INDETERMINATE
    # The root's own list ends the authority, and all that hangs on it.
    root = keyfiles.load(place.directory, "root", keyfiles.passphrase(place))
    entry = {str(opened.issuing.certificate.serial_number): (NOW - MINUTE, x509.ReasonFlags.key_compromise)}
    ended = told([*fresh, status.revocation_list(root, entry, NOW)])
    assert (ended[0], "verify.revoked" in ended[1], ended[2]) == (
        Verdict.INDETERMINATE,
        True,
        "REVOKED_CA_NO_POE",
    )


def test_a_paper_says_whose_stamps_it_has(story: Story, authority: AuthorityPlace) -> None:
    assert VERIFY_URL
    names = archiving.stamps_of(story.sealed)
    assert len(names) == 1
    assert names[0].startswith(COURT[:6])
