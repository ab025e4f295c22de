"""Hand-written claims against their abstract: told apart, within equal overlap, by kind of error; calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.judging.figures import (
    Figure,
    Floats,
    Progress,
    Rows,
    Scored,
    Texts,
    against_controls,
    calibration_figure,
)
from benchmarks.judging.scoring import ClaimJudge, judged
from evals.classification import equal_bands
from evals.controls import ClaimAlone, length, word_cover
from evals.judging import CONTRADICTING, ClaimRow

PART = "claims"
NOT_IN_IT = ("invented", "overclaim")
"""Kinds of false claims that an abstract does not say, and does not deny."""
WIDER = (*NOT_IN_IT, "scope", "causal")


def claim_figures(
    rows: Sequence[ClaimRow], train: Sequence[ClaimRow], judge: ClaimJudge, progress: Progress
) -> list[Figure]:
    """Every figure on these claims; the control that sees the claim alone is fitted on `train`."""
    found = judged(judge, [(row.passage.text, row.claim) for row in rows], "claims", progress)
    truth = np.array([row.supported for row in rows], dtype=bool)
    kinds = np.array([row.kind for row in rows])
    scored = Scored(truth=truth, scores=found.supports, groups=[row.group for row in rows])
    covers = np.array([word_cover(row.claim, row.passage.text) for row in rows])
    alone = ClaimAlone([row.claim for row in train], [row.supported for row in train])
    controls = {
        "word cover": covers,
        "claim alone": alone.scores([row.claim for row in rows]),
        "length": np.array([length(row.claim) for row in rows]),
    }
    return [
        *against_controls(PART, "supported", scored, controls, aim=0.85),
        Figure(part=PART, name="supported: balanced accuracy", interval=scored.interval(scored.balanced), aim=0.78),
        *_within_bands(scored, covers),
        Figure(
            part=PART,
            name="within bands of the claim alone: AUROC",
            interval=scored.interval(scored.within(equal_bands(controls["claim alone"]))),
        ),
        *_by_kind(scored, kinds),
        *_contradicted(scored, kinds, found.contradicts),
        calibration_figure(PART, "supported", scored),
    ]


def _within_bands(scored: Scored, covers: Floats) -> list[Figure]:
    """Over pairs of one fifth of the claims by word cover, and in each; the cover itself shows how narrow they are."""
    bands = equal_bands(covers)
    inside = [scored.only(bands == band) for band in range(int(bands.max()) + 1)] if len(bands) else []

    def balanced(rows: Rows) -> float | None:
        values = [scored.balanced(rows[bands[rows] == band]) for band in range(len(inside))]
        known = [value for value in values if value is not None]
        return sum(known) / len(known) if known else None

    figures = [
        Figure(
            part=PART, name="within bands of cover: AUROC", interval=scored.interval(scored.within(bands)), aim=0.85
        ),
        Figure(
            part=PART,
            name="within bands of cover: mean balanced accuracy",
            interval=scored.interval(balanced),
            aim=0.78,
        ),
        Figure(
            part=PART,
            name="within bands of cover: AUROC of the cover itself",
            interval=scored.interval(scored.by(covers).within(bands)),
        ),
    ]
    for band, rows in enumerate(inside):
        found = covers[bands == band]
        name = f"cover {found.min():.2f} to {found.max():.2f}: AUROC" if len(found) else f"band {band}: AUROC"
        figures.append(Figure(part=PART, name=name, interval=rows.auroc_interval()))
    return figures


def _by_kind(scored: Scored, kinds: Texts) -> list[Figure]:
    return [
        Figure(
            part=PART,
            name=f"supported against {kind}: AUROC",
            interval=scored.only(scored.truth | (kinds == kind)).auroc_interval(),
        )
        for kind in sorted(set(kinds[~scored.truth].tolist()))
    ]


def _contradicted(scored: Scored, kinds: Texts, contradicts: Floats) -> list[Figure]:
    """Claims that the abstract denies against those that it only does not make."""
    denied = Scored(truth=np.isin(kinds, CONTRADICTING), scores=contradicts, groups=scored.groups)
    unsupported = 1 - scored.scores
    share = np.divide(contradicts, unsupported, out=np.zeros_like(contradicts), where=unsupported > 0)
    narrow = denied.truth | np.isin(kinds, NOT_IN_IT)
    wide = denied.truth | np.isin(kinds, WIDER)
    return [
        Figure(
            part=PART,
            name="contradicted against invented, overclaim: AUROC",
            interval=denied.only(narrow).auroc_interval(),
            aim=0.80,
        ),
        Figure(
            part=PART,
            name="the same by P(contradicts) ÷ P(not supported)",
            interval=denied.by(share).only(narrow).auroc_interval(),
        ),
        Figure(
            part=PART,
            name="contradicted against these, scope and causal: AUROC",
            interval=denied.only(wide).auroc_interval(),
        ),
    ]
