"""SRTP by libsrtp with one buffer for all packets: pylibsrtp's own calls allocate anew for each. Keys are aiortc's.

Touches the insides of pylibsrtp 1.0.0; tests/signalling/test_srtp.py compares both and fails loudly on another.
"""

from collections.abc import Callable
from typing import Any

import pylibsrtp
from pylibsrtp import _binding

MAX_PACKET = 2048  # bytes, as datagrams are bounded
_TRAILER = 160  # SRTP_MAX_TRAILER_LEN of libsrtp and the index of SRTCP

_cdata = _binding.ffi.new("char[]", MAX_PACKET + _TRAILER)
_buffer = _binding.ffi.buffer(_cdata)
_length = _binding.ffi.new("int *")


class SrtpError(Exception):
    """A packet that is forged, replayed, too old or too long."""


def _calls(session: pylibsrtp.Session, function: Any) -> Callable[[bytes], bytes]:
    """Only ever in one thread: the buffer is shared, and what is returned is a copy."""
    holder: Any = session
    context = holder._srtp[0]
    cdata, buffer, length = _cdata, _buffer, _length

    def call(packet: bytes, keep: Any = session) -> bytes:
        size = len(packet)
        if size > MAX_PACKET:
            raise SrtpError("too long")
        buffer[0:size] = packet
        length[0] = size
        status = function(context, cdata, length)
        if status:
            raise SrtpError(status)
        found: bytes = buffer[0 : length[0]]
        return found

    return call


def protector(session: pylibsrtp.Session) -> Callable[[bytes], bytes]:
    """:raises SrtpError: from the function returned, for a repeat too old for the window."""
    return _calls(session, _binding.lib.srtp_protect)


def rtcp_protector(session: pylibsrtp.Session) -> Callable[[bytes], bytes]:
    return _calls(session, _binding.lib.srtp_protect_rtcp)


def unprotector(session: pylibsrtp.Session) -> Callable[[bytes], bytes]:
    """:raises SrtpError: from the function returned, for whatever was not sent by the holder of the key, once."""
    return _calls(session, _binding.lib.srtp_unprotect)


def rtcp_unprotector(session: pylibsrtp.Session) -> Callable[[bytes], bytes]:
    return _calls(session, _binding.lib.srtp_unprotect_rtcp)
