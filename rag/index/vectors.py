"""The vectors as a Chroma collection, which LlamaIndex's ChromaVectorStore opens as it is; the only home of chromadb.

Chroma never says what exists: the catalog does. A client sees what was there when it was opened and never what another
process wrote since, so whoever reads opens it anew for each generation and is ready for `VectorsUnusableError`.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from rag.errors import ConfigError
from rag.schema import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_T = TypeVar("_T")

EF_SEARCH = 400  # Chroma's default of 100 missed 1.4 % of the true 60 nearest of 5,000 topic-clustered vectors.
BATCH = 4_000  # rows a call; Chroma takes 5,461, and `get` by 40,000 ids fails

MOST_ORPHANS = 2_000  # vectors of no chunk; they are asked for beyond the limit, so beyond this a scan is cheaper

_PREFIX = "rag-"

_REGISTRY = threading.Lock()  # chromadb keeps one list of engines a process, unguarded: threads that open at once fail


class VectorsUnusableError(Exception):
    """Chroma cannot do what was asked: damaged, deleted, or out of date. Stays within `rag.index`."""


class Vectors:
    """One embedder's collection. Each instance has a client of its own, which sees the folder as it is now."""

    def __init__(self, client: Any, collection: Any):
        self._client = client
        self._collection = collection

    @classmethod
    def open(cls, folder: Path, embedder: str) -> Vectors:
        """The collection that is there. Raises VectorsUnusableError."""
        if not folder.is_dir():
            raise VectorsUnusableError(f"no folder {folder}")
        with _guarded():
            client = _client(folder)
            return cls(client, client.get_collection(collection_name(embedder), embedding_function=None))

    @classmethod
    def make(cls, folder: Path, embedder: str) -> Vectors:
        """The collection that is there, else a new one. Raises VectorsUnusableError."""
        # "ip" equals cosine for unit vectors and, unlike "cosine", stores them bit for bit.
        configuration = {"hnsw": {"space": "ip", "ef_search": EF_SEARCH}}
        with _guarded():
            folder.mkdir(parents=True, exist_ok=True)
            client = _client(folder)
            name = collection_name(embedder)
            made = client.get_or_create_collection(name, configuration=configuration, embedding_function=None)
            return cls(client, made)

    def close(self) -> None:
        with _REGISTRY:
            self._client.close()

    def ids(self) -> set[str]:
        """Of every vector held, dead ones too."""
        with _guarded():
            return set(self._collection.get(include=[])["ids"])

    def get(self, ids: Set[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of these ids, of those it holds, bit for bit as they were given."""
        import numpy as np

        found: dict[str, NDArray[np.float32]] = {}
        for batch in _batches(sorted(ids)):
            with _guarded():
                got = self._collection.get(ids=batch, include=["embeddings"])
            rows = np.asarray(got["embeddings"], dtype=np.float32)  # Chroma gives the same numbers as float64
            found.update(zip(got["ids"], rows, strict=True))
        return found

    def upsert(self, chunks: Sequence[Chunk], vectors: Sequence[NDArray[np.float32]]) -> None:
        """Writes the chunks with their vectors, in place of those it holds of the same ids."""
        for batch in _batches(list(zip(chunks, vectors, strict=True))):
            with _guarded():
                self._collection.upsert(
                    ids=[chunk.id for chunk, _ in batch],
                    embeddings=[vector for _, vector in batch],
                    documents=[chunk.text for chunk, _ in batch],
                    metadatas=[_metadata(chunk) for chunk, _ in batch],
                )

    def delete(self, ids: Set[str]) -> None:
        for batch in _batches(sorted(ids)):
            with _guarded():
                self._collection.delete(ids=batch)

    def nearest(self, vector: NDArray[np.float32], limit: int, within: Set[str] | None = None) -> list[str]:
        """The ids of the `limit` nearest (of `within`, all of which it must hold), best first."""
        allowed = None if within is None else sorted(within)
        with _guarded():
            found = self._collection.query(
                query_embeddings=[vector], n_results=limit, ids=allowed, include=["distances"]
            )
        return list(found["ids"][0])

    def drop_others(self) -> None:
        """Deletes the collections of other embedders."""
        with _guarded():
            for name in [found.name for found in self._client.list_collections()]:
                if name.startswith(_PREFIX) and name != self._collection.name:
                    self._client.delete_collection(name)


class SharedVectors:
    """The collection as one process's threads share it for reading: one client, opened anew for a new generation."""

    def __init__(self, folder: Path, embedder: str):
        self._folder = folder
        self._embedder = embedder
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def nearest(
        self,
        vector: NDArray[np.float32],
        limit: int,
        within: Set[str] | None,
        *,
        generation: int,
        catalogued: Callable[[], Set[str]],
    ) -> list[str] | None:
        """Ids of the nearest, at least `limit` that the catalog knows if there are so many; None: Chroma cannot tell.

        `catalogued` gives the ids of this generation; it is asked when the client is opened.
        """
        opened = self._enter(generation, catalogued)
        if opened is None:
            return None
        try:
            if opened.vectors is None:
                return None
            if within is not None:
                return opened.vectors.nearest(vector, min(limit, len(within)), within)
            return opened.vectors.nearest(vector, limit + opened.orphans)  # orphans cannot crowd out hits
        except VectorsUnusableError:
            return None
        finally:
            self._leave(opened)

    def close(self) -> None:
        with self._lock:
            if self._opened and self._opened.vectors:
                self._opened.vectors.close()
            self._opened = None

    def _enter(self, generation: int, catalogued: Callable[[], Set[str]]) -> _Opened | None:
        """The client for this generation; None while another thread uses that of another one."""
        with self._lock:
            if self._opened is None or self._opened.generation != generation:
                if self._opened and self._opened.users:
                    return None
                if self._opened and self._opened.vectors:
                    self._opened.vectors.close()
                self._opened = self._open(generation, catalogued())
            self._opened.users += 1
            return self._opened

    def _leave(self, opened: _Opened) -> None:
        with self._lock:
            opened.users -= 1

    def _open(self, generation: int, catalogued: Set[str]) -> _Opened:
        try:
            vectors = Vectors.open(self._folder, self._embedder)
        except VectorsUnusableError:
            return _Opened(generation=generation)
        try:
            held = vectors.ids()
        except VectorsUnusableError:
            held = set()
        orphans = len(held - catalogued)
        if catalogued <= held and orphans <= MOST_ORPHANS:
            return _Opened(generation=generation, vectors=vectors, orphans=orphans)
        vectors.close()
        return _Opened(generation=generation)


@dataclass(slots=True, kw_only=True)
class _Opened:
    """A client and who uses it; no vectors where Chroma does not hold what the catalog says."""

    generation: int
    vectors: Vectors | None = None
    orphans: int = 0
    users: int = 0


def collection_name(embedder: str) -> str:
    """A name that Chroma takes (3–512 of a few characters), different for different embedders."""
    readable = re.sub(r"[^a-z0-9]+", "-", embedder.lower()).strip("-")[:40]
    return f"{_PREFIX}{readable}-{hashlib.blake2b(embedder.encode(), digest_size=4).hexdigest()}"


def _client(folder: Path) -> Any:
    chromadb = _chromadb()
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    # Constructed, not read: `Settings()` takes CHROMA_API_IMPL, CHROMA_SERVER_HOST … from the environment and ./.env,
    # and another program's would send the pages' texts to its server.
    settings = Settings.model_construct(anonymized_telemetry=False)
    path = str(folder)
    # chromadb shares one engine, with all it has cached, among a process's clients of the same path, by its spelling.
    # Another spelling is an engine that has seen nothing yet, and no other client of this process is disturbed.
    with _REGISTRY:
        while path in SharedSystemClient._identifier_to_system:
            path += "/."
        return chromadb.PersistentClient(path=path, settings=settings)


def _chromadb() -> ModuleType:
    try:
        import chromadb
    except ValueError as error:  # it reads the environment and ./.env when it is imported
        reason = " ".join(str(error).partition("\n")[2].partition(" [type=")[0].split())
        raise ConfigError(
            f"chromadb does not accept the environment or ./.env: {reason}",
            hint="unset that variable, or run this in another folder",
        ) from error
    return chromadb


def _metadata(chunk: Chunk) -> dict[str, str | int]:
    """What LlamaIndex needs to make its node again, and what a `where` filter may ask for."""
    shown: dict[str, str | int] = {
        "key": chunk.key,
        "source": chunk.origin.source,
        "ordinal": chunk.origin.ordinal,
        "field": chunk.field,
    }
    about = {**shown, "start": chunk.span.start, "end": chunk.span.end, "header": chunk.header}
    node = json.dumps({"id_": chunk.id, "metadata": about}, ensure_ascii=False)
    return {**shown, "_node_type": "TextNode", "_node_content": node}


def _batches(rows: Sequence[_T]) -> Iterator[list[_T]]:
    for start in range(0, len(rows), BATCH):
        yield list(rows[start : start + BATCH])


@contextmanager
def _guarded() -> Iterator[None]:
    """Whatever Chroma fails with becomes VectorsUnusableError."""
    _chromadb()
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError, RuntimeError) as error:
        raise VectorsUnusableError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, no Exception; nothing exports its class
            raise
        raise VectorsUnusableError(str(error)) from error
