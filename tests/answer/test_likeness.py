from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.likeness import SimilarityReader
from rag.schema import Reading
from tests.fakes import HashingEmbedder
from tests.papers import FAST, LANTERN

READER = SimilarityReader(HashingEmbedder(dimensions=256).embed)  # type: ignore[arg-type]


def test_the_likest_sentence_is_found_first_and_scores_fall():
    reading = READER.read("How many hours does training take on 8 machines?", [FAST, LANTERN.records[0].abstract])
    assert reading.spans[0].text == "It trains in 40 hours on 8 machines."
    scores = [finding.score for finding in reading.spans]
    assert scores == sorted(scores, reverse=True)
    assert len(reading.spans) == 6


def test_a_passage_about_something_else_is_no_answer():
    reading = READER.read("Why do volcanoes erupt near oceanic trenches?", [FAST])
    assert reading.declined
    assert reading.answerable < READER.read("Is Pebble a sparse optimizer?", [FAST]).answerable


def test_a_title_is_context_for_its_sentences_and_no_finding():
    untitled, titled = (
        READER.read("What is the memory use of Zephyr?", [text]) for text in (FAST, f"Zephyr\n\n{FAST}")
    )
    assert titled.answerable > untitled.answerable
    assert all(finding.text != "Zephyr" for finding in titled.spans)
    assert all(finding.span.of(f"Zephyr\n\n{FAST}") == finding.text for finding in titled.spans)


def test_a_title_alone_is_found():
    assert [finding.text for finding in READER.read("Zephyr?", ["A Zephyr of Models"]).spans] == ["A Zephyr of Models"]


@pytest.mark.parametrize("question", ["", "?!", "the of a", "12", "这是什么"])
def test_a_question_without_telling_words_is_read_all_the_same(question):
    reading = READER.read(question, [FAST])
    assert 0.0 <= reading.answerable <= 1.0
    assert all(math.isfinite(finding.score) for finding in reading.spans)


@pytest.mark.parametrize("passages", [[], [""], ["  \n\n "]])
def test_nothing_to_read_is_declined(passages):
    assert READER.read("What?", passages) == Reading(answerable=0.0, declined=True)


@given(st.lists(st.text(alphabet="ab .\n[]1A!。", max_size=60), max_size=4))
def test_every_finding_is_a_slice_of_its_passage(passages):
    for finding in READER.read("a b?", passages).spans:
        assert finding.span.of(passages[finding.passage]) == finding.text
        assert 0.0 <= finding.score <= 1.0
