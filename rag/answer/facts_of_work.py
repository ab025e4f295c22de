"""What the fields of one work say, as sentences with the words they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer import phrasing
from rag.index.names import fold, fold_label, person_forms, person_wanted
from rag.schema import UNION_FIELDS, Limits, PartialDate, Quote, Record, Span, Work, unbracketed


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A sentence about a work; `silent`: that its pages do not say."""

    text: str
    quotes: tuple[Quote, ...]
    silent: bool = False


def facts_of(work: Work, fields: Sequence[str], limits: Limits = Limits()) -> Iterator[Fact]:
    """A sentence for each field, and one for each page that says otherwise."""
    for field in fields:
        values = work.union(field) if field in UNION_FIELDS else (work.merged().text_of(field),)
        if not any(values):
            text = f"The page {_UNSAID[field].format(phrasing.titled(work))}."
            yield Fact(text=text, quotes=(title_quote(work),), silent=True)
            continue
        sentence = unbracketed(f"{phrasing.titled(work)} {_predicate(work.merged(), field, values)}.")
        quotes = quotes_of(work, limits, field=field) or [title_quote(work)]
        yield Fact(text=" ".join(sentence.split()), quotes=tuple(quotes))
        for conflict in work.conflicts:
            if conflict.field == field:
                yield from _otherwise(work, field)


_UNSAID = {
    "authors": "does not say who wrote {}",
    "published": "does not say when {} appeared",
    "affiliations": "does not say which affiliations the authors of {} have",
    "category": "does not say which category {} belongs to",
    "labels": "does not say which labels {} has",
    "session": "does not say where {} was shown",
    "has_code": "shows no code mark for {}, which is silence and not a no",
    "url": "does not say where {} can be found",
    "doi": "does not say which DOI {} has",
    "arxiv_id": "does not say which arXiv number {} has",
}


def _predicate(record: Record, field: str, values: Sequence[str]) -> str:
    if field == "authors":
        names = phrasing.listed(record.authors) if not record.et_al else f"{', '.join(record.authors)} and others"
        many = f" ({len(record.authors)} authors)" if len(record.authors) > 2 and not record.et_al else ""
        cut = ", whom the page does not name" if record.et_al else ""
        return f"was written by {names}{cut}{many}"
    if field == "published":
        assert record.published is not None
        return f"is dated {phrasing.dated(record.published)}"
    joined = phrasing.listed(values)
    return {
        "affiliations": f"has the {'affiliation' if len(values) == 1 else 'affiliations'} {joined}",
        "category": f"is in the category {joined}",
        "labels": f"is marked {joined}",
        "session": f"was shown in {joined}",
        "has_code": "is tagged as having code",
        "url": f"is found at {joined}",
        "doi": f"has the DOI {joined}",
        "arxiv_id": f"has the arXiv number {joined}",
    }[field]


def _otherwise(work: Work, field: str) -> Iterator[Fact]:
    """Other values that other pages give."""
    said = work.merged().text_of(field)
    for record in work.records:
        value = record.text_of(field)
        if value and value != said:
            shown = phrasing.dated(PartialDate.parse(value)) if field == "published" else value
            text = unbracketed(f"The page “{record.origin.source}” says otherwise: {' '.join(shown.split())}.")
            yield Fact(text=text, quotes=(Quote(record=record, field=field, span=Span(0, len(value))),))


# --- Quotes ----------------------------------------------------------------------------------------------------------


def title_quote(work: Work) -> Quote:
    """A work's title, or how its text begins."""
    for field in ("title", "abstract", "authors"):
        for record in work.records:
            text = record.text_of(field)
            if text:
                return Quote(record=record, field=field, span=Span(0, min(len(text), _OPENING)))
    record = work.records[0]
    field = next(name for name in ("session", "labels", "published", "url", "category") if record.text_of(name))
    return Quote(record=record, field=field, span=Span(0, len(record.text_of(field))))


_OPENING = 200
"""Characters of a text that stand for a work without a title."""


def quotes_of(work: Work, limits: Limits, *, field: str = "", value: str = "") -> list[Quote]:
    """The words of the fields that met the limits, one a field; of a given field its value, or the whole.

    Where no field decided (the page did, or nothing), the title.
    """
    if field:
        whole = _of_field(work, field, value)
        return [whole] if whole else []
    wanted: list[tuple[str, Sequence[str]]] = [
        ("authors", (name,)) for name in (*limits.authors, *limits.first_authors)
    ]
    if limits.after or limits.before:
        wanted.append(("published", ()))
    wanted += [("labels", limits.labels)] if limits.labels else []
    wanted += [("session", ())] if limits.halls else []
    wanted += [("category", ())] if limits.categories else []
    wanted += [("affiliations", limits.affiliations)] if limits.affiliations else []
    wanted += [("has_code", ())] if limits.has_code else []
    found = [quote for name, asked in wanted if (quote := _asked(work, name, asked))]
    return list(dict.fromkeys(found)) or [title_quote(work)]


def _of_field(work: Work, field: str, value: str) -> Quote | None:
    for record in work.records:
        text = record.text_of(field)
        at = text.find(value) if value and field not in ("published", "title") else 0
        if text and at >= 0:
            span = Span(at, at + len(value)) if value and field not in ("published", "title") else Span(0, len(text))
            return Quote(record=record, field=field, span=span)
    return None


def _asked(work: Work, field: str, asked: Sequence[str]) -> Quote | None:
    """The words of a field that answer to one of the values asked for; the whole field where none does alone."""
    merged = work.merged().text_of(field)
    for record in sorted(work.records, key=lambda record: record.text_of(field) != merged):
        start = 0
        for part in getattr(record, field) if isinstance(getattr(record, field), tuple) else ():
            if any(_answers(part, value, field) for value in asked):
                return Quote(record=record, field=field, span=Span(start, start + len(part)))
            start += len(part) + len(", ")
    if field in ("authors", "labels", "affiliations"):
        return None
    return _of_field(work, field, "")


def _answers(part: str, value: str, field: str) -> bool:
    if field == "authors":
        return bool(person_forms(part) & person_wanted(value))
    if field == "labels":
        return fold_label(part) == fold_label(value)
    return f" {fold(value)} " in f" {fold(part)} "
