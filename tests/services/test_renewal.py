"""Registered papers get a new archive stamp in time; copies handed out before stay known to the register."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from court import renewing
from court.domain.lifecycle import SYSTEM_ACTOR
from court.domain.paper import Paper, PaperKind
from court.services import paper
from court.store.blobs import Blobs, remember
from documents import pki
from documents.data import AuthorityPlace
from documents.verify import Verdict, verify
from tests.documents.conftest import NOW, agreement, make_authority, play
from tests.services.world import World


async def registered(world: World, blobs: Blobs, pdf: bytes, number: str) -> Paper:
    blob = await blobs.put_bytes(pdf, "application/pdf")

    def write(tx: Any) -> Paper:
        remember(tx, actor=SYSTEM_ACTOR, now=NOW, blob=blob)
        return paper.register(
            tx,
            actor=SYSTEM_ACTOR,
            now=NOW,
            subject_kind="matter",
            subject_id="matter-1",
            kind=PaperKind.AGREEMENT,
            number=number,
            title="人民调解协议书",
            sha256=blob.sha256,
            pages=1,
        )

    return await world.db.write(write)


async def test_what_ends_soon_is_renewed_once_and_old_copies_stay_in_the_register(
    world: World, tmp_path: Path, fonts_dir: Path
) -> None:
    place: AuthorityPlace = await asyncio.to_thread(make_authority, tmp_path / "authority")
    story = await asyncio.to_thread(play, agreement(), place, fonts_dir)
    blobs = Blobs(tmp_path / "blobs", most_pixels=1_000_000)
    sealed = await registered(world, blobs, story.sealed, "1")
    unsealed = await registered(world, blobs, story.steps[0], "2")
    broken = await registered(world, blobs, b"%PDF-1.7\nbroken", "3")

    async def one_pass(now: datetime) -> renewing.Pass:
        before = timedelta(days=180)
        return await renewing.renew_due(world.db, blobs, place, asyncio.to_thread, now=now, before=before)

    first = await one_pass(NOW)
    assert (first.looked_up, first.renewed) == (3, 0)
    assert first.failed == ((broken.id, "renew.unreadable"),)
    assert (await one_pass(NOW)).looked_up == 0
    ends = pki.open_authority(place).held["tsa"].certificate.not_valid_after_utc
    from documents import keys

    soon = ends - timedelta(days=100)
    await asyncio.to_thread(keys.rotate_stamp, place, now=soon)
    done = await one_pass(soon)
    assert (done.renewed, done.failed) == (1, ())
    assert (await one_pass(soon)).renewed == 0
    now_held = await world.db.read(paper.get, paper_id=sealed.id)
    assert now_held.sha256 != sealed.sha256
    for digest in (sealed.sha256, now_held.sha256):
        found = await world.db.read(paper.by_hash, sha256=digest)
        assert found is not None
        assert found.id == sealed.id
    assert (await world.db.read(paper.get, paper_id=unsealed.id)).sha256 == unsealed.sha256
    renewed = await blobs.read(now_held.sha256)
    assert renewed.startswith(story.sealed)
    trusted = pki.trust(place.directory)
    report = await asyncio.to_thread(verify, renewed, trusted, now=ends - timedelta(days=1))
    assert report.verdict is Verdict.PASSED, report.reasons
