"""A reader that goes by likeness: it knows what a passage is about, not whether it answers.

Stands in until a trained reader is packaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer.grounding import Embed, logistic
from rag.answer.words import stems
from rag.corpus.sentences import sentences
from rag.schema import Finding, Reading, Span

SENTENCE_WEIGHTS = (-6.4, 3.6, 5.0)
"""Bias, cosine, words shared: of a logistic function that gives P(a sentence is part of the answer)."""
ANSWER_WEIGHTS = (-6.9, 13.3, 5.9)
"""The same for the best sentence of all passages: P(the passages are about what is asked)."""
DECLINE_BELOW = 0.05
"""Set with the weights by `training/reader_threshold.py` on the train part of judge.jsonl.gz (895 questions, each put
to its own abstract and 7 others), of which it refuses about half a percent."""


class SimilarityReader:
    """Takes for an answer what is like the question: the cosine of the two, and the share of its words.

    Every content word weighs the same: weighing them by their rarity in the index changed nothing.
    """

    def __init__(self, embed: Embed) -> None:
        self._embed = embed

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """Every sentence as a finding, best first; declined when none is like the question."""
        places = [place for i, passage in enumerate(passages) for place in _places(i, passage)]
        if not places:
            return Reading(answerable=0.0, declined=True)
        rows = self._embed([question, *(f"{place.title}\n\n{place.text}" for place in places)])
        cosines = rows[1:] @ rows[0]
        shares = shared(question, [f"{place.heading} {place.text}" for place in places])
        found = [
            Finding(
                passage=place.passage,
                span=place.span,
                text=place.text,
                score=logistic(SENTENCE_WEIGHTS, float(cosine), share),
            )
            for place, cosine, share in zip(places, cosines, shares, strict=True)
        ]
        answerable = max(
            logistic(ANSWER_WEIGHTS, float(cosine), share) for cosine, share in zip(cosines, shares, strict=True)
        )
        found.sort(key=lambda finding: (-finding.score, finding.passage, finding.span))
        return Reading(answerable=answerable, declined=answerable < DECLINE_BELOW, spans=tuple(found))


def shared(question: str, texts: Sequence[str]) -> list[float]:
    """For each text, the share of the question's content words that it has; 0 for a question without any."""
    words = stems(question)
    return [len(words & stems(text)) / len(words) if words else 0.0 for text in texts]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A sentence of a passage. Its title says what it is about; all of its heading may hold what is asked."""

    passage: int
    span: Span
    text: str
    title: str
    heading: str


def _places(i: int, passage: str) -> Iterator[_Place]:
    """The sentences of a passage after its heading; of one without a text, the title."""
    found = _HEADING.match(passage)
    heading = found.group() if found else ""
    for span in sentences(passage):
        if span.start >= len(heading):
            title = heading.split("\n", 1)[0]
            yield _Place(passage=i, span=span, text=span.of(passage), title=title, heading=heading)


_HEADING = re.compile(r"(?:\S+[^\S\n]+){0,40}\S*\n(?:[^\n]+\n)?\n(?=\s*\S)")
"""A first paragraph of one short line, or of that and a second line."""
