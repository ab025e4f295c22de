"""Two stored runs on the same cases: `python -m evals compare BEFORE AFTER`.

A run is what `rag eval --json`, `python -m evals --json` or `--each` printed, in a file. Each metric's difference is
paired, case by case; beside it stand the cases whose value changed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.fields import CaseError, Fields, read_rows
from evals.intervals import Interval, paired_difference, statistic_difference
from evals.refusals import METRICS, refusal_statistics, was_answered
from evals.report import shown
from rag.schema import Json

HINT = "store a run with `rag eval --json > FILE` or `python -m evals --each > FILE`"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRow:
    """What one case came to in a stored run."""

    id: str
    type: str
    values: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A case whose value of a metric is another than before."""

    id: str
    type: str
    metric: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """after − before by metric, over the cases that both runs have; `alone` names those that only one has."""

    cases: int
    differences: Mapping[str, Interval]
    flips: Sequence[Flip]
    alone: Sequence[str] = ()

    def to_dict(self) -> Json:
        return {
            "cases": self.cases,
            "differences": {name: asdict(interval) for name, interval in self.differences.items()},
            "flips": [asdict(flip) for flip in self.flips],
            "alone": list(self.alone),
        }


def main(args: Sequence[str]) -> int:
    """Compares and prints. Raises CaseError for a file that holds no run."""
    parser = argparse.ArgumentParser(prog="python -m evals compare", description=__doc__)
    parser.add_argument("before", type=Path, metavar="BEFORE")
    parser.add_argument("after", type=Path, metavar="AFTER")
    parser.add_argument("--json", action="store_true", help="the comparison as one JSON object")
    flags = parser.parse_args(args)
    found = compare(read_run(flags.before), read_run(flags.after))
    print(json.dumps(found.to_dict(), ensure_ascii=False) if flags.json else table(found))
    return 0


def read_run(path: Path) -> list[StoredRow]:
    """The rows of a stored run. Raises CaseError, which names file and line, when it holds none."""
    rows = []
    for fields in read_rows(path, hint=HINT):
        if fields.get("metrics") is None:
            rows.append(_row(fields))
        else:
            rows += [_row(row) for row in fields.mappings("each", default=[])]
    if not rows:
        raise CaseError(f"{path}: holds the values of no case", hint=HINT)
    return rows


def _row(fields: Fields) -> StoredRow:
    values = fields.get("values")
    if not isinstance(values, dict) or not all(value is None or _is_number(value) for value in values.values()):
        raise fields.expected("values", "a number or null for each metric", values)
    return StoredRow(id=fields.text("id"), type=fields.text("type"), values=values)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def compare(before: Sequence[StoredRow], after: Sequence[StoredRow]) -> Comparison:
    """What changed from one run to the other. Raises CaseError when they share no case."""
    old = {row.id: row for row in before}
    new = {row.id: row for row in after}
    both = [(old[id_], new[id_]) for id_ in old if id_ in new]
    if not both:
        raise CaseError("the two runs have no case in common", hint="compare runs on the same file of cases")
    names = dict.fromkeys(name for pair in both for row in pair for name in row.values)
    differences = {name: _difference(both, name) for name in names}
    return Comparison(
        cases=len(both),
        differences={**differences, **_refusal_differences(both)},
        flips=[flip for name in names for flip in _flips(both, name)],
        alone=[id_ for id_ in {**old, **new} if (id_ in old) != (id_ in new)],
    )


Pair = tuple[StoredRow, StoredRow]


def _difference(both: Sequence[Pair], name: str) -> Interval:
    """Over the cases to which the metric applied both times."""
    pairs = [(pair[0].values.get(name), pair[1].values.get(name)) for pair in both]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    return paired_difference([other for _, other in known], [one for one, _ in known])


def _refusal_differences(both: Sequence[Pair]) -> dict[str, Interval]:
    answered = [pair for pair in both if all(was_answered(row.values) for row in pair)]
    if not answered:
        return {}
    old = refusal_statistics([pair[0].values for pair in answered])
    new = refusal_statistics([pair[1].values for pair in answered])
    return {name: statistic_difference(new[name], old[name], range(len(answered))) for name in METRICS}


def _flips(both: Sequence[Pair], name: str) -> list[Flip]:
    found = []
    for old, new in both:
        before, after = old.values.get(name), new.values.get(name)
        if before is not None and after is not None and before != after:
            found.append(Flip(id=new.id, type=new.type, metric=name, before=before, after=after))
    return found


def table(found: Comparison) -> str:
    """The comparison in plain text; a difference whose interval leaves 0 out is marked with a star."""
    lines = [f"{found.cases} cases; after − before with paired 95 % bootstrap intervals", ""]
    width = max(map(len, found.differences), default=0)
    lines += [
        f"{'*' if _is_sure(interval) else ' '} {name:<{width}}  {shown(interval, sign='+')}"
        for name, interval in found.differences.items()
    ]
    if found.flips:
        lines += ["", f"changed ({len({flip.id for flip in found.flips})} cases)"]
        lines += [
            f"  {flip.id}  {flip.type}  {flip.metric}  {flip.before:.3f} → {flip.after:.3f}" for flip in found.flips
        ]
    if found.alone:
        lines += ["", f"only in one of the runs: {', '.join(found.alone)}"]
    return "\n".join(lines)


def _is_sure(interval: Interval) -> bool:
    return interval.low is not None and interval.high is not None and (interval.low > 0 or interval.high < 0)
