"""Meta lines: "92.5AIMar 11Code" → score, category, date and code mark, in any order, fused or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.corpus import dates, lexicon

_ARCHIVES = (
    "cs|stat|math|eess|econ|q-bio|q-fin|physics|cond-mat|astro-ph|nlin|hep-ex|hep-lat|hep-ph|hep-th|gr-qc|quant-ph|"
    "nucl-ex|nucl-th|math-ph"
)
_CATEGORY = re.compile(
    rf"(?:{_ARCHIVES})\.(?:[A-Z]{{2}}|[a-z]{{2,5}}-[a-z]{{2,4}}|[a-z]{{5,8}}|[a-z]{{2}})(?![a-z])"
    r"|(?:astro-ph|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nucl-(?:ex|th)|quant-ph|cond-mat)"
    r"|[A-Z]{2}(?![a-z])(?!\.)"
)
_SCORE = re.compile(r"\d{1,3}(?:\.\d{1,2})?(?![\d.,%]|st|nd|rd|th)")
_DATE = re.compile(dates.DATE + r"|(?P<lone>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_MARK = re.compile("|".join(sorted(lexicon.CODE_MARKS, key=len, reverse=True)) + "|pdf|html|data", re.IGNORECASE)
_FILLER = re.compile(r"[\s·•|,;/]+|(?:published|submitted|posted|updated)(?: on)?:?|score:?|on", re.IGNORECASE)
_BRACKETS = str.maketrans("[](){}", "      ")


@dataclass(frozen=True, slots=True)
class Meta:
    """What a meta line says. `date` as printed: a year it omits is the page's."""

    category: str | None = None
    date: str | None = None
    score: float | None = None
    has_code: bool = False

    @property
    def parts(self) -> int:
        """How many of the four things it says: the more, the surer it is no title."""
        return sum((self.category is not None, self.date is not None, self.score is not None, self.has_code))


def read_meta(line: str) -> Meta | None:
    """What a line says when it is nothing but score, category, date and marks, with at least a category or a date."""
    line = line.translate(_BRACKETS)
    return next((meta for meta in _readings(line, 0, Meta()) if meta.category or meta.date), None)


def _readings(line: str, at: int, meta: Meta) -> Iterator[Meta]:
    """Every way to read `line` from `at` on as parts not yet in `meta`: "Dec 2023" before "Dec 20" and a score."""
    if at == len(line):
        yield meta
        return
    filler = _FILLER.match(line, at)
    if filler is not None:
        yield from _readings(line, filler.end(), meta)
        return
    mark = _MARK.match(line, at)
    if mark is not None:
        is_code = mark.group().lower() in lexicon.CODE_MARKS
        yield from _readings(line, mark.end(), Meta(meta.category, meta.date, meta.score, meta.has_code or is_code))
    date = _DATE.match(line, at)
    if date is not None and meta.date is None and dates.read(date.group(), 2000) is not None:
        yield from _readings(line, date.end(), Meta(meta.category, date.group(), meta.score, meta.has_code))
    category = _CATEGORY.match(line, at)
    if category is not None and meta.category is None:
        yield from _readings(line, category.end(), Meta(category.group(), meta.date, meta.score, meta.has_code))
    score = _SCORE.match(line, at)
    if score is not None and meta.score is None:
        yield from _readings(line, score.end(), Meta(meta.category, meta.date, float(score.group()), meta.has_code))
