"""From a claim and passages to a verdict and the record's own words."""

from __future__ import annotations

import pytest

from rag.answer.grounding import Ruling, ground
from rag.answer.weighing import Bar
from rag.schema import Passage
from tests.fakes import KeywordJudge
from tests.papers import LANTERN, PASSAGES, PEBBLE, passage, work


def grounded(claim: str, passages: tuple[Passage, ...] = PASSAGES, cited: tuple[int, ...] = (0,)) -> Ruling:
    return ground(claim, passages, cited, KeywordJudge(), Bar())


def quoted(ruling: Ruling) -> list[tuple[int, str]]:
    return [(i, quote.text) for i, quote in ruling.quotes]


def test_the_sentence_that_supports_a_claim_best_becomes_its_quote():
    ruling = grounded("Training takes 40 hours on 8 machines.")
    assert quoted(ruling) == [(0, "It trains in 40 hours on 8 machines.")]
    assert ruling.verdict == "supported"


def test_a_quote_is_a_slice_of_its_record_even_when_its_passage_begins_in_the_middle():
    begin = LANTERN.records[0].abstract.index("It keeps")
    ruling = grounded("There are no labels needed.", (passage(LANTERN, begin),))
    quote = ruling.quotes[0][1]
    assert quote.text == "It needs no labels."
    assert quote.record is LANTERN.records[0]


@pytest.mark.parametrize(
    ("claim", "field"),
    [
        ("Pebble was written by Ada Brook and Ben Stone.", "authors"),
        ("It was published in March 2024.", "published"),
        ("Pebble takes sparse steps.", "title"),
    ],
)
def test_a_claim_about_title_authors_or_date_quotes_that_field(claim: str, field: str):
    ruling = grounded(claim, (passage(PEBBLE),))
    assert ruling.verdict == "supported"
    assert field in [quote.field for _, quote in ruling.quotes]


def test_a_claim_that_gets_the_year_wrong_is_contradicted_by_the_date():
    ruling = grounded("Pebble was published in 2019.")
    assert (ruling.verdict, ruling.quotes[0][1].field) == ("contradicted", "published")


def test_an_author_or_a_year_in_a_claim_is_quoted_beside_the_sentence():
    ruling = grounded("In 2024 Stone found that training takes 40 hours.")
    assert ruling.verdict == "supported"
    assert {quote.field for _, quote in ruling.quotes} == {"abstract", "authors", "published"}


def test_without_a_citation_a_claim_gets_the_one_it_deserves():
    ruling = grounded("Labels are not needed: it needs no labels.", cited=())
    assert (ruling.verdict, quoted(ruling)) == ("supported", [(1, "It needs no labels.")])


def test_without_a_citation_or_support_nothing_is_cited():
    assert grounded("Bananas ripen quickly.", cited=()) == Ruling(0.0, "unsupported")


def test_a_wrong_citation_is_moved_to_the_passage_that_supports():
    ruling = grounded("Labels are not needed: it needs no labels.", cited=(0,))
    assert (ruling.verdict, quoted(ruling)) == ("supported", [(1, "It needs no labels.")])


def test_an_unsupported_claim_keeps_its_citation_so_that_a_reader_can_look():
    ruling = grounded("Bananas ripen quickly.")
    assert ruling.verdict == "unsupported"
    assert [i for i, _ in ruling.quotes] == [0]


def test_a_contradicted_claim_quotes_the_words_that_contradict():
    trick = work("k", None, "It is simple. Pebble is not faster than plain descent.", authors=())
    ruling = grounded("Pebble is faster than plain descent.", (passage(trick),))
    assert (ruling.verdict, quoted(ruling)) == ("contradicted", [(0, "Pebble is not faster than plain descent.")])


def test_no_passages_support_nothing():
    assert grounded("Pebble is small.", (), ()) == Ruling(0.0, "unsupported")
