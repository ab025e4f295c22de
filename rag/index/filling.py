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

EMBED_BATCH = 64  # texts embedded at a time
WRITE_BATCH = 512
"""Vectors put into Chroma at a time. Of 4,000, 64 at a time took .69 ms of CPU each and 500 at a time .37; every write
waits for the disk, too."""


class Filling:
    """One filling of one collection."""

    def __init__(
        self,
        connection: Connection,
        chunks: Mapping[str, Chunk],
        *,
        standing: Set[str],
        changed: Set[str],
        stored: Set[str],
        dimensions: int,
        embed: Embed,
        progress: Callable[[int, int], None],
    ):
        """`chunks` by id and the ids `standing` are what the new generation holds: `changed` of the chunks are new or
        have moved, those `standing` are as the catalog has them. `stored` are the ids of the old generation, of which
        the catalog has vectors of `dimensions` numbers (0: not known)."""
        self._connection = connection
        self._chunks = chunks
        self._ids = chunks.keys() | standing
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
            vectors.delete(held - self._ids - self._stored)  # the old generation's go at the next ingest
            if self._stored:  # the old generation is of this embedder: nobody reads another one's
                vectors.drop_others()
            for id in list(self._ids)[:1]:  # a damaged graph shows only when it is searched
                vectors.nearest(self._vectors_of([id])[0], 1)
        finally:
            vectors.close()

    def _adopt(self, vectors: Vectors, held: Set[str]) -> None:
        """Takes what an ingest left that was killed, or that the catalog was moved away from."""
        self._keep(vectors.get((self._ids & held) - self._stored - self._made.keys()))

    def _refresh(self, vectors: Vectors, held: Set[str]) -> None:
        """Writes what Chroma lacks or knows by another place, of what has a vector."""
        due = self._changed | (self._ids - held)
        self._write(vectors, [chunk for id, chunk in self._chunks.items() if id in due and self._has_vector(id)])
        lacking = sorted(due - self._chunks.keys())
        for start in range(0, len(lacking), WRITE_BATCH):
            batch = catalog.read_chunks(self._connection, lacking[start : start + WRITE_BATCH])
            self._write(vectors, list(batch.values()))

    def _embed_missing(self, vectors: Vectors) -> None:
        """Embeds and writes. A process that is killed loses no more vectors than it has written, and WRITE_BATCH."""
        missing = [chunk for id, chunk in self._chunks.items() if not self._has_vector(id)]
        done = written = 0
        try:
            for start in range(0, len(missing), EMBED_BATCH):
                self._embed_batch(missing[start : start + EMBED_BATCH])
                done = min(start + EMBED_BATCH, len(missing))
                if done - written >= min(written, WRITE_BATCH):
                    self._write(vectors, missing[written:done])
                    written = done
                self._progress(done, len(missing))
        finally:
            self._write(vectors, missing[written:done])

    def _embed_batch(self, batch: Sequence[Chunk]) -> None:
        import numpy as np

        rows = np.ascontiguousarray(self._embed([chunk.embedded_text for chunk in batch]), dtype=np.float32)
        self._check_width(rows.shape[1])
        self._keep(dict(zip((chunk.id for chunk in batch), rows, strict=True)))

    def _write(self, vectors: Vectors, chunks: Sequence[Chunk]) -> None:
        for start in range(0, len(chunks), WRITE_BATCH):
            batch = chunks[start : start + WRITE_BATCH]
            vectors.upsert(batch, self._vectors_of([chunk.id for chunk in batch]))

    def _has_vector(self, id: str) -> bool:
        return id in self._stored or id in self._made

    def _keep(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self._made.update((id, vector.tobytes()) for id, vector in vectors.items())

    def _vectors_of(self, ids: Sequence[str]) -> list[NDArray[np.float32]]:
        import numpy as np

        stored = catalog.read_vectors(self._connection, [id for id in ids if id not in self._made])
        return [np.frombuffer(self._made.get(id) or stored[id], dtype=np.float32) for id in ids]

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
