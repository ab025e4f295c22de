"""Brings Chroma up to date before a commit, embedding only what neither it nor the catalog has a vector for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexDamagedError, IndexStaleError
from rag.index import catalog
from rag.index.catalog import Connection
from rag.index.vectors import Vectors, VectorsUnusableError
from rag.schema import Chunk

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
"""Texts → (n, d) float32 rows of length 1."""

EMBED_BATCH = 64  # texts embedded and put into Chroma at a time: at most so many are lost to a kill
_UPSERT_BATCH = 1_000


class Filling:
    """One filling of one collection."""

    def __init__(
        self,
        connection: Connection,
        chunks: Mapping[str, Chunk],
        *,
        changed: Set[str],
        stored: Set[str],
        dimensions: int,
        embed: Embed,
        progress: Callable[[int, int], None],
    ):
        """`chunks` by id are what the new generation holds, `changed` of them are new or have moved, `stored` are those
        of the old generation, of which the catalog has vectors of `dimensions` numbers (0: not known)."""
        self._connection = connection
        self._chunks = chunks
        self._changed = changed
        self._stored = stored
        self._dimensions = dimensions
        self._embed = embed
        self._progress = progress
        self._made: dict[str, bytes] = {}

    def run(self, folder: Path, embedder: str) -> dict[str, bytes]:
        """The vectors that the catalog does not have yet, by chunk id. Chroma holds all when it returns.

        A Chroma that fails is made anew, from the catalog's vectors and those made so far.
        """
        try:
            self._fill(folder, embedder)
        except VectorsUnusableError:
            try:
                _remove(folder)
                self._fill(folder, embedder)
            except (VectorsUnusableError, OSError) as error:
                hint = "check the folder's permissions and the space left"
                raise IndexDamagedError(f"no vectors can be written to {folder}: {error}", hint=hint) from error
        return self._made

    def _fill(self, folder: Path, embedder: str) -> None:
        vectors = Vectors.make(folder, embedder)
        try:
            held = vectors.ids()
            self._adopt(vectors, held)
            self._refresh(vectors, held)
            self._embed_missing(vectors)
            vectors.delete(held - self._chunks.keys() - self._stored)  # the old generation's go at the next ingest
            if self._stored:  # the old generation is of this embedder: nobody reads another one's
                vectors.drop_others()
            for chunk in list(self._chunks.values())[:1]:  # a damaged graph shows only when it is searched
                vectors.nearest(self._vectors_of([chunk])[0], 1)
        finally:
            vectors.close()

    def _adopt(self, vectors: Vectors, held: Set[str]) -> None:
        """Takes what an ingest left that was killed, or that the catalog was moved away from."""
        self._keep(vectors.get((self._chunks.keys() & held) - self._stored - self._made.keys()))

    def _refresh(self, vectors: Vectors, held: Set[str]) -> None:
        """Writes what Chroma lacks or knows by another place, of what has a vector."""
        due = self._changed | (self._chunks.keys() - held)
        chunks = [chunk for id, chunk in self._chunks.items() if id in due and self._has_vector(id)]
        for start in range(0, len(chunks), _UPSERT_BATCH):
            batch = chunks[start : start + _UPSERT_BATCH]
            vectors.upsert(batch, self._vectors_of(batch))

    def _embed_missing(self, vectors: Vectors) -> None:
        import numpy as np

        missing = [chunk for id, chunk in self._chunks.items() if not self._has_vector(id)]
        for start in range(0, len(missing), EMBED_BATCH):
            batch = missing[start : start + EMBED_BATCH]
            rows = np.ascontiguousarray(self._embed([chunk.embedded_text for chunk in batch]), dtype=np.float32)
            self._check_width(rows.shape[1])
            self._keep(dict(zip((chunk.id for chunk in batch), rows, strict=True)))
            vectors.upsert(batch, list(rows))
            self._progress(start + len(batch), len(missing))

    def _has_vector(self, id: str) -> bool:
        return id in self._stored or id in self._made

    def _keep(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self._made.update((id, vector.tobytes()) for id, vector in vectors.items())

    def _vectors_of(self, chunks: Sequence[Chunk]) -> list[NDArray[np.float32]]:
        import numpy as np

        stored = catalog.read_vectors(self._connection, [chunk.id for chunk in chunks if chunk.id not in self._made])
        return [np.frombuffer(self._made.get(chunk.id) or stored[chunk.id], dtype=np.float32) for chunk in chunks]

    def _check_width(self, width: int) -> None:
        known = self._dimensions or next((len(vector) // 4 for vector in self._made.values()), width)
        if width != known:
            raise IndexStaleError(
                f"the embedder makes vectors of {width} numbers, the index holds such of {known} under its name",
                hint="give the new model a name of its own (index.embedder), and ingest again",
            )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
