"""How many works have each year, author, category …: counted in the catalog over every work that meets some limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from rag.index import catalog
from rag.index.catalog import Connection
from rag.index.limits import criteria
from rag.index.names import category_forms, category_wanted, fold, person_forms, person_wanted
from rag.schema import Group, GroupBy, Grouping, Limits

_SHOWN = {
    "author": "shown:authors",
    "affiliation": "shown:affiliations",
    "category": "shown:categories",
    "label": "shown:labels",
    "hall": "shown:sessions",
}
"""The facets that hold a field's values as pages print them."""

Member = TypeVar("Member", bound=Hashable)

_Forms = Callable[[str], set[str]]

_ABBREVIATED: dict[str, tuple[_Forms, _Forms]] = {
    "author": (person_forms, person_wanted),
    "category": (category_forms, category_wanted),
}
"""Fields of which one value may be short for another, and the forms that a value answers to and is asked for by."""

_DATE_CHARACTERS = {"year": 4, "month": 7}
"""Of a day ("2023-05-28"): a date that does not say the month has a first and a last day that differ in these."""


def group(connection: Connection, by: GroupBy, asked: Limits) -> Grouping:
    """Counts the works that meet the limits by their values of a field; a work counts once for each of its values.

    Years and months come in order, other values by count, then by name. Spellings that differ in case, accents or
    punctuation alone are one value, under its commonest spelling; "T. Ma" and "Tomo Ma" stay two. Sources are never
    folded.
    """
    matching = catalog.where_of(criteria(asked))
    members = gathered(_values(connection, by, *matching), by)
    groups = [Group(value=value, works=len(works)) for value, works in members.items()]
    groups.sort(key=lambda g: (0 if by in _DATE_CHARACTERS else -g.works, fold(g.value), g.value))
    works = catalog.count_works(connection, asked)
    return Grouping(
        by=by,
        groups=tuple(groups),
        works=works,
        unknown=works - len(set().union(*members.values())),
        cut_short=_cut_short(connection, *matching) if by == "author" else 0,
        alike=tuple(_alike(groups, *_ABBREVIATED[by])) if by in _ABBREVIATED else (),
    )


def gathered(pairs: Iterable[tuple[str, Member]], by: str) -> dict[str, list[Member]]:
    """(value, a work that has it) → each value with its works, in their order, each once.

    Spellings that are one value stand under the commonest of them; those of sources are all different.
    """
    members: dict[str, dict[Member, None]] = defaultdict(dict)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    forms: dict[str, str] = {}
    for value, work in pairs:
        form = forms.get(value) or forms.setdefault(value, value if by == "source" else fold(value) or value)
        members[form][work] = None
        spellings[form][value] += 1
    return {_commonest(spellings[form]): list(works) for form, works in members.items()}


def _values(connection: Connection, by: GroupBy, where: str, parameters: list[str]) -> Iterable[tuple[str, int]]:
    """(value, number of a work), each pair once."""
    if by in _DATE_CHARACTERS:
        length = _DATE_CHARACTERS[by]
        known = f"substr(first_day, 1, {length}) = substr(last_day, 1, {length})"
        sql = f"SELECT substr(first_day, 1, {length}), works.n FROM works WHERE {known} AND {where}"
    elif by == "source":
        sql = f"SELECT DISTINCT r.source, works.n FROM works JOIN records AS r USING (key) WHERE {where}"
    else:
        sql = f"SELECT f.value, works.n FROM facets AS f JOIN works ON works.n = f.work WHERE f.kind = ? AND {where}"
        parameters = [_SHOWN[by], *parameters]
    return connection.execute(sql, parameters)


def _commonest(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda value: (-spellings[value], value))


def _alike(groups: Sequence[Group], forms: _Forms, wanted: _Forms) -> Iterator[tuple[str, str]]:
    """Pairs of values of which a limit to the one finds the other too, the one with more works first."""
    answering: dict[str, list[int]] = defaultdict(list)
    for n, found in enumerate(groups):
        for form in forms(found.value):
            answering[form].append(n)
    pairs = {
        (min(n, other), max(n, other))
        for n, found in enumerate(groups)
        for form in wanted(found.value)
        for other in answering.get(form, ())
        if other != n
    }
    return ((groups[one].value, groups[other].value) for one, other in sorted(pairs))


def _cut_short(connection: Connection, where: str, parameters: list[str]) -> int:
    """How many of the works name some authors and leave others out."""
    silent = "works.n IN (SELECT work FROM facets WHERE kind = 'silent' AND value = ?)"
    sql = f"SELECT count(*) FROM works WHERE {silent} AND NOT {silent} AND {where}"
    (found,) = connection.execute(sql, ["author", "first_author", *parameters]).fetchone()
    return int(found)
