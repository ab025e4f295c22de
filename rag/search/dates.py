"""Dates in plain words → the days they cover: "since March 2023", "between 2021 and 2023", "last month".

"Last" and "this" count from the newest record, not from today: pages are saved, and questions are about them.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from rag.schema import PartialDate
from rag.search.words import Words

_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d")
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?")
_NUMBERS = {
    word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}

_SINCE = ("since", "starting in", "starting from", "beginning in", "as of", "no earlier than", "not before")
_AFTER = ("after", "later than", "newer than", "more recent than", "following", "past")
_BEFORE = ("before", "prior to", "earlier than", "older than", "preceding")
_UNTIL = ("until", "till", "up to", "through", "by the end of", "no later than", "not after", "up until")
_WITHIN = ("in", "during", "from", "of", "dated", "on", "for", "throughout", "within", "in the year", "from the year")
_LATER = ("or later", "and later", "onwards", "onward", "or after", "on", "and after", "or newer", "or since")
_EARLIER = ("or earlier", "and earlier", "or before", "or older", "and before")

_DASHES = ("-", "–", "—")
_JOINED = ("and", "to", "until", "till", "through")

_PARTS = {
    "half": (6, {"first": 1, "second": 2, "last": 2}),
    "quarter": (3, {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}),
}
"""Part of a year → its months, and which it is by its ordinal."""

Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The words [start, end) of a question, and the days they limit works to, both inclusive."""

    start: int
    end: int
    after: date | None
    before: date | None


def periods(words: Words, newest: date | None) -> list[Period]:
    """Every date named among the free words, in their order."""
    found, at = list[Period](), 0
    while at < len(words):
        period = _period(words, at, newest)
        if period is not None and words.free(period.start, period.end):
            found.append(period)
            at = period.end
        else:
            at += 1
    return found


def _period(words: Words, at: int, newest: date | None) -> Period | None:
    return _range(words, at) or _relative(words, at, newest) or _bounded(words, at)


def _range(words: Words, at: int) -> Period | None:
    """between A and B, from A to B, A–B, A or B."""
    opening = words.plain(at) in ("between", "from", "in", "during")
    first = _point(words, at + opening) or _month_of_the_next(words, at + opening)
    if first is None:
        return None
    (low, high), middle = first
    dashed = words.words[middle - 1].gap.strip() in _DASHES
    joins = ("and",) if words.plain(at) == "between" else ("to", "until", "till", "through", "and", "or")
    joined = words.plain(middle) in joins
    if not (dashed or joined):
        return None
    second = _point(words, middle + (not dashed))
    if second is None:
        return None
    (other_low, other_high), end = second
    listed = words.plain(middle) in ("and", "or") and words.plain(at) != "between"
    if listed and not dashed and other_low - high != timedelta(days=1):
        return None  # 2019 or 2023 is no range
    if other_low < low:
        low, other_high = other_low, high
    return Period(start=at, end=end, after=low, before=other_high)


def _month_of_the_next(words: Words, at: int) -> tuple[tuple[date, date], int] | None:
    """A month that takes its year from the one it is joined to: "May" in "between May and August 2022"."""
    month = _MONTHS.get(words.plain(at))
    if month is None or not (words.plain(at + 1) in _JOINED or words.words[at].gap.strip() in _DASHES):
        return None
    following = at + 1 + (words.plain(at + 1) in _JOINED)
    other = _MONTHS.get(words.plain(following))
    year = words.plain(following + 1 + (words.plain(following + 1) == "of"))
    if other is None or not _YEAR.fullmatch(year):
        return None
    began = int(year) - (month > other)  # "between November and March 2022"
    return PartialDate(year=began, month=month).bounds(), at + 1


def _bounded(words: Words, at: int) -> Period | None:
    for phrases, kind in (
        (_SINCE, "since"),
        (_AFTER, "after"),
        (_BEFORE, "before"),
        (_UNTIL, "until"),
        (_WITHIN, "in"),
    ):
        for phrase in sorted(phrases, key=len, reverse=True):
            begin = at + len(phrase.split())
            if _stands(words, at, phrase) and (point := _point(words, begin)):
                return _limited(words, at, kind, *point)
    point = _point(words, at)
    return _limited(words, at, "in", *point) if point else None


def _limited(words: Words, at: int, kind: str, days: tuple[date, date], end: int) -> Period:
    first, last = days
    for phrases, turned in ((_LATER, "since"), (_EARLIER, "until")):
        for phrase in phrases:
            if kind == "in" and _stands(words, end, phrase) and not (phrase == "on" and words.plain(at) != "from"):
                kind, end = turned, end + len(phrase.split())
    after = {"since": first, "after": last + timedelta(days=1), "in": first}.get(kind)
    before = {"before": first - timedelta(days=1), "until": last, "in": last}.get(kind)
    return Period(start=at, end=end, after=after, before=before)


def _point(words: Words, at: int) -> tuple[tuple[date, date], int] | None:
    """A year, a month of a year or a day, and where the words go on."""
    if not 0 <= at < len(words):
        return None
    if words.plain(at) in ("the", "year") and _YEAR.fullmatch(words.plain(at + 1)):
        return _point(words, at + 1)
    text = words.plain(at)
    if (part := _part_of_year(words, at)) is not None:
        return part
    if re.fullmatch(rf"{_YEAR.pattern}s", text) and text.endswith("0s"):
        return (date(int(text[:4]), 1, 1), date(int(text[:4]) + 9, 12, 31)), at + 1
    if _YEAR.fullmatch(text):
        return _numeric(words, at)
    if text in _MONTHS:
        day = 1 if _DAY.fullmatch(words.plain(at + 1)) else 0
        year = at + 1 + day + (words.plain(at + 1 + day) == "of")
        return _dated(words.plain(year), _MONTHS[text], words.plain(at + 1) if day else "", year + 1)
    if _DAY.fullmatch(text):
        month = at + 1 + (words.plain(at + 1) == "of")
        if words.plain(month) in _MONTHS:
            return _dated(words.plain(month + 1), _MONTHS[words.plain(month)], text, month + 2)
    return None


def _part_of_year(words: Words, at: int) -> tuple[tuple[date, date], int] | None:
    """The first half of 2021; the third quarter of 2020; Q3 2020."""
    begin = at + (words.plain(at) == "the")
    quarter = re.fullmatch(r"q([1-4])", words.plain(begin))
    months, places = _PARTS["quarter"] if quarter else _PARTS.get(words.plain(begin + 1), (0, {}))
    place = int(quarter[1]) if quarter else places.get(words.plain(begin), 0)
    then = begin + (1 if quarter else 2)
    then += words.plain(then) == "of"
    year = words.plain(then)
    if not place or not _YEAR.fullmatch(year):
        return None
    first = PartialDate(year=int(year), month=(place - 1) * months + 1)
    last = PartialDate(year=int(year), month=place * months)
    return (first.bounds()[0], last.bounds()[1]), then + 1


def _numeric(words: Words, at: int) -> tuple[tuple[date, date], int]:
    """2023, 2023-05 or 2023-05-28."""
    parts, end = [words.plain(at)], at + 1
    while len(parts) < 3 and words.words[end - 1].gap == "-" and re.fullmatch(r"\d\d", words.plain(end)):
        parts.append(words.plain(end))
        end += 1
    try:
        return PartialDate.parse("-".join(parts)).bounds(), end
    except ValueError:
        return PartialDate(year=int(parts[0])).bounds(), at + 1


def _dated(year: str, month: int, day: str, end: int) -> tuple[tuple[date, date], int] | None:
    if not _YEAR.fullmatch(year):
        return None
    try:
        number = int(re.sub(r"\D", "", day)) if day else None
        return PartialDate(year=int(year), month=month, day=number).bounds(), end
    except ValueError:
        return None


def _relative(words: Words, at: int, newest: date | None) -> Period | None:
    """this month, last year, in the last three months: counted back from the newest record."""
    begin = at + (words.plain(at) in ("in", "from", "during", "over", "within", "of"))
    begin += words.plain(begin) == "the"
    which, then = words.plain(begin), begin + 1
    if newest is None or which not in ("last", "past", "this", "previous", "current"):
        return None
    said = words.plain(then)
    count = _NUMBERS.get(said) or (int(said) if re.fullmatch(r"\d{1,3}", said) else None)
    unit = words.plain(then + (count is not None)).removesuffix("s")
    if unit not in ("year", "month") or (count is not None and which in ("this", "current")) or (count or 1) > 600:
        return None
    end = then + 1 + (count is not None)
    if words.plain(end) == "'s":
        end += 1
    months = 12 if unit == "year" else 1
    if count is not None or which == "past":
        return Period(start=at, end=end, after=_back(newest, (count or 1) * months) + timedelta(days=1), before=newest)
    back = months if which in ("last", "previous") else 0
    then_was = _back(newest.replace(day=1), back)
    named = PartialDate(year=then_was.year, month=None if unit == "year" else then_was.month)
    after, before = named.bounds()
    return Period(start=at, end=end, after=after, before=before)


def _back(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    year, month = max(1, number // 12), number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _stands(words: Words, at: int, phrase: str) -> bool:
    wanted = phrase.split()
    return [words.plain(at + i) for i in range(len(wanted))] == wanted
