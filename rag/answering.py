"""Question → checked sentences → Answer: the one path behind `ask`, `aask` and `stream`.

Who searches, drafts and judges is handed in. This module puts them in order, and says in the answer what was read, what
was declined and why.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.answer.answerer import Answerer, Outcome, checked
from rag.answer.grounding import Judge
from rag.errors import LLMReplyError, LLMUnreachableError, ModelError
from rag.index.catalog import Counts
from rag.index.store import Store
from rag.llm import LanguageModel
from rag.prompts import Prompt
from rag.schema import (
    Answer,
    AnswererName,
    Claim,
    Coverage,
    Limits,
    Passage,
    Question,
    Reason,
    Receipt,
    Result,
    Turn,
    results_of,
    unbracketed,
)
from rag.search.question import standalone
from rag.search.retriever import Retriever

NEAREST = 5
"""Works that a declined answer offers instead."""

NAMED = 3
"""Of those, the ones that its sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A language model with its prompts. `falls_back`: when it cannot be reached, the extractive answer takes over."""

    model: LanguageModel
    answerer: Answerer
    answer_prompt: Prompt
    standalone_prompt: Prompt
    falls_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """The parts that answer questions, and how much they read."""

    store: Store
    retriever: Retriever
    extractive: Answerer
    judge: Judge
    min_support: float
    passages: int
    version: str
    embedder: str
    writing: Writing | None = None

    def stream(
        self, asked: str, history: Sequence[Turn] = (), limits: Limits = Limits(), passages: int | None = None
    ) -> Iterator[Claim | Answer]:
        """Checked sentences as they come, then the Answer that holds them all.

        Raises QuestionError for an empty question, the index's errors, and, where nothing falls back, the model's.
        """
        run = _Run(self)
        question = run.standalone(asked, history, limits)
        found, reason = run.look(question)
        if reason is not None:
            yield run.declined(question, found, reason)
            return
        read = tuple(found[: passages or self.passages])
        outcome = yield from run.write(question, read)
        if outcome.reason is not None:
            yield run.declined(question, found, outcome.reason, outcome, read)
        else:
            yield run.answered(question, outcome, read)


@dataclass(slots=True)
class _Run:
    """One question's way through the parts, and what there is to say about it afterwards."""

    parts: Answering
    started: float = field(default_factory=time.perf_counter)
    warnings: list[str] = field(default_factory=list)
    written_by: Writing | None = None
    index: str = ""
    counts: Counts = Counts(files=0, records=0, works=0, chunks=0)

    # --- The steps ---

    def standalone(self, asked: str, history: Sequence[Turn], limits: Limits) -> Question:
        writing = self.parts.writing
        if writing is None or not history:
            return standalone(asked, history, limits)
        try:
            return standalone(asked, history, limits, llm=writing.model, prompt=writing.standalone_prompt)
        except (LLMUnreachableError, LLMReplyError) as error:
            if not writing.falls_back:
                raise
            self.warnings.append(f"the question was understood without the model: {error.message}")
            return standalone(asked, history, limits)

    def look(self, question: Question) -> tuple[list[Passage], Reason | None]:
        """What the index has for a question, best first; and why that is no answer, if it is plain already."""
        with self.parts.store.reading() as snapshot:
            self.index, self.counts = snapshot.digest, snapshot.counts
            if not self.counts.works:
                return [], "empty_corpus"
            found = self.parts.retriever.retrieve(snapshot, question)
            known, wanted = snapshot.known_terms(question.text)
        if not found or (wanted and not known):
            return found, "nothing_relevant"
        return found, None

    def write(self, question: Question, read: Sequence[Passage]) -> Generator[Claim, None, Outcome]:
        """The answer's checked sentences, by the model if there is one and it answers."""
        writing = self.parts.writing
        if writing is not None:
            shown = 0
            try:
                claims = self._checked(writing.answerer, question, read)
                while True:
                    try:
                        claim = next(claims)
                    except StopIteration as stop:
                        self.written_by = writing
                        outcome: Outcome = stop.value
                        return outcome
                    shown += 1
                    yield claim
            except (LLMUnreachableError, LLMReplyError) as error:
                if not writing.falls_back or shown:
                    raise
                self.warnings.append(f"answered without the model: {error.message}")
        return (yield from self._checked(self.parts.extractive, question, read))

    def _checked(
        self, answerer: Answerer, question: Question, read: Sequence[Passage]
    ) -> Generator[Claim, None, Outcome]:
        return checked(answerer.draft(question, read), read, self.parts.judge, self.parts.min_support)
