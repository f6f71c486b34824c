"""The process that holds the room dies under real browsers: picture and sound come back by themselves, the gap is named."""

import itertools
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from court import installation
from court.config import load
from signalling.manifest import read_manifest
from signalling.segments import Gap, GapReason, Segment, Track
from signalling.verify_recording import verify_recording
from tests.journeys.stage import LONG
from tests.node import Node
from tests.web.test_room_browsers import Sitting, close, make_case

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

# A new stream may count from nothing again, so what is asked is whether it runs now.
RUNS = """
async (seat) => {
  const frames = () => {
    const video = document.querySelector(`.tile[data-seat="${seat}"] video`);
    return video ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
  };
  const before = frames();
  await new Promise((done) => setTimeout(done, 1000));
  return frames() > before + 2;
}
"""
HEARS = """
async () => {
  const packets = async () => {
    let count = 0;
    for (const pc of window.connections) {
      if (pc.connectionState !== "connected") continue;
      (await pc.getStats()).forEach((one) => {
        if (one.type === "inbound-rtp" && one.kind === "audio") count += one.packetsReceived;
      });
    }
    return count;
  };
  const before = await packets();
  await new Promise((done) => setTimeout(done, 1000));
  return (await packets()) > before + 20;
}
"""
WATCHED = """
window.connections = [];
const Native = RTCPeerConnection;
window.RTCPeerConnection = class extends Native {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""


def entered(sitting: Sitting, who: str) -> Page:
    page = sitting.open(who)
    page.add_init_script(WATCHED)
    page.reload()
    expect(page.locator("#prejoin-picture")).to_contain_text("看到自己了")
    page.click("#enter")
    expect(page.locator("#own-words")).to_contain_text("法庭已收到")
    return page


def sees_and_hears(sitting: Sitting, who: str, other: str) -> None:
    page = sitting.pages[who]
    page.wait_for_function(RUNS, arg=sitting.case.seats[other].id, timeout=LONG)
    page.wait_for_function(HEARS, timeout=LONG)


def recorded(node: Node, hearing_id: str, seats: set[str]) -> None:
    """Each track of each seat: before the death, the gap it made, and after."""
    config = load(node.config)
    directory = config.recordings_dir / hearing_id
    report = verify_recording(directory, installation.recording_public_key(config.authority_dir))
    assert report.problems == () and report.finished and report.signed
    records = [entry.record for entry in read_manifest(directory).entries]
    crashes = {one.track: one for one in records if isinstance(one, Gap) and one.reason is GapReason.CRASH}
    assert {track.seat_id for track in crashes} == seats
    for track, gap in crashes.items():
        spans = [
            (one.start_ms, one.end_ms) for one in records if isinstance(one, Segment) and one.track == track
        ]
        assert any(end <= gap.start_ms for _, end in spans), track
        assert any(start >= gap.end_ms for start, _ in spans), track
        assert continuous(records, track), "wall time is segments and gaps"


def continuous(records: Sequence[object], track: Track) -> bool:
    told = [one for one in records if isinstance(one, Segment | Gap) and one.track == track]
    spans = sorted((one.start_ms, one.end_ms) for one in told)
    return all(left[1] == right[0] for left, right in itertools.pairwise(spans))


def test_picture_and_sound_come_back_when_the_media_process_is_killed(
    tmp_path: Path, fonts_dir: Path, new_context: Callable[..., BrowserContext]
) -> None:
    node = Node(tmp_path, fonts_dir=str(fonts_dir), signing_workers=1, media_workers=1).start()
    try:
        sitting = Sitting(node, make_case(node), new_context)
        judge = entered(sitting, "judge")
        entered(sitting, "vehicle")
        judge.click("#order-open")
        expect(judge.locator("#tracks")).to_contain_text("最后一秒已保存")
        for who, other in (("judge", "vehicle"), ("vehicle", "judge")):
            sees_and_hears(sitting, who, other)
        judge.wait_for_timeout(5000)  # so that each track has a closed file
        (worker,) = node.media_workers()
        os.kill(worker, signal.SIGKILL)
        for page in sitting.pages.values():
            page.wait_for_function("() => window.connections.length > 1", timeout=LONG)
        for who, other in (("judge", "vehicle"), ("vehicle", "judge")):
            sees_and_hears(sitting, who, other)
        assert node.media_workers() not in ([], [worker])
        expect(judge.locator("#safety-words")).to_have_text("正常", timeout=LONG)
        judge.wait_for_timeout(6000)
        close(judge, sitting.pages)
        seats = {sitting.case.seats[who].id for who in ("judge", "vehicle")}
        recorded(node, sitting.case.hearing.id, seats)
    finally:
        node.stop()
