"""Question → checked sentences → Answer: the one path behind `ask`, `aask` and `stream`.

Who searches, drafts and judges is handed in. This module puts them in order, and says in the answer what was read, what
was declined and why.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.answer.answerer import Answerer, Draft, Outcome, checked
from rag.answer.judging import Judge
from rag.answer.listing import Listing, listing
from rag.answer.presuppositions import RELEVANT
from rag.answer.weighing import Bar
from rag.errors import LLMReplyError, LLMUnreachableError
from rag.index.catalog import Counts
from rag.index.store import Store
from rag.llm import Delta, LanguageModel, Message
from rag.prompts import Prompt
from rag.schema import (
    Answer,
    Claim,
    Coverage,
    Limits,
    Passage,
    Question,
    Reason,
    Receipt,
    Result,
    Turn,
    Usage,
    Work,
    results_of,
    unbracketed,
)
from rag.search.question import LONGEST_QUESTION, standalone
from rag.search.retriever import Retriever
from rag.search.understanding import Understanding

NEAREST = 5
"""Works that a declined answer offers instead."""

NAMED = 3
"""Of those, the ones that its sentence names."""

READ_WHOLE = 24
"""Passages: when no more meet a question's limits, all are read, and the answer is over all of them."""

NOTHING = Counts(files=0, records=0, works=0, chunks=0)
UNWRITTEN = Outcome()
NO_USAGE = Usage()


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
    bar: Bar
    passages: int
    version: str
    embedder: str
    writing: Writing | None = None
    understanding: Understanding = field(default_factory=Understanding)

    def close(self) -> None:
        """Closes the connections to the model; a later question opens new ones."""
        if self.writing is not None:
            self.writing.model.close()

    def stream(
        self, asked: str, history: Sequence[Turn] = (), limits: Limits = Limits(), passages: int | None = None
    ) -> Generator[Claim | Answer]:
        """Checked sentences as they come, then the Answer that holds them all.

        Raises QuestionError for an empty question, the index's errors, and, where nothing falls back, the model's.
        """
        run = _Run(self)
        question = run.understood(run.standalone(asked, history, limits), history)
        if run.listing is not None:
            yield from run.listing.claims
            yield run.listed(question, run.listing)
            return
        found, reason = run.look(question)
        if reason is not None:
            yield run.declined(question, found, reason)
            return
        read = tuple(found[: passages or run.enough])
        outcome = yield from run.write(question, read)
        run.say_what_was_left(read)
        if outcome.reason is not None:
            yield run.declined(question, found, outcome.reason, outcome, read)
        else:
            yield run.answered(question, outcome, read)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limited:
    """Of a question with limits: how many works meet them, how many do not say, the chunks of those that do."""

    matched: int
    unknown: int
    chunks: int


@dataclass(slots=True)
class _Run:
    """One question's way through the parts, and what there is to say about it afterwards."""

    parts: Answering
    started: float = field(default_factory=time.perf_counter)
    warnings: list[str] = field(default_factory=list)
    written_by: Writing | None = None
    rewriting: Usage = NO_USAGE
    """What the model charged for making the question stand alone."""
    index: str = ""
    counts: Counts = NOTHING
    unmet: str = ""
    """Which limits no work meets."""
    listing: Listing | None = None
    """What the catalogue says, where the question's fields alone decide."""
    limited: _Limited | None = None

    # --- The steps ---

    def standalone(self, asked: str, history: Sequence[Turn], limits: Limits) -> Question:
        writing = self.parts.writing
        if len(" ".join(asked.split())) > LONGEST_QUESTION:
            self.warnings.append(f"the question is longer than {LONGEST_QUESTION:,} characters: its end was not read")
        if writing is None or not history:
            return standalone(asked, history, limits)
        model = _Metered(writing.model)
        try:
            return standalone(asked, history, limits, llm=model, prompt=writing.standalone_prompt)
        except (LLMUnreachableError, LLMReplyError) as error:
            if not writing.falls_back:
                raise
            self.warnings.append(f"the question was understood without the model: {error.message}")
            return standalone(asked, history, limits)
        finally:
            self.rewriting = model.usage

    def understood(self, question: Question, history: Sequence[Turn]) -> Question:
        """The question with the limits that its words set; the catalogue's answer, if fields alone decide it."""
        with self.parts.store.reading() as snapshot:
            self.index, self.counts = snapshot.digest, snapshot.counts
            if not self.counts.works:
                return question
            known = self.parts.understanding.limited(question, snapshot, history)
            self.warnings += known.warnings
            if known.plan is not None:
                self.listing = listing(known.plan, snapshot, known.strangers)
        return known.question

    def look(self, question: Question) -> tuple[list[Passage], Reason | None]:
        """What the index has for a question, best first; and why that is no answer, if it is plain already."""
        with self.parts.store.reading() as snapshot:
            self.index, self.counts = snapshot.digest, snapshot.counts
            if not self.counts.works:
                return [], "empty_corpus"
            found = self.parts.retriever.retrieve(snapshot, question)
            self.unmet = "" if found else snapshot.why_empty(question.limits)
            within = snapshot.chunk_ids(question.limits)
            if within is not None:
                limits = question.limits
                matched, unknown = snapshot.matched(limits), snapshot.unknown(limits)
                self.limited = _Limited(matched=matched, unknown=unknown, chunks=len(within))
            known = snapshot.known_terms(question.searched)
        if not found or not known:
            return found, "nothing_relevant"
        return found, None

    @property
    def enough(self) -> int:
        """Passages to read: all that meet the question's limits, where they are few."""
        whole = self.limited.chunks if self.limited else 0
        return max(self.parts.passages, whole if whole <= READ_WHOLE else 0)

    def write(self, question: Question, read: Sequence[Passage]) -> Generator[Claim, None, Outcome]:
        """The answer's checked sentences, by the model if there is one and it answers."""
        writing = self.parts.writing
        if writing is not None:
            try:
                outcome = yield from self._checked(self._written(writing, question, read), read)
            except (LLMUnreachableError, LLMReplyError) as error:
                if not writing.falls_back:
                    raise
                self.warnings.append(f"answered without the model: {error.message}")
            else:
                self.written_by = writing
                return outcome
        return (yield from self._checked(self.parts.extractive.draft(question, read), read))

    def say_what_was_left(self, read: Sequence[Passage]) -> None:
        """That not all that meets the limits was read."""
        if self.limited and len(read) < self.limited.chunks:
            self.warnings.append(f"of {self.limited.chunks:,} passages that meet the limits, {len(read)} were read")

    def _written(self, writing: Writing, question: Question, read: Sequence[Passage]) -> Iterator[Draft]:
        """The model's drafts. What has been read cannot be taken back: a reply that breaks off later ends there."""
        begun = False
        try:
            for draft in writing.answerer.draft(question, read):
                yield draft
                begun = begun or bool(draft.text)
        except (LLMUnreachableError, LLMReplyError) as error:
            if not (begun and writing.falls_back):
                raise
            self.warnings.append(f"the answer may not be whole: {error.message}")

    def _checked(self, drafts: Iterator[Draft], read: Sequence[Passage]) -> Generator[Claim, None, Outcome]:
        return checked(drafts, read, self.parts.judge, self.parts.bar)

    # --- The answer ---

    def listed(self, question: Question, said: Listing) -> Answer:
        """The catalogue's answer."""
        return Answer(
            question=question,
            text=said.text,
            answerer="catalog",
            coverage=Coverage(
                exhaustive=True,
                matched=len(said.sources),
                works=self.counts.works,
                records=self.counts.records,
                unknown=said.unknown,
            ),
            receipt=self._receipt(None),
            seconds=time.perf_counter() - self.started,
            usage=self.rewriting,
            warnings=tuple(self.warnings),
            claims=said.claims,
            sources=said.sources,
        )

    def answered(self, question: Question, outcome: Outcome, read: tuple[Passage, ...]) -> Answer:
        return self._answer(
            question,
            text=outcome.text,
            outcome=outcome,
            read=read,
            claims=outcome.claims,
            sources=outcome.sources,
        )

    def declined(
        self,
        question: Question,
        found: Sequence[Passage],
        reason: Reason,
        outcome: Outcome = UNWRITTEN,
        read: tuple[Passage, ...] = (),
    ) -> Answer:
        nearest = tuple(itertools.islice(results_of(found), NEAREST))
        near = [result for result in nearest if any(_on_subject(passage) for passage in result.passages)]
        if near and reason == "nothing_relevant":
            reason = "not_stated"
        nearest = tuple(replace(result, passages=()) for result in nearest)
        return self._answer(
            question,
            text=_decline(reason, nearest, near, self.counts.works, self.unmet),
            outcome=outcome,
            read=read,
            reason=reason,
            nearest=nearest,
            discarded=outcome.discarded if self.written_by else None,
        )

    def _answer(
        self, question: Question, *, text: str, outcome: Outcome, read: tuple[Passage, ...], **parts: Any
    ) -> Answer:
        writing = self.written_by
        return Answer(
            question=question,
            text=text,
            answerer="llm" if writing else "extractive",
            model=writing.model.name if writing else None,
            coverage=self._coverage(read),
            receipt=self._receipt(writing),
            seconds=time.perf_counter() - self.started,
            usage=self.rewriting + outcome.usage,
            warnings=(*self.warnings, *outcome.warnings),
            passages=read,
            **parts,
        )

    def _coverage(self, read: Sequence[Passage]) -> Coverage:
        """How much was read; of a limited question, whether that was all that meets the limits."""
        counts, works = self.counts, {passage.work.key for passage in read}
        if self.limited is None:
            return Coverage(exhaustive=False, matched=len(works), works=counts.works, records=counts.records)
        return Coverage(
            exhaustive=0 < self.limited.chunks == len({passage.chunk.id for passage in read}),
            matched=self.limited.matched,
            works=counts.works,
            records=counts.records,
            unknown=self.limited.unknown,
        )

    def _receipt(self, writing: Writing | None) -> Receipt:
        return Receipt(
            version=self.parts.version,
            index=self.index,
            embedder=self.parts.embedder,
            judge=self.parts.judge.name,
            prompt=writing.answer_prompt.label if writing else None,
            model=writing.model.name if writing else None,
        )


class _Metered:
    """A language model that remembers what its calls cost."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.usage = NO_USAGE

    @property
    def name(self) -> str:
        return self._model.name

    def complete(self, messages: Sequence[Message]) -> Iterator[Delta]:
        for delta in self._model.complete(messages):
            self.usage += delta.usage or NO_USAGE
            yield delta

    def close(self) -> None:
        self._model.close()


def _on_subject(passage: Passage) -> bool:
    """Whether a reranker read it and found it to be about what is asked."""
    return passage.scores.get("relevant", 0.0) >= RELEVANT


def _decline(reason: Reason, nearest: Sequence[Result], near: Sequence[Result], works: int, unmet: str) -> str:
    """One sentence: what the corpus does not say, and the nearest works; `near` are those of them on the subject.

    `unmet` says which limits no work meets, "" where that is not why.
    """
    if reason == "empty_corpus":
        return "The index holds no works yet, so there is nothing to answer from."
    indexed = "the one work" if works == 1 else f"the {works} works"
    if not nearest:
        if unmet:
            return unbracketed(f"Nothing indexed here meets the limits: {unmet}.")
        return f"Nothing in {indexed} is about this."
    if near and reason == "not_stated":
        is_, does = ("is", "does") if len(near) == 1 else ("are", "do")
        named = _listed(near)
        return (
            f"No sentence of {indexed} indexed here states this: {named} {is_} on the subject, but {does} not say it."
        )
    what = "Nothing in" if reason == "nothing_relevant" else "No sentence of"
    verb = "is" if len(nearest) == 1 else "are"
    return f"{what} {indexed} indexed here answers this; nearest {verb} {_listed(nearest)}."


def _listed(results: Sequence[Result]) -> str:
    named = [_name(result.work) for result in results[:NAMED]]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _name(work: Work) -> str:
    """A work's title, or how its text begins."""
    title = work.title or " ".join(work.merged().abstract.split()[:8]) + " …"
    return f"“{unbracketed(title)}”"
