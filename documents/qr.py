"""Signed facts for the QR code: COSE_Sign1 in Base45 after "#". Does not prove the other printed words."""

from __future__ import annotations

from dataclasses import dataclass

import cbor2
import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from reportlab.pdfgen.canvas import Canvas

from documents import base45
from documents.data import AuthorityPlace
from documents.errors import PaperError
from documents.pki import Trust, key_id, open_authority

LARGEST = 300  # bytes of COSE: more would need a code larger than 32 mm
_PROTECTED = cbor2.dumps({1: -7}, canonical=True)  # alg: ES256 (RFC 9053)
_KIND, _NUMBER, _NAMES, _MADE_ON, _CONTENT = 1, 2, 3, 4, 5
_MASK = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What the code says; `content_sha256` is cut to its first 16 bytes (hex in, hex out)."""

    kind: str
    number: str
    names: tuple[str, ...]
    made_on: str  # ISO date
    content_sha256: str


def issue(facts: PaperFacts, *, authority: AuthorityPlace, verify_url: str) -> str:
    """The text of the code: `<verify_url>#<base45 of COSE_Sign1>`, at most 300 bytes of COSE."""
    held = open_authority(authority).held["qr"]
    spki = held.key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    names = list(facts.names)
    while True:
        payload = cbor2.dumps(
            {
                _KIND: facts.kind,
                _NUMBER: facts.number,
                _NAMES: names,
                _MADE_ON: facts.made_on,
                _CONTENT: bytes.fromhex(facts.content_sha256)[:16],
            },
            canonical=True,
        )
        r, s = decode_dss_signature(held.sign(_to_sign(payload)))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        unprotected = {4: bytes.fromhex(key_id(spki))}
        code = cbor2.dumps(cbor2.CBORTag(18, [_PROTECTED, unprotected, payload, signature]), canonical=True)
        if len(code) <= LARGEST:
            return f"{verify_url}#{base45.encode(code)}"
        if not names:
            raise PaperError("qr.too_large", "二维码内容过长，请缩短文书编号。")
        # Many parties: the code names the first ones and how many there are; the paper names all.
        kept = names[:-2] if names[-1].startswith("等") else names[:-1]
        names = [*kept, f"等{len(facts.names)}人"] if kept else []


def check(payload: str, trust: Trust) -> PaperFacts:
    """Facts from a scanned code (whole URL or fragment). Raises PaperError `qr.malformed`,
    `qr.unknown_key`, `qr.forged`."""
    try:
        if len(payload) > 2000:
            raise ValueError("too long")
        tag = cbor2.loads(base45.decode(payload.rsplit("#", 1)[-1]))
        protected, unprotected, body, signature = tag.value
        if tag.tag != 18 or protected != _PROTECTED or len(signature) != 64:
            raise ValueError("not COSE_Sign1 with ES256")
        key = dict(trust.qr_keys).get(bytes(unprotected[4]).hex())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, cbor2.CBORDecodeError):
        raise PaperError("qr.malformed", "这不是本系统文书上的二维码，或者没有扫完整，请重新扫描。") from None
    if key is None:
        raise PaperError("qr.unknown_key", "二维码不是由本院（本委员会）的密钥签发，不能认定其内容。")
    public = serialization.load_der_public_key(key)
    whole = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        if not isinstance(public, ec.EllipticCurvePublicKey):
            raise InvalidSignature
        public.verify(whole, _to_sign(body), ec.ECDSA(hashes.SHA256()))
        said = cbor2.loads(body)
        return PaperFacts(
            kind=str(said[_KIND]),
            number=str(said[_NUMBER]),
            names=tuple(map(str, said[_NAMES])),
            made_on=str(said[_MADE_ON]),
            content_sha256=bytes(said[_CONTENT]).hex(),
        )
    except (InvalidSignature, ValueError, TypeError, KeyError, cbor2.CBORDecodeError):
        raise PaperError("qr.forged", "二维码的签名不对，内容可能被改动，请勿采信。") from None


def draw(canvas: Canvas, text: str, left: float, bottom: float, side: float) -> None:
    """The code as black squares in a box of `side` points, without quiet zone (the paper around is white)."""
    # Signed content looks random under every mask: trying all eight would only take time.
    code = segno.make(text_segments(text), error="m", mask=_MASK, micro=False, boost_error=False)  # type: ignore[arg-type]
    rows = [bytes(row) for row in code.matrix]
    module = side / len(rows)
    path = canvas.beginPath()
    for index, row in enumerate(rows):
        y = bottom + side - (index + 1) * module
        start = -1
        for column, dark in enumerate((*row, 0)):
            if dark and start < 0:
                start = column
            elif not dark and start >= 0:
                path.rect(left + start * module, y, (column - start) * module, module)
                start = -1
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def text_segments(text: str) -> list[tuple[str, int]] | str:
    """URL in byte mode, Base45 in alphanumeric mode: a quarter fewer modules than bytes alone."""
    url, mark, code = text.partition("#")
    if not mark or not code or any(c not in base45.ALPHABET for c in code):
        return text
    return [(url + mark, segno.consts.MODE_BYTE), (code, segno.consts.MODE_ALPHANUMERIC)]


def _to_sign(payload: bytes) -> bytes:
    return bytes(cbor2.dumps(["Signature1", _PROTECTED, b"", payload], canonical=True))
