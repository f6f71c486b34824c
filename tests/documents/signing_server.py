"""A signing service as courts run it, on loopback: real keys of its own authority, the protocol of docs/signing.md."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

DER = serialization.Encoding.DER
SECRET = "a bearer token of the tests"


@dataclass
class Foreign:
    """An authority of somebody else's: root, and a leaf that names where its status is told."""

    now: datetime
    name: str = "某省数字证书认证中心"
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    root: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder(self._named(self.name), self.key.public_key(), 30)
        builder = builder.add_extension(x509.BasicConstraints(True, None), True).add_extension(usage, True)
        self.root = builder.sign(self.key, hashes.SHA256())

    def issue(
        self, name: str, key: Any, *, ocsp_url: str = "", list_url: str = "", stamp: bool = False
    ) -> x509.Certificate:
        usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        builder = self._builder(self._named(name), key.public_key(), 3)
        builder = builder.add_extension(x509.BasicConstraints(False, None), True).add_extension(usage, True)
        if ocsp_url:
            access = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url)
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
        if list_url:
            point = x509.DistributionPoint([x509.UniformResourceIdentifier(list_url)], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), False)
        if stamp:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
        return builder.sign(self.key, hashes.SHA256())

    def answer(self, certificate: x509.Certificate) -> bytes:
        """An OCSP answer signed by the authority itself."""
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=self.root,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=self.now,
            next_update=self.now + timedelta(days=7),
            revocation_time=None,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(DER)

    def listed(self, *revoked: x509.Certificate, at: datetime | None = None) -> bytes:
        """Its revocation list of this week: `revoked` since `at`."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.root.subject)
        builder = builder.last_update(self.now).next_update(self.now + timedelta(days=7))
        for each in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(each.serial_number)
            entry = entry.revocation_date(at or self.now).add_extension(
                x509.CRLReason(x509.ReasonFlags.key_compromise), False
            )
            builder = builder.add_revoked_certificate(entry.build())
        number, above = (
            x509.CRLNumber(1),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
        )
        builder = builder.add_extension(number, False).add_extension(above, False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(DER)

    def _named(self, name: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )

    def _builder(self, subject: x509.Name, key: Any, years: int) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._named(self.name))
        builder = builder.public_key(key).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(self.now - timedelta(days=1))
        return builder.not_valid_after(self.now + timedelta(days=365 * years))


@dataclass
class Service:
    """`fail`: statuses answered before it works; `slow`: seconds to wait at the first request; `signed`: by request id.

    `by_list`: its certificate's status is told by a revocation list alone, `crl`, and by no OCSP answer.
    """

    authority: Foreign
    body: str
    key: Any
    certificate: x509.Certificate | None = None
    url: str = ""
    fail: list[int] = field(default_factory=list)
    slow: float = 0.0
    spoil: bool = False
    signed: dict[str, dict[str, Any]] = field(default_factory=dict)
    uses: int = 0
    by_list: bool = False
    crl: bytes = b""

    def sign(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["request_id"] in self.signed:
            return self.signed[request["request_id"]]
        self.uses += 1
        digest = base64.b64decode(request["digest"])
        if self.spoil:
            digest = hashlib.sha256(digest).digest()
        if request["kind"] == "raw":
            answer = {"signature": base64.b64encode(self._raw(digest)).decode()}
        else:
            answer = {"cms": base64.b64encode(self._cms(digest)).decode()}
        self.signed[request["request_id"]] = answer | {"request_id": request["request_id"]}
        return self.signed[request["request_id"]]

    def _raw(self, digest: bytes) -> bytes:
        hashed = utils.Prehashed(hashes.SHA256())
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), hashed)
        signature: bytes = self.key.sign(digest, ec.ECDSA(hashed))
        return signature

    def _cms(self, digest: bytes) -> bytes:
        from asn1crypto import cms
        from asn1crypto import x509 as asn1_x509

        assert self.certificate
        own = self.certificate.public_bytes(DER)
        certificate = asn1_x509.Certificate.load(own)
        identifier = {"certs": [{"cert_hash": hashlib.sha256(own).digest()}]}
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [identifier]}),
            ]
        )
        signature = self._raw(hashlib.sha256(attributes.dump()).digest())
        kind = "sha256_rsa" if isinstance(self.key, rsa.RSAPrivateKey) else "sha256_ecdsa"
        signer = {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": "sha256"},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": kind},
            "signature": signature,
        }
        signed = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "data"},
                "certificates": [certificate],
                "signer_infos": [signer],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Run it on a free port of loopback; its certificate names the OCSP answerer of the same server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/list.crl":
                self._answer(200 if service.crl else 503, service.crl)
                return
            if self._admitted():
                chain = [service.certificate, service.authority.root]
                listed = [base64.b64encode(each.public_bytes(DER)).decode() for each in chain if each]
                self._answer(200, json.dumps({"certificates": listed}).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/ocsp":
                assert service.certificate
                self._answer(200, service.authority.answer(service.certificate))
                return
            if not self._admitted():
                return
            if service.slow:
                slow, service.slow = service.slow, 0.0
                answer = service.sign(json.loads(body))
                time.sleep(slow)
                self._answer(200, json.dumps(answer).encode())
                return
            if service.fail:
                self._answer(
                    service.fail.pop(0), b'{"error": "busy", "message": "\\u7a0d\\u540e\\u518d\\u8bd5"}'
                )
                return
            self._answer(200, json.dumps(service.sign(json.loads(body))).encode())

        def _admitted(self) -> bool:
            if self.headers["Authorization"] == f"Bearer {SECRET}":
                return True
            self._answer(401, b'{"error": "who", "message": ""}')
            return False

        def _answer(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_address[1]}"
        service.certificate = service.authority.issue(
            service.body,
            service.key,
            ocsp_url="" if service.by_list else f"{service.url}/ocsp",
            list_url=f"{service.url}/list.crl" if service.by_list else "",
        )
        service.crl = service.authority.listed() if service.by_list else b""
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
