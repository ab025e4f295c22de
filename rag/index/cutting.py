"""Which chunks an ingest makes: those of works that came or changed. Those of the others stand as the catalog has them.

What it gives is what cutting every work anew would give, so that an index does not depend on how it came to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from rag.index import catalog
from rag.index.catalog import Connection
from rag.index.rows import Row, chunk_row
from rag.schema import Chunk, Work

Cut = Callable[[Work], Iterable[Chunk]]
"""A work → its chunks; they depend on nothing but the work and the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutting:
    """The chunks that were made, by id, and their rows; `former` are the rows that those replace, or that go.

    `standing` are the ids of all chunks that are neither. `robbed` are the keys of works of which a chunk has the same
    id as one of a work before them, which has it alone.
    """

    chunks: Mapping[str, Chunk]
    rows: Mapping[Row, Row]
    robbed: frozenset[str]
    former: Sequence[Row] = ()
    standing: frozenset[str] = frozenset()


def cut_changed(connection: Connection, works: Sequence[Work], cut: Cut, *, unchanged: Set[str]) -> Cutting:
    """Cuts the works whose keys are not among the `unchanged`, whose chunks the catalog has.

    Raises ValueError for a chunk of another work.
    """
    while True:
        made = _made([work for work in works if work.key not in unchanged], cut)
        owners = catalog.read_keys_of(connection, made.chunks.keys()) if unchanged else {}
        clashing = unchanged & set(owners.values())
        if not clashing:
            break
        unchanged = unchanged - clashing  # which of them has the chunk is for the works' order to say
    former = catalog.read_chunk_rows_of(connection, catalog.read_keys(connection) - unchanged)
    standing = catalog.read_ids(connection) - {row[0] for row in former}
    return replace(made, former=former, standing=standing)


def _made(works: Sequence[Work], cut: Cut) -> Cutting:
    chunks: dict[str, Chunk] = {}
    rows: dict[Row, Row] = {}
    robbed: set[str] = set()
    for work, chunk in _pairs(works, cut):
        if chunk.key != work.key:
            raise ValueError(f"a chunk of no work: {chunk.key}")
        first = chunks.setdefault(chunk.id, chunk)
        if first.key != work.key:
            robbed.add(work.key)
        elif first is chunk:
            rows[(chunk.id,)] = chunk_row(chunk, work)
    return Cutting(chunks=chunks, rows=rows, robbed=frozenset(robbed))


def _pairs(works: Sequence[Work], cut: Cut) -> Iterator[tuple[Work, Chunk]]:
    return ((work, chunk) for work in works for chunk in cut(work))
