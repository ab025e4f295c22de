from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.comparison import StoredRow, compare, read_run, table
from evals.fields import CaseError
from evals.report import summarise
from evals.runner import Row
from rag.schema import Origin
from tests.evals.written import case


def run(**values: float | None) -> list[StoredRow]:
    """A run in which each case came to this R@1."""
    return [StoredRow(id=id_, type="fact", values={"R@1": value}) for id_, value in values.items()]


def test_a_difference_is_paired_and_the_cases_that_changed_are_named() -> None:
    found = compare(run(a=0.0, b=1.0, c=0.0, d=None), run(a=1.0, b=1.0, c=0.0, d=None))
    difference = found.differences["R@1"]
    assert (difference.value, difference.n) == (pytest.approx(1 / 3), 3)
    assert [(flip.id, flip.before, flip.after) for flip in found.flips] == [("a", 0.0, 1.0)]


def test_a_run_differs_from_itself_in_nothing() -> None:
    found = compare(run(a=0.0, b=1.0), run(a=0.0, b=1.0))
    assert (found.differences["R@1"].low, found.differences["R@1"].high, found.flips) == (0.0, 0.0, [])
    assert "*" not in table(found)


def test_a_difference_that_leaves_zero_out_is_marked() -> None:
    before = run(**{f"c{i}": 0.0 for i in range(20)})
    assert "* R@1  +1.000  [+1.000, +1.000]  n = 20" in table(compare(before, run(**{f"c{i}": 1.0 for i in range(20)})))


def test_cases_of_only_one_run_are_named_and_left_out() -> None:
    found = compare(run(a=0.0, b=1.0), run(b=1.0, c=1.0))
    assert (found.cases, found.alone) == (1, ["a", "c"])
    assert "only in one of the runs: a, c" in table(found)


def test_refusal_f1_is_compared_over_all_cases() -> None:
    def answered(*refused: bool) -> list[StoredRow]:
        names = ("refused, unanswerable", "refused, unanswerable", "refused, answerable")
        values = zip("abc", names, refused, strict=True)
        return [StoredRow(id=id_, type="x", values={name: float(said)}) for id_, name, said in values]

    found = compare(answered(True, False, True), answered(True, True, False))
    assert found.differences["refusal F1"].value == pytest.approx(0.5)
    assert {flip.id for flip in found.flips} == {"b", "c"}


def test_runs_without_a_case_in_common_are_an_error() -> None:
    with pytest.raises(CaseError, match="no case in common"):
        compare(run(a=0.0), run(b=0.0))


def test_a_run_is_read_from_a_report_and_from_a_line_a_case_alike(tmp_path: Path) -> None:
    report = summarise([Row(case=case("q", Origin("a", 0)), values={"R@1": 1.0})], seconds=0.0).to_dict()
    (tmp_path / "whole").write_text(json.dumps(report), encoding="utf-8")
    each = report.pop("each")
    (tmp_path / "lines").write_text("\n".join(map(json.dumps, [*each, report])), encoding="utf-8")
    assert read_run(tmp_path / "whole") == read_run(tmp_path / "lines")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds the values of no case"),
        ('{"metrics": {}}', "holds the values of no case"),
        ('{"id": "a", "type": "x", "values": {"R@1": "high"}}', r":1: values: expected a number or null"),
        ("[]", ":1: the row: expected an object"),
    ],
)
def test_what_is_no_run_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=said) as raised:
        read_run(path)
    assert "--json" in raised.value.hint
