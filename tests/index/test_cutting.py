"""An index that was changed step by step is the one that its last step would make, and untouched works are not cut."""

from __future__ import annotations

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.index.rows import COLUMNS
from rag.index.store import Store
from rag.index.vectors import Vectors
from rag.schema import Chunk, Work
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import SmallCorpus, corpus, ingest, many, paper


def opened(home: Path, *, chunk_words: int = 180) -> Store:
    return Store.open(home, "hashing", chunk_words=chunk_words, scan_rows=0)


def held(home: Path) -> dict[str, Any]:
    """All that the catalog's tables say, the ids of Chroma's living vectors, and what two searches rank."""
    with closing(sqlite3.connect(home / "catalog.sqlite")) as connection:
        tables: dict[str, Any] = {
            table: sorted(connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall())
            for table, columns in COLUMNS.items()
            if table != "aliases"
        }
        tables["vectors"] = sorted(connection.execute("SELECT id, vector FROM chunks").fetchall())
        tables["facets"] = sorted(
            connection.execute("SELECT kind, value, key FROM facets JOIN works ON works.n = facets.work").fetchall()
        )
    with opened(home) as store, store.reading() as snapshot:
        tables["digest"] = snapshot.digest
        tables["lexical"] = snapshot.lexical("study tool3 words", 50)
        vector = HashingEmbedder().embed(["study tool3 words"])[0]
        tables["dense"] = snapshot.dense(vector, 50)
    vectors = Vectors.open(home / "chroma", "hashing")
    tables["lost"] = {id for id, _ in tables["vectors"]} - vectors.ids()
    vectors.close()
    return tables


def steps_and_last(folder: Path, steps: Sequence[SmallCorpus]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an index holds after all steps, and one that only had the last."""
    for home, taken in (("steps", steps), ("last", steps[-1:])):
        with opened(folder / home) as store:
            for step in taken:
                ingest(store, step, HashingEmbedder())
    return held(folder / "steps"), held(folder / "last")


WORDS = ("The same words.", "Other words.", "")

papers = st.lists(
    st.tuples(
        st.integers(0, 5),  # the work
        st.sampled_from(["Paper A", "Paper B"]),  # works of one title and one text share their chunk
        st.sampled_from(WORDS),
        st.sampled_from([(), ("Ada Moss",)]),
    ),
    max_size=7,
)


def small(drawn: Sequence[tuple[int, str, str, tuple[str, ...]]]) -> SmallCorpus:
    return corpus(
        *(
            paper(ordinal, text, key=f"work-{key}", title=title, authors=authors)
            for ordinal, (key, title, text, authors) in enumerate(drawn)
        )
    )


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(papers, min_size=2, max_size=4))
def test_a_changed_index_holds_what_a_fresh_one_would(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        changed, fresh = steps_and_last(Path(folder), [small(step) for step in steps])
    assert changed == fresh


def test_growing_shrinking_and_moving_come_to_the_same(tmp_path: Path) -> None:
    rng = random.Random(3)
    all_papers = [record for work in many(40).works for record in work.records]
    steps = []
    for _ in range(4):
        chosen = rng.sample(all_papers, 30)
        steps.append(corpus(*(paper(n, r.abstract, key=r.key, title=r.title) for n, r in enumerate(chosen))))
    changed, fresh = steps_and_last(tmp_path, steps)
    assert changed == fresh


def test_a_chunk_of_two_works_is_the_first_ones_and_stays_when_that_goes(tmp_path: Path) -> None:
    one, other = paper(0, "The same words.", title="One"), paper(1, "The same words.", title="One")
    apart = paper(2, "Far from these.")
    for steps in (
        (corpus(one, other), corpus(other, apart)),
        (corpus(other, apart), corpus(one, other, apart)),
        (corpus(one, other), corpus(one, other, apart), corpus(other, apart), corpus(one, other)),
    ):
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            changed, fresh = steps_and_last(Path(folder), steps)
        assert changed == fresh


class CountingCut:
    """Cuts as the corpus does, and keeps which works."""

    def __init__(self, corpus: SmallCorpus) -> None:
        self.works: list[str] = []
        self._corpus = corpus

    def __call__(self, work: Work) -> list[Chunk]:
        self.works.append(work.key)
        return self._corpus.cut(work)


def cut_by(store: Store, given: SmallCorpus) -> list[str]:
    """The works that an ingest cut."""
    cut = CountingCut(given)
    with store.writing() as writer:
        writer.replace(given.pages, given.works, {}, cut, HashingEmbedder().embed)
    return cut.works


def test_only_works_that_came_or_changed_are_cut(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        assert len(cut_by(store, many(12))) == 12
        assert cut_by(store, many(12)) == []
        assert cut_by(store, many(14)) == ["work-12", "work-13"]
        records = [record for work in many(14).works for record in work.records]
        records[5] = paper(5, "Now it is about whales.")
        assert cut_by(store, corpus(*records)) == ["work-5"]
        assert cut_by(store, corpus(*records).without("work-3")) == []


def test_another_chunk_size_cuts_every_work(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ingest(store, many(6), HashingEmbedder())
    with opened(tmp_path, chunk_words=90) as store:
        assert len(cut_by(store, many(7))) == 7


def test_a_chunk_that_names_another_work_is_refused(tmp_path: Path) -> None:
    given = many(2)
    with opened(tmp_path) as store, pytest.raises(ValueError, match="no work"), store.writing() as writer:
        writer.replace(given.pages, given.works, {}, lambda _work: given.chunks, HashingEmbedder().embed)


def test_vectors_that_chroma_lost_come_back_from_the_catalog_without_cutting(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        ingest(store, many(12), HashingEmbedder())
        shutil.rmtree(tmp_path / "chroma")
        assert cut_by(store, many(13)) == ["work-12"]
    assert held(tmp_path)["lost"] == set()
