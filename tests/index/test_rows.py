"""What is read equals what was given."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.rows import Row, chunk_row, digest_of, rows_of
from rag.index.store import Store
from rag.schema import Chunk, Conflict, Origin, PartialDate, Record, Span, Work
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import SmallCorpus, corpus, ingest, many, page, paper

texts = st.text(max_size=40)
several = st.lists(texts, max_size=3).map(tuple)
dates = st.dates().flatmap(
    lambda day: st.sampled_from(
        [
            PartialDate(year=day.year),
            PartialDate(year=day.year, month=day.month),
            PartialDate(year=day.year, month=day.month, day=day.day),
        ]
    )
)
said = st.fixed_dictionaries(
    {
        "title": st.none() | texts,
        "url": st.none() | texts,
        "doi": st.none() | texts,
        "arxiv_id": st.none() | texts,
        "authors": several,
        "affiliations": several,
        "labels": several,
        "et_al": st.booleans(),
        "published": st.none() | dates,
        "category": st.none() | texts,
        "session": st.none() | texts,
        "has_code": st.none() | st.just(True),
        "score": st.none() | st.floats(allow_nan=False),
        "abstract": texts,
        "confidence": st.floats(0, 1),
    }
)


@st.composite
def corpora(draw: st.DrawFn) -> SmallCorpus:
    groups = draw(st.lists(st.lists(said, min_size=1, max_size=3), max_size=4))
    works, chunks, ordinal = [], [], 0
    for n, group in enumerate(groups):
        origins = [Origin("page.txt", ordinal + place) for place in range(len(group))]
        ordinal += len(group)
        records = tuple(Record(origin=o, key=f"k{n}", **f) for o, f in zip(origins, group, strict=True))
        conflict = Conflict(field=draw(texts), values=tuple((o, draw(texts)) for o in origins))
        works.append(Work(key=f"k{n}", records=records, conflicts=draw(st.sampled_from([(), (conflict,)]))))
        start, text = draw(st.integers(0, 10**6)), draw(st.text(min_size=1, max_size=60))
        span, header = Span(start, start + len(text)), draw(texts)
        chunks.append(
            Chunk(id=f"c{n}", key=f"k{n}", origin=origins[0], field="abstract", span=span, text=text, header=header)
        )
    the_page = page("page.txt", warnings=draw(several), name=draw(st.none() | texts), confidence=draw(st.floats(0, 1)))
    return SmallCorpus((the_page,), tuple(works), tuple(chunks))


@settings(max_examples=25, deadline=None)
@given(stored=corpora())
def test_every_page_record_work_and_chunk_given_comes_back_equal(stored: SmallCorpus) -> None:
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home), "hashing", chunk_words=180) as store:
        ingest(store, stored, HashingEmbedder(), {"former": "k0"})
        with store.reading() as snapshot:
            assert tuple(snapshot.pages()) == stored.pages
            assert tuple(snapshot.works()) == stored.works
            assert snapshot.records() == [record for work in stored.works for record in work.records]
            found = snapshot.passages([chunk.id for chunk in stored.chunks])
            assert [chunk for chunk, _ in found.values()] == list(stored.chunks)
            assert [work for _, work in found.values()] == list(stored.works)
        with store.writing() as writer:
            assert writer.aliases() == {"former": "k0"}
        assert not ingest(store, stored, HashingEmbedder(), {"former": "k0"})


def test_the_digest_depends_on_what_is_indexed_not_on_order_or_paths() -> None:
    def digest(given: SmallCorpus, embedder: str = "a", chunk_words: int = 180) -> str:
        rows = rows_of(given.pages, given.works, {})
        rows["chunks"] = {(chunk.id,): chunk_row(chunk, work) for work in given.works for chunk in given.cut(work)}

        def sorted_rows(table: str) -> list[Row]:
            return [rows[table][key] for key in sorted(rows[table])]

        return digest_of(sorted_rows, embedder=embedder, chunk_words=chunk_words)

    given = many(3)
    shuffled = SmallCorpus((page(path="/elsewhere"),), given.works[::-1], given.chunks[::-1])
    assert digest(given) == digest(shuffled)
    changed = [many(4), given.without("work-1"), SmallCorpus((page(digest="d2"),), given.works, given.chunks)]
    changed.append(SmallCorpus((page(name="A name"),), given.works, given.chunks))
    digests = {digest(given), *map(digest, changed), digest(given, embedder="b"), digest(given, chunk_words=90)}
    assert len(digests) == 7


def test_what_does_not_fit_together_is_refused() -> None:
    given = many(2)
    for pages, works in (
        ((), given.works),
        (given.pages * 2, given.works),
        (given.pages, given.works + given.works[:1]),
        (given.pages, corpus(paper(0), paper(0, key="other")).works),
    ):
        with pytest.raises(ValueError, match=r"page|work"):
            rows_of(pages, works, {})
