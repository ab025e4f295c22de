"""What the index holds as rows of the catalog's tables, and back: what is read equals what was given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from rag.schema import Chunk, Conflict, Origin, PartialDate, Record, Span, Work

FORMAT = 2
"""Raised with any change to the tables or to what is derived into them; an index of another format is made anew."""

COLUMNS = {
    "pages": ("source", "body"),
    "aliases": ("alias", "key"),
    "records": ("source", "ordinal", "key", "place", "body"),
    "works": ("key", "source", "ordinal", "conflicts", "mark"),
    "chunks": ("id", "key", "body", "title", "authors", "text"),
}
KEYS = {"pages": 1, "aliases": 1, "records": 2, "works": 1, "chunks": 1}
"""How many of the columns identify a row."""

Row = tuple[Any, ...]
Rows = dict[str, dict[Row, Row]]
"""Table → key → row, as the columns above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """A page as the catalog keeps it: what is needed to know the file again, and how it was read."""

    source: str
    wanted: str
    """The source it would have if no other page shared it."""
    path: str
    digest: str
    page_year: int
    read_by: str = ""
    """The version of the program that read it: a later one may read the same bytes better."""
    name: str | None = None
    confidence: float = 1.0
    layout: str = ""
    warnings: tuple[str, ...] = ()


def rows_of(pages: Sequence[StoredPage], works: Sequence[Work], aliases: Mapping[str, str]) -> Rows:
    """The rows that hold these, of all tables but the chunks. Raises ValueError when they do not fit together."""
    by_source = {page.source: page for page in pages}
    by_key = {work.key: work for work in works}
    names = {page.source: page.name for page in by_source.values()}
    if len(by_source) < len(pages) or len(by_key) < len(works):
        raise ValueError("two pages of one source, or two works of one key")
    rows: Rows = {
        "pages": {(source,): (source, _dump(asdict(page))) for source, page in by_source.items()},
        "aliases": {(alias,): (alias, key) for alias, key in aliases.items()},
        "records": {},
        "works": {},
    }
    for work in by_key.values():
        bodies = [_dump(_record_body(record)) for record in work.records]
        for place, (origin, body) in enumerate(zip(work.origins, bodies, strict=True)):
            at = (origin.source, origin.ordinal)
            if at in rows["records"] or at[0] not in by_source:
                raise ValueError(f"the record at {at} stands in two works or on no page")
            rows["records"][at] = (*at, work.key, place, body)
        said = [*bodies, *([origin.source, names[origin.source]] for origin in work.origins)]
        rows["works"][(work.key,)] = _work_row(
            work, mark=hashlib.blake2b(_dump(said).encode(), digest_size=8).hexdigest()
        )
    return rows


def digest_of(rows: Callable[[str], Iterable[Row]], *, embedder: str, chunk_words: int) -> str:
    """A digest of what can be found and with what, equal on any machine: no paths, no order of arrival.

    `rows` gives those of a table in the order of their keys.
    """
    digest = hashlib.blake2b(_dump([FORMAT, embedder, chunk_words]).encode(), digest_size=16)
    for table in ("pages", "records", "works", "chunks"):
        for row in rows(table):
            if table == "pages":
                page = json.loads(row[1])
                row = (page["source"], page["digest"], page["page_year"], page["name"])
            digest.update(_dump(row).encode())
    return digest.hexdigest()


def robbed(row: Row) -> Row:
    """The row of a work one of whose chunks is another work's: never that of a work whose chunks stand by themselves.

    So it is cut anew at each ingest, and has its chunk as soon as the other work is gone.
    """
    return (*row[:-1], f"{row[-1]}+")


def _work_row(work: Work, *, mark: str) -> Row:
    """`mark` digests all that a work's facets are made of, so that only those of a changed work are made again."""
    conflicts = [[c.field, [[o.source, o.ordinal, value] for o, value in c.values]] for c in work.conflicts]
    return (work.key, work.records[0].origin.source, work.records[0].origin.ordinal, _dump(conflicts), mark)


def chunk_row(chunk: Chunk, work: Work) -> Row:
    """The row of one of a work's chunks."""
    origin = chunk.origin
    body = [origin.source, origin.ordinal, chunk.field, chunk.span.start, chunk.span.end, chunk.header]
    authors = dict.fromkeys(name for record in work.records for name in record.authors)
    return (chunk.id, chunk.key, _dump(body), work.title or "", ", ".join(authors), chunk.text)


def _record_body(record: Record) -> dict[str, Any]:
    """Every field that says something, but for the origin, which is the row's key."""
    said = ((f.name, getattr(record, f.name)) for f in fields(record) if f.name != "origin")
    return {name: str(v) if isinstance(v, PartialDate) else v for name, v in said if v != _SILENT_RECORD[name]}


_SILENT_RECORD = {f.name: f.default for f in fields(Record) if f.default is not MISSING}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def page_of(body: str) -> StoredPage:
    said = json.loads(body)
    return StoredPage(**{**said, "warnings": tuple(said["warnings"])})


def conflicts_of(text: str) -> tuple[Conflict, ...]:
    if text == "[]":  # nearly always
        return ()
    return tuple(
        Conflict(field=field, values=tuple((Origin(source, ordinal), value) for source, ordinal, value in values))
        for field, values in json.loads(text)
    )


def record_of(row: Row) -> Record:
    source, ordinal, body = row
    said: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in json.loads(body).items()}
    if "published" in said:
        said["published"] = PartialDate.parse(said["published"])
    return Record(origin=Origin(source, ordinal), **said)


def chunk_of(row: Row) -> Chunk:
    id, key, body, text = row
    source, ordinal, field, start, end, header = json.loads(body)
    origin, span = Origin(source, ordinal), Span(start, end)
    return Chunk(id=id, key=key, origin=origin, field=field, span=span, text=text, header=header)
