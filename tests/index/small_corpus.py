"""A few invented papers, as pages, works and chunks; and writing them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.index.rows import StoredPage
from rag.index.store import Store
from rag.schema import Chunk, Origin, PartialDate, Record, Span, Work
from tests.fakes import HashingEmbedder


@dataclass(frozen=True)
class SmallCorpus:
    pages: tuple[StoredPage, ...]
    works: tuple[Work, ...]
    chunks: tuple[Chunk, ...]

    def without(self, key: str) -> SmallCorpus:
        works = tuple(work for work in self.works if work.key != key)
        return SmallCorpus(self.pages, works, tuple(chunk for chunk in self.chunks if chunk.key != key))

    def cut(self, work: Work) -> list[Chunk]:
        return [chunk for chunk in self.chunks if chunk.key == work.key]


def page(source: str = "list.txt", **fields: Any) -> StoredPage:
    return StoredPage(
        **{"source": source, "wanted": source, "path": f"/pages/{source}", "digest": "d1", "page_year": 2024, **fields}
    )


def paper(ordinal: int, abstract: str = "", *, source: str = "list.txt", **fields: Any) -> Record:
    if isinstance(published := fields.get("published"), str):
        fields["published"] = PartialDate.parse(published)
    return Record(
        origin=Origin(source, ordinal),
        **{"key": f"work-{ordinal}", "title": f"Paper {ordinal}", **fields},
        abstract=abstract,
    )


def chunk(work: Work) -> Chunk:
    """The whole abstract, or the title, as one chunk."""
    record = work.records[0]
    field = "abstract" if record.abstract else "title"
    text, header = record.text_of(field), f"{work.title} · {', '.join(record.authors)}"
    id = hashlib.blake2b(f"{header}\n{text}".encode(), digest_size=16).hexdigest()
    span = Span(0, len(text))
    return Chunk(id=id, key=work.key, origin=record.origin, field=field, span=span, text=text, header=header)


def corpus(*records: Record, pages: Sequence[StoredPage] | None = None) -> SmallCorpus:
    """Records of the same key are one work; every page is there unless `pages` says otherwise."""
    by_key: dict[str, list[Record]] = {}
    for record in records:
        by_key.setdefault(record.key, []).append(record)
    works = tuple(Work(key=key, records=tuple(group)) for key, group in by_key.items())
    sources = dict.fromkeys(record.origin.source for record in records)
    all_pages = tuple(page(source) for source in sources) if pages is None else tuple(pages)
    return SmallCorpus(all_pages, works, tuple(chunk(work) for work in works))


def many(count: int) -> SmallCorpus:
    """Papers of which each has a word of its own, `topic7`."""
    return corpus(*(paper(n, f"We study topic{n} with a method named tool{n % 7}.") for n in range(count)))


def ingest(store: Store, given: SmallCorpus, embedder: HashingEmbedder, aliases: dict[str, str] | None = None) -> bool:
    """Whether anything changed."""
    with store.writing() as writer:
        return writer.replace(given.pages, given.works, aliases or {}, given.cut, embedder.embed)


def id_of(given: SmallCorpus, key: str) -> str:
    return next(chunk.id for chunk in given.chunks if chunk.key == key)
