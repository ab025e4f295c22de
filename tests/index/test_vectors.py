"""Against Chroma itself, on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from rag.index.vectors import SharedVectors, Vectors, VectorsUnusableError, collection_name
from tests.fakes import HashingEmbedder
from tests.index.small_corpus import SmallCorpus, many

EMBEDDER = HashingEmbedder()


def fill(folder: Path, given: SmallCorpus, embedder: str = "hashing") -> None:
    vectors = Vectors.make(folder, embedder)
    vectors.upsert(given.chunks, list(EMBEDDER.embed([chunk.embedded_text for chunk in given.chunks])))
    vectors.close()


def test_vectors_come_back_bit_for_bit(tmp_path: Path) -> None:
    given = many(30)
    fill(tmp_path, given)
    vectors = Vectors.open(tmp_path, "hashing")
    got = vectors.get({chunk.id for chunk in given.chunks} | {"unknown"})
    vectors.close()
    for chunk in given.chunks:
        assert got[chunk.id].dtype == np.float32
        assert (got[chunk.id] == EMBEDDER.embed([chunk.embedded_text])[0]).all()
    assert len(got) == 30


def test_the_nearest_to_a_chunks_own_vector_is_the_chunk(tmp_path: Path) -> None:
    given = many(50)
    fill(tmp_path, given)
    vectors = Vectors.open(tmp_path, "hashing")
    for chunk in given.chunks[:5]:
        assert vectors.nearest(EMBEDDER.embed([chunk.embedded_text])[0], 3)[0] == chunk.id
    vectors.close()


def test_a_client_opened_later_in_the_same_process_sees_what_was_written_meanwhile(tmp_path: Path) -> None:
    fill(tmp_path, many(5))
    before = Vectors.open(tmp_path, "hashing")
    assert len(before.ids()) == 5
    fill(tmp_path, many(9))
    after = Vectors.open(tmp_path, "hashing")
    assert len(after.ids()) == 9
    before.close()
    assert len(after.ids()) == 9
    after.close()


def test_opening_what_was_never_made_says_that_it_is_unusable_and_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(VectorsUnusableError):
        Vectors.open(tmp_path / "chroma", "hashing")
    assert not (tmp_path / "chroma").exists()
    fill(tmp_path / "chroma", many(2), "another")
    with pytest.raises(VectorsUnusableError):
        Vectors.open(tmp_path / "chroma", "hashing")


@pytest.mark.parametrize("embedder", ["a", "", "models/Big Model:v1.5@host", "é" * 600, "served:http://127.0.0.1/v1"])
def test_any_embedder_has_a_collection_of_its_own(tmp_path: Path, embedder: str) -> None:
    fill(tmp_path, many(2), embedder)
    vectors = Vectors.open(tmp_path, embedder)
    assert len(vectors.ids()) == 2
    vectors.close()
    assert collection_name(embedder) != collection_name(embedder + "x")


def test_dropping_others_leaves_foreign_collections_alone(tmp_path: Path) -> None:
    import chromadb

    fill(tmp_path, many(2), "old")
    fill(tmp_path, many(2), "new")
    client = chromadb.PersistentClient(str(tmp_path))
    client.create_collection("somebody-elses", embedding_function=None)
    client.close()
    vectors = Vectors.open(tmp_path, "new")
    vectors.drop_others()
    vectors.close()
    client = chromadb.PersistentClient(str(tmp_path))
    assert {found.name for found in client.list_collections()} == {collection_name("new"), "somebody-elses"}
    client.close()


def test_while_a_thread_reads_an_older_generation_nobody_reopens_its_client(tmp_path: Path) -> None:
    given = many(20)
    fill(tmp_path, given)
    shared = SharedVectors(tmp_path, "hashing")
    ids = frozenset(chunk.id for chunk in given.chunks)
    query = EMBEDDER.embed([given.chunks[0].embedded_text])[0]
    inside, leave = threading.Event(), threading.Event()

    def slowly_catalogued() -> frozenset[str]:
        return ids

    def hold() -> None:
        opened = shared._enter(1, slowly_catalogued)
        assert opened is not None
        inside.set()
        leave.wait(10)
        shared._leave(opened)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    assert shared.nearest(query, 1, None, generation=2, catalogued=lambda: ids) is None
    leave.set()
    thread.join()
    assert shared.nearest(query, 1, None, generation=2, catalogued=lambda: ids) == [given.chunks[0].id]
    shared.close()


def test_what_lacks_a_catalogued_vector_is_not_asked(tmp_path: Path) -> None:
    given = many(5)
    fill(tmp_path, given)
    shared = SharedVectors(tmp_path, "hashing")
    query = EMBEDDER.embed(["anything"])[0]
    known = frozenset(chunk.id for chunk in given.chunks)
    assert shared.nearest(query, 2, None, generation=1, catalogued=lambda: known | {"lost"}) is None
    shared.close()


MAKE_A_COLLECTION = """
import sys
from pathlib import Path
from rag.errors import ConfigError
from rag.index.vectors import Vectors

try:
    vectors = Vectors.make(Path(sys.argv[1]), "hashing")
except ConfigError as error:
    sys.exit(error.message)
print(type(vectors._client._server).__name__)
vectors.close()
"""


def make_a_collection(folder: Path, variable: str, value: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, variable: value}
    command = [sys.executable, "-c", MAKE_A_COLLECTION, str(folder)]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_another_programs_chroma_variables_send_nothing_to_a_server(tmp_path: Path) -> None:
    done = make_a_collection(tmp_path, "CHROMA_API_IMPL", "chromadb.api.fastapi.FastAPI")
    assert done.stdout == "RustBindingsAPI\n"


@pytest.mark.slow
def test_a_variable_that_chromadb_refuses_is_named(tmp_path: Path) -> None:
    done = make_a_collection(tmp_path, "CHROMA_SERVER_HTTP_PORT", "no-number")
    assert done.returncode == 1
    assert done.stderr.startswith("chromadb does not accept the environment or ./.env: chroma_server_http_port Input")


@pytest.mark.slow
def test_llama_index_opens_the_collection_as_it_is(tmp_path: Path) -> None:
    import chromadb
    from llama_index.core import VectorStoreIndex
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    class Hashing(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(value) for value in EMBEDDER.embed([query])[0]]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_query_embedding(text)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    given = many(30)
    fill(tmp_path, given)
    client = chromadb.PersistentClient(str(tmp_path))
    collection = client.get_collection(collection_name("hashing"), embedding_function=None)
    index = VectorStoreIndex.from_vector_store(ChromaVectorStore(chroma_collection=collection), embed_model=Hashing())
    chunk = given.chunks[7]
    (found,) = index.as_retriever(similarity_top_k=1).retrieve(chunk.embedded_text)
    assert found.node.node_id == chunk.id
    assert found.node.get_content() == chunk.text
    assert found.node.metadata["key"] == chunk.key
    assert found.node.metadata["source"] == chunk.origin.source
    assert found.score == pytest.approx(1.0, abs=1e-5)
    client.close()
