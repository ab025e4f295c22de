"""One ingest in a process of its own, so that its peak memory is its own: prints what it took as one line of JSON.

    python -m benchmarks.scale.ingesting HOME PAGES NEW_PAGE

Libraries and model are loaded before the clock starts. Then NEW_PAGE, of a few records, is added and forgotten again;
and the bare embedder is given some of the same texts in the same batches.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.corpus.chunking import CHUNK_WORDS
from rag.index.embedding import BuiltinEmbedder
from rag.index.filling import EMBED_BATCH
from rag.index.store import Store
from rag.ingestion import Reading, forget, ingest
from rag.schema import IngestReport, Json

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE_YEAR = 2026
BARE_TEXTS = 1_000
"""Texts for the bare embedder at most, spread over the index: half a minute on one slow core."""


def main(args: Sequence[str] | None = None) -> int:
    home, pages, new_page = (Path(arg) for arg in (sys.argv[1:] if args is None else args))
    print(json.dumps(measure(home, pages, new_page)))
    return 0


def measure(home: Path, pages: Path, new_page: Path) -> Json:
    """Seconds and sizes of the ingest of `pages` into `home`, which must be empty, and of a small change to it."""
    embedder = ClockedEmbedder(BuiltinEmbedder())
    _load(embedder)
    loaded = peak_bytes()
    with Store.open(home, embedder.name, chunk_words=CHUNK_WORDS) as store:
        embedder.seconds = 0.0
        fresh = _ingest(store, embedder, pages)
        embedding_s, peak = embedder.seconds, peak_bytes()
        added = _ingest(store, embedder, new_page)
        forgotten = forget(store, embedder, [new_page.name], chunk_words=CHUNK_WORDS)
        bare = bare_texts_per_s(store, embedder)
    return {
        "records": fresh.records,
        "chunks": fresh.chunks,
        "seconds": fresh.seconds,
        "embedding_s": embedding_s,
        "bare_texts_per_s": bare,
        "added": added.added,
        "adding_s": added.seconds,
        "forgetting_s": forgotten.seconds,
        "peak_bytes": peak,
        "loaded_bytes": loaded,
    }


class ClockedEmbedder:
    """An embedder that keeps how many `seconds` it was at work."""

    def __init__(self, embedder: BuiltinEmbedder) -> None:
        self._embedder = embedder
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.seconds = 0.0

    def embed(self, texts: Sequence[str], role: Literal["query", "passage"]) -> NDArray[np.float32]:
        """As the embedder."""
        started = time.perf_counter()
        rows = self._embedder.embed(texts, role)
        self.seconds += time.perf_counter() - started
        return rows


def bare_texts_per_s(store: Store, embedder: ClockedEmbedder) -> float:
    """Texts a second of the embedder alone, of the index's own texts, in batches as an ingest gives them."""
    with store.reading() as snapshot:
        ids = sorted(snapshot.dense(embedder.embed(["a text"], "query")[0], BARE_TEXTS))
        texts = [chunk.embedded_text for chunk, _ in snapshot.passages(ids).values()]
    embedder.seconds = 0.0
    for start in range(0, len(texts), EMBED_BATCH):
        embedder.embed(texts[start : start + EMBED_BATCH], "passage")
    return len(texts) / embedder.seconds


def peak_bytes() -> int:
    """The most memory that this process has held at once."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux KiB


def _ingest(store: Store, embedder: ClockedEmbedder, path: Path) -> IngestReport:
    return ingest(store, embedder, [path], Reading(page_year=PAGE_YEAR), chunk_words=CHUNK_WORDS)


def _load(embedder: ClockedEmbedder) -> None:
    """Imports and files that any ingest needs once, however large it is."""
    import chromadb.api.rust  # noqa: F401
    import llama_index.core.node_parser  # noqa: F401

    embedder.embed(["a text", "another"], "passage")


if __name__ == "__main__":
    sys.exit(main())
