from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.headings import Headed, body_sentences, heading_of, title_line
from rag.corpus.sentences import sentences
from rag.schema import Work
from tests.papers import LANTERN, PEBBLE, passage, work


def test_a_passage_is_led_by_its_title_and_its_facts():
    headed = Headed.of(passage(PEBBLE))
    assert headed.text.startswith("Pebble: sparse steps\n(Ada Brook, Ben Stone · 2024-03)\n\nPebble is a sparse")
    assert heading_of(headed.text) == headed.text[: headed.body]
    title = title_line(headed.text)
    assert title is not None
    assert title.of(headed.text) == "Pebble: sparse steps"


@pytest.mark.parametrize("start", [0, 30])
def test_a_sentence_that_is_read_leads_back_to_the_record(start: int):
    headed = Headed.of(passage(LANTERN, start))
    for span in body_sentences(headed.text):
        (quote,) = headed.quotes(span)
        assert quote.field == "abstract"
        assert quote.text == span.of(headed.text)


def test_each_field_of_the_heading_leads_back_to_its_record():
    headed = Headed.of(passage(PEBBLE))
    assert [(each.quote.field, each.quote.text) for each in headed.fields] == [
        ("title", "Pebble: sparse steps"),
        ("authors", "Ada Brook, Ben Stone"),
        ("published", "2024-03"),
    ]
    assert all(each.span.of(headed.text) == each.quote.text for each in headed.fields)


def test_a_field_of_another_page_is_quoted_from_there():
    first, second = work("k", None, "It is small.", copies=2).records
    both = Work(key="k", records=(first, replace(second, title="Quiet houses")))
    (title,) = [each.quote for each in Headed.of(passage(both)).fields if each.quote.field == "title"]
    assert title.record.origin == second.origin


def test_a_passage_of_a_title_is_not_led_by_itself():
    headed = Headed.of(passage(work("k", "Quiet houses", "")))
    assert headed.text == "(Ada Brook, Ben Stone · 2024-03)\n\nQuiet houses"
    assert headed.quotes(body_sentences(headed.text)[0])[0].field == "title"


def test_plain_text_has_no_quotes():
    text = "It is small. It is fast."
    assert Headed(text=text).quotes(sentences(text)[0]) == []
