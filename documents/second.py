"""The second profile: SM2 keys and certificates of an authority in a folder of their own, and a paper's second signature.

The same rules as for the first profile (docs/signing.md); time-stamps are the first profile's. Judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from documents import keyfiles, sm2_certificates
from documents.certificates import whole_second
from documents.data import AuthorityPlace
from documents.errors import PaperError, SigningRefused
from documents.pki import open_authority, require_standing, seal_role
from documents.second_record import Record, assemble, signed_attributes
from documents.sm2 import Sm2Key, sm3
from documents.sm2_certificates import HeldSm2Key, revocation_list
from documents.status import VALID
from documents.trust import SM2

_LISTS = "revoked-{}.crl"
_DER = serialization.Encoding.DER


@dataclass(frozen=True, slots=True)
class SecondAuthority:
    """The opened SM2 part: `generations` of issuing authorities, the newest first."""

    directory: Path
    rehearsal: bool
    root: x509.Certificate
    generations: tuple[HeldSm2Key, ...]
    seals: dict[str, HeldSm2Key]

    @property
    def issuing(self) -> HeldSm2Key:
        return self.generations[0]


def folder(place: AuthorityPlace) -> Path:
    """Where the SM2 keys, certificates and lists of an authority lie."""
    return place.directory / SM2


def stands(place: AuthorityPlace) -> bool:
    """Whether the authority has an SM2 part, in use or not."""
    return (folder(place) / keyfiles.PUBLIC).exists()


def found(
    place: AuthorityPlace,
    *,
    body_name: str,
    other_bodies: tuple[str, ...] = (),
    now: datetime,
    parent: AuthorityPlace | None = None,
) -> None:
    """Make what is not there yet; `parent` as in `pki.found`. Raises PaperError `sm2.*`."""
    if not stands(place):
        _found(place, body_name, now, parent if parent is not None and stands(parent) else None)
    for body in (body_name, *other_bodies):
        role = seal_role(body)
        if not (folder(place) / f"{role}.pem").exists():
            rotate_seal(place, body, now=now)


def rotate_seal(place: AuthorityPlace, body_name: str, *, now: datetime) -> x509.Certificate:
    """A new second seal key for a body; what the old one signed stays proven. Raises PaperError `second.*`."""
    opened = open_second(place)
    if body_name not in keyfiles.public(place.directory).get("bodies", []):
        raise SigningRefused("signing.no_seal", f"本机没有“{body_name}”的电子印章。", name=body_name)
    role = seal_role(body_name)
    made = sm2_certificates.make_seal(body_name, opened.issuing, now, opened.rehearsal)
    keyfiles.retire(opened.directory, role)
    _keep(opened.directory, role, made, keyfiles.passphrase(place))
    _changed(opened.directory)
    return made.certificate


def rotate_court(place: AuthorityPlace, *, now: datetime) -> x509.Certificate:
    """A new SM2 issuing authority under the same root, and new second seals.

    Raises PaperError `keys.no_root` (a rehearsal's authority), `second.missing`.
    """
    opened = open_second(place)
    if opened.rehearsal:
        raise PaperError("keys.no_root", "演练用的签发机构不单独更换密钥。")
    secret = keyfiles.passphrase(place)
    body = str(keyfiles.public(opened.directory)["body_name"])
    root = _load(opened.directory, "root", secret)
    issuing = sm2_certificates.make_issuing(body, root, now, False, len(opened.generations) + 1)
    keyfiles.retire_issuing(opened.directory, ("issuing",))
    _keep(opened.directory, "issuing", issuing, secret)
    _changed(opened.directory)
    for name in bodies(place):
        rotate_seal(place, name, now=now)
    return issuing.certificate


def bodies(place: AuthorityPlace) -> list[str]:
    """Who has a second seal here."""
    named = keyfiles.public(place.directory).get("bodies", [])
    return [body for body in named if (folder(place) / f"{seal_role(body)}.pem").exists()]


def publish_lists(place: AuthorityPlace, *, now: datetime) -> None:
    """Write the SM2 revocation lists anew; each is valid for a week."""
    opened = open_second(place)
    entries = keyfiles.revoked(opened.directory)
    for number, issuing in enumerate(opened.generations, start=1):
        told = revocation_list(issuing, entries, now, whole_second(now) + VALID)
        keyfiles.write(opened.directory / _LISTS.format(number), told, 0o644)


def revoke(
    place: AuthorityPlace, serial: int, *, now: datetime, at: datetime, reason: x509.ReasonFlags
) -> None:
    """From `at` on nothing signed with this SM2 certificate is believed; what was stamped before is."""
    keyfiles.write_revoked(folder(place), serial, at, reason)
    publish_lists(place, now=now)
    _changed(folder(place))


def certificates(place: AuthorityPlace) -> list[x509.Certificate]:
    """All certificates that the SM2 part gave to seals, in use and replaced."""
    directory = folder(place)
    used = [keyfiles.certificate(directory, seal_role(body)) for body in bodies(place)]
    return [*(each for each in used if each), *keyfiles.retired_certificates(directory)]


def sign(pdf: bytes, body_name: str, *, place: AuthorityPlace, now: datetime) -> bytes:
    """The record of a second signature over the finished paper (DER, `second_record`), time-stamped.

    Raises SigningRefused `signing.no_seal`, `signing.key_*`, PaperError `second.missing`, `sm2.*`, `authority.locked`.
    """
    from documents.timestamp import FirstThatAnswers, sources, token_over

    opened, authority = open_second(place), open_authority(place)
    held = seal(place, body_name)
    entries = keyfiles.revoked(opened.directory)
    require_standing(held.certificate, entries, now)
    digest = sm3(pdf)
    signature = held.sign(signed_attributes(digest, len(pdf), held.certificate))
    issuing = next(each for each in opened.generations if each.certificate.subject == held.certificate.issuer)
    record = Record(
        digest=digest,
        length=len(pdf),
        certificate=held.certificate,
        issuers=(issuing.certificate,),
        lists=(
            revocation_list(issuing, entries, now, whole_second(now) + VALID),
            (opened.directory / keyfiles.ROOT_LIST).read_bytes(),
        ),
        signature=signature,
        token=token_over(signature, FirstThatAnswers(sources(authority, now))),
    )
    return assemble(record)


def open_second(place: AuthorityPlace) -> SecondAuthority:
    """Per-process cached, opened anew after keys changed. Raises PaperError `second.missing`, `authority.locked`."""
    public = folder(place) / keyfiles.PUBLIC
    if not public.exists():
        raise PaperError(
            "second.missing", "本机还没有建立国密印章。请在court.toml设置 second_profile，再运行 court init。"
        )
    return _open(place, public.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _open(place: AuthorityPlace, _version: int) -> SecondAuthority:
    directory, secret = folder(place), keyfiles.passphrase(place)
    generations = [_load(directory, "issuing", secret)]
    generations += [_load(old, "issuing", secret) for old in reversed(keyfiles.retired(directory))]
    root = keyfiles.certificate(directory, "root")
    if root is None:
        raise _locked("root")
    return SecondAuthority(
        directory, bool(keyfiles.public(directory)["rehearsal"]), root, tuple(generations), {}
    )


def seal(place: AuthorityPlace, body_name: str) -> HeldSm2Key:
    """A body's second seal. Raises SigningRefused `signing.no_seal`, PaperError `second.missing`, `authority.locked`."""
    opened = open_second(place)
    if body_name not in opened.seals:
        role = seal_role(body_name)
        if not (opened.directory / f"{role}.key").exists():
            raise SigningRefused(
                "signing.no_seal",
                f"本机没有“{body_name}”的国密电子印章，请运行 court init 后重试。",
                name=body_name,
            )
        opened.seals[body_name] = _load(opened.directory, role, keyfiles.passphrase(place))
    return opened.seals[body_name]


def _found(place: AuthorityPlace, body_name: str, now: datetime, parent: AuthorityPlace | None) -> None:
    directory, secret = folder(place), keyfiles.passphrase(place)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    rehearsal = bool(keyfiles.public(place.directory)["rehearsal"])
    if parent is None:
        root = sm2_certificates.make_root(body_name, now)
        _keep(directory, "root", root, secret)
    else:
        root = _load(folder(parent), "root", keyfiles.passphrase(parent))
        keyfiles.keep_certificate(directory, "root", root.certificate)
    told = revocation_list(root, {}, now, root.certificate.not_valid_after_utc)
    keyfiles.write(directory / keyfiles.ROOT_LIST, told, 0o644)
    _keep(directory, "issuing", sm2_certificates.make_issuing(body_name, root, now, rehearsal), secret)
    keyfiles.write_public(directory, {"body_name": body_name, "rehearsal": rehearsal})


def _keep(directory: Path, role: str, held: HeldSm2Key, secret: bytes) -> None:
    keyfiles.write(directory / f"{role}.key", held.key.encrypted(secret), 0o600)
    keyfiles.keep_certificate(directory, role, held.certificate)


def _load(directory: Path, role: str, secret: bytes) -> HeldSm2Key:
    try:
        key = Sm2Key.load((directory / f"{role}.key").read_bytes(), secret)
    except (OSError, ValueError):
        raise _locked(role) from None
    certificate = keyfiles.certificate(directory, role)
    if certificate is None or sm2_certificates.public_key(certificate) != key.public():
        raise _locked(role)
    return HeldSm2Key(key, certificate)


def _locked(role: str) -> PaperError:
    return PaperError(
        "authority.locked", "国密印章的密钥打不开：文件缺失、损坏、口令不对，或与证书不配套。", role=role
    )


def _changed(directory: Path) -> None:
    """Tell every process that has these keys open."""
    keyfiles.write_public(directory, keyfiles.public(directory))
