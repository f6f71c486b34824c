"""A recorder of its own in a process, fed in real time, that says what is safe: to be killed, or to lose its power.

`python -m tests.signalling.live_writer DIRECTORY`
"""

import heapq
import json
import sys
import threading
import time
from pathlib import Path

from signalling import disk_guard
from signalling.recorder import Recording
from signalling.segments import Gap, Segment, Track
from tests.signalling.studio import CAMERA, KEY, MIC, Device


class Says:
    """Everything that the bench would be shown, one JSON line each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def say(self, what: str, **facts: object) -> None:
        with self._lock:
            sys.stdout.write(json.dumps({"what": what, "at": time.time(), **facts}) + "\n")
            sys.stdout.flush()

    def closed(self, event: Segment | Gap) -> None:
        self.say("closed", file=getattr(event, "file", ""))

    def durable(self, until: dict[Track, float]) -> None:
        self.say("durable", until={str(track): at for track, at in until.items()})

    def trouble(self, code: str) -> None:
        self.say("trouble", code=code)

    def want_key_frame(self, track: Track) -> None:
        """The camera sends one every two seconds."""


def main(directory: Path) -> None:
    disk_guard.VIDEO_STOPS_BYTES = 0
    says = Says()
    recording = Recording(
        directory, hearing_id="h", room_id="r", key=KEY, origin="mobile-court", events=says
    ).start()
    devices = [Device(Track("party", MIC), ssrc=1), Device(Track("party", CAMERA), ssrc=2)]
    for device in devices:
        recording.expect(device.track, "loss")
    began = time.monotonic()
    says.say("started")
    ways = (((at, n, packets) for at, packets in d.frames(0, 1e9)) for n, d in enumerate(devices))
    for at, n, packets in heapq.merge(*ways, key=lambda x: x[:2]):
        time.sleep(max(0.0, began + at / 1000 - time.monotonic()))
        for packet in packets:
            recording.packet(devices[n].track, packet, time.monotonic())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
