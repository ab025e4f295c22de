"""How well a ranking finds what is relevant. Pure functions; each wants at least one relevant key.

A question without anything to find has no value here: leave it out, or these raise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def hit_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1.0 if any of `relevant` stands among the first k of `ranked`, else 0.0.

    hit_at(["a", "b", "c"], {"b", "z"}, k=2) == 1.0
    Raises ValueError when `relevant` is empty: the question has no answer to find.
    """
    _check(relevant)
    return float(any(key in relevant for key in ranked[:k]))


def all_at(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1.0 if every one of `relevant` stands among the first k of `ranked`, else 0.0.

    all_at(["a", "b", "c"], {"a", "c"}, k=2) == 0.0
    More than k relevant keys cannot all be found: 0.0. Raises ValueError when `relevant` is empty.
    """
    _check(relevant)
    return float(set(relevant) <= set(ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 ÷ the rank, from 1, of the first relevant key; 0.0 when none is ranked.

    reciprocal_rank(["a", "b", "c"], {"b", "c"}) == 0.5
    Raises ValueError when `relevant` is empty.
    """
    _check(relevant)
    return next((1 / rank for rank, key in enumerate(ranked, 1) if key in relevant), 0.0)


def _check(relevant: Collection[str]) -> None:
    if not relevant:
        raise ValueError("nothing is relevant: the question has no answer to find")
