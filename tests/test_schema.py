"""The nouns refuse nonsense when they are made, and derive what they can."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.schema import (
    Answer,
    Citation,
    Claim,
    Coverage,
    Grounding,
    Origin,
    PartialDate,
    Question,
    Quote,
    Receipt,
    Record,
    Source,
    Span,
    Usage,
    Work,
    unbracketed,
)

RECORD = Record(origin=Origin("page.txt", 0), key="k", title="Tiny Nets", abstract="They are fast. They are small.")
WORK = Work(key="k", records=(RECORD,))
QUOTE = Quote(record=RECORD, field="abstract", span=Span(0, 14))
CLAIM = Claim(
    text="They are fast.",
    span=Span(0, 18),
    support=1.0,
    verdict="supported",
    citations=(Citation(n=1, quote=QUOTE),),
)
ANSWER = Answer(
    question=Question(asked="?", text="?"),
    text="They are fast. [1]",
    answerer="extractive",
    coverage=Coverage(exhaustive=False, matched=1, works=1, records=1),
    receipt=Receipt(version="1", index="i", embedder="e", judge="j"),
    seconds=0.1,
    claims=(CLAIM,),
    sources=(Source(n=1, work=WORK),),
)


def test_a_quote_is_the_words_at_its_span_and_cannot_run_past_the_end():
    assert QUOTE.text == "They are fast."
    with pytest.raises(ValueError, match="runs past the end"):
        Quote(record=RECORD, field="title", span=Span(0, 14))


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "They are fast."},  # the mark is gone, so the claim's span runs past the end
        {"text": "They are slow. [1]"},  # no longer the claim's words
        {"sources": ()},
        {"sources": (Source(n=2, work=WORK),)},
        {"sources": (Source(n=1, work=WORK), Source(n=2, work=WORK))},  # one that no claim cites
        {"claims": ()},
        {"reason": "not_stated"},  # declined, and yet with claims
        {"text": " "},
    ],
)
def test_an_answer_whose_parts_do_not_fit_cannot_be_made(wrong):
    with pytest.raises(ValueError, match=r"."):
        replace(ANSWER, **wrong)


def test_a_declined_answer_has_no_grounding_score():
    declined = replace(ANSWER, text="The pages do not say.", reason="not_stated", claims=(), sources=())
    assert declined.declined
    assert declined.to_dict()["grounding"] == {"score": None, "supported": 0, "claims": 0}
    assert Grounding(supported=1, claims=2).score == 0.5


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2)])
def test_a_span_covers_something(start: int, end: int):
    with pytest.raises(ValueError, match="no span"):
        Span(start, end)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-03", date(2024, 2, 3), date(2024, 2, 3)),
    ],
)
def test_a_date_covers_what_its_page_gives_and_prints_as_it_was_read(text: str, first: date, last: date):
    assert PartialDate.parse(text).bounds() == (first, last)
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["2024-2", "24", "2024-02-30", "2024-13", "May 2024"])
def test_what_no_calendar_has_is_no_date(text: str):
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


def test_a_work_takes_the_first_value_the_fullest_authors_and_every_label():
    cut = replace(RECORD, authors=("Ida Norrby",), et_al=True, labels=("oral",), published=PartialDate(year=2024))
    full = replace(
        RECORD,
        origin=Origin("other.txt", 3),
        title="Tiny Networks",
        authors=("Ida Norrby", "Teo Quill"),
        labels=("poster", "oral"),
        published=PartialDate(year=2024, month=5),
    )
    work = Work(key="k", records=(cut, full))
    merged = work.merged()
    assert (merged.title, merged.authors, merged.et_al) == ("Tiny Nets", ("Ida Norrby", "Teo Quill"), False)
    assert (str(merged.published), work.union("labels")) == ("2024-05", ("oral", "poster"))
    assert work.origins == (Origin("page.txt", 0), Origin("other.txt", 3))


def test_usage_adds_up_and_an_unknown_cost_stays_unknown():
    total = Usage(prompt_tokens=1, calls=1) + Usage(prompt_tokens=2, completion_tokens=3, calls=1)
    assert total == Usage(prompt_tokens=3, completion_tokens=3, calls=2, cost=None)


@pytest.mark.parametrize(("text", "shown"), [("as in [3, 4]", "as in (3, 4)"), ("x【1】", "x(1)"), ("[CLS]", "[CLS]")])
def test_bracketed_numbers_of_the_corpus_are_no_marks(text: str, shown: str):
    assert unbracketed(text) == shown
