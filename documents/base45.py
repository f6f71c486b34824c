"""Base45 (RFC 9285), made safe for a URL fragment. Text only."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Base45, with "%" and " " as %25 and %20, which stay inside the QR code's alphanumeric set."""
    out = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        value = int.from_bytes(pair, "big")
        out.append(ALPHABET[value % 45] + ALPHABET[value // 45 % 45])
        if len(pair) == 2:
            out.append(ALPHABET[value // 2025])
    return "".join(out).replace("%", "%25").replace(" ", "%20")


def decode(text: str) -> bytes:
    """Raises ValueError."""
    text = text.replace("%20", " ").replace("%25", "%")
    out = bytearray()
    for start in range(0, len(text), 3):
        group = text[start : start + 3]
        if len(group) == 1 or any(character not in _VALUE for character in group):
            raise ValueError("not Base45")
        value = sum(_VALUE[character] * 45**index for index, character in enumerate(group))
        out += value.to_bytes(len(group) - 1, "big") if value < 256 ** (len(group) - 1) else _overflow()
    return bytes(out)


def _overflow() -> bytes:
    raise ValueError("not Base45")
