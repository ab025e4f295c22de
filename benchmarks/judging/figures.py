"""Figures with their intervals and aims, made from scored rows, and how they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evals.classification import auroc, auroc_within, balanced_accuracy, calibration_error
from evals.intervals import Interval, Statistic, statistic_difference, statistic_interval
from evals.report import shown

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Rows = NDArray[np.int64]

DECIDED = 0.5
"""Probabilities from here on count as a yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number that was measured; `aim` is what it should reach, or, with `at_most`, not exceed.

    With `surely` its whole interval has to lie above the aim.
    """

    part: str
    name: str
    interval: Interval
    aim: float | None = None
    at_most: bool = False
    surely: bool = False

    @property
    def met(self) -> bool | None:
        """None without an aim, or without a value."""
        if self.aim is None or self.interval.value is None or self.interval.low is None:
            return None
        if self.surely:
            return self.interval.low > self.aim
        return self.interval.value <= self.aim if self.at_most else self.interval.value >= self.aim

    def to_dict(self) -> dict[str, Any]:
        interval = self.interval
        measured = {"value": interval.value, "low": interval.low, "high": interval.high, "n": interval.n}
        return {"part": self.part, "name": self.name, **measured, "aim": self.aim, "met": self.met}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Rows with what is true of each, its score, and the group that it is drawn with."""

    truth: Flags
    scores: Floats
    groups: Sequence[str]

    def only(self, kept: Flags) -> Scored:
        """The rows that are kept."""
        groups = [group for group, keep in zip(self.groups, kept, strict=True) if keep]
        return Scored(truth=self.truth[kept], scores=self.scores[kept], groups=groups)

    def by(self, scores: Floats) -> Scored:
        """The same rows with other scores."""
        return Scored(truth=self.truth, scores=scores, groups=self.groups)

    def auroc(self, rows: Rows) -> float | None:
        return auroc(self.truth[rows], self.scores[rows])

    def balanced(self, rows: Rows) -> float | None:
        return balanced_accuracy(self.truth[rows], self.scores[rows] >= DECIDED)

    def calibration(self, rows: Rows) -> float | None:
        return calibration_error(self.truth[rows], self.scores[rows])

    def yes(self, rows: Rows) -> float | None:
        """The share of rows that count as a yes, whatever is true of them."""
        return float((self.scores[rows] >= DECIDED).mean()) if len(rows) else None

    def within(self, bands: NDArray[np.int64]) -> Statistic:
        """AUROC over pairs of one band."""
        return lambda rows: auroc_within(self.truth[rows], self.scores[rows], bands[rows])

    def interval(self, statistic: Statistic) -> Interval:
        """Of a statistic of these rows, such as one of the methods above."""
        return statistic_interval(statistic, self.groups)

    def auroc_interval(self) -> Interval:
        return self.interval(self.auroc)

    def difference(self, before: Scored) -> Interval:
        """Of the AUROC to that of other scores of the same rows."""
        return statistic_difference(self.auroc, before.auroc, self.groups)


def calibration_figure(part: str, name: str, scored: Scored) -> Figure:
    """The calibration error of these rows, and the aim that every task has for it."""
    interval = scored.interval(scored.calibration)
    return Figure(part=part, name=f"{name}: calibration error", interval=interval, aim=0.05, at_most=True)


def against_controls(
    part: str,
    name: str,
    scored: Scored,
    controls: Mapping[str, Floats],
    *,
    aim: float | None,
    beatable: float | None = None,
) -> list[Figure]:
    """AUROC, that of each control, and the difference to the best of them, which one below `beatable` has to leave."""
    figures = [Figure(part=part, name=f"{name}: AUROC", interval=scored.auroc_interval(), aim=aim)]
    by_control = {control: scored.by(scores) for control, scores in controls.items()}
    for control, rows in by_control.items():
        figures.append(Figure(part=part, name=f"{name}: control, {control}", interval=rows.auroc_interval()))
    everything = np.arange(len(scored.groups))
    aurocs = {control: rows.auroc(everything) or 0.0 for control, rows in by_control.items()}
    best = max(aurocs, key=aurocs.__getitem__)
    wanted = 0.0 if beatable is not None and aurocs[best] < beatable else None
    above = Figure(
        part=part,
        name=f"{name}: above the better control ({best})",
        interval=scored.difference(by_control[best]),
        aim=wanted,
        surely=wanted is not None,
    )
    return [*figures, above]


def table(figures: Sequence[Figure]) -> str:
    """A line a figure, with whether it meets its aim, under its part."""
    width = max((len(figure.name) for figure in figures), default=0)
    lines: list[str] = []
    for part in dict.fromkeys(figure.part for figure in figures):
        lines += ["", part, *(_line(figure, width) for figure in figures if figure.part == part)]
    return "\n".join(lines[1:])


def _line(figure: Figure, width: int) -> str:
    line = f"  {figure.name:<{width}}  {shown(figure.interval)}"
    if figure.aim is None:
        return line
    verdict = {True: "met", False: "missed", None: "–"}[figure.met]
    sign = "surely >" if figure.surely else "≤" if figure.at_most else "≥"
    return f"{line}  aim {sign} {figure.aim:g}: {verdict}"


Progress = Callable[[str, int, int], None]
"""Told what is being scored, how many are done, of how many."""
