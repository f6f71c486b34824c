"""Runs the servers in turn under one load, alternating, and makes the figures of group `media` of the rows."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.media import clip, janus, machine
from signalling import compiling
from tests.conftest import free_port, wait_for_port

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
HEARINGS = (2, 4)
WARM_S, MEASURE_S = 4.0, float(os.environ.get("BENCH_SECONDS", "10"))
MAX_LAG_MS = 10.0  # p99 of how late the load sent: beyond it the client did not keep its pace
MAX_OTHERS = 40.0  # % of one core that neither the server nor the load used; beyond it the row is disturbed
STOP_S = 10.0

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """`signing`: agreements are signed on the machine meanwhile."""

    peer: str
    hearings: int
    signing: bool = False


def measure() -> dict[str, Any]:
    """The figures; `rows` holds every run as it was. A peer that cannot be had is named in `missing_peers`."""
    clip.load()
    compiled = as_set_up()
    missing: dict[str, str] = {}
    try:
        janus.program()
    except LookupError as error:
        missing["janus"] = str(error)
    rows: list[Row] = []
    for number, run in enumerate(plan()):
        if run.peer not in missing and not run.signing:
            tell(rows, attempt(run, number, missing))
    with signing() as counted:
        for number, run in enumerate(plan()):
            if run.peer not in missing and run.signing:
                before = counted()
                row = attempt(run, number, missing)
                if row is not None:
                    row["signed_meanwhile"] = counted() - before
                tell(rows, row)
    return {"compiled": compiled, **figures(rows), "missing_peers": missing, "rows": rows}


def as_set_up() -> bool:
    """Whether the processes started from now on run compiled: as `./run --setup-only` would leave them."""
    try:
        compiling.build()
    except compiling.NotBuilt as error:
        print(f"forwarding runs as Python: {error}", flush=True)
        return False
    return True


def plan() -> list[Run]:
    """Each round turns the order round, so that no peer always comes first."""
    runs = []
    for number in range(ROUNDS):
        pair = ("ours", "janus") if number % 2 == 0 else ("janus", "ours")
        runs += [Run(peer, hearings) for hearings in HEARINGS for peer in pair]
    runs.append(Run("stock", 1))
    return runs + [Run(peer, HEARINGS[0], signing=True) for peer in ("ours", "janus", "ours")]


def attempt(run: Run, number: int, missing: dict[str, str]) -> Row | None:
    """One row; None, with the reason kept, when a peer cannot be measured. Ours must be."""
    try:
        return one_run(run, number)
    except (RuntimeError, OSError, AssertionError, subprocess.SubprocessError) as error:
        if run.peer == "ours":
            raise
        missing[run.peer] = f"{type(error).__name__}: {error}"
        return None


def one_run(run: Run, number: int) -> Row:
    load_before = machine.load_average()
    with tempfile.TemporaryDirectory(prefix="court-bench-") as scratch:
        with server(run, Path(scratch)) as (process, url):
            time.sleep(1.0)
            idle_mb = machine.pss_mb(process.pid)
            spec = {
                "kind": run.peer, "url": url, "address": address(), "hearings": run.hearings, "senders": 1,
                "viewers": 2, "warm_s": WARM_S, "measure_s": MEASURE_S, "folder": str(Path(scratch) / "recordings"),
            }  # fmt: skip
            load = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.media.load", json.dumps(spec)],
                stdout=subprocess.PIPE, text=True, cwd=ROOT,
            )  # fmt: skip
            try:
                seen = events(load, process)
            finally:
                load.kill()
                load.wait()
            full_mb = seen["pss_mb"]
        recorded = sum(p.stat().st_size for p in Path(scratch).rglob("*") if p.is_file())
    result, used = seen["result"], seen["cpu_s"]
    seconds = result["seconds"]
    own = result["client_cpu_percent"] * seconds / 100
    lost = 0 if run.peer == "stock" else max(0, result["missing"] - result["client_socket_drops"])
    others = 100 * (seen["busy_s"] - used - own) / seconds
    shares = 1 / 3 if run.peer == "stock" else run.hearings
    return {
        "peer": run.peer, "hearings": run.hearings, "signing": run.signing, "round": number,
        "us_per_packet": round(1e6 * used / max(1, result["received"]), 2),
        "cpu_percent": round(100 * used / seconds, 1),
        "packets_per_s": round(result["received"] / seconds),
        "lost": lost, "server_socket_drops": seen["drops"],
        "mb_per_hearing": round((full_mb - idle_mb) / shares, 1), "idle_mb": round(idle_mb, 1),
        "recorded_mb": round(recorded / 1e6, 1),
        "kept_pace": result["lag_p99_ms"] <= MAX_LAG_MS and not result["unsent"] and not result["trouble"],
        "disturbed": not run.signing and others > MAX_OTHERS,
        "others_percent": round(others, 1), "load_before": round(load_before, 2),
        "load_after": round(machine.load_average(), 2),
        **{k: round(v, 3) if isinstance(v, float) else v for k, v in result.items() if k != "event"},
    }  # fmt: skip


def events(load: subprocess.Popen[str], process: subprocess.Popen[str]) -> dict[str, Any]:
    """Reads /proc at the moments when the load says that it begins and ends to measure."""
    seen: dict[str, Any] = {}
    assert load.stdout is not None
    for line in load.stdout:
        event = json.loads(line)
        sign = {"measuring": -1, "measured": 1}.get(event["event"])
        if sign is None:
            seen["result"] = event
            break
        for name, value in (
            ("cpu_s", machine.cpu_seconds(process.pid)),
            ("busy_s", machine.busy_seconds()),
            ("drops", machine.socket_drops(process.pid)),
        ):
            seen[name] = seen.get(name, 0) + sign * value
        if sign == 1:
            seen["pss_mb"] = machine.pss_mb(process.pid)
    if "result" not in seen:
        raise RuntimeError(f"the load ended without a result ({load.wait()})")
    return seen


@contextmanager
def server(run: Run, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """(process, address of its signalling); it is gone afterwards."""
    recordings, log = folder / "recordings", folder / "log"
    if run.peer == "janus":
        port = free_port()
        command = janus.configure(folder, address(), port)
    else:
        recordings.mkdir()
        more = [str(run.hearings)] if run.peer == "ours" else []
        command = [sys.executable, "-m", f"benchmarks.media.{run.peer}", *more, str(recordings), address()]
    with log.open("w") as written:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written, text=True, cwd=ROOT)
    try:
        if run.peer == "janus":
            wait_for_port(port)
            yield process, f"ws://127.0.0.1:{port}"
        else:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{run.peer} did not start: {log.read_text()[-500:]}")
            yield process, f"http://127.0.0.1:{json.loads(line)['port']}"
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def signing() -> "Iterator[Any]":
    """Agreements are drafted, read, signed and sealed while this lasts; gives what counts the sealed ones."""
    with tempfile.TemporaryDirectory(prefix="court-bench-") as scratch:
        tally = Path(scratch) / "sealed"
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.media.signing", scratch, str(tally)],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 90
            while not tally.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the signing beside it did not begin")
                time.sleep(0.2)
            yield lambda: tally.stat().st_size
        finally:
            process.terminate()
            process.wait(30)


def address() -> str:
    """This machine's own address: Janus does not use loopback. Packets to it never leave the machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def figures(rows: list[Row]) -> dict[str, float]:
    """Medians over the rounds that were measured well; of all rounds, and flagged, where none was."""
    found: dict[str, float] = {"flagged_rows": sum(not r["kept_pace"] or r["disturbed"] for r in rows)}

    def median(key: str, peer: str, hearings: int, *, signing: bool = False) -> float | None:
        mine = [r for r in rows if (r["peer"], r["hearings"], r["signing"]) == (peer, hearings, signing)]
        good = [r for r in mine if r["kept_pace"] and not r["disturbed"]] or mine
        return statistics.median(r[key] for r in good) if good else None

    few, many = HEARINGS
    put(found, "us_per_packet", median("us_per_packet", "ours", many))
    for hearings in HEARINGS:
        for peer in ("ours", "janus"):
            put(found, f"us_per_packet_{peer}_{hearings}", median("us_per_packet", peer, hearings))
        put(found, f"cpu_percent_ours_{hearings}", median("cpu_percent", "ours", hearings))
        ours, theirs = found[f"us_per_packet_ours_{hearings}"], found.get(f"us_per_packet_janus_{hearings}")
        put(found, f"cpu_ratio_to_janus_{hearings}", ours / theirs if theirs else None)
    ratios = [found[f"cpu_ratio_to_janus_{h}"] for h in HEARINGS if f"cpu_ratio_to_janus_{h}" in found]
    put(found, "cpu_ratio_to_janus", max(ratios, default=None))
    stock = median("us_per_packet", "stock", 1)
    put(found, "us_per_packet_stock", stock)
    put(found, "cpu_ratio_to_stock", found["us_per_packet"] / stock if stock else None, places=4)
    for share in ("p50", "p99"):
        key = f"delay_{share}_ms"
        put(found, f"forward_{key}", median(key, "ours", few, signing=True), places=3)
        put(found, f"forward_delay_{share}_quiet_ms", median(key, "ours", many), places=3)
        put(found, f"forward_delay_{share}_janus_ms", median(key, "janus", few, signing=True), places=3)
    found["lost_by_us"] = sum(r["lost"] for r in rows if r["peer"] == "ours")
    put(found, "mb_per_hearing", median("mb_per_hearing", "ours", many))
    put(found, "mb_per_hearing_janus", median("mb_per_hearing", "janus", many))
    return found


def put(found: dict[str, float], key: str, value: float | None, places: int = 2) -> None:
    if value is not None:
        found[key] = round(value, places)


def tell(rows: list[Row], row: Row | None) -> None:
    """Keep the row and say at once what it holds."""
    if row is None:
        return
    rows.append(row)
    flags = ("" if row["kept_pace"] else " LATE") + (" DISTURBED" if row["disturbed"] else "")
    print(
        f"{row['peer']:<6} {row['hearings']} hearings{' +signing' if row['signing'] else '':<9}"
        f"{row['us_per_packet']:>8.1f} µs/packet {row['cpu_percent']:>6.1f} % {row['packets_per_s']:>5}/s"
        f"  p50 {row['delay_p50_ms']:.2f} p99 {row['delay_p99_ms']:.2f} ms  lost {row['lost']}"
        f"  {row['mb_per_hearing']:.1f} MB  others {row['others_percent']:.0f} %{flags}",
        flush=True,
    )
