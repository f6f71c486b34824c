"""The whole line in order. Each scene is a step of the report; the first that fails ends the play."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from court import checking, installation, printing
from court.config import Config
from court.ipp_line import Device
from court.rehearsal import desk, kiosk, papers, session
from court.rehearsal.stage import Stage, private_node
from court.rehearsal.steps import Failed, Outcome, RecordingLine, StepLine, Steps, TrackLine
from court.rehearsal.visitor import Visitor
from signalling.verify_recording import verify_recording

PLACE = "凤鸣镇黎明村村委会院坝"
LEAST_RECORDED_S = 10.0
# A node's data folder is kept beside the results, so that the recording can be looked at.
NODE_FOLDER = "node"


async def _recorded_enough(began: float) -> None:
    await asyncio.sleep(max(0.0, began + LEAST_RECORDED_S + 0.5 - time.monotonic()))


def _tracks(
    directory: Path, config: Config, captions: dict[str, str]
) -> tuple[RecordingLine, tuple[str, ...]]:
    report = verify_recording(directory, installation.recording_public_key(config.authority_dir))
    tracks = [
        TrackLine(
            participant=captions.get(track.seat_id, track.seat_id),
            kind=track.source.value,
            segments=track.segments,
            seconds=round(track.seconds, 3),
            gaps=track.gaps,
        )
        for track in report.tracks
    ]
    recording = RecordingLine(directory=str(directory), root=report.root, tracks=tracks)
    return recording, tuple(str(problem) for problem in report.problems)


class Play:
    """One rehearsal: `out` receives the papers, `printer` (IPP) may be empty, `told` hears each step as it ends."""

    def __init__(self, config: Config, out: Path, *, printer: str, told: Callable[[StepLine], None]) -> None:
        self.config, self.out, self.printer = config, out, printer
        self.steps = Steps(told)
        self.agreement_pdf, self.transcript_pdf = out / "agreement.pdf", out / "transcript.pdf"
        self.recording = RecordingLine(directory="", root="", tracks=[])
        self.captions: dict[str, str] = {}

    async def run(self) -> Outcome:
        """Play everything. Errors end in `ok: false` and the detail of the step, never in an exception."""
        try:
            async with private_node(self.config, self.out / NODE_FOLDER) as stage:
                await self._on(stage)
            await self._check()
        except Exception:
            if not self.steps.lines or self.steps.lines[-1]["ok"]:
                raise
        done = bool(self.steps.lines) and all(line["ok"] for line in self.steps.lines)
        return Outcome(
            ok=done,
            steps=self.steps.lines,
            agreement_pdf=str(self.agreement_pdf) if self.agreement_pdf.exists() else "",
            transcript_pdf=str(self.transcript_pdf) if self.transcript_pdf.exists() else "",
            recording=self.recording,
        )

    async def _on(self, stage: Stage) -> None:
        async with (
            Visitor(stage.url) as vehicle,
            Visitor(stage.url) as judge,
            Visitor(stage.url) as clerk,
        ):
            number = await self._registration(stage, vehicle)
            matter_url, hearing_id = await self._booking(stage, judge, clerk, number)
            await self._session(stage, vehicle, judge, clerk, matter_url, hearing_id)

    async def _registration(self, stage: Stage, vehicle: Visitor) -> str:
        async with self.steps.step("启用车载终端") as step:
            await kiosk.enrol(vehicle, stage)
            step.detail = stage.config.vehicle_name
        async with self.steps.step("群众登记纠纷") as step:
            number, query_code = await kiosk.register(vehicle)
            step.detail = f"{number}，查询码 {query_code}"
        return number

    async def _booking(self, stage: Stage, judge: Visitor, clerk: Visitor, number: str) -> tuple[str, str]:
        async with self.steps.step("工作人员登录") as step:
            for visitor, login in ((judge, "judge"), (clerk, "clerk")):
                await desk.sign_in(visitor, stage.people[login])
            step.detail = "密码和动态码"
        async with self.steps.step("分流并安排场次") as step:
            matter_url = await desk.find_matter(clerk, number)
            await desk.assign(clerk, matter_url)
            hearing_id = await desk.book(judge, matter_url, PLACE)
            step.detail = PLACE
        async with self.steps.step("到场核对") as step:
            await desk.call_roll(clerk, hearing_id)
            step.detail = "身份已为本次核验，调解同意在案"
        return matter_url, hearing_id

    async def _session(
        self, stage: Stage, vehicle: Visitor, judge: Visitor, clerk: Visitor, matter_url: str, hearing_id: str
    ) -> None:
        for visitor in (vehicle, judge, clerk):
            await visitor.get(f"/room/{hearing_id}")
        async with session.peers(hearing_id, vehicle=vehicle, judge=judge, clerk=clerk) as cast:
            async with self.steps.step("三方音视频接通") as step:
                seconds = await session.everybody_sees_everybody(cast)
                step.detail = f"最慢一路画面 {max(seconds) * 1000:.0f} 毫秒"
                self.captions = {seat: view.caption for seat, view in cast.clerk.seats.items()}
            async with self.steps.step("宣布开始，录音录像"):
                await session.order(judge, hearing_id, "open")
            began = time.monotonic()
            async with self.steps.step("书记员记录") as step:
                step.detail = f"{await session.write_transcript(clerk, hearing_id)} 行已落盘"
            agreement_id = await self._agreement(vehicle, judge, matter_url, hearing_id)
            async with self.steps.step("录满十秒并结束") as step:
                await _recorded_enough(began)
                await session.order(judge, hearing_id, "close")
                step.detail = f"{time.monotonic() - began:.1f} 秒"
        await self._papers(stage, judge, clerk, hearing_id, agreement_id)

    async def _agreement(self, vehicle: Visitor, judge: Visitor, matter_url: str, hearing_id: str) -> str:
        async with self.steps.step("起草协议"):
            agreement_id = await papers.draft(judge, matter_url)
        async with self.steps.step("逐条宣读确认") as step:
            step.detail = f"{await papers.read_aloud(vehicle, judge, hearing_id, agreement_id)} 次确认"
        async with self.steps.step("依次签名") as step:
            signed = await papers.sign_in_turn(vehicle, judge, agreement_id)
            step.detail = "、".join(name for name, _ in signed)
            await papers.half_signed_stays(vehicle, agreement_id)
        return agreement_id

    async def _papers(
        self, stage: Stage, judge: Visitor, clerk: Visitor, hearing_id: str, agreement_id: str
    ) -> None:
        async with self.steps.step("盖章"):
            paper_id = await papers.seal(judge, agreement_id)
            self.agreement_pdf.write_bytes(await judge.fetch(f"/papers/{paper_id}.pdf"))
        async with self.steps.step("笔录定稿成文"):
            paper_id = await papers.transcript_paper(clerk, hearing_id)
            self.transcript_pdf.write_bytes(await clerk.fetch(f"/papers/{paper_id}.pdf"))
        async with self.steps.step("打印") as step:
            step.detail = await self._print()
        directory = stage.config.recordings_dir / hearing_id
        self.recording, problems = await asyncio.to_thread(_tracks, directory, stage.config, self.captions)
        async with self.steps.step("核对录音录像") as step:
            step.detail = _complete(self.recording, problems)

    async def _print(self) -> str:
        if not self.printer:
            return f"没有指定打印机，打印到文件 {self.agreement_pdf.name}"
        device = Device(uri=self.printer)
        job = await printing.print_pdf(device, self.agreement_pdf.read_bytes(), job_name="彩排")
        state = await printing.printed(device, job.job_id)
        if state != "completed":
            raise Failed(f"打印机没有打完：{state}")
        return f"{self.printer} 已打印"

    async def _check(self) -> None:
        for name, path in (("校验协议", self.agreement_pdf), ("校验笔录", self.transcript_pdf)):
            async with self.steps.step(name) as step:
                report = await asyncio.to_thread(
                    checking.check, path, self.config.authority_dir, now=datetime.now(UTC)
                )
                step.detail = f"{report['verdict']}，{len(report['signatures'])} 个签名和时间戳"
                if report["verdict"] != "TOTAL-PASSED":
                    raise Failed("；".join(report["reasons"]))


def _complete(recording: RecordingLine, problems: tuple[str, ...]) -> str:
    """Errors: Failed, when a track is short or anything does not verify."""
    if problems:
        raise Failed("；".join(problems))
    if len(recording["tracks"]) < 6:
        raise Failed(f"只有 {len(recording['tracks'])} 条轨道")
    short = [t for t in recording["tracks"] if t["seconds"] < LEAST_RECORDED_S - 1]
    if short:
        raise Failed("轨道不足十秒：" + "、".join(f"{t['participant']} {t['kind']}" for t in short))
    return f"{len(recording['tracks'])} 条轨道，根值 {recording['root'][:16]}…"
