"""Conditions in plain words that are no Limits: by nobody else, by three authors, as first author, without a date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rag.search.words import Words

_ALONE = (
    "alone", "with no third author", "no third author", "with no other author", "with no other authors",
    "no other authors", "no other author", "with nobody else", "nobody else", "with no one else",
    "without other authors", "no further authors", "with no further author", "on their own", "by themselves",
    "only the two of them", "without any other authors", "without anyone else", "without a third author",
    "without co authors", "without coauthors", "no co authors", "as sole author", "as the sole author",
    "as sole authors", "sole author", "as single author", "no coauthors", "with no co authors", "with no coauthors",
)  # fmt: skip
_SOLO = (
    "single author", "single authored", "sole authored", "solo authored", "solo", "one author", "only one author",
    "a single author", "just one author", "exactly one author",
)  # fmt: skip
_FIRST = (
    "as first author", "as the first author", "as lead author", "as the lead author", "is first author",
    "the first author", "first author", "first authored by", "first authored", "first authors", "lead author",
    "lead authored by", "first author of",
)  # fmt: skip
_SILENT = {
    "authors": ("no authors", "without authors", "do not name authors", "no author list", "no author"),
    "published": ("no date", "without a date", "without date", "undated", "without dates", "no dates", "not dated"),
    "category": ("no category", "without a category", "without category", "uncategorized", "uncategorised"),
    "affiliations": ("no affiliation", "no affiliations", "without affiliations", "without an affiliation"),
    "has_code": ("no code", "without code", "do not have code", "does not have code", "dont have code", "have no code",
                 "lack code", "lacks code", "no code tag", "without a code tag", "without a code link"),
}  # fmt: skip
_TEAM = re.compile(
    r"(?P<how>more than|over|at least|less than|fewer than|at most|up to|exactly|just|only)? ?(?P<n>\w+)"
    r"(?P<or> or (?:more|fewer|less))? (?:co )?authors?\b"
)
_SMALL = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}


def conditions(words: Words) -> Iterator[tuple[str, Any]]:
    """Conditions on works that are no Limits, as the Plan's fields; the words are taken."""
    for field, phrases in _SILENT.items():
        if span := words.find(phrases):
            words.take(*span, "silent")
            yield "missing", field
    if span := words.find(_SOLO):
        words.take(*span, "team")
        yield "team", (1, 1)
    if team := _team(words):
        yield "team", team
    spans = 0
    while span := words.find(_ALONE):
        words.take(*span, "alone")
        spans += 1
    if spans:
        yield "alone", True
    if span := words.find(
        ("in reverse chronological order", "reverse chronologically", "newest first", "latest first")
    ):
        words.take(*span, "newest")  # as lists are
    if span := words.find(_FIRST):
        words.take(*span, "first")


def _team(words: Words) -> tuple[int, int | None] | None:
    plain = " ".join(word.plain for word in words.words)
    match = _TEAM.search(plain)
    count = match and (_SMALL.get(match["n"]) or (int(match["n"]) if re.fullmatch(r"\d{1,3}", match["n"]) else 0))
    if not match or not count or plain[: match.start()].endswith(("how many ", "page ")):
        return None
    start = len(plain[: match.start()].split())
    end = start + len(match.group().split())
    if not words.free(start, end):
        return None
    words.take(start, end, "team")
    how = match["how"] or ""
    least, most = count, count
    if how in ("more than", "over"):
        return count + 1, None
    if how == "at least" or (match["or"] or "").endswith("more"):
        return least, None
    if how in ("less than", "fewer than"):
        return (1, count - 1) if count > 1 else None
    if how in ("at most", "up to") or match["or"]:
        return 1, most
    return least, most
