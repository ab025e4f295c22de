from __future__ import annotations

from collections.abc import Callable

import pytest

from evals.ranking import all_at, hit_at, reciprocal_rank


def test_a_hit_is_any_relevant_key_among_the_first_k() -> None:
    assert hit_at(["a", "b", "c"], {"b", "z"}, k=2) == 1.0
    assert hit_at(["a", "b", "c"], {"c"}, k=2) == 0.0


def test_all_wants_every_relevant_key_among_the_first_k() -> None:
    assert all_at(["a", "b", "c"], {"a", "c"}, k=3) == 1.0
    assert all_at(["a", "b", "c"], {"a", "c"}, k=2) == 0.0


def test_the_reciprocal_rank_is_that_of_the_first_relevant_key() -> None:
    assert reciprocal_rank(["a", "b", "c"], {"b", "c"}) == 0.5
    assert reciprocal_rank(["a"], {"z"}) == 0.0


@pytest.mark.parametrize(
    "metric", [lambda: hit_at(["a"], set(), 1), lambda: all_at(["a"], set(), 1), lambda: reciprocal_rank(["a"], set())]
)
def test_a_question_without_an_answer_has_no_value(metric: Callable[[], float]) -> None:
    with pytest.raises(ValueError, match="nothing is relevant"):
        metric()
