"""What processes cost, read from /proc: CPU, memory, datagrams their sockets had no room for. Linux only."""

import os
import re
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name; [] when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    parents = {
        int(p.name): int(f[1]) for p in PROC.iterdir() if p.name.isdigit() and (f := stat(int(p.name)))
    }
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the family so far; children that ended are counted by their parents."""
    fields = [f for one in family(pid) if (f := stat(one))]
    return sum(sum(map(int, f[11:15])) for f in fields) / TICKS


def pss_mb(pid: int) -> float:
    """Proportional set size of the family, MB."""
    total = 0
    for one in family(pid):
        try:
            text = (PROC / str(one) / "smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += int(re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)[1])  # type: ignore[index]
    return total / 1024


def socket_drops(pid: int) -> int:
    """Datagrams the kernel threw away because a UDP socket of the family was full."""
    inodes = set()
    for one in family(pid):
        try:
            for fd in (PROC / str(one) / "fd").iterdir():
                try:
                    target = str(fd.readlink())
                except FileNotFoundError:
                    continue
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
        except FileNotFoundError:
            continue
    lines = [
        line.split()
        for name in ("udp", "udp6")
        for line in (PROC / "net" / name).read_text().splitlines()[1:]
    ]
    return sum(int(fields[12]) for fields in lines if fields[9] in inodes)


def load_average() -> float:
    return os.getloadavg()[0]


def busy_seconds() -> float:
    """CPU time that anybody on the machine used so far."""
    fields = [int(x) for x in (PROC / "stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _iowait, irq, softirq = fields[:7]
    return (user + nice + system + irq + softirq) / TICKS
