"""A passage as readers and judges read it: led by a heading of its title and the page's facts; and the way back, from a
place in that text to the record's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from rag.corpus.sentences import sentences
from rag.schema import Passage, Quote, Record, Span

FACTS = ("authors", "published", "affiliations", "category", "labels", "session")
"""The fields of the heading's second line."""

_HEADING = re.compile(r"(?:(?:\S+[^\S\n]+){0,40}\S*[^\s.:;,。]\n(?:\([^\n]+\)\n)?|\([^\n]+\)\n)\n(?=\s*\S)")
"""A first paragraph of one short line that does not end as a sentence does, and of the facts in round brackets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a record, and where the text that is read has it."""

    span: Span
    quote: Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Headed:
    """What is read for a passage: a line of its title, a line of facts in brackets, an empty line, its text.

    A passage that was given as plain text has no fields: it is read as it is.
    """

    text: str
    body: int = 0
    """Where the passage's own text begins."""
    passage: Passage | None = None
    fields: tuple[Field, ...] = ()

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """A passage with its heading; fields come from the first record of the work that has them."""
        merged = passage.work.merged()
        lines, fields, length = list[str](), list[Field](), 0
        for names, opening, closing in ((("title",), "", ""), (FACTS, "(", ")")):
            parts = list[str]()
            for name in names:
                words = " ".join(merged.text_of(name).split())
                if not words or name == passage.chunk.field:
                    continue
                start = length + len(opening + " · ".join(parts)) + (3 if parts else 0)
                parts.append(words)
                fields += _field(passage, name, merged.text_of(name), Span(start, start + len(words)))
            if parts:
                lines.append(opening + " · ".join(parts) + closing)
                length += len(lines[-1]) + 1
        heading = "\n".join(lines) + "\n\n" if lines else ""
        return cls(text=heading + passage.chunk.text, body=len(heading), passage=passage, fields=tuple(fields))

    def quotes(self, span: Span) -> list[Quote]:
        """The record's words at a place of the text: a sentence, or the fields of the heading that it touches."""
        if self.passage is None:
            return []
        chunk = self.passage.chunk
        if span.start >= self.body:
            start = chunk.span.start + span.start - self.body
            own = Span(start, start + span.end - span.start)
            return [Quote(record=self.passage.record, field=chunk.field, span=own)]
        return [each.quote for each in self.fields if each.span.start < span.end and span.start < each.span.end]


def _field(passage: Passage, name: str, value: str, span: Span) -> list[Field]:
    own: tuple[Record, ...] = (passage.record, *passage.work.records)
    record = next((record for record in own if record.text_of(name) == value), None)
    if record is None:
        return []
    return [Field(span=span, quote=Quote(record=record, field=name, span=Span(0, len(value))))]


def heading_of(text: str) -> str:
    """The heading that leads a text, its line feeds included; "" where it has none."""
    found = _HEADING.match(text)
    return found.group() if found else ""


def body_sentences(text: str) -> list[Span]:
    """The sentences of a text after its heading."""
    start = len(heading_of(text))
    return [span for span in sentences(text) if span.start >= start]


def title_line(text: str) -> Span | None:
    """The first line of a text's heading: its title."""
    first = heading_of(text).partition("\n")[0]
    return Span(0, len(first)) if first.strip() else None
