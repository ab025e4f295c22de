"""The judging benchmark on a small data folder, with judges whose figures can be told beforehand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from benchmarks.judging.__main__ import PARTS, main
from benchmarks.judging.figures import Figure, Scored, against_controls, table
from benchmarks.judging.grounding import macro_auroc
from benchmarks.judging.scoring import judged, read, sentence_scores
from evals.intervals import Interval
from evals.judging import Passage
from rag.answer.judging import Judgement
from rag.schema import Finding, Reading, Span
from tests.evals.labelled import data_folder
from tests.fakes import KeywordReader


class KnowingJudge:
    """Supports a claim that stands in the passage, and contradicts one that has "not"; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        self.asked += pairs
        return [self._judgement(passage, claim) for passage, claim in pairs]

    def _judgement(self, passage: str, claim: str) -> Judgement:
        if claim.rstrip(".") in passage:
            return Judgement(1.0, 0.0)
        return Judgement(0.0, 1.0 if " not " in claim else 0.0)


class KnowingReader:
    """Answers "first" by a passage's first sentence and "last" by its last, if it is about what is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(self, question: str, passages: Sequence[str]) -> Reading:
        (passage,) = passages
        self.asked.append((question, passage))
        subject = question.rstrip("?").split()[-1]
        knows = subject in passage.lower() and "Who" not in question
        body = passage.index("\n\n") + 2 if "\n\n" in passage else 0
        cuts = [body - 1, *(i for i, char in enumerate(passage) if char == "." and i >= body)]
        chosen = len(cuts) - 2 if "last" in question else 0
        spans = [
            Finding(
                passage=0, span=Span(start + 1, end + 1), text=passage[start + 1 : end + 1], score=float(i == chosen)
            )
            for i, (start, end) in enumerate(pairwise(cuts))
        ]
        return Reading(answerable=float(knows), declined=not knows, spans=tuple(spans))


def quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return data_folder(tmp_path / "data")


def named(figures: Sequence[Figure]) -> dict[str, float | None]:
    return {figure.name: figure.interval.value for figure in figures}


def test_a_judge_and_a_reader_that_know_have_the_best_figures_on_hand_written_rows(data: Path) -> None:
    figures = PARTS["hand"](data, (KnowingJudge(), KnowingReader()), None, quiet)
    found = named(figures)
    assert found["supported: AUROC"] == found["supported: balanced accuracy"] == 1.0
    assert found["supported against negation: AUROC"] == 1.0
    assert found["contradicted against invented, overclaim: AUROC"] == 1.0
    assert found["answerable against near: AUROC"] == found["answerable against another abstract: AUROC"] == 1.0
    assert found["answer sentences: F1"] == found["answer sentences: first choice right"] == 1.0
    assert found["supported: calibration error"] == found["answerable: calibration error"] == 0.0
    assert {figure.met for figure in figures if figure.aim is not None} <= {True, None}


def test_every_pair_is_scored_once(data: Path) -> None:
    judge, reader = KnowingJudge(), KnowingReader()
    for part in ("hand", "answers", "grounding"):
        judge.asked.clear()
        reader.asked.clear()
        PARTS[part](data, (judge, reader), None, quiet)
        assert len(judge.asked) == len(set(judge.asked))
        assert len(reader.asked) == len(set(reader.asked))


def test_answers_are_judged_by_their_best_passage_and_citations_repaired(data: Path) -> None:
    found = named(PARTS["answers"](data, (KnowingJudge(), KnowingReader()), None, quiet))
    assert found["supported: AUROC"] == 1.0
    assert found["contradicted: shown as supported"] == 0.0
    assert found["contradicted against unsupported: AUROC"] == 1.0
    assert found["citation flaws: found and repaired"] == 1.0
    assert found["right citations: taken for wrong"] == 0.0


def test_a_judge_that_says_yes_to_all_shows_every_falsehood(data: Path) -> None:
    class Yes:
        def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
            return [Judgement(1.0) for _ in pairs]

    figures = PARTS["answers"](data, (Yes(), KnowingReader()), None, quiet)
    found = named(figures)
    assert (found["supported: AUROC"], found["contradicted: shown as supported"]) == (0.5, 1.0)
    assert found["wrong citation: noticed"] == 0.0
    assert not next(figure.met for figure in figures if figure.name == "contradicted: shown as supported")


def test_sets_are_set_against_their_controls_and_the_small_ones_pooled(data: Path) -> None:
    found = named(PARTS["grounding"](data, (KnowingJudge(), KeywordReader()), None, quiet))
    assert found["support, 2 small sets pooled: AUROC"] == 1.0
    assert "answerable, 1 small sets pooled: above the better control (word cover)" in found
    assert found["answer_sentence, boats: first choice right"] == 1.0
    assert found["macro AUROC over 0 large sets"] is None


def test_a_macro_mean_weighs_sets_alike_however_many_rows_they_have() -> None:
    def scored(right: int, wrong: int) -> Scored:
        truth = np.array([True, False] * (right + wrong))
        scores = np.array([1.0, 0.0] * right + [0.0, 1.0] * wrong)
        return Scored(truth=truth, scores=scores, groups=[str(i // 2) for i in range(len(truth))])

    perfect, reverse = scored(3, 0), scored(0, 40)
    interval = macro_auroc([perfect, reverse])
    assert (interval.value, interval.low, interval.high, interval.n) == (0.5, 0.5, 0.5, 2)


def test_a_reader_s_sentences_are_carried_over_by_their_places() -> None:
    passage = Passage(title="Pebbles", sentences=("One is first.", "Two follows, e.g. here.", "Three."))
    text = passage.text

    def finding(words: str, score: float) -> Finding:
        start = text.index(words)
        return Finding(passage=0, span=Span(start, start + len(words)), text=words, score=score)

    spans = (
        finding("here.", 0.9),
        finding("Two follows, e.g.", 0.4),
        finding("first. T", 0.3),
        finding("Pebbles", 1.0),
    )
    scores = sentence_scores(Reading(answerable=1.0, declined=False, spans=spans), passage)
    assert scores.tolist() == [0.3, 0.9, 0.0]


def test_progress_counts_what_is_scored() -> None:
    told: list[tuple[str, int, int]] = []
    pairs = [("a", "b"), ("a", "b"), ("c", "d")]
    found = judged(KnowingJudge(), pairs, "claims", lambda *said: told.append(said))
    assert (len(found.supports), told) == (3, [("claims", 2, 2)])
    assert read(KeywordReader(), [], "questions", quiet) == []


def test_an_aim_is_met_by_the_value_or_surely_by_the_whole_interval() -> None:
    interval = Interval(value=0.9, low=-0.1, high=1.0, n=5)
    assert Figure(part="p", name="f", interval=interval, aim=0.9).met
    assert not Figure(part="p", name="f", interval=interval, aim=0.8, at_most=True).met
    assert not Figure(part="p", name="f", interval=interval, aim=0.0, surely=True).met
    assert Figure(part="p", name="f", interval=interval).met is None
    assert "aim surely > 0: missed" in table([Figure(part="p", name="f", interval=interval, aim=0.0, surely=True)])


def test_a_control_that_leaves_no_room_need_not_be_beaten() -> None:
    scored = Scored(truth=np.array([True, False] * 9), scores=np.zeros(18), groups=[str(i) for i in range(18)])
    perfect = {"word cover": np.array([1.0, 0.0] * 9)}
    *_, above = against_controls("p", "f", scored, perfect, aim=None, beatable=0.9)
    assert (above.interval.value, above.met) == (-0.5, None)
    *_, above = against_controls("p", "f", scored, {"length": np.zeros(18)}, aim=None, beatable=0.9)
    assert above.met is False


@pytest.mark.slow
def test_the_packaged_models_are_measured_from_the_command_line(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(data), "--limit", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    parts = dict.fromkeys(figure["part"] for figure in report["figures"])
    assert list(parts) == ["claims", "questions", "answers", "grounding", "speed"]
    assert main([str(data), "--part", "speed"]) == 0
    assert "pairs a second" in capsys.readouterr().out


def test_what_is_wrong_is_one_line_with_a_hint_and_an_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"error: {tmp_path / 'judge.jsonl.gz'}: cannot be read")
    assert second.startswith("hint: ")
