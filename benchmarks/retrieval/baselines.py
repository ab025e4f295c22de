"""Ways to search that are not ours, over our index: each takes a question and gives the keys of works, best first.

All read the same chunks with the same embedder; none knows of limits, of a conversation or of a reranker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.runner import DEPTH
from rag.index import lexical
from rag.index.catalog import Connection, connect
from rag.index.embedding import Embedder
from rag.index.store import Store

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

CHUNKS = 2 * DEPTH
"""Asked of each half: a work has more than one chunk, and DEPTH works are ranked."""

RRF_K = 60
"""Cormack, Clarke & Buettcher, Reciprocal Rank Fusion outperforms Condorcet (2009); LlamaIndex's too."""

Way = Callable[[str], Sequence[str]]


def bm25(store: Store) -> Way:
    """The lexical half alone."""
    return lambda question: _works(store, _lexical(store, question))


def dense(store: Store, embedder: Embedder) -> Way:
    """The dense half alone."""
    return lambda question: _works(store, _dense(store, embedder, question))


def rank_fusion(store: Store, embedder: Embedder) -> Way:
    """Reciprocal ranks of both halves added up, chunk by chunk."""

    def way(question: str) -> Sequence[str]:
        scores: dict[str, float] = {}
        for half in (_lexical(store, question), _dense(store, embedder, question)):
            for rank, id in enumerate(half, 1):
                scores[id] = scores.get(id, 0.0) + 1 / (RRF_K + rank)
        return _works(store, sorted(scores, key=lambda id: (-scores[id], id)))

    return way


def llama_vector_index(home: Path, embedder: Embedder) -> Way:
    """LlamaIndex's VectorStoreIndex on our Chroma collection, asked with our embedder."""
    return _of_llama(_vector_retriever(home, embedder))


def llama_query_fusion(store: Store, home: Path, embedder: Embedder) -> Way:
    """LlamaIndex's QueryFusionRetriever over its vector retriever and our BM25, by reciprocal rank, one query."""
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES

    return _of_llama(
        QueryFusionRetriever(
            [_vector_retriever(home, embedder), _lexical_retriever(store)],
            llm=MockLLM(),  # never asked: it would write further queries
            mode=FUSION_MODES.RECIPROCAL_RANK,
            similarity_top_k=CHUNKS,
            num_queries=1,
            use_async=False,
        )
    )


def bm25_of_rarer_words(home: Path, store: Store, most: float) -> Way:
    """BM25 of the question's words that stand in at most a share of the chunks; of its rarest if none does."""
    found_by = "words JOIN chunks ON chunks.n = words.rowid WHERE words MATCH ?"
    sql = f"SELECT id FROM {found_by} ORDER BY bm25(words), id LIMIT ?"

    def way(question: str) -> Sequence[str]:
        with closing(connect(home / "catalog.sqlite")) as connection:
            match = " OR ".join(map(lexical.phrase, rarer_words(connection, question, most)))
            found = connection.execute(sql, (match, CHUNKS)).fetchall() if match else []
        return _works(store, [id for (id,) in found])

    return way


def rarer_words(connection: Connection, question: str, most: float) -> list[str]:
    """The words but stop words that stand in at most the share `most` of the chunks; the rarest if none does."""
    words = [word for word in dict.fromkeys(re.findall(r"\w+", question.casefold())) if lexical.content_terms(word)]
    telling = [word for word in words if word not in lexical.STOP_WORDS] or words
    found = {word: lexical.terms(word) for word in telling}
    shares = lexical.document_frequency(connection, {term for terms in found.values() for term in terms})
    share = {word: min((shares[term] for term in terms), default=0.0) for word, terms in found.items()}
    rarer = [word for word in telling if share[word] <= most]
    return rarer if any(share[word] for word in rarer) else sorted(telling, key=lambda word: share[word])[:1]


def _lexical(store: Store, question: str) -> list[str]:
    with store.reading() as snapshot:
        return list(snapshot.lexical(question, CHUNKS))


def _dense(store: Store, embedder: Embedder, question: str) -> list[str]:
    vector = embedder.embed([question], "query")[0]
    with store.reading() as snapshot:
        return list(snapshot.dense(vector, CHUNKS))


def _works(store: Store, ids: Sequence[str]) -> list[str]:
    with store.reading() as snapshot:
        return _distinct(work.key for _, work in snapshot.passages(ids).values())


def _distinct(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))[:DEPTH]


def _of_llama(retriever: BaseRetriever) -> Way:
    return lambda question: _distinct(str(found.node.metadata["key"]) for found in retriever.retrieve(question))


def _vector_retriever(home: Path, embedder: Embedder) -> BaseRetriever:
    import chromadb
    from chromadb.config import Settings
    from llama_index.core import VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from rag.index.vectors import collection_name
    from rag.llamaindex import AssistantEmbedding

    client = chromadb.PersistentClient(str(home / "chroma"), Settings(anonymized_telemetry=False))
    collection = client.get_collection(collection_name(embedder.name), embedding_function=None)
    vectors = ChromaVectorStore(chroma_collection=collection)
    index = VectorStoreIndex.from_vector_store(vectors, embed_model=AssistantEmbedding(embedder))
    return index.as_retriever(similarity_top_k=CHUNKS)


def _lexical_retriever(store: Store) -> BaseRetriever:
    """Our BM25 as LlamaIndex's fusion wants it: its own needs another package, and words that are held in memory."""
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

    class LexicalRetriever(BaseRetriever):
        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            with store.reading() as snapshot:
                scores = snapshot.lexical(query_bundle.query_str, CHUNKS)
                found: Any = snapshot.passages(list(scores))
            return [
                NodeWithScore(node=TextNode(id_=id, text=chunk.text, metadata={"key": work.key}), score=scores[id])
                for id, (chunk, work) in found.items()
            ]

    return LexicalRetriever()
