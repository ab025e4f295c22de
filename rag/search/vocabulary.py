"""What the catalogue knows by name: the words of a question that can be limits at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from rag.index.names import fold, fold_label

if TYPE_CHECKING:
    from rag.index.snapshot import Snapshot

_PRIZE = re.compile(r"\b(?:award|prize|best|outstanding|distinguished|honou?rable|test of time|runner up|winner)\b")

TITLES_TRIED = 40
"""Chunks that the words of a title are looked for in; a work has several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The values of the fields that have few, folded, each with the value as printed; of one generation."""

    generation: int
    pages: dict[str, str]
    """Everything that a page answers to → its name, or else its source."""
    labels: dict[str, str]
    categories: dict[str, str]
    sessions: dict[str, str]
    affiliations: frozenset[str]
    """Folded, with a space at both ends."""
    newest: date | None

    @property
    def prizes(self) -> tuple[str, ...]:
        """The labels that are awards."""
        return tuple(
            value for plain, value in self.labels.items() if _PRIZE.search(fold(value)) or _PRIZE.search(plain)
        )


class Vocabulary:
    """One generation's names. Authors and titles are looked up in the index, because there are many."""

    def __init__(self, snapshot: Snapshot, listed: Listed | None = None) -> None:
        self._snapshot = snapshot
        fits = listed is not None and listed.generation == snapshot.generation
        self.listed = listed if fits and listed is not None else _listed(snapshot)

    def person(self, name: str) -> bool:
        """Whether an author answers to this name."""
        return self._snapshot.names_author(name)

    def ordinary(self, word: str) -> bool:
        """Whether texts here use the word in small letters: then it may mean that, and not a person."""
        small = re.compile(rf"\b{re.escape(word.casefold())}\b")
        found = self._snapshot.passages(list(self._snapshot.lexical(word, TITLES_TRIED)))
        return any(small.search(record.abstract) for _, work in found.values() for record in work.records)

    def affiliation(self, name: str) -> bool:
        """Whether these words stand in a row in an affiliation."""
        plain = fold(name)
        return bool(plain) and any(f" {plain} " in value for value in self.listed.affiliations)

    def session(self, name: str) -> bool:
        plain = fold(name)
        return any(f" {plain} " in f" {value} " for value in self.listed.sessions)

    def entitled(self, name: str) -> bool:
        """Whether a work is called so, or its title begins so before a colon."""
        titles = [title for _, title in self.titled(name)]
        return any(fold(name) in (fold(title), fold(title.partition(":")[0])) for title in titles)

    def titled(self, words: str) -> Sequence[tuple[str, str]]:
        """Key and title of the works whose chunks share most with these words."""
        found = self._snapshot.passages(list(self._snapshot.lexical(words, TITLES_TRIED)))
        works = {work.key: work for _, work in found.values()}
        return [(key, work.title) for key, work in works.items() if work.title]


def _listed(snapshot: Snapshot) -> Listed:
    pages = dict[str, str]()
    for page in snapshot.pages():
        path = PurePosixPath(page.source)
        for name in (page.name or "", page.source, path.name, path.stem):
            if fold(name):
                pages.setdefault(fold(name), page.name or page.source)
    return Listed(
        generation=snapshot.generation,
        pages=pages,
        labels={fold_label(value): value for value in snapshot.values("labels")},
        categories={fold(value): value for value in snapshot.values("categories")},
        sessions={fold(value): value for value in snapshot.values("sessions")},
        affiliations=frozenset(f" {fold(value)} " for value in snapshot.values("affiliations")),
        newest=snapshot.newest(),
    )
