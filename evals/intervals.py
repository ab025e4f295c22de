"""How sure a figure is: bootstrap intervals, after Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13.

Percentile intervals over resampled questions, or groups of rows. They are seeded: the same values give the same
interval. Groups (all rows of one abstract, all sentences of one answer) are drawn whole, because rows that share a text
are not independent: Davison & Hinkley, Bootstrap Methods and their Application (1997), 3.8.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 10_000
STATISTIC_RESAMPLES = 1_000
"""Of statistics that have to be computed anew for each: an AUROC over 1,000 rows takes a tenth of a millisecond."""
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


Statistic = Callable[["NDArray[np.int64]"], float | None]
"""Of the rows at these places, among which one may stand several times; None where they do not define it."""


def statistic_interval(
    statistic: Statistic,
    groups: Sequence[Hashable],
    *,
    confidence: float = 0.95,
    seed: int = 0,
    resamples: int = STATISTIC_RESAMPLES,
) -> Interval:
    """A statistic of all rows and its interval; `groups` has a row's group at its place, and n is the number of rows.

    statistic_interval(lambda rows: auroc(truth[rows], scores[rows]), groups=abstracts)
    """
    import numpy as np

    value = statistic(np.arange(len(groups), dtype=np.int64)) if groups else None
    drawn = resampled(statistic, groups, seed=seed, resamples=resamples)
    return interval_of(value, drawn, n=len(groups), confidence=confidence)


def statistic_difference(
    after: Statistic, before: Statistic, groups: Sequence[Hashable], *, confidence: float = 0.95, seed: int = 0
) -> Interval:
    """after − before on the same rows, and its interval: every resample is put to both."""

    def difference(rows: NDArray[np.int64]) -> float | None:
        one, other = after(rows), before(rows)
        return None if one is None or other is None else one - other

    return statistic_interval(difference, groups, confidence=confidence, seed=seed)


def resampled(
    statistic: Statistic, groups: Sequence[Hashable], *, seed: int = 0, resamples: int = STATISTIC_RESAMPLES
) -> NDArray[np.float64]:
    """(resamples,), float64: the statistic of as many draws of groups with replacement; nan where it is not defined."""
    import numpy as np

    places = _places(groups)
    rng = np.random.default_rng(seed)
    values = np.full(resamples, np.nan)
    for i in range(resamples if places else 0):
        drawn = rng.integers(0, len(places), size=len(places))
        value = statistic(np.concatenate([places[group] for group in drawn]))
        values[i] = np.nan if value is None else value
    return values


def interval_of(value: float | None, drawn: NDArray[np.float64], *, n: int, confidence: float = 0.95) -> Interval:
    """The interval of a value whose resamples were drawn; those that do not define it are left out."""
    import numpy as np

    defined = drawn[~np.isnan(drawn)]
    if value is None or not len(defined):
        return Interval(value=None, low=None, high=None, n=n)
    tail = (1 - confidence) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(value=float(value), low=float(low), high=float(high), n=n)


def _places(groups: Sequence[Hashable]) -> list[NDArray[np.int64]]:
    """The places of each group's rows, by the group's first row."""
    import numpy as np

    places: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    return [np.array(found, dtype=np.int64) for found in places.values()]


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
