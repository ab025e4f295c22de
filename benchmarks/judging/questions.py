"""Hand-written questions: whether an abstract answers them, and with which sentences."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.judging.figures import Figure, Progress, Scored, against_controls, calibration_figure
from benchmarks.judging.scoring import Reader, read
from benchmarks.judging.sentences import as_scored, sentence_figures
from evals.classification import equal_bands
from evals.controls import ClaimAlone, word_cover
from evals.judging import Abstract, QuestionRow

PART = "questions"
SEED = 7


def question_figures(
    abstracts: Sequence[Abstract], train: Sequence[Abstract], reader: Reader, progress: Progress
) -> list[Figure]:
    """Every figure on the questions of these abstracts; one control learns from `train`."""
    rows = [row for abstract in abstracts for row in abstract.questions]
    rows += elsewhere(abstracts)
    found = read(reader, [(row.question, row.passage) for row in rows], "questions", progress)
    scored = Scored(
        truth=np.array([row.answerable for row in rows], dtype=bool),
        scores=np.array([reading.answerable for reading in found]),
        groups=[row.group for row in rows],
    )
    answered = [(row, reading) for row, reading in zip(rows, found, strict=True) if row.answerable]
    asked, readings = [row for row, _ in answered], [reading for _, reading in answered]
    known = [row for abstract in train for row in abstract.questions]
    return [
        *_answerable(rows, scored, ClaimAlone([row.question for row in known], [row.answerable for row in known])),
        *sentence_figures(PART, "answer sentences", asked, readings, f1_aim=0.75, first_aim=0.80),
        *_calibration(rows, scored, as_scored(asked, readings)),
    ]


def elsewhere(abstracts: Sequence[Abstract]) -> list[QuestionRow]:
    """Each question that its abstract answers, put to another abstract, the same at every run (kind "far")."""
    rng = random.Random(SEED)
    rows = []
    for abstract in abstracts if len(abstracts) > 1 else ():
        for row in abstract.questions:
            if row.answerable:
                other = rng.choice([other for other in abstracts if other is not abstract])
                rows.append(replace(row, passage=other.passage, answerable=False, evidence=None, kind="far"))
    return rows


def _answerable(rows: Sequence[QuestionRow], scored: Scored, alone: ClaimAlone) -> list[Figure]:
    kinds = np.array([row.kind for row in rows])
    controls = {
        "word cover": np.array([word_cover(row.question, row.passage.text) for row in rows]),
        "question alone": alone.scores([row.question for row in rows]),
    }
    figures = []
    for name, kind, aim in (("near", "near", 0.95), ("another abstract", "far", None)):
        kept = scored.truth | (kinds == kind)
        of_kind = {control: scores[kept] for control, scores in controls.items()}
        figures += against_controls(PART, f"answerable against {name}", scored.only(kept), of_kind, aim=aim)
    near = scored.truth | (kinds == "near")
    within = scored.only(near)
    bands = equal_bands(controls["question alone"][near])
    figures.append(
        Figure(
            part=PART,
            name="answerable against near, within bands of the question alone: AUROC",
            interval=within.interval(within.within(bands)),
        )
    )
    for kind in sorted(set(kinds[scored.truth].tolist())):
        interval = scored.only((kinds == kind) | (kinds == "near")).auroc_interval()
        figures.append(Figure(part=PART, name=f"answerable ({kind}) against near: AUROC", interval=interval))
    return figures


def _calibration(rows: Sequence[QuestionRow], scored: Scored, sentences: Scored) -> list[Figure]:
    near = scored.only(np.array([row.kind != "far" for row in rows], dtype=bool))
    figures = [calibration_figure(PART, "answerable", scored), calibration_figure(PART, "answer sentences", sentences)]
    of_near = Figure(
        part=PART, name="answerable, own abstract only: calibration error", interval=near.interval(near.calibration)
    )
    return [*figures, of_near]
