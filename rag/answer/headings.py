"""A passage as readers and judges read it: led by a heading of its title and facts; and the way back, from a place in
that text to the record's own words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from rag.corpus.sentences import sentences
from rag.models.pairs import PassageText
from rag.schema import Passage, Quote, Record, Span

FIELDS = ("title", "authors", "published", "affiliations", "category", "labels", "session")
"""What a claim may rest on besides the passage's own text."""

_HEADING = re.compile(r"(?:\S+[^\S\n]+){0,40}\S*[^\s.:;,。]\n(?:[^\n]{0,400}[^\s.:;,。]\n)?\n(?=\s*\S)")
"""A first paragraph of a short line, or of that and a second line, neither of which ends as a sentence does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headed:
    """What is read for a passage: its heading, an empty line, its text; and its record's fields.

    A passage that was given as plain text has no fields: it is read as it is.
    """

    text: str
    body: int = 0
    """Where the passage's own text begins."""
    passage: Passage | None = None
    fields: tuple[Quote, ...] = ()
    """Whole fields, each of the first record of the work that has it."""

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """A passage with its heading."""
        heading = f"{passage.heading}\n\n" if passage.heading else ""
        merged = passage.work.merged()
        fields = tuple(quote for name in FIELDS if (quote := _field(passage, merged, name)))
        return cls(text=heading + passage.chunk.text, body=len(heading), passage=passage, fields=fields)

    def quotes(self, span: Span, field: str = "") -> list[Quote]:
        """The record's words: a whole field, a sentence of the text at `span`, or, for its heading, the title."""
        if field or span.start < self.body:
            return [quote for quote in self.fields if quote.field == (field or "title")]
        own = self.own(span)
        return [own] if own else []

    def own(self, span: Span) -> Quote | None:
        """The words at `span` of the passage's own text; None in its heading, or where there is no record."""
        if self.passage is None or span.start < self.body:
            return None
        chunk = self.passage.chunk
        start = chunk.span.start + span.start - self.body
        place = Span(start, start + span.end - span.start)
        return Quote(record=self.passage.record, field=chunk.field, span=place)


def _field(passage: Passage, merged: Record, name: str) -> Quote | None:
    value = merged.text_of(name)
    records = (passage.record, *passage.work.records)
    record = next((record for record in records if value and record.text_of(name) == value), None)
    return Quote(record=record, field=name, span=Span(0, len(value))) if record else None


def heading_of(text: str) -> str:
    """The heading that leads a text, its line feeds included; "" where it has none."""
    found = _HEADING.match(text)
    return found.group() if found else ""


def title_line(text: str) -> Span | None:
    """The first line of a text's heading: its title."""
    first = heading_of(text).partition("\n")[0]
    return Span(0, len(first)) if first.strip() else None


def body_sentences(text: str) -> list[Span]:
    """The sentences of a text after its heading."""
    start = len(heading_of(text))
    return [Span(span.start + start, span.end + start) for span in sentences(text[start:])]


def passage_text(text: str) -> PassageText:
    """A text that may begin with a heading, as the cross-encoder reads it."""
    heading = heading_of(text)
    body = text[len(heading) :]
    return PassageText(text=body, sentences=tuple(sentences(body)), heading=heading.rstrip())
