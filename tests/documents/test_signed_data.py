"""The SignedData written in one go is, byte for byte, what pyHanko builds."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents import asn1_patch, pki
from documents.certificates import leaf, signing_usage, subject_name
from documents.data import AuthorityPlace
from documents.incremental import _KeySigner
from documents.signed_data import integer
from documents.signer import ECDSA, RSA
from documents.timestamp import LocalTimeStamper
from tests.documents.conftest import NOW

asn1_patch.apply()


class Remembering:
    """A signer that says the same twice, as two builders of one signature need it."""

    def __init__(self, certificate: x509.Certificate, key: Any) -> None:
        self.certificate, self.key = certificate, key
        self.issuers: tuple[bytes, ...] = ()
        self.algorithm = ECDSA if isinstance(key, ec.EllipticCurvePrivateKey) else RSA
        self.said: dict[bytes, bytes] = {}

    def sign(self, data: bytes) -> bytes:
        if data not in self.said:
            how = (
                (ec.ECDSA(hashes.SHA256()),)
                if self.algorithm == ECDSA
                else (padding.PKCS1v15(), hashes.SHA256())
            )
            self.said[data] = self.key.sign(data, *how)
        return self.said[data]


class Pyhanko(signers.Signer):
    """The same key in pyHanko's own way."""

    def __init__(self, key: Remembering, chain: tuple[bytes, ...]) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple([asn1_x509.Certificate.load(each) for each in chain])
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
            cert_registry=store,
            signature_mechanism=SignedDigestAlgorithm({"algorithm": key.algorithm}),
            embed_roots=False,
        )
        self.key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.key.sign(data)


class Once(TimeStamper):
    """One token for whoever asks."""

    def __init__(self, authority: pki.Authority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.inner = LocalTimeStamper(authority, NOW)
        self.token: cms.ContentInfo | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        if self.token is None:
            self.token = await self.inner.async_timestamp(message_digest, md_algorithm)
        return self.token


@pytest.mark.parametrize("kind", ["P-256", "RSA-2048"])
@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize("chained", [True, False])
def test_it_is_pyhankos_to_the_byte(
    authority: AuthorityPlace, kind: str, stamped: bool, chained: bool
) -> None:
    opened = pki.open_authority(authority)
    key: Any = (
        ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65537, 2048)
    )
    builder = leaf(
        subject_name("王喆堃", "一个法院", "申请人"),
        key.public_key(),
        opened.issuing,
        datetime.now(UTC),
        timedelta(days=9),
        False,
    )
    certificate = builder.add_extension(signing_usage(), critical=True).sign(
        opened.issuing.key, hashes.SHA256()
    )
    signer, chain = Remembering(certificate, key), opened.chain[:1] if chained else ()
    stamper = Once(opened) if stamped else None

    def made(by: signers.Signer) -> bytes:
        return bytes(
            asyncio.run(by.async_sign(bytes(range(32)), "sha256", use_pades=True, timestamper=stamper)).dump()
        )

    assert made(_KeySigner(signer, chain)) == made(Pyhanko(signer, chain))


@pytest.mark.parametrize("value", [0, 1, 127, 128, 255, 256, 2**159 - 1, 2**159])
def test_an_integer_has_the_shortest_form(value: int) -> None:
    from asn1crypto.core import Integer

    assert integer(value) == Integer(value).dump()
