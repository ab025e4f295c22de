from __future__ import annotations

import pytest

from evals.report import Report, summarise, table
from evals.runner import Row
from rag.schema import Origin
from tests.evals.written import case

GOLD = Origin("one.txt", 0)


def report() -> Report:
    rows = [
        Row(case=case("f1", GOLD, type="fact"), values={"R@1": 1.0, "refused": None}),
        Row(case=case("f2", GOLD, type="fact"), values={"R@1": 0.0, "refused": None}),
        Row(case=case("u1", type="unanswerable"), values={"R@1": None, "refused": 1.0}),
    ]
    return summarise(rows, seconds=2.0)


def test_a_mean_is_over_the_cases_to_which_its_metric_applies() -> None:
    found = report().metrics["R@1"]
    assert (found.value, found.n) == (0.5, 2)


def test_each_type_has_its_own_means_and_none_where_nothing_applies() -> None:
    by_type = report().by_type
    assert (by_type["fact"]["R@1"].value, by_type["unanswerable"]["R@1"].value) == (0.5, None)


def test_the_json_gives_value_interval_and_n() -> None:
    metrics = report().to_dict()["metrics"]
    assert metrics["refused"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}


def test_the_table_shows_every_metric_with_its_interval_and_n_and_a_line_a_type() -> None:
    lines = table(report()).splitlines()
    assert lines[0] == "3 cases in 2.0 s; 95 % bootstrap intervals"
    assert "R@1      0.500  [0.000, 1.000]  n = 2" in lines
    assert "fact          0.500 (2)  –" in lines


def answered(*values: tuple[bool, bool]) -> list[Row]:
    """A row for each (answerable, refused)."""
    return [
        Row(
            case=case(f"c{i}", *([GOLD] if answerable else [])),
            values={
                "refused, answerable": float(refused) if answerable else None,
                "refused, unanswerable": None if answerable else float(refused),
            },
        )
        for i, (answerable, refused) in enumerate(values)
    ]


def test_refusing_is_scored_over_all_cases_with_the_unanswerable_ones_as_what_is_sought() -> None:
    rows = answered((False, True), (False, False), (False, False), (True, True), (True, False))
    metrics = summarise(rows, seconds=0.0).metrics
    values = [metrics[f"refusal {part}"].value for part in ("precision", "recall", "F1")]
    assert values == [0.5, pytest.approx(1 / 3), pytest.approx(0.4)]
    assert metrics["refusal F1"].n == 5


def test_refusing_nothing_has_a_recall_and_no_precision() -> None:
    metrics = summarise(answered((False, False), (True, False)), seconds=0.0).metrics
    assert (metrics["refusal precision"].value, metrics["refusal recall"].value) == (None, 0.0)


def test_refusing_is_not_scored_where_nothing_was_asked() -> None:
    assert not [name for name in report().metrics if name.startswith("refusal")]


def test_the_json_holds_what_the_interface_promises_and_each_case() -> None:
    said = report().to_dict()
    assert {"run", "cases", "metrics", "by_type", "gates", "seconds"} <= set(said)
    assert said["each"][2] == {"id": "u1", "type": "unanswerable", "values": {"R@1": None, "refused": 1.0}}
