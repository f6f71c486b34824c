"""Offers are read with care, and the one answer takes only what the room can carry."""

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from signalling import messages as m
from signalling.aiortc_seams import limit_ice_addresses, parse_sdp
from signalling.client import MovingPictureTrack, ToneTrack
from signalling.messages import Kind, Malformed, Offer, Send, Source
from signalling.sdp import OfferedSession, read_offer, write_answer


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
    for cut in range(len(lines)):
        text = "".join(lines[:cut] + lines[cut + 1 :])
        try:
            answer(read_offer(Offer(connection="c", sdp=text or "x", sends=SENDS), first_ssrc=1))
        except Malformed:
            continue
