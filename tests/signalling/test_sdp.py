"""Offers are read with care, and the one answer takes only what the room can carry."""

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from signalling import messages as m
from signalling import rtp
from signalling.aiortc_seams import limit_ice_addresses, parse_sdp
from signalling.made_media import MovingPictureTrack, ToneTrack
from signalling.messages import Kind, Malformed, Offer, Send, Source
from signalling.sdp import OfferedSession, read_offer, write_answer
from signalling.terms import Layer


async def offered() -> str:
    """An offer of aiortc: it prefers nothing and knows VP8, H.264 and more."""
    limit_ice_addresses(["127.0.0.1"])
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    for track in (ToneTrack(), MovingPictureTrack()):
        pc.addTransceiver(track, direction="sendonly")
    for kind in ("audio", "audio", "video"):
        pc.addTransceiver(kind, direction="recvonly")
    pc.createDataChannel("unwanted")
    await pc.setLocalDescription(await pc.createOffer())
    text = str(pc.localDescription.sdp)
    await pc.close()
    return text


SENDS = (Send(mid="0", source=Source.MIC), Send(mid="1", source=Source.CAMERA))


def answer(session: OfferedSession) -> str:
    return write_answer(
        session,
        ice=session.ice,
        dtls=session.dtls,
        candidates=["1 1 udp 1 127.0.0.1 9 typ host"],
        setup="active",
        session_id=1,
    )


async def test_the_answer_takes_vp8_and_opus_and_nothing_else() -> None:
    session = read_offer(Offer(connection="c", sdp=await offered(), sends=SENDS), first_ssrc=1000)
    text = answer(session)
    parsed = parse_sdp(text)
    codecs = {c.mimeType.lower() for media in parsed.media for c in media.rtp.codecs}
    assert codecs == {"audio/opus", "video/vp8", "video/rtx"}
    assert "x-google-start-bitrate" in text
    assert [x.direction for x in parsed.media] == [
        "recvonly",
        "recvonly",
        "sendonly",
        "sendonly",
        "sendonly",
        "inactive",
    ]
    assert [x.port for x in parsed.media] == [9, 9, 9, 9, 9, 0]


async def test_every_slot_has_its_own_ssrc_and_index() -> None:
    session = read_offer(Offer(connection="c", sdp=await offered(), sends=SENDS), first_ssrc=1000)
    assert [(s.kind, s.index) for s in session.slots] == [(Kind.AUDIO, 0), (Kind.AUDIO, 1), (Kind.VIDEO, 0)]
    assert len({s.ssrc for s in session.slots}) == 3 and all(s.ssrc >= 1000 for s in session.slots)
    camera = session.sends[1]
    assert camera.ssrc and camera.rtx_ssrc and camera.rtx_payload_type


async def test_names_of_mdns_are_not_resolved() -> None:
    text = (await offered()).replace("127.0.0.1", "0b1c.local")
    text = text.replace("c=IN IP4 0b1c.local", "c=IN IP4 0.0.0.0")
    assert read_offer(Offer(connection="c", sdp=text, sends=SENDS), first_ssrc=1).candidates == ()


@pytest.mark.parametrize(
    "sends",
    [
        (Send(mid="0", source=Source.CAMERA),),
        (Send(mid="2", source=Source.MIC),),
        (Send(mid="9", source=Source.MIC),),
        (Send(mid="0", source=Source.MIC), Send(mid="0", source=Source.MIC)),
    ],
)
async def test_sources_that_do_not_fit_the_offer_are_refused(sends: tuple[Send, ...]) -> None:
    with pytest.raises(Malformed) as refused:
        read_offer(Offer(connection="c", sdp=await offered(), sends=sends), first_ssrc=1)
    assert refused.value.code == "media.offer"


async def test_a_browser_without_vp8_is_told_so() -> None:
    text = (await offered()).replace("VP8", "VP9")
    with pytest.raises(Malformed) as refused:
        read_offer(Offer(connection="c", sdp=text, sends=SENDS), first_ssrc=1)
    assert refused.value.code == "media.codec"
    assert "VP8" in m.REFUSALS["media.codec"]


async def test_no_mangled_offer_is_more_than_a_refusal() -> None:
    lines = (await offered()).splitlines(keepends=True)
    refused = 0
    for cut in range(len(lines)):
        text = "".join(lines[:cut] + lines[cut + 1 :])
        try:
            answer(read_offer(Offer(connection="c", sdp=text or "x", sends=SENDS), first_ssrc=1))
        except Malformed:
            refused += 1
    assert 0 < refused < len(lines), "some lines carry an offer, it stands without others"


EXTMAP = "a=extmap:{} {}\r\n"
SIMULCAST = (
    EXTMAP.format(4, rtp.MID_URI)
    + EXTMAP.format(10, rtp.RID_URI)
    + EXTMAP.format(11, rtp.REPAIRED_RID_URI)
    + "a=rid:l send\r\na=rid:h send\r\na=simulcast:send l;h\r\n"
)


async def simulcast(added: str = SIMULCAST) -> OfferedSession:
    """The offer of a browser that sends its camera twice: no SSRC is named."""
    text = await offered()
    camera = text.split("m=")[2]
    kept = [x for x in camera.splitlines(keepends=True) if not x.startswith(("a=ssrc", "a=extmap"))]
    text = text.replace(camera, "".join(kept) + added)
    return read_offer(Offer(connection="c", sdp=text, sends=SENDS), first_ssrc=1)


async def test_two_encodings_of_a_camera_are_taken() -> None:
    session = await simulcast()
    camera = session.sends[1]
    assert camera.layers == (Layer.LOW, Layer.HIGH) and camera.ssrc is None
    text = answer(session)
    assert "a=rid:l recv\r\na=rid:h recv\r\na=simulcast:recv l;h\r\n" in text
    assert all(f" {uri}\r\n" in text for uri in (rtp.MID_URI, rtp.RID_URI, rtp.REPAIRED_RID_URI))


@pytest.mark.parametrize(
    "added",
    [
        SIMULCAST.replace("a=simulcast:send l;h\r\n", ""),
        SIMULCAST.replace("a=rid:h send\r\n", ""),
        SIMULCAST.replace("a=rid:h send", "a=rid:f send"),
        SIMULCAST.replace(rtp.RID_URI, "urn:x"),
        "a=rid:\r\na=simulcast:\r\n",
    ],
)
async def test_what_is_not_two_known_encodings_is_one(added: str) -> None:
    session = await simulcast(added)
    assert session.sends[1].layers == () and "simulcast" not in answer(session)


async def test_sound_is_repaired_where_the_page_offers_it() -> None:
    text = await offered()
    assert "a=rtcp-fb:96 nack\r\n" not in answer(
        read_offer(Offer(connection="c", sdp=text, sends=SENDS), first_ssrc=1)
    )
    text = text.replace("opus/48000/2\r\n", "opus/48000/2\r\na=rtcp-fb:96 nack\r\n")
    session = read_offer(Offer(connection="c", sdp=text, sends=SENDS), first_ssrc=1)
    assert session.sends[0].nack and all(s.nack for s in session.slots)
    assert answer(session).count("a=rtcp-fb:96 nack\r\n") == 3
