"""Checks a recording directory by itself: no server, no network, nothing changed. The verdict names the first fault."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .ledger import GENESIS, leaf_hash, link, merkle_root, read_checkpoint
from .manifest import NAME, Contents, Entry, read_manifest
from .segment_file import fingerprint
from .segments import BLOCK_BYTES, Gap, Header, Record, Segment, Track, stopped
from .summary import TrackSummary, summarise

TEXTS = {
    "recording.no_manifest": "录音录像目录中没有可读的清单",
    "recording.manifest_damaged": "清单已损坏",
    "recording.manifest_torn": "清单最后一行不完整（可能因断电中断）",
    "recording.chain_broken": "清单的哈希链不连续，内容被改动过",
    "recording.checkpoint_mismatch": "检查点与清单内容不符",
    "recording.checkpoint_unsigned": "检查点的签名不是由所给公钥作出",
    "recording.no_checkpoint": "没有检查点签名",
    "recording.file_missing": "录像文件缺失",
    "recording.file_changed": "录像文件内容与记录不符",
    "recording.raw_changed": "断电前的原始文件与记录不符",
    "recording.time_hole": "时间不连续：片段与缺失记录之间有空档或重叠",
    "recording.unknown_file": "目录中有未登记的录像文件",
    "recording.not_stopped": "录音录像尚未正常结束",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`first_byte`..`last_byte`: where in `file` the damage lies, if that can be said."""

    code: str
    file: str
    first_byte: int | None = None
    last_byte: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        where = f"第 {self.first_byte}–{self.last_byte} 字节" if self.first_byte is not None else ""
        parts = [x for x in (self.file, where, self.detail) if x]
        return f"{TEXTS[self.code]}：{'，'.join(parts)}（{self.code}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReport:
    """`ok`: no problem found. `signed`: the last checkpoint covers every record and was checked with the key.

    `finished`: it was stopped, not cut short. `size` records, Merkle `root` in hex, `seconds` of wall time.
    """

    ok: bool
    problems: tuple[Problem, ...]
    hearing_id: str
    started: str
    root: str
    size: int
    signed: bool
    finished: bool
    seconds: float
    tracks: tuple[TrackSummary, ...]


def verify_recording(directory: Path, public_key: Ed25519PublicKey | None = None) -> RecordingReport:
    """Never raises for bad input. Problems come in the order of the manifest, so the first is the first fault."""
    problems: list[Problem] = []
    try:
        contents = read_manifest(directory)
    except OSError:
        problems.append(Problem(code="recording.no_manifest", file=NAME))
        return _report(problems, [], [], signed=False)
    leaves, signed = _check_chain(contents, public_key, problems)
    records = [e.record for e in contents.entries if e.record is not None]
    known: set[str] = set()
    for record in records:
        if isinstance(record, Segment):
            known |= {record.file} | ({record.raw} if record.raw else set())
            _check_file(directory, record, problems)
    _check_times(records, problems)
    try:
        strangers = sorted(p.name for p in directory.glob("*.webm") if p.name not in known)
    except OSError:
        strangers = []
    if stopped(records) is not None:
        problems += [Problem(code="recording.unknown_file", file=name) for name in strangers]
    else:
        problems.append(Problem(code="recording.not_stopped", file=NAME))
    return _report(problems, leaves, records, signed=signed)


def _check_chain(
    contents: Contents, key: Ed25519PublicKey | None, problems: list[Problem]
) -> tuple[list[bytes], bool]:
    """(leaf hashes, whether a checked signature covers the last record)."""
    leaves: list[bytes] = []
    head, covered, roots = GENESIS, 0, _Roots(leaves)
    for entry in contents.entries:
        if entry.checkpoint is not None:
            covered = _check_note(entry, key, roots, problems) or covered
            continue
        head = link(head, entry.raw)
        if head.hex() != entry.chain:
            problems.append(_at_line("recording.chain_broken", entry))
            with contextlib.suppress(ValueError):
                head = bytes.fromhex(entry.chain)
        leaves.append(leaf_hash(entry.raw))
    if contents.bad_line is not None:
        problems.append(
            Problem(
                code="recording.manifest_torn" if contents.torn else "recording.manifest_damaged",
                file=NAME,
                first_byte=contents.good_bytes,
                last_byte=contents.bad_until,
                detail=f"第 {contents.bad_line} 行",
            )
        )
    if not covered:
        problems.append(Problem(code="recording.no_checkpoint", file=NAME))
    return leaves, key is not None and covered > 0 and covered == len(leaves)


def _at_line(code: str, entry: Entry) -> Problem:
    return Problem(
        code=code, file=NAME, first_byte=entry.first, last_byte=entry.last, detail=f"第 {entry.number} 行"
    )


class _Roots:
    def __init__(self, leaves: list[bytes]) -> None:
        self._leaves = leaves

    def at(self, size: int) -> bytes | None:
        return merkle_root(self._leaves[:size]) if size <= len(self._leaves) else None


def _check_note(entry: Entry, key: Ed25519PublicKey | None, roots: _Roots, problems: list[Problem]) -> int:
    """How many records this note covers; 0 if it is worth nothing."""
    try:
        note = read_checkpoint(entry.checkpoint or "", key)
    except ValueError:
        problems.append(_at_line("recording.checkpoint_unsigned", entry))
        return 0
    if roots.at(note.size) != note.root:
        problems.append(_at_line("recording.checkpoint_mismatch", entry))
        return 0
    return note.size


def _check_file(directory: Path, segment: Segment, problems: list[Problem]) -> None:
    if "/" in segment.file or (segment.raw and "/" in segment.raw):
        problems.append(Problem(code="recording.manifest_damaged", file=segment.file))
        return
    try:
        sha256, size, blocks = fingerprint(directory / segment.file)
    except OSError:
        problems.append(Problem(code="recording.file_missing", file=segment.file))
        return
    if sha256 != segment.sha256:
        first = next(
            (i for i, (a, b) in enumerate(zip(blocks, segment.blocks, strict=False)) if a != b),
            min(len(blocks), len(segment.blocks)),
        )
        last = min((first + 1) * BLOCK_BYTES, max(size, segment.size)) - 1
        problems.append(
            Problem(
                code="recording.file_changed",
                file=segment.file,
                first_byte=first * BLOCK_BYTES,
                last_byte=last,
                detail=f"应为 {segment.size} 字节，实为 {size} 字节" if size != segment.size else "",
            )
        )
    if segment.raw is not None:
        try:
            if fingerprint(directory / segment.raw)[0] != segment.raw_sha256:
                problems.append(Problem(code="recording.raw_changed", file=segment.raw))
        except OSError:
            problems.append(Problem(code="recording.file_missing", file=segment.raw))


def _check_times(records: list[Record], problems: list[Problem]) -> None:
    """Segments and gaps of each track follow one another without hole or overlap, to the very end."""
    ends: dict[Track, int] = {}
    for record in records:
        if isinstance(record, Segment | Gap):
            if record.start_ms != ends.get(record.track, 0) or record.end_ms < record.start_ms:
                name = record.file if isinstance(record, Segment) else NAME
                problems.append(Problem(code="recording.time_hole", file=name, detail=str(record.track)))
            ends[record.track] = record.end_ms
    stop = stopped(records)
    for track, end in ends.items():
        if stop is not None and end != stop.at_ms:
            problems.append(Problem(code="recording.time_hole", file=NAME, detail=str(track)))


def _report(
    problems: list[Problem],
    leaves: list[bytes],
    records: list[Record],
    *,
    signed: bool,
) -> RecordingReport:
    header = next((r for r in records if isinstance(r, Header)), None)
    stop = stopped(records)
    events = [r for r in records if isinstance(r, Segment | Gap)]
    return RecordingReport(
        ok=not problems,
        problems=tuple(problems),
        hearing_id=header.hearing if header else "",
        started=header.started if header else "",
        root=merkle_root(leaves).hex(),
        size=len(leaves),
        signed=signed,
        finished=stop is not None,
        seconds=(stop.at_ms if stop is not None else max((e.end_ms for e in events), default=0)) / 1000,
        tracks=summarise(events),
    )
