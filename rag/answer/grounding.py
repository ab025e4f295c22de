"""Whether what is said stands in what is cited: each sentence against the words of its passages.

A judge says how well a quote supports a claim; `ground` finds the quotes, `SimilarityJudge` is the judge for now.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag.answer.words import numbers, numerals, plain, stems
from rag.corpus.sentences import sentences
from rag.schema import Passage, Quote, Span, Verdict, unbracketed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts → unit rows."""

QUOTED_FIELDS = ("title", "authors", "published", "affiliations", "labels", "session", "category")
"""What a claim may rest on besides the passage's own text."""

PARTIAL_SHARE = 0.6
"""Until claims are split into facts: support from this share of min_support on counts as support for some of them."""

SECOND_GAIN = 0.1
"""A second sentence of a passage is quoted only when it raises the support by so much."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How probable it is that a quote supports a claim, and that it contradicts it: 0..1 each."""

    supports: float
    contradicts: float = 0.0


class Judge(Protocol):
    @property
    def name(self) -> str:
        """As receipts report it."""
        ...

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (quote, claim), in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Ruling:
    """What came of a claim; each quote with the index of its passage among those cited."""

    support: float
    verdict: Verdict
    quotes: tuple[tuple[int, Quote], ...] = ()


def ground(claim: str, cited: Sequence[Passage], judge: Judge, min_support: float) -> Ruling:
    """A claim against the passages it cites: the words of each that support it best, and what they amount to.

    Its support is the best of: each quote alone, and all quotes together. Without citations nothing supports it.
    """
    if not cited:
        return Ruling(0.0, "unsupported")
    candidates = [(i, quote) for i, passage in enumerate(cited) for quote in quotable(passage)]
    judgements = judge.judge([(quote.text, claim) for _, quote in candidates])
    scored = list(zip(candidates, judgements, strict=True))
    chosen: list[tuple[int, Quote]] = []
    support = contradiction = 0.0
    for i in range(len(cited)):
        own = [(quote, judgement) for (passage, quote), judgement in scored if passage == i]
        quotes, judgement = _strongest(own, claim, judge)
        chosen += [(i, quote) for quote in quotes]
        support = max(support, judgement.supports)
        contradiction = max(contradiction, judgement.contradicts)
    if len(cited) > 1:
        together = " ".join(quote.text for _, quote in chosen)
        support = max(support, judge.judge([(together, claim)])[0].supports)
    return Ruling(support, verdict(support, contradiction, min_support), tuple(chosen))


def verdict(support: float, contradiction: float, min_support: float) -> Verdict:
    """What support and contradiction amount to."""
    if support >= min_support:
        return "supported"
    if contradiction >= min_support:
        return "contradicted"
    return "partial" if support >= min_support * PARTIAL_SHARE else "unsupported"


def quotable(passage: Passage) -> list[Quote]:
    """The sentences of a passage, and its record's fields, as quotes."""
    chunk, record = passage.chunk, passage.record
    quotes = [
        Quote(record=record, field=chunk.field, span=Span(chunk.span.start + s.start, chunk.span.start + s.end))
        for s in sentences(chunk.text)
    ]
    fields = [(field, len(record.text_of(field))) for field in QUOTED_FIELDS if field != chunk.field]
    return quotes + [Quote(record=record, field=field, span=Span(0, length)) for field, length in fields if length]


def _strongest(own: Sequence[tuple[Quote, Judgement]], claim: str, judge: Judge) -> tuple[list[Quote], Judgement]:
    """The quote that supports a claim best, with the one that helps it most if any does; what they say together."""
    ranked = sorted(own, key=lambda pair: -max(pair[1].supports, pair[1].contradicts))
    best, judgement = ranked[0]
    others = [quote for quote, _ in ranked[1:]]
    if not others or max(judgement.supports, judgement.contradicts) >= 1.0 - SECOND_GAIN:
        return [best], judgement
    joined = judge.judge([(f"{best.text} {other.text}", claim) for other in others])
    i = max(range(len(others)), key=lambda k: joined[k].supports)
    if joined[i].supports < judgement.supports + SECOND_GAIN:
        return [best], judgement
    return sorted([best, others[i]], key=lambda quote: (quote.field != best.field, quote.span)), joined[i]


# --- The judge for now -----------------------------------------------------------------------------------------------


class SimilarityJudge:
    """Support by likeness: the share of a claim's content words that the quote has, and the cosine of the two.

    It stands in for a trained judge. It tells what a passage is not about; it cannot see a negation, two things
    swapped or a claim that goes too far, and it never finds a contradiction. A claim that stands in the quote word for
    word has support 1.0, and one with a number that the quote lacks less than .5.
    """

    def __init__(self, embed: Embed, name: str = "similarity") -> None:
        self.name = name
        self._embed = embed

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """A judgement for each (quote, claim), in their order; `contradicts` is always 0."""
        if not pairs:
            return []
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        rows = dict(zip(texts, self._embed(texts), strict=True))
        return [Judgement(_support(quote, claim, float(rows[quote] @ rows[claim]))) for quote, claim in pairs]


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
