"""The work measured, each kind of it in a process of its own: `python -m benchmarks.papers.work KIND FOLDER`, JSON out."""

import hashlib
import json
import math
import os
import random
import statistics
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from court.config import Config
from court.web.workers import settle
from documents import kit, pki, registry, signing
from documents.data import AuthorityPlace, Handwriting, Point, SignerSlot
from documents.evidence import Evidence, hand_sha256
from documents.transcript import SpokenLine
from documents.verify import Verdict, verify

NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
PEOPLE = (
    ("申请人", "王喆堃"),
    ("被申请人", "李䶮𬱟"),
    ("调解员", "张翀"),
    ("审判员", "陈昇"),
    ("书记员", "赵玥"),
)
SLOTS = tuple(SignerSlot(field=f"signer_{n}", role=role, name=name) for n, (role, name) in enumerate(PEOPLE))
SENTENCES = 9  # of the facts below: an agreement of three pages
WARM = 3
_SUBJECTS = ("申请人王喆堃", "被申请人李䶮𬱟", "村民小组", "兴隆镇龙洞村村民委员会")
_DEEDS = (
    "在通道一侧堆放砖石、修筑花台",
    "称运送农具的三轮车无法通过",
    "到场丈量后确认最窄处仅余0.7米",
    "要求赔偿￥3,000.00元",
)


def place(folder: Path) -> AuthorityPlace:
    """An authority of the benchmark's own."""
    secret = folder / "passphrase"
    if not secret.exists():
        secret.write_text("a passphrase of the benchmark")
    found = AuthorityPlace(directory=folder / "authority", passphrase_file=secret)
    body = registry.sample("people_agreement").body_name
    pki.found(found, body_name="重庆市云阳县人民法院", other_bodies=(body,), now=NOW - timedelta(days=1))
    return found


def agreement(number: int) -> kit.Facts:
    """Three pages, no two with the same text."""
    chance = random.Random(number)
    facts = "".join(
        f"{chance.choice(_SUBJECTS)}于2026年{chance.randint(1, 9)}月{chance.randint(1, 28)}日"
        f"{chance.choice(_DEEDS)}，双方为此多次发生争执，经村干部劝解未果。"
        for _ in range(SENTENCES)
    )
    paper: Any = registry.sample("people_agreement")
    made: kit.Facts = replace(paper, facts=facts, signers=SLOTS, wet=False, rehearsal=False)
    return made


def handwriting(seed: int) -> Handwriting:
    """Fourteen strokes as a pad delivers them."""
    chance = random.Random(seed)
    strokes = []
    for index in range(14):
        x, y = 100 + index % 7 * 60 + chance.random() * 40, 60 + chance.random() * 120
        points = []
        for step in range(20):
            points.append(Point(x, y, index * 300 + step * 8, 0.3 + 0.5 * math.sin(step / 20 * math.pi)))
            x, y = x + chance.gauss(2.5, 2), y + chance.gauss(1.5, 3)
        strokes.append(tuple(points))
    return Handwriting(width=600, height=260, strokes=tuple(strokes))


class Desk:
    """Draws, signs and seals as a worker of the court does."""

    def __init__(self, folder: Path) -> None:
        self.authority = place(folder)
        self.fonts_dir = Config().fonts_dir
        self.signed_ms: list[float] = []
        self.pages = 0

    def draw(self, paper: kit.Facts) -> bytes:
        done = kit.render(
            paper,
            fonts_dir=self.fonts_dir,
            authority=self.authority,
            verify_url="https://court.example/v",
            now=NOW,
        )
        self.pages = done.pages
        return done.pdf

    def sign(self, pdf: bytes, number: int, slots: tuple[SignerSlot, ...] = SLOTS) -> bytes:
        for index, slot in enumerate(slots):
            strokes = handwriting(number * 10 + index)
            evidence = Evidence(
                name=slot.name,
                role=slot.role,
                identity_check_id=f"check-{number}-{index}",
                identity_method="身份证核验",
                document_sha256=hashlib.sha256(pdf).hexdigest(),
                strokes_sha256=hand_sha256(strokes),
                signed_at=NOW.isoformat(),
            )
            began = time.perf_counter()
            pdf = signing.sign_field(
                pdf,
                field=slot.field,
                left=strokes,
                evidence=evidence,
                authority=self.authority,
                now=NOW + timedelta(seconds=index),
            ).pdf
            self.signed_ms.append((time.perf_counter() - began) * 1000)
        return pdf

    def seal(self, pdf: bytes) -> bytes:
        later = NOW + timedelta(minutes=2)
        return signing.seal(pdf, authority=self.authority, fonts_dir=self.fonts_dir, now=later).pdf

    def whole(self, number: int) -> bytes:
        return self.seal(self.sign(self.draw(agreement(number)), number))


def one_core(folder: Path) -> dict[str, Any]:
    """Forty agreements (200 signatures), the transcript and the verdict, all on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    desk = Desk(folder)
    for number in range(WARM):
        pdf = desk.whole(number)
    settle()
    desk.signed_ms.clear()
    took, drawn = [], []
    for number in range(WARM, WARM + 40):
        began = time.perf_counter()
        paper = desk.draw(agreement(number))
        drawn.append(time.perf_counter() - began)
        pdf = desk.seal(desk.sign(paper, number))
        took.append(time.perf_counter() - began)
    pages = desk.pages
    trust = pki.trust(desk.authority.directory)
    judged = []
    for _ in range(10):
        began = time.perf_counter()
        verdict = verify(pdf, trust, now=NOW + timedelta(hours=1)).verdict
        judged.append(time.perf_counter() - began)
        if verdict is not Verdict.PASSED:
            raise RuntimeError(f"the agreement is judged {verdict}")
    written = [_ms(desk.draw, transcript(index)) for index in range(5)]
    return {
        "agreement_ms": _median_ms(took),
        "agreement_draw_ms": _median_ms(drawn),
        "agreement_pages": pages,
        "agreement_kb": round(len(pdf) / 1024, 1),
        "signature_ms": round(statistics.median(desk.signed_ms), 1),
        "signature_max_over_median": round(max(desk.signed_ms) / statistics.median(desk.signed_ms), 2),
        "signatures": len(desk.signed_ms),
        "verify_ms": _median_ms(judged),
        "transcript_60_pages_ms": round(statistics.median(written), 1),
        "transcript_pages": desk.pages,
    }


def transcript(number: int) -> kit.Facts:
    """About sixty pages of 22 lines."""
    paper: Any = registry.sample("mediation_transcript")
    lines = tuple(
        SpokenLine(
            speaker=_SUBJECTS[index % 2],
            text=f"第{index}问（{number}）。{_DEEDS[index % 4]}，这件事我在上一次调解的时候已经说过，笔录里也应当写了。",
            at=NOW + timedelta(seconds=9 * index),
            offset_ms=9000 * index,
        )
        for index in range(440)
    )
    made: kit.Facts = replace(paper, lines=lines, wet=False, rehearsal=False)
    return made


def one_of_two(folder: Path) -> dict[str, Any]:
    """Twenty agreements from the moment the other process stands ready as well."""
    desk = Desk(folder)
    for number in range(WARM):
        desk.whole(number)
    settle()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        desk.whole(number)
    return {"agreements": 20}


def memory(folder: Path) -> dict[str, Any]:
    """Resident MiB after 200 and after 1,000 sealed papers of one worker."""
    desk = Desk(folder)
    settle()
    seen: dict[str, Any] = {}
    for number in range(1, 1001):
        paper = replace(agreement(number), signers=SLOTS[:1])
        desk.seal(desk.sign(desk.draw(paper), number, SLOTS[:1]))
        if number in (200, 1000):
            seen[f"rss_mib_after_{number}"] = round(_resident_mib(), 1)
    return seen


def drawn(folder: Path) -> dict[str, Any]:
    """One unsigned agreement as paper.pdf, for the signers of others."""
    pdf = Desk(folder).draw(agreement(0))
    (folder / "paper.pdf").write_bytes(pdf)
    return {"bytes": len(pdf)}


def texts(folder: Path) -> dict[str, Any]:
    """The agreements' paragraphs and the fonts, for the generators of others."""
    found = []
    for number in range(23):
        blocks = agreement(number).blocks()
        found.append(
            [[getattr(b, "heading", False), "".join(s.text for s in getattr(b, "spans", ()))] for b in blocks]
        )
    return {"documents": found, "fonts": str(Config().fonts_dir)}


def _resident_mib() -> float:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


def _ms(act: Any, *arguments: Any) -> float:
    began = time.perf_counter()
    act(*arguments)
    return (time.perf_counter() - began) * 1000


def _median_ms(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


JOBS = {job.__name__: job for job in (one_core, one_of_two, memory, drawn, texts)}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](Path(sys.argv[2])), ensure_ascii=False))
