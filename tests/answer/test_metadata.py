from __future__ import annotations

import pytest

from rag.answer.headings import Headed
from rag.answer.metadata import said_by_fields
from tests.papers import FAST, PEBBLE, passage, work

HEADED = Headed.of(passage(PEBBLE))  # Ada Brook, Ben Stone · 2024-03 · "Pebble: sparse steps"


def fields(claim: str, headed: Headed = HEADED) -> set[str]:
    said = said_by_fields(claim, headed)
    assert said is not None
    return {quote.field for each in said.evidence for quote in headed.quotes(each.span, each.field)}


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        ("Pebble was written by Ada Brook and Ben Stone.", {"title", "authors"}),
        ("The authors of Pebble are Brook and Stone.", {"title", "authors"}),
        ("Ada Brook et al. wrote the paper in 2024.", {"authors", "published"}),
        ("Sparse Steps was published in March 2024.", {"title", "published"}),
    ],
)
def test_what_the_fields_say_is_supported_by_them(claim: str, wanted: set[str]):
    said = said_by_fields(claim, HEADED)
    assert said is not None
    assert said.supports > 0.9
    assert fields(claim) == wanted


@pytest.mark.parametrize(
    ("claim", "field"),
    [
        ("Pebble was published in 2021.", "published"),
        ("Pebble was written by Dana Frost.", "authors"),
        ("Pebble was written by Ada Brook and Dana Frost.", "authors"),
    ],
)
def test_another_year_or_name_for_the_same_paper_is_contradicted(claim: str, field: str):
    said = said_by_fields(claim, HEADED)
    assert said is not None
    assert said.contradicts > 0.9
    assert fields(claim) == {field}


@pytest.mark.parametrize(
    "claim",
    [
        "Pebble needs no labels.",
        "Pebble, by Ada Brook, trains in 40 hours.",
        "Lantern was published in 2021.",  # another paper
        "Lantern was written by Dana Frost.",
        "Ada Brook is the first author of Pebble.",  # order is not read off a list of words
        "Pebble was not written by Ada Brook.",
        "Stone steps.",  # an author's name, but nothing that says so
        "Pebble is sparse.",
        "",
        "它很快。",
    ],
)
def test_everything_else_is_left_to_the_judge(claim: str):
    assert said_by_fields(claim, HEADED) is None


def test_a_silent_page_and_plain_text_say_nothing():
    silent = Headed.of(passage(work("k", "Pebble: sparse steps", FAST, authors=())))
    assert said_by_fields("Pebble was written by Dana Frost.", silent) is None
    assert said_by_fields("It was published in 2024.", Headed(text="It was published in 2024.")) is None
