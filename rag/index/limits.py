"""Limits → SQL over the catalog's works, so that a filter means the same for every search.

A work meets a limit when its merged facts say so, or, for labels, affiliations and halls, any of its records. Where
its page is silent, or too coarse to tell, it does not meet the limit; it is *unknown*. Dates: all days that the date
covers must lie within `after` and `before`, so "2023" meets the year 2023 and is unknown to "since June 2023".
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.index import lexical
from rag.index.names import (
    category_forms,
    category_wanted,
    fold,
    fold_label,
    person_forms,
    person_wanted,
)
from rag.schema import Limits, Record, Work

TABLES = """
CREATE TABLE facets (
  kind TEXT NOT NULL, value TEXT NOT NULL, work INTEGER NOT NULL, PRIMARY KEY (kind, value, work)
) WITHOUT ROWID;
CREATE INDEX facets_of ON facets (work);
"""
"""What each work can be found by: forms of its facts, what its pages are silent about, and "shown:" values."""

Facet = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """SQL conditions on a row of `works`: that it meets a limit, and that its page does not say."""

    met: str
    parameters: tuple[str, ...] = ()
    silent: str = "0"
    silent_parameters: tuple[str, ...] = ()


def facets(work: Work, page_names: Mapping[str, str | None]) -> list[Facet]:
    """Everything by which limits can find the work, sorted. `page_names`: source → the page's name."""
    return sorted(set(_facets(work, page_names)))


def criteria(limits: Limits) -> list[Criterion]:
    """One for each limit that is set; a work must meet them all."""
    found = [_one_of("author", person_wanted(name)) for name in limits.authors]
    any_of = (
        ("first_author", limits.first_authors, person_wanted),
        ("category", limits.categories, category_wanted),
        ("label", limits.labels, lambda label: {fold_label(label)}),
    )
    found += [
        _one_of(kind, {form for value in asked for form in forms(value)}) for kind, asked, forms in any_of if asked
    ]
    if limits.sources:
        found.append(_one_of("source", sources_wanted(limits)))
    for kind, asked in (("affiliation", limits.affiliations), ("hall", limits.halls)):
        if asked:
            found.append(_holding(kind, asked))
    if limits.after is not None:
        day = limits.after.isoformat()
        silent = "(works.first_day IS NULL OR (works.first_day < ? AND works.last_day >= ?))"
        found.append(
            Criterion(met="works.first_day >= ?", parameters=(day,), silent=silent, silent_parameters=(day, day))
        )
    if limits.before is not None:
        day = limits.before.isoformat()
        silent = "(works.last_day IS NULL OR (works.first_day <= ? AND works.last_day > ?))"
        found.append(
            Criterion(met="works.last_day <= ?", parameters=(day,), silent=silent, silent_parameters=(day, day))
        )
    if limits.has_code:
        found.append(_one_of("code", {"yes"}))
    phrases = (lexical.phrase(word) for word in limits.text.split())
    return found + [_with_words(phrase) for phrase in phrases if phrase]


def any_label(record: Record, labels: Collection[str]) -> bool:
    """Whether one record has one of these labels."""
    return bool({fold_label(label) for label in record.labels} & {fold_label(label) for label in labels})


def fields_met(record: Record, limits: Limits) -> bool:
    """Whether one record has every label of the limits, and one of their halls: what stood together on a page."""
    labels = {fold_label(label) for label in record.labels}
    session = f" {fold(record.session or '')} "
    return {fold_label(label) for label in limits.labels} <= labels and (
        not limits.halls or any(f" {fold(hall)} " in session for hall in limits.halls)
    )


def source_forms(source: str, name: str | None) -> set[str]:
    """What a page answers to: its source, its file's name with and without the ending, the name people use for it.

    Of paths only the case is folded: "a-1.txt" is not "a_1.txt".
    """
    path = PurePosixPath(source)
    return {source.casefold(), path.name.casefold(), path.stem.casefold(), fold(name or "")} - {""}


def sources_wanted(limits: Limits) -> set[str]:
    """The forms of the pages asked for, each of which may be a path or a name."""
    return {form for source in limits.sources for form in (source.strip().casefold(), fold(source))}


def _facets(work: Work, page_names: Mapping[str, str | None]) -> Iterator[Facet]:
    merged = work.merged()
    labels, affiliations, sessions = work.union("labels"), work.union("affiliations"), work.union("session")
    for author in merged.authors:
        yield from (("author", form) for form in person_forms(author))
    for author in merged.authors[:1]:
        yield from (("first_author", form) for form in person_forms(author))
    if merged.category:
        yield from (("category", form) for form in category_forms(merged.category))
    yield from (("label", fold_label(label)) for label in labels)
    yield from (("affiliation", f" {fold(affiliation)} ") for affiliation in affiliations)
    yield from (("hall", f" {fold(session)} ") for session in sessions)
    if merged.has_code:
        yield "code", "yes"
    for source in dict.fromkeys(origin.source for origin in work.origins):
        yield from (("source", form) for form in source_forms(source, page_names.get(source)))
    yield from (
        ("silent", kind)
        for kind, said in {
            "author": merged.authors and not merged.et_al,
            "first_author": merged.authors,
            "category": merged.category,
            "label": labels,
            "affiliation": affiliations,
            "hall": sessions,
            "code": merged.has_code,
        }.items()
        if not said
    )
    yield from _shown("authors", merged.authors)
    yield from _shown("affiliations", affiliations)
    yield from _shown("labels", labels)
    yield from _shown("sessions", sessions)
    yield from _shown("categories", (merged.category,) if merged.category else ())


def _shown(field: str, values: Collection[str]) -> Iterator[Facet]:
    return ((f"shown:{field}", value) for value in values)


def _one_of(kind: str, forms: Collection[str]) -> Criterion:
    listed = json.dumps(sorted(forms))
    met = "works.n IN (SELECT work FROM facets WHERE kind = ? AND value IN (SELECT value FROM json_each(?)))"
    return Criterion(met=met, parameters=(kind, listed), silent=_SILENT, silent_parameters=(kind,))


def _holding(kind: str, asked: Collection[str]) -> Criterion:
    """Words in a row within the value: "MIT" meets "MIT CSAIL", never "Smith"."""
    patterns = tuple(f"% {words} %" for value in asked if (words := fold(value)))
    alike = " OR ".join("value LIKE ?" for _ in patterns) or "0"
    met = f"works.n IN (SELECT work FROM facets WHERE kind = ? AND ({alike}))"
    return Criterion(met=met, parameters=(kind, *patterns), silent=_SILENT, silent_parameters=(kind,))


def _with_words(phrase: str) -> Criterion:
    found = "SELECT key FROM chunks WHERE n IN (SELECT rowid FROM words WHERE words MATCH ?)"
    return Criterion(met=f"works.key IN ({found})", parameters=(phrase,))


_SILENT = "works.n IN (SELECT work FROM facets WHERE kind = 'silent' AND value = ?)"
