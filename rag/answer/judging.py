"""Judges: whether a passage supports a claim or contradicts it, and which of its sentences say so.

`CrossEncoderJudge` is the trained one; `SimilarityJudge` goes by likeness alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.answer.headings import body_sentences, passage_text, title_line
from rag.answer.words import numbers, numerals, plain, stems
from rag.models.pairs import PassageText
from rag.schema import Span, unbracketed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts → unit rows."""

SECOND_GAIN = 0.1
"""A second sentence counts for SimilarityJudge only when it raises the support by so much."""

MOST_JOINED = 8
"""Sentences that SimilarityJudge tries beside the best one."""


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


# --- The trained judge -----------------------------------------------------------------------------------------------


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
    if title and (cover := features(title.of(text), claim)[0]) >= TITLE_COVER:
        evidence.append(Evidence(title, cover))
    return Judgement(reading.supports, reading.contradicts, tuple(evidence))


# --- The judge by likeness -------------------------------------------------------------------------------------------


class SimilarityJudge:
    """Support by likeness: the share of a claim's content words that a sentence has, and the cosine of the two.

    It tells what a passage is not about; it cannot see a negation, two things swapped or a claim that goes too far, and
    it never finds a contradiction. A claim that stands in a sentence word for word has support 1.0, and one with a
    number that the sentence lacks less than .5.
    """

    def __init__(self, embed: Embed, name: str = "similarity") -> None:
        self.name = name
        self._embed = embed

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (text, claim), in their order; `contradicts` is always 0."""
        return [self._judgement(text, claim) for text, claim in pairs]

    def _judgement(self, text: str, claim: str) -> Judgement:
        title = title_line(text)
        spans = [*body_sentences(text), *([title] if title else [])]
        if not spans:
            return Judgement(0.0)
        supports = self._supports([span.of(text) for span in spans], claim)
        best = max(range(len(spans)), key=supports.__getitem__)
        ranked = sorted((i for i in range(len(spans)) if i != best), key=lambda i: -supports[i])[:MOST_JOINED]
        evidence = {best: supports[best]}
        if ranked and supports[best] < 1.0 - SECOND_GAIN:
            joined = self._supports([f"{spans[best].of(text)} {spans[i].of(text)}" for i in ranked], claim)
            second = max(range(len(ranked)), key=joined.__getitem__)
            if joined[second] >= supports[best] + SECOND_GAIN:
                evidence = {best: joined[second], ranked[second]: joined[second]}
        found = tuple(Evidence(spans[i], score) for i, score in evidence.items())
        return Judgement(max(evidence.values()), 0.0, found)

    def _supports(self, quotes: Sequence[str], claim: str) -> list[float]:
        rows = self._embed([claim, *quotes])
        return [_support(quote, claim, float(row @ rows[0])) for quote, row in zip(quotes, rows[1:], strict=True)]


WEIGHTS = (-4.9, 9.0, 7.5)
"""Bias, cosine, cover: of a logistic function. Half of what `training/judge_weights.py` fits, which leaves the decision
where it is, at .5, and the support graded: other abstracts are easier to tell than what is false of the same one."""


def _support(quote: str, claim: str, cosine: float) -> float:
    if f" {plain(unbracketed(claim))} " in f" {plain(unbracketed(quote))} ":
        return 1.0
    cover, missing = features(quote, claim)
    support = logistic(WEIGHTS, cosine, cover)
    return support * (0.2 + 0.3 * (1.0 - missing)) if missing else support  # below .5, whatever else agrees


def logistic(weights: tuple[float, float, float], cosine: float, share: float) -> float:
    """A probability, 0..1, from (bias, weight of the cosine, weight of the share of words) and the two likenesses."""
    bias, of_cosine, of_share = weights
    return 1.0 / (1.0 + math.exp(-(bias + of_cosine * cosine + of_share * share)))


def features(quote: str, claim: str) -> tuple[float, float]:
    """The share of a claim's content words, by length, that a quote has; the share of its numerals that it lacks.

    Numbers that the claim spells out are not asked for: it may well have counted.
    """
    there, words = stems(quote), stems(claim)
    cover = sum(len(word) for word in words & there) / max(1, sum(len(word) for word in words))
    said = numerals(claim)
    return cover, len(said - numbers(quote)) / len(said) if said else 0.0
