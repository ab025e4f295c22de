"""Scores of one answer against its case. None is "does not apply" and stays out of every mean.

No scorer asks the assistant's own judge: nobody marks their own homework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from evals.cases import Case
from rag.schema import Answer, unmarked


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A value from 0 to 1, or None where the case asks for no such thing; and why."""

    value: float | None
    why: str = ""


class Scorer(Protocol):
    """Gives one score of one answer."""

    def __call__(self, case: Case, answer: Answer) -> Score: ...


def nugget_recall(case: Case, answer: Answer) -> Score:
    """The share of the case's nuggets that the answer states; a refusal states none.

    A nugget is recognised by its pattern in the answer's text without the citation marks.
    """
    if not case.nuggets or not case.answerable:
        return Score(value=None, why="nothing to state")
    text = "" if answer.declined else unmarked(answer.text)
    missed = [nugget.text for nugget in case.nuggets if not nugget.pattern.search(text)]
    why = f"missing: {'; '.join(missed)}" if missed else "all stated"
    return Score(value=1 - len(missed) / len(case.nuggets), why=why)


def citation_precision(case: Case, answer: Answer) -> Score:
    """The share of citations that point to a record of a gold work.

    A work counts by any of its records: what is cited is source n, and any of its origins may be gold.
    """
    gold = set(case.gold)
    works = {source.n: set(source.work.origins) for source in answer.sources}
    cited = [citation.n for claim in answer.claims for citation in claim.citations]
    if not gold or not cited:
        return Score(value=None, why="nothing cited" if gold else "nothing to cite")
    right = sum(bool(works[n] & gold) for n in cited)
    return Score(value=right / len(cited), why=f"{right} of {len(cited)} citations point to a gold work")


def refused_answerable(case: Case, answer: Answer) -> Score:
    """1.0 where a question that the corpus answers was declined: lower is better."""
    if not case.answerable:
        return Score(value=None, why="the corpus does not answer it")
    return Score(value=float(answer.declined), why=answer.reason or "")


def refused_unanswerable(case: Case, answer: Answer) -> Score:
    """1.0 where a question that the corpus does not answer was declined."""
    if case.answerable:
        return Score(value=None, why="the corpus answers it")
    return Score(value=float(answer.declined), why=answer.reason or "")


SCORERS: Mapping[str, Scorer] = MappingProxyType(
    {
        "nugget recall": nugget_recall,
        "citation precision": citation_precision,
        "refused, answerable": refused_answerable,
        "refused, unanswerable": refused_unanswerable,
    }
)


def score(case: Case, answer: Answer) -> dict[str, Score]:
    """Every scorer's score, by its name."""
    return {name: scorer(case, answer) for name, scorer in SCORERS.items()}
