"""SDP: what an offer of a page contains, and the one answer it gets. Text in, text out; no sockets."""

from dataclasses import dataclass, field
from typing import Any

from .aiortc_seams import Candidate, DtlsParameters, IceParameters, parse_sdp
from .messages import Kind, Malformed, Offer, Source
from .rtp import AUDIO_LEVEL_URI, MID_URI, REPAIRED_RID_URI, RID_URI, SEND_TIME_URI
from .terms import Layer

MAX_MEDIA = 24  # m-lines
CNAME = "court"
# Chromium starts at 300 kbit/s and sinks on a busy machine without these (kbit/s).
VIDEO_FMTP = "x-google-start-bitrate=500;x-google-min-bitrate=100;x-google-max-bitrate=1600"

SENT_EXTENSIONS = (AUDIO_LEVEL_URI, SEND_TIME_URI, MID_URI, RID_URI, REPAIRED_RID_URI)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLine:
    """An m-line on which the page sends. `rtx` maps a retransmission payload type or SSRC to its original."""

    mid: str
    source: Source
    payload_type: int
    clock_rate: int
    ssrc: int | None
    rtx_payload_type: int | None
    rtx_ssrc: int | None
    audio_level_id: int | None
    layers: tuple[Layer, ...] = ()  # more than one: simulcast (RFC 8853), SSRCs are learned from the packets
    extension_ids: dict[str, int] = field(default_factory=dict)  # by URI
    nack: bool = True

    def id_of(self, uri: str) -> int:
        """0, which is no extension's id, when it was not offered."""
        return self.extension_ids.get(uri, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLine:
    """An m-line on which the page receives; `index` counts per kind."""

    mid: str
    kind: Kind
    index: int
    payload_type: int
    ssrc: int
    send_time_id: int = 0  # header extension; 0: not offered
    nack: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSession:
    ice: IceParameters
    dtls: DtlsParameters
    candidates: tuple[Candidate, ...]
    sends: tuple[SendLine, ...]
    slots: tuple[SlotLine, ...]
    lines: tuple["_Line", ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Line:
    kind: str
    mid: str
    port: int
    send: SendLine | None = None
    slot: SlotLine | None = None
    refused_payload: str = "0"


def read_offer(offer: Offer, first_ssrc: int) -> OfferedSession:
    """:raises Malformed: `media.offer` or `media.codec`. Slot SSRCs are counted up from `first_ssrc`."""
    try:
        session = parse_sdp(offer.sdp)
    except ValueError as exc:
        raise Malformed("media.offer") from exc
    sources = {s.mid: s.source for s in offer.sends}
    if not 0 < len(session.media) <= MAX_MEDIA or len(sources) != len(offer.sends):
        raise Malformed("media.offer")
    lines: list[_Line] = []
    counts = {Kind.AUDIO: 0, Kind.VIDEO: 0}
    sections = offer.sdp.replace("\r", "").split("\nm=")[1:]
    if len(sections) != len(session.media):
        raise Malformed("media.offer")
    for media, section in zip(session.media, sections, strict=True):
        layers = _layers(section)
        lines.append(_read_line(media, layers, sources, counts, first_ssrc + len(lines)))
    first = next((x for x in session.media if x.kind in ("audio", "video")), None)
    if first is None or not (first.ice.usernameFragment and first.ice.password) or first.dtls is None:
        raise Malformed("media.offer")
    if not first.dtls.fingerprints or {s.mid for s in (x.send for x in lines) if s} != set(sources):
        raise Malformed("media.offer")
    return OfferedSession(
        ice=first.ice,
        dtls=first.dtls,
        # Names of mDNS are not resolved: the page's own checks make its address known.
        candidates=tuple(c for c in first.ice_candidates[:32] if not c.ip.endswith(".local")),
        sends=tuple(x.send for x in lines if x.send),
        slots=tuple(x.slot for x in lines if x.slot),
        lines=tuple(lines),
    )


def _layers(section: str) -> tuple[Layer, ...]:
    """The encodings of one m-line, of which aiortc's reader knows nothing; () unless there are two."""
    lines = section.split("\n")
    offered = [x[6:].split(" ")[0] for x in lines if x.startswith("a=rid:") and x.endswith(" send")]
    both = any(x.startswith("a=simulcast:send ") for x in lines) and sorted(offered) == sorted(Layer)
    return tuple(map(Layer, offered)) if both else ()


def _read_line(
    media: Any, layers: tuple[Layer, ...], sources: dict[str, Source], counts: dict[Kind, int], ssrc: int
) -> _Line:
    """One m-line: a sender, a slot (counted in `counts`), or refused."""
    mid = media.rtp.muxId
    if not mid or len(mid) > 16 or not mid.isascii() or not mid.isalnum():
        raise Malformed("media.offer")
    sends, receives = mid in sources, media.direction == "recvonly"
    refused = media.kind not in ("audio", "video") or media.direction == "inactive"
    if refused or not (sends or receives):
        return _Line(media.kind, mid, 0, refused_payload=str(media.fmt[0]))
    kind = Kind(media.kind)
    payload_type, rtx, clock_rate, nack = _codec(media)
    ids = {x.uri: x.id for x in media.rtp.headerExtensions if 0 < x.id < 15}
    if receives and not sends:
        index = counts[kind]
        counts[kind] += 1
        slot = SlotLine(
            mid=mid,
            kind=kind,
            index=index,
            payload_type=payload_type,
            ssrc=ssrc,
            send_time_id=ids.get(SEND_TIME_URI, 0) if kind is Kind.VIDEO else 0,  # estimates are of video
            nack=nack,
        )
        return _Line(kind, mid, 9, slot=slot)
    if receives or sources[mid].kind is not kind:
        raise Malformed("media.offer")
    if MID_URI not in ids or RID_URI not in ids:
        layers = ()
    own_ssrc, rtx_ssrc = _ssrcs(media)
    send = SendLine(
        mid=mid,
        source=sources[mid],
        payload_type=payload_type,
        clock_rate=clock_rate,
        ssrc=own_ssrc,
        rtx_payload_type=rtx,
        rtx_ssrc=rtx_ssrc,
        audio_level_id=ids.get(AUDIO_LEVEL_URI),
        layers=layers if kind is Kind.VIDEO else (),
        extension_ids={uri: number for uri, number in ids.items() if uri in SENT_EXTENSIONS},
        nack=nack,
    )
    return _Line(kind, mid, 9, send=send)


def _codec(media: Any) -> tuple[int, int | None, int, bool]:
    """(payload type, payload type of its retransmissions, clock rate, repeats may be asked) of VP8 or Opus."""
    wanted = {"audio": "audio/opus", "video": "video/vp8"}[media.kind]
    codecs = media.rtp.codecs
    found = next((c for c in codecs if c.mimeType.lower() == wanted), None)
    if found is None:
        raise Malformed("media.codec")
    rtx = next(
        (
            c.payloadType
            for c in codecs
            if c.mimeType.lower().endswith("/rtx") and c.parameters.get("apt") == found.payloadType
        ),
        None,
    )
    nack = any(x.type == "nack" and not x.parameter for x in found.rtcpFeedback)
    return found.payloadType, rtx, found.clockRate, nack


def _ssrcs(media: Any) -> tuple[int | None, int | None]:
    for group in media.ssrc_group:
        if group.semantic == "FID" and len(group.items) == 2:
            return int(group.items[0]), int(group.items[1])
    ssrcs = media.ssrc
    return (ssrcs[0].ssrc if ssrcs else None), None


def write_answer(
    session: OfferedSession,
    *,
    ice: IceParameters,
    dtls: DtlsParameters,
    candidates: list[str],
    setup: str,
    session_id: int,
) -> str:
    """The answer: VP8 and Opus only, every slot with its SSRC, all bundled on one transport."""
    mids = " ".join(line.mid for line in session.lines if line.port)
    out = ["v=0", f"o=- {session_id} 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    out += [f"a=group:BUNDLE {mids}", "a=msid-semantic:WMS *"]
    transport = [f"a=ice-ufrag:{ice.usernameFragment}", f"a=ice-pwd:{ice.password}"]
    transport += [f"a=fingerprint:{f.algorithm} {f.value}" for f in dtls.fingerprints]
    transport += [f"a=setup:{setup}"]
    # In every m-line: aiortc as the offerer keeps the candidates of the last one.
    transport += [f"a=candidate:{c}" for c in candidates] + ["a=end-of-candidates"]
    for line in session.lines:
        if not line.port:
            protocol = "UDP/DTLS/SCTP" if line.kind == "application" else "UDP/TLS/RTP/SAVPF"
            out += [f"m={line.kind} 0 {protocol} {line.refused_payload}", "c=IN IP4 0.0.0.0"]
            out += ["a=inactive", f"a=mid:{line.mid}"]
            continue
        out += _media(line)
        out += transport
    return "\r\n".join(out) + "\r\n"


def _media(line: _Line) -> list[str]:
    if line.send is not None:
        payload_type, rtx, nack = line.send.payload_type, line.send.rtx_payload_type, line.send.nack
    else:
        assert line.slot is not None
        payload_type, rtx, nack = line.slot.payload_type, None, line.slot.nack
    payloads = f"{payload_type} {rtx}" if rtx is not None else str(payload_type)
    out = [f"m={line.kind} 9 UDP/TLS/RTP/SAVPF {payloads}", "c=IN IP4 0.0.0.0", "a=rtcp:9 IN IP4 0.0.0.0"]
    out += [f"a=mid:{line.mid}", "a=rtcp-mux", "a=recvonly" if line.send else "a=sendonly"]
    if line.send is not None:
        out += [f"a=extmap:{number} {uri}" for uri, number in line.send.extension_ids.items()]
        out += [f"a=rid:{layer} recv" for layer in line.send.layers]
        if line.send.layers:
            out.append(f"a=simulcast:recv {';'.join(line.send.layers)}")
    elif line.slot is not None and line.slot.send_time_id:
        out.append(f"a=extmap:{line.slot.send_time_id} {SEND_TIME_URI}")
    if line.kind == "audio":
        out += [f"a=rtpmap:{payload_type} opus/48000/2", f"a=fmtp:{payload_type} minptime=10;useinbandfec=1"]
        out += [f"a=rtcp-fb:{payload_type} nack"] if nack else []
    else:
        out += [f"a=rtpmap:{payload_type} VP8/90000", f"a=fmtp:{payload_type} {VIDEO_FMTP}"]
        for feedback in ("goog-remb", "nack", "nack pli", "ccm fir"):
            out.append(f"a=rtcp-fb:{payload_type} {feedback}")
        if rtx is not None:
            out += [f"a=rtpmap:{rtx} rtx/90000", f"a=fmtp:{rtx} apt={payload_type}"]
    if line.slot is not None:
        slot = line.slot
        out.append(f"a=msid:slot{slot.index} {slot.kind}{slot.index}")
        out.append(f"a=ssrc:{slot.ssrc} cname:{CNAME}-{slot.index}")
    return out
