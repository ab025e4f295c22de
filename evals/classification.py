"""How well scores and decisions tell what is true from what is not. Pure functions over whole sets of rows.

`truth` holds a truth value a row, `scores` and `probabilities` a number, in the same order. Where a figure is not
defined, because a class is missing, it is None: "does not apply", never zero. Rows that do not fit each other raise
ValueError.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Truth = Sequence[bool] | NDArray[Any]
Numbers = Sequence[float] | NDArray[Any]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

BINS = 10


def auroc(truth: Truth, scores: Numbers) -> float | None:
    """The area under the ROC curve: the chance that a true row scores higher than a false one; ties count half.

    auroc([True, False, True], [0.9, 0.4, 0.4]) == 0.75
    It is Mann and Whitney's U ÷ (pairs), by midranks: Hanley & McNeil, Radiology 143 (1982). None without both classes.
    """
    true, values = _rows(truth, scores)
    above, below = values[true], values[~true]
    if not len(above) or not len(below):
        return None
    return _wins(above, below) / (len(above) * len(below))


def auroc_within(truth: Truth, scores: Numbers, bands: Sequence[int] | NDArray[Any]) -> float | None:
    """The chance that a true row scores higher than a false one of the same band, over all such pairs; ties count half.

    A score that only repeats what the bands are made of has .5 here. None where no band holds both classes.
    """
    true, values = _rows(truth, scores)
    band_of = np.asarray(bands)
    if band_of.shape != true.shape:
        raise ValueError(f"{len(band_of)} bands for {len(true)} rows")
    wins = pairs = 0.0
    for band in np.unique(band_of):
        inside = band_of == band
        above, below = values[inside & true], values[inside & ~true]
        wins += _wins(above, below)
        pairs += len(above) * len(below)
    return wins / pairs if pairs else None


def equal_bands(values: Numbers, count: int = 5) -> NDArray[np.int64]:
    """The band, from 0, of each value, cut at the quantiles so that bands hold about equally many; equals share one."""
    array = np.asarray(values, dtype=np.float64)
    if not len(array):
        return np.empty(0, dtype=np.int64)
    edges = np.unique(np.quantile(array, np.arange(1, count) / count))
    return np.searchsorted(edges, array, side="left").astype(np.int64)


def _wins(above: Floats, below: Floats) -> float:
    """Pairs in which the first is larger, and half of those that tie."""
    order = np.sort(below)
    return float((np.searchsorted(order, above, "left") + np.searchsorted(order, above, "right")).sum()) / 2


def balanced_accuracy(truth: Truth, predicted: Truth) -> float | None:
    """The mean of the share of true rows that are predicted true and of false rows that are predicted false.

    balanced_accuracy([True, True, False], [True, False, False]) == 0.75
    Brodersen et al., ICPR 2010. None without both classes.
    """
    true, said = _decisions(truth, predicted)
    if true.all() or not true.any():
        return None
    return (float(said[true].mean()) + float((~said[~true]).mean())) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """Precision tp ÷ (tp + fp), recall tp ÷ (tp + fn), F1 2tp ÷ (2tp + fp + fn); None where the divisor is 0.

    van Rijsbergen, Information Retrieval (1979), ch. 7.
    """

    precision: float | None
    recall: float | None
    f1: float | None


def precision_recall_f1(truth: Truth, predicted: Truth) -> Retrieved:
    """See Retrieved; what is looked for are the true rows."""
    true, said = _decisions(truth, predicted)
    hits, asked, given = int((true & said).sum()), int(true.sum()), int(said.sum())
    return Retrieved(
        precision=hits / given if given else None,
        recall=hits / asked if asked else None,
        f1=2 * hits / (given + asked) if given + asked else None,
    )


def calibration_error(truth: Truth, probabilities: Numbers) -> float | None:
    """Expected calibration error over 10 bins of equal width: Σ |bin| ÷ n · |mean probability − share of true rows|.

    calibration_error([True, False], [0.75, 0.75]) == 0.25
    Naeini et al., AAAI 2015, for the probability of one class: 1.0 belongs to the last bin. None without rows. Raises
    ValueError for what is no probability.
    """
    true, values = _rows(truth, probabilities)
    if not len(values):
        return None
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("a probability lies outside of 0..1")
    bins = np.minimum((values * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, weights=values - true, minlength=BINS)
    return float(np.abs(gaps).sum() / len(values))


def _rows(truth: Truth, scores: Numbers) -> tuple[Flags, Floats]:
    true, values = np.asarray(truth, dtype=np.bool_), np.asarray(scores, dtype=np.float64)
    if true.shape != values.shape:
        raise ValueError(f"{len(values)} scores for {len(true)} rows")
    if np.isnan(values).any():
        raise ValueError("a score is not a number")
    return true, values


def _decisions(truth: Truth, predicted: Truth) -> tuple[Flags, Flags]:
    true, said = np.asarray(truth, dtype=np.bool_), np.asarray(predicted, dtype=np.bool_)
    if true.shape != said.shape:
        raise ValueError(f"{len(said)} decisions for {len(true)} rows")
    return true, said
