from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.extractive import ExtractiveAnswerer
from rag.answer.presuppositions import CrossEncoderCorrector, presupposed
from rag.models.crossencoder import ClaimReading, QuestionReading
from rag.models.pairs import PassageText
from rag.schema import Finding, Question, Span
from tests.fakes import KeywordReader
from tests.papers import FAST, LANTERN, PASSAGES


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Why does Pebble need labels?", "Pebble need labels"),
        ("And why doesn't Pebble need labels?", "Pebble need labels"),
        ("How does Lantern train its reward model?", "Lantern train its reward model"),
        ("How fast is Lantern on four cards?", "Lantern on four cards"),
        ("By how much does Pebble beat the dense baseline?", "Pebble beat the dense baseline"),
        ("How many labelled pages does Lantern need?", "Lantern need labelled pages"),
        ("Which reward model does Lantern train?", "Lantern train reward model"),
        ("Does Pebble use momentum?", "Pebble use momentum"),
        ("Given that Pebble needs labels, where do they come from?", "Pebble needs labels"),
        ("What is Pebble? Why does it need so many labels?", "it need so many labels"),
    ],
)
def test_what_a_question_takes_for_granted_is_a_claim(question: str, claim: str):
    assert presupposed(question) == claim


@pytest.mark.parametrize(
    "question",
    ["", "?", "Which paper is about pebbles?", "Who wrote it?", "Why is it?", "Pebble labels", "Tell me more."],
)
def test_a_question_of_another_form_takes_nothing_for_granted(question: str):
    assert presupposed(question) is None


@given(st.text(max_size=80))
def test_any_text_may_be_asked(text: str):
    claim = presupposed(text)
    assert claim is None or len(claim.split()) >= 3


def test_a_very_long_question_is_read_in_no_time():
    assert presupposed("how many " * 20_000) is None


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
    assert model.claimed == ["Lantern need so many labels"] * 2


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


@pytest.mark.parametrize(("enough", "said"), [(0.1, ["It needs no labels."]), (1.1, ["It trains in 40 hours"])])
def test_a_declined_question_is_answered_with_its_correction_and_no_other(enough: float, said: list[str]):
    class Hours:
        def correct(self, question: str, passages: Sequence[str]) -> Finding | None:  # noqa: ARG002
            start = passages[0].index("It trains in 40 hours")
            return Finding(passage=0, span=Span(start, start + 21), text="It trains in 40 hours", score=0.9)

    answerer = ExtractiveAnswerer(KeywordReader(enough=enough), Hours())
    drafts = answerer.draft(Question(asked="?", text="Which needs labels?"), PASSAGES)
    assert [draft.text for draft in drafts] == said
