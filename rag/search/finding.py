"""Which words of a question are limits: dates, people, pages, marks. Each is taken from the question under a tag.

A name is a limit only if the catalogue knows it. `Found.certain` says that the phrase can mean nothing but a limit on
papers, whatever else the question asks ("Brook's 2023 paper", "papers published since March"); the others are limits
only where the whole question is about the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from rag.index.names import PARTICLES
from rag.schema import Limits
from rag.search.dates import periods
from rag.search.vocabulary import Vocabulary
from rag.search.wording import AUTHORED, GLUE, PAPERS, POINTING
from rag.search.words import Words

_BEFORE_PAPERS = frozenset("which what any all do does did list find show name many some the of 's s are in".split())
"""What stands before the papers that a question asks for; "trained on papers from 2023" asks for none."""
_CLAUSE = frozenset(
    """
    is are was were do does did has have had can could that which who whose and or on about by with from in at for of
    study studies find finds show shows use uses propose proposes address addresses discuss discusses deal deals tackle
    tackles consider considers introduce introduces report reports investigate investigates explore explores mention
    describe describes cover covers concern concerns analyze analyzes analyse analyses evaluate evaluates compare
    compares present presents improve improves apply applies develop develops examine examines to say says prove proves
    """.split()
)
"""What may follow a date that limits papers: not a noun, as in "papers from the 2018 challenge"."""
_HEAD = 7
"""The papers asked for are named among the first words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The words [start, end) and what they limit to."""

    tag: str
    start: int
    end: int
    limits: Limits
    certain: bool = False


def merged(found: Sequence[Found]) -> Limits:
    """All limits at once: lists joined, the narrower dates."""
    limits = Limits()
    for each in found:
        limits = joined(limits, each.limits)
    return limits


def joined(one: Limits, other: Limits) -> Limits:
    """Both limits: lists joined, the narrower dates."""
    values: dict[str, Any] = {}
    for field in fields(Limits):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, tuple):
            values[field.name] = tuple(dict.fromkeys(mine + theirs))
        elif mine is None or theirs is None or field.name == "has_code":
            values[field.name] = theirs if mine is None else mine
        elif field.name == "text":
            values[field.name] = " ".join(part for part in (mine, theirs) if part)
        else:
            values[field.name] = max(mine, theirs) if field.name == "after" else min(mine, theirs)
    return Limits(**values)


def without(limits: Limits, *names: str) -> Limits:
    """The limits less some fields."""
    empty = Limits()
    return replace(limits, **{name: getattr(empty, name) for name in names})


def is_certain(words: Words, found: Found) -> bool:
    """Whether it limits papers whatever the rest of the question asks; told when all that there is has been found."""
    if "or" in (words.plain(found.start - 1), words.plain(found.end), words.plain(found.start - 2)):
        return False
    if found.tag == "date":
        return _dates_papers(words, found.start, found.end)
    if found.tag in ("person", "stranger"):
        return _writes_papers(words, found.start, found.end - (words.plain(found.end - 1) == "'s"))
    return found.certain


def find_dates(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    for period in periods(words, vocabulary.listed.newest):
        words.take(period.start, period.end, "date")
        limits = Limits(after=period.after, before=period.before)
        yield Found(tag="date", start=period.start, end=period.end, limits=limits)


def _dates_papers(words: Words, start: int, end: int) -> bool:
    """Whether a date says when papers appeared, and can say nothing else."""
    before = start - 1
    while words.plain(before) in _APPEARED:
        before -= 1
    ends = end == len(words) or bool(words.words[end - 1].gap.strip()) or words.plain(end) in _CLAUSE
    if words.plain(before) in PAPERS and ends and _asks_for(words, before, before):
        return True
    named = words.plain(start) == "the" or words.plain(start - 1) in ("'s", "the", "which", "what", "any", "all")
    return words.plain(end) in PAPERS and named and _asks_for(words, end, start)


_APPEARED = AUTHORED | {"released", "dated", "appeared", "was", "were", "that", "appearing", "are"}


def _asks_for(words: Words, papers: int, begin: int) -> bool:
    """Whether the papers named at `papers`, in a phrase that begins at `begin`, are what the question is about."""
    if papers >= _HEAD + 3:
        return False
    before = words.plain(begin - 1)
    return begin == 0 or before in _BEFORE_PAPERS or bool(words.tag(begin - 1))


# --- People ----------------------------------------------------------------------------------------------------------

_LONGEST_NAME = 6
_APART = GLUE | {"coauthored", "collaborated", "cooperated", "teamed"}
"""What stands between two names, not within one: "X coauthored with Y"."""
_CUES = frozenset("by with and did has does have do was is of from plus".split())
_AUXILIARIES = frozenset("is are was were be been there any exist exists".split())
_ORDERS = frozenset("first latest recent own most earliest newest oldest last new early".split())
_SAYS = AUTHORED | {
    "propose", "proposes", "introduce", "introduces", "show", "shows", "find", "finds", "study", "report",
    "argue", "claim", "claims", "prove", "develop", "present", "presents",
}  # fmt: skip


def find_people(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    """Authors whom the catalogue knows."""
    for start, end in list(words.runs(_LONGEST_NAME)):
        if not words.free(start, end):
            continue
        name, written = words.slice(start, end), _may_name(words, start, end)
        if not (written or _leads(words, start, end)) or not vocabulary.person(name):
            continue
        if written or not vocabulary.ordinary(name):
            yield _person(words, start, end)


def find_strangers(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    """People who are asked for as authors and whom no page names; no work is called so either."""
    for start, end in list(words.runs(4)):
        stranger = words.free(start, end) and _names_stranger(words, start, end)
        if stranger and not vocabulary.entitled(words.slice(start, end)):
            yield replace(_person(words, start, end), tag="stranger")


def _person(words: Words, start: int, end: int) -> Found:
    name = words.slice(start, end)
    end += words.plain(end) == "'s"
    words.take(start, end, "person")
    return Found(tag="person", start=start, end=end, limits=Limits(authors=(name,)))


def _may_name(words: Words, start: int, end: int) -> bool:
    """Whether these words are written as a name is, apart from who is known."""
    run = words.words[start:end]
    if run[-1].plain == "'s" or words.plain(start - 1) in ("about", "regarding", "like", "using"):
        return False
    if words.plain(start - 1) == "on" and words.plain(end + (words.plain(end) == "'s")) != "page":
        return False
    if _has_first_name(words, start) or any(word.plain in _APART and word.plain not in PARTICLES for word in run[1:-1]):
        return False
    cued = words.plain(start - 1) in _CUES or words.tag(start - 1) == "person" or words.plain(end) == "'s"
    ordinary = [word.plain in GLUE or word.plain in POINTING or len(word.plain) < 2 for word in run]
    if len(run) == 1:
        if len(run[0].text) > 1 and run[0].text.isupper() and not words.text.isupper():
            return False  # an acronym
        if words.lower:
            return cued and not ordinary[0]
        return run[0].capital and (cued or not ordinary[0]) and not (start == 0 and ordinary[0])
    if run[0].plain in GLUE and (start == 0 or not run[0].capital):
        return False
    return words.lower or (run[0].capital and run[-1].capital) or (not run[0].capital and run[-1].capital)


def _leads(words: Words, start: int, end: int) -> bool:
    """Whether one word stands as a surname does in a terse question: "marlow papers 2021", "Marlow, 2021"."""
    word = words.words[start]
    if end - start > 1 or start or word.plain in GLUE | _QUALITIES or len(word.plain) < 3 or not word.text.isalpha():
        return False
    dated = words.tag(end) == "date" and not _is_led(words, end)
    return words.plain(end) in PAPERS or dated


_QUALITIES = frozenset(
    """
    long short young old good best rich strong sharp fair wise small little major minor white black brown green gray
    grey blue gold golden silver hot cool cold dry deep fast swift quick smart bright hard soft noble sweet wild grand
    keen savage fine great moody close bold wild free full high low early late true
    """.split()
)
"""Surnames that say what papers are like more often than whose they are."""


def _is_led(words: Words, at: int) -> bool:
    """Whether a date has its preposition: "marlow in 2021" may be anything, "marlow 2021" is a reference."""
    return not words.plain(at)[:1].isdigit()


def _has_first_name(words: Words, start: int) -> bool:
    """Whether a longer name ends here: "Brook" of "Jane Brook", who may be nobody's author."""
    if start == 0 or not words.free(start - 1, start) or not words.one_name(start - 1, start + 1):
        return False
    before = words.words[start - 1]
    return before.capital and before.plain not in GLUE and before.plain != "'s"


def _writes_papers(words: Words, start: int, end: int) -> bool:
    """Whether a name can only be that of the papers' author: "papers by X", "X's 2023 paper", "what did X propose"."""
    while words.plain(end) == "and" and words.tag(end + 1) == "person":  # X and Y's papers
        end += 2
        while words.tag(end) == "person" and words.plain(end) != "'s":
            end += 1
    after = end + (words.plain(end) == "'s")
    if after > end or words.plain(end) in PAPERS:
        while words.tag(after) == "date" or words.plain(after) in _ORDERS:
            after += 1
        return words.plain(after) in PAPERS and after - start < _HEAD and words.plain(after - 1) != words.plain(end - 1)
    before = start - 1
    while words.tag(before) == "person" or words.plain(before) in ("and", "both"):
        before -= 1
    if words.plain(before) in ("did", "does", "do", "has", "have") and before <= _HEAD:
        following = end
        while words.tag(following) == "person" or words.plain(following) == "and":
            following += 1
        return words.plain(following) in _SAYS
    if words.plain(before) not in ("by", "with"):
        return False
    before -= 1
    while words.tag(before) == "date" or words.plain(before) in AUTHORED | {"co", "that", "was", "were", "are", "is"}:
        before -= 1
    return words.plain(before) in PAPERS and _asks_for(words, before, before)


def _names_stranger(words: Words, start: int, end: int) -> bool:
    run = words.words[start:end]
    if any(word.plain in GLUE or not re.match(r"[^\W\d_]", word.text) for word in run):
        return False
    if any(len(word.text) > 1 and word.text.isupper() for word in run):
        return False
    if not (all(word.capital for word in run) or (words.lower and len(run) in (2, 3))):
        return False
    after = end + (words.plain(end) == "'s")
    if after > end:
        while words.tag(after) == "date" or words.plain(after) in _ORDERS:
            after += 1
        return words.plain(after) in PAPERS | {"coauthors"}
    before = words.plain(start - 1)
    if before == "and" and words.tag(start - 2) == "person":
        return True
    if before == "by":
        return bool(words.tag(start - 2)) or words.plain(start - 2) in PAPERS | AUTHORED | _AUXILIARIES
    if before == "with":
        return words.plain(start - 2) in AUTHORED | {"together", "collaborated"} or words.tag(start - 2) == "person"
    following = words.plain(end) in AUTHORED or words.plain(end) in ("and", "ever")
    return before in ("did", "has", "does", "have") and following
