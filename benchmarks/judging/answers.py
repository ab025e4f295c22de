"""Sentences of model-like answers over four passages: what is supported, what is shown as such, which passage is cited.

A sentence is judged against each of its four passages; the best of them counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.judging.figures import (
    DECIDED,
    Figure,
    Flags,
    Floats,
    Progress,
    Scored,
    Texts,
    against_controls,
    calibration_figure,
)
from benchmarks.judging.scoring import ClaimJudge, judged
from evals.controls import claim_alone_by_folds, length, word_cover
from evals.intervals import Interval, statistic_interval
from evals.judging import AnswerSentence

PART = "answers"
FOUND_BY_COVER = 0.6
CITATION_FLAWS = ("wrong citation", "missing citation", "nonexistent citation")
NO_CLAIM = ("declined", "no_claim")


def answer_figures(sentences: Sequence[AnswerSentence], judge: ClaimJudge, progress: Progress) -> list[Figure]:
    """Every figure on these sentences; those that claim nothing are left out."""
    rows = [row for row in sentences if row.label not in NO_CLAIM]
    pairs = [(passage.text, row.claim) for row in rows for passage in row.passages]
    found = judged(judge, pairs, "answers", progress)
    starts = np.cumsum([0, *(len(row.passages) for row in rows)])
    supports = [found.supports[start:end] for start, end in pairwise(starts)]
    contradicts = [found.contradicts[start:end] for start, end in pairwise(starts)]
    labels = np.array([row.label for row in rows])
    scored = Scored(
        truth=labels == "supported",
        scores=np.array([scores.max() for scores in supports]),
        groups=[row.group for row in rows],
    )
    denied = np.array([scores.max() for scores in contradicts])
    return [
        *_supported(rows, scored, supports),
        *_shown(scored, labels, denied),
        *_citations(rows, supports),
    ]


def _supported(rows: Sequence[AnswerSentence], scored: Scored, supports: Sequence[Floats]) -> list[Figure]:
    covers = np.array([max(word_cover(row.claim, passage.text) for passage in row.passages) for row in rows])
    controls = {
        "word cover": covers,
        "claim alone": claim_alone_by_folds([row.claim for row in rows], scored.truth.tolist(), scored.groups),
        "length": np.array([length(row.claim) for row in rows]),
    }
    cited = np.array([_of_cited(row, scores) for row, scores in zip(rows, supports, strict=True)])
    kept = covers >= FOUND_BY_COVER
    return [
        *against_controls(PART, "supported", scored, controls, aim=0.92),
        Figure(
            part=PART, name="supported, by the cited passages alone: AUROC", interval=scored.by(cited).auroc_interval()
        ),
        *against_controls(
            PART,
            "supported, without sentences of cover below .6",
            scored.only(kept),
            {name: scores[kept] for name, scores in controls.items()},
            aim=0.88,
        ),
        Figure(
            part=PART,
            name="supported, without false sentences of cover below .6: AUROC",
            interval=scored.only(kept | scored.truth).auroc_interval(),
        ),
        Figure(part=PART, name="supported: balanced accuracy", interval=scored.interval(scored.balanced)),
        calibration_figure(PART, "supported", scored),
    ]


def _of_cited(row: AnswerSentence, scores: Floats) -> float:
    """The best support by what is cited, or ought to be; by any passage where that is none."""
    places = {n - 1 for n in (*row.cited, *row.right) if 1 <= n <= len(scores)}
    return float(max((scores[place] for place in places), default=scores.max()))


def _shown(scored: Scored, labels: Texts, denied: Floats) -> list[Figure]:
    """The share of each label's sentences that would be shown as supported."""
    figures = []
    for label in ("supported", "partial", "unsupported", "contradicted"):
        rows = scored.only(labels == label)
        aim = 0.10 if label == "contradicted" else None
        interval = rows.interval(rows.yes)
        name = f"{label}: shown as supported"
        figures.append(Figure(part=PART, name=name, interval=interval, aim=aim, at_most=aim is not None))
    against = Scored(truth=labels == "contradicted", scores=denied, groups=scored.groups)
    interval = against.only(np.isin(labels, ("contradicted", "unsupported"))).auroc_interval()
    return [*figures, Figure(part=PART, name="contradicted against unsupported: AUROC", interval=interval)]


def _citations(rows: Sequence[AnswerSentence], supports: Sequence[Floats]) -> list[Figure]:
    """Whether the passage that supports a sentence best is one that it ought to cite.

    A flaw is found when nothing that is cited supports the sentence by half, and repaired when a right passage does.
    """
    true = np.array([row.label == "supported" and bool(row.right) for row in rows])
    flaws = np.array([row.flaw or "" for row in rows])
    best = np.array([int(scores.argmax()) + 1 in row.right for row, scores in zip(rows, supports, strict=True)])
    seen = np.array([_is_seen(row, scores) for row, scores in zip(rows, supports, strict=True)])
    supported = np.array([scores.max() >= DECIDED for scores in supports], dtype=bool)
    flawed = true & np.isin(flaws, CITATION_FLAWS)
    chosen = {
        "citation flaws: the best passage is a right one": (best, flawed, 0.80),
        "citation flaws: found and repaired": (best & seen & supported, flawed, 0.80),
        **{f"{flaw}: the best passage is a right one": (best, true & (flaws == flaw), None) for flaw in CITATION_FLAWS},
        "wrong citation: noticed": (seen, true & (flaws == CITATION_FLAWS[0]), None),
        "right citations: taken for wrong": (seen, true & (flaws == "") & _cites(rows), None),
    }
    return [
        Figure(part=PART, name=name, interval=_share(values, kept, rows), aim=aim)
        for name, (values, kept, aim) in chosen.items()
    ]


def _is_seen(row: AnswerSentence, scores: Floats) -> bool:
    """Whether what is cited is noticed to be no support: nothing that is there, or nothing that supports it by half."""
    cited = [scores[n - 1] for n in row.cited if 1 <= n <= len(scores)]
    return max(cited, default=0.0) < DECIDED


def _cites(rows: Sequence[AnswerSentence]) -> Flags:
    return np.array([bool(row.cited) for row in rows], dtype=bool)


def _share(values: Flags, kept: Flags, rows: Sequence[AnswerSentence]) -> Interval:
    chosen = values[kept]
    groups = [row.group for row, keep in zip(rows, kept, strict=True) if keep]
    return statistic_interval(lambda drawn: float(chosen[drawn].mean()), groups)
