"""Puts cases to an assistant and scores what comes back: a row of values a case.

A follow-up is put with its history, and understood as the assistant understands it. A metric that a case has nothing
for is None in its row, never zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evals.cases import Case
from evals.fields import CaseError
from evals.ranking import all_at, hit_at, reciprocal_rank
from evals.scorers import score
from rag.schema import Answer, Origin, Result, Turn, Work

DEPTH = 30
"""Works ranked for each question; a gold work that comes later counts for nothing in MRR. A deeper search would take
more candidates than the search that a user sees, and could rank them otherwise."""


class Searches(Protocol):
    """What measuring a search needs of an Assistant."""

    def works(self) -> Sequence[Work]:
        """Every work of the index."""
        ...

    def search(self, query: str, k: int, *, history: Sequence[Turn] = ()) -> Sequence[Result]:
        """The first k works, best first."""
        ...


class Answers(Protocol):
    """What measuring answers needs of an Assistant."""

    def ask(self, question: str, *, history: Sequence[Turn] = ()) -> Answer:
        """One answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one case came to: its metrics by name, None for one that does not apply."""

    case: Case
    values: Mapping[str, float | None]


def search_rows(assistant: Searches, cases: Sequence[Case], *, depth: int = DEPTH) -> Iterator[Row]:
    """A row a case, as it is measured: R@1, R@5, R@10, MRR and all@10, over works.

    R@k is a hit rate: 1 if any gold work stands among the first k; all@k: 1 if every one does. Raises CaseError when a
    gold record is not in the index, before anything is measured.
    """
    relevant = relevant_works(assistant, cases)
    for case in cases:
        if not relevant[case.id]:
            yield Row(case=case, values=dict.fromkeys(("R@1", "R@5", "R@10", "MRR", "all@10")))
            continue
        ranked = [result.work.key for result in assistant.search(case.question, depth, history=case.history)]
        yield Row(case=case, values=ranking_values(ranked, relevant[case.id]))


def ranking_values(ranked: Sequence[str], relevant: frozenset[str]) -> dict[str, float | None]:
    """The metrics of one ranking of works by key."""
    return {
        "R@1": hit_at(ranked, relevant, 1),
        "R@5": hit_at(ranked, relevant, 5),
        "R@10": hit_at(ranked, relevant, 10),
        "MRR": reciprocal_rank(ranked, relevant),
        "all@10": all_at(ranked, relevant, 10),
    }


def relevant_works(assistant: Searches, cases: Sequence[Case]) -> dict[str, frozenset[str]]:
    """Case → the keys of its gold works; a work on several pages is named by any of its records.

    Raises CaseError for the first gold record that the index does not hold.
    """
    keys = {origin: work.key for work in assistant.works() for origin in work.origins}
    return {case.id: frozenset(_key(keys, case, gold) for gold in case.gold) for case in cases}


def _key(keys: Mapping[Origin, str], case: Case, gold: Origin) -> str:
    if gold in keys:
        return keys[gold]
    raise CaseError(
        f"case {case.id}: its gold record {gold.ordinal} of {gold.source} is not in the index",
        hint="ingest the pages that the cases are about, or name their home with --home",
    )


def answer_rows(assistant: Answers, cases: Sequence[Case]) -> Iterator[Row]:
    """A row a case, as it is measured: every one of evals.scorers.SCORERS."""
    for case in cases:
        answer = assistant.ask(case.question, history=case.history)
        yield Row(case=case, values={name: scored.value for name, scored in score(case, answer).items()})
