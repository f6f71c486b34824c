"""kill -9 of a whole court in mid-session, again and again: what it answered is there; the rest can be tried again."""

import asyncio
import hashlib
import io
import json
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from pyhanko.pdf_utils.reader import PdfFileReader

from court import checking, installation
from court.config import load
from court.rehearsal import papers, session
from court.store import journal
from court.store import tables as t
from signalling.manifest import read_manifest
from signalling.segments import Gap, GapReason, Segment
from signalling.verify_recording import verify_recording
from tests.journeys.at_the_table import Table, opened
from tests.journeys.at_work import Camera, Signers, Villagers, Writer
from tests.node import Node

TURNS = 3  # at a moment with sound and picture in the room, in a signature, soon after a receipt: in turn
# What a cut connection looks like to a browser; a refusal in words is another matter and fails the test.
CUT = (aiohttp.ClientError, OSError)
# Columns that name a stored file without a foreign key.
NAMING = (
    t.agreement.c.head_sha256,
    t.signer.c.strokes_sha256,
    t.signature_record.c.strokes_sha256,
    t.signature_record.c.source_sha256,
    t.signature_record.c.still_sha256,
    t.matter.c.signature_sha256,
    t.revision.c.sha256,
    t.material.c.sha256,
    t.paper.c.sha256,
)


@dataclass
class Court:
    """The node, everybody at work in it, and what must hold whenever it stands up again."""

    node: Node
    table: Table
    villagers: Villagers
    writer: Writer
    signers: Signers
    camera: Camera

    async def cut(self, moments: random.Random, turn: int) -> None:
        """Everybody works (without the cameras the signing gets further); the server is killed at a random moment
        of what stands in `turn`, and started again."""
        filmed = turn == 0
        signatures, receipts = self.signers.signatures, len(self.villagers.receipts)
        reached: tuple[Callable[[], bool], ...] = (
            lambda: True,
            lambda: self.signers.signatures > signatures,
            lambda: len(self.villagers.receipts) > receipts,
        )
        async with AsyncExitStack() as stack:
            judge = await self.camera.join(stack) if filmed else None
            tasks = [asyncio.create_task(w.work()) for w in (self.villagers, self.writer, self.signers)]
            async with asyncio.timeout(90):
                while not (reached[turn]() or any(task.done() for task in tasks)):
                    await asyncio.sleep(0.01)
            later = moments.uniform(0.3, 2.5) if filmed else moments.uniform(0, 0.5)
            ended, _ = await asyncio.wait(tasks, timeout=later, return_when=asyncio.FIRST_EXCEPTION)
            workers = _children(self.node.process.pid) if self.node.process else []
            self.node.kill()
            for task in ended:
                task.result()
            for found in await asyncio.gather(*tasks, return_exceptions=True):
                assert found is None or isinstance(found, CUT), repr(found)
            if judge is not None:
                self.camera.heard(judge)
        await asyncio.to_thread(self.node.start)
        assert workers and not [pid for pid in workers if Path(f"/proc/{pid}").exists()], "workers live on"

    def check(self) -> None:
        """The database, the files and everything that was answered, as they lie on the disk of the running court."""
        config = load(self.node.config)
        engine = sa.create_engine(config.database)
        with engine.connect() as conn:
            assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert conn.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert journal.verify(conn).broken_at is None
            self._matters(conn)
            self._lines(conn)
            self._files(conn, config.blobs_dir)
            self._agreement(conn, config.blobs_dir)
        engine.dispose()
        self._recording(config.recordings_dir / self.table.hearing_id)

    def _matters(self, conn: sa.Connection) -> None:
        kept = {row.number: row for row in conn.execute(sa.select(t.matter))}
        for number, code in self.villagers.receipts.items():
            assert kept[number].query_code == code
        assert sorted(kept) == [f"纠〔{datetime.now(UTC).year}〕{n:06d}号" for n in range(1, len(kept) + 1)]
        assert len(kept) <= len(self.villagers.receipts) + 2, "one registration became two"
        for row in kept.values():
            assert conn.execute(_count(t.party, t.party.c.subject_id == row.id)).scalar() == 2
            assert conn.execute(_count(t.consent, t.consent.c.subject_id == row.id)).scalar() >= 4
            assert conn.execute(_count(t.material, t.material.c.subject_id == row.id)).scalar() >= 1
            assert row.signature_sha256

    def _lines(self, conn: sa.Connection) -> None:
        rows = {row.id: row for row in conn.execute(sa.select(t.line).order_by(t.line.c.seq))}
        for line in self.writer.lines.values():
            assert (rows[line["id"]].text, rows[line["id"]].seq) == (line["text"], line["seq"])
        assert [row.seq for row in rows.values()] == list(range(1, len(rows) + 1))
        texts = [row.text for row in rows.values()]
        assert len(texts) == len(set(texts)), "a line sent again was written twice"
        assert len(rows) - len(self.writer.lines) <= 1

    def _files(self, conn: sa.Connection, folder: Path) -> None:
        kept = {row.sha256: row.size for row in conn.execute(sa.select(t.blob))}
        for sha256, size in kept.items():
            content = (folder / sha256[:2] / sha256).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256)
        for column in NAMING:
            named = set(conn.execute(sa.select(column).where(column != "")).scalars())
            assert named <= set(kept), column
        assert list((folder / "incoming").iterdir()) == []

    def _agreement(self, conn: sa.Connection, folder: Path) -> None:
        row = conn.execute(sa.select(t.agreement)).one()
        signers = conn.execute(sa.select(t.signer).order_by(t.signer.c.position)).all()
        signed = [s for s in signers if s.state == "signed"]
        evidence = set(conn.execute(sa.select(t.signature_record.c.signer_id)).scalars())
        assert {s.id for s in signed if s.evidence_sha256} <= evidence, "a signature without its evidence"
        assert signed == signers[: len(signed)], "somebody signed out of turn"
        revisions = conn.execute(sa.select(t.revision).where(t.revision.c.agreement_rev == row.rev)).all()
        if row.state in {"draft", "reading"}:
            assert not signed and not row.head_sha256
            return
        assert [r.signer_id for r in revisions if r.signer_id] == [s.id for s in signed]
        assert revisions[-1].sha256 == row.head_sha256
        pdf = (folder / row.head_sha256[:2] / row.head_sha256).read_bytes()
        found = [s.field_name for s in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures]
        assert found == [s.field for s in signed]
        for signer in signed:
            if signer.role == "seal":
                continue
            strokes = (folder / signer.strokes_sha256[:2] / signer.strokes_sha256).read_bytes()
            assert json.loads(strokes)["strokes"]

    def _recording(self, directory: Path) -> None:
        """Everything that the pages were told is safe is in a segment."""
        records = [e.record for e in read_manifest(directory).entries]
        saved: dict[str, float] = {}
        for record in records:
            if isinstance(record, Segment):
                saved[str(record.track)] = max(saved.get(str(record.track), 0.0), record.end)
        for track, until in self.camera.safe.items():
            assert saved[track] >= until - 0.01, (track, until, saved[track])


def _children(pid: int) -> list[int]:
    """Every process below this one."""
    named = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(one) for one in named.read_text().split()] if named.exists() else []
    return below + [one for child in below for one in _children(child)]


def _count(table: sa.Table, condition: Any) -> Any:
    return sa.select(sa.func.count()).select_from(table).where(condition)


async def _agreement(table: Table) -> str:
    page = await table.judge.get(table.matter_url)
    page = await table.judge.submit(page.form("/desk/agreements"), {})
    agreement_id = page.url.split("#")[0].rsplit("/", 1)[-1]
    form = page.form(f"/desk/agreements/{agreement_id}", having="clauses")
    await table.judge.submit(form, papers.clauses())
    return agreement_id


@pytest.mark.timeout(400)  # ten take a minute when the machine has nothing else to do
@pytest.mark.parametrize("cuts", [4, pytest.param(10, marks=pytest.mark.slow)])
async def test_power_cuts_lose_nothing_that_was_answered(tmp_path: Path, fonts_dir: Path, cuts: int) -> None:
    node = Node(tmp_path, fonts_dir=str(fonts_dir), signing_workers=1)
    await asyncio.to_thread(node.start)
    # From now on as in service: a start hands out no new passwords, so the sessions of the people go on.
    node.config.write_text(node.config.read_text() + "demonstration = false\n")
    moments = random.Random(20261122)
    try:
        async with opened(node) as table:
            signers = Signers(table, await _agreement(table))
            villagers = Villagers(table.vehicle, receipts=dict([table.first_receipt]))
            court = Court(node, table, villagers, Writer(table), signers, Camera(table))
            for n in range(cuts):
                signers.last = n >= cuts - 2
                await court.cut(moments, n % TURNS)
                await asyncio.to_thread(court.check)
            await _to_the_end(court, filmed=len(range(0, cuts, TURNS)))
    finally:
        node.stop()


async def _to_the_end(court: Court, *, filmed: int) -> None:
    """What was cut short is finished: the agreement is sealed and believed, the recording closed and whole."""
    table, config = court.table, load(court.node.config)
    async with asyncio.timeout(120):
        await court.signers.work()
    told = await papers.progress(table.judge, court.signers.agreement_id)
    paper = court.node.folder / "agreement.pdf"
    paper.write_bytes(await table.judge.fetch(f"/papers/{told['paper_id']}.pdf"))
    await session.order(table.judge, table.hearing_id, "close")
    await asyncio.to_thread(court.check)
    verdict = await asyncio.to_thread(checking.check, paper, config.authority_dir, now=datetime.now(UTC))
    assert verdict["verdict"] == "TOTAL-PASSED", verdict["reasons"]
    assert len(verdict["signatures"]) >= 4
    directory = config.recordings_dir / table.hearing_id
    report = verify_recording(directory, installation.recording_public_key(config.authority_dir))
    assert report.problems == () and report.finished and report.signed
    records = [e.record for e in read_manifest(directory).entries]
    crashes = [r for r in records if isinstance(r, Gap) and r.reason is GapReason.CRASH]
    assert len(crashes) >= filmed - 1
    assert len(court.villagers.receipts) > 1 and court.writer.lines
    with sa.create_engine(config.database).connect() as conn:
        for table_, kind in ((t.recording_segment, Segment), (t.recording_gap, Gap)):
            rows = conn.execute(sa.select(sa.func.count()).select_from(table_)).scalar()
            assert rows == sum(isinstance(r, kind) for r in records)
