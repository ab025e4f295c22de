from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answerer import Draft, checked
from rag.answer.extractive import MOST_SENTENCES, ExtractiveAnswerer, SimilarityReader
from rag.answer.weighing import Bar
from rag.schema import Finding, Passage, Question, Reading, Span
from tests.fakes import HashingEmbedder, KeywordJudge, KeywordReader
from tests.papers import FAST, LANTERN, PASSAGES, PEBBLE, passage, work


class FixedReader:
    """Finds the given words in its passages, with the given scores."""

    def __init__(self, *found: tuple[int, str, float], declined: bool = False) -> None:
        self._found = found
        self._declined = declined
        self.got: list[str] = []

    def read(self, question: str, passages: Sequence[str]) -> Reading:  # noqa: ARG002 - it knows
        self.got = list(passages)
        spans = []
        for i, text, score in self._found:
            start = passages[i].index(text)
            spans.append(Finding(passage=i, span=Span(start, start + len(text)), text=text, score=score))
        return Reading(answerable=1.0, declined=self._declined, spans=tuple(spans))


def drafts(reader: object, passages: Sequence[Passage] = PASSAGES, question: str = "How fast?") -> list[Draft]:
    return list(ExtractiveAnswerer(reader).draft(Question(asked=question, text=question), passages))  # type: ignore[arg-type]


def test_the_answer_is_the_sentence_that_answers_word_for_word():
    said = drafts(KeywordReader(), question="Which trains in hours on machines?")
    assert [draft.text for draft in said] == ["It trains in 40 hours on 8 machines."]
    assert said[0].cited == (0,)
    assert said[0].quotes[0].text == "It trains in 40 hours on 8 machines."


def test_a_reader_that_declines_leaves_nothing_to_say():
    assert drafts(FixedReader((0, "It trains", 0.9), declined=True)) == []
    assert drafts(FixedReader()) == []
    assert drafts(KeywordReader(), passages=[]) == []


def test_sentences_come_in_page_order_and_the_best_ones_work_comes_first():
    reader = FixedReader(
        (1, "It needs no labels.", 0.9), (1, "Lantern shrinks language models.", 0.8), (0, "It trains in 40 hours", 0.8)
    )
    assert [draft.text for draft in drafts(reader)] == [
        "Lantern shrinks language models.",
        "It needs no labels.",
        "It trains in 40 hours",
    ]


def test_a_further_sentence_must_be_nearly_as_good_and_one_of_another_work_even_more():
    reader = FixedReader(
        (0, "It trains in 40 hours on 8 machines.", 0.9),
        (1, "It needs no labels.", 0.6),
        (0, "Its memory use falls by half.", 0.5),
        (0, "Pebble is a sparse optimizer.", 0.3),
    )
    assert [draft.text for draft in drafts(reader)] == [
        "It trains in 40 hours on 8 machines.",
        "Its memory use falls by half.",
    ]


def test_an_answer_has_at_most_four_sentences():
    long = work("long", None, " ".join(f"Sentence {n} is about {word}." for n, word in enumerate("abcdefgh")))
    reader = FixedReader(*((0, f"Sentence {n} is about {word}.", 0.9) for n, word in enumerate("abcdefgh")))
    assert len(drafts(reader, [passage(long)])) == MOST_SENTENCES


def test_a_sentence_that_stands_on_two_passages_is_said_once():
    twin = work("twin", "Another", FAST)
    sentence = "It trains in 40 hours on 8 machines."
    found = FixedReader(
        (0, sentence, 0.9), (1, sentence, 0.9), (2, sentence.replace("It trains", "It also trains"), 0.9)
    )
    also = work("also", "A third", FAST.replace("It trains", "It also trains"))
    assert len(drafts(found, [passage(PEBBLE), passage(twin), passage(also)])) == 1


def test_sentences_that_differ_in_a_number_are_two():
    text = "Pebble needs 40 hours on small machines. Pebble needs 90 hours on small machines."
    reader = FixedReader((0, text[:40], 0.9), (0, text[41:], 0.9))
    assert len(drafts(reader, [passage(work("w", None, text))])) == 2


def test_bracketed_numbers_are_shown_round_and_quoted_as_they_stand():
    said = drafts(FixedReader((1, "It keeps 98% of the accuracy as reported in [12].", 0.9)))
    assert said[0].text == "It keeps 98% of the accuracy as reported in (12)."
    assert said[0].quotes[0].text == "It keeps 98% of the accuracy as reported in [12]."


def test_the_reader_gets_title_and_facts_as_a_heading_and_a_title_alone_once():
    reader = FixedReader()
    drafts(reader, [passage(PEBBLE), passage(work("t", "Only a title", ""))])
    assert reader.got == [f"Pebble: sparse steps\nAda Brook, Ben Stone · 2024-03\n\n{FAST}", "Only a title"]


def test_a_quote_is_exact_in_a_passage_that_begins_in_the_middle_of_its_record():
    begin = LANTERN.records[0].abstract.index("It keeps")
    said = drafts(FixedReader((0, "It needs no labels.", 0.9)), [passage(LANTERN, begin)])
    assert said[0].quotes[0].text == "It needs no labels."


def test_words_of_a_title_that_leads_a_text_are_not_quoted_as_its_text():
    assert drafts(FixedReader((0, "Pebble: sparse steps", 0.9))) == []


def test_a_work_without_a_text_is_quoted_by_its_title():
    said = drafts(FixedReader((0, "Only a title", 0.9)), [passage(work("t", "Only a title", ""))])
    assert (said[0].text, said[0].quotes[0].field) == ("Only a title", "title")


def test_every_sentence_of_an_extractive_answer_is_supported():
    answerer = ExtractiveAnswerer(KeywordReader())
    question = Question(asked="?", text="Which sparse optimizer?")
    claims = list(checked(answerer.draft(question, PASSAGES), PASSAGES, KeywordJudge(), Bar()))
    assert claims
    assert {claim.verdict for claim in claims} == {"supported"}


# --- SimilarityReader ------------------------------------------------------------------------------------------------

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


def test_a_question_about_two_works_is_answered_from_both() -> None:
    """A sentence far worse than the best one is heard when it alone speaks of a part of the question."""
    found = [(0, "Pebble is a sparse optimizer.", 0.9), (1, "Lantern shrinks language models.", 0.4)]
    both = drafts(FixedReader(*found), question="Is Pebble sparse, and what shrinks models?")
    one = drafts(FixedReader(*found), question="Is Pebble a sparse optimizer?")
    assert [draft.cited for draft in both] == [(0,), (1,)]
    assert [draft.cited for draft in one] == [(0,)]
