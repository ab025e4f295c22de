"""Cases: questions with what a good answer to them rests on, one JSON object a line.

    {"id": "f-01", "type": "fact", "question": "How long does Kestrel train?",
     "gold": [{"source": "pages/a.txt", "ordinal": 3}], "nuggets": [{"text": "two days", "regex": "(?i)two days|48 h"}]}

`gold` is [] where the corpus has no answer. `history` ([[question, answer], …]) comes before a follow-up. Each of
`evidence` ({source, ordinal, quote}) is words of a gold record. Fields that are not known here are passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import CorpusError
from rag.schema import Origin, Turn


class CaseError(CorpusError):
    """A row of a file of cases cannot be used, or does not fit the index."""

    code = "bad_case"


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
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError(f"{path}: cannot be read: {error}", hint="name a JSONL file of cases") from error
    cases = [_Row(f"{path}:{number}", line).case() for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not cases:
        raise CaseError(f"{path}: holds no case", hint="one JSON object a line; evals/cases.py shows one")
    twice = [case.id for index, case in enumerate(cases) if case.id in {other.id for other in cases[:index]}]
    if twice:
        raise CaseError(f"{path}: the id {twice[0]!r} stands twice", hint="give each case an id of its own")
    return cases


class _Row:
    """One line, and the place that errors name."""

    def __init__(self, place: str, line: str) -> None:
        self._place = place
        try:
            self._fields = self._mapping(json.loads(line), "the row")
        except json.JSONDecodeError as error:
            raise CaseError(f"{place}: expected a JSON object, found {_shown(line)}: {error.msg}") from error

    def case(self) -> Case:
        fields = self._fields
        answer = fields.get("answer")
        return Case(
            id=self._text(fields.get("id"), "id"),
            type=self._text(fields.get("type"), "type"),
            question=self._text(fields.get("question"), "question"),
            history=tuple(self._turn(turn) for turn in self._list(fields.get("history", []), "history")),
            gold=tuple(self._origin(gold, "gold") for gold in self._list(fields.get("gold"), "gold")),
            evidence=tuple(self._evidence(row) for row in self._list(fields.get("evidence", []), "evidence")),
            nuggets=tuple(self._nugget(row) for row in self._list(fields.get("nuggets", []), "nuggets")),
            answer=None if answer is None else self._text(answer, "answer"),
        )

    def _turn(self, value: object) -> Turn:
        if isinstance(value, list) and len(value) == 2:
            return Turn(self._text(value[0], "history's question"), self._text(value[1], "history's answer"))
        raise self._expected("history", "a list of [question, answer]", value)

    def _origin(self, value: object, name: str) -> Origin:
        fields = self._mapping(value, name)
        ordinal = fields.get("ordinal")
        if not isinstance(ordinal, int) or isinstance(ordinal, bool) or ordinal < 0:
            raise self._expected(f"{name}'s ordinal", "a whole number from 0", ordinal)
        return Origin(self._text(fields.get("source"), f"{name}'s source"), ordinal)

    def _evidence(self, value: object) -> Evidence:
        quote = self._text(self._mapping(value, "evidence").get("quote"), "evidence's quote")
        return Evidence(origin=self._origin(value, "evidence"), quote=quote)

    def _nugget(self, value: object) -> Nugget:
        fields = self._mapping(value, "a nugget")
        pattern = self._text(fields.get("regex"), "a nugget's regex")
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise self._expected("a nugget's regex", "a regular expression", pattern) from error
        return Nugget(text=self._text(fields.get("text"), "a nugget's text"), pattern=compiled)

    def _text(self, value: object, name: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        raise self._expected(name, "text", value)

    def _list(self, value: object, name: str) -> Sequence[object]:
        if isinstance(value, list):
            return value
        raise self._expected(name, "a list", value)

    def _mapping(self, value: object, name: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        raise self._expected(name, "an object", value)

    def _expected(self, name: str, expected: str, found: object) -> CaseError:
        what = "nothing" if found is None else _shown(json.dumps(found, ensure_ascii=False))
        return CaseError(
            f"{self._place}: {name}: expected {expected}, found {what}", hint="evals/cases.py shows a whole case"
        )


def _shown(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
