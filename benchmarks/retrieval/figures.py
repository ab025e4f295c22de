"""What the ways found, as means with intervals: of all questions, by type, and paired with ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from evals.intervals import Interval, mean_interval, paired_difference
from evals.runner import Row
from rag.schema import Json

METRICS = ("R@1", "R@5", "R@10", "MRR", "all@10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way found: a row and the seconds for each case, in the cases' order."""

    name: str
    rows: tuple[Row, ...]
    seconds: tuple[float, ...]

    def values(self, metric: str, kind: str | None = None) -> list[float]:
        """Of the cases of a type, or of all."""
        rows = (row for row in self.rows if kind in (None, row.case.type))
        return [value for row in rows if (value := row.values[metric]) is not None]

    @property
    def kinds(self) -> list[str]:
        """The cases' types, in the order in which the cases name them."""
        return list(dict.fromkeys(row.case.type for row in self.rows))


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """Means with 95 % intervals a way and metric, each beside its paired difference to the first way; then by type."""
    ours = outcomes[0]
    lines = [f"{len(ours.rows)} questions with gold; [95 % bootstrap interval]"]
    for outcome in outcomes:
        lines += ["", f"{outcome.name} (median {1000 * median(outcome.seconds or (0.0,)):.1f} ms)"]
        for metric in METRICS:
            difference = paired_difference(outcome.values(metric), ours.values(metric))
            beside = "" if outcome is ours else f"   to {ours.name}: {_shown(difference, sign='+')}"
            lines.append(f"  {metric:<7} {_shown(mean_interval(outcome.values(metric)))}{beside}")
    for metric in ("R@1", "R@5", "MRR"):
        lines += ["", f"{metric} by type (n)", *_by_kind(outcomes, metric)]
    return lines


def _by_kind(outcomes: Sequence[Outcome], metric: str) -> list[str]:
    kinds = outcomes[0].kinds
    rows = [["", *(f"{kind} ({len(outcomes[0].values(metric, kind))})" for kind in kinds)]]
    rows += [[one.name, *(_mean(one.values(metric, kind)) for kind in kinds)] for one in outcomes]
    widths = [max(len(row[column]) for row in rows) for column in range(len(kinds) + 1)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def to_dict(outcomes: Sequence[Outcome]) -> list[Json]:
    """Each way with its intervals, of all questions and by type."""
    return [
        {
            "way": outcome.name,
            "median_s": median(outcome.seconds or (0.0,)),
            "metrics": {metric: asdict(mean_interval(outcome.values(metric))) for metric in METRICS},
            "to_ours": {
                metric: asdict(paired_difference(outcome.values(metric), outcomes[0].values(metric)))
                for metric in METRICS
            },
            "by_type": {
                kind: {metric: asdict(mean_interval(outcome.values(metric, kind))) for metric in METRICS}
                for kind in outcome.kinds
            },
        }
        for outcome in outcomes
    ]


def _mean(values: Sequence[float]) -> str:
    return f"{sum(values) / len(values):.3f}" if values else "–"


def _shown(interval: Interval, *, sign: str = "") -> str:
    if interval.value is None:
        return "–"
    return f"{interval.value:{sign}.3f} [{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"
