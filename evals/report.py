"""Rows of values → means with intervals, overall and by type, as JSON and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from evals.intervals import Interval, mean_interval
from evals.runner import Row
from rag.schema import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run measured. `cases` counts all of them; each Interval has the n of those to which its metric applies."""

    cases: int
    metrics: Mapping[str, Interval]
    by_type: Mapping[str, Mapping[str, Interval]]
    seconds: float

    def to_dict(self) -> Json:
        return {
            "cases": self.cases,
            "metrics": {name: asdict(interval) for name, interval in self.metrics.items()},
            "by_type": {
                type_: {name: asdict(interval) for name, interval in metrics.items()}
                for type_, metrics in self.by_type.items()
            },
            "seconds": self.seconds,
        }


def summarise(rows: Sequence[Row], *, seconds: float) -> Report:
    """Means over the cases to which a metric applies; types in the order in which the cases name them."""
    types = dict.fromkeys(row.case.type for row in rows)
    return Report(
        cases=len({row.case.id for row in rows}),
        metrics=_means(rows),
        by_type={type_: _means([row for row in rows if row.case.type == type_]) for type_ in types},
        seconds=seconds,
    )


def _means(rows: Sequence[Row]) -> dict[str, Interval]:
    names = dict.fromkeys(name for row in rows for name in row.values)
    return {
        name: mean_interval([value for row in rows if (value := row.values.get(name)) is not None]) for name in names
    }


def table(report: Report) -> str:
    """The report in plain text: metrics down, then each type's means across, with the n they rest on."""
    lines = [f"{report.cases} cases in {report.seconds:.1f} s; means with 95 % bootstrap intervals", ""]
    width = max(map(len, report.metrics), default=0)
    lines += [f"{name:<{width}}  {_whole(interval)}" for name, interval in report.metrics.items()]
    return "\n".join([*lines, "", *_types(report)])


def _types(report: Report) -> list[str]:
    names = [name for name, interval in report.metrics.items() if interval.n]
    rows = [["", *names]]
    rows += [[type_, *(_short(metrics[name]) for name in names)] for type_, metrics in report.by_type.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names) + 1)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _whole(interval: Interval) -> str:
    if interval.value is None:
        return "–  (applies to no case)"
    return f"{_number(interval.value)}  [{_number(interval.low)}, {_number(interval.high)}]  n = {interval.n}"


def _short(interval: Interval) -> str:
    return "–" if interval.value is None else f"{_number(interval.value)} ({interval.n})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
