from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.answerer import Draft, checked
from rag.answer.extractive import MOST_SENTENCES, CrossEncoderReader, ExtractiveAnswerer
from rag.answer.weighing import Bar
from rag.models.crossencoder import CrossEncoder
from rag.models.pairs import Pair, Row
from rag.schema import Finding, Passage, Question, Reading, Span
from rag.search.reranking import CrossEncoderReranker
from tests.fakes import FixedCrossEncoder, KeywordCrossEncoder, KeywordJudge, KeywordReader
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
        (1, "It needs no labels.", 0.2),
        (0, "Its memory use falls by half.", 0.19),
        (0, "Pebble is a sparse optimizer.", 0.05),
    )
    assert [draft.text for draft in drafts(reader)] == [
        "It trains in 40 hours on 8 machines.",
        "Its memory use falls by half.",
    ]


def test_a_question_over_several_works_is_answered_from_each_before_any_is_quoted_twice():
    reader = FixedReader(
        (0, "It trains in 40 hours on 8 machines.", 0.9),
        (0, "Its memory use falls by half.", 0.8),
        (0, "Pebble is a sparse optimizer.", 0.7),
        (1, "It needs no labels.", 0.2),
    )
    said = [draft.text for draft in drafts(reader, question="Which papers save memory, and how does each do it?")]
    assert "It needs no labels." in said
    assert "It needs no labels." not in [draft.text for draft in drafts(reader, question="How is memory saved?")]


def test_a_sentence_counts_by_how_surely_its_passage_is_what_was_asked_for():
    reader = FixedReader((0, "It trains in 40 hours on 8 machines.", 0.8), (1, "It needs no labels.", 0.7))
    first, second = PASSAGES[:2]
    unsure = [replace(first, score=0.05), replace(second, score=0.9)]
    assert [draft.text for draft in drafts(reader, unsure)] == ["It needs no labels."]
    assert [draft.text for draft in drafts(reader, [replace(first, score=0.9), replace(second, score=0.05)])] == [
        "It trains in 40 hours on 8 machines."
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
    drafts(reader, [passage(PEBBLE), passage(work("t", "Only a title", "")), passage(work("u", None, FAST))])
    assert reader.got == [
        f"Pebble: sparse steps\nAda Brook, Ben Stone · 2024-03\n\n{FAST}",
        "Only a title",
        f"Ada Brook, Ben Stone · 2024-03\n\n{FAST}",
    ]


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


def test_a_question_about_two_works_is_answered_from_both() -> None:
    """A sentence far worse than the best one is heard when it alone speaks of a part of the question."""
    found = [(0, "Pebble is a sparse optimizer.", 0.9), (1, "Lantern shrinks language models.", 0.2)]
    both = drafts(FixedReader(*found), question="Is Pebble sparse, and what shrinks models?")
    one = drafts(FixedReader(*found), question="Is Pebble a sparse optimizer?")
    assert [draft.cited for draft in both] == [(0,), (1,)]
    assert [draft.cited for draft in one] == [(0,)]


# --- CrossEncoderReader ----------------------------------------------------------------------------------------------


def reader(decline_below: float = 0.5) -> CrossEncoderReader:
    return CrossEncoderReader(KeywordCrossEncoder(), decline_below=decline_below)


def test_sentences_come_best_first_with_their_places():
    passages = [FAST, LANTERN.records[0].abstract]
    reading = reader().read("How many hours does it need on machines?", passages)
    assert reading.spans[0].text == "It trains in 40 hours on 8 machines."
    assert [finding.score for finding in reading.spans] == sorted((f.score for f in reading.spans), reverse=True)
    assert all(finding.span.of(passages[finding.passage]) == finding.text for finding in reading.spans)
    assert len(reading.spans) == 6


def test_the_passages_answer_as_surely_as_the_likeliest_one():
    answering, other = "Pebble trains in hours.", "Labels are rare."
    both = reader().read("Pebble trains hours?", [other, answering])
    assert both.answerable == reader().read("Pebble trains hours?", [answering]).answerable
    assert not both.declined


def test_passages_that_state_no_answer_are_declined():
    assert reader().read("Which volcanoes erupt?", [FAST]).declined
    assert not reader(decline_below=0.0).read("Which volcanoes erupt?", [FAST]).declined


def test_a_sentence_counts_less_in_a_passage_that_does_not_answer():
    model = FixedCrossEncoder((0.9, (0.8,)), (0.1, (0.8,)))
    found = CrossEncoderReader(model, decline_below=0.5).read("?", ["One sentence.", "Another one."])
    assert [finding.passage for finding in found.spans] == [0, 1]
    assert found.spans[0].score == pytest.approx(0.72)


@pytest.mark.parametrize(
    "heading",
    ["Zephyr: A Wind of Models", "Is Zephyr enough?", "Zephyr [7]", "Zephyr\nAda Brook, Ben Stone · 2024-03 · cs.LG"],
)
def test_a_heading_leads_its_text_and_is_no_finding(heading: str):
    model = KeywordCrossEncoder()
    found = CrossEncoderReader(model, decline_below=0.5).read("Zephyr?", [f"{heading}\n\n{FAST}"])
    assert [given.heading for _, given in model.read] == [heading]
    assert [finding.text for finding in found.spans]
    assert all(heading not in finding.text for finding in found.spans)
    assert all(finding.span.of(f"{heading}\n\n{FAST}") == finding.text for finding in found.spans)


@pytest.mark.parametrize("first", ["The answer is 42.", "These are the parts:", " ".join(["word"] * 60)])
def test_a_first_paragraph_that_is_no_title_is_read_as_text(first: str):
    found = reader(decline_below=0.0).read("What?", [f"{first}\n\n{FAST}"])
    assert first in [finding.text for finding in found.spans]


@pytest.mark.parametrize("passages", [[], [""], ["  \n\n "]])
def test_nothing_to_read_is_declined(passages: list[str]):
    assert reader(decline_below=0.0).read("What?", passages) == Reading(answerable=0.0, declined=True)


@given(st.lists(st.text(alphabet="ab .\n[]1A!。\0", max_size=60), max_size=4))
def test_every_finding_is_a_slice_of_its_passage(passages: list[str]):
    for finding in reader(decline_below=0.0).read("a b?", passages).spans:
        assert finding.span.of(passages[finding.passage]) == finding.text
        assert 0.0 <= finding.score <= 1.0


def test_what_was_read_for_ranking_is_not_read_again(tiny_models: Path):
    """The reranker and the answerer ask for the very same pair, whatever white space the title has."""
    titled = passage(work("w", "Pebble:\n sparse  steps", FAST))
    ranked = CountingCrossEncoder(folder=tiny_models, workers=1)
    CrossEncoderReranker(ranked).rerank("How fast?", [replace(titled, scores={"blend": 0.5})])
    assert ranked.runs == 1
    list(
        ExtractiveAnswerer(CrossEncoderReader(ranked, decline_below=0.0)).draft(
            Question(asked="?", text="How fast?"), [titled]
        )
    )
    assert ranked.runs == 1


class CountingCrossEncoder(CrossEncoder):
    """Counts the pairs that the model really reads."""

    runs = 0

    def _run(self, pairs: Sequence[Pair]) -> list[list[Row]]:
        self.runs += len(pairs)
        return super()._run(pairs)
