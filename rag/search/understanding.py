"""A question in plain words → limits, and, where fields alone decide it, a Plan.

Precision comes first. A plan is made only when every word of the question is accounted for: as a limit that the
catalogue knows, as a word that any question about a catalogue is made of, or as a word of the one title it names. What
is left over is content, which fields cannot decide: no plan. Of such a question only the phrases that can be nothing
but a limit on papers ("Brook's 2023 paper") limit the search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.plan import Plan
from rag.index.snapshot import Snapshot
from rag.schema import Limits, Question
from rag.search import asking, finding, marking
from rag.search.finding import Found
from rag.search.question import printable
from rag.search.titles import quoted_title, titled_work
from rag.search.vocabulary import Listed, Vocabulary
from rag.search.wording import COUNTED, FACT_CUES, GLUE, NEGATIONS, POINTING
from rag.search.words import Words

LONGEST = 80
"""Words; a longer question is about content."""

_ONCE = re.compile(r"(?:^|,\s*)(?:if you )?count(?:ing)?\s[^,?]*\bonce\b[^,?]*(?=[,?]|$),?", re.IGNORECASE)
"""That a paper on several pages counts once: it always does."""
_POLITE = re.compile(r"^\s*(?:please|hi|hello|hey|thanks?|ok(?:ay)?|so|and|but|now)\b[,!. ]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Limits that hold for the question, a plan where fields decide it, and people it asks for whom no page names."""

    limits: Limits = Limits()
    plan: Plan | None = None
    strangers: tuple[str, ...] = ()


def understand(text: str, vocabulary: Vocabulary) -> Understood:
    """What a question asks of the catalogue. Takes milliseconds, however many works there are."""
    text = _POLITE.sub("", _ONCE.sub(" ", text)).strip()
    words = Words(text)
    if not words.words or len(words) > LONGEST:
        return Understood()
    negated = bool(NEGATIONS & {word.plain for word in words.words})
    shape = dict(_conditions(words))
    found = list(_limits(words, vocabulary))
    plan = _over_all(words, found, shape) or _of_one(words, found, vocabulary)
    if plan is None:
        found += marking.find_allusions(words, vocabulary)
        plan = _over_all(words, found, shape)
    strangers: list[Found] = []
    if plan is None:
        strangers = list(finding.find_strangers(words))
        plan = _over_all(words, [*found, *strangers], shape) if strangers else None
    named = tuple(name for each in strangers for name in each.limits.authors)
    if plan is not None:
        return Understood(limits=plan.limits, plan=plan, strangers=named)
    if negated or quoted_title(text):
        return Understood()
    certain = finding.merged([each for each in found if finding.is_certain(words, each)])
    sure = tuple(
        name
        for each in strangers
        if finding.is_certain(words, each)
        for name in each.limits.authors
        if len(name.split()) > 1 and words.plain(each.start - 1) not in ("did", "does", "do", "has", "have")
    )
    return Understood(limits=certain, strangers=sure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A question with all its limits, and what else is known about it."""

    question: Question
    plan: Plan | None = None
    strangers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Understanding:
    """Understands questions; keeps the short lists of names of the last generation. Usable from several threads."""

    def __init__(self) -> None:
        self._listed: Listed | None = None

    def limited(self, question: Question, snapshot: Snapshot) -> Known:
        """The question with the limits of its words beside those it has, which win; its plan, if fields decide it.

        Limits that leave no work to search are taken back, with a warning: a plan's stand, because "none" is its answer.
        """
        vocabulary = Vocabulary(snapshot, self._listed)
        self._listed = vocabulary.listed
        asked = " ".join(printable(question.asked).split())
        told = understand(asked, vocabulary)
        if told.plan is None and question.text != asked:
            told = understand(question.text, vocabulary)
        limits = beside(question.limits, told.limits)
        if told.plan is not None:
            shown = replace(question, limits=limits, kind="catalog")
            return Known(question=shown, plan=replace(told.plan, limits=limits), strangers=told.strangers)
        warnings = tuple(f"no record here names an author “{name}”" for name in told.strangers)
        if limits == question.limits:
            return Known(question=question, warnings=warnings)
        if not snapshot.matched(limits):
            warnings += ("no work meets the limits that the question names: it was searched for without them",)
            return Known(question=question, warnings=warnings)
        return Known(question=replace(question, limits=limits), warnings=warnings)


def beside(given: Limits, said: Limits) -> Limits:
    """Limits given by flags and limits said in words, both: of lists of which any may be met, the given one wins."""
    any_of = ("first_authors", "affiliations", "categories", "labels", "halls", "sources")
    return finding.joined(given, finding.without(said, *(name for name in any_of if getattr(given, name))))


# --- Limits and conditions -------------------------------------------------------------------------------------------

_FINDERS: tuple[Callable[[Words, Vocabulary], Iterator[Found]], ...] = (
    marking.find_pages,
    finding.find_dates,
    marking.find_halls,
    marking.find_categories,
    marking.find_code,
    marking.find_labels,
    finding.find_people,
    marking.find_affiliations,
    finding.find_people,  # again: a name after a name
)


def _limits(words: Words, vocabulary: Vocabulary) -> Iterator[Found]:
    for finder in _FINDERS:
        yield from finder(words, vocabulary)


_ALONE = (
    "alone", "with no third author", "no third author", "with no other author", "with no other authors", "no other authors",
    "no other author", "with nobody else", "nobody else", "with no one else", "without other authors", "no further authors",
    "with no further author", "on their own", "by themselves", "only the two of them", "without any other authors",
    "without anyone else", "without a third author", "without co authors", "without coauthors", "no co authors",
    "as sole author", "as the sole author", "as sole authors", "sole author", "as single author", "no coauthors",
    "with no co authors", "with no coauthors",
)  # fmt: skip
_SOLO = ("single author", "single authored", "sole authored", "solo authored", "solo", "one author", "only one author",
         "a single author", "just one author", "exactly one author")  # fmt: skip
_FIRST = (
    "as first author", "as the first author", "as lead author", "as the lead author", "is first author", "the first author",
    "first author", "first authored by", "first authored", "first authors", "lead author", "lead authored by", "first author of",
)  # fmt: skip
_SILENT = {
    "authors": ("no authors", "without authors", "do not name authors", "no author list", "unnamed authors", "no author"),
    "published": ("no date", "without a date", "without date", "undated", "without dates", "no dates", "not dated"),
    "category": ("no category", "without a category", "without category", "uncategorized", "uncategorised"),
    "affiliations": ("no affiliation", "no affiliations", "without affiliation", "without affiliations", "without an affiliation"),
    "has_code": ("no code", "without code", "do not have code", "does not have code", "dont have code", "have no code",
                 "lack code", "lacks code", "no code tag", "without a code tag", "without a code link"),
}  # fmt: skip
_TEAM = re.compile(
    r"(?P<how>more than|over|at least|less than|fewer than|at most|up to|exactly|just|only)? ?(?P<n>\w+)"
    r"(?P<or> or (?:more|fewer|less))? (?:co )?authors?"
)
_SMALL = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), 1)}


def _conditions(words: Words) -> Iterator[tuple[str, Any]]:
    """Conditions that are no Limits; the words are taken."""
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
    if span := words.find(_FIRST):
        words.take(*span, "first")


def _team(words: Words) -> tuple[int, int | None] | None:
    plain = " ".join(word.plain for word in words.words)
    match = _TEAM.search(plain)
    count = match and (_SMALL.get(match["n"]) or (int(match["n"]) if match["n"].isdecimal() else 0))
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


def _with_first(words: Words, found: Sequence[Found]) -> list[Found]:
    """The person nearest to "first author" as such."""
    at = next((i for i in range(len(words)) if words.tag(i) == "first"), None)
    people = [each for each in found if each.tag in ("person", "stranger")]
    if at is None or not people:
        return list(found)
    lead = min(people, key=lambda each: min(abs(each.start - at), abs(each.end - 1 - at)))
    changed = replace(lead, limits=Limits(first_authors=lead.limits.authors))
    return [changed if each is lead else each for each in found]


# --- Plans -----------------------------------------------------------------------------------------------------------


def _over_all(words: Words, found: Sequence[Found], shape: dict[str, Any]) -> Plan | None:
    """The plan of a question whose every word is a limit or glue."""
    left = {part for word in words.left() for part in word.plain.split()}
    canonical = words.canonical()
    if left - GLUE - asking.DEGREES - (COUNTED if asking.counts_pages(canonical) else set()) or _mixed_up(canonical) or ("<FIRST>" in canonical and not _person_in(found)):
        return None
    if any(each.tag in ("person", "stranger") for each in found) is False and shape.get("alone"):
        return None
    labels = [each for each in found if each.tag in ("label", "prize")]
    several = len(labels) > 1 and not asking.any_of(canonical, "label")
    hall = any(each.tag == "hall" for each in found)
    extra = {"every_label": True} if several or (hall and labels) else {}
    return asking.plan_of(canonical, finding.merged(_with_first(words, found)), {**shape, **extra})


def _person_in(found: Sequence[Found]) -> bool:
    return any(each.tag in ("person", "stranger") for each in found)


def _mixed_up(canonical: str) -> bool:
    """Alternatives that Limits cannot say: papers by one person or another, code or an award."""
    tag = r"<([A-Z]+)>"
    joined = re.findall(rf"{tag}(?: \w+)?(?: \w+)? or (?:an? |the |by |with |in |from |since )*{tag}", canonical)
    return any(one != other or one in ("PERSON", "STRANGER", "DATE", "CODE") for one, other in joined)


def _of_one(words: Words, found: Sequence[Found], vocabulary: Vocabulary) -> Plan | None:
    """The plan of a question for fields of one work that it names."""
    facts = asking.facts_asked(words.canonical())
    if not facts:
        return None
    target = titled_work(words, vocabulary)
    if target is None:
        return None
    key, title = target
    outside = [each for each in found if not _within(words, each, title)]
    known = GLUE | FACT_CUES | POINTING
    left = {part for word in words.left() for part in word.plain.split()} - known - title
    if left or any(each.tag not in _OF_ONE for each in outside) or NEGATIONS & {word.plain for word in words.left()} - title:
        return None
    yes_no = asking.is_yes_or_no(words.canonical())
    limits = finding.merged(_with_first(words, outside)) if yes_no else Limits()
    if yes_no and outside:
        return Plan(ask="has", work=key, facts=facts, limits=limits)
    return Plan(ask="facts", work=key, facts=facts)


_OF_ONE = frozenset(("person", "date", "label", "prize", "code", "page", "category", "affiliation", "hall"))


def _within(words: Words, found: Found, title: frozenset[str]) -> bool:
    """Whether words that were taken for a limit are words of the title."""
    taken = {part for word in words.words[found.start : found.end] for part in word.plain.split()} - {"'s"}
    return taken - {"in", "from", "by", "the", "on", "of"} <= title
