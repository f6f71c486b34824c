"""Writes docs/lifecycles.md and docs/problems.md from the tables: `python -m tests.domain.documents`."""

from pathlib import Path
from typing import Any

from court.domain.admission import ADMISSION
from court.domain.archive import ARCHIVE
from court.domain.attendance import ATTENDANCE
from court.domain.batch import BATCH_SEAL
from court.domain.caucus import CAUCUS, INVITATION
from court.domain.clock import CLOCK
from court.domain.confirmation import CONFIRMATION
from court.domain.custody import SEAL_USE
from court.domain.enforcement import ENFORCEMENT
from court.domain.errors import catalogue
from court.domain.exhibit import CAPTURE, EXHIBIT
from court.domain.exhibit_moment import SUGGESTION
from court.domain.export import EXPORT
from court.domain.filing import FILING
from court.domain.heard import HEARD
from court.domain.hearing import HEARING
from court.domain.lifecycle import ROLE_NAMES, Lifecycle, Role
from court.domain.matter import MATTER
from court.domain.mediation import AGREEMENT
from court.domain.mediation_track import MEDIATION
from court.domain.observer import OBSERVER
from court.domain.outbox import MESSAGE
from court.domain.performance import DUTY
from court.domain.petition import PETITION
from court.domain.pledge import PLEDGE
from court.domain.printing import PRINTING
from court.domain.record_paper import RECORD_PAPER
from court.domain.service import SERVICE
from court.domain.tour import HALT, WAITING
from court.domain.transcript import CORRECTION, TRANSCRIPT

DOCS = Path(__file__).parents[2] / "docs"
TABLES: dict[str, Lifecycle[Any, Any]] = {
    "Matter 纠纷": MATTER,
    "Clock 期限": CLOCK,
    "Mediation 调解办理": MEDIATION,
    "Duty 协议履行": DUTY,
    "Confirmation 司法确认": CONFIRMATION,
    "Filing and trial 立案和审理": FILING,
    "Enforcement 申请执行": ENFORCEMENT,
    "Hearing 庭审、调解、接访": HEARING,
    "Halt 车辆停靠": HALT,
    "Waiting 候排": WAITING,
    "Admission 准入（候庭、在庭、离席、移出）": ADMISSION,
    "Attendance 车上的证人（由随车人员报告）": ATTENDANCE,
    "Pledge 证人保证书": PLEDGE,
    "Observer 旁听": OBSERVER,
    "Caucus 背对背调解": CAUCUS,
    "Invitation 单独谈话邀请": INVITATION,
    "Transcript 笔录": TRANSCRIPT,
    "Correction 更正请求": CORRECTION,
    "Heard 语音识别": HEARD,
    "Agreement 调解协议": AGREEMENT,
    "Petition 信访事项": PETITION,
    "Exhibit 证据": EXHIBIT,
    "Capture 实物展台拍摄": CAPTURE,
    "Suggested line 建议记录": SUGGESTION,
    "Print job 打印": PRINTING,
    "Seal of a batch 批量盖章": BATCH_SEAL,
    "Service 送达": SERVICE,
    "Message 短信、电子邮件": MESSAGE,
    "Archive 录音录像归档": ARCHIVE,
    "Export 录音录像复制": EXPORT,
    "Record paper 录音录像文书": RECORD_PAPER,
    "Use of a seal 用印": SEAL_USE,
}


def lifecycles() -> str:
    """Every table, one row per cell."""
    out = [
        "# Lifecycles",
        "",
        "Each table says which role may take a step from a state, and where it leads. Whatever is not listed is",
        "refused: `<name>.wrong_state` when the state has no such step, `<name>.not_allowed` when the role may not",
        "take it. The tables are data in `court/domain`; this page is compared with them by a test.",
    ]
    for title, table in TABLES.items():
        starts = f"Starts as `{table.start}` ({table.labels[table.start]})."
        head = "| from | step | to | who |"
        out += ["", f"## {title}", "", f"{starts} Refusals: `{table.name}.*`.", "", head, "|---|---|---|---|"]
        for (state, action), step in table.table.items():
            who = "、".join(ROLE_NAMES[role] for role in Role if role in step.who)
            origin, target = f"{table.labels[state]} `{state}`", f"{table.labels[step.to]} `{step.to}`"
            out.append(f"| {origin} | `{action}` | {target} | {who} |")
    return "\n".join(out) + "\n"


def problems() -> str:
    """Every refusal with both texts."""
    out = [
        "# Problems",
        "",
        "Every refusal has a stable code. JSON requests get `application/problem+json` (RFC 9457) with `code`,",
        "`status`, `title` (English), `detail` (Chinese) and `params`; pages show the Chinese text. The table is",
        "`court/data/problems.csv`; `{...}` are places filled from `params`.",
        "",
        "| code | status | Chinese | English |",
        "|---|---|---|---|",
    ]
    out += [f"| `{r.code}` | {r.status} | {r.zh} | {r.en} |" for r in catalogue().values()]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    (DOCS / "lifecycles.md").write_text(lifecycles(), encoding="utf-8")
    (DOCS / "problems.md").write_text(problems(), encoding="utf-8")
