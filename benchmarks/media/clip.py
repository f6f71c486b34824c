"""What the load sends: 720p30 VP8 at 1 Mbit/s and Opus at 32 kbit/s, encoded once and cut into RTP payloads."""

import pickle
import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

PARTS = 3  # loops of their own content, one for each participant of a hearing
SECONDS = 4  # of each loop; it begins with a key frame
FPS, FRAMES = 30, 30 * SECONDS
SOUNDS_PER_S, SAMPLES = 50, 960
VIDEO_BITS_PER_S, AUDIO_BITS_PER_S = 1_000_000, 32_000
MAX_PAYLOAD = 1150  # bytes, as Chromium cuts them
KEY_BYTES = 12  # the end of a payload names it: servers rewrite headers, never the end of what they carry
CACHE = Path(tempfile.gettempdir()) / "court-bench-clip-v4.pickle"


@dataclass(frozen=True, slots=True)
class Loop:
    """`frames[i]` are the pieces of a picture without their payload descriptor, `sounds[i]` whole Opus packets."""

    frames: list[list[bytes]]
    sounds: list[bytes]


def load() -> list[Loop]:
    """PARTS loops; encoding them takes some seconds, so they are kept in the temporary folder."""
    if CACHE.exists():
        kept: list[Loop] = pickle.loads(CACHE.read_bytes())
        return kept
    pictures, sounds = encoded_pictures(), encoded_sounds()
    loops = [
        Loop(
            [cut(picture) for picture in pictures[part * FRAMES : (part + 1) * FRAMES]],
            sounds[part * SOUNDS_PER_S * SECONDS : (part + 1) * SOUNDS_PER_S * SECONDS],
        )
        for part in range(PARTS)
    ]
    ends = [
        piece[-KEY_BYTES:] for loop in loops for pieces in (*loop.frames, loop.sounds) for piece in pieces
    ]
    if len(set(ends)) != len(ends):
        raise RuntimeError("two payloads of the clip end alike")
    fresh = CACHE.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(loops))
    fresh.replace(CACHE)
    return loops


def encoded_pictures() -> list[bytes]:
    source = av.open(f"testsrc2=size=1280x720:rate={FPS},noise=alls=4:allf=t", format="lavfi")
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 1280, 720, "yuv420p"
    encoder.framerate, encoder.bit_rate, encoder.gop_size = Fraction(FPS), VIDEO_BITS_PER_S, FRAMES
    encoder.options = {
        "deadline": "realtime", "cpu-used": "8", "keyint_min": str(FRAMES), "lag-in-frames": "0",
        "minrate": str(VIDEO_BITS_PER_S), "maxrate": str(VIDEO_BITS_PER_S), "bufsize": str(VIDEO_BITS_PER_S // 2),
        "error-resilient": "1", "max-intra-rate": "600",
    }  # fmt: skip
    found: list[bytes] = []
    for frame in source.decode(video=0):
        picture = frame.reformat(format="yuv420p")
        picture.pict_type = av.video.frame.PictureType.NONE  # the source calls each picture a key frame
        found += [bytes(packet) for packet in encoder.encode(picture)]
        if len(found) >= PARTS * FRAMES:
            break
    source.close()
    return found


def encoded_sounds() -> list[bytes]:
    source = av.open("anoisesrc=sample_rate=48000:amplitude=0.2:seed=7", format="lavfi")
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    encoder.bit_rate, encoder.options = AUDIO_BITS_PER_S, {"vbr": "off"}
    resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000, frame_size=SAMPLES)
    found: list[bytes] = []
    for frame in source.decode(audio=0):
        for piece in resampler.resample(frame):
            found += [bytes(packet) for packet in encoder.encode(piece)]
        if len(found) >= PARTS * SOUNDS_PER_S * SECONDS:
            break
    source.close()
    return found


def cut(picture: bytes) -> list[bytes]:
    """Pieces of about equal size, as libwebrtc cuts."""
    pieces = -(-len(picture) // MAX_PAYLOAD)
    size = -(-len(picture) // pieces)
    return [picture[i : i + size] for i in range(0, len(picture), size)]
