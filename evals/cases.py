"""Cases: questions with what a good answer to them rests on, one JSON object a line.

    {"id": "f-01", "type": "fact", "question": "How long does Kestrel train?",
     "gold": [{"source": "pages/a.txt", "ordinal": 3}], "nuggets": [{"text": "two days", "regex": "(?i)two days|48 h"}]}

`gold` is [] where the corpus has no answer. `history` ([[question, answer], …]) comes before a follow-up. Each of
`evidence` ({source, ordinal, quote}) is words of a gold record. Fields that are not known here are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from evals.fields import CaseError, Fields, read_rows
from rag.schema import Origin, Turn

HINT = "evals/cases.py shows a whole case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nugget:
    """A fact that a good answer states, and the pattern by which its statement is recognised."""

    text: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Words of a gold record that answer the question, or part of it."""

    origin: Origin
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question, what came before it, and what a good answer rests on."""

    id: str
    type: str
    question: str
    history: tuple[Turn, ...] = ()
    gold: tuple[Origin, ...] = ()
    """Records of which each belongs to a work that answers; a work may stand here by any of its records."""
    evidence: tuple[Evidence, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    answer: str | None = None

    @property
    def answerable(self) -> bool:
        return bool(self.gold)


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSONL file, in its order; blank lines are passed over.

    Raises CaseError, which names file and line, what was expected and what was found.
    """
    cases = [_case(row) for row in read_rows(path, hint=HINT)]
    if not cases:
        raise CaseError(f"{path}: holds no case", hint=f"one JSON object a line; {HINT}")
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise CaseError(f"{path}: the id {case.id!r} stands twice", hint="give each case an id of its own")
        seen.add(case.id)
    return cases


def _case(row: Fields) -> Case:
    return Case(
        id=row.text("id"),
        type=row.text("type"),
        question=row.text("question"),
        history=tuple(_turn(row, turn) for turn in row.items("history", [])),
        gold=tuple(_origin(gold, "gold") for gold in row.mappings("gold")),
        evidence=tuple(_evidence(evidence) for evidence in row.mappings("evidence", default=[])),
        nuggets=tuple(_nugget(nugget) for nugget in row.mappings("nuggets", "a nugget", default=[])),
        answer=None if row.get("answer") is None else row.text("answer"),
    )


def _turn(row: Fields, value: object) -> Turn:
    if isinstance(value, list) and len(value) == 2:
        return Turn(row.text_of(value[0], "history's question"), row.text_of(value[1], "history's answer"))
    raise row.expected("history", "a list of [question, answer]", value)


def _origin(fields: Fields, name: str) -> Origin:
    ordinal = fields.whole("ordinal", f"{name}'s ordinal")
    return Origin(fields.text("source", f"{name}'s source"), ordinal)


def _evidence(fields: Fields) -> Evidence:
    return Evidence(origin=_origin(fields, "evidence"), quote=fields.text("quote", "evidence's quote"))


def _nugget(fields: Fields) -> Nugget:
    pattern = fields.text("regex", "a nugget's regex")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise fields.expected("a nugget's regex", "a regular expression", pattern) from error
    return Nugget(text=fields.text("text", "a nugget's text"), pattern=compiled)
