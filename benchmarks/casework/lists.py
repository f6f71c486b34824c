"""How long a desk waits for a list: 200,000 matters, a million journal entries, real requests over a real socket."""

import asyncio
import logging
import os
import random
import statistics
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from benchmarks.casework.years import GIVEN, SURNAMES, VILLAGES, Years
from court import logs
from court.config import Config
from tests.prepared import prepare
from tests.web.desk_court import Court, Person, running

ROUNDS = 20
COLLEAGUES = 39
# Pages of one round of each desk; {…} is made up anew each time.
PAGES = {
    "todo": "/desk",
    "mine": "/desk?whose=mine",
    "free": "/desk?whose=free",
    "overdue": "/desk?lamp=over",
    "state": "/desk?state=failed",
    "cause": "/desk?cause=55(2)",
    "done": "/desk?tab=done",
    "hearings": "/desk?tab=hearings",
    "name": "/desk?q={name}",
    "surname": "/desk?q={surname}",
    "initials": "/desk?q={initials}",
    "village": "/desk?q={village}",
    "both": "/desk?q={name}+{village}",
    "tail": "/desk?q={tail}",
    "by_cause": "/desk?q={cause}",
    "next": "{next}",
}
DESKS = ("judge", "mediator", "clerk", "registrar", "president")


def measure() -> dict[str, object]:
    """p50 and p95 over all pages, the slowest kind, and how much the server grew in the second half."""
    logs.configure(level=logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="court-bench-") as folder:
        return asyncio.run(_measured(Path(folder)))


def resident_mb() -> float:
    """Memory of this process that is not shared with a file."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _filled(config: Config, count: int) -> None:
    prepare(config)
    handlers = [[f"{role}{n:03d}".ljust(36, "0") for n in range(COLLEAGUES)] for role in ("j", "m", "c")]
    Years(*handlers, matters=count).write(config.data_dir / "court.sqlite")


def _handed(tx: object, court: Court) -> None:
    """One colleague of each kind becomes the person who signs in here."""
    for letter, login, column in (
        ("j", "judge", "judge_id"),
        ("m", "mediator", "mediator_id"),
        ("c", "clerk", "clerk_id"),
    ):
        tx.conn.exec_driver_sql(  # type: ignore[attr-defined]
            f"UPDATE matter SET {column} = ? WHERE {column} = ?",
            (court.actors[login].id, f"{letter}000".ljust(36, "0")),
        )


async def _measured(folder: Path, count: int = 200_000) -> dict[str, object]:
    config = Config(data_dir=folder / "data", signing_workers=1, media_workers=0)
    await asyncio.to_thread(_filled, config, count)
    async with running(config) as court:
        await court.write(_handed, court=court)
        people = {login: await court.staff(login) for login in DESKS}
        chance, taken = random.Random(1), {name: [] for name in PAGES}
        await _rounds(people, chance, 3, taken)
        for times in taken.values():
            times.clear()
        await _rounds(people, chance, ROUNDS // 2, taken)
        before = resident_mb()
        await _rounds(people, chance, ROUNDS // 2, taken)
        grown = resident_mb() - before
    every = [one for times in taken.values() for one in times]
    kinds = {name: round(_p95(times), 1) for name, times in taken.items()}
    return {
        "matters": count,
        "requests": len(every),
        "worklist_p50_ms": round(statistics.median(every), 1),
        "worklist_p95_ms": round(_p95(every), 1),
        "slowest_list_p95_ms": max(kinds.values()),
        "memory_grown_mb": round(grown, 1),
        "p95_ms_by_list": kinds,
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def _rounds(
    people: dict[str, Person], chance: random.Random, rounds: int, taken: dict[str, list[float]]
) -> None:
    for _ in range(rounds):
        for person in people.values():
            following = "/desk"
            for name, path in PAGES.items():
                words = {
                    "name": quote(chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=2))),
                    "surname": quote(chance.choice(SURNAMES)),
                    "initials": "".join(chance.choices("wlzycxhsm", k=3)),
                    "village": quote(chance.choice(VILLAGES)),
                    "tail": f"{chance.randrange(10_000):04d}",
                    "cause": quote(chance.choice(("借贷", "通行", "离婚", "赡养", "土地"))),
                    "next": following,
                }
                began = time.perf_counter()
                answer = await person.get(path.format(**words))
                taken[name].append((time.perf_counter() - began) * 1000)
                assert answer.status == 200, (path, answer.status)
                following = _next(answer.text) or following


def _next(page: str) -> str:
    mark = page.find("data-next")
    start = page.rfind('href="', 0, mark) + 6
    return page[start : page.find('"', start)].replace("&amp;", "&") if mark > 0 else ""
