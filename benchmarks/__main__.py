"""Runs every benchmark (`python -m benchmarks [GROUP]`), writes benchmarks/latest.json and prints it as a table."""

import json
import sys
from pathlib import Path

from benchmarks import forwarding, main_line, outage, recording
from benchmarks.casework import lists
from benchmarks.media import rounds
from benchmarks.papers import measure as papers

GROUPS = {
    "main": main_line.measure,
    "forwarding": forwarding.figures,
    "recording": recording.figures,
    "media": rounds.measure,
    "outage": outage.measure,
    "papers": papers.measure,
    "casework": lists.measure,
}
LATEST = Path(__file__).with_name("latest.json")


def main() -> None:
    wanted = sys.argv[1:] or list(GROUPS)
    known = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    for group in wanted:
        known[group] = GROUPS[group]()
        LATEST.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n")
    for group, figures in known.items():
        for figure, number in figures.items():
            if isinstance(number, int | float):
                print(f"{group:<10} {figure:<32} {number:>12,.2f}")


if __name__ == "__main__":
    main()
