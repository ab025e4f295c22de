"""What a question takes for granted, as a claim, and the sentence that contradicts it.

A handful of rules for how English asks: "Why does A need B?" takes "A need B" for granted. The verb keeps the form it
has in the question: the claim is read by a model, never shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from rag.answer.extractive import passage_text
from rag.models.crossencoder import ClaimReading, QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Span

RELEVANT = 0.5
"""Calibrated P(relevant) from which a passage is on the subject. Others contradict whatever is asked."""
CONTRADICTS = 0.8
"""P(contradicted) from which a passage corrects a question. A guess on the careful side: not measured yet."""

LEAST_WORDS = 3
"""A shorter claim says too little to be contradicted."""

_DO = r"(?:does|do|did)(?:n['’]t)?"
_AUXILIARY = rf"(?:{_DO}|(?:is|are|was|were|has|have|had|can|could|will|would|should|must)(?:n['’]t)?)"
_OPENING = r"^(?:(?:and|but|so|then|also|given all that),?\s+)*"
_RULES = tuple(
    re.compile(_OPENING + rule, re.I)
    for rule in (
        # "Given that A needs B, …": what is given
        r"(?:given|since|seeing|assuming|considering)(?:\s+that)?\s+(?P<claim>[^,?]+),",
        # "By how much does A beat B?", "How many labels does A need?": the rest, and what is counted
        rf"(?:by\s+)?how\s+(?:much|many)\s*(?P<object>[^,?]*?)\s*\b{_AUXILIARY}\s+(?P<claim>[^?]+)",
        # "Why does A need B?", "How fast is A?", "Where does A fail?"
        rf"(?:why|how|when|where)(?:\s+\w+)?\s+{_AUXILIARY}\s+(?P<claim>[^?]+)",
        # "Which reward model does A train?"
        rf"(?:what|which|whose)\s+(?P<object>[^,?]+?)\s+{_DO}\s+(?P<claim>[^?]+)",
        # "Does A need B?"
        rf"{_AUXILIARY}\s+(?P<claim>[^?]+)",
    )
)


def presupposed(question: str) -> str | None:
    """The claim behind the last of a text's questions; None where no rule knows one.

    presupposed("Why does Pebble need labels?") == "Pebble need labels"
    presupposed("Which reward model does Pebble train?") == "Pebble train reward model"
    """
    asked = [part for part in re.split(r"(?<=\?)\s+", question.strip()) if part.strip("? ")]
    if not asked:
        return None
    for rule in _RULES:
        if found := rule.match(asked[-1]):
            parts = found.groupdict()
            words = f"{parts['claim']} {parts.get('object') or ''}".split()
            return " ".join(words) if len(words) >= LEAST_WORDS else None
    return None


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
        claim = presupposed(question)
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
