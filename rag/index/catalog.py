"""SQLite alone says what exists: pages, records, works, aliases, chunks and their vectors, and the state they are in.

The tables, opening them, and functions that read them. Knows nothing about Chroma.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from rag.errors import IndexBusyError, IndexDamagedError, IndexUnusableError
from rag.index import lexical, limits
from rag.index.limits import Criterion
from rag.index.rows import COLUMNS, FORMAT, KEYS, Row, StoredPage, chunk_of, conflicts_of, page_of, record_of
from rag.schema import Chunk, Limits, Record, Work

BUSY_TIMEOUT_S = 2.0

UNUSABLE_HINT = "check the folder's permissions and the space left, or choose another with --home"
"""For what is no fault of the index."""

Connection = sqlite3.Connection

_TABLES = f"""
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pages (source TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE aliases (alias TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (
  source TEXT NOT NULL, ordinal INTEGER NOT NULL, key TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (source, ordinal)
);
CREATE INDEX records_of ON records (key, place);
CREATE TABLE works (
  n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL, ordinal INTEGER NOT NULL,
  conflicts TEXT NOT NULL, mark TEXT NOT NULL, first_day TEXT, last_day TEXT
);
CREATE TABLE chunks (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, body TEXT NOT NULL,
  title TEXT NOT NULL, authors TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX chunks_of ON chunks (key);
{limits.TABLES}
{lexical.TABLES}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much the index holds."""

    files: int
    records: int
    works: int
    chunks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the index was made with, and how often it has changed."""

    embedder: str
    dimensions: int
    chunk_words: int
    generation: int
    digest: str
    format: int = FORMAT


# --- Opening ---------------------------------------------------------------------------------------------------------


def connect(path: Path) -> Connection:
    """An autocommit connection, usable from any one thread at a time; makes the file where there is none."""
    return sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)


@contextmanager
def translated_errors(home: Path) -> Iterator[None]:
    """What SQLite and the file system fail with, as errors that say what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            hint = "wait until it has finished, then run this again"
            raise IndexBusyError(f"another process is writing the index in {home}", hint=hint) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            hint = f"move {home / 'catalog.sqlite'} away and run `rag ingest` again; its vectors are reused"
            raise IndexDamagedError(f"the index in {home} cannot be read: {error}", hint=hint) from error
        if code in _OUTSIDE:
            raise IndexUnusableError(f"the index in {home} cannot be used: {error}", hint=UNUSABLE_HINT) from error
        raise


_OUTSIDE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)


def read_rows(connection: Connection, table: str) -> Iterator[Row]:
    """The rows of a table as rows.COLUMNS has them, in the order of their keys."""
    keys = ", ".join(COLUMNS[table][: KEYS[table]])
    return connection.execute(f"SELECT {', '.join(COLUMNS[table])} FROM {table} ORDER BY {keys}")


def read_chunk_rows_of(connection: Connection, keys: Collection[str]) -> list[Row]:
    """The rows of these works' chunks."""
    columns = ", ".join(COLUMNS["chunks"])
    sql = f"SELECT {columns} FROM chunks WHERE key IN (SELECT value FROM json_each(?))"
    return connection.execute(sql, (json.dumps(sorted(keys)),)).fetchall()


def read_state(connection: Connection) -> State | None:
    """None where nothing was ever committed. Of another format, only `format` means anything."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        return None
    stored = dict(connection.execute("SELECT name, value FROM state"))
    if not stored:
        return None
    numbers = {name: int(stored.get(name, 0)) for name in ("dimensions", "chunk_words", "generation", "format")}
    return State(embedder=stored.get("embedder", ""), digest=stored.get("digest", ""), **numbers)


def write_state(connection: Connection, state: State) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO state VALUES (?, ?)", [(k, str(v)) for k, v in asdict(state).items()]
    )


def make_tables(connection: Connection) -> None:
    """An empty catalog in place of whatever the tables held, within the transaction."""
    names = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'words_%'"
    )
    for (name,) in connection.execute(names).fetchall():
        connection.execute(f'DROP TABLE "{name}"')
    for statement in _statements(_TABLES):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """One by one, because `executescript` would commit first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


# --- Reading ---------------------------------------------------------------------------------------------------------


def read_counts(connection: Connection) -> Counts:
    tables = ("pages", "records", "works", "chunks")
    found = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    return Counts(files=found[0], records=found[1], works=found[2], chunks=found[3])


def read_pages(connection: Connection) -> list[StoredPage]:
    """By source."""
    return [page_of(body) for (body,) in connection.execute("SELECT body FROM pages ORDER BY source")]


def read_aliases(connection: Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT alias, key FROM aliases ORDER BY alias"))


def read_records(connection: Connection, asked: Limits) -> list[Record]:
    """Of the works that meet the limits, by source and ordinal; where sources are a limit, of these pages alone."""
    where, parameters = _where(asked)
    sql = f"SELECT r.source, r.ordinal, r.body FROM records AS r JOIN works USING (key) WHERE {where}"
    records = (record_of(row) for row in connection.execute(f"{sql} ORDER BY r.source, r.ordinal", parameters))
    if not asked.sources:
        return list(records)
    names = {page.source: page.name for page in read_pages(connection)}
    called = {source: limits.source_forms(source, name) for source, name in names.items()}
    wanted = limits.sources_wanted(asked)
    return [record for record in records if called[record.origin.source] & wanted]


def read_works(connection: Connection, asked: Limits) -> list[Work]:
    """The works that meet the limits, by the place of their first record."""
    where, parameters = _where(asked)
    return list(_works(connection, where, parameters))


def read_works_of(connection: Connection, keys: Collection[str]) -> dict[str, Work]:
    """Those of these keys that are works."""
    where = "works.key IN (SELECT value FROM json_each(?))"
    return {work.key: work for work in _works(connection, where, (json.dumps(sorted(keys)),))}


def count_unknown(connection: Connection, asked: Limits) -> int:
    """How many works fail the limits only because their page does not say."""
    return count_silent(connection, limits.criteria(asked))


def count_silent(connection: Connection, criteria: Sequence[Criterion]) -> int:
    """How many works fail the criteria only because their page does not say."""
    where = limits.all_of([f"({c.met} OR {c.silent})" for c in criteria])
    parameters = [value for c in criteria for value in (*c.parameters, *c.silent_parameters)]
    (possible,) = connection.execute(f"SELECT count(*) FROM works WHERE {where}", parameters).fetchone()
    return int(possible) - count_meeting(connection, criteria)


def count_works(connection: Connection, asked: Limits) -> int:
    """How many works meet the limits."""
    return count_meeting(connection, limits.criteria(asked))


def count_meeting(connection: Connection, criteria: Sequence[Criterion]) -> int:
    """How many works meet all the criteria."""
    where, parameters = where_of(criteria)
    (found,) = connection.execute(f"SELECT count(*) FROM works WHERE {where}", parameters).fetchone()
    return int(found)


def read_chunk_ids(connection: Connection, asked: Limits) -> frozenset[str] | None:
    """The chunks of the works that meet the limits; None when the limits limit nothing."""
    where, parameters = _where(asked)
    if where == _EVERYTHING:
        return None
    sql = f"SELECT id FROM chunks WHERE key IN (SELECT key FROM works WHERE {where})"
    return frozenset(id for (id,) in connection.execute(sql, parameters))


def read_ids(connection: Connection) -> frozenset[str]:
    """Of all chunks."""
    return frozenset(id for (id,) in connection.execute("SELECT id FROM chunks"))


def read_keys(connection: Connection) -> frozenset[str]:
    """Of all works."""
    return frozenset(key for (key,) in connection.execute("SELECT key FROM works"))


def read_keys_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """Chunk id → the key of its work, of these ids."""
    sql = "SELECT id, key FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (json.dumps(list(ids)),)).fetchall())


def read_numbers(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Chunk id → the rowid by which the word index knows it, of these ids."""
    sql = "SELECT id, n FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (json.dumps(list(ids)),)).fetchall())


def read_ids_of(connection: Connection, numbers: Collection[int]) -> dict[int, str]:
    """The reverse, of these rowids."""
    sql = "SELECT n, id FROM chunks WHERE n IN (SELECT value FROM json_each(?))"
    return dict(connection.execute(sql, (json.dumps(list(numbers)),)).fetchall())


def read_chunks(connection: Connection, ids: Collection[str]) -> dict[str, Chunk]:
    """Those of these ids that are chunks, in the order of `ids`."""
    sql = "SELECT id, key, body, text FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
    found = {row[0]: chunk_of(row) for row in connection.execute(sql, (json.dumps(list(ids)),))}
    return {id: found[id] for id in ids if id in found}


def read_vectors(connection: Connection, ids: Collection[str] | None = None) -> dict[str, bytes]:
    """Chunk id → its vector's bytes (float32), of all chunks or of these; those without are left out."""
    if ids is None:
        rows = connection.execute("SELECT id, vector FROM chunks")
    else:
        sql = "SELECT id, vector FROM chunks WHERE id IN (SELECT value FROM json_each(?))"
        rows = connection.execute(sql, (json.dumps(list(ids)),))
    return dict(rows.fetchall())


def read_values(connection: Connection, field: str) -> list[str]:
    """The distinct values of "authors", "affiliations", "labels", "sessions" or "categories", as pages print them."""
    sql = "SELECT DISTINCT value FROM facets WHERE kind = ? ORDER BY value"
    return [value for (value,) in connection.execute(sql, (f"shown:{field}",))]


_EVERYTHING = limits.all_of(())


def where_of(criteria: Sequence[Criterion]) -> tuple[str, list[str]]:
    """The SQL on a row of `works` that it meets all the criteria, and its parameters."""
    return limits.all_of([c.met for c in criteria]), [value for c in criteria for value in c.parameters]


def read_known(connection: Connection, kind: str, forms: Collection[str]) -> bool:
    """Whether a work can be found by one of these forms of a facet."""
    sql = "SELECT 1 FROM facets WHERE kind = ? AND value IN (SELECT value FROM json_each(?)) LIMIT 1"
    return connection.execute(sql, (kind, json.dumps(sorted(forms)))).fetchone() is not None


def read_people(connection: Connection, forms: Collection[str]) -> list[str]:
    """The authors, as pages print them, of the works that have an author of one of these forms."""
    of_works = "SELECT work FROM facets WHERE kind = 'author' AND value IN (SELECT value FROM json_each(?))"
    sql = f"SELECT DISTINCT value FROM facets WHERE kind = 'shown:authors' AND work IN ({of_works}) ORDER BY value"
    return [value for (value,) in connection.execute(sql, (json.dumps(sorted(forms)),))]


def read_newest(connection: Connection) -> str | None:
    """The first day that the date of the newest work covers."""
    (newest,) = connection.execute("SELECT max(first_day) FROM works").fetchone()
    return newest if newest is None else str(newest)


def _where(asked: Limits) -> tuple[str, list[str]]:
    return where_of(limits.criteria(asked))


def _works(connection: Connection, where: str, parameters: Sequence[str]) -> Iterator[Work]:
    rows = connection.execute(
        "SELECT works.key, works.conflicts, r.source, r.ordinal, r.body FROM works JOIN records AS r USING (key)"
        f" WHERE {where} ORDER BY works.source, works.ordinal, r.place",
        parameters,
    )
    for (key, conflicts), group in groupby(rows, key=lambda row: row[:2]):
        records = tuple(record_of(row[2:]) for row in group)
        yield Work(key=key, records=records, conflicts=conflicts_of(conflicts))
