"""The catalog and Chroma together, on disk."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    IndexStaleError,
    IndexUnusableError,
    UnknownKeyError,
)
from rag.index.store import Store
from rag.index.vectors import Vectors
from rag.schema import Limits
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import SmallCorpus, corpus, id_of, ingest, many, page, paper


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Asks Chroma whatever the size, as a large index would."""
    with Store.open(tmp_path / "home", "hashing", chunk_words=180, scan_rows=0) as opened:
        yield opened


def vectors_held(home: Path) -> set[str]:
    vectors = Vectors.open(home / "chroma", "hashing")
    ids = vectors.ids()
    vectors.close()
    return ids


def query(text: str) -> NDArray[np.float32]:
    return HashingEmbedder().embed([text])[0]


def nearest(store: Store, text: str) -> str:
    with store.reading() as snapshot:
        (id,) = snapshot.dense(query(text), 1)
        return snapshot.passages([id])[id][0].key


def interrupted(store: Store, given: SmallCorpus, embedder: HashingEmbedder) -> None:
    """An ingest that is stopped just before its commit."""
    with store.writing() as writer:
        writer.replace(given.pages, given.works, {}, given.cut, embedder.embed)
        raise KeyboardInterrupt


# --- Writing ---------------------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing_and_embeds_nothing(store: Store, embedder: HashingEmbedder) -> None:
    assert ingest(store, many(12), embedder)
    with store.reading() as snapshot:
        before = (snapshot.generation, snapshot.digest, snapshot.counts)
    assert not ingest(store, many(12), embedder)
    with store.reading() as snapshot:
        assert (snapshot.generation, snapshot.digest, snapshot.counts) == before
    assert len(embedder.embedded) == 12


def test_a_changed_paper_is_replaced_and_only_its_text_is_embedded(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(12), embedder)
    records = [record for work in many(12).works for record in work.records]
    records[5] = paper(5, "Now it is about whales.")
    assert ingest(store, corpus(*records), embedder)
    assert len(embedder.embedded) == 13
    with store.reading() as snapshot:
        assert snapshot.generation == 2
        assert snapshot.lexical("topic5", 5) == {}
        assert len(snapshot.lexical("whales", 5)) == 1
        assert snapshot.work("work-5").records[0].abstract == "Now it is about whales."
    assert nearest(store, corpus(*records).chunks[5].embedded_text) == "work-5"


def test_a_paper_that_is_gone_is_found_by_nothing(store: Store, embedder: HashingEmbedder) -> None:
    given = many(12)
    ingest(store, given, embedder)
    ingest(store, given.without("work-5"), embedder)
    gone = id_of(given, "work-5")
    with store.reading() as snapshot:
        assert snapshot.counts.works == snapshot.counts.chunks == snapshot.counts.records == 11
        assert snapshot.lexical("topic5", 5) == {}
        assert gone not in snapshot.dense(query(given.chunks[5].embedded_text), 12)
        assert snapshot.cosines(query("x"), [gone]) == snapshot.passages([gone]) == {}
        with pytest.raises(UnknownKeyError):
            snapshot.work("work-5")


def test_dead_vectors_stay_for_one_generation_and_are_swept_at_the_next_ingest(
    store: Store, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    given = many(12)
    ingest(store, given, embedder)
    ingest(store, given.without("work-5"), embedder)
    assert len(vectors_held(tmp_path / "home")) == 12
    ingest(store, given.without("work-5"), embedder)
    assert len(vectors_held(tmp_path / "home")) == 11


def test_an_untouched_row_is_not_written_again(store: Store, embedder: HashingEmbedder, tmp_path: Path) -> None:
    ingest(store, many(12), embedder)
    connection = sqlite3.connect(tmp_path / "home" / "catalog.sqlite")
    for table in ("chunks", "records", "works", "pages"):
        for event in ("INSERT", "UPDATE", "DELETE"):
            connection.execute(f"CREATE TABLE IF NOT EXISTS touched_{table} (event TEXT)")
            connection.execute(
                f"CREATE TRIGGER {table}_{event} AFTER {event} ON {table}"
                f" BEGIN INSERT INTO touched_{table} VALUES ('{event}'); END"
            )
    connection.commit()
    records = [record for work in many(12).works for record in work.records]
    ingest(store, corpus(*records[:-1], paper(40, "New.")), embedder)
    for table, events in (("chunks", 2), ("records", 2), ("pages", 0)):
        assert connection.execute(f"SELECT count(*) FROM touched_{table}").fetchone() == (events,)
    assert connection.execute("SELECT count(*) FROM touched_works").fetchone() == (3,)  # and the new one's dates
    connection.close()


def test_a_chunk_that_moved_to_another_page_keeps_its_vector(
    store: Store, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    ingest(store, corpus(paper(0, "Moss.")), embedder)
    moved = corpus(paper(3, "Moss.", source="other.txt", key="work-0", title="Paper 0"))
    ingest(store, moved, embedder)
    assert len(embedder.embedded) == 1
    with store.reading() as snapshot:
        (found,) = snapshot.passages([moved.chunks[0].id]).values()
        assert found[0].origin.source == "other.txt"
    vectors = Vectors.open(tmp_path / "home" / "chroma", "hashing")
    (metadata,) = vectors._collection.get(include=["metadatas"])["metadatas"]
    vectors.close()
    assert metadata["source"] == "other.txt"


def test_nothing_stays_when_the_block_raises_but_the_vectors_are_not_made_twice(
    store: Store, embedder: HashingEmbedder
) -> None:
    ingest(store, many(3), embedder)
    given = many(9)
    with pytest.raises(KeyboardInterrupt):
        interrupted(store, given, embedder)
    with store.reading() as snapshot:
        assert (snapshot.generation, snapshot.counts.works) == (1, 3)
    ingest(store, given, embedder)
    assert len(embedder.embedded) == 9
    assert nearest(store, given.chunks[7].embedded_text) == "work-7"


def test_everything_may_be_forgotten(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(3), embedder)
    ingest(store, SmallCorpus((), (), ()), embedder)
    with store.reading() as snapshot:
        assert snapshot.counts.files == snapshot.counts.chunks == 0
        assert snapshot.works() == snapshot.records() == snapshot.pages() == []
        assert snapshot.lexical("topic1", 5) == snapshot.dense(query("topic1"), 5) == {}
        assert snapshot.document_frequency(["topic1"]) == {"topic1": 0.0}


def test_the_same_pages_have_the_same_digest_in_two_homes_however_they_got_there(tmp_path: Path) -> None:
    digests, rankings = set(), set()
    for home, steps in (("a", (many(9),)), ("b", (many(4), many(12), many(9)))):
        with Store.open(tmp_path / home, "hashing", chunk_words=180) as store:
            for step in steps:
                ingest(store, step, HashingEmbedder())
            with store.reading() as snapshot:
                digests.add(snapshot.digest)
                rankings.add((*snapshot.lexical("tool3 study", 9).items(), *snapshot.dense(query("tool3"), 9).items()))
    assert len(digests) == len(rankings) == 1


def test_the_writer_sees_what_was_committed_last(store: Store, embedder: HashingEmbedder) -> None:
    with store.writing() as writer:
        assert writer.pages() == writer.records() == []
        assert writer.aliases() == {}
    given = many(3)
    ingest(store, given, embedder, {"old-key": "work-1"})
    with store.writing() as writer:
        assert tuple(writer.pages()) == given.pages
        assert writer.records() == [work.records[0] for work in given.works]
        assert writer.aliases() == {"old-key": "work-1"}


def test_progress_counts_the_texts_that_are_embedded(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(10), embedder)
    given, seen = many(150), []
    with store.writing() as writer:
        writer.replace(given.pages, given.works, {}, given.cut, embedder.embed, lambda *step: seen.append(step))
    assert seen == [(64, 140), (128, 140), (140, 140)]


@pytest.mark.slow  # it waits for the lock
def test_a_second_writer_is_told_that_the_index_is_busy_while_readers_go_on(
    store: Store, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    ingest(store, many(3), embedder)
    with store.writing(), Store.open(tmp_path / "home", "hashing", chunk_words=180) as other:
        with pytest.raises(IndexBusyError) as caught, other.writing():
            pass
        assert caught.value.hint
        with other.reading() as snapshot:
            assert snapshot.counts.works == 3


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_a_key_that_was_merged_away_still_names_its_work(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(3), embedder, {"former-2": "work-2"})
    with store.reading() as snapshot:
        assert snapshot.work("former-2") == snapshot.work("work-2")
        with pytest.raises(UnknownKeyError) as caught:
            snapshot.work("wrok-2")
        assert "work-2" in caught.value.hint


def test_a_reader_sees_one_generation_from_start_to_end(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(5), embedder)
    with store.reading() as snapshot:
        ingest(store, many(9), embedder)
        ingest(store, many(2), embedder)
        assert snapshot.generation == 1
        assert len(snapshot.works()) == snapshot.counts.works == 5
        assert len(snapshot.dense(query("topic4"), 10)) == 5
        assert len(snapshot.lexical("study", 10)) == 5
    with store.reading() as snapshot:
        assert (snapshot.generation, len(snapshot.dense(query("topic4"), 10))) == (3, 2)


def test_chroma_and_a_scan_of_the_catalog_rank_alike(tmp_path: Path, embedder: HashingEmbedder) -> None:
    given = many(200)
    with Store.open(tmp_path, "hashing", chunk_words=180) as scanning:
        ingest(scanning, given, embedder)
        with Store.open(tmp_path, "hashing", chunk_words=180, scan_rows=0) as asking:
            within = frozenset(chunk.id for chunk in given.chunks[::2])
            for n in range(0, 200, 40):
                vector = query(given.chunks[n].embedded_text)
                with scanning.reading() as exact, asking.reading() as by_chroma:
                    for among in (None, within):
                        wanted, found = exact.dense(vector, 20, among), by_chroma.dense(vector, 20, among)
                        assert list(wanted.values()) == pytest.approx(list(found.values()), abs=1e-6)
                        assert next(iter(wanted)) == next(iter(found)) == given.chunks[n].id
                    assert found == by_chroma.cosines(vector, found)
            assert asking._vectors._opened is not None
            assert asking._vectors._opened.vectors is not None


def test_orphans_do_not_crowd_out_hits(store: Store, embedder: HashingEmbedder) -> None:
    twins = corpus(*(paper(n, "A study of whales and their songs.", title=f"Whale {n}") for n in range(60)))
    given = corpus(paper(99, "Whales."), paper(98, "Moss."))
    ingest(store, given, embedder)
    with pytest.raises(KeyboardInterrupt):
        interrupted(store, twins, embedder)
    with store.reading() as snapshot:
        found = snapshot.dense(query("A study of whales and their songs."), 2)
        assert set(found) == {chunk.id for chunk in given.chunks}


def test_several_threads_may_read_at_once_while_another_writes(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(30), embedder)
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for n in range(15):
                with store.reading() as snapshot:
                    works = snapshot.counts.works
                    assert len(snapshot.dense(query(f"topic{n}"), 50)) == works
                    assert len(snapshot.lexical("study", 50)) == works
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for count in (31, 20, 40):
        ingest(store, many(count), embedder)
    for thread in threads:
        thread.join()
    assert failures == []


# --- What can be wrong -----------------------------------------------------------------------------------------------


def test_reading_before_anything_was_ingested_says_what_to_run(store: Store, tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError) as caught, store.reading():
        pass
    assert "rag ingest" in caught.value.hint
    assert not (tmp_path / "home").exists()
    with store.writing():
        pass
    with pytest.raises(IndexMissingError), store.reading():
        pass


def test_a_home_that_cannot_be_looked_into_is_not_called_empty(tmp_path: Path) -> None:
    beyond = Store.open(tmp_path / ("long" * 100), "hashing", chunk_words=180)
    with pytest.raises(IndexUnusableError) as caught, beyond.reading():
        pass
    assert not isinstance(caught.value, IndexMissingError)
    assert caught.value.hint


@pytest.mark.parametrize(("embedder", "chunk_words"), [("another", 180), ("hashing", 90)])
def test_an_index_made_with_other_settings_is_stale_until_the_next_ingest(
    store: Store, tmp_path: Path, embedder: str, chunk_words: int
) -> None:
    ingest(store, many(6), HashingEmbedder())
    with Store.open(tmp_path / "home", embedder, chunk_words=chunk_words, scan_rows=0) as other:
        with pytest.raises(IndexStaleError) as caught, other.reading():
            pass
        assert "rag ingest" in caught.value.hint
        assert ingest(other, many(6), HashingEmbedder())
        assert nearest(other, many(6).chunks[4].embedded_text) == "work-4"
    with pytest.raises(IndexStaleError), store.reading():
        pass


def test_a_new_embedder_embeds_everything_and_the_old_one_answers_until_the_commit(
    store: Store, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    given = many(6)
    ingest(store, given, embedder)
    turned = HashingEmbedder("turned")

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return -turned.embed(texts)

    with Store.open(tmp_path / "home", "turned", chunk_words=180, scan_rows=0) as other:
        with other.writing() as writer:
            writer.replace(given.pages, given.works, {}, given.cut, embed)
            assert nearest(store, given.chunks[2].embedded_text) == "work-2"
        assert len(turned.embedded) == 6
        with other.reading() as snapshot:
            vector = query(given.chunks[2].embedded_text)
            assert snapshot.cosines(vector, [given.chunks[2].id])[given.chunks[2].id] == pytest.approx(-1)
            assert next(iter(snapshot.dense(-vector, 1))) == given.chunks[2].id


def test_vectors_of_another_width_under_the_same_name_are_refused(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, many(3), embedder)
    given = many(4)
    with pytest.raises(IndexStaleError), store.writing() as writer:
        writer.replace(given.pages, given.works, {}, given.cut, lambda texts: embedder.embed(texts)[:, :32])
    with store.reading() as snapshot:
        assert snapshot.counts.works == 3
        with pytest.raises(IndexStaleError):
            snapshot.dense(query("x")[:32], 3)


def test_a_format_of_another_version_is_stale_and_the_next_ingest_starts_anew(
    store: Store, embedder: HashingEmbedder, tmp_path: Path
) -> None:
    ingest(store, many(6), embedder)
    connection = sqlite3.connect(tmp_path / "home" / "catalog.sqlite")
    connection.execute("UPDATE state SET value = '0' WHERE name = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(IndexStaleError), store.reading():
        pass
    with store.writing() as writer:
        assert writer.pages() == []
    ingest(store, many(4), embedder)
    assert len(embedder.embedded) == 6
    with store.reading() as snapshot:
        assert snapshot.counts.works == 4


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000])
def test_a_damaged_catalog_says_so_and_ingesting_after_moving_it_embeds_nothing(
    store: Store, embedder: HashingEmbedder, tmp_path: Path, content: bytes
) -> None:
    ingest(store, many(6), embedder)
    catalog = tmp_path / "home" / "catalog.sqlite"
    for leftover in tmp_path.glob("home/catalog.sqlite-*"):
        leftover.unlink()
    catalog.write_bytes(content)
    for opening in (store.reading, store.writing):
        with pytest.raises(IndexDamagedError) as caught, opening():
            pass
        assert str(catalog) in caught.value.hint
    catalog.unlink()
    ingest(store, many(6), embedder)
    assert len(embedder.embedded) == 6


def _delete(chroma: Path) -> None:
    shutil.rmtree(chroma)


def _overwrite(chroma: Path) -> None:
    (chroma / "chroma.sqlite3").write_bytes(b"junk" * 5000)


def _replace_by_a_file(chroma: Path) -> None:
    shutil.rmtree(chroma)
    chroma.write_text("not a folder")


@pytest.mark.parametrize("harm", [_delete, _overwrite, _replace_by_a_file])
def test_without_chroma_the_catalog_answers_and_the_next_ingest_refills_it_without_embedding(
    store: Store, embedder: HashingEmbedder, tmp_path: Path, harm: object
) -> None:
    given = many(20)
    ingest(store, given, embedder)
    assert callable(harm)
    harm(tmp_path / "home" / "chroma")
    assert nearest(store, given.chunks[7].embedded_text) == "work-7"
    assert not ingest(store, given, embedder)
    assert len(embedder.embedded) == 20
    assert vectors_held(tmp_path / "home") == {chunk.id for chunk in given.chunks}
    assert nearest(store, given.chunks[7].embedded_text) == "work-7"


def test_a_home_that_cannot_be_one_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Store.open(tmp_path / "file", "hashing", chunk_words=180) as store:
        with pytest.raises(IndexMissingError), store.reading():
            pass
        with pytest.raises(IndexUnusableError) as caught, store.writing():
            pass
        assert caught.value.hint


def test_limits_that_nothing_meets_find_nothing(store: Store, embedder: HashingEmbedder) -> None:
    ingest(store, corpus(paper(0, "Moss."), pages=[page()]), embedder)
    with store.reading() as snapshot:
        ids = snapshot.chunk_ids(Limits(authors=("Nobody",)))
        assert ids == frozenset()
        assert snapshot.dense(query("moss"), 5, ids) == snapshot.lexical("moss", 5, ids) == {}
        assert snapshot.dense(query("moss"), 0) == snapshot.lexical("moss", 0) == {}
