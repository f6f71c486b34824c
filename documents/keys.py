"""Keys changed, certificates revoked, and how all of them stand. Signs no paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509

from documents import keyfiles, pki, second
from documents.certificates import certify_seal, make_issuing, make_leaf, make_seal, spki
from documents.data import AuthorityPlace, ServicePlace, TokenPlace
from documents.errors import PaperError
from documents.pki import ISSUING_ROLES, Authority, open_authority, seal_role
from documents.status import VALID, Revocations

# RFC 5280 5.3.1, those that fit a court's keys.
REASONS = {
    "compromise": x509.ReasonFlags.key_compromise,
    "superseded": x509.ReasonFlags.superseded,
    "changed": x509.ReasonFlags.affiliation_changed,
    "ceased": x509.ReasonFlags.cessation_of_operation,
    "unspecified": x509.ReasonFlags.unspecified,
}


class KeyState(StrEnum):
    """How a key stands at a moment."""

    GOOD = "good"
    ENDING = "ending"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyReport:
    """One key: what it is for, where it lies ("文件", "密码设备 …", "签章服务 …"), its certificate, how it stands.

    `problem` says in Chinese what to do, "" while all is well. `serial` is hexadecimal, "" without a certificate.
    """

    role: str
    owner: str
    held: str
    state: KeyState
    serial: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None
    problem: str = ""


def rotate_seal(place: AuthorityPlace, body_name: str, *, now: datetime) -> x509.Certificate:
    """A new seal key for a body, in its file or token. What the old one sealed stays proven.

    Raises PaperError `keys.elsewhere` (a service, or a certificate that others issue), `signing.token_*`.
    """
    authority = open_authority(place)
    role, secret = seal_role(body_name), keyfiles.passphrase(place)
    found = next((each for each in place.seals if each.body_name == body_name), None)
    if isinstance(found, ServicePlace) or (isinstance(found, TokenPlace) and found.certificate is not None):
        raise PaperError(
            "keys.elsewhere",
            f"“{body_name}”的印章密钥由本机以外的机构管理，请在那里更换，再更新 court.toml。",
            name=body_name,
        )
    if found is None and not (place.directory / f"{role}.pem").exists():
        raise PaperError("signing.no_seal", f"本机没有“{body_name}”的电子印章。", name=body_name)
    if found is not None:
        from documents.hsm import make_key

        key = make_key(found)
        made = certify_seal(body_name, key, authority.issuing, now, authority.rehearsal)
        keyfiles.retire(place.directory, role)
        keyfiles.keep_certificate(place.directory, role, made)
    else:
        held = make_seal(body_name, authority.issuing, now, authority.rehearsal)
        made = held.certificate
        keyfiles.retire(place.directory, role)
        keyfiles.keep(place.directory, role, held, secret)
    _changed(place)
    return made


def rotate_stamp(place: AuthorityPlace, *, now: datetime) -> x509.Certificate:
    """A new key for the embedded time-stamp authority."""
    authority = open_authority(place)
    held = make_leaf("tsa", authority.body_name, authority.issuing, now, authority.rehearsal)
    keyfiles.retire(place.directory, "tsa")
    keyfiles.keep(place.directory, "tsa", held, keyfiles.passphrase(place))
    _changed(place)
    return held.certificate


def rotate_court(place: AuthorityPlace, *, now: datetime) -> x509.Certificate:
    """A new issuing authority under the same root, with a new responder, time-stamp, QR and seal key of every file.

    The old one goes on answering for what it gave out. Raises PaperError `keys.no_root` (a rehearsal's authority).
    """
    secret = keyfiles.passphrase(place)
    old = open_authority(place)
    if old.rehearsal:
        raise PaperError("keys.no_root", "演练用的签发机构不单独更换密钥。")
    directory = place.directory
    root = keyfiles.load(directory, "root", secret)
    issuing = make_issuing(old.body_name, root, now, old.rehearsal, len(old.generations) + 1)
    made = {
        role: make_leaf(role, old.body_name, issuing, now, old.rehearsal) for role in ("ocsp", "tsa", "qr")
    }
    keyfiles.retire_issuing(directory, ISSUING_ROLES)
    for role in ("tsa", "qr"):
        keyfiles.retire(directory, role)
    for role in ("tsa", "qr", "ocsp"):
        keyfiles.keep(directory, role, made[role], secret)
    keyfiles.keep(directory, "issuing", issuing, secret)
    key = spki(made["qr"])
    _changed(place, qr_key=(pki.key_id(key), key.hex()))
    for body in bodies(place):
        if not any(each.body_name == body for each in place.seals):
            rotate_seal(place, body, now=now)
    return issuing.certificate


def bodies(place: AuthorityPlace) -> list[str]:
    """Whose seals this node has, in files or elsewhere."""
    named = [each.body_name for each in place.seals]
    return list(dict.fromkeys([*keyfiles.public(place.directory).get("bodies", []), *named]))


def revoke(
    place: AuthorityPlace,
    serial: int,
    *,
    now: datetime,
    at: datetime | None = None,
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
) -> None:
    """From `at` (default now) on nothing signed with this certificate is believed; what was stamped before is.

    The authority's revocation list beside its certificates tells checkers without a network. A certificate of the
    second profile is found by its number.
    Raises PaperError `keys.later` for a time that has not come.
    """
    moment = at or now
    if moment > now:
        raise PaperError("keys.later", "吊销时间不能在将来。")
    if second.stands(place) and any(each.serial_number == serial for each in second.certificates(place)):
        second.revoke(place, serial, now=now, at=moment, reason=reason)
        return
    keyfiles.write_revoked(place.directory, serial, moment, reason)
    publish_lists(place, now=now)
    _changed(place)


def publish_lists(place: AuthorityPlace, *, now: datetime) -> None:
    """Write the revocation lists anew; each is valid for a week."""
    for number, der in enumerate(open_authority(place).crls(now), start=1):
        keyfiles.write(place.directory / f"revoked-{number}.crl", der, 0o644)
    if second.stands(place):
        second.publish_lists(place, now=now)


def report(place: AuthorityPlace, *, now: datetime) -> list[KeyReport]:
    """Every key of this node; tokens and services are really asked."""
    authority, revoked = open_authority(place), keyfiles.revoked(place.directory)
    rows = [
        _row(title, authority.body_name, "文件", authority.held[role].certificate, revoked, now)
        for role, title in (
            ("issuing", "签发机构"),
            ("ocsp", "证书状态"),
            ("tsa", "时间戳"),
            ("qr", "二维码"),
        )
    ]
    rows += [_seal_row(authority, body, place, now) for body in bodies(place)]
    return rows + (_second_rows(place, now) if second.stands(place) else [])


def _second_rows(place: AuthorityPlace, now: datetime) -> list[KeyReport]:
    opened, revoked = second.open_second(place), keyfiles.revoked(second.folder(place))
    body = str(keyfiles.public(place.directory)["body_name"])
    rows = [_row("国密签发机构", body, "文件", opened.issuing.certificate, revoked, now)]
    for name in second.bodies(place):
        try:
            found = second.seal(place, name).certificate
        except PaperError as error:
            rows.append(
                KeyReport(
                    role="国密印章",
                    owner=name,
                    held="文件",
                    state=KeyState.UNREACHABLE,
                    problem=error.text,
                )
            )
        else:
            rows.append(_row("国密印章", name, "文件", found, revoked, now))
    return rows


def _seal_row(authority: Authority, body: str, place: AuthorityPlace, now: datetime) -> KeyReport:
    found = next((each for each in place.seals if each.body_name == body), None)
    held = "文件"
    if isinstance(found, TokenPlace):
        held = f"密码设备 {found.token}"
    elif isinstance(found, ServicePlace):
        held = f"签章服务 {found.url}"
    try:
        certificate = authority.seal(body).certificate
    except PaperError as error:
        return KeyReport(role="印章", owner=body, held=held, state=KeyState.UNREACHABLE, problem=error.text)
    return _row("印章", body, held, certificate, keyfiles.revoked(place.directory), now)


def _row(
    role: str, owner: str, held: str, certificate: x509.Certificate, revoked: Revocations, now: datetime
) -> KeyReport:
    state, problem = KeyState.GOOD, ""
    if str(certificate.serial_number) in revoked:
        state, problem = KeyState.REVOKED, "证书已吊销，请运行 court keys rotate 更换。"
    elif now > certificate.not_valid_after_utc:
        state, problem = KeyState.EXPIRED, "证书已到期，请运行 court keys rotate 更换。"
    elif now > certificate.not_valid_after_utc - 13 * VALID:
        state, problem = KeyState.ENDING, "证书三个月内到期，请安排更换。"
    return KeyReport(
        role=role,
        owner=owner,
        held=held,
        state=state,
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        problem=problem,
    )


def _changed(place: AuthorityPlace, qr_key: tuple[str, str] | None = None) -> None:
    """Tell every process that has the authority open."""
    told = keyfiles.public(place.directory)
    if qr_key is not None:
        told["qr_keys"] = dict(told["qr_keys"]) | {qr_key[0]: qr_key[1]}
    keyfiles.write_public(place.directory, told)
