"""The public sets, dev part: each against its controls, the small ones pooled by task, and means over sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.judging.figures import (
    Figure,
    Flags,
    Floats,
    Progress,
    Scored,
    Texts,
    against_controls,
    calibration_figure,
)
from benchmarks.judging.scoring import ClaimJudge, Read, Reader, judged, read
from benchmarks.judging.sentences import as_scored, f1, first_right, sentence_figures
from evals.controls import ClaimAlone, word_cover
from evals.intervals import Interval, Statistic, interval_of, resampled
from evals.judging import ClaimRow, Grounding, QuestionRow

PART = "grounding"
LARGE = 150
"""Sets with so many dev rows of a task stand alone."""
BEATABLE = 0.90
"""A control from here on leaves a judge no room: it need not be beaten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A claim, or a question, that a passage supports, or answers, or does not."""

    set: str
    text: str
    passage: str
    group: str
    truth: bool


def task_rows(rows: Sequence[ClaimRow] | Sequence[QuestionRow]) -> list[TaskRow]:
    """Claims and questions alike."""
    return [
        TaskRow(
            set=row.set,
            text=row.claim if isinstance(row, ClaimRow) else row.question,
            passage=row.passage.text,
            group=row.group,
            truth=row.supported if isinstance(row, ClaimRow) else row.answerable,
        )
        for row in rows
    ]


def grounding_figures(
    dev: Grounding,
    train: Grounding,
    judge: ClaimJudge,
    reader: Reader,
    *,
    large: frozenset[tuple[str, str]],
    progress: Progress,
) -> list[Figure]:
    """Every figure on the dev rows; `large` are the (task, set) that stand alone."""
    supports = judged(judge, [(row.passage.text, row.claim) for row in dev.claims], "claims of sets", progress).supports
    asked = [*dev.answerable, *dev.sentences]
    readings = read(reader, [(row.question, row.passage) for row in asked], "questions of sets", progress)
    answerable = np.array([reading.answerable for reading in readings[: len(dev.answerable)]])
    tasks = {
        "support": _Task.of(dev.claims, train.claims, supports, large, "support"),
        "answerable": _Task.of(dev.answerable, train.answerable, answerable, large, "answerable"),
    }
    alone = [rows for task in tasks.values() for rows in task.alone()]
    return [
        *(figure for name, task in tasks.items() for figure in task.figures(name)),
        Figure(part=PART, name=f"macro AUROC over {len(alone)} large sets", interval=macro_auroc(alone), aim=0.85),
        *_sentences(dev.sentences, readings[len(dev.answerable) :]),
        *(calibration_figure(PART, name, task.scored) for name, task in tasks.items()),
    ]


def large_sets(dev: Grounding, least: int = LARGE) -> frozenset[tuple[str, str]]:
    """The (task, set) with at least so many rows."""
    counts: dict[tuple[str, str], int] = {}
    named = [("support", row.set) for row in dev.claims] + [("answerable", row.set) for row in dev.answerable]
    for key in named:
        counts[key] = counts.get(key, 0) + 1
    return frozenset(key for key, count in counts.items() if count >= least)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """The rows of a task over all sets, with what controls say of them."""

    scored: Scored
    sets: Texts
    controls: Mapping[str, Floats]
    large: Sequence[str]

    @classmethod
    def of(
        cls,
        dev: Sequence[ClaimRow] | Sequence[QuestionRow],
        train: Sequence[ClaimRow] | Sequence[QuestionRow],
        scores: Floats,
        large: frozenset[tuple[str, str]],
        name: str,
    ) -> _Task:
        rows, known = task_rows(dev), task_rows(train)
        return cls(
            scored=Scored(
                truth=np.array([row.truth for row in rows], dtype=bool),
                scores=scores,
                groups=[row.group for row in rows],
            ),
            sets=np.array([row.set for row in rows], dtype=np.str_),
            controls={
                "word cover": np.array([word_cover(row.text, row.passage) for row in rows]),
                "claim alone": _alone(rows, known),
            },
            large=[set_ for set_ in dict.fromkeys(row.set for row in rows) if (name, set_) in large],
        )

    def alone(self) -> list[Scored]:
        return [self.scored.only(self.sets == set_) for set_ in self.large]

    def figures(self, name: str) -> list[Figure]:
        small = ~np.isin(self.sets, self.large)
        pooled = sorted(set(self.sets[small].tolist()))
        named = [(set_, self.sets == set_) for set_ in self.large]
        if pooled:
            named.append((f"{len(pooled)} small sets pooled", small))
        return [figure for called, kept in named for figure in self._against(f"{name}, {called}", kept)]

    def _against(self, name: str, kept: Flags) -> list[Figure]:
        controls = {control: scores[kept] for control, scores in self.controls.items()}
        return against_controls(PART, name, self.scored.only(kept), controls, aim=None, beatable=BEATABLE)


def _alone(rows: Sequence[TaskRow], known: Sequence[TaskRow]) -> Floats:
    """P(true) by the text alone, a model for each set, fitted on its train part; .5 where that is empty."""
    scores = np.zeros(len(rows))
    for set_ in {row.set for row in rows}:
        places = [i for i, row in enumerate(rows) if row.set == set_]
        own = [row for row in known if row.set == set_]
        model = ClaimAlone([row.text for row in own], [row.truth for row in own])
        scores[places] = model.scores([rows[i].text for i in places])
    return scores


def macro_auroc(sets: Sequence[Scored]) -> Interval:
    """The mean of the sets' AUROC; each set is resampled by itself."""
    return _macro([(rows.auroc, rows.groups) for rows in sets])


def _macro(parts: Sequence[tuple[Statistic, Sequence[str]]]) -> Interval:
    values = [statistic(np.arange(len(groups))) for statistic, groups in parts]
    known = [value for value in values if value is not None]
    if not parts or len(known) < len(parts):
        return Interval(value=None, low=None, high=None, n=len(parts))
    drawn = np.array([resampled(statistic, groups, seed=seed) for seed, (statistic, groups) in enumerate(parts)])
    return interval_of(sum(known) / len(known), drawn.mean(axis=0), n=len(parts))


def _sentences(rows: Sequence[QuestionRow], found: Sequence[Read]) -> list[Figure]:
    """F1 and first choice of each set, and their means over sets."""
    by_set: dict[str, list[tuple[QuestionRow, Read]]] = {}
    for row, reading in zip(rows, found, strict=True):
        by_set.setdefault(row.set, []).append((row, reading))
    figures, f1s, firsts = [], [], []
    for set_, pairs in by_set.items():
        asked, readings = [row for row, _ in pairs], [reading for _, reading in pairs]
        figures += sentence_figures(PART, f"answer_sentence, {set_}", asked, readings, f1_aim=None, first_aim=None)
        groups = [row.group for row in asked]
        f1s.append((f1(asked, readings), groups))
        firsts.append((first_right(asked, readings), groups))
    scored = as_scored(rows, found)
    return [
        *figures,
        Figure(part=PART, name=f"answer_sentence: macro F1 over {len(f1s)} sets", interval=_macro(f1s), aim=0.65),
        Figure(part=PART, name=f"answer_sentence: macro first choice over {len(f1s)} sets", interval=_macro(firsts)),
        calibration_figure(PART, "answer_sentence", scored),
    ]
