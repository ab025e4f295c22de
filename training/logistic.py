"""Logistic regression for the scripts that set constants of `rag.answer` and `rag.search`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def fit(features: Floats, truth: Floats, rounds: int = 30) -> Floats:
    """Weights of a logistic function, the bias first, by Newton's method (a little ridge keeps it stable)."""
    rows_ = np.c_[np.ones(len(features)), features]
    weights = np.zeros(rows_.shape[1])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-rows_ @ weights))
        slope = rows_.T @ (chance - truth) + 1e-3 * weights
        curve = (rows_ * (chance * (1 - chance))[:, None]).T @ rows_ + 1e-3 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights
