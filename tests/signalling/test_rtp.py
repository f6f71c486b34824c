"""RTP and RTCP bytes, against aiortc's own and against noise."""

import aiortc.rtp as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from signalling import rtp, vp8

calm = settings(deadline=None, max_examples=60)  # a busy machine is no fault
U16, U32 = st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)


@calm
@given(st.integers(0, 127), st.booleans(), U16, U32, U32, st.binary(max_size=50))
def test_a_built_packet_is_read_by_aiortc_and_by_us(
    payload_type: int, marker: bool, seq: int, timestamp: int, ssrc: int, payload: bytes
) -> None:
    data = rtp.build(payload_type, marker, seq, timestamp, ssrc, payload)
    packet = theirs.RtpPacket.parse(data)
    assert (packet.sequence_number, packet.timestamp, packet.ssrc, packet.payload) == (
        seq,
        timestamp,
        ssrc,
        payload,
    )
    ours = rtp.parse(data)
    assert ours is not None and (ours.seq, ours.marker, ours.payload) == (seq, marker, payload)


@calm
@given(st.binary(max_size=200))
def test_noise_is_never_an_exception(data: bytes) -> None:
    packet = rtp.parse(data)
    if packet is not None:
        rtp.extension(packet, 1)
        rtp.unwrap_rtx(packet, 96, 1)
        vp8.read(packet.payload)
    assert packet is None or packet.payload in data
    rtp.parse_rtcp(data)
    vp8.read(data)
    vp8.key_size(data)
    vp8.is_key_start(data)


@calm
@given(st.lists(U16, min_size=1, max_size=40, unique=True), U32, U32)
def test_a_nack_names_the_same_packets_at_the_other_end(lost: list[int], sender: int, media: int) -> None:
    lost.sort()
    data = rtp.nack(sender, media, lost)
    (packet,) = theirs.RtcpPacket.parse(data)
    assert sorted(packet.lost) == lost and packet.media_ssrc == media
    (back,) = rtp.parse_rtcp(data)
    assert isinstance(back, rtp.Nack) and sorted(back.lost) == lost


def test_reports_are_read_by_aiortc() -> None:
    block = rtp.ReportBlock(5, 64, 100, 70_000, 33, 7, 8)
    (rr,) = theirs.RtcpPacket.parse(rtp.receiver_report(1, [block]))
    assert (rr.reports[0].fraction_lost, rr.reports[0].packets_lost) == (64, 100)
    assert rr.reports[0].highest_sequence == 70_000
    sr, sdes = theirs.RtcpPacket.parse(rtp.sender_report(9, 1 << 40, 3, 4, 5, "court"))
    assert (sr.sender_info.ntp_timestamp, sr.sender_info.rtp_timestamp) == (1 << 40, 3)
    assert sdes.chunks[0].items == [(1, b"court")]
    (pli,) = theirs.RtcpPacket.parse(rtp.picture_loss(1, 2))
    assert (pli.fmt, pli.media_ssrc) == (1, 2)


def test_loss_is_counted_over_a_wrap() -> None:
    reception = rtp.Reception(90_000)
    for i in range(100):
        if i % 10 != 5:
            reception.add((65_500 + i) & 0xFFFF, i * 3000, i / 30)
    report = reception.report(1, 0, 0)
    assert (report.packets_lost, report.fraction_lost) == (10, 10 * 256 // 100)
    assert report.highest_seq == 65_599


def test_picture_ids_are_moved_on_in_place() -> None:
    payload = bytes([0x90, 0xE0, 0xFF, 0xFE, 0x05, 0x20, 0x01, 0x02])
    d = vp8.read(payload)
    assert d is not None and (d.picture_id, d.tl0, d.size, d.wide) == (0x7FFE, 5, 6, True)
    moved = vp8.read(vp8.shift_ids(payload, d, 3, 255))
    assert moved is not None and (moved.picture_id, moved.tl0, moved.size) == (1, 4, 6)


@calm
@given(st.integers(0, 2**36), st.lists(U32, min_size=1, max_size=10))
def test_an_estimate_is_read_by_aiortc_and_by_us(bits_per_s: int, ssrcs: list[int]) -> None:
    data = rtp.estimate(1, bits_per_s, ssrcs)
    (packet,) = theirs.RtcpPacket.parse(data)
    assert isinstance(packet, theirs.RtcpPsfbPacket)
    bitrate, named = theirs.unpack_remb_fci(packet.fci)
    (ours,) = rtp.parse_rtcp(data)
    assert isinstance(ours, rtp.Estimate) and ours.bits_per_s == bitrate and named == ssrcs
    assert 0 <= bits_per_s - bitrate <= bits_per_s / 2**17
