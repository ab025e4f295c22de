"""What each half of the search finds alone, their blend, and the blend reranked, on the same index and questions.

    python -m benchmarks.retrieval CASES.jsonl --home DIR

R@k is a hit rate over works. Each row's difference to the blend is paired, question by question.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.cases import Case, read_cases
from evals.intervals import Interval, mean_interval, paired_difference
from evals.runner import search_rows
from rag.assistant import Assistant
from rag.config import load_settings
from rag.errors import RagError

METRICS = ("R@1", "R@5", "R@10", "MRR")
WAYS: Mapping[str, Mapping[str, float | str]] = {
    "BM25 alone": {"dense_weight": 0.0, "reranker": "none"},
    "dense alone": {"dense_weight": 1.0, "reranker": "none"},
    "blend": {"reranker": "none"},
    "blend, reranked": {"reranker": "builtin"},
}
"""What each sets of `search`; the rest is as in force."""
BASELINE = "blend"

Values = Mapping[str, Sequence[float]]
"""Metric → its value for each case to which it applies, in the cases' order."""


def main(args: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("cases", type=Path, metavar="CASES.jsonl")
    parser.add_argument("--home", type=Path, help="the folder that holds the index (default: as for rag)")
    flags = parser.parse_args(args)
    try:
        cases = read_cases(flags.cases)
        found = {way: values(cases, flags.home, search) for way, search in WAYS.items()}
    except RagError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    print("\n".join(report(found)))
    return 0


def values(cases: Sequence[Case], home: Path | None, search: Mapping[str, Any]) -> Values:
    """What one way of searching comes to on every case with gold."""
    settings = load_settings({"home": home, "offline": True})
    settings = replace(settings, search=replace(settings.search, **search))
    with Assistant.open(settings=settings) as assistant:
        rows = list(search_rows(assistant, cases))
    return {name: [value for row in rows if (value := row.values[name]) is not None] for name in METRICS}


def report(found: Mapping[str, Values]) -> list[str]:
    """Means with 95 % intervals a way and metric, then each way's paired difference to the blend."""
    n = len(found[BASELINE]["R@1"])
    lines = [f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}; {n} questions with gold"]
    for way, by_metric in found.items():
        lines += ["", way]
        for name in METRICS:
            difference = paired_difference(by_metric[name], found[BASELINE][name])
            beside = "" if way == BASELINE else f"   to {BASELINE}: {_shown(difference, sign='+')}"
            lines.append(f"  {name:<5} {_shown(mean_interval(by_metric[name]))}{beside}")
    return lines


def _shown(interval: Interval, *, sign: str = "") -> str:
    if interval.value is None:
        return "–"
    return f"{interval.value:{sign}.3f} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"


if __name__ == "__main__":
    sys.exit(main())
