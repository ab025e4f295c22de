"""Replaces what the index holds, as the difference to what it held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.index import catalog, limits
from rag.index.catalog import Connection, Counts, State
from rag.index.cutting import Cut, Cutting, cut_changed
from rag.index.filling import Embed, Filling
from rag.index.rows import COLUMNS, FORMAT, KEYS, Row, StoredPage, digest_of, robbed, rows_of
from rag.schema import Limits, Record, Work


class Writer:
    """What was committed last, and the one operation on it. Used within `Store.writing`, which commits."""

    def __init__(self, connection: Connection, folder: Path, embedder: str, *, chunk_words: int):
        self._connection = connection
        self._folder = folder
        self._embedder = embedder
        self._chunk_words = chunk_words
        state = catalog.read_state(connection)
        self._state = state if state and state.format == FORMAT else None

    @property
    def is_current(self) -> bool:
        """Whether what stands was made with these settings, and Chroma's files are there: replacing it by the same
        pages would change nothing."""
        return self._same_settings and (self._folder / "chroma.sqlite3").is_file()

    def counts(self) -> Counts:
        """How much stands, after `replace` or where the index is current."""
        return catalog.read_counts(self._connection)

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
        cut: Cut,
        embed: Embed,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> bool:
        """Makes the index hold exactly this; False when it did already, and then nothing changes.

        Only works that came or changed are `cut` into chunks. Only the texts whose vector is in neither SQLite nor
        Chroma are embedded: `embed` takes up to EMBED_BATCH texts and gives (n, d) float32 rows of length 1; `progress`
        gets how many of how many are done. Of chunks with the same id the first counts. Raises ValueError when the
        parts do not fit together, and whatever `cut` and `embed` raise.
        """
        if self._state is None:
            catalog.make_tables(self._connection)
        rows = rows_of(pages, works, aliases)
        changes = {table: self._difference(table, rows[table]) for table in rows}
        cutting = cut_changed(self._connection, works, cut, unchanged=self._unchanged(rows["works"], changes))
        if cutting.robbed:
            rows["works"] |= {(key,): robbed(rows["works"][(key,)]) for key in cutting.robbed}
            changes["works"] = self._difference("works", rows["works"])
        changes["chunks"] = _difference(cutting.former, cutting.rows, KEYS["chunks"])
        made = self._filling(cutting, changes["chunks"], embed, progress).run(self._folder, self._embedder)
        if not self._changed(changes):
            return False
        _write(self._connection, changes, made)
        fresh = {row[0] for row in changes["works"].fresh}
        names = {page.source: page.name for page in pages}
        _write_facets(self._connection, (work for work in works if work.key in fresh), names)
        if not self._same_embedder:
            _write_vectors(self._connection, made)
        catalog.write_state(self._connection, self._next_state(made))
        return True

    def _difference(self, table: str, rows: Mapping[Row, Row]) -> Difference:
        return _difference(catalog.read_rows(self._connection, table), rows, KEYS[table])

    def _unchanged(self, works: Mapping[Row, Row], changes: Mapping[str, Difference]) -> frozenset[str]:
        """The keys of the works that are as they were, and so are their chunks."""
        if not self._same_settings:
            return frozenset()
        fresh = {row[0] for row in changes["works"].fresh} | {row[2] for row in changes["records"].fresh}
        return frozenset(key for (key,) in works if key not in fresh)

    def _filling(
        self, cutting: Cutting, change: Difference, embed: Embed, progress: Callable[[int, int], None]
    ) -> Filling:
        return Filling(
            self._connection,
            cutting.chunks,
            standing=cutting.standing,
            changed={row[0] for row in change.fresh},
            stored=catalog.read_ids(self._connection) if self._same_embedder else frozenset(),
            dimensions=self._dimensions,
            embed=embed,
            progress=progress,
        )

    @property
    def _same_settings(self) -> bool:
        made_with = self._state and (self._state.embedder, self._state.chunk_words)
        return made_with == (self._embedder, self._chunk_words)

    @property
    def _same_embedder(self) -> bool:
        return self._state is not None and self._state.embedder == self._embedder

    @property
    def _dimensions(self) -> int:
        """Of the stored vectors; 0 when they are of no use here."""
        return self._state.dimensions if self._state and self._same_embedder else 0

    def _changed(self, changes: Mapping[str, Difference]) -> bool:
        return not self._same_settings or any(change.gone or change.fresh for change in changes.values())

    def _next_state(self, made: Mapping[str, bytes]) -> State:
        return State(
            embedder=self._embedder,
            dimensions=len(next(iter(made.values()))) // 4 if made else self._dimensions,
            chunk_words=self._chunk_words,
            generation=self._state.generation + 1 if self._state else 1,
            digest=digest_of(
                partial(catalog.read_rows, self._connection), embedder=self._embedder, chunk_words=self._chunk_words
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of one table: the keys of rows that go, and the rows that come or change."""

    gone: tuple[Row, ...]
    fresh: tuple[Row, ...]


def _difference(stored: Iterable[Row], rows: Mapping[Row, Row], length: int) -> Difference:
    """What must change in the stored rows so that they are exactly these; keys that go and rows that come, sorted.

    The first `length` columns of a row are its key.
    """
    gone: list[Row] = []
    same: set[Row] = set()
    for row in stored:
        if (key := row[:length]) not in rows:
            gone.append(key)
        elif rows[key] == row:
            same.add(key)
    return Difference(gone=tuple(sorted(gone)), fresh=tuple(rows[key] for key in sorted(rows.keys() - same)))


def _write(connection: Connection, differences: Mapping[str, Difference], vectors: Mapping[str, bytes]) -> None:
    """Applies the differences. `vectors`: chunk id → bytes, for each chunk that comes."""
    for table, change in differences.items():
        keys = COLUMNS[table][: KEYS[table]]
        if table == "works":
            connection.executemany("DELETE FROM facets WHERE work = (SELECT n FROM works WHERE key = ?)", change.gone)
        where = " AND ".join(f"{name} = ?" for name in keys)
        connection.executemany(f"DELETE FROM {table} WHERE {where}", change.gone)
        _upsert(connection, table, change.fresh, vectors)


def _write_facets(connection: Connection, works: Iterable[Work], names: Mapping[str, str | None]) -> None:
    """What limits can find these works by, in place of what it was. `names`: source → the page's name."""
    for work in works:
        (n,) = connection.execute("SELECT n FROM works WHERE key = ?", (work.key,)).fetchone()
        published = work.merged().published
        days = [day.isoformat() for day in published.bounds()] if published else [None, None]
        connection.execute("UPDATE works SET first_day = ?, last_day = ? WHERE n = ?", (*days, n))
        connection.execute("DELETE FROM facets WHERE work = ?", (n,))
        rows = [(kind, value, n) for kind, value in limits.facets(work, names)]
        connection.executemany("INSERT INTO facets VALUES (?, ?, ?)", rows)


def _upsert(connection: Connection, table: str, rows: Sequence[Row], vectors: Mapping[str, bytes]) -> None:
    columns = COLUMNS[table]
    keys, rest = columns[: KEYS[table]], columns[KEYS[table] :]
    if table == "chunks":  # a chunk that only moved keeps its vector
        columns = (*columns, "vector")
        rows = [(*row, vectors.get(row[0], b"")) for row in rows]
    marks = ", ".join("?" for _ in columns)
    updates = ", ".join(f"{name} = excluded.{name}" for name in rest)
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {updates}",
        rows,
    )


def _write_vectors(connection: Connection, vectors: Mapping[str, bytes]) -> None:
    """Gives chunks that stand other vectors, when the embedder changed."""
    connection.executemany("UPDATE chunks SET vector = ? WHERE id = ?", [(v, k) for k, v in vectors.items()])
