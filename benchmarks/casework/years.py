"""Years of matters written into a fresh database: people, words to find them by, sessions, journal. Made up, by a seed.

The hashes of its journal are filled in and chain nothing: lists do not look at them.
"""

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from court.domain import finding
from court.domain.causes import editions
from court.store.views.desk import NEVER

MATTERS = 200_000
ENTRIES = 1_000_000
NOW = datetime.now(UTC)
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
)
GIVEN = "秀英建国明德贵华强芳军敏静丽伟洪波兰平志勇娟涛超玉梅桂香春生文学海龙小红永福"
TOWNS = ("双江镇", "凤鸣镇", "江口镇", "南溪镇", "高阳镇", "故陵镇", "红狮镇", "清水乡", "石门乡", "堰坪镇")
VILLAGES = [f"{a}{b}村" for a in "黎红群新长石白青金龙" for b in "明星益建河坪岩峰竹泉"]
# Of ten matters eight are over.
OPEN = ("registered", "assigned", "in_progress", "needs_more", "settled", "failed")


def _key(kind: int, number: int) -> str:
    """Ids in the order of their making, as a UUIDv7 is."""
    return f"{number:08x}-0000-7{kind:03x}-8000-{number:012x}"


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _person(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))


class Years:
    """`handlers`: account ids of judges and mediators; every matter is with one of each or with nobody yet."""

    def __init__(
        self, judges: list[str], mediators: list[str], clerks: list[str], *, matters: int = MATTERS
    ) -> None:
        self.chance = random.Random(20261123)
        self.judges, self.mediators, self.clerks, self.count = judges, mediators, clerks, matters

    def write(self, path: Path) -> None:
        """Into a migrated database that nobody has open."""
        conn = sqlite3.connect(path)
        conn.execute("PRAGMA synchronous=OFF")
        conn.execute("PRAGMA foreign_keys=OFF")
        conn.execute("PRAGMA cache_size=-600000")
        every = self._matters()
        while some := list(islice(every, 5000)):
            for table in ("matter", "party", "finding", "hearing"):
                rows = [row for one in some for row in one[table]]
                if rows:
                    self._insert(conn, table, rows)
        entries = self._journal()
        while rows := list(islice(entries, 20_000)):
            self._insert(conn, "journal", rows)
        conn.commit()
        conn.close()

    def _insert(self, conn: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
        names = ", ".join(rows[0])
        holes = ", ".join(f":{name}" for name in rows[0])
        conn.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({holes})", rows)

    def _matters(self) -> Iterator[dict[str, list[dict[str, Any]]]]:
        chosen = [(one.code, one.name) for one in editions()]
        for number in range(self.count):
            yield self._matter(number, chosen)

    def _matter(self, number: int, chosen: list[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
        chance, made = self.chance, _key(1, number)
        code, cause = chance.choice(chosen)
        place = chance.choice(TOWNS) + chance.choice(VILLAGES)
        registered = NOW - timedelta(days=1500 * (1 - number / self.count))
        over = chance.random() < 0.8
        free = not over and chance.random() < 0.03
        state = "closed" if over else "registered" if free else chance.choice(OPEN)
        running = not over and chance.random() < 0.7
        due = NOW + timedelta(days=chance.randint(-10, 90)) if running else NEVER
        official = f"纠〔{registered.year}〕{number:06d}号"
        row = {
            "id": made, "number": official, "query_code": f"{10**9 + number}", "state": state, "cause_code": code,
            "cause_name": cause, "personal_status": 0, "facts": "经过" * 60, "request": "请求", "place": place,
            "mediator_id": None if free else chance.choice(self.mediators),
            "judge_id": None if free or chance.random() < 0.5 else chance.choice(self.judges),
            "clerk_id": None if free else chance.choice(self.clerks), "receipt_note": "", "signature_sha256": "",
            "rev": 3, "created_at": _at(registered), "updated_at": _at(registered + timedelta(days=chance.randint(0, 60))),
            "restricted": int(chance.random() < 0.002), "next_due": _at(due), "due_act": "登记立案" if running else "",
        }  # fmt: skip
        names = [_person(chance) for _ in range(2)]
        phone = f"138{chance.randrange(10**8):08d}"
        people = [
            {
                "id": _key(2, number * 2 + n), "subject_id": made, "side": ("applicant", "respondent")[n],
                "position": n + 1, "name": name, "id_kind": "unknown", "id_number": "", "phone": phone if n == 0 else "",
                "address": place, "gender": "", "ethnicity": "", "occupation": "", "protected": 0,
            }
            for n, name in enumerate(names)
        ]  # fmt: skip
        words = finding.terms(numbers=[official], names=names, phones=[phone], places=[place])
        booked = state == "in_progress" and chance.random() < 0.1
        session = {
            "id": _key(3, number), "kind": "mediation", "subject_kind": "matter", "subject_id": made,
            "state": "scheduled" if booked else "closed", "title": f"{official} {cause}",
            "starts_at": _at(NOW + timedelta(days=chance.randint(1, 30))), "minutes": 60, "place": place,
            "open_to_public": 0, "rev": 1, "cancel_reason": "",
        }  # fmt: skip
        return {
            "matter": [row],
            "party": people,
            "finding": [{"subject_kind": "matter", "term": term, "subject_id": made} for term in words],
            "hearing": [session],
        }

    def _journal(self) -> Iterator[dict[str, Any]]:
        for seq in range(1, self.count * ENTRIES // MATTERS + 1):
            subject = _key(1, self.chance.randrange(self.count))
            yield {
                "seq": seq + 1000, "id": _key(4, seq), "at": _at(NOW), "type": "matter.assign", "subject": subject,
                "actor_kind": "staff", "actor_id": "", "actor_role": "clerk", "body": "{}",
                "prev_hash": f"{seq:064x}", "hash": f"{seq + 1:064x}",
            }  # fmt: skip
