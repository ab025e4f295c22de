"""Filters by the names that people use (`--year 2023`, `search(…, year=2023)`) → Limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rag.errors import UsageError
from rag.schema import Limits, PartialDate

LISTS = {
    "author": "authors",
    "first_author": "first_authors",
    "affiliation": "affiliations",
    "category": "categories",
    "label": "labels",
    "hall": "halls",
    "source": "sources",
}
"""Filters that take a text or several, and the limits they are."""

NAMES = (*LISTS, "year", "after", "before", "has_code", "text")


def limits_from(filters: Mapping[str, Any]) -> Limits:
    """The limits that filters amount to; None, () and "" do not limit. A year sets both dates.

    limits_from({"author": "Ida Norrby", "year": 2023}).after == date(2023, 1, 1)
    Raises UsageError for a name that is no filter, a value that is no date, a list that holds a blank, and a text
    without a word: it would limit nothing, and nobody would notice.
    """
    for name in filters:
        if name not in NAMES:
            raise UsageError(f"there is no filter {name!r}", hint=f"there are {', '.join(NAMES)}")
    values = {LISTS[name]: _texts(name, value) for name, value in filters.items() if name in LISTS and value}
    first_days = [_bounds(name, filters[name])[0] for name in ("after", "year") if filters.get(name)]
    last_days = [_bounds(name, filters[name])[1] for name in ("before", "year") if filters.get(name)]
    return Limits(
        **values,
        after=max(first_days, default=None),
        before=min(last_days, default=None),
        has_code=True if filters.get("has_code") else None,
        text=_words(filters.get("text") or ""),
    )


def _words(text: str) -> str:
    if text and not any(character.isalnum() for character in text):
        raise UsageError(f"text {text[:40]!r} holds no word", hint="write words of letters or digits")
    return text


def _texts(name: str, value: Any) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise UsageError(f"{name.replace('_', ' ')} is empty", hint="name what to look for, or leave the filter out")
    return texts


def _bounds(name: str, value: object) -> tuple[date, date]:
    text = f"{value:04d}" if isinstance(value, int) else str(value).strip()
    try:
        return PartialDate.parse(text).bounds()
    except ValueError as error:
        raise UsageError(f"{name} {str(value)!r} is no date", hint="write 2023, 2023-05 or 2023-05-28") from error
