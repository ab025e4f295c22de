"""Catalog, words and vectors as one: written together, read together.

A commit of the catalog is the switch between generations. Chroma is filled before it and swept at the next ingest, so a
process killed at any moment leaves the old or the new index whole. Whoever reads holds one SQLite transaction, which is
one generation; where Chroma cannot answer for it, the catalog's own vectors do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rag.errors import IndexMissingError, IndexStaleError, IndexUnusableError
from rag.index import catalog
from rag.index.catalog import State
from rag.index.rows import FORMAT
from rag.index.snapshot import Snapshot
from rag.index.vectors import SharedVectors
from rag.index.writer import Writer

SCAN_ROWS = 5_000  # chunks; below, multiplying all vectors is exact, as fast, and spares a search chromadb's import


class Store:
    """The index under a home, for one embedder and chunk size. Any number of threads may read at once."""

    def __init__(self, home: Path, embedder: str, *, chunk_words: int, scan_rows: int = SCAN_ROWS):
        self._home = home
        self._embedder = embedder
        self._chunk_words = chunk_words
        self._scan_rows = scan_rows
        self._vectors = SharedVectors(home / "chroma", embedder)

    @classmethod
    def open(cls, home: Path, embedder: str, *, chunk_words: int, scan_rows: int = SCAN_ROWS) -> Store:
        """`embedder` is its name. Dense searches among up to `scan_rows` chunks are exact and leave Chroma alone.

        Touches no file: an index that is missing, stale or damaged shows when it is read.
        """
        return cls(home, embedder, chunk_words=chunk_words, scan_rows=scan_rows)

    def close(self) -> None:
        self._vectors.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """One generation from start to end, whatever is committed meanwhile.

        Raises IndexMissingError where nothing was ingested, IndexStaleError when it was with other settings, and
        IndexDamagedError.
        """
        path = self._home / "catalog.sqlite"
        with catalog.translated_errors(self._home):
            self._require(path)
            with closing(catalog.connect(path)) as connection:
                connection.execute("BEGIN")
                state = self._checked(catalog.read_state(connection))
                yield Snapshot(connection, state, self._vectors, scan_rows=self._scan_rows)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """The only writer, until the block ends: then what it replaced is committed, or nothing if the block raises.

        Raises IndexBusyError while another process writes.
        """
        try:
            self._home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise IndexUnusableError(
                f"no index can be kept in {self._home}: {error.strerror}", hint=catalog.UNUSABLE_HINT
            ) from error
        with (
            catalog.translated_errors(self._home),
            closing(catalog.connect(self._home / "catalog.sqlite")) as connection,
        ):
            connection.execute("PRAGMA journal_mode = WAL")  # readers go on while an ingest writes
            connection.execute("BEGIN IMMEDIATE")
            yield Writer(connection, self._home / "chroma", self._embedder, chunk_words=self._chunk_words)
            connection.execute("COMMIT")  # not reached when the block raises: closing rolls back

    def _require(self, path: Path) -> None:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._missing() from error
        except OSError as error:
            raise IndexUnusableError(
                f"the index in {self._home} cannot be used: {error.strerror}", hint=catalog.UNUSABLE_HINT
            ) from error

    def _checked(self, state: State | None) -> State:
        if state is None:
            raise self._missing()
        made_with = (
            (state.format, FORMAT, "by a version of the program with index format"),
            (state.embedder, self._embedder, "with embedder"),
            (state.chunk_words, self._chunk_words, "with chunk_words"),
        )
        for built, wanted, what in made_with:
            if built != wanted:
                raise IndexStaleError(
                    f"the index in {self._home} was made {what} {built}, now it is {wanted}",
                    hint="run `rag ingest` on your pages again, or set it back",
                )
        return state

    def _missing(self) -> IndexMissingError:
        return IndexMissingError(f"nothing has been ingested into {self._home}", hint="run `rag ingest PATH…` first")
