from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag.answer.extractive import SURELY, ExtractiveAnswerer
from rag.answer.presuppositions import CrossEncoderCorrector
from rag.models.crossencoder import ClaimReading, QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Question, Span
from tests.fakes import KeywordReader
from tests.papers import FAST, LANTERN, PASSAGES


class Contradicts:
    """Finds everything relevant or not, and contradicts each claim as surely as it is told, by the last sentence."""

    def __init__(self, *contradicts: float, relevant: float = 0.9) -> None:
        self._contradicts = contradicts
        self._relevant = relevant
        self.claimed: list[str] = []

    def questions(self, question: str, passages: Sequence[PassageText]) -> list[QuestionReading]:  # noqa: ARG002
        return [QuestionReading(relevant=self._relevant, answerable=0.0) for _ in passages]

    def claims(self, pairs: Sequence[tuple[str, PassageText]]) -> list[ClaimReading]:
        self.claimed += [claim for claim, _ in pairs]
        return [
            ClaimReading(
                supports=0.0,
                contradicts=chance,
                neutral=1 - chance,
                sentences=tuple(range(len(passage.sentences))),
            )
            for (_, passage), chance in zip(pairs, self._contradicts, strict=False)
        ]


TEXTS = [f"Pebble: sparse steps\n\n{FAST}", LANTERN.records[0].abstract]
ASKED = "Why does Lantern need so many labels?"


def test_the_sentence_that_contradicts_is_found_in_the_surest_passage():
    model = Contradicts(0.85, 0.95)
    found = CrossEncoderCorrector(model).correct(ASKED, TEXTS)
    assert found == Finding(passage=1, span=found.span, text="It needs no labels.", score=0.95)
    assert found.span.of(TEXTS[1]) == found.text
    assert model.claimed == ["Lantern needs many labels"] * 2


def test_a_heading_is_left_out_of_the_place():
    found = CrossEncoderCorrector(Contradicts(0.95, 0.1)).correct(ASKED, TEXTS)
    assert found is not None
    assert found.span.of(TEXTS[0]) == found.text == "Its memory use falls by half."


@pytest.mark.parametrize("model", [Contradicts(0.7, 0.7), Contradicts(0.9, 0.9, relevant=0.2)])
def test_what_is_unsure_or_off_the_subject_corrects_nothing(model: Contradicts):
    assert CrossEncoderCorrector(model).correct(ASKED, TEXTS) is None


@pytest.mark.parametrize("passages", [[], [""], [" \n\n"]])
def test_nothing_to_read_corrects_nothing(passages: list[str]):
    assert CrossEncoderCorrector(Contradicts(0.9)).correct(ASKED, passages) is None


def test_a_question_without_a_presupposition_costs_no_reading():
    model = Contradicts(0.9)
    assert CrossEncoderCorrector(model).correct("Which paper is about labels?", TEXTS) is None
    assert model.claimed == []


class Hours:
    """Corrects by the hours of training, with a confidence."""

    def __init__(self, score: float) -> None:
        self._score = score
        self.read = 0

    def correct(self, question: str, passages: Sequence[str]) -> Finding | None:  # noqa: ARG002
        self.read = len(passages)
        of = next((i for i, passage in enumerate(passages) if "40 hours" in passage), None)
        if of is None:
            return None
        start = passages[of].index("It trains in 40 hours")
        return Finding(passage=of, span=Span(start, start + 21), text="It trains in 40 hours", score=self._score)


def drafted(question: str, enough: float, corrector: Hours) -> list[str]:
    answerer = ExtractiveAnswerer(KeywordReader(enough=enough), corrector)
    return [draft.text for draft in answerer.draft(Question(asked="?", text=question), PASSAGES)]


def test_a_declined_question_is_answered_with_its_correction_alone():
    assert drafted("Which needs labels?", 1.1, Hours(0.85)) == ["It trains in 40 hours"]


@pytest.mark.parametrize(("score", "corrected"), [(SURELY, True), (SURELY - 0.01, False)])
def test_an_answer_begins_with_a_correction_that_is_very_sure(score: float, corrected: bool):
    said = drafted("Which trains machines for hours?", 0.1, Hours(score))
    assert (said[0] == "It trains in 40 hours") == corrected


def test_an_answer_is_corrected_from_the_passages_it_is_made_of():
    corrector = Hours(0.99)
    assert drafted("Which needs labels?", 0.1, corrector) == ["It needs no labels."]
    assert corrector.read == 1


def test_a_correction_leads_though_its_passage_is_ranked_behind():
    behind = [replace(PASSAGES[1], score=1.0), replace(PASSAGES[0], score=0.05)]
    answerer = ExtractiveAnswerer(KeywordReader(enough=0.1), Hours(0.95))
    question = "Which trains language machines for hours and needs no labels?"
    said = [draft.text for draft in answerer.draft(Question(asked="?", text=question), behind)]
    assert said[0] == "It trains in 40 hours"
    assert "It needs no labels." in said
