"""How many (question, abstract) pairs a reader reads in a second, and a judge judges, given many at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from benchmarks.judging.figures import Figure, Progress
from benchmarks.judging.scoring import ClaimJudge, Reader
from evals.intervals import mean_interval
from evals.judging import Abstract

PART = "speed"
AIM = 40.0
AT_ONCE = 40
"""Pairs a call: about what one question has to be put to."""
CALLS = 8


def speed_figures(abstracts: Sequence[Abstract], judge: ClaimJudge, reader: Reader, progress: Progress) -> list[Figure]:
    """Pairs a second: means over calls of 40 pairs each, the first of which, unmeasured, warms up.

    The models use as many threads as they are made for; this machine's other work is in the figures.
    """
    passages = [abstract.passage.text for abstract in abstracts][: AT_ONCE * CALLS]
    question = next(row.question for abstract in abstracts for row in abstract.questions)
    claim = next(row.claim for abstract in abstracts for row in abstract.claims)
    return [
        Figure(
            part=PART,
            name="reader: (question, abstract) pairs a second",
            interval=mean_interval(_rates(passages, lambda texts: reader.read(question, texts), "reading", progress)),
            aim=AIM,
        ),
        Figure(
            part=PART,
            name="judge: (claim, abstract) pairs a second",
            interval=mean_interval(
                _rates(passages, lambda texts: judge.judge([(text, claim) for text in texts]), "judging", progress)
            ),
        ),
    ]


def _rates(
    passages: Sequence[str], call: Callable[[Sequence[str]], object], what: str, progress: Progress
) -> list[float]:
    chunks = [passages[start : start + AT_ONCE] for start in range(0, len(passages), AT_ONCE)]
    call(chunks[0][:2])
    rates = []
    for done, chunk in enumerate(chunks, 1):
        began = time.perf_counter()
        call(chunk)
        rates.append(len(chunk) / (time.perf_counter() - began))
        progress(what, done, len(chunks))
    return rates
