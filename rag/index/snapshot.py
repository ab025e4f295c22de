"""One generation of the index, to read from."""

from __future__ import annotations

import difflib
import heapq
from collections.abc import Collection, Mapping, Set
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rag.errors import IndexStaleError, UnknownKeyError
from rag.index import catalog, emptiness, grouping, lexical
from rag.index.catalog import Connection, Counts, State
from rag.index.names import person_forms, person_wanted
from rag.index.rows import StoredPage
from rag.index.vectors import SharedVectors
from rag.schema import Chunk, GroupBy, Grouping, Limits, Record, Work

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_LIMITS = Limits()

NEAR_TIES = 40  # more than asked for: Chroma's arithmetic differs in the last digits, and ours decides where to cut


class Snapshot:
    """What one read transaction sees. Scores come best first, ties by chunk id; all are higher-is-better."""

    def __init__(self, connection: Connection, state: State, vectors: SharedVectors, *, scan_rows: int):
        self._connection = connection
        self._state = state
        self._vectors = vectors
        self._scan_rows = scan_rows
        self._last_query: tuple[str, dict[int, float]] = ("", {})

    @property
    def generation(self) -> int:
        """How often the index has changed in this home."""
        return self._state.generation

    @property
    def digest(self) -> str:
        """Of what is indexed: the same for the same pages and settings on any machine."""
        return self._state.digest

    @cached_property
    def counts(self) -> Counts:
        return catalog.read_counts(self._connection)

    # --- Facts ---

    def pages(self) -> list[StoredPage]:
        """By source."""
        return catalog.read_pages(self._connection)

    def records(self, limits: Limits = NO_LIMITS) -> list[Record]:
        """Of the works that meet the limits, by source and ordinal; where sources are a limit, of these pages alone."""
        return catalog.read_records(self._connection, limits)

    def works(self, limits: Limits = NO_LIMITS) -> list[Work]:
        """Those that meet the limits (index/limits.py says when), by the place of their first record."""
        return catalog.read_works(self._connection, limits)

    def matched(self, limits: Limits = NO_LIMITS) -> int:
        """How many works meet the limits."""
        return catalog.count_works(self._connection, limits)

    def unknown(self, limits: Limits) -> int:
        """How many works fail the limits only because their page does not say, or not precisely enough."""
        return catalog.count_unknown(self._connection, limits)

    def why_empty(self, limits: Limits) -> str:
        """Which limits no work meets, in words without a full stop; "" where a work meets them all."""
        return emptiness.why_empty(self._connection, limits)

    def group(self, by: GroupBy, limits: Limits = NO_LIMITS) -> Grouping:
        """How many of the works that meet the limits have each value of a field (`grouping.group`)."""
        return grouping.group(self._connection, by, limits)

    def work(self, key: str) -> Work:
        """The work that has this key, or had it before it was merged. Raises UnknownKeyError with the nearest keys."""
        aliases = catalog.read_aliases(self._connection)
        present = aliases.get(key, key)
        found = catalog.read_works_of(self._connection, {present})
        if not found:
            near = difflib.get_close_matches(key, {*aliases, *catalog.read_keys(self._connection)}, n=3)
            hint = f"did you mean {', '.join(near)}?" if near else "`rag list` shows the keys there are"
            raise UnknownKeyError(f"no work has the key {key!r}", hint=hint)
        return found[present]

    def values(self, field: str) -> list[str]:
        """The distinct values, as printed, of authors, affiliations, labels, sessions, categories, sources or pages.

        "pages" are the names that people use for pages. Raises ValueError for another field.
        """
        if field == "sources":
            return [page.source for page in self.pages()]
        if field == "pages":
            return sorted({page.name for page in self.pages() if page.name})
        if field not in ("authors", "affiliations", "labels", "sessions", "categories"):
            raise ValueError(f"no values are kept of {field}")
        return catalog.read_values(self._connection, field)

    def names_author(self, name: str) -> bool:
        """Whether a page names an author who answers to this name (index/names.py says when)."""
        return catalog.read_known(self._connection, "author", person_wanted(name))

    def people(self, name: str) -> list[str]:
        """The authors who answer to a name, as pages print them."""
        wanted = person_wanted(name)
        return [who for who in catalog.read_people(self._connection, wanted) if person_forms(who) & wanted]

    def newest(self) -> date | None:
        """When the newest work is dated; of a coarse date the first day."""
        newest = catalog.read_newest(self._connection)
        return None if newest is None else date.fromisoformat(newest)

    # --- Search ---

    def chunk_ids(self, limits: Limits) -> frozenset[str] | None:
        """The chunks of the works that meet the limits; None when the limits limit nothing."""
        return catalog.read_chunk_ids(self._connection, limits)

    def lexical(self, query: str, limit: int, within: Set[str] | None = None) -> dict[str, float]:
        """The `limit` chunks (of `within`) with the highest BM25, all above 0."""
        scores = self._bm25(query)
        if within is not None:
            scores = {n: scores[n] for n in catalog.read_numbers(self._connection, within).values() if n in scores}
        if not scores or limit < 1:
            return {}
        worst = heapq.nlargest(limit, scores.values())[-1]
        best = {n: score for n, score in scores.items() if score >= worst}  # ties at the end are cut by id, below
        return _ranked({id: best[n] for n, id in catalog.read_ids_of(self._connection, best).items()}, limit)

    def lexical_scores(self, query: str, ids: Collection[str]) -> dict[str, float]:
        """BM25 of each of these chunks, 0.0 for one that holds no word of the query."""
        scores, numbers = self._bm25(query), catalog.read_numbers(self._connection, ids)
        return {id: scores.get(numbers[id], 0.0) for id in ids if id in numbers}

    def idf_total(self, query: str) -> float:
        """What BM25 is divided by to say how much of the query a chunk's words cover (`lexical.idf_total`)."""
        return lexical.idf_total(self._connection, query)

    def dense(self, vector: NDArray[np.float32], limit: int, within: Set[str] | None = None) -> dict[str, float]:
        """The `limit` chunks (of `within`) with the highest cosine to a vector of length 1."""
        if limit < 1:
            return {}
        among = self.counts.chunks if within is None else len(within)
        if among > self._scan_rows:
            nearest = self._vectors.nearest(
                vector,
                limit + NEAR_TIES,
                within,
                generation=self.generation,
                catalogued=lambda: catalog.read_ids(self._connection),
            )
            found = self._cosines(vector, nearest or ())
            if len(found) >= min(limit, among):
                return _ranked(found, limit)
        return _ranked(self._cosines(vector, within), limit)

    def cosines(self, vector: NDArray[np.float32], ids: Collection[str]) -> dict[str, float]:
        """The cosine of each of these chunks to a vector of length 1."""
        found = self._cosines(vector, ids)
        return {id: found[id] for id in ids if id in found}

    def passages(self, ids: Collection[str]) -> dict[str, tuple[Chunk, Work]]:
        """Each chunk and its work, in the order of `ids`."""
        chunks = catalog.read_chunks(self._connection, ids)
        works = catalog.read_works_of(self._connection, {chunk.key for chunk in chunks.values()})
        return {id: (chunk, works[chunk.key]) for id, chunk in chunks.items()}

    def known_terms(self, query: str) -> int:
        """How many of the query's distinct terms beyond the stop words stand in the index."""
        frequencies = self.document_frequency(lexical.content_terms(query))
        return sum(share > 0 for share in frequencies.values())

    def document_frequency(self, terms: Collection[str]) -> dict[str, float]:
        """The share of all chunks that hold each term (as `lexical.terms` makes them), 0.0 where none does."""
        return lexical.document_frequency(self._connection, terms)

    def _bm25(self, query: str) -> dict[int, float]:
        """By rowid. The last query's are kept: a blend asks for the best, then for those of the other half."""
        if self._last_query[0] != query:
            self._last_query = (query, lexical.scores(self._connection, query))
        return self._last_query[1]

    def _cosines(self, vector: NDArray[np.float32], ids: Collection[str] | None) -> dict[str, float]:
        import numpy as np

        stored = catalog.read_vectors(self._connection, ids)
        if not stored:
            return {}
        matrix = np.frombuffer(b"".join(stored.values()), dtype=np.float32).reshape(len(stored), -1)
        if matrix.shape[1] != len(vector):
            raise IndexStaleError(
                f"the index holds vectors of {matrix.shape[1]} numbers, {self._state.embedder} now makes {len(vector)}",
                hint="run `rag ingest` on your pages again, with another name for the embedder's model",
            )
        # einsum multiplies row by row: a chunk's cosine depends on no other chunk, and no BLAS thread is woken.
        return dict(zip(stored, np.einsum("ij,j->i", matrix, vector).tolist(), strict=True))


def _ranked(scores: Mapping[str, float], limit: int) -> dict[str, float]:
    return dict(heapq.nsmallest(limit, scores.items(), key=lambda item: (-item[1], item[0])))
