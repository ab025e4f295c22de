from __future__ import annotations

import math

import numpy as np
import pytest

from evals.classification import auroc
from evals.intervals import mean_interval, paired_difference, statistic_difference, statistic_interval


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


def test_a_mean_as_a_statistic_has_nearly_the_interval_of_a_mean() -> None:
    values = np.array([1.0] * 70 + [0.0] * 30)
    interval = statistic_interval(lambda rows: float(values[rows].mean()), groups=list(range(100)))
    plain = mean_interval(values.tolist())
    assert (interval.value, interval.n) == (0.7, 100)
    assert interval.low == pytest.approx(plain.low, abs=0.02)
    assert interval.high == pytest.approx(plain.high, abs=0.02)


def test_rows_of_a_group_are_drawn_together_so_copies_add_no_certainty() -> None:
    once = np.array([1.0] * 20 + [0.0] * 20)
    copied = np.repeat(once, 5)
    alone = statistic_interval(lambda rows: float(once[rows].mean()), groups=list(range(40)))
    together = statistic_interval(lambda rows: float(copied[rows].mean()), groups=[i // 5 for i in range(200)])
    assert (together.low, together.high, together.n) == (alone.low, alone.high, 200)


def test_resamples_that_do_not_define_a_statistic_are_left_out() -> None:
    truth = [True, False, False]
    interval = statistic_interval(
        lambda rows: auroc(np.array(truth)[rows], np.zeros(len(rows))), groups=["a", "b", "c"]
    )
    assert (interval.value, interval.low, interval.high) == (0.5, 0.5, 0.5)


def test_a_statistic_of_no_rows_or_that_no_row_defines_has_no_value() -> None:
    assert statistic_interval(lambda _: None, groups=[1, 2]).value is None
    assert statistic_interval(lambda _: 1.0, groups=[]).value is None


def test_a_difference_of_statistics_puts_each_resample_to_both() -> None:
    truth = np.array([True, False] * 30)
    noise = np.random.default_rng(1).normal(size=60)
    better = statistic_difference(
        lambda rows: auroc(truth[rows], (truth + noise)[rows]),
        lambda rows: auroc(truth[rows], (truth + noise)[rows]),
        groups=list(range(60)),
    )
    assert (better.value, better.low, better.high) == (0.0, 0.0, 0.0)
