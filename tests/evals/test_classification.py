from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.classification import (
    auroc,
    auroc_within,
    balanced_accuracy,
    calibration_error,
    equal_bands,
    precision_recall_f1,
)

PROBABILITIES = st.sampled_from([0.0, 0.05, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0])
ROWS = st.lists(st.tuples(st.booleans(), PROBABILITIES, st.integers(0, 2)), max_size=40)


def by_pairs(rows: Sequence[tuple[bool, float, int]], *, same_band: bool = False) -> float | None:
    """AUROC by its definition."""
    pairs = [
        1.0 if high > low else 0.5 if high == low else 0.0
        for true, high, band in rows
        for other, low, its in rows
        if true and not other and (not same_band or band == its)
    ]
    return sum(pairs) / len(pairs) if pairs else None


@given(ROWS)
def test_auroc_is_the_share_of_pairs_in_order_ties_half(rows: list[tuple[bool, float, int]]) -> None:
    found = auroc([row[0] for row in rows], [row[1] for row in rows])
    wanted = by_pairs(rows)
    assert found == (wanted if wanted is None else pytest.approx(wanted))


@given(ROWS)
def test_auroc_depends_on_the_order_alone_and_turns_with_it(rows: list[tuple[bool, float, int]]) -> None:
    truth, scores = [row[0] for row in rows], np.array([row[1] for row in rows])
    value = auroc(truth, scores)
    assert auroc(truth, scores * 7 - 3) == value
    assert auroc(truth, -scores) == (None if value is None else pytest.approx(1 - value))


@given(ROWS)
def test_within_bands_only_pairs_of_one_band_count(rows: list[tuple[bool, float, int]]) -> None:
    found = auroc_within([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    wanted = by_pairs(rows, same_band=True)
    assert found == (wanted if wanted is None else pytest.approx(wanted))


def test_a_score_that_repeats_the_bands_tells_nothing_within_them() -> None:
    truth, bands = [True, False, True, True, False, False], [2, 2, 2, 1, 1, 0]
    assert auroc_within(truth, [float(band) for band in bands], bands) == 0.5


@given(st.lists(PROBABILITIES, max_size=40))
def test_bands_rise_with_their_values_and_equals_share_one(values: list[float]) -> None:
    bands = equal_bands(values)
    assert len(bands) == len(values)
    for one, band in zip(values, bands, strict=True):
        for other, its in zip(values, bands, strict=True):
            assert (one != other) or band == its
            assert (one <= other) or band >= its
    assert set(bands) <= set(range(5))


def test_bands_hold_about_equally_many() -> None:
    assert np.bincount(equal_bands(list(range(100)))).tolist() == [20] * 5


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_decisions_are_counted_by_their_definitions(rows: list[tuple[bool, bool]]) -> None:
    truth, said = [row[0] for row in rows], [row[1] for row in rows]
    found = precision_recall_f1(truth, said)
    if found.precision and found.recall:
        harmonic = 2 * found.precision * found.recall / (found.precision + found.recall)
        assert found.f1 == pytest.approx(harmonic)
    assert (found.precision is None) == (not any(said))
    assert (found.recall is None) == (not any(truth))
    accuracy, turned = balanced_accuracy(truth, said), balanced_accuracy(truth, [not one for one in said])
    assert (accuracy is None) == (len(set(truth)) < 2)
    assert accuracy is None or turned is None or accuracy + turned == pytest.approx(1)


def test_saying_the_same_of_everything_has_a_balanced_accuracy_of_one_half() -> None:
    assert balanced_accuracy([True] * 9 + [False], [True] * 10) == 0.5


@given(ROWS)
def test_the_calibration_error_is_the_weighted_gap_of_each_tenth(rows: list[tuple[bool, float, int]]) -> None:
    found = calibration_error([row[0] for row in rows], [row[1] for row in rows])
    bins: dict[int, list[tuple[bool, float, int]]] = {}
    for row in rows:
        bins.setdefault(min(int(row[1] * 10), 9), []).append(row)
    gaps = [abs(sum(row[1] for row in inside) - sum(row[0] for row in inside)) for inside in bins.values()]
    assert found == (pytest.approx(sum(gaps) / len(rows)) if rows else None)


def test_certainty_that_is_right_is_calibrated_and_certainty_that_is_wrong_is_not() -> None:
    assert calibration_error([True, False], [1.0, 0.0]) == 0.0
    assert calibration_error([True, False], [0.0, 1.0]) == 1.0


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (lambda: auroc([True], [0.1, 0.2]), "2 scores for 1 rows"),
        (lambda: auroc([True], [float("nan")]), "not a number"),
        (lambda: auroc_within([True], [0.1], [1, 2]), "2 bands for 1 rows"),
        (lambda: balanced_accuracy([True], []), "0 decisions for 1 rows"),
        (lambda: calibration_error([True], [1.2]), "outside of 0"),
    ],
)
def test_rows_that_do_not_fit_each_other_are_an_error(metric: Callable[[], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        metric()
