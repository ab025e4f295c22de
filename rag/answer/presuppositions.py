"""The sentence that contradicts what a question takes for granted, put to the passages as a claim (`declaring`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.answer.declaring import declared
from rag.answer.headings import passage_text
from rag.models.crossencoder import ClaimReading, QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Span

RELEVANT = 0.5
"""Calibrated P(relevant) from which a passage is on the subject. Others contradict whatever is asked."""
CONTRADICTS = 0.8
"""P(contradicted) from which a passage corrects a question. A guess on the careful side: not measured yet."""


class Reads(Protocol):
    """What correcting needs of a cross-encoder."""

    def questions(self, question: str, passages: Sequence[PassageText]) -> Sequence[QuestionReading]:
        """What each passage says to a question."""
        ...

    def claims(self, pairs: Sequence[tuple[str, PassageText]]) -> Sequence[ClaimReading]:
        """What each passage says to its claim."""
        ...


class CrossEncoderCorrector:
    """Finds the correction where a passage on the subject contradicts what the question takes for granted."""

    def __init__(self, model: Reads) -> None:
        self._model = model

    def correct(self, question: str, passages: Sequence[str]) -> Finding | None:
        """The strongest evidence in the passage that contradicts most surely. Raises ModelFileError."""
        claim = declared(question)
        if claim is None:
            return None
        texts = [passage_text(passage) for passage in passages]
        relevant = [reading.relevant >= RELEVANT for reading in self._model.questions(question, texts)]
        heard = [i for i, text in enumerate(texts) if relevant[i] and text.sentences]
        readings = dict(zip(heard, self._model.claims([(claim, texts[i]) for i in heard]), strict=True))
        surest = max(heard, key=lambda i: readings[i].contradicts, default=None)
        if surest is None or readings[surest].contradicts < CONTRADICTS:
            return None
        scores = readings[surest].sentences
        span = texts[surest].sentences[scores.index(max(scores))]
        offset = len(passages[surest]) - len(texts[surest].text)
        return Finding(
            passage=surest,
            span=Span(offset + span.start, offset + span.end),
            text=span.of(texts[surest].text),
            score=readings[surest].contradicts,
        )
