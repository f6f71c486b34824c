"""Our calls of libsrtp against pylibsrtp's own: the same packets, the same refusals."""

import secrets

import pylibsrtp
import pytest
from pylibsrtp import Policy, Session

from signalling import rtp
from signalling.srtp import MAX_PACKET, SrtpError, protector, rtcp_protector, rtcp_unprotector, unprotector

KEY = secrets.token_bytes(30)


def session(direction: int) -> Session:
    policy = Policy(key=KEY, ssrc_type=direction)
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


def test_the_version_it_was_written_for_is_installed() -> None:
    assert pylibsrtp.__version__ == "1.0.0"


@pytest.mark.parametrize("size", [0, 1, 160, 1200, 1300])
def test_packets_are_those_of_pylibsrtp(size: int) -> None:
    packet = rtp.build(96, True, 7, 9000, 1234, secrets.token_bytes(size))
    ours = protector(session(Policy.SSRC_ANY_OUTBOUND))(packet)
    assert ours == session(Policy.SSRC_ANY_OUTBOUND).protect(packet) != packet
    assert unprotector(session(Policy.SSRC_ANY_INBOUND))(ours) == packet
    control = rtp.picture_loss(1, 2)
    sealed = rtcp_protector(session(Policy.SSRC_ANY_OUTBOUND))(control)
    assert rtcp_unprotector(session(Policy.SSRC_ANY_INBOUND))(sealed) == control


def test_what_was_not_sent_by_the_holder_of_the_key_is_refused() -> None:
    sealed = protector(session(Policy.SSRC_ANY_OUTBOUND))(rtp.build(96, True, 7, 9000, 1234, bytes(50)))
    receive = unprotector(session(Policy.SSRC_ANY_INBOUND))
    forged = bytes([*sealed[:20], sealed[20] ^ 1, *sealed[21:]])
    for data in (forged, sealed[:11], b"", bytes(MAX_PACKET), bytes(MAX_PACKET + 1)):
        with pytest.raises(SrtpError):
            receive(data)
    receive(sealed)
    with pytest.raises(SrtpError):
        receive(sealed)


def test_a_session_lives_as_long_as_its_functions() -> None:
    functions = [protector(session(Policy.SSRC_ANY_OUTBOUND)) for _ in range(50)]
    packet = rtp.build(96, True, 7, 9000, 1234, bytes(100))
    assert len({function(packet) for function in functions}) == 1
