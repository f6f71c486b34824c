"""What one forwarded packet costs this machine: `python -m benchmarks.forwarding`. Runs beside its own floor."""

import json
import secrets
import socket
import time
from collections.abc import Callable

from pylibsrtp import Policy, Session

from signalling import rtp
from signalling.messages import Kind, Source
from signalling.outlet import Outlet
from signalling.sdp import SendLine, SlotLine
from signalling.streams import Inlet

PACKETS = 20_000
PAYLOAD = b"\x90\x80\x80\x01\x00" + secrets.token_bytes(1000)  # a VP8 key-frame start; typical size
KEY = secrets.token_bytes(30)


def session(direction: int) -> Session:
    policy = Policy(key=KEY, ssrc_type=direction)
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


def microseconds(work: Callable[[], None]) -> float:
    """CPU time of this process per incoming packet."""
    started = time.process_time()
    work()
    return (time.process_time() - started) / PACKETS * 1e6


def measure(viewers: int) -> tuple[float, float]:
    """(the whole path, its floor: unprotect once, protect and send to each viewer), µs per incoming packet."""
    publisher = session(Policy.SSRC_ANY_OUTBOUND)
    plain = [rtp.build(96, i % 8 == 7, i & 0xFFFF, i // 8 * 6000, 1234, PAYLOAD) for i in range(PACKETS)]
    protected = [publisher.protect(p) for p in plain]
    line = SendLine(
        mid="0",
        source=Source.CAMERA,
        payload_type=96,
        clock_rate=90_000,
        ssrc=1234,
        rtx_payload_type=None,
        rtx_ssrc=None,
        audio_level_id=None,
    )
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
    ):
        there.bind(("127.0.0.1", 0))
        address = there.getsockname()

        def sender() -> Callable[[bytes], bool]:
            out = session(Policy.SSRC_ANY_OUTBOUND)
            return lambda data: here.sendto(out.protect(data), address) > 0

        inlet = Inlet("party", line)
        outlets = []
        for i in range(viewers):
            slot = SlotLine(mid="1", kind=Kind.VIDEO, index=0, payload_type=96, ssrc=9000 + i)
            outlets.append(Outlet("viewer", slot, sender()))
            outlets[-1].carry(inlet)
        incoming = session(Policy.SSRC_ANY_INBOUND)

        def whole() -> None:
            for data in protected:
                packet = rtp.parse(incoming.unprotect(data))
                if packet is not None:
                    inlet.accept(packet, 0.0, repeated=False)
                    for outlet in outlets:
                        outlet.forward(packet, 0.0)

        senders, again = [sender() for _ in range(viewers)], session(Policy.SSRC_ANY_INBOUND)

        def floor() -> None:
            for data, bare in zip(protected, plain, strict=True):
                again.unprotect(data)
                for send in senders:
                    send(bare)

        return microseconds(whole), microseconds(floor)


def figures() -> dict[str, float]:
    """µs per packet that leaves, for one and five viewers, with the floor of SRTP and the socket alone."""
    found: dict[str, float] = {}
    for viewers in (1, 5):
        whole, floor = measure(viewers)
        found[f"forward_{viewers}_us_per_packet_out"] = round(whole / viewers, 1)
        found[f"floor_{viewers}_us_per_packet_out"] = round(floor / viewers, 1)
    return found


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
