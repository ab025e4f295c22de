"""Chunks: exact slices, nothing lost, ids that only content decides."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.chunking import chunk, sentences
from rag.corpus.works import group
from rag.schema import Chunk, Origin, PartialDate, Record, Work

SENTENCE = "The gripper folds one sheet, turns it over, and folds it again. "
LONG = " ".join(f"Sheet {i} is folded twice, e.g. along its edge of 2.5 cm; then it rests." for i in range(60))


def record(place: int = 0, **fields: Any) -> Record:
    return Record(origin=Origin("page.txt", place), **fields)


def one_work(*records: Record) -> Work:
    [work] = group(records).works
    return work


def spaceless(text: str) -> str:
    return "".join(text.split())


def check(work: Work, chunks: list[Chunk]) -> None:
    """Every chunk is what its span covers; those of a field follow each other and leave nothing out."""
    by_origin = {r.origin: r for r in work.records}
    for origin in {c.origin for c in chunks}:
        own = [c for c in chunks if c.origin == origin]
        [field] = {c.field for c in own}
        text = by_origin[origin].text_of(field)
        assert all(c.span.of(text) == c.text == c.text.strip() for c in own)
        assert all(one.span.end <= other.span.start for one, other in pairwise(own))
        assert "".join(spaceless(c.text) for c in own) == spaceless(text)


def test_an_abstract_that_fits_is_one_chunk_under_title_authors_and_date():
    work = one_work(
        record(
            title="Small Folds", authors=("Ada Bergström", "Bo Li"), abstract=SENTENCE, published=PartialDate(year=2024)
        )
    )
    [only] = chunk(work)
    assert (only.text, only.header) == (SENTENCE.strip(), "Small Folds · Ada Bergström, Bo Li · 2024")
    assert (only.key, only.field, only.origin) == (work.key, "abstract", Origin("page.txt", 0))


def test_what_is_missing_is_left_out_of_the_header():
    [only] = chunk(one_work(record(abstract=SENTENCE)))
    assert (only.header, only.embedded_text) == ("", SENTENCE.strip())


def test_a_long_abstract_is_cut_between_sentences_into_chunks_of_at_most_so_many_words():
    work = one_work(record(title="Small Folds", abstract=LONG))
    chunks = chunk(work, chunk_words=50)
    check(work, chunks)
    assert all(30 <= len(c.text.split()) <= 50 for c in chunks)
    assert [sentence.of(LONG) for sentence in sentences(LONG)] == [
        sentence.of(c.text) for c in chunks for sentence in sentences(c.text)
    ]


def test_paragraphs_stay_together_while_they_fit():
    work = one_work(record(abstract=f"{SENTENCE * 2}\n\n{SENTENCE * 2}".strip()))
    assert [c.text.count("gripper") for c in chunk(work, chunk_words=30)] == [2, 2]


def test_scripts_without_spaces_are_cut_too():
    work = one_work(record(abstract="紙を折る機械は紙を折る。" * 60))
    chunks = chunk(work, chunk_words=100)
    check(work, chunks)
    assert max(len(c.text) for c in chunks) <= 110


def test_a_work_without_an_abstract_is_found_by_its_title():
    work = one_work(record(0, title="Small Folds of Large Sheets"), record(1, title="Small Folds of Large Sheets"))
    assert [(c.field, c.text, c.origin.ordinal) for c in chunk(work)] == [("title", "Small Folds of Large Sheets", 0)]


def test_a_work_that_says_nothing_has_no_chunks():
    assert chunk(one_work(record(authors=("Ada Bergström",), abstract=" "))) == []


def test_a_text_that_stands_on_two_records_is_chunked_once_and_a_different_one_too():
    title, people = "Small Folds of Large Sheets", ("Ada Bergström",)
    work = one_work(
        record(0, title=title, authors=people, abstract=LONG),
        record(1, title=title, authors=people, abstract=LONG.upper()),
        record(2, title=title, authors=people, abstract=SENTENCE),
    )
    chunks = chunk(work)
    check(work, chunks)
    assert {c.origin.ordinal for c in chunks} == {0, 2}


def test_chunk_ids_do_not_depend_on_page_place_or_key():
    fields = {"title": "Small Folds of Large Sheets", "abstract": LONG}
    here = one_work(record(0, **fields))
    there = one_work(Record(origin=Origin("other.txt", 7), key="another-key", **fields))
    assert [c.id for c in chunk(here)] == [c.id for c in chunk(there)]


def test_the_same_words_twice_in_a_work_get_two_ids():
    chunks = chunk(one_work(record(abstract=SENTENCE * 8)), chunk_words=12)
    assert len({c.text for c in chunks}) == 1
    assert len({c.id for c in chunks}) == len(chunks) == 8


def test_works_without_titles_that_share_a_chunk_get_different_ids():
    works = group([record(0, abstract=f"{LONG} One."), record(1, abstract=f"{LONG} Two.")]).works
    chunks = [c for work in works for c in chunk(work)]
    assert len({c.text for c in chunks}) < len({c.id for c in chunks}) == len(chunks)


def test_works_of_the_same_uninformative_title_get_different_ids():
    works = group([record(place, title="Introduction") for place in range(3)]).works
    assert len({c.id for work in works for c in chunk(work)}) == 3


texts = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from([SENTENCE, "a,,b;; c:: ", "x" * 90, "折る。", "\n\n", "\n", " ", "e.g. ", "\u00a0", "$a. B$ "]),
        max_size=25,
    ).map("".join),
)


@given(texts, st.integers(1, 40))
def test_chunks_are_exact_slices_that_leave_nothing_out(text: str, chunk_words: int):
    work = Work(key="k", records=(record(title="Small Folds", abstract=text),))
    check(work, chunk(work, chunk_words=chunk_words))


@given(st.lists(st.tuples(st.sampled_from([None, "Introduction", "Small Folds of Large Sheets"]), texts), max_size=6))
def test_no_two_chunks_of_an_index_share_an_id(pairs: list[tuple[str | None, str]]):
    works = group([record(i, title=title, abstract=text) for i, (title, text) in enumerate(pairs)]).works
    ids = [c.id for work in works for c in chunk(work, chunk_words=20)]
    assert len(set(ids)) == len(ids)


def test_a_text_that_fits_one_chunk_does_not_pay_for_llama_index():
    script = (
        "import sys; from rag.corpus.chunking import chunk; from rag.schema import *;"
        "chunk(Work(key='k', records=(Record(origin=Origin('p', 0), abstract='It folds.'),)));"
        "print('llama_index' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False\n"
    )
