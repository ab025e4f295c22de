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

from rag.index.snapshot import Snapshot
from rag.plan import Plan
from rag.schema import Limits, Question, Turn
from rag.search import asking, facts, finding, marking
from rag.search.conditions import conditions
from rag.search.continuing import continued, points_at_works
from rag.search.finding import Found
from rag.search.followups import TURNS_REMEMBERED
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
    shape = dict(conditions(words))
    found = list(_limits(words, vocabulary))
    plan = _over_all(words, found, shape) or (None if shape else _of_one(words, found, vocabulary))
    strangers: list[Found] = []
    if plan is None:
        strangers = list(finding.find_strangers(words, vocabulary))
        found += [*marking.find_allusions(words, vocabulary), *strangers]
        plan = _over_all(words, found, shape)
    named = tuple(name for each in strangers for name in each.limits.authors)
    if plan is not None:
        return Understood(limits=plan.limits, plan=plan, strangers=named)
    if negated or quoted_title(text):
        return Understood()
    certain = finding.merged([each for each in found if each not in strangers and finding.is_certain(words, each)])
    if certain.after and certain.before and certain.after > certain.before:
        certain = finding.without(certain, "after", "before")
    sure = tuple(
        name
        for each in strangers
        if finding.is_certain(words, each)
        for name in each.limits.authors
        if len(name.split()) > 1 and (words.plain(each.end - 1) == "'s" or words.plain(each.start - 1) == "by")
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

    def limited(self, question: Question, snapshot: Snapshot, history: Sequence[Turn] = ()) -> Known:
        """The question with the limits of its words beside those it has, which win; its plan, if fields decide it.

        Limits that leave no work to search are taken back, with a warning; a plan's stand: "none" is its answer.
        "How many of them …" keeps the limits of the works that the conversation last counted or listed.
        """
        vocabulary = Vocabulary(snapshot, self._listed)
        self._listed = vocabulary.listed
        told = understand(question.text, vocabulary)
        if history:
            told = _following(question, told, history, vocabulary)
        limits = beside(question.limits, told.limits)
        if told.plan is not None:
            # "Is there code for X?" limits no search: X is meant whether it has code or not.
            shown = replace(question, limits=question.limits if told.plan.work else limits, kind="catalog")
            return Known(question=shown, plan=replace(told.plan, limits=limits), strangers=told.strangers)
        warnings = tuple(f"no record here names an author “{name}”" for name in told.strangers)
        if limits == question.limits:
            return Known(question=question, warnings=warnings)
        if not snapshot.matched(limits):
            warnings += ("no work meets the limits that the question names: it was searched for without them",)
            return Known(question=question, warnings=warnings)
        return Known(question=replace(question, limits=limits), warnings=warnings)


def _following(question: Question, alone: Understood, history: Sequence[Turn], vocabulary: Vocabulary) -> Understood:
    """What a follow-up asks: of the works of the last turn, if the catalogue answered that."""

    def read(text: str) -> Plan | None:
        return understand(text, vocabulary).plan

    asked = " ".join(printable(question.asked).split())
    before: Plan | None = None
    for turn in history[-TURNS_REMEMBERED:]:
        earlier = " ".join(printable(turn.question).split())
        before = (continued(earlier, before, read) if before else None) or read(earlier)
    plan = continued(asked, before, read) if before else None
    if plan is not None:
        return Understood(limits=plan.limits, plan=plan)
    # "Them" without such a turn are works that no limits choose: counting all would be wrong.
    return Understood() if alone.plan and points_at_works(asked) and not alone.plan.work else alone


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
    canonical = words.canonical()
    left = {part for word in words.left() for part in word.plain.split()} - {str(asking.number_asked(canonical))}
    if (
        left - GLUE - asking.DEGREES - (COUNTED if asking.counts_pages(canonical) else set())
        or _mixed_up(canonical)
        or ("<FIRST>" in canonical and not _person_in(found))
    ):
        return None
    if any(each.tag in ("person", "stranger") for each in found) is False and shape.get("alone"):
        return None
    limits = finding.merged(_with_first(words, found))
    if limits.after and limits.before and limits.after > limits.before:
        return None  # two dates that are no range
    labels = [each for each in found if each.tag in ("label", "prize")]
    several = len(labels) > 1 and not asking.any_of(canonical, "label")
    hall = any(each.tag == "hall" for each in found)
    extra = {"every_label": True} if several or (hall and labels) else {}
    return asking.plan_of(canonical, limits, {**shape, **extra})


def _person_in(found: Sequence[Found]) -> bool:
    return any(each.tag in ("person", "stranger") for each in found)


def _mixed_up(canonical: str) -> bool:
    """Alternatives that Limits cannot say: papers by one person or another, code or an award."""
    if re.search(r"<AFFILIATION> (?:together |along )?with (?:the )?<AFFILIATION>|\bboth <AFFILIATION>", canonical):
        return True  # one or the other is what Limits mean
    tag = r"<([A-Z]+)>"
    joined = re.findall(rf"{tag}(?: \w+)?(?: \w+)? or (?:an? |the |by |with |in |from |since )*{tag}", canonical)
    return any(one != other or one in ("PERSON", "STRANGER", "DATE", "CODE") for one, other in joined)


def _of_one(words: Words, found: Sequence[Found], vocabulary: Vocabulary) -> Plan | None:
    """The plan of a question for fields of one work that it names."""
    asked = facts.facts_asked(words.canonical())
    if not asked:
        return None
    target = titled_work(words, vocabulary)
    if target is None:
        return None
    key, title = target
    outside = [each for each in found if not _within(words, each, title)]
    known = GLUE | FACT_CUES | POINTING
    left = {part for word in words.left() for part in word.plain.split()} - known - title
    if (
        left
        or any(each.tag not in _OF_ONE for each in outside)
        or NEGATIONS & {word.plain for word in words.left()} - title
    ):
        return None
    yes_no = facts.is_yes_or_no(words.canonical())
    limits = finding.merged(_with_first(words, outside)) if yes_no else Limits()
    if yes_no and outside:
        return Plan(ask="has", work=key, facts=asked, limits=limits)
    return Plan(ask="facts", work=key, facts=asked)


_OF_ONE = frozenset(("person", "date", "label", "prize", "code", "page", "category", "affiliation", "hall"))


def _within(words: Words, found: Found, title: frozenset[str]) -> bool:
    """Whether words that were taken for a limit are words of the title."""
    taken = {part for word in words.words[found.start : found.end] for part in word.plain.split()} - {"'s"}
    return taken - {"in", "from", "by", "the", "on", "of"} <= title
