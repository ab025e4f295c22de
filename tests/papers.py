"""Invented papers, as passages that a search would hand to an answerer."""

from __future__ import annotations

from rag.schema import Chunk, Origin, PartialDate, Passage, Record, Span, Work

FAST = "Pebble is a sparse optimizer. It trains in 40 hours on 8 machines. Its memory use falls by half."
SMALL = "Lantern shrinks language models. It keeps 98% of the accuracy as reported in [12]. It needs no labels."


def work(
    key: str, title: str | None, abstract: str, authors: tuple[str, ...] = ("Ada Brook", "Ben Stone"), copies: int = 1
) -> Work:
    records = tuple(
        Record(
            origin=Origin(f"{key}-{i}.txt", 3),
            key=key,
            title=title,
            authors=authors,
            abstract=abstract,
            published=PartialDate(year=2024, month=3),
        )
        for i in range(copies)
    )
    return Work(key=key, records=records)


def passage(work: Work, start: int = 0, end: int | None = None, score: float = 1.0) -> Passage:
    """The slice [start, end) of a work's abstract; its title when it has none."""
    record = work.records[0]
    field = "abstract" if record.abstract else "title"
    text = record.text_of(field)
    span = Span(start, len(text) if end is None else end)
    chunk = Chunk(
        id=f"{work.key}-{start}",
        key=work.key,
        origin=record.origin,
        field=field,
        span=span,
        text=span.of(text),
        header=f"{record.title} · {', '.join(record.authors)} · {record.published}",
    )
    return Passage(chunk=chunk, work=work, score=score)


PEBBLE = work("brook2024-pebble-0001", "Pebble: sparse steps", FAST, copies=2)
LANTERN = work("brook2024-lantern-0002", "Lantern light [7]", SMALL, authors=("Cy Rivers",))
PASSAGES = (passage(PEBBLE), passage(LANTERN))
