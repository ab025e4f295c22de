"""Puts claims to a judge and questions to a reader, each pair once, and keeps plain numbers.

A reader cuts sentences of its own; what it says of them is carried over to the sentences of the data by their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.judging.figures import Floats, Progress
from evals.judging import Passage
from rag.schema import Reading, Span

CHUNK = 64
"""Pairs given to a judge at once, between two words of progress."""
THREADS = 2


class Judged(Protocol):
    @property
    def supports(self) -> float: ...

    @property
    def contradicts(self) -> float: ...


class ClaimJudge(Protocol):
    def judge(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Judged]:
        """A judgement for each (passage, claim), in their order; a passage may begin with a heading."""
        ...


class Reader(Protocol):
    def read(self, question: str, passages: Sequence[str]) -> Reading:
        """What the passages say to the question, with a score for every sentence."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgements:
    """What a judge says of each pair."""

    supports: Floats
    contradicts: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reader says of a passage: P(it answers), and P(it is part of the answer) of each sentence."""

    answerable: float
    sentences: Floats


def judged(judge: ClaimJudge, pairs: Sequence[tuple[str, str]], what: str, progress: Progress) -> Judgements:
    """A judgement of each (passage, claim); a pair that comes again is judged once."""
    distinct = list(dict.fromkeys(pairs))
    found: list[Judged] = []
    for start in range(0, len(distinct), CHUNK):
        found += judge.judge(distinct[start : start + CHUNK])
        progress(what, len(found), len(distinct))
    by_pair = dict(zip(distinct, found, strict=True))
    return Judgements(
        supports=np.array([by_pair[pair].supports for pair in pairs], dtype=np.float64),
        contradicts=np.array([by_pair[pair].contradicts for pair in pairs], dtype=np.float64),
    )


def read(reader: Reader, asked: Sequence[tuple[str, Passage]], what: str, progress: Progress) -> list[Read]:
    """What the reader says to each question of its one passage; a pair that comes again is read once."""
    distinct = list(dict.fromkeys(asked))
    by_pair: dict[tuple[str, Passage], Read] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        readings = pool.map(lambda pair: reader.read(pair[0], [pair[1].text]), distinct)
        for pair, reading in zip(distinct, readings, strict=True):
            by_pair[pair] = Read(answerable=reading.answerable, sentences=sentence_scores(reading, pair[1]))
            progress(what, len(by_pair), len(distinct))
    return [by_pair[pair] for pair in asked]


def sentence_scores(reading: Reading, passage: Passage) -> Floats:
    """(sentences,): the best score of a span that shares half of the shorter of the two with the sentence, else 0."""
    scores: NDArray[np.float64] = np.zeros(len(passage.sentences))
    for place, span in enumerate(passage.spans):
        if span is not None:
            shared = [found.score for found in reading.spans if found.passage == 0 and _share(found.span, span) >= 0.5]
            scores[place] = max(shared, default=0.0)
    return scores


def _share(one: Span, other: Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return shared / min(one.end - one.start, other.end - other.start)
