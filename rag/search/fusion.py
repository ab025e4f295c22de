"""Two rankings of the same passages become one. Pure functions; knows nothing about questions or indexes."""

from __future__ import annotations

from collections.abc import Mapping


def blend(
    lexical: Mapping[str, float], dense: Mapping[str, float], *, dense_weight: float, lexical_scale: float
) -> dict[str, float]:
    """Each id's weighted mean of its two scores, best first; ties break by id.

    `lexical` holds BM25 (0 for a passage without a word of the question) and is divided by `lexical_scale`, the sum of
    the question's idf: what is left says how much of the question a passage's words cover, on a scale that does not
    depend on the other candidates. `dense` holds cosines. Both must score the same ids: a passage that one half alone
    found still has its true score from the other.

    blend({"a": 4.0, "b": 0.0}, {"a": 0.3, "b": 0.4}, dense_weight=0.5, lexical_scale=8.0) == {"a": 0.4, "b": 0.2}
    Raises ValueError when the ids differ, or dense_weight is not within 0..1.
    """
    if lexical.keys() != dense.keys():
        raise ValueError("both halves must score the same passages")
    if not 0.0 <= dense_weight <= 1.0:
        raise ValueError(f"dense_weight {dense_weight} is not within 0..1")
    scale = lexical_scale if lexical_scale > 0 else 1.0
    scores = {id: dense_weight * dense[id] + (1 - dense_weight) * lexical[id] / scale for id in lexical}
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
