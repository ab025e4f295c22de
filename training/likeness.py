"""The hand-written questions and claims, with what likeness says of them; plain logistic regression and AUROC.

Shared by the scripts that set constants of `rag.answer` and `rag.search`.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parents[2] / "shared" / "data"
Floats = NDArray[np.float64]
Row = dict[str, Any]


def rows(file: str) -> list[Row]:
    with gzip.open(DATA / file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sample(found: Sequence[Row], count: int) -> list[Row]:
    """The same `count` rows at every run."""
    return random.Random(0).sample(list(found), min(count, len(found)))


def others(found: Sequence[Row], row: Row, count: int, rng: random.Random) -> list[Row]:
    return rng.sample([other for other in found if other is not row], count)


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


def chances(weights: Floats, features: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(np.c_[np.ones(len(features)), features] @ weights))))


def auroc(above: Floats, below: Floats) -> float:
    """The chance that one of `above` is larger than one of `below`; ties count half."""
    order = np.sort(below)
    larger = np.searchsorted(order, above, "left") + np.searchsorted(order, above, "right")
    return float(larger.mean() / 2 / len(below))
