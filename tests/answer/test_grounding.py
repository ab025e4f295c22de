from __future__ import annotations

import pytest

from rag.answer.grounding import SimilarityJudge, ground, quotable, verdict
from tests.fakes import HashingEmbedder, KeywordJudge
from tests.papers import LANTERN, PASSAGES, PEBBLE, passage, work

JUDGE = SimilarityJudge(HashingEmbedder().embed, name="words")


def support(quote: str, claim: str) -> float:
    return JUDGE.judge([(quote, claim)])[0].supports


def test_the_sentence_that_supports_a_claim_best_becomes_its_quote():
    ruling = ground("Training takes 40 hours on 8 machines.", PASSAGES[:1], KeywordJudge(), 0.5)
    assert [(i, quote.text) for i, quote in ruling.quotes] == [(0, "It trains in 40 hours on 8 machines.")]
    assert ruling.verdict == "supported"


def test_a_quote_is_a_slice_of_its_record_even_when_its_passage_begins_in_the_middle():
    begin = LANTERN.records[0].abstract.index("It keeps")
    ruling = ground("It needs no labels.", [passage(LANTERN, begin)], KeywordJudge(), 0.5)
    quote = ruling.quotes[0][1]
    assert quote.text == "It needs no labels."
    assert quote.record is LANTERN.records[0]


@pytest.mark.parametrize(
    ("claim", "field"), [("Ada Brook and Ben Stone wrote it.", "authors"), ("Pebble takes sparse steps.", "title")]
)
def test_a_claim_about_title_or_authors_quotes_that_field(claim, field):
    ruling = ground(claim, [passage(PEBBLE)], KeywordJudge(), 0.5)
    assert field in [quote.field for _, quote in ruling.quotes]


def test_a_second_sentence_is_quoted_when_the_claim_needs_both():
    ruling = ground(
        "Pebble trains within 40 hours and halves memory: memory falls by half.", PASSAGES[:1], KeywordJudge(), 0.9
    )
    assert [quote.text for _, quote in ruling.quotes] == [
        "It trains in 40 hours on 8 machines.",
        "Its memory use falls by half.",
    ]


def test_a_claim_is_supported_by_what_its_passages_say_together():
    claim = "Pebble is a sparse optimizer, Lantern shrinks language models."
    assert ground(claim, PASSAGES[:1], KeywordJudge(), 0.9).verdict != "supported"
    ruling = ground(claim, PASSAGES, KeywordJudge(), 0.9)
    assert ruling.verdict == "supported"
    assert {i for i, _ in ruling.quotes} == {0, 1}


def test_without_a_citation_nothing_supports_a_claim():
    ruling = ground("Pebble is a sparse optimizer.", [], KeywordJudge(), 0.5)
    assert (ruling.support, ruling.verdict, ruling.quotes) == (0.0, "unsupported", ())


def test_an_unsupported_claim_keeps_its_citation_so_that_a_reader_can_look():
    ruling = ground("Bananas ripen quickly.", PASSAGES[:1], KeywordJudge(), 0.5)
    assert ruling.verdict == "unsupported"
    assert len(ruling.quotes) == 1


def test_a_contradicted_claim_is_called_so_and_quotes_the_words_that_contradict():
    trick = work("k", None, "It is simple. Pebble is not faster than plain descent.", authors=())
    ruling = ground("Pebble is faster than plain descent.", [passage(trick)], KeywordJudge(), 0.5)
    assert ruling.verdict == "contradicted"
    assert ruling.quotes[0][1].text == "Pebble is not faster than plain descent."


@pytest.mark.parametrize(
    ("support", "contradiction", "expected"),
    [
        (0.5, 0.0, "supported"),
        (0.49, 0.0, "partial"),
        (0.49, 0.6, "contradicted"),
        (0.2, 0.4, "unsupported"),
        (0.0, 0.0, "unsupported"),
    ],
)
def test_verdicts(support, contradiction, expected):
    assert verdict(support, contradiction, 0.5) == expected


def test_every_quotable_text_is_its_records_own():
    quotes = quotable(passage(LANTERN))
    assert [quote.field for quote in quotes] == ["abstract"] * 3 + ["title", "authors", "published"]
    assert quotes[1].text == "It keeps 98% of the accuracy as reported in [12]."


# --- SimilarityJudge -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claim",
    ["It trains in 40 hours.", "it trains in 40 hours", "It trains in 40 hours, on 8 machines."],
)
def test_words_that_stand_in_the_quote_are_fully_supported(claim):
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


def test_no_pairs_give_no_judgements():
    assert JUDGE.judge([]) == []
