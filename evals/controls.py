"""What can be had without reading: scores that a judge has to beat before its own mean anything.

Word cover looks at words alone, `ClaimAlone` never sees the passage, and length not even the words.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.words import numerals, stems

Floats = NDArray[np.float64]

FOLDS = 5
STEPS = 300
RATE = 0.1
PENALTY = 1e-4
"""Of the squared weights. Of 1e-2, 1e-3, 3e-4 and 1e-4 the last gives the strongest control: AUROC .775 on the train
claims of judge.jsonl by folds, against .709, .748 and .768."""


def word_cover(claim: str, passage: str) -> float:
    """The share of a claim's content words (stems, and numbers in digits) that stand in the passage; 1.0 without any.

    word_cover("Seeds cut cost by 40%.", "Costs fall when seeds are chosen.") == 0.5, from seed, cost; cut, 40
    """
    words = stems(claim) | numerals(claim)
    there = stems(passage) | numerals(passage)
    return len(words & there) / len(words) if words else 1.0


def length(claim: str) -> float:
    """How many words a claim has."""
    return float(len(claim.split()))


class ClaimAlone:
    """P(true) of a claim by a bag of its words: logistic regression with an L2 penalty, by Adam on the whole set.

    What it can tell, the claims give away by how they are written.
    """

    def __init__(self, claims: Sequence[str], truth: Sequence[bool] | NDArray[Any]) -> None:
        """Fits on these claims. The same claims give the same weights."""
        bags = [_bag(claim) for claim in claims]
        seen = sorted({word for bag in bags for word in bag})
        self._columns = {word: column for column, word in enumerate(seen)}
        self._weights = np.zeros(len(seen) + 1)
        if bags:
            self._fit(bags, np.asarray(truth, dtype=np.float64))

    def scores(self, claims: Sequence[str]) -> Floats:
        """(len(claims),), float64, 0..1."""
        return self._chances(*self._cells([_bag(claim) for claim in claims]), rows=len(claims))

    def _fit(self, bags: Sequence[frozenset[str]], truth: Floats) -> None:
        """Adam: Kingma & Ba, ICLR 2015, with its usual constants."""
        places, columns, values = self._cells(bags)
        mean, square = np.zeros_like(self._weights), np.zeros_like(self._weights)
        for step in range(1, STEPS + 1):
            wrong = self._chances(places, columns, values, rows=len(bags)) - truth
            slope = np.bincount(columns, weights=wrong[places] * values, minlength=len(self._weights)) / len(bags)
            slope[:-1] += PENALTY * self._weights[:-1]
            mean = 0.9 * mean + 0.1 * slope
            square = 0.999 * square + 0.001 * slope**2
            self._weights -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)

    def _cells(self, bags: Sequence[frozenset[str]]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
        """Row, column and value of every cell that is not 0; a row's words have length 1 together, the bias is 1."""
        places, columns, values = [], [], []
        for place, bag in enumerate(bags):
            known = sorted(self._columns[word] for word in bag if word in self._columns)
            places += [place] * (len(known) + 1)
            columns += [*known, len(self._columns)]
            values += [*[len(known) ** -0.5 for _ in known], 1.0]
        return np.array(places, dtype=np.int64), np.array(columns, dtype=np.int64), np.array(values, dtype=np.float64)

    def _chances(self, places: NDArray[np.int64], columns: NDArray[np.int64], values: Floats, *, rows: int) -> Floats:
        sums = np.bincount(places, weights=self._weights[columns] * values, minlength=rows)
        return np.asarray(1 / (1 + np.exp(-sums)), dtype=np.float64)


def claim_alone_by_folds(claims: Sequence[str], truth: Sequence[bool], groups: Sequence[Hashable]) -> Floats:
    """(len(claims),): each claim's score by a model that saw no claim of its group; for sets without a train part."""
    numbers = {group: number % FOLDS for number, group in enumerate(dict.fromkeys(groups))}
    fold = np.array([numbers[group] for group in groups])
    scores = np.zeros(len(claims))
    for left_out in range(FOLDS):
        inside: list[int] = np.flatnonzero(fold == left_out).tolist()
        rest: list[int] = np.flatnonzero(fold != left_out).tolist()
        model = ClaimAlone([claims[i] for i in rest], [truth[i] for i in rest])
        scores[inside] = model.scores([claims[i] for i in inside])
    return scores


def _bag(claim: str) -> frozenset[str]:
    """The words as they stand, small: "not", "all" and "by" are what false claims are betrayed by."""
    return frozenset(re.findall(r"\w+", claim.casefold()))
