"""Mends asn1crypto 1.5.1's test for indefinite length, which stalls signing for seconds; no other change.

`dump` takes any header ending in 0x80 for "indefinite length", so a definite length such as 0x0180 forces
the whole structure to be encoded again at every level (wbond/asn1crypto issues 249, 256, 192).
"""

from __future__ import annotations

import inspect
import textwrap

import asn1crypto
from asn1crypto import core

_MISTAKEN = "self._header[-1:] == b'\\x80'"
_MENDED = "_indefinite_length(self._header)"


def indefinite_length(header: bytes) -> bool:
    """True if the innermost of the identifier-length pairs in `header` says indefinite (a lone 0x80)."""
    if header[-1:] != b"\x80":  # nearly all of them, 40 000 times in one paper
        return False
    position = 0
    while position < len(header):
        high_tag = header[position] & 0x1F == 0x1F
        position += 1
        if high_tag:
            while position < len(header) and header[position] & 0x80:
                position += 1
            position += 1
        if position >= len(header):
            return False
        length = header[position]
        position += 1
        if length == 0x80:
            if position == len(header):
                return True
        elif length & 0x80:
            position += length & 0x7F
    return False


def apply() -> int:
    """Patch once; the number of mended methods, 0 where already done or another version needs none."""
    if asn1crypto.__version__ != "1.5.1":
        return 0
    mended = 0
    for kind in (getattr(core, name, None) for name in dir(core)):
        method = vars(kind).get("dump") if inspect.isclass(kind) else None
        if method is None or not inspect.isfunction(method) or getattr(method, "mended", False):
            continue
        source = textwrap.dedent(inspect.getsource(method))
        if _MISTAKEN not in source:
            continue
        scope: dict[str, object] = {}
        vars(core)["_indefinite_length"] = indefinite_length
        exec(compile(source.replace(_MISTAKEN, _MENDED), core.__file__, "exec"), vars(core), scope)  # noqa: S102
        replacement = scope["dump"]
        replacement.mended = True  # type: ignore[attr-defined]
        setattr(kind, "dump", replacement)  # noqa: B010
        mended += 1
    return mended
