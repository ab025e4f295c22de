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
    r"\b(?P<of>of )?(?:them|these|those|they)\b(?: (?:papers|works|articles|publications|ones))?", re.IGNORECASE
)
_FRAGMENT = re.compile(
    r"^\W*(?:and|or|but|what about|how about|now|then|so)\b[ ,]*(?:(?:for|of) (?=\S))?(?P<rest>[^?!]*)", re.IGNORECASE
)
_ELLIPSIS = re.compile(
    r"^\W*(?:and |but |so )?(?P<which>which|how many|any)(?: ones?)? "
    r"(?=(?:have|has|had|are|is|were|was|with|from|by|since|in|won|got|come|came)\b)",
    re.IGNORECASE,
)
"""A question that leaves out what it is about: "Which have code?"."""
_LONGEST_FRAGMENT = 6
"""Words; a longer one is a question of its own."""


def points_at_works(asked: str) -> bool:
    """Whether a question speaks of works that were listed before."""
    return _OF_THEM.search(asked) is not None


def continued(asked: str, before: Plan, read: Read) -> Plan | None:
    """The plan of a follow-up to `before`; None where it asks for something else.

    "Of them", and a question that leaves the works out, narrow the works that were asked for; a fragment asks the same
    of others.
    """
    fragment = _FRAGMENT.match(asked)
    rest = fragment["rest"] if fragment else ""
    if len(rest.split()) > _LONGEST_FRAGMENT:
        rest = ""
    if before.ask == "facts":
        return _of_another(rest, before, read) if rest else None
    if not _is_all_that_limits_choose(before):
        return None
    if before.ask != "groups":
        whole = (
            _OF_THEM.sub(r"\g<of>papers", asked)
            if points_at_works(asked)
            else _ELLIPSIS.sub(r"\g<which> papers ", asked)
        )
        if whole != asked:
            plan = read(whole)
            return plan and replace(plan, limits=finding.joined(before.limits, plan.limits))
    for question in _whole(rest) if rest else ():
        plan = read(question)
        if plan is not None and plan == replace(before, ask="list", group="", facts=(), limits=plan.limits) != Plan(
            ask="list"
        ):
            return replace(before, limits=_instead(before.limits, plan.limits))
    return None


def _is_all_that_limits_choose(plan: Plan) -> bool:
    """Whether the limits alone say which works are meant; of "the three latest" they do not."""
    return replace(plan, ask="list", limits=Limits(), facts=(), group="") == Plan(ask="list")


_FACT_OF = {
    "authors": "Who wrote {}?",
    "published": "When was {} published?",
    "affiliations": "Where are the authors of {} from?",
    "category": "Which category is {} in?",
    "labels": "Which award did {} get?",
    "session": "Where was {} presented?",
    "has_code": "Is there code for {}?",
}
"""A fact → the question for it."""


def _of_another(title: str, before: Plan, read: Read) -> Plan | None:
    """The same asked of another work: "And Mangrove?"; of the first fact, where several were asked."""
    plan = read(_FACT_OF[before.facts[0]].format(title)) if before.facts[0] in _FACT_OF else None
    return replace(plan, facts=before.facts) if plan and plan.ask == "facts" and plan.work != before.work else None


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
