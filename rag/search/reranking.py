"""The second look at what was found: a model reads each candidate with the question.

Reading is slow, so candidates are read in the order of the first ranking, a step at a time, and no further once the
question has found its passage.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from rag.corpus.sentences import sentences
from rag.models.crossencoder import QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Passage

BIAS, RELEVANCE, BLEND = -8.5, 0.48, 13.65
"""Of a logistic function of the logit of P(relevant) and the blend: P(the passage is what is asked for). Set by
`training/rerank_weights.py`."""

LEAST = 1e-6
"""P(relevant) is taken to be at least this and at most 1 less this: no logit is infinite."""

MOST = 100
"""Candidates that are read at most: the whole union of the first 50 of each half."""
STEP = 10
FIRST = 5
"""The works that matter: whoever asks sees or reads these."""
SURE = 0.7
"""When the best candidate has this score and the last step brought nothing into the first FIRST, the rest is not read.
`training/rerank_weights.py` prints what other values cost and save."""


class Reranker(Protocol):
    def rerank(self, question: str, passages: Sequence[Passage]) -> list[Passage]:
        """The same passages, best first, each with scores["rerank"] set; they come ranked, with scores["blend"]."""
        ...


class ReadsQuestions(Protocol):
    """What reranking needs of a cross-encoder."""

    def questions(self, question: str, passages: Sequence[PassageText]) -> Sequence[QuestionReading]:
        """What each passage says to a question."""
        ...


class CrossEncoderReranker:
    """Ranks by what a cross-encoder finds relevant and by the first ranking together.

    Sets scores["rerank"], 0..1, which is the passage's score from then on, and for a passage that was read
    scores["relevant"], the model's P(relevant). One that was not read counts as relevant as the least relevant one that
    was, and so stands behind all that were read. With `sure` above 1 all of the first MOST are read.
    """

    def __init__(self, model: ReadsQuestions, *, sure: float = SURE, step: int = STEP) -> None:
        self._model = model
        self._sure = sure
        self._step = step

    def rerank(self, question: str, passages: Sequence[Passage]) -> list[Passage]:
        """See Reranker. Ties keep their order. Raises ModelFileError where the model's files are bad."""
        read = list(self._read(question, passages))
        if not read:
            return []
        least = min(passage.scores["relevant"] for passage in read)
        unread = [_ranked(passage, least) for passage in passages[len(read) :]]
        return sorted([*read, *unread], key=lambda passage: -passage.score)

    def _read(self, question: str, passages: Sequence[Passage]) -> Iterator[Passage]:
        """The passages with their new scores, from the first on, as far as they are read."""
        best: dict[str, float] = {}
        for begin in range(0, min(len(passages), MOST), self._step):
            before = set(best)
            for passage in self._scored(question, passages[begin : min(begin + self._step, MOST)]):
                best[passage.work.key] = max(passage.score, best.get(passage.work.key, 0.0))
                yield passage
            best = dict(sorted(best.items(), key=lambda item: -item[1])[:FIRST])
            if before == set(best) and max(best.values()) >= self._sure:
                return

    def _scored(self, question: str, passages: Sequence[Passage]) -> Iterator[Passage]:
        texts = [passage_text(passage) for passage in passages]
        for passage, reading in zip(passages, self._model.questions(question, texts), strict=True):
            known = replace(passage, scores={**passage.scores, "relevant": reading.relevant})
            yield _ranked(known, reading.relevant)


def score(relevant: float, blend: float) -> float:
    """P(the passage is what is asked for), 0..1, from P(relevant) and the first ranking's score."""
    relevant = min(max(relevant, LEAST), 1 - LEAST)
    return 1.0 / (1.0 + math.exp(-(BIAS + RELEVANCE * math.log(relevant / (1 - relevant)) + BLEND * blend)))


def _ranked(passage: Passage, relevant: float) -> Passage:
    value = score(relevant, passage.scores["blend"])
    return replace(passage, score=value, scores={**passage.scores, "rerank": value})


def passage_text(passage: Passage) -> PassageText:
    """As the extractive answerer has it read a moment later: the model remembers the pair."""
    text = passage.chunk.text
    return PassageText(text=text, sentences=tuple(sentences(text)), heading=passage.heading)
