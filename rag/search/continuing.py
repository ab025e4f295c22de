"""A follow-up to a question that the catalogue answered: "How many of them are from 2023?", "And in 2022?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rag.plan import Plan
from rag.schema import Limits
from rag.search import finding

Read = Callable[[str], Plan | None]
"""Question → its plan, by itself."""

_OF_THEM = re.compile(
    r"\b(?:of )?(?:them|these|those|they)\b(?: (?:papers|works|articles|publications|ones))?", re.IGNORECASE
)
_FRAGMENT = re.compile(r"^\W*(?:and|or|but|what about|how about|now|then|so)\b[ ,]*(?P<rest>[^?!]*)", re.IGNORECASE)
_LONGEST_FRAGMENT = 6
"""Words; a longer one is a question of its own."""


def points_at_works(asked: str) -> bool:
    """Whether a question speaks of works that were listed before."""
    return _OF_THEM.search(asked) is not None


def continued(asked: str, before: Plan, read: Read) -> Plan | None:
    """The plan of a follow-up to `before`; None where it asks for something else.

    "Of them" narrows the works that were asked for; a fragment asks the same of others.
    """
    if before != Plan(ask=before.ask, limits=before.limits):
        return None  # the works of another shape ("the three latest") are not those that its limits choose
    if points_at_works(asked):
        plan = read(_OF_THEM.sub("papers", asked))
        return plan and replace(plan, limits=finding.joined(before.limits, plan.limits))
    fragment = _FRAGMENT.match(asked)
    if fragment is None or not 0 < len(fragment["rest"].split()) <= _LONGEST_FRAGMENT:
        return None
    for question in _whole(fragment["rest"]):
        plan = read(question)
        if plan is not None and plan == Plan(ask=plan.ask, limits=plan.limits) and plan.limits != Limits():
            return replace(before, limits=_instead(before.limits, plan.limits))
    return None


def _whole(fragment: str) -> Iterator[str]:
    for opening in ("", "are ", "by ", "with ", "in "):
        yield f"Which papers {opening}{fragment}?"


def _instead(limits: Limits, others: Limits) -> Limits:
    """The limits with those of `others` in the place of their kind."""
    kinds = (("after", "before"), ("authors", "first_authors"), *((name,) for name in _SINGLE))
    for kind in kinds:
        if finding.without(others, *kind) != others:
            limits = finding.without(limits, *kind)
    return finding.joined(limits, others)


_SINGLE = ("affiliations", "categories", "labels", "halls", "sources", "has_code", "text")
