"""Whether the right questions are refused, over all cases at once: precision, recall and F1, with refusing as the find.

A case without gold ought to be refused. Precision is the share of refusals that are right, recall the share of such
cases that are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.classification import Retrieved, precision_recall_f1
from evals.intervals import Interval, Statistic, statistic_interval

Values = Mapping[str, float | None]

METRICS = {"refusal precision": "precision", "refusal recall": "recall", "refusal F1": "f1"}
"""By the name of their part of Retrieved."""

OUGHT, OUGHT_NOT = "refused, unanswerable", "refused, answerable"
"""The values of a row (evals.scorers) that say whether its case was refused: each has one of them."""


def refusal_metrics(rows: Sequence[Values]) -> dict[str, Interval]:
    """Refusal precision, recall and F1 over the rows that were answered; nothing where none was."""
    answered = [row for row in rows if was_answered(row)]
    if not answered:
        return {}
    statistics = refusal_statistics(answered)
    return {name: statistic_interval(statistics[name], range(len(answered))) for name in METRICS}


def refusal_statistics(answered: Sequence[Values]) -> dict[str, Statistic]:
    """The three as statistics of any of these rows."""
    ought = np.array([row.get(OUGHT) is not None for row in answered])
    refused = np.array([bool(row.get(OUGHT) or row.get(OUGHT_NOT)) for row in answered])

    def statistic(part: str) -> Statistic:
        def of(rows: NDArray[np.int64]) -> float | None:
            found: Retrieved = precision_recall_f1(ought[rows], refused[rows])
            value: float | None = getattr(found, part)
            return value

        return of

    return {name: statistic(part) for name, part in METRICS.items()}


def was_answered(row: Values) -> bool:
    """Whether a row says what became of the question, not only what was found for it."""
    return row.get(OUGHT) is not None or row.get(OUGHT_NOT) is not None
