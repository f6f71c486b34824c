"""逐段宣读: what each person answered to each paragraph of a text, and what still stands before the signing. No media."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from court.domain.errors import CourtError


class Answer(StrEnum):
    AGREED = "agreed"
    QUESTION = "question"


ANSWER_NAMES = {Answer.AGREED: "听清楚了，同意", Answer.QUESTION: "有疑问"}


class Ended(StrEnum):
    """Why an answer counts no longer; it is kept all the same."""

    CHANGED = "changed"
    AGAIN = "again"


ENDED_NAMES = {
    Ended.CHANGED: "这一段后来改了，要重新宣读",
    Ended.AGAIN: "本人后来重新作了回答",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One thing read aloud at a time. `label` names it for people: 纠纷事实, 第一条."""

    id: str
    label: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the text alone: moved, it is still what was heard; with one other mark it is not."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAnswer:
    """What one person said to one paragraph. `offset_ms` is its place in the recording, None where none ran."""

    id: str
    text_id: str
    person_id: str
    person: str
    paragraph_sha256: str
    label: str
    answer: Answer
    words: str
    at: datetime
    by: str
    offset_ms: int | None
    ended_at: datetime | None
    ended_why: Ended | None

    @property
    def answer_name(self) -> str:
        return ANSWER_NAMES[self.answer]

    @property
    def ended_name(self) -> str:
        return ENDED_NAMES[self.ended_why] if self.ended_why else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Who has not agreed to which paragraph; `question` where he said so."""

    person: str
    label: str
    question: bool


def standing(
    paragraphs: Sequence[Paragraph], answers: Iterable[ReadingAnswer]
) -> Mapping[tuple[str, str], ReadingAnswer]:
    """(person id, paragraph id) -> the answer that counts for the text as it stands."""
    ids: dict[str, list[str]] = {}
    for paragraph in paragraphs:
        ids.setdefault(paragraph.sha256, []).append(paragraph.id)
    return {
        (answer.person_id, paragraph_id): answer
        for answer in answers
        if answer.ended_at is None
        for paragraph_id in ids.get(answer.paragraph_sha256, ())
    }


def lacking(
    paragraphs: Sequence[Paragraph], people: Sequence[tuple[str, str]], answers: Iterable[ReadingAnswer]
) -> Lacking | None:
    """The first paragraph that one of `people` (id, name) has not agreed to; None when nothing is missing."""
    known = standing(paragraphs, answers)
    for person_id, name in people:
        for paragraph in paragraphs:
            said = known.get((person_id, paragraph.id))
            if said is None or said.answer is not Answer.AGREED:
                return Lacking(person=name, label=paragraph.label, question=said is not None)
    return None


def require_agreed(
    paragraphs: Sequence[Paragraph], people: Sequence[tuple[str, str]], answers: Iterable[ReadingAnswer]
) -> None:
    """Refuses `reading.not_acknowledged` or `reading.question_open` (params name, paragraph)."""
    found = lacking(paragraphs, people, answers)
    if found is not None:
        code = "reading.question_open" if found.question else "reading.not_acknowledged"
        raise CourtError(code, name=found.person, paragraph=found.label)
