"""Labelled rows for judges and readers, from the files of a data folder: hand-written abstracts, answers, public sets.

    judge.jsonl.gz, claims.jsonl.gz   abstracts with questions, true claims and false ones (read_abstracts)
    answers.jsonl.gz                  sentences of model-like answers over four passages (read_answers)
    grounding/*.jsonl.gz              public claims and questions, each with its passage (read_grounding)

A row that cannot be used is named by file and line. Knows no judge and no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.fields import CaseError, Fields, read_rows
from rag.schema import Span

HINT = "name the folder that holds judge.jsonl.gz, answers.jsonl.gz and grounding/"

CONTRADICTING = ("contradiction", "negation", "number", "swap")
"""Kinds of false claims that say otherwise than their abstract; an invented or overclaimed one is only not in it."""
KINDS = (*CONTRADICTING, "overclaim", "scope", "causal", "invented", "partial")
LABELS = ("supported", "partial", "unsupported", "contradicted", "declined", "no_claim")
TASKS = ("support", "answerable", "answer_sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is read: a heading, where there is one, and sentences."""

    sentences: tuple[str, ...]
    title: str = ""

    @property
    def heading(self) -> str:
        """The title as a first line and an empty line, or nothing."""
        return f"{' '.join(self.title.split())}\n\n" if self.title.strip() else ""

    @property
    def text(self) -> str:
        """The heading, then the sentences with a space between."""
        return self.heading + " ".join(self.sentences)

    @property
    def spans(self) -> list[Span | None]:
        """Where each sentence stands in the text; None for an empty one."""
        spans: list[Span | None] = []
        start = len(self.heading)
        for sentence in self.sentences:
            spans.append(Span(start, start + len(sentence)) if sentence else None)
            start += len(sentence) + 1
        return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim and its passage. `group` names what it shares with rows that are not independent of it."""

    set: str
    group: str
    passage: Passage
    claim: str
    supported: bool
    kind: str = ""
    """Of error, in a false claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question and a passage that answers it or not; `evidence` are the sentences that do, None where unknown."""

    set: str
    group: str
    passage: Passage
    question: str
    answerable: bool
    evidence: frozenset[int] | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstract:
    """A hand-written row: an abstract with what people asked and claimed of it."""

    id: str
    split: str
    passage: Passage
    claims: tuple[ClaimRow, ...]
    questions: tuple[QuestionRow, ...] = ()
    """Those that it answers, then those that it does not (kind "near")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentence:
    """A sentence of an answer over numbered passages (from 1). `cited` may name some that are not there."""

    group: str
    text: str
    label: str
    flaw: str | None
    cited: tuple[int, ...]
    right: frozenset[int]
    passages: tuple[Passage, ...]

    @property
    def claim(self) -> str:
        """What is judged: the sentence without its marks."""
        return _MARKS.sub("", self.text).strip()


_MARKS = re.compile(r" ?[\[【]\d+(?:[\s,–-]+\d+)*[\]】]")


# --- Hand-written abstracts ------------------------------------------------------------------------------------------


def read_abstracts(path: Path) -> list[Abstract]:
    """The rows of judge.jsonl.gz or claims.jsonl.gz. Raises CaseError."""
    return [_abstract(row) for row in _rows(path)]


def _abstract(row: Fields) -> Abstract:
    id_ = row.text("arxiv_id")
    passage = Passage(title=row.text("title"), sentences=_sentences(row))
    true = [_claim(claim, id_, passage, supported=True) for claim in row.mappings("supported", default=[])]
    false = [_claim(claim, id_, passage, supported=False) for claim in row.mappings("unsupported", default=[])]
    asked = [_question(question, id_, passage) for question in row.mappings("questions", default=[])]
    near = [
        QuestionRow(
            set="hand",
            group=id_,
            passage=passage,
            question=row.text_of(question, "unanswerable"),
            answerable=False,
            kind="near",
        )
        for question in row.items("unanswerable", [])
    ]
    return Abstract(
        id=id_,
        split=row.one_of("split", ("train", "dev")),
        passage=passage,
        claims=(*true, *false),
        questions=(*asked, *near),
    )


def _claim(fields: Fields, group: str, passage: Passage, *, supported: bool) -> ClaimRow:
    kind = "" if supported else fields.one_of("kind", KINDS)
    return ClaimRow(set="hand", group=group, passage=passage, claim=fields.text("c"), supported=supported, kind=kind)


def _question(fields: Fields, group: str, passage: Passage) -> QuestionRow:
    return QuestionRow(
        set="hand",
        group=group,
        passage=passage,
        question=fields.text("q"),
        answerable=True,
        evidence=frozenset(fields.indices("evidence", below=len(passage.sentences))),
        kind=fields.text("kind"),
    )


# --- Answers ---------------------------------------------------------------------------------------------------------


def read_answers(path: Path) -> list[AnswerSentence]:
    """Every sentence of answers.jsonl.gz. Raises CaseError."""
    return [sentence for row in _rows(path) for sentence in _answer(row)]


def _answer(row: Fields) -> Iterator[AnswerSentence]:
    group = row.text("id")
    passages = tuple(
        Passage(title=passage.text("title"), sentences=_sentences(passage)) for passage in row.mappings("passages")
    )
    for sentence in row.mappings("answer"):
        right = sentence.indices("right", below=len(passages) + 1)
        flaw = sentence.get("flaw")
        yield AnswerSentence(
            group=group,
            text=sentence.text("text"),
            label=sentence.one_of("label", LABELS),
            flaw=None if flaw is None else sentence.text("flaw"),
            cited=tuple(sentence.whole_of(n, "cited") for n in sentence.items("cited")),
            right=frozenset(right),
            passages=passages,
        )


# --- Public sets -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounding:
    """Rows of the public sets; a question of task answer_sentence has evidence, one of task answerable has none."""

    claims: tuple[ClaimRow, ...]
    answerable: tuple[QuestionRow, ...]
    sentences: tuple[QuestionRow, ...]


Split = Literal["train", "dev"]


def read_grounding(folder: Path, split: Split) -> Grounding:
    """The rows of one split of every set in the folder, by file name. Raises CaseError, also when there is none."""
    claims: list[ClaimRow] = []
    asked: dict[str, list[QuestionRow]] = {"answerable": [], "answer_sentence": []}
    for row in (row for path in _files(folder) for row in _rows(path)):
        if row.one_of("split", ("train", "dev")) != split:
            continue
        task, passage = row.one_of("task", TASKS), _passage(row)
        true = bool(row.whole("label", below=2))
        set_, group = row.text("set"), passage.text
        if task == "support":
            claim = row.text("claim")
            claims.append(ClaimRow(set=set_, group=group, passage=passage, claim=claim, supported=true))
            continue
        wanted, question = task == "answer_sentence", row.text("question")
        evidence = frozenset(row.indices("evidence", below=len(passage.sentences))) if wanted else None
        asked[task].append(
            QuestionRow(set=set_, group=group, passage=passage, question=question, answerable=true, evidence=evidence)
        )
    return Grounding(
        claims=tuple(claims), answerable=tuple(asked["answerable"]), sentences=tuple(asked["answer_sentence"])
    )


def _files(folder: Path) -> Sequence[Path]:
    found = sorted(folder.glob("*.jsonl.gz")) + sorted(folder.glob("*.jsonl"))
    if not found:
        raise CaseError(f"{folder}: holds no .jsonl or .jsonl.gz file", hint=HINT)
    return found


def _passage(row: Fields) -> Passage:
    """A whole passage counts as one sentence: none of its own is asked for."""
    title = row.get("title")
    heading = "" if title is None else row.text("title")
    if row.get("sentences") is not None:
        return Passage(title=heading, sentences=_sentences(row))
    return Passage(title=heading, sentences=(row.text("passage"),))


def _sentences(row: Fields) -> tuple[str, ...]:
    found = row.texts("sentences")
    if any(sentence.strip() for sentence in found):
        return found
    raise row.expected("sentences", "sentences", list(found))


def _rows(path: Path) -> Iterator[Fields]:
    return read_rows(path, hint=HINT)
