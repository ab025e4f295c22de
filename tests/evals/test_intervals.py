from __future__ import annotations

import math

import pytest

from evals.intervals import mean_interval, paired_difference


def test_an_interval_is_about_two_standard_errors_to_each_side_of_the_mean() -> None:
    interval = mean_interval([1.0] * 70 + [0.0] * 30)
    assert (interval.value, interval.n) == (0.7, 100)
    assert interval.low is not None
    assert interval.high is not None
    two_errors = 1.96 * math.sqrt(0.7 * 0.3 / 100)
    assert interval.low == pytest.approx(0.7 - two_errors, abs=0.015)
    assert interval.high == pytest.approx(0.7 + two_errors, abs=0.015)


def test_the_same_values_give_the_same_interval() -> None:
    assert mean_interval([0.0, 1.0, 1.0]) == mean_interval([0.0, 1.0, 1.0])


def test_more_values_than_fit_at_once_are_drawn_in_turns() -> None:
    interval = mean_interval([0.0, 1.0] * 1_500)
    assert interval.low == pytest.approx(0.5 - 1.96 * 0.5 / math.sqrt(3_000), abs=0.003)


def test_no_values_give_no_mean_rather_than_zero() -> None:
    interval = mean_interval([])
    assert (interval.value, interval.low, interval.high, interval.n) == (None, None, None, 0)


def test_a_difference_is_taken_question_by_question() -> None:
    before = [0.0, 1.0, 0.0, 1.0] * 10
    after = [value + 0.25 for value in before]
    interval = paired_difference(after, before)
    assert (interval.value, interval.low, interval.high) == (0.25, 0.25, 0.25)


def test_values_of_different_questions_are_not_compared() -> None:
    with pytest.raises(ValueError, match="not the same questions"):
        paired_difference([1.0], [1.0, 0.0])
