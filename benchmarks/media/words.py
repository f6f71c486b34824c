"""The SDP of the load's participants: written and read; one transport, Opus 111 and VP8 96, nothing else."""

from dataclasses import dataclass

from signalling.aiortc_seams import IceParameters, MediaTransport, parse_sdp
from signalling.rtp import AUDIO_LEVEL_URI

OPUS, VP8, LEVEL_ID = 111, 96, 1


@dataclass(frozen=True, slots=True)
class Line:
    kind: str
    mid: str
    direction: str
    ssrc: int = 0


def write(transport: MediaTransport, lines: list[Line], setup: str) -> str:
    """An offer (`setup` actpass) or an answer (active)."""
    ice, dtls = transport.ice_parameters, transport.dtls_parameters
    out = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    out += [f"a=group:BUNDLE {' '.join(line.mid for line in lines)}", "a=msid-semantic: WMS *"]
    for line in lines:
        payload = OPUS if line.kind == "audio" else VP8
        out += [f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {payload}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
        out += [f"a=mid:{line.mid}", f"a={line.direction}", "a=rtcp-mux", f"a=setup:{setup}"]
        out += [f"a=ice-ufrag:{ice.usernameFragment}", f"a=ice-pwd:{ice.password}"]
        out += [f"a=fingerprint:{f.algorithm} {f.value}" for f in dtls.fingerprints]
        if line.kind == "audio":
            out += [f"a=extmap:{LEVEL_ID} {AUDIO_LEVEL_URI}", f"a=rtpmap:{OPUS} opus/48000/2"]
            out += [f"a=fmtp:{OPUS} minptime=10;useinbandfec=1"]
        else:
            out += [f"a=rtpmap:{VP8} VP8/90000"]
            out += [f"a=rtcp-fb:{VP8} {name}" for name in ("nack", "nack pli", "ccm fir", "goog-remb")]
        if line.ssrc:
            out += [f"a=msid:load {line.kind}", f"a=ssrc:{line.ssrc} cname:load"]
        out += [f"a=candidate:{c}" for c in transport.candidates] + ["a=end-of-candidates"]
    return "\r\n".join(out) + "\r\n"


def lead(transport: MediaTransport) -> None:
    """Before its offer is sent: this side leads ICE from the first check on. The seam itself only answers."""
    transport._connection.ice_controlling = True
    library = transport._ice.start

    async def leading(parameters: IceParameters) -> None:
        await library(IceParameters(parameters.usernameFragment, parameters.password))

    transport._ice.start = leading  # type: ignore[assignment,method-assign]


async def connect(transport: MediaTransport, other: str) -> None:
    """Start with what the other side's SDP says of ICE and DTLS."""
    media = next(m for m in parse_sdp(other).media if m.port and m.ice.usernameFragment)
    # The seam leads where it hears of a lite side; `lead` keeps that word from the library.
    ice = IceParameters(media.ice.usernameFragment, media.ice.password, transport._connection.ice_controlling)
    role = "server" if media.dtls.role == "client" else "client"
    await transport.start(ice, media.dtls, media.ice_candidates, role=role)


def lines_of(offer: str) -> list[tuple[str, str]]:
    """(kind, mid) of each m-line."""
    return [(m.kind, m.rtp.muxId) for m in parse_sdp(offer).media]
