"""How well the sentences that answer are found: F1 over all sentences, the first choice, and calibration."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.judging.figures import Figure, Floats, Rows, Scored
from benchmarks.judging.scoring import Read
from evals.controls import word_cover
from evals.intervals import Statistic, statistic_interval
from evals.judging import QuestionRow
from rag.verifying import SPAN_SCORE


def sentence_figures(
    part: str,
    name: str,
    rows: Sequence[QuestionRow],
    found: Sequence[Read],
    *,
    f1_aim: float | None,
    first_aim: float | None,
) -> list[Figure]:
    """F1 of what `rag extract` gives out, and the first choice; beside each, the sentence with most shared words."""
    groups = [row.group for row in rows]
    covers = [cover_read(row) for row in rows]
    figures = [
        (f"{name}: F1", f1(rows, found), f1_aim),
        (f"{name}: F1, control, most shared words", f1(rows, covers), None),
        (f"{name}: first choice right", first_right(rows, found), first_aim),
        (f"{name}: first choice, control, most shared words", first_right(rows, covers), None),
    ]
    return [
        Figure(part=part, name=called, interval=statistic_interval(statistic, groups), aim=aim)
        for called, statistic, aim in figures
    ]


def f1(rows: Sequence[QuestionRow], found: Sequence[Read]) -> Statistic:
    """2 · hits ÷ (sentences asked for + sentences given), over all sentences of the rows drawn."""
    counts = np.array(
        [
            (sum(read.sentences[i] >= SPAN_SCORE for i in row.evidence or ()), len(row.evidence or ()), _given(read))
            for row, read in zip(rows, found, strict=True)
        ],
        dtype=np.float64,
    ).reshape(len(rows), 3)

    def of(drawn: Rows) -> float | None:
        hits, asked, given = counts[drawn].sum(axis=0)
        return float(2 * hits / (asked + given)) if asked + given else None

    return of


def _given(read: Read) -> int:
    return int((read.sentences >= SPAN_SCORE).sum())


def first_right(rows: Sequence[QuestionRow], found: Sequence[Read]) -> Statistic:
    """The share of rows whose best sentence, the first of equals, is part of the answer; one without any is wrong."""
    right: Floats = np.array(
        [
            bool(read.sentences.any()) and int(read.sentences.argmax()) in (row.evidence or ())
            for row, read in zip(rows, found, strict=True)
        ],
        dtype=np.float64,
    )
    return lambda drawn: float(right[drawn].mean()) if len(drawn) else None


def as_scored(rows: Sequence[QuestionRow], found: Sequence[Read]) -> Scored:
    """Every sentence as a row of its own, drawn with its passage."""
    return Scored(
        truth=np.array(
            [i in (row.evidence or ()) for row in rows for i in range(len(row.passage.sentences))], dtype=bool
        ),
        scores=np.concatenate([read.sentences for read in found]) if found else np.zeros(0),
        groups=[row.group for row in rows for _ in row.passage.sentences],
    )


def cover_read(row: QuestionRow) -> Read:
    """What word cover says: the first sentence with most of the question's words, and no other."""
    covers = np.array([word_cover(row.question, sentence) for sentence in row.passage.sentences])
    chosen = np.zeros(len(covers))
    chosen[int(covers.argmax())] = 1.0
    return Read(answerable=float(covers.max()), sentences=chosen)
