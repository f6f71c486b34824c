"""Every forgery is caught, and named for what it is: the verdict, the reason, the indication of each signature."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from documents import keys, pki, signing
from documents.data import AuthorityPlace
from documents.verdict import REASONS, Report, Verdict
from documents.verify import verify
from tests.documents import attacks as by
from tests.documents.conftest import NOW, SLOTS, Story, agreement, make_authority, play, sign

LATER = NOW + timedelta(hours=1)
Forge = Callable[[bytes], bytes]
EVERY = ("party_1", "party_2", "mediator", "seal", "timestamp")


@dataclass(frozen=True, kw_only=True)
class Attack:
    """`codes` must all be among the reasons; `subs`: field -> sub-indication of its signature."""

    name: str
    forge: Forge
    codes: tuple[str, ...]
    verdict: Verdict = Verdict.FAILED
    subs: Mapping[str, str] = field(default_factory=dict)


def all_of(sub: str, fields: tuple[str, ...] = EVERY) -> dict[str, str]:
    return dict.fromkeys(fields, sub)


def changed(name: str, forge: Forge, *fields: str) -> Attack:
    """Something slipped in behind the signatures."""
    return Attack(
        name=name,
        forge=forge,
        codes=("verify.changed_after_signing",),
        subs=all_of("FORMAT_FAILURE", fields or EVERY),
    )


AFTER_THE_SEAL = (
    changed("text of a page", by.update(by.page_text)),
    changed("look of a signature", by.update(by.appearance)),
    changed("place of the seal", by.update(by.moved_seal)),
    changed("attached content", by.update(by.attachment("agreement.json", b"{}"))),
    changed("attached list of signers", by.update(by.attachment("fields.json", b'{"fields":[]}'))),
    changed("font program", by.update(by.font)),
    changed("page added", by.update(by.added_page)),
    changed("page removed", by.update(by.removed_page)),
    changed("script at opening", by.update(by.action)),
    changed("action of a page", by.update(by.page_action)),
    changed("layers", by.update(by.layers)),
    changed("evil annotation, stamp", by.update(by.annotation("/Stamp"))),
    changed("evil annotation, free text", by.update(by.annotation("/FreeText"))),
    changed("form field over the text", by.update(by.form_field("/Tx"))),
    changed("sneaky signature field", by.update(by.form_field("/Sig")), "party_1", "seal"),
    changed("field removed", by.update(by.removed_field), "party_1", "seal"),
    changed("shadow: an object hidden", by.freed("/Contents")),
    Attack(name="shadow: another catalogue", forge=by.new_catalog, codes=("verify.hidden",)),
    Attack(
        name="proofs emptied",
        forge=by.update(by.emptied_proofs),
        codes=("verify.outside", "verify.no_timestamp"),
    ),
    Attack(name="title", forge=by.update(by.title), codes=("verify.metadata", "verify.outside")),
    Attack(name="description", forge=by.update(by.xmp), codes=("verify.metadata", "verify.outside")),
)
BYTES = (
    Attack(
        name="bit of the first revision",
        forge=by.flipped(5000),
        codes=("verify.changed", "verify.hash_failure"),
        subs=all_of("HASH_FAILURE"),
    ),
    Attack(
        name="signature value of a party",
        forge=by.broken_value(0),
        codes=("verify.changed", "verify.crypto_failure"),
        subs={"party_1": "SIG_CRYPTO_FAILURE", "party_2": "HASH_FAILURE", "timestamp": "HASH_FAILURE"},
    ),
    Attack(
        name="signature value of the last time-stamp",
        forge=by.broken_value(-1),
        codes=("verify.crypto_failure",),
        subs={"timestamp": "SIG_CRYPTO_FAILURE"},
    ),
    Attack(
        name="byte range of zeros",
        forge=by.replaced(by.RANGE, -1, by.byte_range(0, 0, 0, 0)),
        codes=("verify.byte_range", "verify.outside"),
        subs={"timestamp": "HASH_FAILURE"},
    ),
    Attack(
        name="byte range of a party",
        forge=by.replaced(by.RANGE, 0, by.byte_range(0, 10, 20, 30)),
        codes=("verify.changed", "verify.byte_range"),
        subs=all_of("HASH_FAILURE"),
    ),
    Attack(
        name="byte range gone",
        forge=by.replaced(by.RANGE, -1, lambda old: b" " * len(old)),
        codes=("verify.malformed",),
        subs={"timestamp": "FORMAT_FAILURE"},
    ),
    Attack(
        name="signature of zeros",
        forge=by.zeroed(0),
        codes=("verify.changed", "verify.malformed"),
        subs={"party_1": "FORMAT_FAILURE"},
    ),
    Attack(name="wrapping inside a signature", forge=by.wrapped(0), codes=("verify.changed",)),
    Attack(name="wrapping inside the last one", forge=by.wrapped(-1), codes=("verify.unreadable",)),
    Attack(name="blank after the end", forge=lambda data: data + b" ", codes=("verify.outside",)),
    Attack(
        name="second end",
        forge=lambda data: data + b"9 0 obj<</X 1>>endobj\n" + data[data.rindex(b"startxref") :],
        codes=("verify.outside",),
    ),
    Attack(name="rolled back before the time-stamp", forge=by.rolled_back(1), codes=("verify.no_timestamp",)),
    Attack(name="rolled back before the seal", forge=by.rolled_back(2), codes=("verify.field_empty",)),
    Attack(name="rolled back before the mediator", forge=by.rolled_back(3), codes=("verify.field_empty",)),
)


def codes(report: Report) -> set[str]:
    return {each.code for each in report.reasons}


@pytest.mark.parametrize("attack", AFTER_THE_SEAL + BYTES, ids=lambda attack: attack.name)
def test_a_forged_sealed_paper_is_caught_and_named(story: Story, trust: pki.Trust, attack: Attack) -> None:
    report = verify(attack.forge(story.sealed), trust, now=LATER)
    assert report.verdict is attack.verdict
    assert set(attack.codes) <= codes(report)
    found = {each.field: each.sub_indication for each in report.signatures}
    assert {name: found.get(name) for name in attack.subs} == attack.subs
    assert all(each.todo for each in report.reasons)


@pytest.mark.parametrize(
    "forge",
    [by.update(by.page_text), by.update(by.form_field("/Sig")), by.update(by.annotation("/Stamp"))],
    ids=["text", "sneaky signature", "evil annotation"],
)
def test_what_is_slipped_in_between_two_signatures_stays_caught_under_a_true_seal(
    story: Story, trust: pki.Trust, authority: AuthorityPlace, fonts_dir: Path, forge: Forge
) -> None:
    slipped = forge(story.steps[-1])
    sealed = signing.seal(
        slipped, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=3)
    ).pdf
    report = verify(sealed, trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    found = {each.field: (each.indication, each.sub_indication) for each in report.signatures}
    assert found["party_1"] == ("TOTAL-FAILED", "FORMAT_FAILURE")
    assert found["seal"] == ("TOTAL-PASSED", "")


def test_bits_flipped_at_random_never_pass_and_are_hash_failures(story: Story, trust: pki.Trust) -> None:
    chance = random.Random(20261122)
    signed = story.steps[1]
    for _ in range(12):
        forged = by.flipped(chance.randrange(2000, len(story.steps[0])), chance.randrange(8))(signed)
        report = verify(forged, trust, now=LATER)
        assert report.verdict is Verdict.FAILED
        assert {each.sub_indication for each in report.signatures} <= {"HASH_FAILURE"}


def test_the_signature_of_another_paper_does_not_fit(
    story: Story, trust: pki.Trust, authority: AuthorityPlace
) -> None:
    other = sign(story.steps[0], SLOTS[0], authority, seed=7).pdf
    report = verify(by.transplanted(0, other)(story.steps[1]), trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    assert report.signatures[0].sub_indication == "HASH_FAILURE"


def test_an_impostors_time_stamp_in_a_comment_covers_nothing(
    story: Story, trust: pki.Trust, tmp_path: Path
) -> None:
    forged = by.planted(make_authority(tmp_path / "impostor"))(story.sealed)
    report = verify(forged, trust, now=LATER)
    assert report.verdict is Verdict.FAILED
    assert "verify.outside" in codes(report)


@pytest.mark.parametrize("days", [10, 300, 800])
def test_a_seal_key_stolen_after_it_was_revoked_is_named_for_years(
    tmp_path: Path, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    place = make_authority(tmp_path / "revoking")
    story = play(agreement(), place, fonts_dir)
    seal = pki.open_authority(place).seal(agreement().body_name).certificate
    keys.revoke(place, seal.serial_number, now=NOW + timedelta(hours=1))
    thief = NOW + timedelta(days=1)
    monkeypatch.setattr(pki.Authority, "require_usable", lambda *_: None)  # the thief's program does not ask
    forged = signing.seal(story.steps[-1], authority=place, fonts_dir=fonts_dir, now=thief).pdf
    trusted = pki.trust(place.directory)
    report = verify(forged, trusted, now=thief + timedelta(days=days))
    assert "verify.revoked" in codes(report)
    assert next(s for s in report.signatures if s.field == "seal").sub_indication.startswith("REVOKED")
    # What was sealed before the revocation stays proven.
    assert verify(story.sealed, trusted, now=NOW + timedelta(days=days)).verdict is Verdict.PASSED


@pytest.mark.parametrize("days", [10, 300, 800])
def test_a_certificate_that_had_expired_when_it_signed_is_named(
    story: Story,
    trust: pki.Trust,
    authority: AuthorityPlace,
    fonts_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
) -> None:
    issue = pki.Authority.issue_event_certificate
    with monkeypatch.context() as patch:
        patch.setattr(
            pki.Authority,
            "issue_event_certificate",
            lambda self, name, role, digest, now: issue(
                self, name, role, digest, now - timedelta(days=1095 + days)
            ),
        )
        stale = sign(story.steps[2], SLOTS[2], authority).pdf
    sealed = signing.seal(stale, authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2)).pdf
    report = verify(sealed, trust, now=LATER)
    assert report.verdict is Verdict.INDETERMINATE
    found = {each.field: each.sub_indication for each in report.signatures}
    assert found["mediator"] == "OUT_OF_BOUNDS_NO_POE" and found["party_1"] == ""
    assert "verify.expired" in codes(report)


def test_every_reason_says_what_to_do() -> None:
    for code, (text, todo) in REASONS.items():
        assert text.endswith("。") and todo.endswith("。"), code
