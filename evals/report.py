"""Rows of values → figures with intervals, overall and by type, as JSON and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from evals.intervals import Interval, mean_interval
from evals.refusals import refusal_metrics
from evals.runner import Row
from rag.schema import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run measured: `rows` a case, `run` what was run. Each Interval has the n to which its metric applies."""

    rows: Sequence[Row]
    metrics: Mapping[str, Interval]
    by_type: Mapping[str, Mapping[str, Interval]]
    seconds: float
    run: Mapping[str, str] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return len({row.case.id for row in self.rows})

    def to_dict(self) -> Json:
        """The JSON of `rag eval`; `each` has the values of every case, by which runs are compared."""
        return {
            "run": dict(self.run),
            "cases": self.cases,
            "metrics": {name: asdict(interval) for name, interval in self.metrics.items()},
            "by_type": {
                type_: {name: asdict(interval) for name, interval in metrics.items()}
                for type_, metrics in self.by_type.items()
            },
            "gates": [],
            "seconds": self.seconds,
            "each": [{"id": row.case.id, "type": row.case.type, "values": dict(row.values)} for row in self.rows],
        }


def summarise(rows: Sequence[Row], *, seconds: float, run: Mapping[str, str] | None = None) -> Report:
    """Means over the cases to which a metric applies, and how well refusing was decided over all of them.

    Types in the order in which the cases name them.
    """
    types = dict.fromkeys(row.case.type for row in rows)
    return Report(
        rows=tuple(rows),
        metrics={**_means(rows), **refusal_metrics([row.values for row in rows])},
        by_type={type_: _means([row for row in rows if row.case.type == type_]) for type_ in types},
        seconds=seconds,
        run=run or {},
    )


def _means(rows: Sequence[Row]) -> dict[str, Interval]:
    names = dict.fromkeys(name for row in rows for name in row.values)
    return {
        name: mean_interval([value for row in rows if (value := row.values.get(name)) is not None]) for name in names
    }


def table(report: Report) -> str:
    """The report in plain text: metrics down, then each type's means across, with the n they rest on."""
    lines = [f"{report.cases} cases in {report.seconds:.1f} s; 95 % bootstrap intervals", ""]
    width = max(map(len, report.metrics), default=0)
    lines += [f"{name:<{width}}  {shown(interval)}" for name, interval in report.metrics.items()]
    return "\n".join([*lines, "", *_types(report)])


def _types(report: Report) -> list[str]:
    of_types = {name for metrics in report.by_type.values() for name in metrics}
    names = [name for name, interval in report.metrics.items() if interval.n and name in of_types]
    rows = [["", *names]]
    rows += [[type_, *(_short(metrics[name]) for name in names)] for type_, metrics in report.by_type.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names) + 1)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def shown(interval: Interval, *, sign: str = "") -> str:
    """A figure, its interval and its n; `sign="+"` shows the sign of a difference."""
    if interval.value is None:
        return "–  (applies to no case)"
    bounds = f"[{_number(interval.low, sign)}, {_number(interval.high, sign)}]"
    return f"{_number(interval.value, sign)}  {bounds}  n = {interval.n}"


def _short(interval: Interval) -> str:
    return "–" if interval.value is None else f"{_number(interval.value)} ({interval.n})"


def _number(value: float | None, sign: str = "") -> str:
    return "–" if value is None else f"{value:{sign}.3f}"
