"""One authority, one sealed agreement and its states on the way, for all tests of the papers."""

import hashlib
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from documents import kit, mediation, pki, signing
from documents.data import AuthorityPlace, Handwriting, Manner, PersonFacts, Point, RecordingFacts, SignerSlot
from documents.evidence import Evidence, hand_sha256
from documents.hand import HandLeft

COURT = "重庆市云阳县人民法院"
COMMITTEE = "云阳县兴隆镇人民调解委员会"
NOW = datetime(2026, 11, 22, 3, 15, 0, tzinfo=UTC)
VERIFY_URL = "https://court.example/v"
SLOTS = (
    SignerSlot(field="party_1", role="申请人", name="王建国"),
    SignerSlot(field="party_2", role="被申请人", name="李䶮𬱟"),
    SignerSlot(field="mediator", role="调解员", name="张翀"),
)


def handwriting(seed: int) -> Handwriting:
    """A scrawl of fourteen strokes."""
    chance = random.Random(seed)
    strokes = []
    for index in range(14):
        x, y = 100 + index % 7 * 60 + chance.random() * 40, 60 + chance.random() * 120
        points = []
        for step in range(20):
            points.append(Point(x, y, index * 300 + step * 8, 0.3 + 0.5 * math.sin(step / 20 * math.pi)))
            x, y = x + chance.gauss(2.5, 2), y + chance.gauss(1.5, 3)
        strokes.append(tuple(points))
    return Handwriting(width=600, height=260, strokes=tuple(strokes))


def agreement(**changes: object) -> mediation.PeopleAgreement:
    """Two neighbours and a path; names with rare characters."""
    facts: dict[str, object] = {
        "number": "（2026）兴隆人调字第12号",
        "matter_number": "纠〔2026〕000001号",
        "cause": "相邻通行纠纷",
        "body_name": COMMITTEE,
        "parties": (
            PersonFacts(
                role="申请人",
                name="王建国",
                gender="男",
                nation="汉族",
                born="1956年3月5日",
                address="重庆市云阳县兴隆镇龙洞村三组18号",
                id_number="500235195603051234",
                phone="13800001234",
            ),
            PersonFacts(role="被申请人", name="李䶮𬱟", gender="女", address="龙洞村三组20号㛃家院子"),
        ),
        "facts": "两家房屋之间有一条宽约1.6米的通道，系王建国一家通往村道的必经之路。2026年9月12日，李䶮𬱟在通道一侧"
        "堆放砖石、修筑花台，致使通道最窄处仅余0.7米。王建国自行搬移部分砖石，李䶮𬱟称花台损坏，要求赔偿￥3,000.00元。",
        "dispute": "双方争议的主要事项：通道应否恢复原状；花台损失由谁承担。",
        "clauses": (
            mediation.ClauseFacts(
                number=1,
                text="李䶮𬱟于2026年12月31日前将通道内的砖石清除，恢复通道宽度不少于1.6米。",
                due="2026-12-31",
            ),
            mediation.ClauseFacts(
                number=2,
                text="王建国于2026年12月15日前一次性补偿李䶮𬱟花台损失人民币1,200.00元。",
                amount="1200.00",
            ),
        ),
        "performance": "第一项由调解员到场查验；第二项以银行转账方式履行。",
        "copies": 3,
        "place": "兴隆镇龙洞村村委会院坝",
        "held_on": date(2026, 11, 22),
        "made_on": date(2026, 11, 22),
        "signers": SLOTS,
        "transcript_sha256": "ab" * 32,
        "recording": RecordingFacts(size=128, root="cd" * 32, checkpoint="court.example/recording\n128\n"),
    }
    return mediation.PeopleAgreement(**(facts | changes))  # type: ignore[arg-type]


def make_authority(directory: Path, *, parent: AuthorityPlace | None = None) -> AuthorityPlace:
    directory.mkdir(parents=True, exist_ok=True)
    secret = directory / "passphrase"
    secret.write_text("a passphrase of the tests")
    place = AuthorityPlace(directory=directory / "authority", passphrase_file=secret)
    pki.found(place, body_name=COURT, other_bodies=(COMMITTEE,), now=NOW - timedelta(days=1), parent=parent)
    return place


def sign(
    pdf: bytes,
    slot: SignerSlot,
    authority: AuthorityPlace,
    *,
    now: datetime = NOW,
    seed: int = 1,
    left: HandLeft = None,
    words: tuple[str, ...] = (),
    fonts_dir: Path | None = None,
    **changes: object,
) -> signing.Signed:
    manner = changes.get("manner", Manner.WRITTEN)
    strokes = left if left is not None or manner is Manner.REFUSED else handwriting(seed)
    facts: dict[str, object] = {
        "name": slot.name,
        "role": slot.role,
        "identity_check_id": "0199-check",
        "identity_method": "身份证核验",
        "document_sha256": hashlib.sha256(pdf).hexdigest(),
        "strokes_sha256": hand_sha256(strokes),
        "signed_at": now.isoformat(),
        "recording_offset_ms": 61_000,
    }
    evidence = Evidence(**(facts | changes))  # type: ignore[arg-type]
    return signing.sign_field(
        pdf,
        field=slot.field,
        left=strokes,
        evidence=evidence,
        authority=authority,
        now=now,
        words=words,
        fonts_dir=fonts_dir,
    )


@dataclass(frozen=True)
class Story:
    """`steps`: the file after rendering and after each signature; `sealed`: the whole paper."""

    steps: tuple[bytes, ...]
    sealed: bytes
    content_sha256: str


def play(paper: mediation.AgreementFacts, authority: AuthorityPlace, fonts_dir: Path) -> Story:
    rendered = kit.render(paper, fonts_dir=fonts_dir, authority=authority, verify_url=VERIFY_URL, now=NOW)
    steps = [rendered.pdf]
    for index, slot in enumerate(paper.signers):
        moment = NOW + timedelta(seconds=20 * index)
        steps.append(sign(steps[-1], slot, authority, now=moment, seed=index).pdf)
    sealed = signing.seal(steps[-1], authority=authority, fonts_dir=fonts_dir, now=NOW + timedelta(minutes=2))
    return Story(tuple(steps), sealed.pdf, rendered.content_sha256)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> AuthorityPlace:
    return make_authority(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="session")
def trust(authority: AuthorityPlace) -> pki.Trust:
    return pki.trust(authority.directory)


@pytest.fixture(scope="session")
def story(authority: AuthorityPlace, fonts_dir: Path) -> Story:
    return play(agreement(), authority, fonts_dir)


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[bytes], Path]:
    """A PDF as a file, for programs that judge files."""

    def save(pdf: bytes) -> Path:
        path = tmp_path / "paper.pdf"
        path.write_bytes(pdf)
        return path

    return save
