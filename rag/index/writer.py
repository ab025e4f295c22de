"""Replaces what the index holds, as the difference to what it held."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import IndexDamagedError, IndexStaleError
from rag.index import catalog
from rag.index.catalog import Difference, State
from rag.index.rows import FORMAT, Rows, StoredPage, digest_of, rows_of
from rag.index.vectors import Vectors, VectorsUnusableError
from rag.schema import Chunk, Limits, Record, Work

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

EMBED_BATCH = 64
"""Texts embedded and put into Chroma at a time: at most so many are lost to a kill."""


class Writer:
    """What was committed last, and the one operation on it. Used within `Store.writing`, which commits."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, embedder: str, *, chunk_words: int):
        self._connection = connection
        self._folder = folder
        self._embedder = embedder
        self._chunk_words = chunk_words
        state = catalog.read_state(connection)
        self._state = state if state and state.format == FORMAT else None

    def pages(self) -> list[StoredPage]:
        """By source; none where the index was made by another version."""
        return catalog.read_pages(self._connection) if self._state else []

    def records(self) -> list[Record]:
        """With the keys of their works, by source and ordinal."""
        return catalog.read_records(self._connection, Limits()) if self._state else []

    def aliases(self) -> dict[str, str]:
        """Every key that ever named a work → the work's key."""
        return catalog.read_aliases(self._connection) if self._state else {}

    def replace(
        self,
        pages: Sequence[StoredPage],
        works: Sequence[Work],
        aliases: Mapping[str, str],
        chunks: Sequence[Chunk],
        embed: Embed,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> bool:
        """Makes the index hold exactly this; False when it did already, and then nothing changes.

        Only the texts whose vector is in neither SQLite nor Chroma are embedded: `embed` takes up to EMBED_BATCH texts
        and gives (n, d) float32 rows of length 1; `progress` gets how many of how many are done. Of chunks with
        the same id the first counts. Raises ValueError when the parts do not fit together, and whatever `embed` raises.
        """
        if self._state is None:
            catalog.make_tables(self._connection)
        rows = rows_of(pages, works, aliases, chunks)
        changes = {table: catalog.difference(self._connection, table, rows[table]) for table in rows}
        indexed = {chunk.id: chunk for chunk in reversed(chunks)}
        made = self._fill_chroma(indexed, changes["chunks"], embed, progress)
        if not self._changed(changes):
            return False
        catalog.write(self._connection, changes, made)
        fresh = {row[0] for row in changes["works"].fresh}
        names = {page.source: page.name for page in pages}
        catalog.write_facets(self._connection, (work for work in works if work.key in fresh), names)
        if not self._same_embedder:
            catalog.write_vectors(self._connection, made)
        catalog.write_state(self._connection, self._next_state(rows, made))
        return True

    @property
    def _same_embedder(self) -> bool:
        return self._state is not None and self._state.embedder == self._embedder

    def _changed(self, changes: Mapping[str, Difference]) -> bool:
        settings = self._state and (self._state.embedder, self._state.chunk_words)
        return settings != (self._embedder, self._chunk_words) or any(c.gone or c.fresh for c in changes.values())

    def _next_state(self, rows: Rows, made: Mapping[str, bytes]) -> State:
        known = self._state.dimensions if self._state and self._same_embedder else 0
        return State(
            embedder=self._embedder,
            dimensions=len(next(iter(made.values()))) // 4 if made else known,
            chunk_words=self._chunk_words,
            generation=self._state.generation + 1 if self._state else 1,
            digest=digest_of(rows, embedder=self._embedder, chunk_words=self._chunk_words),
        )

    # --- Vectors ---

    def _fill_chroma(
        self, chunks: Mapping[str, Chunk], change: Difference, embed: Embed, progress: Callable[[int, int], None]
    ) -> dict[str, bytes]:
        """Brings Chroma up to date; gives the vectors that the catalog does not have yet, by chunk id.

        A Chroma that fails is made anew, from the catalog's vectors and those made so far.
        """
        old = catalog.read_ids(self._connection) if self._same_embedder else frozenset()
        made: dict[str, bytes] = {}
        try:
            self._fill(chunks, change, old, made, embed, progress)
        except VectorsUnusableError:
            try:
                _remove(self._folder)
                self._fill(chunks, change, old, made, embed, progress)
            except (VectorsUnusableError, OSError) as error:
                hint = "check the folder's permissions and the space left"
                raise IndexDamagedError(f"no vectors can be written to {self._folder}: {error}", hint=hint) from error
        return made

    def _fill(
        self,
        chunks: Mapping[str, Chunk],
        change: Difference,
        old: Set[str],
        made: dict[str, bytes],
        embed: Embed,
        progress: Callable[[int, int], None],
    ) -> None:
        vectors = Vectors.make(self._folder, self._embedder)
        try:
            held = vectors.ids()
            made.update(_as_bytes(vectors.get((chunks.keys() & held) - old - made.keys())))
            moved = {row[0] for row in change.fresh} | (chunks.keys() - held)
            self._put(vectors, [chunks[id] for id in chunks if id in moved and (id in old or id in made)], made)
            self._embed(
                [chunk for id, chunk in chunks.items() if id not in old and id not in made],
                vectors,
                made,
                embed,
                progress,
            )
            vectors.delete(held - chunks.keys() - old)  # the old generation's are swept at the next ingest
            if self._same_embedder:
                vectors.drop_others()
            for chunk in list(chunks.values())[:1]:  # a damaged graph shows only when it is searched
                vectors.nearest(self._vectors_of([chunk], made)[0], 1)
        finally:
            vectors.close()

    def _put(self, vectors: Vectors, chunks: Sequence[Chunk], made: Mapping[str, bytes]) -> None:
        for start in range(0, len(chunks), 1_000):
            batch = chunks[start : start + 1_000]
            vectors.upsert(batch, self._vectors_of(batch, made))

    def _vectors_of(self, chunks: Sequence[Chunk], made: Mapping[str, bytes]) -> list[NDArray[np.float32]]:
        import numpy as np

        stored = catalog.read_vectors(self._connection, [chunk.id for chunk in chunks if chunk.id not in made])
        return [np.frombuffer(made.get(chunk.id) or stored[chunk.id], dtype=np.float32) for chunk in chunks]

    def _embed(
        self,
        chunks: Sequence[Chunk],
        vectors: Vectors,
        made: dict[str, bytes],
        embed: Embed,
        progress: Callable[[int, int], None],
    ) -> None:
        import numpy as np

        for start in range(0, len(chunks), EMBED_BATCH):
            batch = chunks[start : start + EMBED_BATCH]
            rows = np.ascontiguousarray(embed([chunk.embedded_text for chunk in batch]), dtype=np.float32)
            self._check_width(rows.shape[1])
            made.update(_as_bytes(dict(zip((chunk.id for chunk in batch), rows, strict=True))))
            vectors.upsert(batch, list(rows))
            progress(start + len(batch), len(chunks))

    def _check_width(self, width: int) -> None:
        known = self._state.dimensions if self._state and self._same_embedder else 0
        if known and width != known:
            raise IndexStaleError(
                f"embedder {self._embedder} makes vectors of {width} numbers, the index holds such of {known}",
                hint="give the new model a name of its own (index.embedder), and ingest again",
            )


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _as_bytes(vectors: Mapping[str, NDArray[np.float32]]) -> dict[str, bytes]:
    return {id: vector.tobytes() for id, vector in vectors.items()}
