"""The judge: whether a passage supports a claim or contradicts it, and which of its sentences say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answer.headings import body_sentences, passage_text, title_line
from rag.answer.words import stems
from rag.models.pairs import PassageText
from rag.schema import Span


@dataclass(frozen=True, slots=True)
class Evidence:
    """A place of a text, and how surely a judgement rests on it, 0..1. With `field`, a place of that field instead."""

    span: Span
    score: float
    field: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How probable it is that a text supports a claim, and that it contradicts it: 0..1 each, together at most 1.

    `evidence` are sentences of the text (or its title) that bear on the claim; () where a judge cannot tell.
    """

    supports: float
    contradicts: float = 0.0
    evidence: tuple[Evidence, ...] = ()


class Judge(Protocol):
    @property
    def name(self) -> str:
        """As receipts report it."""
        ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (text, claim), in their order.

        A text may begin with a heading, as `headings` makes it: its title, a line of facts, an empty line.
        """
        ...


class ClaimReading(Protocol):
    """What the model makes of a pair: calibrated probabilities, and one for each sentence to be evidence."""

    @property
    def supports(self) -> float: ...
    @property
    def contradicts(self) -> float: ...
    @property
    def sentences(self) -> Sequence[float]: ...


class ClaimReader(Protocol):
    @property
    def name(self) -> str: ...

    def claims(self, pairs: Sequence[tuple[str, PassageText]]) -> Sequence[ClaimReading]:
        """A reading for each (claim, passage), in their order."""
        ...


TITLE_COVER = 0.8
"""A title that has so much of a claim's words is evidence for it; the model marks sentences of the text alone."""


class CrossEncoderJudge:
    """Asks the cross-encoder, once for each pair."""

    def __init__(self, reader: ClaimReader) -> None:
        self._reader = reader

    @property
    def name(self) -> str:
        return self._reader.name

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (text, claim), in their order."""
        passages = [passage_text(text) for text, _ in pairs]
        claims = [claim for _, claim in pairs]
        readings = self._reader.claims(list(zip(claims, passages, strict=True)))
        return [_judgement(text, claim, reading) for (text, claim), reading in zip(pairs, readings, strict=True)]


def _judgement(text: str, claim: str, reading: ClaimReading) -> Judgement:
    scored = zip(body_sentences(text), reading.sentences, strict=True)
    evidence = [Evidence(span, score) for span, score in scored]
    title = title_line(text)
    if title and (cover := _cover(title.of(text), claim)) >= TITLE_COVER:
        evidence.append(Evidence(title, cover))
    return Judgement(reading.supports, reading.contradicts, tuple(evidence))


def _cover(quote: str, claim: str) -> float:
    """The share of a claim's content words, by length, that a quote has."""
    there, words = stems(quote), stems(claim)
    return sum(len(word) for word in words & there) / max(1, sum(len(word) for word in words))
