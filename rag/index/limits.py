"""Limits → SQL over the catalog's works, so that a filter means the same for every search.

A work meets a limit when its merged facts say so, or, for labels, affiliations and halls, any of its records. Where
its page is silent, or too coarse to tell, it does not meet the limit; it is *unknown*. Dates: all days that the date
covers must lie within `after` and `before`, so "2023" meets the year 2023 and is unknown to "since June 2023".
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    """SQL conditions on a row of `works`: that it meets a limit, and that its page does not say.

    `limit` is the field of Limits ("dates" for both dates), `asked` its values, `says` what is true of a work that
    meets it ("is by “Ma”").
    """

    limit: str
    asked: tuple[str, ...]
    says: str
    met: str
    parameters: tuple[str, ...] = ()
    silent: str = "0"
    silent_parameters: tuple[str, ...] = ()


def facets(work: Work, page_names: Mapping[str, str | None]) -> list[Facet]:
    """Everything by which limits can find the work, sorted. `page_names`: source → the page's name."""
    return sorted(set(_facets(work, page_names)))


def criteria(limits: Limits) -> list[Criterion]:
    """One for each limit that is set, and for each of the authors; a work must meet them all."""
    found = [_one_of("authors", "author", (name,), person_wanted(name)) for name in dict.fromkeys(limits.authors)]
    any_of = (
        ("first_authors", "first_author", person_wanted),
        ("categories", "category", category_wanted),
        ("labels", "label", lambda label: {fold_label(label)}),
    )
    for limit, kind, forms in any_of:
        if asked := getattr(limits, limit):
            found.append(_one_of(limit, kind, asked, {form for value in asked for form in forms(value)}))
    if limits.sources:
        found.append(_one_of("sources", "source", limits.sources, sources_wanted(limits)))
    for limit, kind in (("affiliations", "affiliation"), ("halls", "hall")):
        if asked := getattr(limits, limit):
            found.append(_holding(limit, kind, asked))
    if limits.after or limits.before:
        found.append(_dated(limits.after, limits.before))
    if limits.has_code:
        found.append(_one_of("has_code", "code", (), {"yes"}))
    return found + ([_with_words(limits.text)] if _phrases(limits.text) else [])


def all_of(conditions: Sequence[str]) -> str:
    """The SQL that all of them hold, "1" for none. Halved again and again: SQLite refuses trees 1,000 deep."""
    if len(conditions) < 2:
        return conditions[0] if conditions else "1"
    half = len(conditions) // 2
    return f"({all_of(conditions[:half])} AND {all_of(conditions[half:])})"


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


_SAYS = {
    "authors": "is by {}",
    "first_authors": "has {} as its first author",
    "affiliations": "has the affiliation {}",
    "categories": "is in the category {}",
    "labels": "is labelled {}",
    "halls": "is shown in {}",
    "sources": "stands on the page {}",
    "has_code": "is marked as having code",
    "text": "has all the words {}",
}
_LONGEST_NAMED = 80
_MOST_NAMED = 3


def _says(limit: str, asked: Sequence[str]) -> str:
    """What is true of a work that meets the limit, in words."""
    named = [f"“{_cut(value)}”" for value in asked[:_MOST_NAMED]]
    if len(asked) > _MOST_NAMED:
        named.append(f"{len(asked) - _MOST_NAMED:,} more")
    return _SAYS[limit].format(" or ".join(named))


def _cut(text: str) -> str:
    line = " ".join(text[: 2 * _LONGEST_NAMED].split())
    return line if len(line) <= _LONGEST_NAMED else line[: _LONGEST_NAMED - 1] + "…"


def _one_of(limit: str, kind: str, asked: tuple[str, ...], forms: Collection[str]) -> Criterion:
    return Criterion(
        limit=limit,
        asked=asked,
        says=_says(limit, asked),
        met="works.n IN (SELECT work FROM facets WHERE kind = ? AND value IN (SELECT value FROM json_each(?)))",
        parameters=(kind, json.dumps(sorted(forms))),
        silent=_SILENT,
        silent_parameters=(kind,),
    )


def _holding(limit: str, kind: str, asked: tuple[str, ...]) -> Criterion:
    """Words in a row within the value: "MIT" meets "MIT CSAIL", never "Smith"."""
    wanted = sorted({f" {words} " for value in asked if (words := fold(value))})
    holds = "EXISTS (SELECT 1 FROM json_each(?) AS wanted WHERE instr(facets.value, wanted.value))"
    return Criterion(
        limit=limit,
        asked=asked,
        says=_says(limit, asked),
        met=f"works.n IN (SELECT work FROM facets WHERE kind = ? AND {holds})",
        parameters=(kind, json.dumps(wanted)),
        silent=_SILENT,
        silent_parameters=(kind,),
    )


def _dated(after: date | None, before: date | None) -> Criterion:
    """All days of the work's date lie between; its page does not say where only some of them do."""
    first, last = (after or date.min).isoformat(), (before or date.max).isoformat()
    return Criterion(
        limit="dates",
        asked=tuple(day.isoformat() for day in (after, before) if day),
        says=_says_dated(after, before),
        met="(works.first_day >= ? AND works.last_day <= ?)",
        parameters=(first, last),
        silent="(works.first_day IS NULL OR (works.last_day >= ? AND works.first_day <= ?))",
        silent_parameters=(first, last),
    )


def _says_dated(after: date | None, before: date | None) -> str:
    if after is None or before is None:
        return f"is dated {after} or later" if after else f"is dated {before} or earlier"
    if (after, before) == (date(after.year, 1, 1), date(after.year, 12, 31)):
        return f"is dated {after.year}"
    return f"is dated {after}" if after == before else f"is dated from {after} to {before}"


def _phrases(text: str) -> list[str]:
    return sorted({phrase for word in text.split() if (phrase := lexical.phrase(word.casefold()))})


def _with_words(text: str) -> Criterion:
    """Every word somewhere in the work, not all in one chunk; one condition, because somebody may paste a page."""
    phrases = json.dumps(_phrases(text))
    having = (
        "SELECT chunks.key FROM json_each(?) AS asked JOIN words ON words MATCH asked.value"
        " JOIN chunks ON chunks.n = words.rowid GROUP BY chunks.key"
        " HAVING count(DISTINCT asked.value) = json_array_length(?)"
    )
    return Criterion(
        limit="text",
        asked=(text,),
        says=_says("text", (text,)),
        met=f"works.key IN ({having})",
        parameters=(phrases, phrases),
    )


_SILENT = "works.n IN (SELECT work FROM facets WHERE kind = 'silent' AND value = ?)"
