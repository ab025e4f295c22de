"""Kills, and two processes at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rag.index.store import Store
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import id_of, ingest, many

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

INGEST_AND_DIE = """
import os, signal, sys
from pathlib import Path
from rag.index.store import Store
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import many

home, moment = Path(sys.argv[1]), sys.argv[2]
embedder, batches = HashingEmbedder(), 0

def die_at(here):
    if here == moment:
        os.kill(os.getpid(), signal.SIGKILL)

def embed(texts):
    global batches
    batches += 1
    if batches == 2:
        die_at("while embedding")
    return embedder.embed(texts)

given = many(100)
with Store.open(home, "hashing", chunk_words=180, scan_rows=0) as store:
    with store.writing() as writer:
        writer.replace(given.pages[:1], given.works[10:], {}, given.cut, embed)
        die_at("before the commit")
    die_at("after the commit")
"""
"""Papers 10 to 99 in place of what was there; embeds in batches of 64."""

INGEST_TWENTY_TIMES = """
import sys
from pathlib import Path
from rag.index.store import Store
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import ingest, many

with Store.open(Path(sys.argv[1]), "hashing", chunk_words=180, scan_rows=0) as store:
    for n in range(20):
        ingest(store, many(20 + n % 5), HashingEmbedder())
"""


def run(script: str, home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, str(home), *arguments], cwd=ROOT, env=dict(os.environ))


@pytest.mark.parametrize(
    ("moment", "generation", "works", "embedded_again"),
    [
        ("while embedding", 1, 20, 90 - 10 - 64),  # 10 stand, the first batch of 64 was kept by Chroma
        ("before the commit", 1, 20, 0),
        ("after the commit", 2, 90, 0),
    ],
)
def test_a_process_killed_leaves_the_old_or_the_new_index_whole(
    tmp_path: Path, moment: str, generation: int, works: int, embedded_again: int
) -> None:
    before, after = many(20), many(100)
    home = tmp_path / "home"
    with Store.open(home, "hashing", chunk_words=180, scan_rows=0) as store:
        ingest(store, before, HashingEmbedder())
    assert run(INGEST_AND_DIE, home, moment).wait(60) == -signal.SIGKILL

    for n in range(10):
        after = after.without(f"work-{n}")
    embedder = HashingEmbedder()
    with Store.open(home, "hashing", chunk_words=180, scan_rows=0) as store:
        with store.reading() as snapshot:
            assert (snapshot.generation, snapshot.counts.works, snapshot.counts.chunks) == (generation, works, works)
            assert len(snapshot.lexical("study", 200)) == len(snapshot.works()) == works
            vector = embedder.embed([after.chunks[3].embedded_text])[0]
            assert next(iter(snapshot.dense(vector, 1))) == id_of(after, "work-13")
            assert len(snapshot.dense(vector, 200)) == works
        embedder.embedded.clear()
        assert ingest(store, after, embedder) is (generation == 1)
        assert len(embedder.embedded) == embedded_again
        with store.reading() as snapshot, Store.open(tmp_path / "fresh", "hashing", chunk_words=180) as fresh:
            ingest(fresh, after, HashingEmbedder())
            with fresh.reading() as wanted:
                assert snapshot.digest == wanted.digest
                assert snapshot.dense(vector, 90) == wanted.dense(vector, 90)
                assert snapshot.lexical("topic42 study", 90) == wanted.lexical("topic42 study", 90)


def test_a_first_ingest_that_is_killed_leaves_no_index_and_loses_no_vector(tmp_path: Path) -> None:
    from rag.errors import IndexMissingError

    assert run(INGEST_AND_DIE, tmp_path, "before the commit").wait(60) == -signal.SIGKILL
    embedder = HashingEmbedder()
    with Store.open(tmp_path, "hashing", chunk_words=180) as store:
        with pytest.raises(IndexMissingError), store.reading():
            pass
        ingest(store, many(100), embedder)
        assert len(embedder.embedded) == 10


@pytest.mark.parametrize("scan_rows", [0, 5000])
def test_one_process_answers_in_a_loop_while_another_ingests_twenty_times(tmp_path: Path, scan_rows: int) -> None:
    with Store.open(tmp_path, "hashing", chunk_words=180, scan_rows=scan_rows) as store:
        ingest(store, many(24), HashingEmbedder())
        vector = HashingEmbedder().embed([many(24).chunks[5].embedded_text])[0]
        wanted = id_of(many(24), "work-5")
        seen: set[int] = set()
        chroma = (tmp_path / "chroma").stat().st_ino
        ingesting = run(INGEST_TWENTY_TIMES, tmp_path)
        while (done := ingesting.poll()) is None:
            with store.reading() as snapshot:
                works = snapshot.counts.works
                assert works == snapshot.counts.chunks == snapshot.counts.records
                assert next(iter(snapshot.dense(vector, 3))) == wanted
                assert len(snapshot.dense(vector, 50)) == len(snapshot.lexical("study", 50)) == works
                assert len(snapshot.works()) == works
                seen.add(snapshot.generation)
        assert done == 0
        with store.reading() as snapshot:
            assert snapshot.generation == 21
        assert len(seen) > 3
        assert (tmp_path / "chroma").stat().st_ino == chroma  # it was never so disturbed that it had to be made anew
