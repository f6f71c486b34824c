"""A real page behind bad links: `python -m benchmarks outage`. What arrives, and how soon it heals by itself."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from tests.conftest import MEDIA_ARGUMENTS, need
from tests.signalling.badlink import PROFILES, Profile

STEADY_S = 20.0  # before an outage and after it has healed
FPS, SOUNDS_PER_S = 15, 50  # what the page's devices give
GIVE_UP_S = 90.0


def measure() -> dict[str, Any]:
    """One run a profile; shares are of what the devices gave while the link was not cut."""
    found: dict[str, Any] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=need("chromium"), headless=True, args=MEDIA_ARGUMENTS
        )
        for profile in PROFILES.values():
            page = chromium.new_context(locale="zh-CN").new_page()
            row = one_profile(page, profile)
            page.context.close()
            print(profile.name, json.dumps(row), flush=True)
            found |= {f"{profile.name}_{name}": value for name, value in row.items()}
        chromium.close()
    return found


def one_profile(page: Page, profile: Profile) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory(prefix="court-bench-") as folder,
        node(profile, Path(folder)) as (near, far),
    ):
        began = time.monotonic()
        page.goto(f"{far}/?seat=far", timeout=60_000)
        page.evaluate("() => window.joining")
        page.wait_for_function("() => window.frames_of('judge') > 0", timeout=60_000)
        row = {"first_frame_s": time.monotonic() - began}
        wait_for_more(near, page)
        start, carried = order(near, "arrived"), 0.0
        began = time.monotonic()
        page.wait_for_timeout(1000 * STEADY_S)
        if profile.outage_s:
            order(near, "cut")
            carried += time.monotonic() - began
            page.wait_for_timeout(1000 * profile.outage_s)
            order(near, "restore")
            began = time.monotonic()
            row["sound_healed_s"], row["healed_s"] = wait_for_more(near, page)
            page.wait_for_timeout(1000 * STEADY_S)
        carried += time.monotonic() - began
        end = order(near, "arrived")
        order(near, "stop")
        span = start["offset"] * 1000, end["offset"] * 1000
        pictures, sounds = (frames_in(t, *span) for t in order(near, "arrived")["recorded"])
        row |= {
            "audio_at_viewer": (end["packets"] - start["packets"]) / SOUNDS_PER_S / carried,
            "video_at_viewer": (end["frames"] - start["frames"]) / FPS / carried,
            "audio_recorded": sounds / SOUNDS_PER_S / carried,
            "video_recorded": pictures / FPS / carried,
            "absent": sum(state == "left" for _, state in end["seats"]),
        }
        return {name: round(value, 2) for name, value in row.items()}


def frames_in(segments: list[tuple[int, int, int]], start: float, end: float) -> float:
    """Of a track between two moments of the recording (ms); a segment across a moment counts in part."""
    return sum(
        frames * max(0.0, min(end, last) - max(start, first)) / max(1, last - first)
        for first, last, frames in segments
    )


def wait_for_more(near: str, page: Page) -> tuple[float, float]:
    """Seconds until the viewer hears more than now, and until both sides see more as well."""
    began, start, heard = time.monotonic(), order(near, "arrived"), 0.0
    shown = page.evaluate("() => window.frames_of('judge')")
    while time.monotonic() - began < GIVE_UP_S:
        now, here = order(near, "arrived"), page.evaluate("() => window.frames_of('judge')")
        if not heard and now["packets"] > start["packets"]:
            heard = time.monotonic() - began
        # A new connection's video element counts from zero.
        if heard and now["frames"] > start["frames"] and here != shown:
            return heard, time.monotonic() - began
        time.sleep(0.05)
    raise RuntimeError(f"nothing comes through within {GIVE_UP_S:.0f} s")


def order(near: str, name: str) -> Any:
    with urlopen(f"{near}/order/{name}", timeout=30) as answer:
        return json.load(answer)


@contextmanager
def node(profile: Profile, folder: Path) -> Iterator[tuple[str, str]]:
    """(address, address behind the bad link) of a media server that records; a peer `judge` sits there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.signalling.node", "--uvloop", "--profile", profile.name, "--peers", "judge",
         "--record", str(folder / "recording")],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        yield f"http://127.0.0.1:{told['port']}", f"http://127.0.0.1:{told['far_port']}"
    finally:
        process.kill()
        process.wait()
