from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.answer.judging import CrossEncoderJudge, SimilarityJudge
from rag.models.crossencoder import ClaimReading, CrossEncoder
from rag.models.pairs import PassageText
from rag.schema import Span
from tests.fakes import HashingEmbedder

JUDGE = SimilarityJudge(HashingEmbedder().embed, name="words")


def support(quote: str, claim: str) -> float:
    return JUDGE.judge([(quote, claim)])[0].supports


# --- CrossEncoderJudge -----------------------------------------------------------------------------------------------


class ScriptedReader:
    """Supports everything by .8, by its last sentence; keeps what it was asked."""

    name = "scripted"

    def __init__(self) -> None:
        self.asked: list[tuple[str, PassageText]] = []

    def claims(self, pairs: Sequence[tuple[str, PassageText]]) -> list[ClaimReading]:
        self.asked += pairs
        return [
            ClaimReading(
                supports=0.8,
                contradicts=0.15,
                neutral=0.05,
                sentences=tuple(float(i + 1 == len(text.sentences)) for i in range(len(text.sentences))),
            )
            for _, text in pairs
        ]


def test_the_model_is_asked_once_a_pair_with_the_heading_apart():
    reader = ScriptedReader()
    text = "Pebble: steps\nAda Brook · 2024\n\nIt is small. It is fast."
    judged = CrossEncoderJudge(reader).judge([(text, "It is quick."), ("Only this.", "That.")])
    assert reader.asked == [
        (
            "It is quick.",
            PassageText(
                text="It is small. It is fast.",
                sentences=(Span(0, 12), Span(13, 24)),
                heading="Pebble: steps\nAda Brook · 2024",
            ),
        ),
        ("That.", PassageText(text="Only this.", sentences=(Span(0, 10),))),
    ]
    assert [(one.supports, one.contradicts) for one in judged] == [(0.8, 0.15)] * 2
    best = max(judged[0].evidence, key=lambda each: each.score)
    assert best.span.of(text) == "It is fast."


def test_a_title_that_has_the_claims_words_is_evidence_too():
    text = "Sparse steps for cold houses\n\nIt is small."
    judged = CrossEncoderJudge(ScriptedReader()).judge([(text, "Cold houses get sparse steps.")])[0]
    assert "Sparse steps for cold houses" in [each.span.of(text) for each in judged.evidence]


@pytest.mark.parametrize("text", ["", " \n", "A title\n\n"])
def test_a_text_without_sentences_has_no_evidence(text: str):
    judged = CrossEncoderJudge(ScriptedReader()).judge([(text, "It is small.")])[0]
    assert all(each.span.of(text).strip() for each in judged.evidence)


@pytest.mark.parametrize("claim", ["It is quick.", "", "它很快。", "word " * 900])
@pytest.mark.parametrize("text", ["A title\n\nIt is small. It is fast.", "", "It is small. " * 200, "它很小。它很快。"])
def test_the_packaged_model_judges_any_pair(tiny_models: Path, text: str, claim: str):
    (judged,) = CrossEncoderJudge(CrossEncoder(folder=tiny_models)).judge([(text, claim)])
    assert 0.0 <= judged.supports <= 1.0
    assert 0.0 <= judged.contradicts <= 1.0 - judged.supports + 1e-6
    assert all(each.span.of(text).strip() for each in judged.evidence)


# --- SimilarityJudge -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    ["It trains in 40 hours.", "it trains in 40 hours", "It trains in 40 hours, on 8 machines."],
)
def test_words_that_stand_in_the_quote_are_fully_supported(claim: str):
    assert support("It trains in 40 hours on 8 machines.", claim) == 1.0


def test_round_brackets_stand_for_the_corpus_own_square_ones():
    assert support("as reported in [12].", "as reported in (12).") == 1.0


def test_part_of_a_word_is_not_that_word():
    assert support("It is unbounded.", "bounded") < 1.0


def test_a_paraphrase_is_supported_better_than_another_subject():
    quote = "Pebble trains language models in 40 hours on 8 machines."
    near = support(quote, "Training language models takes Pebble 40 hours.")
    assert near >= 0.5
    assert support(quote, "Bananas are harvested while green.") < 0.4 < near


def test_a_number_that_the_quote_lacks_takes_the_support_away():
    quote = "Pebble trains language models in 40 hours on 8 machines."
    assert support(quote, "Pebble trains language models in 90 hours.") < 0.5


def test_two_sentences_are_evidence_where_the_claim_needs_both():
    text = "Pebble trains in 40 hours. Bananas are green. Memory falls by half."
    judged = JUDGE.judge([(text, "Training takes 40 hours while memory falls by half.")])[0]
    assert {each.span.of(text) for each in judged.evidence} == {"Memory falls by half.", "Pebble trains in 40 hours."}


def test_no_pairs_and_no_sentences_give_no_support():
    assert JUDGE.judge([]) == []
    assert support("", "It is small.") == 0.0
