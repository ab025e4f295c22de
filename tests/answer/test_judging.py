from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.answer.judging import CrossEncoderJudge
from rag.models.crossencoder import ClaimReading, CrossEncoder
from rag.models.pairs import PassageText
from rag.schema import Span


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
