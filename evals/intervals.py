"""How sure a mean is: bootstrap intervals, after Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13.

Percentile intervals over resampled questions. They are seeded: the same values give the same interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
_AT_ONCE = 2_000_000
"""Drawn indices held at a time: 16 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over n values and the interval that holds it with the confidence asked for; None over no values."""

    value: float | None
    low: float | None
    high: float | None
    n: int


def mean_interval(values: Sequence[float], *, confidence: float = 0.95, seed: int = 0) -> Interval:
    """The mean of `values` and its interval. Without values all three are None: there is nothing to say."""
    import numpy as np

    if not values:
        return Interval(value=None, low=None, high=None, n=0)
    array = np.asarray(values, dtype=np.float64)
    tail = (1 - confidence) / 2
    low, high = np.quantile(_resampled_means(array, seed), [tail, 1 - tail])
    return Interval(value=float(array.mean()), low=float(low), high=float(high), n=len(values))


def paired_difference(
    after: Sequence[float], before: Sequence[float], *, confidence: float = 0.95, seed: int = 0
) -> Interval:
    """The mean of after − before, question by question, and its interval; it differs from none where 0 lies outside.

    Raises ValueError when the two are not of the same length: they are not of the same questions.
    """
    if len(after) != len(before):
        raise ValueError(f"{len(after)} values against {len(before)}: not the same questions")
    pairs = zip(after, before, strict=True)
    return mean_interval([one - other for one, other in pairs], confidence=confidence, seed=seed)


def _resampled_means(array: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """(RESAMPLES,), float64: means of draws with replacement, as many at a time as fit the memory set aside."""
    import numpy as np

    rng = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // len(array))
    means = [
        array[rng.integers(0, len(array), size=(min(rows, RESAMPLES - start), len(array)))].mean(axis=1)
        for start in range(0, RESAMPLES, rows)
    ]
    return np.concatenate(means)
