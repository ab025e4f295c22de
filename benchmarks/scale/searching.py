"""Warm searches beside their parts, in a process of its own: prints what each question took as one line of JSON.

    python -m benchmarks.scale.searching HOME QUESTIONS.json

For each question, one after the other: the whole search without a reranker; embedding the question; one plain Chroma
query; one FTS5 query of the question's six rarest words. All take turns, so that another program's load meets all.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.scale.ingesting import peak_bytes
from rag.assistant import Assistant
from rag.config import load_settings
from rag.index import lexical
from rag.index.catalog import Connection, connect
from rag.index.embedding import BuiltinEmbedder
from rag.index.vectors import collection_name
from rag.schema import Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K = 10
RAREST = 6
WARM_UP = 5
"""Questions put before the clock starts."""


def main(args: Sequence[str] | None = None) -> int:
    home, questions = (Path(arg) for arg in (sys.argv[1:] if args is None else args))
    print(json.dumps(measure(home, json.loads(questions.read_text(encoding="utf-8")))))
    return 0


def measure(home: Path, questions: Sequence[str]) -> Json:
    """Seconds by part, a list of one for each question; and the memory that the search and plain Chroma came to."""
    settings = load_settings({"home": home, "offline": True})
    settings = replace(settings, search=replace(settings.search, reranker="none"))
    embedder = BuiltinEmbedder()
    vectors = [embedder.embed([question], "query")[0] for question in questions]
    before = peak_bytes()
    with plain_chroma(home, embedder.name, settings.search.candidates) as nearest:
        nearest(vectors[0])
        chroma_bytes = peak_bytes() - before
        with Assistant.open(settings=settings) as assistant, closing(connect(home / "catalog.sqlite")) as connection:
            parts: dict[str, Callable[[int], object]] = {
                "search": lambda n: assistant.search(questions[n], K),
                "embedding": lambda n: embedder.embed([questions[n]], "query"),
                "chroma": lambda n: nearest(vectors[n]),
                "fts5": _fts5(connection, questions, settings.search.candidates),
            }
            seconds = _in_turn(parts, len(questions))
    return {"seconds": seconds, "chroma_bytes": chroma_bytes, "peak_bytes": peak_bytes()}


@contextmanager
def plain_chroma(home: Path, embedder: str, limit: int) -> Iterator[Callable[[NDArray[np.float32]], Any]]:
    """What asks the collection, with a client of its own, for the `limit` nearest ids of a vector."""
    import chromadb
    from chromadb.config import Settings

    client: Any = chromadb.PersistentClient(str(home / "chroma"), Settings(anonymized_telemetry=False))
    try:
        collection = client.get_collection(collection_name(embedder), embedding_function=None)
        yield lambda vector: collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
    finally:
        client.close()


def rarest_words(connection: Connection, question: str, count: int = RAREST) -> list[str]:
    """The words of a question that stand in the fewest chunks, of those that stand in any; no stop words."""
    words = dict.fromkeys(re.findall(r"\w+", question.casefold()))
    found = {word: lexical.terms(word) for word in words if word not in lexical.STOP_WORDS}
    shares = lexical.document_frequency(connection, {term for terms in found.values() for term in terms})
    rarity = {word: min((shares[term] for term in terms), default=0.0) for word, terms in found.items()}
    return sorted((word for word in rarity if rarity[word]), key=lambda word: (rarity[word], word))[:count]


def _fts5(connection: Connection, questions: Sequence[str], limit: int) -> Callable[[int], object]:
    matches = [" OR ".join(map(lexical.phrase, rarest_words(connection, question))) or '"a"' for question in questions]
    sql = "SELECT rowid, bm25(words) FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT ?"
    return lambda n: connection.execute(sql, (matches[n], limit)).fetchall()


def _in_turn(parts: dict[str, Callable[[int], object]], questions: int) -> dict[str, list[float]]:
    for n in range(min(WARM_UP, questions)):
        for part in parts.values():
            part(n)
    taken: dict[str, list[float]] = {name: [] for name in parts}
    for n in range(questions):
        for name, part in parts.items():
            started = time.perf_counter()
            part(n)
            taken[name].append(time.perf_counter() - started)
    return taken


if __name__ == "__main__":
    sys.exit(main())
