from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.headings import Headed, body_sentences, heading_of, title_line
from rag.corpus.sentences import sentences
from rag.schema import Work
from tests.papers import LANTERN, PEBBLE, passage, work


def test_a_passage_is_led_by_its_title_and_its_facts():
    headed = Headed.of(passage(PEBBLE))
    assert headed.text.startswith("Pebble: sparse steps\nAda Brook, Ben Stone · 2024-03\n\nPebble is a sparse")
    assert heading_of(headed.text) == headed.text[: headed.body]
    title = title_line(headed.text)
    assert title is not None
    assert title.of(headed.text) == "Pebble: sparse steps"
    assert [quote.text for quote in headed.quotes(title)] == ["Pebble: sparse steps"]


@pytest.mark.parametrize("start", [0, 30])
def test_a_sentence_that_is_read_leads_back_to_the_record(start: int):
    headed = Headed.of(passage(LANTERN, start))
    for span in body_sentences(headed.text):
        (quote,) = headed.quotes(span)
        assert quote.field == "abstract"
        assert quote.text == span.of(headed.text)


def test_each_field_leads_to_its_record():
    assert [(quote.field, quote.text) for quote in Headed.of(passage(PEBBLE)).fields] == [
        ("title", "Pebble: sparse steps"),
        ("authors", "Ada Brook, Ben Stone"),
        ("published", "2024-03"),
    ]


def test_a_field_of_another_page_is_quoted_from_there():
    first, second = work("k", None, "It is small.", copies=2).records
    both = Work(key="k", records=(first, replace(second, title="Quiet houses")))
    (title,) = [quote for quote in Headed.of(passage(both)).fields if quote.field == "title"]
    assert title.record.origin == second.origin


def test_a_passage_of_a_title_is_not_led_by_itself():
    headed = Headed.of(passage(work("k", "Quiet houses", "")))
    assert headed.text == "Quiet houses"
    assert headed.quotes(body_sentences(headed.text)[0])[0].field == "title"


@pytest.mark.parametrize(
    "text",
    ["It is small.\n\nIt is fast.", "It is small", "", "\n\n", "One line,\n\nand another.", "word " * 60 + "\n\nx"],
)
def test_what_reads_on_is_no_heading(text: str):
    assert heading_of(text) == ""


def test_plain_text_has_no_quotes():
    text = "It is small. It is fast."
    assert Headed(text=text).quotes(sentences(text)[0]) == []
