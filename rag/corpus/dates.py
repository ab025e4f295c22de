"""Dates as pages print them: "Mar 11", "Mar 11, 2024", "11 March 2024", "March 2024", "2024-03-11", "2024"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.corpus.lexicon import MONTHS
from rag.schema import PartialDate

_MONTH = "(?P<month{n}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<year{n}>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?P<day{n}>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = (
    r"(?P<year{n}>(?:19|20)\d\d)[-/](?P<numeral{n}>[01]\d)(?:[-/](?P<day{n}>[0-3]\d))?(?![\d-])",
    _DAY + r"(?!\d)\s*[-.]?\s*" + _MONTH + r"(?:,?\s*" + _YEAR + ")?",
    _MONTH + r"\s*" + _DAY + r"(?!\d)(?:(?:,\s*|\s+)" + _YEAR + ")?",
    _MONTH + r",?\s*" + _YEAR,
)
DATE = "(?:" + "|".join(form.replace("{n}", str(n)) for n, form in enumerate(_FORMS)) + ")"
"""A regular expression for one date with a month; `found` reads its match. Spaces may be missing."""

_DATE = re.compile(r"(?<![\d.])" + DATE, re.IGNORECASE)
_WHOLE = re.compile(DATE, re.IGNORECASE)
_LONE_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Found:
    """A date on a page. `filled`: the page omits the year."""

    date: PartialDate
    filled: bool = False


def read(text: str, page_year: int) -> Found | None:
    """The date that the whole of `text` is, or None. A lone year counts."""
    text = text.strip()
    if _LONE_YEAR.fullmatch(text):
        return Found(PartialDate(year=int(text)))
    match = _WHOLE.fullmatch(text) if len(text) <= 30 else None
    return None if match is None else found(match, page_year)


def found(match: re.Match[str], page_year: int) -> Found | None:
    """What a match of DATE says; None when no calendar has the day and month."""
    parts = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
    year = int(parts["year"]) if "year" in parts else None
    month = int(parts["numeral"]) if "numeral" in parts else MONTHS[parts["month"].lower()]
    day = int(parts["day"]) if "day" in parts else None
    for candidate in (day, None):  # 29 February in a filled year that is no leap year keeps its month
        try:
            date = PartialDate(year=page_year if year is None else year, month=month, day=candidate)
        except ValueError:
            if year is not None or day is None or day > 29:
                return None
            continue
        return Found(date, filled=year is None)
    return None


def years(text: str) -> Iterator[int]:
    """The years of the dates with a month in a text, one for each date that has a year."""
    for match in _DATE.finditer(text):
        date = found(match, page_year=2000)
        if date is not None and not date.filled:
            yield date.date.year
