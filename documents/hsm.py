"""Keys in a PKCS#11 token: found, used, made. The private key never leaves the token; certificates are files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from documents.certificates import PublicKey
from documents.data import TokenPlace
from documents.errors import PaperError, SigningRefused
from documents.keyfiles import secret_of
from documents.signer import ECDSA, RSA

_DER = serialization.Encoding.DER
# PINs that a token has refused, with the time of their file: never offered again, tokens lock after a few.
_refused: set[tuple[TokenPlace, int]] = set()


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A signer whose key stays in the token."""

    place: TokenPlace
    certificate: x509.Certificate
    issuers: tuple[bytes, ...]

    @property
    def algorithm(self) -> str:
        return ECDSA if isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey) else RSA

    def sign(self, data: bytes) -> bytes:
        with _session(self.place) as session:
            key = _private_key(session, self.place, self.certificate)
            return _signature(key, self.algorithm, data)


def open_token(place: TokenPlace, issued: x509.Certificate | None) -> TokenSigner:
    """`issued`: what the embedded authority certified, used where no chain is configured.

    Raises SigningRefused `signing.token_*`, PaperError `keys.*`.
    """
    chain = _chain(place)
    certificate = chain[0] if chain else issued
    if certificate is None:
        raise SigningRefused(
            "signing.token_no_certificate",
            f"密码设备里“{place.body_name}”的印章密钥还没有证书，请先运行 court keys rotate seal。",
            name=place.body_name,
        )
    with _session(place) as session:
        _private_key(session, place, certificate)
    above = tuple(each.public_bytes(_DER) for each in chain[1:] if each.issuer != each.subject)
    return TokenSigner(place, certificate, above)


def make_key(place: TokenPlace) -> PublicKey:
    """A fresh P-256 key pair in the token (not extractable), under the CKA_ID that its certificate will name."""
    import pkcs11

    with _session(place) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: pkcs11.util.ec.encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        label = place.label or "seal"
        public, private = parameters.generate_keypair(store=True, label=label)
        made = serialization.load_der_public_key(pkcs11.util.ec.encode_ec_public_key(public))
        assert isinstance(made, ec.EllipticCurvePublicKey)
        for half in (public, private):
            half[pkcs11.Attribute.ID] = _identifier(made)
        return made


def _identifier(key: PublicKey) -> bytes:
    """RFC 5280 4.2.1.2 (1): SHA-1 of the key's bits, an identifier and no security."""
    info = asn1_keys.PublicKeyInfo.load(
        key.public_bytes(_DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    identifier: bytes = info.sha1
    return identifier


def _private_key(session: Any, place: TokenPlace, certificate: x509.Certificate) -> Any:
    import pkcs11

    public = certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey)
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
        pkcs11.Attribute.ID: _identifier(public),
    }
    found = list(session.get_objects(wanted))
    if not found and place.label:
        # Certified by others: their tokens name keys as they like; `label` is the court's word for it.
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.LABEL: place.label,
        }
        found = list(session.get_objects(wanted)) if place.certificate else []
    if len(found) != 1:
        raise SigningRefused(
            "signing.token_no_key",
            f"密码设备“{place.token}”里没有与印章证书相配的密钥，请核对设备和证书是否配套。",
            token=place.token,
        )
    return found[0]


def _signature(key: Any, algorithm: str, data: bytes) -> bytes:
    import pkcs11

    if algorithm == RSA:
        return bytes(key.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
    raw = key.sign(hashlib.sha256(data).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    return bytes(pkcs11.util.ec.encode_ecdsa_signature(raw))


def _chain(place: TokenPlace) -> list[x509.Certificate]:
    if place.certificate is None:
        return []
    try:
        return x509.load_pem_x509_certificates(place.certificate.read_bytes())
    except (OSError, ValueError):
        raise PaperError(
            "keys.no_certificate",
            "配置的印章证书文件读不到或不是 PEM 格式，请检查 court.toml 中的路径。",
            file=place.certificate.name,
        ) from None


@contextmanager
def _session(place: TokenPlace) -> Iterator[Any]:
    """The open session of this process; opened once more when the token was unplugged meanwhile."""
    try:
        import pkcs11
        import pkcs11.util.ec
    except ImportError:
        raise SigningRefused(
            "signing.token_support", "本机没有安装密码设备支持（python-pkcs11），请联系管理员安装。"
        ) from None
    try:
        yield _opened(place)
    except pkcs11.PKCS11Error as error:
        _opened.cache_clear()
        raise _refusal(place, error) from error


@lru_cache(maxsize=4)
def _opened(place: TokenPlace) -> Any:
    import pkcs11

    pin = secret_of(place.pin_file)
    version = place.pin_file.stat().st_mtime_ns
    if (place, version) in _refused:
        raise pkcs11.PinIncorrect
    try:
        token = pkcs11.lib(str(place.module)).get_token(token_label=place.token)
        return token.open(rw=True, user_pin=pin)
    except pkcs11.PinIncorrect:
        _refused.add((place, version))
        raise
    except OSError as error:  # the module is missing or is no PKCS#11 module
        raise pkcs11.GeneralError(str(error)) from error


def _refusal(place: TokenPlace, error: Exception) -> SigningRefused:
    import pkcs11

    match error:
        case pkcs11.NoSuchToken() | pkcs11.TokenNotPresent() | pkcs11.DeviceRemoved():
            code, text = "signing.token_missing", f"没有找到密码设备“{place.token}”，请插好设备后重试。"
        case pkcs11.PinIncorrect() | pkcs11.PinInvalid() | pkcs11.PinLenRange():
            code = "signing.pin_wrong"
            text = "密码设备的口令（PIN）不对。为免设备锁死，改正口令文件之前不会再试。"
        case pkcs11.PinLocked():
            code, text = "signing.pin_locked", "密码设备已被锁定，请由设备管理员解锁。"
        case _:
            code = "signing.token_failed"
            text = f"密码设备“{place.token}”没有完成签名，请检查设备后重试。"
    return SigningRefused(code, text, token=place.token, detail=type(error).__name__)
